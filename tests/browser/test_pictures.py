"""The picture beside the curve, in a real browser: it follows the hand and the cursor, and says the same in words."""

from __future__ import annotations

import io
import json
import math
import re
import xml.etree.ElementTree as ET
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from PIL import Image
from playwright.sync_api import Page

from losslib import LOSSES, View, snapshot
from losslib.spec import Param
from losslib.view import number
from tests.browser.hands import go, holding, raw, rest, visit
from tests.browser.test_accessible import RULES
from tests.conftest import ROOT
from ui import words
from ui.controls import stops
from ui.pictures import DRAWERS, picture

PICTURE = ".picture"
QUIET = "() => { const p = document.querySelector('.picture'); return p && !p.dataset.busy && !document.querySelector('.live')?.dataset.busy; }"
DRAWN = "() => document.querySelector('.picture > svg').innerHTML"


def shown(page: Page) -> tuple[View, tuple[float, ...]]:
    """The view and the place whose picture is shown."""
    page.wait_for_timeout(150)
    page.wait_for_function(QUIET, timeout=10_000)
    page.wait_for_timeout(50)
    said = parse_qsl(urlsplit(page.locator(PICTURE).get_attribute("data-shown")).query)
    at = tuple(number("at", part) for part in dict(said)["at"].split(","))
    return View.parse([pair for pair in said if pair[0] != "at"]), at


def caption(page: Page) -> str:
    return page.locator(f"{PICTURE} figcaption").inner_text()


def expected(view: View, at: tuple[float, ...]) -> str:
    found = picture(snapshot(view, at))
    assert found is not None
    return found.caption


def drawing(page: Page) -> Any:
    return page.evaluate(DRAWN)


def hands() -> dict[str, tuple[str, str, Param]]:
    """For each kind a loss, a slice of it, and a slider that bends what is drawn there."""
    found: dict[str, tuple[str, str, Param]] = {}
    for key, loss in LOSSES.items():
        for piece in loss.kind.slices:
            for param in (*loss.params, *piece.params)[: len(piece.axes) == 1]:
                found.setdefault(loss.kind.key, (key, piece.key, param))
    return found


@pytest.mark.walk
def test_an_arrow_begins_where_its_dot_ends(tab: Page) -> None:
    go(tab, "/?loss=lsgan_discriminator&slice=real&fake=0.5&at=-0.4")
    shown(tab)
    geometry = "all => all.map(e => e.getBBox()).map(b => [b.x, b.x + b.width])"
    dots, shafts = (tab.locator(f"{PICTURE} > svg .picture-{name}").evaluate_all(geometry) for name in ("dot", "arrow"))
    (real, fake), (right, left) = dots, shafts
    assert real[1] <= right[0] < right[1] - 2, "a shaft, not only a head"
    assert left[0] < left[1] <= fake[0]


@pytest.mark.walk
def test_with_the_button_held_the_picture_is_the_one_at_the_thumb(page: Page, server: str) -> None:
    assert set(hands()) == set(DRAWERS) - {"pixel"}, "a pixel is of a scene alone"
    visit(page, server)
    for loss, piece, param in hands().values():
        slider = param.name
        go(page, f"/?loss={loss}&slice={piece}")
        (before, place), first = shown(page), (drawing(page), caption(page))
        assert (before.loss, before.slice) == (loss, piece)
        with holding(page, slider, 40):
            view, at = shown(page)
            held = stops(param, before.values[slider])
            assert view.values[slider] == pytest.approx(held[int(raw(page, slider))] if held else raw(page, slider))
            assert view.values[slider] != before.values[slider]
            assert at == place
            assert (drawing(page), caption(page)) != first
            assert caption(page) == expected(view, at)
        released, at = shown(page)
        assert released.values == view.values
        assert caption(page) == expected(released, at)


@pytest.mark.walk
def test_the_picture_follows_the_cursor_and_says_its_numbers(tab: Page) -> None:
    go(tab, "/?loss=giou")
    before, first = shown(tab)[1], drawing(tab)
    tab.locator(".live-stage").focus()
    for _ in range(20):
        tab.keyboard.press("ArrowLeft")
    view, at = shown(tab)
    assert at != before
    assert drawing(tab) != first
    assert caption(tab) == expected(view, at)
    assert expected(view, at) in tab.locator(f"{PICTURE} > svg").get_attribute("aria-label")


@pytest.mark.walk
def test_a_thumb_dragged_after_the_cursor_was_moved_keeps_the_cursor(tab: Page) -> None:
    go(tab, "/?loss=huber")
    box = tab.locator(".live-plot").bounding_box()
    tab.mouse.move(box["x"] + 150, box["y"] + 80)
    tab.mouse.move(box["x"] + 160, box["y"] + 80)
    at = shown(tab)[1]
    assert at[0] < 0
    with holding(tab, "delta", 30):
        assert shown(tab)[1] == at
    assert shown(tab)[1] == at


@pytest.mark.walk
def test_on_a_surface_the_picture_is_of_the_point_under_the_pointer(page: Page, server: str) -> None:
    visit(page, f"{server}/?loss=giou&view=surface", wait=".contourlayer")
    before = shown(page)
    assert before[0].slice == "plane"
    box = page.locator(".live-plot").bounding_box()
    page.mouse.move(box["x"] + 150, box["y"] + 180)
    page.mouse.move(box["x"] + 160, box["y"] + 180)
    view, at = shown(page)
    assert at != before[1]
    assert abs(at[1]) > 1, "beside the line of the curve too"
    assert caption(page) == expected(view, at)


@pytest.mark.walk
def test_the_picture_is_beside_the_chart_and_its_sliders_without_scrolling(open_page: Any, server: str) -> None:
    for width, height in ((1440, 900), (1024, 768)):
        page = open_page(viewport={"width": width, "height": height})
        visit(page, f"{server}/?loss=balanced_focal")
        rest(page)
        drawn = page.locator(f"{PICTURE} > svg").bounding_box()
        chart = page.locator(".live-plot").bounding_box()
        assert drawn["y"] + drawn["height"] <= height, json.dumps(drawn)
        assert drawn["x"] >= chart["x"] + chart["width"]


def saved(page: Page, form: str, **sizes: int) -> bytes:
    """The file that arrives when the example is saved at these sizes."""
    for name, value in sizes.items():
        page.locator(f".picture-save input[name='{name.replace('_', ' ')}']").fill(str(value))
    with page.expect_download() as waiting:
        page.locator(".picture-save").get_by_role("button", name=form, exact=True).click()
    assert (
        waiting.value.suggested_filename
        == f"{dict(parse_qsl(urlsplit(page.url).query))['loss']}-example.{form.lower()}"
    )
    return waiting.value.path().read_bytes()


@pytest.mark.walk
def test_the_example_is_saved_as_it_is_drawn_at_the_chosen_size(tab: Page) -> None:
    for loss, drawn in (("giou", {"pattern", "polygon"}), ("dice", {"image"})):
        go(tab, f"/?loss={loss}")
        view, at = shown(tab)
        if not tab.locator(".picture-save").evaluate("node => node.open"):
            tab.locator(".picture-save > summary").click()
        text = saved(tab, "SVG", width=900, type_size=24).decode()
        tree = ET.fromstring(text)
        names = [node.tag.split("}")[1] for node in tree.iter()]
        assert drawn <= set(names)
        assert tree.get("width") == "900"
        (whole,) = [node for node in tree if "scale" in node.get("transform", "")]
        assert whole.get("transform", "").startswith("scale(2) "), "12 becomes 24"
        assert "font-size:12px" in text
        assert not re.search(r"var\(|color-mix|class=|rgba?\(0, 0, 0, 0\)", text), "a file has no style sheet"
        links = [said for node in tree.iter() for key, said in node.items() if key.endswith("href")]
        assert all(said.startswith("data:image/png;") for said in links)
        assert set(re.findall(r"url\((?:&quot;|\")?+(.)", text)) == {"#"}
        words = " ".join("".join(tree.itertext()).split())
        found = picture(snapshot(view, at))
        assert found is not None
        assert all(label in words for label in (found.caption, *(entry[2] for entry in found.legend)))
    with Image.open(io.BytesIO(saved(tab, "PNG", width=640, type_size=16))) as pixels:
        assert pixels.width == 640
        assert len(pixels.convert("RGB").getcolors(1 << 24)) > 100
        assert pixels.convert("RGBA").getpixel((2, pixels.height - 2)) == (255, 255, 255, 255)
    found = Axe().run(tab, options=RULES).response["violations"]
    assert not found, [(v["id"], [n["html"][:160] for n in v["nodes"]][:3]) for v in found]


@pytest.mark.walk
def test_a_number_is_written_alike_in_a_picture_and_beside_the_chart(tab: Page) -> None:
    go(tab, "/?loss=huber")
    found = re.search(r"^export (function format\(.*?^})", (ROOT / "ui/live/chart.js").read_text(), re.M | re.S)
    assert found
    numbers = [0.0, 2.0, -3.5, 4.368e-7, -7.62e-4, 1e-7, 1e-3, 10.125, 1234.5, 99999.9, 1e5, 123456.0, -1e300]
    written = tab.evaluate(f"numbers => {{ {found[1]}; return numbers.map(format); }}", numbers)
    assert written == [words.number(v) for v in numbers]
    assert tab.evaluate(f"() => {{ {found[1]}; return [Infinity, -Infinity, NaN].map(format); }}") == [
        words.number(v) for v in (math.inf, -math.inf, math.nan)
    ]
