"""From ``make run`` to the first painted curve in an open browser, and the way to the first cards of the catalogue: by a click
there, by its address, and by the address of a catalogue with ten times the cards."""

from __future__ import annotations

import time

from playwright.sync_api import Browser

from benchmarks.row import Row
from benchmarks.servers import HOST, ROOT, Server, free_port, lossary, serving, tenfold

__all__ = ["rows"]

PART = "Start and memory"
TIMES = 3
LOADS = 8
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


# From the start of the navigation to the end of the first frame with a card.
FIRST_CARD = """async () => {
    while (!document.querySelector('.cat-card')) await new Promise(requestAnimationFrame);
    await new Promise((shown) => setTimeout(shown));
    return performance.now() / 1000;
}"""


def _loaded(browser: Browser, server: Server, path: str) -> list[float]:
    """Seconds from an address to its first painted card, for visitors who never were here. The first one warms the server."""
    found = []
    for _ in range(LOADS + 1):
        context = browser.new_context(viewport={"width": 1440, "height": 900})
        page = context.new_page()
        page.goto(server.url + path, wait_until="commit")
        found.append(float(page.evaluate(FIRST_CARD)))
        context.close()
    return found[1:]


def rows(browser: Browser) -> list[Row]:
    """A few starts, each with a first click; then the catalogue by its address."""
    curve, cards = zip(*(_start(browser) for _ in range(TIMES)), strict=True)
    with lossary() as server:
        direct = _loaded(browser, server, "/catalogue")
    with tenfold() as server:
        many = _loaded(browser, server, "")
    return [
        Row(PART, "`make run` → first painted curve", "s", curve),
        Row(PART, "there, a click → the first cards of the catalogue", "s", cards, 1.0),
        Row(PART, "the catalogue's address → its first cards, a new visitor", "s", direct, 1.0),
        Row(PART, "the same with ten times the cards", "s", many, 1.0),
    ]
