"""A piece of the chart chosen with the mouse, or a surface turned with it: it is in the address, lasts through a drag, and goes
with its axis."""

from __future__ import annotations

import re
from collections.abc import Callable

import numpy as np
import pytest
from playwright.sync_api import Page

from tests.browser.hands import DRAWN, go, holding, rest, visit, words
from tests.browser.test_export import saved

OPENING = "/?loss=focal&slice=logit"
COMPARED = "/compare?curve=focal&curve=bce_with_logits&slice=logit&target=1"
RANGES = """() => Object.fromEntries(Object.entries(document.querySelector('.js-plotly-plot')._fullLayout)
    .filter(([name]) => /^[xy]axis/.test(name)).map(([name, axis]) => [name, axis.range.map(Number)]))"""
TICK = re.compile(r'class="x2tick"[^>]*><text[^>]*>([^<]+)<')
NOTE = "A piece of the picture is shown"
LEAD_ON = "to => { history.pushState(history.state, '', to); dispatchEvent(new PopStateEvent('popstate')); }"
# Every range that the first panel has had since.
WATCH = """() => {
    const plot = document.querySelector('.js-plotly-plot');
    window.ranges = [];
    plot.on('plotly_afterplot', () => window.ranges.push(plot._fullLayout.xaxis.range.join()));
}"""


def ranges(page: Page) -> dict[str, list[float]]:
    """The ends of every axis as they are drawn."""
    return dict(page.evaluate(RANGES))


def drag(page: Page, across: tuple[float, float], down: tuple[float, float] = (0.5, 0.5), panel: int = 0) -> None:
    """Choose a piece of a panel, as shares of its width and its height, and wait until the address says so."""
    before = page.url
    select(page, across, down, panel)
    page.wait_for_function("before => location.href !== before", arg=before)
    rest(page)


def select(page: Page, across: tuple[float, float], down: tuple[float, float] = (0.5, 0.5), panel: int = 0) -> None:
    """Choose a piece of a panel with the mouse."""
    box = page.locator(".live-plot .nsewdrag").nth(panel).bounding_box()
    assert box is not None
    (a, b), (c, d) = ([box[side] + share * box[size] for share in ends] for side, size, ends in (("x", "width", across), ("y", "height", down)))  # fmt: skip
    page.mouse.move(a, c)
    page.mouse.down()
    page.mouse.move(b, d + 2, steps=4)
    page.mouse.up()


def said(page: Page) -> dict[str, list[float]]:
    """The ends that the address says, by the name of the axis."""
    parts = [part.split(":") for part in words(page).get("zoom", "").split(",") if part]
    return {name: [float(lo), float(hi)] for name, lo, hi in parts}


def assert_shown(page: Page, axis: str, ends: list[float]) -> None:
    """An axis has these ends, to the digits of the word."""
    np.testing.assert_allclose(ranges(page)[axis], ends, atol=2e-4 * (ends[1] - ends[0]))


@pytest.mark.walk
def test_a_zoom_is_a_word_of_the_address_and_no_step_back(page: Page, server: str) -> None:
    visit(page, server + OPENING)
    whole, entries = ranges(page), page.evaluate("history.length")
    assert whole["xaxis"] == [-6, 6]
    drag(page, (0.3, 0.7))
    shown = ranges(page)
    assert list(said(page)) == ["x"]
    np.testing.assert_allclose(said(page)["x"], [-2.4, 2.4], atol=0.05)
    assert_shown(page, "xaxis", said(page)["x"])
    assert shown["xaxis2"] == shown["xaxis"], "the panels share it"
    assert shown["yaxis"] == whole["yaxis"]
    assert page.evaluate("history.length") == entries
    page.reload()
    page.wait_for_selector(DRAWN, state="attached", timeout=30_000)
    rest(page)
    for axis, ends in shown.items():
        assert_shown(page, axis, ends)
    note = page.get_by_text(NOTE)
    assert note.is_visible()
    page.locator(".live-plot .nsewdrag").first.dblclick()
    note.wait_for(state="hidden")
    page.wait_for_function("() => !location.search.includes('zoom')")
    rest(page)
    assert ranges(page) == whole
    assert page.evaluate("history.length") == entries


def test_a_zoom_lasts_through_a_drag_and_its_release_and_nothing_jumps(tab: Page) -> None:
    go(tab, OPENING)
    drag(tab, (0.3, 0.7), (0.2, 0.8))
    zoomed, piece = ranges(tab), words(tab)["zoom"]
    assert list(said(tab)) == ["x", "value"]
    with holding(tab, "gamma", 60):
        assert ranges(tab) == zoomed
    assert ranges(tab) == zoomed
    assert words(tab)["zoom"] == piece
    assert float(words(tab)["gamma"]) > 2


@pytest.mark.walk
def test_a_zoom_is_left_where_it_is_while_the_page_catches_up(tab: Page) -> None:
    go(tab, OPENING)
    tab.evaluate(WATCH)
    select(tab, (0.2, 0.8))
    tab.wait_for_timeout(150)
    select(tab, (0.3, 0.7))
    tab.wait_for_timeout(150)
    select(tab, (0.1, 0.6))
    tab.wait_for_timeout(1500)
    rest(tab)
    assert_shown(tab, "xaxis", said(tab)["x"])
    seen = [[float(end) for end in text.split(",")] for text in tab.evaluate("window.ranges")]
    spans = [high - low for low, high in seen]
    assert spans == sorted(spans, reverse=True), "an earlier piece came back"


@pytest.mark.walk
def test_another_axis_shows_all_of_it_and_back_the_piece(tab: Page) -> None:
    go(tab, OPENING)
    drag(tab, (0.3, 0.7))
    piece = words(tab)["zoom"]
    tab.get_by_role("radio", name="margin").click()
    tab.wait_for_function("() => location.search.includes('slice=margin')")
    rest(tab)
    assert "zoom" not in words(tab)
    assert ranges(tab)["xaxis"] == [-6, 6]
    tab.go_back()
    tab.wait_for_function("() => location.search.includes('slice=logit')")
    rest(tab)
    assert words(tab)["zoom"] == piece
    assert_shown(tab, "xaxis", said(tab)["x"])
    tab.locator("#picker-l1").click()
    tab.wait_for_function("() => location.search.includes('loss=l1')")
    rest(tab)
    assert "zoom" not in words(tab)
    assert ranges(tab)["xaxis"] == [-5, 5]


@pytest.mark.walk
def test_on_compare_the_panels_share_x_and_each_has_heights_of_its_own(tab: Page) -> None:
    go(tab, COMPARED)
    whole = ranges(tab)
    drag(tab, (0.3, 0.7), (0.2, 0.8), panel=1)
    assert list(said(tab)) == ["x", "gradient"]
    shown = ranges(tab)
    assert shown["yaxis"] == whole["yaxis"]
    for axis, name in (("xaxis", "x"), ("xaxis2", "x"), ("yaxis2", "gradient")):
        assert_shown(tab, axis, said(tab)[name])
    tab.locator(".live-plot .nsewdrag").first.dblclick()
    tab.wait_for_function("() => !location.search.includes('zoom')")
    rest(tab)
    assert ranges(tab) == whole
    drag(tab, (0.3, 0.7), panel=1)
    shown = ranges(tab)
    with holding(tab, "curve_weight", 40):
        assert ranges(tab) == shown
    assert ranges(tab) == shown


@pytest.mark.walk
@pytest.mark.parametrize("address", [OPENING, COMPARED])
def test_a_piece_of_a_panel_that_is_taken_away_comes_back_with_it(tab: Page, address: str) -> None:
    go(tab, f"{address}&zoom=gradient:-1:0")
    note = tab.get_by_text(NOTE)
    note.wait_for()
    tab.keyboard.press("g")
    tab.wait_for_function("() => document.querySelectorAll('.live-plot .nsewdrag').length === 1")
    rest(tab)
    assert words(tab)["zoom"] == "gradient:-1:0"
    assert note.is_hidden(), "it stands under a whole picture"
    drag(tab, (0.3, 0.7))
    assert sorted(said(tab)) == ["gradient", "x"]
    tab.keyboard.press("g")
    tab.wait_for_function("() => document.querySelectorAll('.live-plot .nsewdrag').length === 2")
    rest(tab)
    assert ranges(tab)["yaxis2"] == [-1, 0]
    tab.keyboard.press("g")
    tab.wait_for_function("() => document.querySelectorAll('.live-plot .nsewdrag').length === 1")
    rest(tab)
    tab.locator(".live-plot .nsewdrag").first.dblclick()
    tab.wait_for_function("() => !location.search.includes('zoom')")
    assert note.is_hidden()


@pytest.mark.walk
def test_a_piece_of_a_panel_that_is_not_there_has_no_note_and_a_double_click_forgets_it(tab: Page) -> None:
    go(tab, "/?loss=focal&gamma=2&panels=value&zoom=gradient:-1:0")
    assert tab.get_by_text(NOTE).is_hidden()
    tab.locator(".live-plot .nsewdrag").first.dblclick()
    tab.wait_for_function("() => !location.search.includes('zoom')")


@pytest.mark.walk
def test_a_scene_keeps_its_piece_when_the_answer_is_shown_and_loses_it_with_its_axis(tab: Page) -> None:
    go(tab, "/scenes?scene=s2")
    drag(tab, (0.5, 0.9), (0.3, 0.7))
    piece, shown = words(tab)["zoom"], ranges(tab)
    assert list(said(tab)) == ["x", "value"]
    tab.get_by_role("button", name="Show the answer").click()
    tab.wait_for_function("() => location.search.includes('reveal=1')")
    rest(tab)
    assert words(tab)["zoom"] == piece
    for axis, ends in shown.items():
        assert_shown(tab, axis, ends)
    tab.keyboard.press("x")
    tab.wait_for_function("() => location.search.includes('slice=logit')")
    rest(tab)
    assert "zoom" not in words(tab)
    assert ranges(tab)["xaxis"] == [-6, 6]


@pytest.mark.walk
def test_a_picture_that_comes_under_a_hand_that_zooms_waits_for_it(tab: Page) -> None:
    go(tab, OPENING)
    box = tab.locator(".live-plot .nsewdrag").nth(1).bounding_box()
    assert box is not None
    tab.mouse.move(box["x"] + 50, box["y"] + 20)
    tab.mouse.down()
    tab.mouse.move(box["x"] + 150, box["y"] + 60, steps=3)
    tab.evaluate("() => document.getElementById('picker-iou').click()")
    tab.wait_for_function("() => document.querySelector('h2').textContent === 'IoU'")
    tab.evaluate(LEAD_ON, "/?loss=giou&slice=shift&view=surface")
    tab.wait_for_function("() => document.querySelector('h2').textContent === 'GIoU'")
    tab.wait_for_timeout(500)
    assert tab.locator(".heatmaplayer image").count() == 0
    tab.mouse.up()
    rest(tab)
    assert tab.locator(".heatmaplayer image").count() == 1
    assert words(tab)["loss"] == "giou"


@pytest.mark.walk
def test_while_a_picture_waits_for_a_hand_the_one_that_stands_takes_nothing_of_it(tab: Page) -> None:
    go(tab, "/?loss=giou&slice=shift&view=surface")
    asked: list[str] = []
    tab.on("response", lambda answer: asked.append(answer.url) if answer.status == 422 else None)
    box = tab.locator(".live-plot .nsewdrag").bounding_box()
    assert box is not None
    tab.mouse.move(box["x"] + 50, box["y"] + 20)
    tab.mouse.down()
    tab.mouse.move(box["x"] + 150, box["y"] + 60, steps=3)
    tab.evaluate(LEAD_ON, "/?loss=focal&slice=p_t")
    tab.wait_for_function("() => document.querySelector('h2').textContent === 'Focal'")
    tab.set_viewport_size({"width": 1300, "height": 900})
    tab.wait_for_timeout(500)
    tab.mouse.up()
    rest(tab)
    assert asked == []
    assert tab.locator(".js-plotly-plot .js-line").count() > 0


@pytest.mark.walk
def test_a_surface_is_zoomed_in_both_axes(tab: Page) -> None:
    go(tab, "/?loss=focal&view=surface&zoom=x:-1:2,y:0.25:0.5")
    assert (ranges(tab)["xaxis"], ranges(tab)["yaxis"]) == ([-1, 2], [0.25, 0.5])
    drag(tab, (0.2, 0.8), (0.2, 0.8))
    assert list(said(tab)) == ["x", "y"]
    assert_shown(tab, "xaxis", said(tab)["x"])
    assert -1 < said(tab)["x"][0] < said(tab)["x"][1] < 2


EYE = """() => { const { eye } = document.querySelector('.js-plotly-plot')._fullLayout.scene._scene.getCamera();
    return [eye.x, eye.y, eye.z]; }"""


def turn(page: Page, dx: float) -> list[float]:
    """Turn a surface by the mouse, and wait until the address says so; returns what it says."""
    before = page.url
    box = page.locator(".live-plot canvas").first.bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + dx, y, steps=5)  # level: at the pole a turn would leave the eye where it is
    page.wait_for_timeout(300)  # Plotly turns it a frame after the hand
    page.mouse.up()
    page.wait_for_function("before => location.href !== before", arg=before)
    rest(page)
    return [float(part) for part in words(page)["camera"].split(":")]


@pytest.mark.walk
def test_a_turned_surface_is_a_word_of_the_address_and_no_step_back(page: Page, server: str) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    visit(page, server + "/?loss=focal&gamma=2&view=space", wait=".js-plotly-plot canvas")
    opening, entries = page.evaluate(EYE), page.evaluate("history.length")
    assert "camera" not in words(page)
    eye = turn(page, 90)
    assert np.linalg.norm(np.subtract(eye, opening)) > 0.5
    np.testing.assert_allclose(page.evaluate(EYE), eye, atol=6e-4)
    assert page.evaluate("history.length") == entries
    page.get_by_role("button", name="Copy link").click()
    page.get_by_role("button", name="Copied").wait_for()
    assert f"camera={words(page)['camera']}" in page.evaluate("navigator.clipboard.readText()")
    page.reload()
    page.wait_for_selector(".js-plotly-plot canvas", timeout=30_000)
    rest(page)
    np.testing.assert_allclose(page.evaluate(EYE), eye, atol=1e-9)
    note = page.get_by_text("The picture is turned")
    assert note.is_visible()
    with holding(page, "gamma", 60):
        pass
    np.testing.assert_allclose(page.evaluate(EYE), eye, atol=1e-9, err_msg="it stays so when a slider is let go")
    assert words(page)["camera"] == ":".join(f"{c:g}" for c in eye)
    before = saved(page, "PNG", width=300, height=200)
    eye = turn(page, -60)
    assert saved(page, "PNG", width=300, height=200) != before
    page.get_by_role("radio", name="Surface").click()
    page.wait_for_function("() => !location.search.includes('camera')")
    rest(page)
    page.go_back()
    page.wait_for_function("() => location.search.includes('camera')")
    rest(page)
    np.testing.assert_allclose(page.evaluate(EYE), eye, atol=1e-9)
    page.locator(".live-plot canvas").first.dblclick()
    page.wait_for_function("() => !location.search.includes('camera')")
    rest(page)
    assert note.is_hidden()
    np.testing.assert_allclose(page.evaluate(EYE), opening, atol=1e-9)


@pytest.mark.walk
def test_a_copied_link_and_a_saved_picture_have_the_piece(open_page: Callable[..., Page], server: str) -> None:
    page = open_page()
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    visit(page, server + f"{OPENING}&zoom=x:-1:3")
    page.get_by_role("button", name="Copy link").click()
    page.get_by_role("button", name="Copied").wait_for()
    assert "zoom=x:-1:3" in page.evaluate("navigator.clipboard.readText()")
    ticks = [float(text.replace("−", "-")) for text in TICK.findall(saved(page, "SVG").decode())]
    assert (min(ticks), max(ticks)) == (-1, 3)


@pytest.mark.walk
@pytest.mark.parametrize("address", [OPENING, "/compare?curve=focal:gamma=1&slice=logit", "/scenes?scene=s2"])
def test_a_garbled_zoom_is_one_sentence_and_the_whole_picture(tab: Page, address: str) -> None:
    go(tab, address)
    whole = ranges(tab)
    go(tab, f"{address}&zoom=x:%3Cb%3E:1")
    sentence = tab.locator("[data-testid=stAlert]")
    sentence.wait_for()
    assert "<b>" not in sentence.inner_text()
    assert "zoom" not in words(tab)
    assert ranges(tab) == whole
