"""A real browser. A page of these tests fails on a console error and on any request that leaves the host."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

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
]
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
DESKTOP = {"width": 1440, "height": 900}
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
def browser() -> Iterator[Browser]:
    """One browser for all tests."""
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=executable(), args=ARGUMENTS)
        yield launched
        launched.close()


@pytest.fixture
def open_page(browser: Browser) -> Iterator[Callable[..., Page]]:
    """Open pages with a viewport, a theme, touch …; complaints are collected and fail the test at its end."""
    complaints: list[str] = []
    contexts = []

    def opened(**options: object) -> Page:
        context = browser.new_context(**{"viewport": DESKTOP, "reduced_motion": "reduce", **options})
        contexts.append(context)
        page = context.new_page()
        page.on(
            "console",
            lambda m: (
                complaints.append(f"{m.type}: {m.text}")
                if m.type == "error" and not any(r in m.text for r in RENDERER) and not _probe(m.location)
                else None
            ),
        )
        page.on("pageerror", lambda error: complaints.append(f"page error: {error}"))
        page.on("request", lambda r: complaints.append(f"left the host: {r.url}") if _leaves(r.url) else None)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert not complaints, "\n".join(complaints)


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
