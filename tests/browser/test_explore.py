"""The Explore page in a real browser: the curve follows the hand, and the address is the state."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from urllib.parse import urlencode

import numpy as np
import pytest
from playwright.sync_api import Page

from losslib import LOSSES, View, sample
from losslib.spec import Param, Slice
from tests.browser.hands import go, holding, pick, raw, rest, settled, thumb, trace, traces, visit, visiting, words
from ui.address import link
from ui.charts.lines import jumps_of, range_of, with_gaps
from ui.controls import stops
from ui.explore import _reference_view
from ui.state import Explore, params_of

CURVES = "**/api/curves*"
OPENING = "/?loss=focal&slice=logit&gamma=2&target=1"


def number(page: Page, param: Param, before: float) -> float:
    """The parameter's value under the thumb."""
    found = stops(param, before)
    return found[int(raw(page, param.name))] if found else raw(page, param.name)


def assert_drawn(page: Page, view: View) -> None:
    """The first curve in the chart is the view, to float32 rounding, and the second its reference."""
    beside = _reference_view(view)
    for k, curve in enumerate(map(sample, [view, *([beside] if beside else [])])):
        for row in ("value", "gradient", *(["curvature"] if view.order == 2 else [])):
            x, y = with_gaps(curve.x, getattr(curve, row), jumps_of(curve, row))
            drawn = trace(page, row, k)
            np.testing.assert_array_equal(np.float32(drawn["x"]), np.float32(x))
            np.testing.assert_array_equal(np.array(drawn["y"], dtype=np.float32), np.float32(y))


# --- the first picture -----------------------------------------------------------------------------------------------


def test_it_opens_on_focal_beside_bce_with_both_gradients(page: Page, server: str) -> None:
    visit(page, server)
    assert [(t["row"], t["curve"], t["name"]) for t in traces(page)] == [
        ("value", 0, "Focal γ\N{NO-BREAK SPACE}=\N{NO-BREAK SPACE}2"),
        ("value", 1, "BCE"),
        ("gradient", 0, "Focal γ\N{NO-BREAK SPACE}=\N{NO-BREAK SPACE}2"),
        ("gradient", 1, "BCE"),
    ]
    assert_drawn(page, View.of("focal", "logit", gamma=2, target=1))
    assert page.locator(".live-label").all_inner_texts() == ["Focal\nγ\N{NO-BREAK SPACE}=\N{NO-BREAK SPACE}2", "BCE"]
    assert words(page) == {"loss": "focal", "slice": "logit", "gamma": "2", "target": "1"}


# --- live ------------------------------------------------------------------------------------------------------------


def test_with_the_button_held_the_chart_shows_the_thumbs_value_and_the_address_follows_on_release(tab: Page) -> None:
    go(tab, OPENING)
    with holding(tab, "gamma", 60):
        gamma = raw(tab, "gamma")
        assert gamma > 2.5
        assert_drawn(tab, View.of("focal", "logit", gamma=gamma, target=1))
        assert (
            tab.locator(".live-label").first.inner_text() == f"Focal\nγ\N{NO-BREAK SPACE}=\N{NO-BREAK SPACE}{gamma:g}"
        )
        assert words(tab)["gamma"] == "2"
    assert words(tab)["gamma"] == f"{gamma:g}"
    assert_drawn(tab, View.of("focal", "logit", gamma=gamma, target=1))


def opened(page: Page, key: str) -> View:
    """Choose a loss; its curve, its gradient, its picture and its controls say what the address says."""
    if words(page)["loss"] != key:
        pick(page, key)
    said = words(page)
    view = View.of(key, said["slice"])
    view = view.change(**{name: float(said[name]) for name in view.values})
    assert_drawn(page, view)
    assert page.locator("#picker-list [aria-selected=true]").all_inner_texts() == [LOSSES[key].name]
    assert page.locator(".picture g[clip-path] > *").count() > 0, f"{key}: the picture is empty"
    shown = page.locator(".st-key-choose-show [aria-checked=true]")
    assert shown.all_inner_texts() == ["Curve"] * bool(view.the_loss.kind.surfaces), key
    axis = page.locator(".st-key-choose-slice [aria-checked=true]")
    assert axis.all_inner_texts() == [view.the_slice.name] * (len(view.the_loss.kind.curves) > 1), key
    for param in params_of(view):
        assert number(page, param, view.values[param.name]) == pytest.approx(view.values[param.name]), param.name
    return view


def assert_live(page: Page, view: View, param: Param) -> None:
    """With the button held, the curve is the one at the thumb."""
    before = view.values[param.name]
    far = 0.6 * page.locator(f".st-key-{param.name}").bounding_box()["width"]
    with visiting(page, param.name, -far if before > (param.lo + param.hi) / 2 else far):
        moved = view.change(**{param.name: number(page, param, before)})
        assert moved.values[param.name] != before, f"{view.loss}: {param.name} did not move"
        assert_drawn(page, moved)


def test_every_loss_opens_whole_and_a_slider_of_every_kind_is_live(page: Page, server: str) -> None:
    visit(page, server)
    dragged = set()
    for key, loss in LOSSES.items():
        view = opened(page, key)
        if loss.kind.key not in dragged and (params := params_of(view)):
            dragged.add(loss.kind.key)
            assert_live(page, view, params[0])


@pytest.mark.walk
def test_the_list_leads_to_a_loss_and_straight_back(tab: Page) -> None:
    for key in ("hinge", "mse", "hinge"):
        pick(tab, key)
        assert tab.get_by_role("heading", name=LOSSES[key].name, exact=True).count() == 1


@pytest.mark.walk
def test_every_slider_of_every_loss_is_live(page: Page, server: str) -> None:
    visit(page, server)
    for key, loss in LOSSES.items():
        dragged: set[str] = set()
        for the_slice in (opened(page, key).the_slice, *loss.kind.curves):
            if dragged and {p.name for p in the_slice.params} <= dragged:
                continue
            view = along(page, key, the_slice)
            for param in params_of(view):
                if param.name not in dragged:
                    assert_live(page, view, param)
            dragged |= {"", *view.values}


def along(page: Page, key: str, the_slice: Slice) -> View:
    """A loss, chosen in the list, along one of its slices, chosen by name."""
    settled(page)  # the thumb is back, and its curve on the way
    view = opened(page, key)
    if view.slice == the_slice.key:
        return view
    page.locator(".st-key-choose-slice").get_by_role("radio", name=the_slice.name, exact=True).click()
    page.wait_for_function("key => new URLSearchParams(location.search).get('slice') === key", arg=the_slice.key)
    rest(page)
    return opened(page, key)


def test_a_drag_is_live_after_a_change_of_axis_of_loss_and_of_view(tab: Page) -> None:
    go(tab, OPENING)
    tab.get_by_role("radio", name="margin").click()
    rest(tab)
    with holding(tab, "gamma", 50):
        assert_drawn(tab, View.of("focal", "margin", gamma=raw(tab, "gamma"), target=1))
    pick(tab, "quality_focal")
    with holding(tab, "target", -50):
        target = raw(tab, "target")
        said = words(tab)
        assert_drawn(tab, View.of("quality_focal", said["slice"], gamma=float(said["gamma"]), target=target))
    tab.get_by_role("radio", name="Surface").click()
    rest(tab)
    with holding(tab, "gamma", -40):
        tab.wait_for_timeout(300)
        drawn = tab.evaluate("() => Array.from(document.querySelector('.js-plotly-plot').data[0].z[7])")
        surface = sample(View.of("quality_focal", "plane", gamma=raw(tab, "gamma")))
        np.testing.assert_array_equal(np.float32(drawn), np.float32(surface.value[7]))
    tab.get_by_role("radio", name="Curve").click()
    rest(tab)
    with holding(tab, "gamma", 30):
        said = words(tab)
        assert_drawn(
            tab, View.of("quality_focal", said["slice"], gamma=raw(tab, "gamma"), target=float(said["target"]))
        )


# Keeps the observers that look for thumbs, from their first look until they are disconnected.
WATCHERS = """(() => {
    const Real = MutationObserver;
    window.watchers = new Map();
    window.MutationObserver = class extends Real {
        observe(target, options) {
            if (options?.attributeFilter?.includes("aria-valuetext")) watchers.set(this, target);
            return super.observe(target, options);
        }
        disconnect() {
            watchers.delete(this);
            return super.disconnect();
        }
    };
})()"""
WATCHED = "() => [...watchers.values()].map(node => [node.dataset.testid, node.isConnected])"


def test_a_drag_is_live_after_other_pages_and_back_and_one_observer_looks_on(page: Page, server: str) -> None:
    page.add_init_script(WATCHERS)
    visit(page, server)
    sidebar = page.get_by_test_id("stSidebarNav")
    for name, charts in (("Compare", 1), ("Explore", 1), ("Catalogue", 0), ("Explore", 1)):
        sidebar.get_by_role("link", name=name).click()
        page.wait_for_function("n => document.querySelectorAll('.live .js-line').length > 0 === n > 0", arg=charts)
        rest(page)
        assert page.evaluate(WATCHED) == [["stMain", True]] * charts, name
    with holding(page, "gamma", 60):
        assert_drawn(page, View.of("focal", "logit", gamma=raw(page, "gamma"), target=1))
    pick(page, "hinge")
    assert page.evaluate(WATCHED) == [["stMain", True]]


def test_a_finger_on_a_phone_bends_the_curve(open_page: Callable[..., Page], server: str) -> None:
    page = open_page(on="phone")
    visit(page, server)
    page.locator(".st-key-gamma").scroll_into_view_if_needed()
    x, y = thumb(page, "gamma")
    finger = page.context.new_cdp_session(page)

    def touch(kind: str, dx: float) -> None:
        points = [] if kind == "touchEnd" else [{"x": x + dx, "y": y}]
        finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    touch("touchStart", 0)
    for dx in (15, 30, 45, 60):
        touch("touchMove", dx)
        page.wait_for_timeout(30)
    settled(page)
    gamma = raw(page, "gamma")
    assert gamma > 2
    assert_drawn(page, View.of("focal", "logit", gamma=gamma, target=1))
    touch("touchEnd", 0)
    page.wait_for_function("g => new URLSearchParams(location.search).get('gamma') === g", arg=f"{gamma:g}")
    rest(page)


@pytest.mark.walk
def test_on_a_phone_the_chart_is_in_sight_above_every_slider(open_page: Callable[..., Page], server: str) -> None:
    page = open_page(on="phone")
    visit(page, server + "/?loss=balanced_quality_focal")
    place = "() => [innerHeight, document.querySelector('.live-stage').getBoundingClientRect().toJSON()]"
    for name in ("gamma", "alpha", "target", "gamma"):
        page.locator(f".st-key-{name} input").evaluate("input => { document.activeElement.blur(); input.focus(); }")
        page.wait_for_timeout(100)
        height, stage = page.evaluate(place)
        _, y = thumb(page, name)
        assert 0 <= stage["top"] < stage["bottom"] <= y <= height, name


def test_who_asked_for_less_motion_gets_none(tab: Page) -> None:
    go(tab, "?loss=focal")
    longest = """() => Math.max(...[...document.querySelectorAll('*')].flatMap(e => {
        const { transitionDuration: a, animationDuration: b } = getComputedStyle(e);
        return `${a},${b}`.split(',').map(parseFloat);
    }))"""
    assert tab.evaluate(longest) <= 1e-4
    tab.emulate_media(reduced_motion="no-preference")
    try:
        assert tab.evaluate(longest) > 0.01, "or the test could not fail"
    finally:
        tab.emulate_media(reduced_motion="reduce")


def points(path: str) -> np.ndarray:
    """The corners of a line, in pixels."""
    return np.array([pair.split(",") for pair in re.split("[ML]", path) if pair], dtype=float)


def test_the_y_axis_is_frozen_while_the_hand_moves_and_a_ghost_stays_where_it_began(tab: Page) -> None:
    go(tab, OPENING)
    ranges = "() => { const l = document.querySelector('.js-plotly-plot')._fullLayout; return [l.yaxis.range, l.yaxis2.range]; }"
    lines = [line.get_attribute("d") for line in tab.locator(".live-plot .js-line").all()]
    before = tab.evaluate(ranges)
    with holding(tab, "gamma", 90):
        assert tab.evaluate(ranges) == before
        assert tab.locator(".live-ghost").count() == 2
        for ghost, began in zip(tab.locator(".live-ghost").all(), (lines[0], lines[2]), strict=True):
            seen = points(ghost.get_attribute("d"))
            assert len(seen) == 401
            np.testing.assert_allclose(seen, points(began), atol=0.011)
        moved = tab.locator(".live-plot .js-line").first.get_attribute("d")
        assert np.abs(points(moved) - points(lines[0])).max() > 3


@pytest.mark.walk
def test_on_release_a_curve_that_left_its_panel_gets_the_range_that_the_page_would_give_it(tab: Page) -> None:
    go(tab, "/?loss=bce_with_logits&pos_weight=0.1&slice=probability&target=1")
    with holding(tab, "pos_weight", 160):
        pass
    view = View.of("bce_with_logits", "probability", pos_weight=float(words(tab)["pos_weight"]), target=1.0)
    beside = _reference_view(view)
    drawn = [sample(one) for one in (view, *([beside] if beside else []))]
    for axis, row in (("yaxis", "value"), ("yaxis2", "gradient")):
        shown = tab.evaluate(f"() => document.querySelector('.js-plotly-plot')._fullLayout.{axis}.range.map(Number)")
        np.testing.assert_allclose(shown, range_of([getattr(curve, row) for curve in drawn]), rtol=1e-6)


def test_the_latest_position_wins_over_a_slow_answer(tab: Page) -> None:
    go(tab, OPENING)
    asked: list[str] = []

    def slow(route: object) -> None:
        asked.append(route.request.url)
        if len(asked) == 1:
            tab.wait_for_timeout(400)
        route.continue_()

    tab.route(CURVES, slow)
    with holding(tab, "gamma", 80, steps=12):
        gamma = raw(tab, "gamma")
        assert_drawn(tab, View.of("focal", "logit", gamma=gamma, target=1))
        tab.wait_for_timeout(500)
        assert_drawn(tab, View.of("focal", "logit", gamma=gamma, target=1))
    assert any(f"gamma%3D{gamma:g}" in url or f"gamma={gamma:g}" in url for url in asked)


# How many requests for curves stand at once, at most.
COUNTING = """() => {
    const ask = window.fetch;
    window.asking = {now: 0, most: 0, all: 0};
    window.fetch = async (what, ...how) => {
        if (!String(what).includes('/api/curves')) return ask(what, ...how);
        asking.all += 1;
        asking.most = Math.max(asking.most, ++asking.now);
        let open = true;
        const end = () => { asking.now -= open ? 1 : 0; open = false; };
        how[0]?.signal?.addEventListener('abort', end);
        try {
            const answer = await ask(what, ...how);
            await new Promise(go => setTimeout(go, 15)); // slow, but quick enough to be asked ahead
            how[0]?.signal?.throwIfAborted();
            return answer;
        } finally { end(); }
    };
}"""


def test_one_request_is_in_flight_whatever_is_asked_ahead(page: Page, server: str) -> None:
    visit(page, server + OPENING)
    page.evaluate(COUNTING)
    with holding(page, "gamma", 80, steps=16):
        assert_drawn(page, View.of("focal", "logit", gamma=raw(page, "gamma"), target=1))
    told = page.evaluate("() => asking")
    assert told["all"] >= 8
    assert told["most"] == 1


@pytest.mark.walk
def test_a_stop_is_asked_for_once_in_a_drag(tab: Page) -> None:
    go(tab, OPENING)
    asked: list[str] = []
    tab.on("request", lambda request: asked.append(request.url) if "/api/curves" in request.url else None)
    tab.locator(".st-key-gamma input[type=range]").focus()
    for key in ("ArrowRight", "ArrowRight", "ArrowLeft", "ArrowLeft", "ArrowRight"):
        tab.keyboard.press(key)
        settled(tab)
    gamma = raw(tab, "gamma")
    assert_drawn(tab, View.of("focal", "logit", gamma=gamma, target=1))
    assert len(asked) == len(set(asked)) >= 2


@pytest.mark.walk
@pytest.mark.parametrize(("part", "other"), [("max", "9"), ("step", "1")])
def test_a_slider_of_a_run_that_the_chart_has_not_heard_of_is_not_asked_for(tab: Page, part: str, other: str) -> None:
    """A quick hand holds the slider of the next loss before that loss is drawn: its number may be out of range for this one."""
    go(tab, "?loss=focal&gamma=2")
    tab.evaluate(f"() => {{ document.querySelector('.st-key-gamma input[type=range]').{part} = '{other}' }}")
    asked: list[str] = []
    tab.on("request", lambda request: asked.append(request.url) if "/api/curves" in request.url else None)
    with holding(tab, "gamma", 40):
        assert raw(tab, "gamma") != 2
        assert asked == []
        assert_drawn(tab, View.of("focal", "logit", gamma=2.0, target=1.0))


def test_the_keyboard_moves_a_slider_and_the_curve_follows(tab: Page) -> None:
    go(tab, OPENING)
    tab.locator(".st-key-gamma input[type=range]").focus()
    for _ in range(4):
        tab.keyboard.press("ArrowRight")
    settled(tab)
    rest(tab)
    gamma = raw(tab, "gamma")
    assert gamma == pytest.approx(2.2)
    assert_drawn(tab, View.of("focal", "logit", gamma=gamma, target=1))


def test_without_the_route_a_sentence_says_so_and_the_chart_follows_on_release(plain_page: Page, server: str) -> None:
    page = plain_page
    visit(page, server)
    page.route(CURVES, lambda route: route.fulfill(status=200, content_type="text/html", body="<html>a page</html>"))
    with holding(page, "gamma", 60):
        assert "follows when you let go" in page.locator(".live-note").inner_text()
        gamma = raw(page, "gamma")
    page.wait_for_timeout(300)
    assert_drawn(page, View.of("focal", "logit", gamma=gamma, target=1))


@pytest.mark.walk
def test_a_curve_that_was_infinite_everywhere_is_drawn_as_soon_as_the_hand_makes_it_finite(tab: Page) -> None:
    go(tab, "/?loss=kl_bernoulli_reverse&slice=logit&target=1")
    assert tab.locator("[data-testid=stAlert]").inner_text().endswith("there is no curve to draw.")
    assert tab.locator(".js-plotly-plot .js-line").count() < 2
    with holding(tab, "target", -60):
        assert tab.locator(".js-plotly-plot .js-line").count() == 2
        assert_drawn(tab, View.of("kl_bernoulli_reverse", "logit", target=raw(tab, "target")))


@pytest.mark.walk
def test_without_plotly_js_the_page_draws_the_chart_itself(plain_page: Page, server: str) -> None:
    page = plain_page
    page.route("**/api/plotly-*.js", lambda route: route.abort())
    page.goto(server)
    page.wait_for_selector("[data-testid=stPlotlyChart] .js-plotly-plot", timeout=30_000)
    assert "drawing library did not load" in page.locator(".live-note").inner_text()


# --- how it is read --------------------------------------------------------------------------------------------------


def test_the_log_scale_the_curvature_and_the_gradient_in_the_logit_are_a_click_each(tab: Page) -> None:
    go(tab, "/?loss=focal&slice=probability&gamma=2&target=1")
    scale = "() => document.querySelector('.js-plotly-plot')._fullLayout.yaxis.type"
    assert tab.evaluate(scale) == "linear"
    view = View.of("focal", "probability", gamma=2, target=1)
    assert_drawn(tab, view)
    tab.get_by_text("gradient in z", exact=True).click()
    rest(tab)
    assert words(tab)["gradient"] == "logit"
    assert_drawn(tab, replace(view, gradient="logit"))
    tab.get_by_text("curvature", exact=True).click()
    rest(tab)
    assert words(tab)["order"] == "2"
    view = replace(view, gradient="logit", order=2)
    assert_drawn(tab, view)
    tab.get_by_text("log loss", exact=True).click()
    rest(tab)
    assert words(tab)["scale"] == "log"
    assert tab.evaluate(scale) == "log"
    with holding(tab, "gamma", 50):
        assert_drawn(tab, view.change(gamma=raw(tab, "gamma")))
    for name in ("log loss", "curvature", "gradient in p"):
        tab.get_by_text(name, exact=True).click()
        rest(tab)
    assert not {"scale", "order", "gradient"} & set(words(tab))
    assert tab.evaluate(scale) == "linear"
    assert {t["row"] for t in traces(tab)} == {"value", "gradient"}


# --- the cursor ------------------------------------------------------------------------------------------------------


def readout(page: Page) -> list[list[str]]:
    """The table under the chart."""
    rows = page.locator(".live-table tr").all()
    return [row.locator("th, td").all_inner_texts() for row in rows]


def test_the_cursor_reads_both_curves_and_their_ratio_and_moves_with_the_drag(tab: Page) -> None:
    go(tab, "/?loss=focal&gamma=2&slice=p_t&target=1&gradient=logit&at=0.9")
    head, loss, gradient = readout(tab)
    assert head == ["at pₜ = 0.9", "Focal", "BCE", "BCE / Focal"]
    assert loss[1:] == ["0.001054", "0.1054", "100×"]
    assert gradient[3] == "34.52×"
    with holding(tab, "gamma", -40):
        assert readout(tab)[1] != loss
        assert readout(tab)[0][0] == "at pₜ = 0.9"


def test_arrow_keys_move_the_cursor_and_the_address_keeps_it(tab: Page) -> None:
    go(tab, OPENING)
    tab.locator(".live-stage").focus()
    tab.keyboard.press("Home")
    tab.keyboard.press("ArrowRight")
    tab.wait_for_function("() => new URLSearchParams(location.search).has('at')", timeout=10_000)
    assert float(words(tab)["at"]) == pytest.approx(-5.97)
    assert tab.locator(".live-stage").get_attribute("aria-valuetext").startswith("z = −5.97; loss")
    assert tab.locator(".live-tangent").count() == 1


# --- the address -----------------------------------------------------------------------------------------------------


def test_reload_shows_the_same_page(page: Page, server: str) -> None:
    visit(page, f"{server}/?loss=balanced_focal&slice=probability&gamma=3.5&alpha=0.6&target=0.3&scale=log")
    before = traces(page)
    page.reload()
    visit(page, page.url)
    assert traces(page) == before
    assert words(page) == {
        "loss": "balanced_focal", "slice": "probability", "gamma": "3.5", "alpha": "0.6", "target": "0.3", "scale": "log",
    }  # fmt: skip


def test_back_goes_to_the_previous_loss_and_never_through_slider_steps(page: Page, server: str) -> None:
    visit(page, server)
    with holding(page, "gamma", 40):
        pass
    with holding(page, "gamma", 40):
        pass
    gamma = words(page)["gamma"]
    pick(page, "hinge")
    pick(page, "huber")
    with holding(page, "delta", 40):
        pass
    delta = words(page)["delta"]
    page.go_back()
    page.wait_for_function("() => location.search.includes('loss=hinge')")
    rest(page)
    assert page.get_by_role("heading", name="Hinge").count() == 1
    page.go_back()
    page.wait_for_function("() => location.search.includes('loss=focal')")
    rest(page)
    assert words(page)["gamma"] == gamma
    assert f"{raw(page, 'gamma'):g}" == gamma
    assert_drawn(page, View.of("focal", "logit", gamma=float(gamma), target=1))
    page.go_forward()
    page.go_forward()
    page.wait_for_function("() => location.search.includes('loss=huber')")
    rest(page)
    assert words(page)["delta"] == delta
    assert_drawn(page, View.of("huber", "residual", delta=float(delta)))


HASTE = """async ms => {
    document.body.dispatchEvent(new KeyboardEvent("keydown", {key: "p", bubbles: true, cancelable: true}));
    await new Promise(r => setTimeout(r, ms));
    document.querySelector('[data-testid=stCheckbox] input')?.click();
}"""


@pytest.mark.walk
def test_an_address_and_a_thumb_that_were_left_behind_are_set_right_at_rest(plain_page: Page, server: str) -> None:
    """A quick hand overtakes the page, and what one of its runs had to say is lost."""
    page, said = plain_page, []
    page.on("websocket", lambda socket: socket.on("framesent", lambda frame: said.append(bytes(frame))))
    visit(page, server + OPENING)
    page.evaluate("() => history.replaceState(history.state, '', '?loss=focal&slice=margin')")
    page.evaluate(
        "() => Object.defineProperty(document.querySelector('.st-key-gamma input'), 'value', { get: () => '4', set() {} })"
    )
    page.locator(".st-key-target input").focus()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowRight")
    page.wait_for_timeout(3000)
    assert words(page) == {"loss": "focal", "slice": "logit", "gamma": "2", "target": "1"}
    assert b"astray" in said[-1], "the page is asked to tell its sliders again"
    page.wait_for_timeout(4000)
    told = len(said)
    page.wait_for_timeout(3000)
    assert len(said) == told, "not for ever, for here it is in vain"


@pytest.mark.walk
@pytest.mark.parametrize("ms", [0, 20])
def test_a_choice_made_before_the_last_one_reached_the_address_does_not_undo_it(tab: Page, ms: int) -> None:
    go(tab, OPENING)
    tab.evaluate(HASTE, ms)
    tab.wait_for_function("() => location.search.includes('present=1')")
    rest(tab)
    assert words(tab)["present"] == "1"
    assert tab.locator(".sheet-foot").count() == 1


def test_copy_link_says_every_word(open_page: Callable[..., Page], server: str) -> None:
    page = open_page()
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    visit(page, server)
    page.get_by_role("button", name="Copy link").click()
    page.wait_for_selector("text=Copied")
    copied = page.evaluate("() => navigator.clipboard.readText()")
    state = Explore(View.of("focal", "logit", gamma=2, target=1))
    assert copied == server + "/" + link(state.words(every=True))
    before = traces(page)
    visit(page, copied)
    assert traces(page) == before
    assert words(page) == {"loss": "focal", "slice": "logit", "gamma": "2", "target": "1", "at": "-2.16"}


def test_an_exact_number_is_taken_as_typed_and_reset_brings_the_opening_back(tab: Page) -> None:
    go(tab, OPENING)
    with holding(tab, "gamma", 40):
        gamma = raw(tab, "gamma")
    with holding(tab, "target", -30):
        pass
    tab.get_by_role("button", name="Exact").click()
    assert float(tab.get_by_label("γ, 0 to 5").input_value()) == gamma
    tab.get_by_label("γ, 0 to 5").fill("1.2345")
    tab.keyboard.press("Enter")
    rest(tab)
    assert words(tab)["gamma"] == "1.2345"
    assert_drawn(tab, View.of("focal", "logit", gamma=1.2345, target=float(words(tab)["target"])))
    tab.keyboard.press("Escape")
    tab.get_by_role("button", name="Reset").click()
    rest(tab)
    assert words(tab)["gamma"] == "2"


def places() -> Iterator[tuple[str, Slice]]:
    """Every loss along every curve."""
    for key, loss in LOSSES.items():
        for the_slice in loss.kind.curves:
            yield key, the_slice


def sharing() -> Iterator[tuple[tuple[str, Slice], tuple[str, Slice]]]:
    """Both ways between every two losses with a parameter of one name; and from each meaning of a name, among the settings
    of the slices too, to each other one."""
    opening = {key: (key, View(key).the_slice) for key in LOSSES}
    for a, b in itertools.permutations(LOSSES, 2):
        if {p.name for p in LOSSES[a].params} & {p.name for p in LOSSES[b].params}:
            yield opening[a], opening[b]
    meanings: dict[str, dict[Param, tuple[str, Slice]]] = {}
    for key, the_slice in places():
        for param in the_slice.params:
            meanings.setdefault(param.name, {}).setdefault(param, (key, the_slice))
    for found in meanings.values():
        yield from itertools.permutations(found.values(), 2)


def carried_over(known: dict[Param, float], key: str, the_slice: Slice) -> View:
    """What a loss is met with by somebody who has set these numbers before: those that mean the same, if any of it is seen."""
    fresh = View(key, the_slice.key)
    view = fresh.change(**{p.name: known[p] for p in params_of(fresh) if p in known})
    return view if np.isfinite(sample(view).value).any() else fresh


@pytest.mark.walk
def test_values_survive_or_fall_back_between_all_that_share_a_name(page: Page, server: str) -> None:
    visit(page, server)
    known: dict[Param, float] = {}
    for turn, ((a, first), (b, second)) in enumerate(sharing()):
        names = {p.name for p in (*LOSSES[a].params, *first.params)}
        between = next(k for k in LOSSES if not names & set(View(k).values) and k not in (a, b))
        ends = {p: (p.lo, p.hi)[turn % 2] for p in (*LOSSES[a].params, *first.params)}
        go(page, "/?" + urlencode({"loss": a, "slice": first.key, **{p.name: end for p, end in ends.items()}}))
        known |= ends
        for key in (between, b):
            view = opened(page, key)
            assert view == carried_over(known, key, view.the_slice), f"{a}, {first.key} -> {between} -> {b}"
            known |= {p: view.values[p.name] for p in params_of(view)}
        shown = view.values
        view = along(page, b, second)
        fresh = View(b, second.key).values
        kept = {p.name: shown.get(p.name, known.get(p, fresh[p.name])) for p in params_of(view)}
        assert view.values == View.of(b, second.key, **kept).values, "the same example on another axis"
        known |= {p: view.values[p.name] for p in params_of(view)}
        assert page.locator("[data-testid=stException]").count() == 0


# The page's own tests try each kind of garbage alone; in the browser, together, what could be drawn, run or fetched.
GARBAGE = {
    "loss": "<script>alert(1)</script>",
    "gamma": "<img src=x onerror=alert(1)>",
    "slice": "![](http://evil.example/x.png)",
    "at": "[x](http://evil.example)",
    "**bold**": "`code`",
    **{f"word{i}": "1" for i in range(900)},
}


def test_garbage_in_the_address_gives_the_nearest_page_and_one_plain_sentence(page: Page, server: str) -> None:
    visit(page, f"{server}/?" + urlencode(GARBAGE))
    assert page.get_by_role("heading", name="Focal", exact=True).count() == 1
    assert page.locator("[data-testid=stAlert]").count() == 1
    assert page.locator("[data-testid=stException]").count() == 0
    body = page.locator("[data-testid=stMain]").inner_text()
    assert not re.search(r"script|evil|onerror|bold|word\d", body)
    assert page.locator("[data-testid=stMain] img").count() == 0
    assert words(page) == {"loss": "focal", "slice": "logit", "gamma": "2", "target": "1"}


@pytest.mark.walk
def test_a_soft_target_moves_a_hard_axis_to_one_that_takes_it(tab: Page) -> None:
    go(tab, "/?loss=focal&slice=p_t&target=0.3")
    assert words(tab)["slice"] == "probability"
    assert words(tab)["target"] == "0.3"
    assert tab.locator("[data-testid=stAlert]").count() == 1


# --- finding a loss --------------------------------------------------------------------------------------------------


def test_a_loss_is_found_by_name_key_and_other_names_with_the_keyboard_alone(tab: Page) -> None:
    wanted = {"smooth": "smooth_l1", "焦点损失": "focal", "bce_blur": "bce_blur", "AdaBoost": "exponential"}
    for typed, loss in wanted.items():
        tab.get_by_role("combobox", name="Find a loss").fill(typed)
        option = tab.locator(f"#picker-{loss}")
        assert option.is_visible()
        for _ in range(20):
            if "active" in (option.get_attribute("class") or ""):
                break
            tab.keyboard.press("ArrowDown")
        tab.keyboard.press("Enter")
        tab.wait_for_function("key => new URLSearchParams(location.search).get('loss') === key", arg=loss)
        rest(tab)
