"""What is taken along, in a real browser: the offline page opened from disk, and the picture of the live chart."""

from __future__ import annotations

import struct
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Page

from losslib import View, sample
from tests.browser.hands import visit
from ui.export import Taken, page_html
from ui.export.page import params_of, stops

RAIL = """() => {
    const box = document.querySelector('#figure .slider-rail-touch-rect').getBoundingClientRect();
    return [box.x, box.y, box.width, box.height];
}"""
LINES = """() => document.querySelector('#figure')._fullData.map(t => (
    {row: t.meta.row, curve: t.meta.curve, name: t.name, x: Array.from(t.x), y: Array.from(t.y)}))"""
PATHS = "() => [...document.querySelectorAll('#figure .js-line')].map(p => p.getAttribute('d'))"


def of(lines: list[dict[str, Any]], row: str, curve: int) -> dict[str, Any]:
    """One line of the figure."""
    return next(line for line in lines if line["row"] == row and line["curve"] == curve)


@pytest.mark.parametrize(
    ("view", "scale"),
    [
        (View.of("focal", "probability", gamma=2.0), "linear"),
        (View.of("huber"), "log"),
    ],
    ids=["focal", "huber"],
)
def test_the_offline_page_asks_for_nothing_and_its_slider_moves_the_curve(
    page: Page, tmp_path: Path, view: View, scale: str
) -> None:
    other = View("bce_with_logits" if view.loss == "focal" else "mse", view.slice)
    taken = Taken.of([view, other], scale=scale)
    param = params_of(taken)[0]
    file = tmp_path / "loss.html"
    file.write_text(page_html(taken, param), encoding="utf-8")
    asked: list[str] = []
    page.on("request", lambda r: asked.append(r.url))
    page.goto(file.as_uri())
    page.wait_for_selector("#figure .js-line", state="attached")
    before, paths = page.evaluate(LINES), page.evaluate(PATHS)
    np.testing.assert_array_equal(of(before, "value", 0)["y"], sample(view).value)

    x, y, width, height = page.evaluate(RAIL)
    page.mouse.move(x + width / 2, y + height / 2)
    page.mouse.down()
    page.mouse.move(x + 0.9 * width, y + height / 2, steps=5)
    page.mouse.up()
    page.wait_for_timeout(300)

    step = page.evaluate("() => document.querySelector('#figure')._fullLayout.sliders[0].active")
    value = stops(param, view.values[param.name])[step]
    assert value != view.values[param.name]
    after = page.evaluate(LINES)
    drawn = sample(view.change(**{param.name: value}))
    for row, wanted in (("value", drawn.value), ("gradient", drawn.gradient)):
        line = of(after, row, 0)
        x_at = dict(zip(line["x"], line["y"], strict=True)) if row == "value" else None
        got = np.array([v for v in line["y"] if v is not None], dtype=float)
        np.testing.assert_array_equal(got, wanted)
        assert x_at is None or list(x_at) == drawn.x.tolist()
        assert of(after, row, 1)["y"] == of(before, row, 1)["y"]
    assert page.evaluate(PATHS)[0] != paths[0]
    assert of(after, "value", 0)["name"] != of(before, "value", 0)["name"]
    assert [url for url in asked if not url.startswith(("file:", "data:", "blob:"))] == []
    assert page.locator("[data-title*='Share'], [data-title*='Cloud'], .modebar-btn--logo").count() == 0


def saved(page: Page, form: str, **sizes: int) -> bytes:
    """The file that arrives when the picture is saved at these sizes."""
    if not page.locator(".live-save").evaluate("node => node.open"):
        page.locator(".live-save > summary").click()
    for name, value in sizes.items():
        page.locator(f".live-save input[name='{name.replace('_', ' ')}']").fill(str(value))
    with page.expect_download() as waiting:
        page.get_by_role("button", name=form, exact=True).click()
    assert waiting.value.suggested_filename.endswith(f".{form.lower()}")
    return waiting.value.path().read_bytes()


@pytest.mark.parametrize("path", ["/?loss=focal&gamma=2.5", "/compare"], ids=["explore", "compare"])
def test_the_picture_is_saved_with_its_labels_at_the_chosen_size(page: Page, server: str, path: str) -> None:
    visit(page, server + path)
    tree = ET.fromstring(saved(page, "SVG", width=900, height=640, type_size=20))
    assert (tree.get("width"), tree.get("height")) == ("900", "640")
    words = " ".join("".join(tree.itertext()).split())
    for label in page.evaluate("() => [...document.querySelectorAll('.live-label')].map(n => n.textContent)"):
        for line in label.split("\n"):
            assert line.split(",")[0] in words
    assert "font-size: 20px" in ET.tostring(tree, encoding="unicode")
    assert any("js-line" in (node.get("class") or "") for node in tree.iter())
    png = saved(page, "PNG", width=700, height=500)
    assert png.startswith(b"\x89PNG")
    assert struct.unpack(">II", png[16:24]) == (700, 500)
