"""The Compare page without a browser: its record and its words, what a hand may do, colours for all eyes, symlog, AppTest."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from urllib.parse import parse_qsl, urlencode

import numpy as np
import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient
from streamlit.testing.v1 import AppTest

from losslib import LOSSES, View, ViewError, sample
from losslib.derived import derive
from ui.api import routes
from ui.charts.lines import Line, Panel, line_figure, range_of, symlog
from ui.charts.template import DASHES, TAB10, TAB10_DARK
from ui.compare import labels, live, plot, reason, taken
from ui.compare_address import nearest
from ui.comparison import Compare, opening, usual_values
from ui.live import Live

FIRST = opening()


def read(query: str) -> tuple[Compare, list[ViewError]]:
    return nearest(parse_qsl(query, keep_blank_values=True))


def gammas(state: Compare) -> list[float]:
    return [dict(row.params)["gamma"] for row in state.rows if row.loss == "focal"]


# --- words -----------------------------------------------------------------------------------------------------------


def test_it_opens_on_figure_1_of_the_focal_paper() -> None:
    assert [row.loss for row in FIRST.rows] == ["bce_with_logits"] + ["focal"] * 5
    assert gammas(FIRST) == [0, 0.5, 1, 2, 5]
    assert (FIRST.slice, FIRST.marks, dict(FIRST.ranges)) == ("p_t", ("easy",), {"y": (0, 5)})
    values = [
        sample(View.of("focal", "p_t", target=1, gamma=g, lo=0.25, hi=0.75, points=3)).value[1] for g in gammas(FIRST)
    ]
    np.testing.assert_allclose(values, [0.6931, 0.4901, 0.3466, 0.1733, 0.0217], atol=5e-5)


STATES = {
    "as it opens": FIRST,
    "pinned": FIRST.pin(),
    "hidden": FIRST.toggle(0).toggle(2),
    "fewer": FIRST.remove(1).remove(0),
    "another order": replace(FIRST.move(4, -2), against=3),
    "along the logit": FIRST.along("logit"),
    "with a score": FIRST.along("margin").add("hinge"),
    "a family of boxes": read("curve=iou&curve=giou&curve=box_smooth_l1:beta=0.5&slice=shift")[0],
    "presented": FIRST.presented().sloped(),
    "its own target": read("curve=bce_with_logits:target=0.3&curve=bce_with_logits&slice=probability")[0],
    "all words": read(
        "curve=l1&curve=huber:delta=2&slice=residual&from=-2&to=3&panels=value,ratio,area,normalised&scale=symlog"
        "&mark=quiet,minimum&norm=1.5&at=-1&y=0,4&dy=-2,2&active=1&against=2&hide=2&ink=4,2"
    )[0],
}


@pytest.mark.parametrize("name", STATES)
def test_the_words_say_everything(name: str) -> None:
    state = STATES[name]
    assert read(urlencode(state.words())) == (state, [])
    assert [v.loss for v in View.parse_many([(w, t) for w, t in state.words() if w in ("curve", "slice")])] == [
        row.loss for row in state.rows
    ]


@pytest.mark.parametrize("name", STATES)
def test_a_copied_link_says_the_usual_too(name: str) -> None:
    state = STATES[name]
    words = state.words(every=True)
    copied, left = read(urlencode(words))
    assert left == []
    assert copied.views() == state.views()
    assert replace(copied, at=state.at, lo=state.lo, hi=state.hi) == state
    assert {"from", "to", "at", "scale", "present"} <= {word for word, _ in words}


def test_every_loss_can_be_read_and_drawn_alone_along_each_of_its_lines() -> None:
    for key, loss in LOSSES.items():
        for s in loss.kind.curves:
            state, left = read(f"curve={key}&slice={s.key}")
            assert (state.rows[0].loss, state.slice, left) == (key, s.key, [])
            assert read(urlencode(state.words())) == (state, [])
            state.views()


BAD = "![x](http://elsewhere.example/a.png)"


NO_LOSS = "the loss is not in the catalogue"
SPELT = "curve must be written KEY:name=value,name=value"
OPENING = [row.loss for row in FIRST.rows]


@pytest.mark.parametrize(
    ("query", "curves", "left"),
    [
        ("curve=bce_with_logits&curve=focl", ["bce_with_logits"], [f"in curve 2, {NO_LOSS}; did you mean focal?"]),
        ("curve=focal:gamma=99&curve=focal:gamma=1", ["focal"], ["in curve 1, gamma must be between 0 and 5"]),
        (
            "curve=focal:gamma=nan&curve=focal:gamma&curve=:&curve=&curve=l1", ["l1"],
            ["in curve 1, gamma must be a plain number", f"in curve 2, {SPELT}", *(f"in curve {k}, the loss must be given" for k in (3, 4))],
        ),
        (
            f"curve={BAD}&curve=focal&curve=focal:{BAD}=1", ["focal"],
            [f"in curve 1, {SPELT}", "in curve 3, a parameter is not known to focal on slice logit, which has gamma or target"],
        ),
        (
            "curve=focal:loss=bce&curve=focal:points=4000&curve=focal:gamma=1,gamma=2&curve=focal", ["focal"],
            ["in curve 1, a word was given twice", "in curve 2, a parameter is not known to focal in a comparison", "in curve 3, a word was given twice"],
        ),
        ("curve=iou&curve=dice&curve=giou", ["iou", "giou"], ["in curve 2, dice has another axis than the first"]),
        ("curve=l1&curve=focal", ["l1"], ["in curve 2, focal has no curve along residual"]),
        ("curve=focal:target=2&curve=focal", ["focal"], ["in curve 1, target must be between 0 and 1"]),
        ("curve=focal:target=0.5&curve=focal&slice=p_t", ["focal"], ["in curve 1, target must be one of 0 or 1"]),
        ("&".join(["curve=l1"] * 14), ["l1"] * 12, [f"in curve {k}, curve must be given at most 12 times" for k in (13, 14)]),
        (
            f"curve=focal&{BAD}=1&at=99&scale=cubic&panels=value,{BAD}", ["focal"],
            [
                "a word is not known to these curves, which have target",
                "panels must be some of value, gradient, ratio, gradient_ratio, difference, area, normalised, with commas between",
                "scale must be linear or log or symlog",
                "at must be between -6 and 6",
            ],
        ),
        ("curve=focal&slice=nowhere", ["focal"], ["slice must be logit or probability or p_t or margin"]),
        ("curve=focal&slice=plane", ["focal"], ["slice must be logit or probability or p_t or margin"]),
        ("curve=focal&slice=p_t&target=0.5", ["focal"], ["slice must be probability with a soft target"]),
        (
            "curve=focal&slice=p_t&from=0.5&to=0.5000000000000001", ["focal"],
            ["to must be above from by 0.0001 of the larger of both, and by 1e-07 at least"],
        ),
        ("curve=bce_with_logits&curve=hinge&slice=margin&target=0.5", ["bce_with_logits", "hinge"], ["target must be one of 0 or 1"]),
        ("curve=hinge&curve=exponential&slice=margin&target=0.7", ["hinge", "exponential"], ["target must be one of 0 or 1"]),
        (
            "curve=focal&curve=l1&hide=9", ["focal"],
            ["in curve 2, l1 has no curve along logit", "hide must be some of 1, 2, with commas between"],
        ),
        ("curve=focal&curve=focal:gamma=1&ink=1,1", ["focal", "focal"], ["ink must be a number from 1 to 12 for each curve, each once"]),
        ("curve=focal&y=1,0", ["focal"], ["y must be two numbers with a comma, the lower first"]),
        ("curve=focal&slice=p_t&zoom=x:0:0.5&zoom=x:0:0.2&target=1&target=1", ["focal"], ["a word was given twice"] * 2),
        ("zoom=x:0:0.5&zoom=x:0:0.2", OPENING, ["a word was given twice", "zoom needs a curve"]),
        (f"{BAD}=1", OPENING, ["a word needs a curve"]),
        ("present=0", OPENING, []),
        ("present=2", OPENING, ["present must be 0 or 1"]),
        ("curve=nothing", OPENING, [f"in curve 1, {NO_LOSS}; did you mean hinge?"]),
    ],
)  # fmt: skip
def test_what_cannot_be_drawn_is_left_out_and_named(query: str, curves: list[str], left: list[str]) -> None:
    state, problems = read(query)
    assert [row.loss for row in state.rows] == curves
    assert [problem.sentence for problem in problems] == left
    assert not any(BAD in problem.sentence for problem in problems)
    assert read(urlencode(state.words())) == (state, [])


@pytest.mark.parametrize("query", ["", "curve=nothing&", "curve=bce_with_logits:target=0.5&slice=p_t&"])
def test_a_link_of_no_curve_that_can_be_drawn_is_presented_if_it_says_so(query: str) -> None:
    assert read(f"{query}present=1")[0] == replace(FIRST, present=True)
    assert read(f"{query}present=0")[0] == FIRST


def test_a_soft_target_moves_the_axis_to_one_that_takes_it() -> None:
    state, left = read("curve=focal&curve=bce_with_logits&slice=p_t&target=0.7")
    assert (state.slice, dict(state.shared), len(left)) == ("probability", {"target": 0.7}, 1)


def test_without_a_slice_the_one_that_most_curves_share_is_taken() -> None:
    assert read("curve=bce_with_logits&curve=hinge&curve=exponential")[0].slice in ("logit", "margin")
    assert len(read("curve=bce_with_logits&curve=hinge&curve=exponential")[0].rows) == 3


# --- what a hand may do ----------------------------------------------------------------------------------------------


def test_pin_leaves_a_copy_and_goes_on_with_the_same_colour() -> None:
    state = FIRST.pin()
    assert gammas(state) == [0, 0.5, 1, 2, 2, 5]
    assert state.active == 5
    assert state.rows[5].slot == FIRST.rows[4].slot
    assert len({row.slot for row in state.rows}) == 7


def test_duplicate_puts_the_copy_under_the_sliders() -> None:
    state = FIRST.duplicate()
    assert state.active == 5
    assert state.rows[4].slot == FIRST.rows[4].slot


def test_a_family_keeps_what_is_drawn_already() -> None:
    state = opening().remove(5).remove(3).remove(2).remove(1)
    assert gammas(state.family("gamma", [0, 0.5, 1, 2, 5])) == [0, 0.5, 1, 2, 5]
    assert gammas(FIRST.family("gamma", [2, 3])) == [0, 0.5, 1, 2, 3, 5]
    assert len(FIRST.family("gamma", [k / 10 for k in range(1, 40)]).rows) == 12


def test_the_reference_and_the_curve_under_the_hand_stay_themselves_when_others_move() -> None:
    state = replace(FIRST, against=2).move(2, -1).remove(0)
    assert dict(state.rows[state.against].params) == {"gamma": 0.5}
    assert dict(state.rows[state.active].params) == {"gamma": 2}


def test_one_curve_is_always_seen() -> None:
    state = FIRST
    for place in range(6):
        state = state.toggle(place)
    assert len(state.shown) == 1
    assert not state.rows[state.active].hidden
    for _ in range(9):
        state = state.remove(0)
    assert len(state.rows) == len(state.shown) == 1


def test_twelve_curves_are_the_most() -> None:
    state = FIRST
    for _ in range(9):
        state = state.pin().add("bce")
    assert len(state.rows) == 12
    assert sorted(row.slot for row in state.rows) == list(range(12))


def test_losses_are_offered_by_axis_whatever_their_kind() -> None:
    offered = FIRST.offered()
    assert {"bce_with_logits", "bce", "cross_entropy", "focal"} <= set(offered)
    assert not {"l1", "iou", "hinge"} & set(offered)
    assert "hinge" in FIRST.along("margin").offered()
    for key in offered:
        assert FIRST.remove(0).add(key).rows[-1].loss == key
    assert FIRST.add("iou") == FIRST


@pytest.mark.parametrize("query", ["curve=l1&slice=residual", "curve=focal&slice=p_t", "curve=hinge&slice=margin"])
def test_of_no_loss_that_is_not_offered_is_it_said_falsely_that_it_has_no_such_curve(query: str) -> None:
    state = read(query)[0]
    axis = state.axis
    others = LOSSES.keys() - set(state.offered())
    over = {
        key
        for key in others
        for s in LOSSES[key].kind.curves
        if s.key == state.slice and (s.axes[0].symbol, s.axes[0].lo, s.axes[0].hi) == (axis.symbol, axis.lo, axis.hi)
    }
    assert not over
    assert reason(state).startswith(f"The other {len(others)} losses have no curve over this axis and range, ")


def test_the_reason_names_the_range_for_another_loss_has_the_axis_over_another_one() -> None:
    state = read("curve=l1&slice=residual")[0]
    assert any(s.key == "residual" for s in LOSSES["ghm_r"].kind.curves)
    assert "ghm_r" not in state.offered()
    assert reason(state).endswith(f"from {state.axis.lo:g} to {state.axis.hi:g}.".replace("-", "−"))


def test_a_soft_target_turns_hard_beside_a_loss_that_needs_it() -> None:
    soft = read("curve=bce_with_logits&slice=logit&target=0.7")[0]
    assert dict(soft.shared) == {"target": 0.7}
    assert dict(soft.add("hinge").shared) == {"target": 1}


@pytest.mark.parametrize("loss", LOSSES)
def test_the_usual_values_of_a_family_are_allowed(loss: str) -> None:
    for param in LOSSES[loss].params:
        values = usual_values(param)
        assert len(set(values)) >= 2
        for value in values:
            param.check(value)


# --- the chart -------------------------------------------------------------------------------------------------------


def test_labels_are_made_of_the_parameters_alone() -> None:
    assert [label.replace("\N{NO-BREAK SPACE}", " ") for label in labels(FIRST)] == [
        "BCE", "Focal, γ = 0", "Focal, γ = 0.5", "Focal, γ = 1", "Focal, γ = 2", "Focal, γ = 5",
    ]  # fmt: skip
    assert plot(FIRST).live_labels[4].endswith("{curve_gamma}")
    own = labels(STATES["its own target"])
    assert own[0].replace("\N{NO-BREAK SPACE}", " ") == "BCE, t = 0.3"
    assert own[1] == "BCE"


@pytest.mark.parametrize("name", STATES)
def test_the_live_request_gives_the_frame_of_the_page(name: str) -> None:
    state = STATES[name]
    chart, curves = live(state, "", False)
    assert isinstance(chart, Live)
    client = TestClient(Starlette(routes=routes()))
    query = chart.request
    for key, value in chart.values.items():
        query = query.replace(f"{{{key}}}", repr(value))
    answer = client.get(f"/api/{chart.route}?{query}&format=binary")
    assert answer.status_code == 200, answer.text
    assert answer.content == chart.frame
    assert len(curves) == len(state.rows)


def test_the_request_asks_for_what_the_panels_show() -> None:
    state = STATES["all words"]
    request = live(state, "", dark=False)[0].request
    assert "derive=ratio,gradient_ratio,area,normalised,quiet,minimum&against=2&norm={compare_norm}" in request


def test_what_ratios_refer_to_is_named_in_full_on_the_chart_and_in_what_leaves() -> None:
    spec = "curve=balanced_quality_focal:gamma=1.5,alpha=0.25"
    state, _ = read(f"{spec}&curve=bce_with_logits&panels=ratio,difference&active=2&slice=logit")
    name = labels(state)[0]
    chart, _ = live(state, "", dark=False)
    assert list(chart.panels) == taken(state).titles == [f"loss / {name}", f"loss − {name}"]


def test_the_drawn_rows_are_numpys() -> None:
    state = STATES["all words"]
    chart, curves = live(state, "", False)
    rows = derive(curves, ["ratio", "area", "normalised"], state.against, state.norm)
    drawn = {trace.meta["row"]: trace for trace in chart.figure.data if trace.meta["curve"] == 0}
    np.testing.assert_array_equal(drawn["value"].y, symlog(np.abs(curves[0].x)))
    for row in ("ratio", "area", "normalised"):
        np.testing.assert_array_equal(drawn[row].y, symlog(rows[0].rows[row]))


@pytest.mark.parametrize("count", [1, 2, 7])
def test_a_low_panel_of_many_decades_names_no_more_of_them_than_it_has_room_for(count: int) -> None:
    curve = sample(View.of("bce_with_logits", "p_t"))
    panels = [Panel("gradient", "gradient", scale="symlog")] * count
    layout = line_figure([Line(curve, "BCE", 0, 0, 2.0)], panels, "x").layout
    axes = [layout[f"yaxis{p}" if p > 1 else "yaxis"] for p in range(1, count + 1)]
    assert len(axes) == count
    for axis in axes:
        low, high = axis.range
        named = [text for at, text in zip(axis.tickvals, axis.ticktext, strict=True) if low <= at <= high]
        assert 2 <= len(named) <= max(3, 24 * (axis.domain[1] - axis.domain[0]))
        assert "0" in axis.ticktext


def test_symlog_is_odd_smooth_and_counts_decades() -> None:
    y = np.array([-1e3, -1.0, -1e-6, 0.0, 1e-6, 1.0, 1e3])
    np.testing.assert_allclose(symlog(y), -symlog(-y)[::1])
    assert symlog(np.array([10.0]))[0] - symlog(np.array([1.0]))[0] == pytest.approx(1, abs=1e-6)
    fine = np.linspace(-0.01, 0.01, 2001)
    slopes = np.diff(symlog(fine))
    assert np.abs(np.diff(slopes)).max() < 1e-2 * slopes.max()
    assert range_of([y], "symlog")[1] < 7


# --- colours for all eyes --------------------------------------------------------------------------------------------

# Machado, Oliveira & Fernandes 2009, severity 1, in linear RGB.
EYES = {
    "deuteranope": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    "protanope": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
}
XYZ = [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]]


def lab(colour: str, eye: str) -> np.ndarray:
    srgb = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    linear = np.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4)
    x, y, z = (np.array(XYZ) @ np.clip(np.array(EYES[eye]) @ linear, 0, 1)) / (0.95047, 1.0, 1.08883)
    fx, fy, fz = (np.cbrt(v) if v > 0.008856 else 7.787 * v + 16 / 116 for v in (x, y, z))
    return np.array([116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)])


@pytest.mark.parametrize("eye", EYES)
@pytest.mark.parametrize("colours", [TAB10, TAB10_DARK], ids=["light", "dark"])
def test_the_order_of_colours_serves_all_eyes(eye: str, colours: tuple[str, ...]) -> None:
    seen = [lab(colours[k % 10], eye) for k in range(12)]
    for a in range(12):
        for b in range(a):
            distance = np.linalg.norm(seen[a] - seen[b])
            if a < 5:
                assert distance > 18, (a, b)
            if a % len(DASHES) == b % len(DASHES):
                assert distance > 20, (a, b)


# --- the page --------------------------------------------------------------------------------------------------------


@pytest.fixture
def app() -> Callable[[str], AppTest]:
    def run(query: str = "") -> AppTest:
        found = AppTest.from_file("../../pages/compare.py", default_timeout=30)
        for word, text in parse_qsl(query):
            found.query_params[word] = [*found.query_params.get(word, []), text]
        return found.run()

    return run


def test_the_page_runs_and_its_sliders_are_those_of_the_active_curve(app: Callable[[str], AppTest]) -> None:
    page = app("")
    assert not page.exception
    assert page.slider(key="curve_gamma").value == 2
    assert page.session_state["compare"] == FIRST


def test_pin_by_its_button_and_drag_on(app: Callable[[str], AppTest]) -> None:
    page = app("curve=bce_with_logits&curve=focal:gamma=2&slice=logit")
    page.slider(key="curve_gamma").set_value(3.0).run()
    page.button(key="compare pin").click().run()
    page.slider(key="curve_gamma").set_value(1.0).run()
    assert not page.exception
    assert gammas(page.session_state["compare"]) == [3.0, 1.0]


def test_a_bad_curve_is_told_in_one_sentence(app: Callable[[str], AppTest]) -> None:
    page = app(f"curve={BAD}&curve=l1&curve=mse")
    (said,) = [info.value for info in page.info]
    assert said == f"The link asked for something that cannot be drawn: in curve 1, {SPELT}. This is the nearest."
    page = app(f"curve={BAD}&curve=l1&curve=mse&at=99")
    assert page.info[0].value.startswith(
        f"The link asked for 2 things that cannot be drawn: first, in curve 1, {SPELT}."
    )
    assert not page.exception


def test_presented_only_the_chart_and_its_sliders_are_left(app: Callable[[str], AppTest]) -> None:
    page = app("present=1")
    assert not page.exception
    assert page.session_state["compare"] == FIRST.presented()
    assert not page.info
    assert not page.header
    assert [s.key for s in page.slider] == ["curve_gamma", "shared_target"]


def test_a_key_takes_the_gradient_away_and_turns_the_axis() -> None:
    assert FIRST.sloped().panels == ("value",)
    assert FIRST.sloped().sloped() == FIRST
    assert {FIRST.slice, FIRST.turned().slice} <= set(FIRST.slices())
    soft = read("curve=focal&curve=bce_with_logits&slice=logit&target=0.4")[0]
    assert soft.along("p_t").slice == "probability"
    assert dict(soft.along("p_t").shared) == {"target": 0.4}
    assert soft.turned().slice == "probability"
    assert soft.turned().turned().slice == "logit", "the axes of hard labels are passed over"
    alone = read("curve=l1&curve=mse&slice=residual&panels=gradient")[0]
    assert alone.sloped() == alone


def test_a_setting_that_bends_no_curve_is_not_offered(app: Callable[[str], AppTest]) -> None:
    for words, offered in (
        ("curve=focal&slice=p_t", False),  # one curve from both labels
        ("curve=focal&slice=p_t&gradient=logit", True),  # with slopes of both signs
        ("curve=balanced_focal&slice=p_t", True),  # which weighs the labels
        ("curve=focal&slice=logit", True),
    ):
        test = app(f"{words}&curve=bce_with_logits")
        keys = [widget.key for widget in (*test.slider, *test.select_slider, *test.toggle)]
        assert ("shared_target" in keys, "compare own target" in keys) == (offered, offered)


def test_a_curve_may_keep_a_target_for_itself(app: Callable[[str], AppTest]) -> None:
    page = app("curve=bce_with_logits&curve=focal:gamma=2&slice=probability&target=0.8")
    page.toggle(key="compare own target").set_value(True).run()
    assert page.slider(key="own_target").value == 0.8
    page.slider(key="own_target").set_value(0.3).run()
    state = page.session_state["compare"]
    assert [(row.loss, dict(row.own)) for row in state.rows] == [("bce_with_logits", {}), ("focal", {"target": 0.3})]
    assert state.words()[1] == ("curve", "focal:gamma=2,target=0.3")
    chart, _ = live(state, "", False)
    assert "focal:gamma={curve_gamma},target={own_target}&" in chart.request
    assert chart.labels[1].endswith("{own_target}")
    assert chart.values["own_target"] == 0.3
    page.toggle(key="compare own target").set_value(False).run()
    assert not page.exception
    assert page.session_state["compare"].rows[1].own == ()
    assert "own_target" not in [s.key for s in page.slider]


def test_the_ends_are_typed_and_one_button_frees_them(app: Callable[[str], AppTest]) -> None:
    page = app("curve=l1&curve=mse&slice=residual")

    def type_in(label: str, value: float) -> None:
        next(n for n in page.number_input if n.label == label).set_value(value).run()

    opening_range = page.session_state["compare"].range
    type_in("r from", -2.0)
    assert page.session_state["compare"].range == (-2.0, opening_range[1])
    type_in("loss from", 0.0)
    assert page.session_state["compare"].ranges == ()
    type_in("loss to", 4.0)
    type_in("gradient from", -1.0)
    type_in("gradient to", 1.0)
    state = page.session_state["compare"]
    assert state.ranges == (("y", (0.0, 4.0)), ("dy", (-1.0, 1.0)))
    assert {("from", "-2"), ("y", "0,4"), ("dy", "-1,1")} <= set(state.words())
    assert read(urlencode(state.words())) == (state, [])
    type_in("r to", -3.0)
    assert any("must be below" in caption.value for caption in page.caption)
    assert page.session_state["compare"] == state
    page.button(key="compare freed").click().run()
    assert not page.exception
    state = page.session_state["compare"]
    assert (state.range, state.ranges) == (opening_range, ())
