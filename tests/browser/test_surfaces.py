"""A surface in the browser: its sliders bend it while they are held, and where there is no WebGL it is flat."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Page

from losslib import View, sample
from tests.browser.hands import go, holding, raw, rest, visit
from ui.export import Plane, page_html

SEEN = """row => { const t = document.querySelector('.js-plotly-plot').data.find(t => t.meta?.row === row);
    return {z: t.z && Array.from(t.z, r => Array.from(r)), x: Array.from(t.x ?? []), y: Array.from(t.y ?? [])} }"""

# What is on the screen of the triangle, not only in its data.
MAP = "() => [...document.querySelectorAll('.contourcarpetlayer path')].map(p => p.getAttribute('d')).join()"
# The picture of the heat map, its contours, and the lines drawn on it.
HEAT = """() => [document.querySelector('.heatmaplayer image').href.baseVal,
    ...[...document.querySelectorAll('.contourlayer path, .js-line')].map(p => p.getAttribute('d'))]"""
# The example that the chart tells of when a pointer comes to a place.
UNDER = """([clientX, clientY]) => new Promise(resolve => {
    document.addEventListener('lossary:example', e => resolve(e.detail.at.split(',').map(Number)), {once: true});
    document.querySelector('.js-plotly-plot').dispatchEvent(new PointerEvent('pointermove', {clientX, clientY}));
})"""


def seen(page: Page, row: str) -> dict[str, Any]:
    """The numbers of one trace of the surface."""
    return dict(page.evaluate(SEEN, row))


@pytest.mark.walk
def test_the_picture_of_a_heat_map_follows_the_hand_and_stands_as_it_was_left(tab: Page) -> None:
    go(tab, "?loss=focal&view=surface")
    image, *contours = tab.evaluate(HEAT)
    with holding(tab, "gamma", 60):
        held = tab.evaluate(HEAT)
        assert held[0] != image
        assert held[1:] != contours
    rest(tab)
    assert tab.evaluate(HEAT) == held, "the colours stay those of the drag"


@pytest.mark.walk
def test_the_settings_of_a_plane_bend_it_while_they_are_held(tab: Page) -> None:
    go(tab, "?loss=cross_entropy&view=surface")
    with holding(tab, "label_smoothing", 60):
        smoothing = raw(tab, "label_smoothing")
        assert smoothing != 0
        surface = sample(View.of("cross_entropy", "plane", label_smoothing=smoothing))
        np.testing.assert_array_equal(np.float32(seen(tab, "value")["z"]), np.float32(surface.value))
    go(tab, "?loss=least_squares_cost&view=surface")
    with holding(tab, "rate", 40):
        path = sample(View.of("least_squares_cost", "plane", rate=raw(tab, "rate"))).path
        np.testing.assert_allclose(seen(tab, "path")["x"], path[0], rtol=1e-12)
    with holding(tab, "theta_1", -40):
        assert seen(tab, "across")["y"] == [raw(tab, "theta_1")] * 2
        held = tab.evaluate(HEAT)
    rest(tab)
    assert tab.evaluate(HEAT) == held, "Plotly's own drawing, with the hand away, is no other"


@pytest.mark.walk
def test_the_triangle_follows_the_hand_and_shows_the_example_under_the_pointer(tab: Page) -> None:
    go(tab, "?loss=kl_div&view=surface&plane=simplex&first=0.5&share=0.3")
    before = tab.evaluate(MAP)
    with holding(tab, "first", 40):
        surface = sample(View.of("kl_div", "simplex", first=raw(tab, "first"), share=0.3))
        np.testing.assert_array_equal(np.float32(seen(tab, "value")["z"]), np.float32(surface.value))
        held = tab.evaluate(MAP)
        assert held != before
    assert tab.evaluate(MAP) == held
    assert tab.locator(".annotation-text").all_text_contents() == ["second state", "third state", "first state"]
    box = tab.locator(".js-plotly-plot .contourcarpetlayer").bounding_box()
    assert box is not None
    tab.mouse.move(
        box["x"] + 0.5 * box["width"], box["y"] + 0.4 * box["height"]
    )  # half-way between two corners, p = .6
    split, share = tab.evaluate(UNDER, [box["x"] + 0.5 * box["width"] + 1, box["y"] + 0.4 * box["height"]])
    assert abs(split - 0.5) < 0.02
    assert abs(share - 0.6) < 0.02


@pytest.mark.walk
def test_without_webgl_there_is_the_heat_map_and_one_sentence(open_page: Callable[..., Page], server: str) -> None:
    page = open_page()
    page.add_init_script(
        "const get = HTMLCanvasElement.prototype.getContext;"
        "HTMLCanvasElement.prototype.getContext = function (kind, ...more) { return /webgl/.test(kind) ? null : get.call(this, kind, ...more) }"
    )
    visit(page, server + "/?loss=focal&view=space", wait=".js-plotly-plot .contourlayer path")
    rest(page)
    assert page.get_by_text("This browser draws nothing in three dimensions").count() == 1
    assert "webgl" not in page.locator(".live").inner_text().lower()


@pytest.mark.walk
def test_the_offline_page_of_a_triangle_moves(plain_page: Page, tmp_path: Path) -> None:
    plane = Plane(View("kl_div", "simplex"), "value", ("s", "p", "loss"))
    first = plane.view.the_slice.params[0]
    file = tmp_path / "triangle.html"
    file.write_text(page_html(plane, first), encoding="utf-8")
    plain_page.goto(file.as_uri())
    plain_page.wait_for_selector("#figure .contourcarpetlayer path", state="attached")
    before = plain_page.evaluate(MAP)
    rail = plain_page.locator("#figure .slider-rail-touch-rect").bounding_box()
    assert rail is not None
    plain_page.mouse.click(rail["x"] + 0.9 * rail["width"], rail["y"] + rail["height"] / 2)
    plain_page.wait_for_function(f"before => ({MAP})() !== before", arg=before, timeout=10_000)
