"""The projector: on every page with a chart the same keys lead there and back, and nothing needs a closer look."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.hands import holding, rest, trace, traces, visit, words

# A subscript of a formula is smaller than its letter; the formula itself counts.
SMALLEST_TYPE = """() => Math.min(...[...document.querySelectorAll('[data-testid=stMain] *')]
    .filter(e => !e.closest('.katex *, [data-testid=stIconMaterial]') && e.getClientRects().length)
    .filter(e => [...e.childNodes].some(n => n.nodeType === 3 && n.data.trim()) && e.getBoundingClientRect().width > 1)
    .map(e => parseFloat(getComputedStyle(e).fontSize)))"""
SMALLEST_WORD = """() => Math.min(...[...document.querySelectorAll('.picture > svg text')]
    .map(e => parseFloat(getComputedStyle(e).fontSize) * e.ownerSVGElement.getScreenCTM().a))"""
SPY = "() => { document.documentElement.requestFullscreen = async () => { window.asked = (window.asked ?? 0) + 1; }; }"


def press(page: Page, key: str) -> None:
    page.keyboard.press(key)
    page.wait_for_timeout(150)
    rest(page)


def assert_one_screen(page: Page, width: int, height: int) -> None:
    """The chart, its sliders and the keys are on the screen, and the type can be read."""
    page.set_viewport_size({"width": width, "height": height})
    rest(page)
    page.wait_for_function("h => document.querySelector('[data-testid=stMain]').scrollHeight <= h", arg=height)
    chart = page.locator(".live-stage").bounding_box()
    assert chart is not None
    assert chart["width"] > 0.9 * width
    assert chart["height"] > 0.45 * height
    bottoms = [page.locator(part).last.bounding_box() for part in ("[data-testid=stSlider]", ".sheet-foot")]
    assert all(box is not None and box["y"] + box["height"] <= height for box in bottoms)
    assert page.evaluate(SMALLEST_TYPE) >= 16


@pytest.mark.parametrize(
    "path",
    ["/?loss=focal&gamma=2&slice=logit", pytest.param("/compare", marks=pytest.mark.walk)],
    ids=["explore", "compare"],
)
def test_p_presents_the_page_the_keys_work_there_and_p_brings_it_back(
    server: str, open_page: Callable[..., Page], path: str
) -> None:
    page = open_page()
    visit(page, server + path)
    page.locator(".live-stage").click(position={"x": 150, "y": 80})  # a chart that has the focus leaves the letters
    press(page, "p")
    assert words(page)["present"] == "1"
    for part in ("stSidebar", "stHeader", "stToolbar"):
        expect(page.get_by_test_id(part).first).to_be_hidden()
    for size in ((1024, 768), (1280, 720)):
        assert_one_screen(page, *size)
    slider = "gamma" if path.startswith("/?") else "curve_gamma"
    lead = 0 if path.startswith("/?") else 4
    before = trace(page, "value", lead)["y"]
    with holding(page, slider, 60):
        assert trace(page, "value", lead)["y"] != before
    before = words(page)["slice"]
    press(page, "g")
    assert {t["row"] for t in traces(page)} == {"value"}
    press(page, "g")
    assert {t["row"] for t in traces(page)} == {"value", "gradient"}
    press(page, "x")
    assert words(page)["slice"] != before
    page.evaluate(SPY)
    press(page, "f")
    assert page.evaluate("() => window.asked") == 1
    press(page, "?")
    keys = page.get_by_role("dialog", name="Keys")
    expect(keys).to_be_visible()
    assert keys.locator("kbd").all_inner_texts() == ["G", "X", "P", "F", "L", "?", "Esc"]
    page.keyboard.press("?")
    expect(keys).to_be_hidden()
    press(page, "p")
    assert "present" not in words(page)
    expect(page.get_by_test_id("stSidebar")).to_be_visible()


@pytest.mark.walk
def test_an_address_opens_it_presented_and_a_plane_fills_the_screen_too(server: str, page: Page) -> None:
    page.set_viewport_size({"width": 1024, "height": 768})
    visit(page, f"{server}/?loss=ghm_c&present=1")
    expect(page.get_by_test_id("stSidebar")).to_be_hidden()
    expect(page.locator(".picture svg").first).to_be_visible()
    assert page.evaluate(SMALLEST_WORD) > 15.9
    visit(page, f"{server}/?loss=focal&view=surface&present=1", wait=".js-plotly-plot .hm, .js-plotly-plot .contour")
    assert page.locator(".live-stage").bounding_box()["height"] > 400
    page.get_by_role("button", name="present, and back").click()
    expect(page.get_by_test_id("stSidebar")).to_be_visible()


@pytest.mark.walk
@pytest.mark.parametrize("path", ["/scenes?scene=s1&present=1", "/compare?present=1"], ids=["scene", "compare"])
def test_the_whole_code_is_on_the_screen(server: str, page: Page, path: str) -> None:
    visit(page, server + path)
    for width, height in ((1440, 900), (1920, 1080), (1024, 768)):
        page.set_viewport_size({"width": width, "height": height})
        rest(page)
        page.get_by_role("button", name="QR").click()
        image = page.get_by_test_id("stDialog").locator("img")
        expect(image).to_be_in_viewport(ratio=1)
        box = image.bounding_box()
        assert box is not None
        assert min(box["width"], box["height"]) >= 400
        page.keyboard.press("Escape")
        expect(image).to_have_count(0)
    assert words(page)["present"] == "1"
