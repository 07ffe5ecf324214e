"""Explore without a browser: addresses become state, and every pair of losses can follow one another."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl

import numpy as np
import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient
from streamlit.testing.v1 import AppTest

from losslib import LOSSES, View, sample, snapshot, track
from losslib.spec import Opening
from tests.conftest import ROOT
from tests.losslib.toys import toy
from ui import explore
from ui.api import routes
from ui.explore import live, panels_of, pick, plot
from ui.export import script
from ui.live import ASTRAY
from ui.state import CHOICES, Explore, carried

API = TestClient(Starlette(routes=routes()))


def opened(**words: str) -> AppTest:
    """The page at an address."""
    app = AppTest.from_file(str(ROOT / "pages" / "router.py"), default_timeout=30)
    for word, text in words.items():
        app.query_params[word] = text
    return app.run()


def test_the_router_opens_explore_on_focal() -> None:
    app = opened()
    assert not app.exception
    assert [h.value for h in app.header] == ["Focal"]
    assert app.slider(key="gamma").value == 2
    assert app.slider(key="target").value == 1


def test_sliders_are_told_their_values_again_once_a_chart_finds_a_thumb_elsewhere() -> None:
    app = opened(loss="focal", gamma="3")
    app.run()
    assert not app.slider(key="gamma").proto.set_value
    app.session_state[ASTRAY] = 1
    app.run()
    assert app.slider(key="gamma").proto.set_value
    assert app.slider(key="gamma").proto.value == [3]
    app.run()
    assert not app.slider(key="gamma").proto.set_value


@pytest.fixture(scope="module")
def visitor() -> AppTest:
    """Somebody who stays and goes from address to address."""
    return opened()


def go(visitor: AppTest, **words: str) -> None:
    """To another address, in the same session."""
    visitor.query_params.clear()
    for word, text in words.items():
        visitor.query_params[word] = text
    visitor.run()
    assert not visitor.exception, words


@pytest.mark.parametrize("key", LOSSES)
def test_every_loss_opens(visitor: AppTest, key: str) -> None:
    go(visitor, loss=key)
    assert [h.value for h in visitor.header] == [LOSSES[key].name]


def test_a_slider_keeps_a_number_between_two_steps() -> None:
    app = opened(loss="focal", gamma="1.2345")
    assert app.select_slider(key="gamma").value == 1.2345


def test_reset_brings_back_the_opening() -> None:
    app = opened(loss="quality_focal", gamma="4", target="0.1")
    app.button[0].click().run()
    assert app.slider(key="gamma").value == 2
    assert app.slider(key="target").value == 0.7


GARBAGE = [
    {"loss": "<script>alert(1)</script>"},
    {"loss": "focal", "gamma": "nan"},
    {"loss": "focal", "gamma": "1e308"},
    {"loss": "![](http://evil.example/x.png)"},
    {"loss": "focal", "gamma": "<img src=x onerror=alert(1)>"},
    {"loss": "focal", "slice": "![](http://evil.example/y.png)", "at": "[x](http://evil.example)"},
    {"loss": "focal", "**bold**": "`code`"},
    {"loss": "focal", "slice": "probability", "from": "0.5", "to": "0.5000000000000001"},
    {"loss": "**x**<script>", "gamma": "nan", "target": "![](http://evil.example)"},
    {"loss": "focal", "points": "4001", "at": "0.3"},
    {"loss": "focal", "at": "1e300"},
    {"loss": ""},
]


@pytest.mark.parametrize("words", GARBAGE, ids=range(len(GARBAGE)))
def test_a_garbled_address_is_one_sentence_without_the_strangers_text(words: dict[str, str]) -> None:
    app = opened(**words)
    assert [h.value for h in app.header] == ["Focal"]
    assert len(app.info) == 1
    assert not re.search(r"script|evil|onerror|bold", app.info[0].value)
    assert not app.exception


@pytest.mark.parametrize(
    "query",
    [
        "loss=focal&slice=logit&dtype=bfloat16",
        "loss=focal&slice=probability&gradient=logit&order=2&from=0.2&to=0.7",
        "loss=exponential&slice=margin&from=-6&to=6&dtype=float16",
        "loss=huber&delta=2.5&dtype=float32",
        "loss=balanced_focal&view=surface&dtype=bfloat16",
        "loss=giou&view=surface",
    ],
)
def test_what_a_hand_asks_for_is_what_the_page_shows_at_rest(query: str) -> None:
    state, problems = Explore.nearest(parse_qsl(query))
    assert not problems
    chart, result = live(state, "", dark=False)
    asked = chart.request.format(**{name: repr(value) for name, value in chart.values.items()})
    answer = API.get(f"/api/{chart.route}?{asked}&format=binary")
    assert answer.content == chart.frame
    assert dict(parse_qsl(query)).get("dtype", "float64") == result.view.dtype


@pytest.mark.parametrize(
    "word", ["at=1&at=2", "zoom=x:-1:1&zoom=", "view=surface&view=curve", "scale=log&scale=log", "gamma=1&gamma=2"]
)
def test_of_a_word_that_is_said_twice_the_first_counts(word: str) -> None:
    once, twice = f"loss=focal&slice=logit&{word.split('&')[0]}", f"loss=focal&slice=logit&{word}"
    state, (problem,) = Explore.nearest(parse_qsl(twice, keep_blank_values=True))
    assert state == Explore.nearest(parse_qsl(once))[0]
    assert problem.sentence == "a word was given twice"


def steep(prediction, target):
    """A parabola."""
    return (prediction - target).square()


@pytest.mark.parametrize("key", LOSSES)
def test_a_loss_is_drawn_only_beside_one_over_the_same_coordinate(key: str) -> None:
    for line in LOSSES[key].kind.curves:
        axes = [view.the_slice.axes[0] for view in plot(Explore(View(key, line.key))).views]
        assert len({(axis.name, axis.symbol, axis.lo, axis.hi) for axis in axes}) == 1


def test_a_loss_may_declare_the_heights_it_opens_with(monkeypatch: pytest.MonkeyPatch) -> None:
    entries = {**LOSSES, "steep": toy(steep, opening=Opening(slice="residual", y=(0.0, 4.0)))}
    monkeypatch.setattr("losslib.view.entry", entries.__getitem__)
    for key, axis, scale, heights in (
        ("steep", "residual", "linear", (0, 4)),
        ("steep", "prediction", "linear", None),
        ("steep", "residual", "log", None),
        ("mse", "residual", "linear", None),
    ):
        state = Explore(View(key, axis), scale=scale)
        assert panels_of(state)[0].range == heights
        figure = live(state, "", dark=False)[0].figure
        assert (tuple(figure.layout.yaxis.range) == (0, 4)) == (heights is not None)
        assert figure.layout.yaxis2.range != (0, 4)


def test_the_precision_stays_when_the_axis_and_the_loss_change() -> None:
    state, _ = Explore.nearest([("loss", "focal"), ("dtype", "bfloat16")])
    assert pick(state, "bce").view.dtype == "bfloat16"
    assert carried(state.view, "focal", "margin", {}).dtype == "bfloat16"
    assert Explore.nearest([("loss", "focal"), ("slice", "plane"), ("dtype", "float32")])[0].view.dtype == "float32"


def a_page_with_a_pick() -> None:
    """The part of a page that keeps the address, and the list's callback on a button."""
    import streamlit as st

    from ui import compare, explore

    page = {"explore": explore, "compare": compare}[st.session_state["page"]]
    state, _ = page.arrive()
    page.keep(state)
    page.leave(state)
    st.button("pick", on_click=page.choose, args=("bce",))


@pytest.mark.parametrize(
    ("page", "old"),
    [
        ("explore", {"loss": "focal", "slice": "logit", "gamma": "2", "target": "1"}),
        ("compare", {"curve": "focal:gamma=2", "slice": "logit", "target": "1"}),
    ],
)
def test_a_pick_made_before_the_last_choice_reached_the_address_does_not_undo_it(
    page: str, old: dict[str, str]
) -> None:
    app = AppTest.from_function(a_page_with_a_pick)
    app.session_state["page"] = page
    app.query_params.update(old)
    app.run()
    key = "choose slice" if page == "explore" else "compare slice"
    app.session_state[key] = "probability"
    app.run()
    assert app.query_params["slice"] in ("probability", ["probability"])
    app.query_params.clear()
    app.query_params.update(old)
    app.button[0].click().run()
    assert not app.exception
    state = app.session_state[page]
    assert (state.view if page == "explore" else state).slice == "probability"
    assert "bce" in ([state.view.loss] if page == "explore" else [row.loss for row in state.rows])


@pytest.mark.parametrize(
    ("page", "address", "behind"),
    [
        (
            "explore",
            {"loss": "giou"},
            {"choose slice": "probability", "choose plane": "plane", "choose gradient": "logit"},
        ),
        ("explore", {"loss": "bce_blur", "alpha": "0.2"}, {"alpha": 0.0}),
        ("compare", {"curve": "giou", "slice": "shift"}, {"compare slice": "probability", "compare gradient": "logit"}),
        ("compare", {"curve": "bce_blur:alpha=0.2", "slice": "logit"}, {"curve_alpha": 0.0, "shared_target": 7.0}),
    ],
)
def test_a_browser_that_is_a_run_behind_speaks_of_widgets_that_are_gone_and_is_not_heard(
    page: str, address: dict[str, str], behind: dict[str, Any]
) -> None:
    app = AppTest.from_function(a_page_with_a_pick)
    app.session_state["page"] = page
    app.query_params.update(address)
    app.run()
    before = app.session_state[page]
    for key, value in behind.items():
        app.session_state[key] = value
    app.run()
    assert not app.exception
    assert app.session_state[page] == before


@pytest.mark.parametrize(("target", "axis"), [(0.0, "p_t"), (0.0, "margin"), (1.0, "p_t"), (0.3, "probability")])
def test_another_axis_of_a_loss_shows_the_same_example(target: float, axis: str) -> None:
    view = View.of("focal", "logit", gamma=3.7, target=target)
    there = carried(view, "focal", axis, {})
    assert (there.slice, there.values["target"], there.values["gamma"]) == (axis, target, 3.7)
    assert carried(there, "focal", "logit", {}).values["target"] == target


@pytest.mark.parametrize(("axis", "instead"), [("p_t", "probability"), ("margin", "logit")])
def test_an_axis_that_cannot_take_a_soft_target_gives_way(axis: str, instead: str) -> None:
    there = carried(View.of("focal", "logit", target=0.4), "focal", axis, {})
    assert (there.slice, there.values["target"]) == (instead, 0.4)


def test_the_page_says_the_precision_that_was_asked_for() -> None:
    said = [c.value for c in opened(loss="focal", dtype="bfloat16").caption]
    assert any(re.fullmatch(r"Computed on \w+ in bfloat16\.", text) for text in said)


def test_values_at_which_the_next_loss_is_infinite_everywhere_are_not_carried_over() -> None:
    state = pick(Explore.nearest([("loss", "js_bernoulli"), ("target", "1")])[0], "kl_bernoulli_reverse")
    assert state.view.values["target"] == 0.7


@pytest.mark.parametrize("key", LOSSES)
def test_the_words_of_a_page_bring_it_back(key: str) -> None:
    for s in LOSSES[key].kind.curves:
        state = Explore(View(key, s.key), scale="log", at=View(key, s.key).range[0])
        again, problems = Explore.nearest(state.words())
        assert not problems
        assert again == state


@pytest.mark.parametrize("key", LOSSES)
def test_a_copied_link_says_every_word_and_brings_the_page_back(key: str) -> None:
    state = Explore(View(key))
    words = state.words(every=True)
    again, problems = Explore.nearest(words)
    assert not problems
    assert replace(again, at=None) == state
    assert again.at == pytest.approx(state.view.first_at, rel=1e-5)
    assert {word for word, _ in words} == {"at", *CHOICES, *dict(state.view.words(every=True))}


@pytest.mark.parametrize("key", LOSSES)
def test_the_snippet_prints_the_numbers_on_the_screen(key: str, capsys: pytest.CaptureFixture[str]) -> None:
    from losslib import snapshot
    from ui.card import snippet

    for view in (View(key), View(key, dtype="float32"), *(View(key, s.key) for s in LOSSES[key].kind.surfaces)):
        at = tuple(round(0.37 * lo + 0.63 * hi, 3) for lo, hi in ((a.lo, a.hi) for a in view.the_slice.axes))
        exec(snippet(view, at), {})
        value, *slopes = map(float, capsys.readouterr().out.split())
        shot = snapshot(view, at)
        assert value == pytest.approx(shot.value, rel=1e-12, abs=1e-300)
        assert slopes == pytest.approx(list(shot.slope), rel=1e-12, abs=1e-300)
    assert len(snippet(View(key), (0.5,)).splitlines()) <= 10


@pytest.mark.parametrize("slice_key", ["probability", "p_t", "margin"])
def test_the_snippet_takes_the_slope_in_the_coordinate_that_is_drawn(slice_key: str, capsys) -> None:
    from ui.card import snippet

    view = View.of("focal", slice_key, gradient="logit", gamma=2, target=1)
    exec(snippet(view, (0.3,)), {})
    _, slope = map(float, capsys.readouterr().out.split())
    curve = sample(replace(view, lo=0.3, hi=0.4, points=2))
    assert slope == pytest.approx(curve.gradient[0], rel=1e-12)


def test_presented_only_the_loss_its_chart_and_its_sliders_are_left() -> None:
    app = opened(loss="focal", gamma="3", present="1", panels="value")
    assert not app.exception
    assert not app.header
    assert [s.key for s in app.slider] == ["gamma", "target"]
    state = app.session_state["explore"]
    assert (state.present, state.slopes, state.view.values["gamma"]) == (True, False, 3)
    assert Explore.nearest(state.words()) == (state, [])


def test_a_loss_of_every_kind_can_be_presented(visitor: AppTest) -> None:
    for key in {loss.kind.key: key for key, loss in LOSSES.items()}.values():
        go(visitor, loss=key, present="1")
        assert {s.key for s in (*visitor.slider, *visitor.select_slider)} == set(View(key).values), key


PLANES = [
    pytest.param(key, s.key, p.key, id=f"{key}-{s.key}-{p.key}")
    for key, loss in LOSSES.items()
    for s in loss.kind.curves
    for p in loss.kind.surfaces
    if track(View(key, s.key), p.key) is not None
]


@pytest.mark.parametrize(("key", "line", "plane"), PLANES)
def test_the_example_of_a_surface_is_the_curves_own(key: str, line: str, plane: str) -> None:
    curve = View(key, line)
    first = LOSSES[key].kind.surfaces[0].key
    state = Explore(curve, show="surface", plane="" if plane == first else plane)
    seen = state.surface()
    assert seen is not None
    view, where = explore.looked_at(state, sample(seen))
    there = snapshot(curve, curve.first_at).value
    assert snapshot(view, where).value == pytest.approx(there, rel=1e-4, abs=1e-5), "to the digits of an address"


def test_an_axis_for_hard_labels_gives_way_to_a_soft_one_with_a_word() -> None:
    app = opened(loss="focal", slice="logit", target="0.4")
    app.button_group(key="choose slice").set_value("p_t").run()
    assert not app.exception
    assert "hard labels only" in app.toast[0].value
    assert app.slider(key="target").value == 0.4
    assert app.session_state["explore"].view.slice == "probability"


def test_a_loss_that_is_infinite_everywhere_is_told_in_one_sentence() -> None:
    app = opened(loss="kl_bernoulli_reverse", slice="logit", target="1")
    assert [info.value for info in app.info] == [
        "With these values the loss is infinite everywhere here: there is no curve to draw."
    ]
    assert not opened(loss="kl_bernoulli_reverse").info


@pytest.mark.parametrize("dtype", ["float64", "float32", "float16"])
def test_where_a_loss_is_infinite_everywhere_so_is_its_gradient_and_neither_is_drawn(dtype: str) -> None:
    state = Explore(View.of("kl_bernoulli_reverse", "logit", target=1, dtype=dtype))
    assert np.isneginf(plot(state).curves[0].gradient).all()
    figure = live(state, "", False)[0].figure
    assert figure.layout.yaxis.range == figure.layout.yaxis2.range == (0, 1)
    assert all(np.isinf(trace.y).all() for trace in figure.data)
    ends = re.findall(r'dict\(value="linear"\), (\(.*?\))\)', script(plot(state), "losslib"))
    assert ends == ["(0.0, 1.0)"] * 2, "and so it is taken along"
