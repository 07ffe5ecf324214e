"""What is taken along, in a real browser: the offline page opened from disk, and the picture of the live chart."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Page

from losslib import View, sample
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
