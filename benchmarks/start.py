"""From ``make run`` to the first painted curve in an open browser, and from a click to the first cards of the catalogue."""

from __future__ import annotations

import time

from playwright.sync_api import Browser

from benchmarks.row import Row
from benchmarks.servers import HOST, ROOT, free_port, serving

__all__ = ["rows"]

PART = "Start and memory"
TIMES = 3
CARDS = """async () => {
    const start = performance.now();
    document.querySelector('a[href$="/catalogue"]').click();
    while (!document.querySelector('.cat-card')) await new Promise(requestAnimationFrame);
    await new Promise(requestAnimationFrame);
    return (performance.now() - start) / 1000;
}"""


def _start(browser: Browser) -> tuple[float, float]:
    """Seconds to the curve, and from there by a click to the cards of the catalogue. The server's port is asked every
    hundredth of a second; the server and the page are new."""
    port = free_port()
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    try:
        with serving(["make", "--no-print-directory", "run"], port, ROOT, PORT=str(port)) as server:
            page = context.new_page()
            page.goto(f"http://{HOST}:{port}")
            page.wait_for_selector(".js-line", state="attached", timeout=60_000)
            page.evaluate("() => new Promise((shown) => requestAnimationFrame(() => setTimeout(shown)))")
            took = time.perf_counter() - server.started
            return took, float(page.evaluate(CARDS))
    finally:
        context.close()


def rows(browser: Browser) -> list[Row]:
    """A few starts, each with a first click."""
    curve, cards = zip(*(_start(browser) for _ in range(TIMES)), strict=True)
    return [
        Row(PART, "`make run` → first painted curve", "s", curve),
        Row(PART, "there, a click → the first cards of the catalogue", "s", cards, 1.0),
    ]
