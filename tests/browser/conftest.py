"""A real browser. A page of these tests fails on a console error and on any request that leaves the host."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import BrowserContext, BrowserType, ConsoleMessage, Page, sync_playwright

from tests.browser.hands import THEMED, go, visit

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-sync",
    "--no-first-run",
    "--force-color-profile=srgb",
    "--font-render-hinting=none",
    # All pages in one process: what one of them has compiled, the next one finds.
    "--renderer-process-limit=1",
]
# The headless shell is the same engine without a desktop's window around it: half the work a page.
NAMES = (
    "chromium-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)
DESKTOP = {"width": 1440, "height": 900}
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
# Chromium's own remarks about a software renderer, not ours.
RENDERER = ("GPU stall", "willReadFrequently", "WebGL")


def executable() -> str:
    """The browser to drive: ``CHROMIUM``, or the first one installed."""
    found = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    if not found:
        raise RuntimeError(
            "the browser tests need Chromium or Chrome; none of these is on the PATH: " + ", ".join(NAMES)
        )
    return found


@pytest.fixture(scope="session")
def chromium() -> Iterator[BrowserType]:
    """What starts browsers."""
    with sync_playwright() as playwright:
        yield playwright.chromium


@pytest.fixture(scope="session")
def desktop(chromium: BrowserType, tmp_path_factory: pytest.TempPathFactory) -> Iterator[BrowserContext]:
    """One browser for all tests; its profile on disk keeps the compiled scripts, as a visitor's does."""
    profile = tmp_path_factory.mktemp("profile")
    with chromium.launch_persistent_context(profile, executable_path=executable(), args=ARGUMENTS) as context:
        yield context


@pytest.fixture(scope="session")
def phone(chromium: BrowserType) -> Iterator[BrowserContext]:
    """A narrow screen under a finger."""
    with chromium.launch(executable_path=executable(), args=ARGUMENTS) as browser:
        yield browser.new_context(**PHONE)


@pytest.fixture
def plain_page(desktop: BrowserContext) -> Iterator[Page]:
    """A desktop page that may complain."""
    page = desktop.new_page()
    page.set_viewport_size(DESKTOP)
    yield page
    page.close()


@pytest.fixture
def open_page(request: pytest.FixtureRequest, server: str) -> Iterator[Callable[..., Page]]:
    """Open pages with a viewport and a theme, or on the phone; complaints are collected and fail the test at its end."""
    complaints: list[str] = []
    pages = []

    def opened(viewport: Mapping[str, int] = DESKTOP, color_scheme: str = "light", on: str = "desktop") -> Page:
        context: BrowserContext = request.getfixturevalue(on)
        page = context.new_page()
        pages.append(page)
        _forget(page, server)
        page.emulate_media(color_scheme=color_scheme, reduced_motion="reduce")
        if on == "desktop":
            page.set_viewport_size(viewport)
        _listen(page, complaints)
        return page

    yield opened
    for page in pages:
        page.context.clear_permissions()
        page.close()
    assert not complaints, "\n".join(complaints)


def _listen(page: Page, complaints: list[str]) -> None:
    """Write down what a page complains about, and what it asks of other hosts."""

    def heard(message: ConsoleMessage) -> None:
        expected = any(r in message.text for r in RENDERER) or _probe(message.location)
        if message.type == "error" and not expected:
            complaints.append(f"{message.type}: {message.text}")

    page.on("console", heard)
    page.on("pageerror", lambda error: complaints.append(f"page error: {error}"))
    page.on("request", lambda r: complaints.append(f"left the host: {r.url}") if _leaves(r.url) else None)


@pytest.fixture(scope="session")
def _tab(desktop: BrowserContext, server: str) -> Iterator[tuple[Page, list[str]]]:
    """A page that stays open through all tests, and its complaints."""
    page = desktop.new_page()
    complaints: list[str] = []
    page.emulate_media(color_scheme="light", reduced_motion="reduce")
    page.set_viewport_size(DESKTOP)
    _listen(page, complaints)
    visit(page, f"{server}/?loss=mse")
    yield page, complaints
    page.close()


@pytest.fixture
def tab(_tab: tuple[Page, list[str]]) -> Iterator[Page]:
    """A page that was open before, on another loss: to be led on by ``go``."""
    page, complaints = _tab
    yield page
    page.unroute_all()
    page.emulate_media(color_scheme="light", reduced_motion="reduce")
    page.set_viewport_size(DESKTOP)
    page.wait_for_function(THEMED, arg="light")
    go(page, "/?loss=mse")
    found = list(complaints)
    complaints.clear()
    assert not found, "\n".join(found)


def _forget(page: Page, server: str) -> None:
    """A new visitor: nothing is left of the pages before."""
    parts = urlsplit(server)
    told = {"origin": f"{parts.scheme}://{parts.netloc}", "storageTypes": "local_storage,cookies"}
    page.context.new_cdp_session(page).send("Storage.clearDataForOrigin", told)


def _probe(location: Mapping[str, object]) -> bool:
    """Whether it is Streamlit's client looking for its server: on ``/page`` it asks ``/page/_stcore/health`` first."""
    return "/_stcore/" in str(location.get("url", ""))


def _leaves(url: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme in ("http", "https", "ws", "wss") and parts.hostname not in ("127.0.0.1", "localhost")


@pytest.fixture
def page(open_page: Callable[..., Page]) -> Page:
    """A desktop page in the light theme."""
    return open_page()
