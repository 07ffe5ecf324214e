"""The page as it is served: under a base path as behind a proxy, without websockets, and what goes over them."""

from __future__ import annotations

import json
from collections.abc import Callable
from urllib.parse import parse_qsl, urlsplit

import pytest
from playwright.sync_api import Page, expect

from losslib import View, sample
from tests.browser.hands import holding, raw, trace, visit
from tests.conftest import Kept, serving
from ui.api import PLOTLY_PATH

PATIENCE_MS = 9000  # longer than a page waits for its connection


def test_under_a_base_path_the_page_the_api_and_the_live_drag_are_all_there(page: Page) -> None:
    with serving(base="lossary/inside", LOSSARY_PUBLIC_URL="https://x.org/inside") as url:
        kept = Kept(url)
        status, headers, body = kept.get("/api/losses")
        assert (status, headers["content-type"]) == (200, "application/json")
        assert json.loads(body)[0]["key"]
        status, headers, _ = kept.get(f"/api/{PLOTLY_PATH}")
        assert (status, headers["content-type"]) == (200, "text/javascript; charset=utf-8")
        assert kept.get("/api/nope")[0] == 404
        status, headers, body = kept.get("/")
        assert (status, b'<div id="root">' in body) == (200, True)
        assert "frame-ancestors 'self'" in headers["content-security-policy"]
        assert kept.get("/_stcore/upload_file/a/b", "PUT", b"x")[0] == 405
        visit(page, url + "/")
        with holding(page, "gamma", 60):
            gamma = raw(page, "gamma")
            assert trace(page, "value")["y"][100] == float(
                sample(View.of("focal", gamma=gamma, target=1)).value.astype("f4")[100]
            )
        page.get_by_role("button", name="QR").click()
        expect(page.get_by_test_id("stDialog").locator("code")).to_contain_text("https://x.org/inside/?loss=focal")


def test_where_websockets_are_stripped_a_sentence_says_so_and_a_plain_chart_follows_on_release(
    open_page: Callable[..., Page], server: str
) -> None:
    page = open_page()
    page.route_web_socket("**/_stcore/stream", lambda socket: socket.close())
    page.clock.install()
    page.goto(f"{server}/?loss=focal")
    page.clock.run_for(PATIENCE_MS)
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


@pytest.mark.walk
def test_where_websockets_work_the_plain_chart_never_shows(page: Page, server: str) -> None:
    page.clock.install()
    visit(page, server)
    page.clock.run_for(PATIENCE_MS)
    assert page.locator("#lifeline").count() == 0


@pytest.mark.walk
def test_what_the_browser_had_before_is_sent_whole_again(page: Page, server: str) -> None:
    # A reference to a message that the browser has let go of ends its connection for good.
    sizes: list[int] = []
    page.on("websocket", lambda socket: socket.on("framereceived", lambda frame: sizes.append(len(frame))))
    visit(page, server)
    chart = max(sizes)
    for dx in (60, -60):
        sizes.clear()
        with holding(page, "gamma", dx):
            pass
    assert parse_qsl(urlsplit(page.url).query) == parse_qsl("loss=focal&slice=logit&gamma=2&target=1")
    assert max(sizes) > 0.9 * chart
