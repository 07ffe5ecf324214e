"""From ``make run`` on an installed copy to the first painted curve in an open browser."""

from __future__ import annotations

import time

from playwright.sync_api import Browser

from benchmarks.row import Row
from benchmarks.servers import HOST, ROOT, free_port, serving

__all__ = ["rows"]

PART = "Start and memory"
TIMES = 3


def _start(browser: Browser) -> float:
    """Seconds; the server's port is asked every hundredth of a second, the page is new."""
    port = free_port()
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    try:
        with serving(["make", "--no-print-directory", "run"], port, ROOT, PORT=str(port)) as server:
            page = context.new_page()
            page.goto(f"http://{HOST}:{port}")
            page.wait_for_selector(".js-line", state="attached", timeout=60_000)
            page.evaluate("() => new Promise((shown) => requestAnimationFrame(() => setTimeout(shown)))")
            return time.perf_counter() - server.started
    finally:
        context.close()


def rows(browser: Browser) -> list[Row]:
    """A few starts."""
    return [Row(PART, "`make run` → first painted curve", "s", [_start(browser) for _ in range(TIMES)])]
