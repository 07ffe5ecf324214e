"""What is taken along, in a real browser: the offline page opened from disk, and the picture of the live chart."""

from __future__ import annotations

import csv
import io
import re
import struct
import xml.etree.ElementTree as ET
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from PIL import Image
from playwright.sync_api import Page

from losslib import LOSSES, View, sample
from losslib.catalogue import entry
from tests.browser.hands import go, visit
from tests.browser.test_accessible import RULES
from tests.plots import plotted
from ui import compare, stage
from ui.cast import asked
from ui.compare_address import nearest
from ui.export import DIALECTS, page_html, script
from ui.export.page import stops

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
        pytest.param(View.of("huber"), "log", marks=pytest.mark.walk),
    ],
    ids=["focal", "huber"],
)
def test_the_offline_page_asks_for_nothing_and_its_slider_moves_the_curve(
    page: Page, tmp_path: Path, view: View, scale: str
) -> None:
    other = View("bce_with_logits" if view.loss == "focal" else "mse", view.slice)
    taken = plotted([view, other], scale=scale)
    param = taken.params[0]
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


def saved(page: Page, form: str, named: str = "", **sizes: int) -> bytes:
    """The file that arrives when the picture is saved at these sizes, of that name if one is given."""
    if not page.locator(".live-save").evaluate("node => node.open"):
        page.locator(".live-save > summary").click()
    for name, value in sizes.items():
        page.locator(f".live-save input[name='{name.replace('_', ' ')}']").fill(str(value))
    with page.expect_download() as waiting:
        page.get_by_role("button", name=form, exact=True).click()
    assert waiting.value.suggested_filename.endswith(f"{named}.{form.lower()}")
    return waiting.value.path().read_bytes()


def test_the_picture_is_saved_with_its_labels_at_the_chosen_size(tab: Page) -> None:
    page = tab
    go(page, "/?loss=focal&gamma=2.5&slice=logit&target=1")
    tree = ET.fromstring(saved(page, "SVG", "focal", width=900, height=640, type_size=20))
    assert (tree.get("width"), tree.get("height")) == ("900", "640")
    words = " ".join("".join(tree.itertext()).split())
    for label in page.evaluate("() => [...document.querySelectorAll('.live-label')].map(n => n.textContent)"):
        for line in label.split("\n"):
            assert " ".join(line.split(",")[0].split()) in words
    assert "font-size: 20px" in ET.tostring(tree, encoding="unicode")
    assert any("js-line" in (node.get("class") or "") for node in tree.iter())
    png = saved(page, "PNG", width=700, height=500)
    assert png.startswith(b"\x89PNG")
    assert struct.unpack(">II", png[16:24]) == (700, 500)


CURVES: list[tuple[str, dict[str, float]]] = [("focal", {"gamma": 2.0}), ("bce_with_logits", {})]
MARKED = "/compare?curve=focal:gamma=2&curve=bce_with_logits&slice=logit&panels=value,gradient,ratio&mark=easy,quiet,minimum&active=1&against=2&at=1.5"


def svg_traces(tree: ET.Element, kind: str) -> list[ET.Element]:
    """The drawn elements of a class."""
    return [node for node in tree.iter() if kind in (node.get("class") or "").split()]


@pytest.mark.walk
def test_the_saved_picture_has_the_cursor_the_regions_and_the_minima(page: Page, server: str) -> None:
    visit(page, server + MARKED)
    tree = ET.fromstring(saved(page, "SVG", "compare-focal-bce_with_logits", width=900, height=900, type_size=13))
    words = {"".join(node.itertext()) for node in tree.iter() if node.tag.endswith("text")}
    assert {"well classified", "|gradient| < 0.05"} <= words
    dots = svg_traces(tree, "point")
    assert len(dots) == 2 * 3 + 2 * 2  # a dot on each curve in each panel; a diamond at each end of each minimum
    shapes = [node for layer in svg_traces(tree, "shapelayer") for node in layer.iter()]
    dashed = [node for node in shapes if "stroke-dasharray" in (node.get("style") or "")]
    assert (
        len(dashed) == 3 + 1
    )  # the cursor, in each panel, and beside its name the one curve of the two that is dashed


@pytest.mark.walk
def test_the_heat_map_is_saved_with_its_contours_and_the_example(page: Page, server: str) -> None:
    visit(page, server + "/?loss=focal&gamma=2&view=surface", wait=".js-plotly-plot .contourlayer path")
    tree = ET.fromstring(saved(page, "SVG", width=900, height=700, type_size=30))
    assert any(node.tag.endswith("image") for node in tree.iter())
    assert svg_traces(tree, "contourlines")
    ring = svg_traces(tree, "point")
    assert len(ring) == 1
    png = saved(page, "PNG", width=640, height=480)
    assert struct.unpack(">II", png[16:24]) == (640, 480)


# Where the example is in the box around the triangle, from its lower left corner.
EXAMPLE = """() => {
    const [dot, box] = ['.live-point', '.carpetlayer'].map(name => document.querySelector(name).getBoundingClientRect());
    return [(dot.x + dot.width / 2 - box.x) / box.width, (box.bottom - dot.y - dot.height / 2) / box.height];
}"""


@pytest.mark.walk
def test_the_saved_triangle_marks_the_example_where_the_page_does(tab: Page) -> None:
    go(tab, "/?loss=kl_div&view=surface&plane=simplex")
    here = tab.evaluate(EXAMPLE)
    tree = ET.fromstring(saved(tab, "SVG", width=900, height=700))
    (ring,) = svg_traces(tree, "point")
    (edge,) = svg_traces(tree, "carpetboundary")
    place = np.array(re.findall(r"-?[\d.]+", ring.attrib["transform"]), dtype=float)
    corners = np.array(re.findall(r"(-?[\d.]+),(-?[\d.]+)", edge.attrib["d"]), dtype=float)
    low, high = corners.min(axis=0), corners.max(axis=0)
    across, down = (place - low) / (high - low)
    np.testing.assert_allclose([across, 1 - down], here, atol=0.005)


@pytest.mark.walk
def test_the_surface_in_three_dimensions_is_saved_on_paper(page: Page, server: str) -> None:
    visit(page, server + "/?loss=focal&gamma=2&view=space", wait=".js-plotly-plot canvas")
    with Image.open(io.BytesIO(saved(page, "PNG", width=640, height=480))) as picture:
        assert picture.size == (640, 480)
        assert picture.convert("RGBA").getpixel((2, 470)) == (255, 255, 255, 255)


@pytest.mark.walk
def test_the_words_around_a_surface_in_space_are_whole_in_a_small_picture(page: Page, server: str) -> None:
    visit(page, server + "/?loss=focal&gamma=2&view=space", wait=".js-plotly-plot canvas")
    with Image.open(io.BytesIO(saved(page, "PNG", width=700, height=500, type_size=16))) as picture:
        ink = np.asarray(picture.convert("L"), dtype=int)[:, :560] < 128  # without the scale at the right
    assert ink.sum() > 1000
    assert not ink[:4].any()
    assert not ink[-4:].any()
    assert not ink[:, :4].any()


def download(page: Page, label: str) -> str:
    """The text of the file behind one button of the menu."""
    with page.expect_download() as waiting:
        page.get_by_role("button", name=label, exact=True).click()
    return waiting.value.path().read_text(encoding="utf-8")


def open_menu(page: Page) -> None:
    """Open it, and wait until its last button is there."""
    page.get_by_role("button", name="Take it with you").click()
    page.get_by_role("button", name="Formula, LaTeX").wait_for()


@pytest.mark.walk
def test_every_file_of_the_menu_arrives_and_says_what_losslib_says(page: Page, server: str, tmp_path: Path) -> None:
    visit(page, server + MARKED)
    page.locator(".live-save > summary").click()
    open_menu(page)
    found = Axe().run(page, options=RULES).response["violations"]
    assert not found, [(v["id"], [n["html"][:160] for n in v["nodes"]][:3]) for v in found]

    focal, bce = (sample(View.of(key, "logit", **numbers)) for key, numbers in CURVES)
    _, *rows = csv.reader(io.StringIO(download(page, "Numbers, CSV")))
    columns = np.array(rows, dtype=float).T
    wanted = [focal.x, focal.value, focal.gradient, focal.value / bce.value, bce.value, bce.gradient]
    np.testing.assert_array_equal(columns[:6], wanted)

    state, _ = nearest(parse_qsl(urlsplit(page.url).query))
    for dialect, name in DIALECTS.items():
        assert download(page, f"Code, {name}") == script(compare.taken(state), dialect)
    assert View("focal").the_loss.latex(gamma=2.0) in download(page, "Formula, LaTeX")

    file = tmp_path / "loss.html"
    file.write_text(download(page, "Page with a slider, HTML"), encoding="utf-8")
    page.goto(file.as_uri())
    page.wait_for_selector("#figure .js-line", state="attached")
    lines = page.evaluate(LINES)
    np.testing.assert_array_equal(of(lines, "ratio", 0)["y"], focal.value / bce.value)


@pytest.mark.walk
def test_the_files_of_a_scene_arrive_and_its_offline_page_asks_for_nothing(
    page: Page, server: str, tmp_path: Path
) -> None:
    visit(page, server + "/scenes?scene=s11&reveal=1&gamma=3")
    open_menu(page)
    _, *rows = csv.reader(io.StringIO(download(page, "Numbers, CSV")))
    p, focal = np.array(rows, dtype=float).T[:2]
    np.testing.assert_allclose(focal, -0.7 * (1 - p) ** 3 * np.log(p) - 0.3 * p**3 * np.log1p(-p), rtol=1e-9)
    picked = replace(asked([("scene", "s11"), ("reveal", "1"), ("gamma", "3")]), slopes=False)
    scene = stage.plot(picked)
    for dialect, name in DIALECTS.items():
        assert download(page, f"Code, {name}") == script(scene, dialect)
    assert entry("focal_risk").latex(gamma=3.0) in download(page, "Formula, LaTeX")
    file = tmp_path / "scene.html"
    file.write_text(download(page, "Page with a slider, HTML"), encoding="utf-8")
    asked_for: list[str] = []
    page.on("request", lambda request: asked_for.append(request.url))
    page.goto(file.as_uri())
    page.wait_for_selector("#figure .js-line", state="attached")
    before = page.evaluate(PATHS)
    x, y, width, height = page.evaluate(RAIL)
    page.mouse.click(x + 0.1 * width, y + height / 2)
    page.wait_for_function(f"before => String(({PATHS})()) !== String(before)", arg=before)
    assert asked_for == [file.as_uri()]


@pytest.mark.walk
def test_the_files_of_a_surface_arrive_and_its_offline_page_moves(page: Page, server: str, tmp_path: Path) -> None:
    visit(page, server + "/?loss=focal&gamma=2&view=surface", wait=".js-plotly-plot .contourlayer path")
    open_menu(page)
    surface = sample(View.of("focal", "plane", gamma=2.0))
    rows = list(csv.reader(io.StringIO(download(page, "Numbers, CSV"))))[1:]
    np.testing.assert_array_equal(np.array(rows, dtype=float)[:, 2].reshape(surface.value.shape), surface.value)
    file = tmp_path / "surface.html"
    file.write_text(download(page, "Page with a slider, HTML"), encoding="utf-8")
    page.goto(file.as_uri())
    page.wait_for_selector("#figure .contourlayer path", state="attached")
    x, y, width, height = page.evaluate(RAIL)
    page.mouse.click(x + 0.9 * width, y + height / 2)
    page.wait_for_timeout(300)
    step = page.evaluate("() => document.querySelector('#figure')._fullLayout.sliders[0].active")
    param = LOSSES["focal"].params[0]
    value = stops(param, 2.0)[step]
    assert value > 2.0
    z = page.evaluate("() => document.querySelector('#figure')._fullData[0].z.map(row => Array.from(row))")
    np.testing.assert_array_equal(z, sample(View.of("focal", "plane", gamma=value)).value)
