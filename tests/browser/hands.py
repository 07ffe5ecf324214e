"""What a person does on a page: wait until it is at rest, hold a slider, read the chart."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from playwright.sync_api import Page

# Resolves once the script has run and the chart shows the address, and both were seen so some times in a row.
CALM = """async ([times, withinMs]) => {
    const calm = () => {
        const chart = document.querySelector('.live');
        return document.querySelector('[data-testid=stApp]')?.dataset.testScriptState === 'notRunning'
            && (!chart || (chart.dataset.shown === location.search && !chart.dataset.busy));
    };
    const end = performance.now() + withinMs;
    for (let seen = 0; seen < times; await new Promise(r => setTimeout(r, 10))) {
        seen = calm() ? seen + 1 : 0;
        if (performance.now() > end) {
            const { shown, busy } = document.querySelector('.live')?.dataset ?? {};
            const script = document.querySelector('[data-testid=stApp]')?.dataset.testScriptState;
            throw new Error('the page does not come to rest at ' + location + ' ' + JSON.stringify({ script, shown, busy }));
        }
    }
}"""
# The page and its live chart wear the theme.
THEMED = """theme => {
    const chart = document.querySelector('.live');
    const app = getComputedStyle(document.querySelector('[data-testid=stApp]')).colorScheme;
    return app === theme && (!chart || chart.dataset.theme === theme);
}"""
DRAWN = ".js-plotly-plot .js-line"
READ = """wanted => document.querySelector('.js-plotly-plot').data
    .filter(t => !wanted || (t.meta?.row === wanted[0] && t.meta?.curve === wanted[1]))
    .map(t => ({row: t.meta?.row, curve: t.meta?.curve, name: t.name, x: Array.from(t.x ?? []), y: Array.from(t.y ?? [])}))"""


def visit(page: Page, url: str, wait: str = DRAWN) -> None:
    """Open an address and wait for the finished picture."""
    page.goto(url)
    page.wait_for_selector(wait, state="attached", timeout=30_000)
    rest(page)


def go(page: Page, address: str) -> None:
    """To another address of the open page, as Back and Forward go."""
    page.evaluate(
        "to => { history.pushState(history.state, '', to); dispatchEvent(new PopStateEvent('popstate')); }", address
    )
    rest(page)


def rest(page: Page) -> None:
    """Wait until the script has run and the chart has caught up."""
    page.evaluate(CALM, [14, 20_000])


def pick(page: Page, loss: str) -> None:
    """Choose a loss in the sidebar's list."""
    page.locator(f"#picker-{loss}").click()
    page.wait_for_function("key => new URLSearchParams(location.search).get('loss') === key", arg=loss, timeout=20_000)
    rest(page)


def words(page: Page) -> dict[str, str]:
    """The words of the address."""
    return dict(parse_qsl(urlsplit(page.url).query, keep_blank_values=True))


def traces(page: Page) -> list[dict[str, Any]]:
    """The numbers in the chart."""
    return list(page.evaluate(READ))


def trace(page: Page, row: str, curve: int = 0) -> dict[str, Any]:
    """One line of the chart."""
    (found,) = page.evaluate(READ, [row, curve])
    return dict(found)


def thumb(page: Page, name: str) -> tuple[float, float]:
    """The middle of a slider's thumb."""
    box = page.locator(f".st-key-{name} [data-testid=stSliderThumbValue]").locator("..").bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def raw(page: Page, name: str) -> float:
    """What the slider's input holds: the number, or the index of its stop."""
    return float(page.locator(f".st-key-{name} input[type=range]").input_value())


@contextmanager
def visiting(page: Page, name: str, dx: float) -> Iterator[None]:
    """As ``holding``, but before the button is let go the thumb is back where it was: the page has no reason to run again."""
    page.locator(f".st-key-{name}").scroll_into_view_if_needed()
    x, y = thumb(page, name)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + dx, y, steps=2)
    settled(page)
    try:
        yield
    finally:
        page.mouse.move(x, y)
        page.mouse.up()


@contextmanager
def holding(page: Page, name: str, dx: float, steps: int = 6) -> Iterator[None]:
    """With the mouse button held on a slider's thumb, ``dx`` pixels from where it was."""
    page.locator(f".st-key-{name}").scroll_into_view_if_needed()
    x, y = thumb(page, name)
    page.mouse.move(x, y)
    page.mouse.down()
    for k in range(1, steps + 1):
        page.mouse.move(x + dx * k / steps, y)
        page.wait_for_timeout(16)
    settled(page)
    try:
        yield
    finally:
        page.mouse.up()
        rest(page)


def settled(page: Page) -> None:
    """Wait until the chart has drawn the latest position of the thumbs."""
    page.wait_for_timeout(60)
    page.wait_for_function("() => !document.querySelector('.live')?.dataset.busy", timeout=20_000)
    page.wait_for_timeout(30)
