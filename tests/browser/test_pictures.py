"""The picture beside the curve, in a real browser: it follows the hand and the cursor, and says the same in words."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from playwright.sync_api import Page

from losslib import View, snapshot
from losslib.view import number
from tests.browser.hands import go, holding, pick, raw, rest, visit
from ui.pictures import picture

PICTURE = ".picture"
QUIET = "() => { const p = document.querySelector('.picture'); return p && !p.dataset.busy && !document.querySelector('.live')?.dataset.busy; }"
DRAWN = "() => document.querySelector('.picture > svg').innerHTML"


def shown(page: Page) -> tuple[View, tuple[float, ...]]:
    """The view and the place whose picture is shown."""
    page.wait_for_timeout(150)
    page.wait_for_function(QUIET, timeout=10_000)
    page.wait_for_timeout(50)
    words = parse_qsl(urlsplit(page.locator(PICTURE).get_attribute("data-shown")).query)
    at = tuple(number("at", part) for part in dict(words)["at"].split(","))
    return View.parse([pair for pair in words if pair[0] != "at"]), at


def caption(page: Page) -> str:
    return page.locator(f"{PICTURE} figcaption").inner_text()


def expected(view: View, at: tuple[float, ...]) -> str:
    found = picture(snapshot(view, at))
    assert found is not None
    return found.caption


def drawing(page: Page) -> Any:
    return page.evaluate(DRAWN)


HANDS = {"giou": "size", "dice": "radius", "triplet": "negative", "cross_entropy": "share", "perceptual": "noise"}


@pytest.mark.walk
def test_with_the_button_held_the_picture_is_the_one_at_the_thumb(page: Page, server: str) -> None:
    visit(page, server)
    for loss, slider in HANDS.items():
        pick(page, loss)
        (before, place), first = shown(page), drawing(page)
        assert before.loss == loss
        with holding(page, slider, 40):
            view, at = shown(page)
            assert view.values[slider] == pytest.approx(raw(page, slider))
            assert view.values[slider] != before.values[slider]
            assert at == place
            assert drawing(page) != first
            assert caption(page) == expected(view, at)
        released, at = shown(page)
        assert released.values == view.values
        assert caption(page) == expected(released, at)


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


def test_on_a_surface_the_picture_is_of_the_point_under_the_pointer(page: Page, server: str) -> None:
    visit(page, f"{server}/?loss=giou&view=surface", wait=".contourlayer")
    before = shown(page)
    assert before[0].slice == "plane"
    box = page.locator(".live-plot").bounding_box()
    page.mouse.move(box["x"] + 150, box["y"] + 180)
    page.mouse.move(box["x"] + 160, box["y"] + 180)
    view, at = shown(page)
    assert at != before[1]
    assert caption(page) == expected(view, at)


def test_the_picture_is_beside_the_chart_and_its_sliders_without_scrolling(open_page: Any, server: str) -> None:
    for width, height in ((1440, 900), (1024, 768)):
        page = open_page(viewport={"width": width, "height": height})
        visit(page, f"{server}/?loss=balanced_focal")
        rest(page)
        drawn = page.locator(f"{PICTURE} > svg").bounding_box()
        chart = page.locator(".live-plot").bounding_box()
        assert drawn["y"] + drawn["height"] <= height, json.dumps(drawn)
        assert drawn["x"] >= chart["x"] + chart["width"]
