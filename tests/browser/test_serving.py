"""The page served under a base path, as behind a proxy that gives it a folder."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page

from losslib import View, sample
from tests.browser.hands import holding, raw, trace, visit
from tests.conftest import serving


def test_under_a_base_path_the_page_opens_and_the_drag_is_live(page: Page) -> None:
    with serving(base="lossary/inside") as url:
        visit(page, url + "/")
        with holding(page, "gamma", 60):
            gamma = raw(page, "gamma")
            assert trace(page, "value")["y"][100] == float(
                sample(View.of("focal", gamma=gamma, target=1)).value.astype("f4")[100]
            )


def test_where_websockets_are_stripped_a_sentence_says_so_and_a_plain_chart_follows_on_release(
    open_page: Callable[..., Page], server: str
) -> None:
    page = open_page()
    page.route_web_socket("**/_stcore/stream", lambda socket: socket.close())
    page.goto(f"{server}/?loss=focal")
    page.wait_for_selector("#lifeline .js-line", state="attached", timeout=30_000)
    assert "cannot open its websocket" in page.locator("#lifeline [role=alert]").inner_text()
    slider = page.locator("#lifeline input[data-name=gamma]")
    drawn = page.locator("#lifeline .js-line").first
    before = drawn.get_attribute("d")
    slider.focus()
    page.keyboard.press("End")
    page.wait_for_function("d => document.querySelector('#lifeline .js-line').getAttribute('d') !== d", arg=before)
    value = page.evaluate("() => Array.from(document.querySelector('#lifeline .js-plotly-plot').data[0].y)")
    assert value == sample(View.of("focal", gamma=5)).value.tolist()


def test_where_websockets_work_the_plain_chart_never_shows(page: Page, server: str) -> None:
    visit(page, server)
    page.wait_for_timeout(9000)
    assert page.locator("#lifeline").count() == 0
