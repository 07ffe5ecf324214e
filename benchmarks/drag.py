"""From the hand to the curve, in a headless Chromium with the mouse button held.

One step: the mouse moves, the page draws, the hand waits a moment and moves on. What is timed, and how, is in ``probe.js``,
which is the same for every page. Every page is fresh, and a drag never comes to a place twice.
"""

from __future__ import annotations

import time
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

from playwright.sync_api import Browser, Error, Page

from benchmarks import servers
from benchmarks.row import Row
from losslib import LOSSES, View

__all__ = ["compared", "pictured", "rows", "surfaces"]

PROBE = Path(__file__).with_name("probe.js").read_text(encoding="utf-8")
PART = "From the hand to the curve"
FRAME_MS = 1000 / 60
MAP_MS = 50
PAUSE_MS = 40
RUN_MS = 14
PATIENCE_MS = 60_000
STEADY = [4.0 * k for k in range(1, 61)]
COARSE = [12.0 * k for k in range(1, 21)]
JUMPS = [20.0 * (7 * k % 15) for k in range(1, 15)]
RELEASES = 15
BETWEEN = 0.0037  # two stops of a slider
AT_REST = "() => document.querySelector('[data-testid=stApp]')?.dataset.testScriptState === 'notRunning'"
# Not by the browser's own interception, which delays every other request.
HOLD = """part => {
    const ask = window.fetch;
    window.fetch = (what, ...how) => String(what).includes(part) ? new Promise(() => {}) : ask(what, ...how);
}"""


@dataclass(frozen=True)
class Slider:
    """Where the hand takes hold: selectors of the thumb and of what it slides on."""

    thumb: str
    track: str

    @classmethod
    def of_streamlit(cls, key: str) -> Slider:
        """The ``st.slider`` of that key."""
        return cls._around(f".st-key-{key} [data-testid=stSliderThumbValue]")

    @classmethod
    def first(cls) -> Slider:
        """The first ``st.slider`` in the page's middle."""
        return cls._around("[data-testid=stMain] [data-testid=stSliderThumbValue] >> nth=0")

    @classmethod
    def _around(cls, label: str) -> Slider:
        return cls(f"{label} >> xpath=..", f"{label} >> xpath=../..")


GAMMA = Slider.of_streamlit("gamma")
DASH = Slider("#gamma [role=slider]", "#gamma .dash-slider-track")


@contextmanager
def _opened(browser: Browser, url: str, rest: str = "() => true", drawn: str = ".js-line") -> Iterator[Page]:
    """A fresh page with the probe in it, once its lines are drawn and all is still."""
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    try:
        context.set_default_timeout(PATIENCE_MS)
        context.add_init_script(PROBE)
        page = context.new_page()
        page.goto(url)
        page.wait_for_selector(drawn, state="attached")
        page.wait_for_function(rest)
        page.wait_for_timeout(1000)
        yield page
    finally:
        context.close()


def _box(page: Page, selector: str) -> dict[str, float]:
    found = page.locator(selector)
    found.scroll_into_view_if_needed()
    box = found.bounding_box()
    if box is None:
        raise LookupError(f"nothing to be seen at {selector}")
    return dict(box)


def _grasped(page: Page, slider: Slider) -> tuple[float, float]:
    """Press the mouse button on the thumb and pull it to the left end, where every drag begins; returns where that is."""
    thumb, track = _box(page, slider.thumb), _box(page, slider.track)
    y = thumb["y"] + thumb["height"] / 2
    page.mouse.move(thumb["x"] + thumb["width"] / 2, y)
    page.mouse.down()
    page.mouse.move(track["x"], y)
    page.wait_for_timeout(500)
    return track["x"], y


def _timed(page: Page, event: str, act: Callable[[], None]) -> dict[str, float]:
    page.evaluate("name => probe.arm(name)", event)
    act()
    found = page.evaluate("() => probe.result")
    if found is None:
        raise TimeoutError(f"no line changed after {event} on {page.url}")
    return dict(found)


def _dragged(page: Page, slider: Slider, places: Sequence[float]) -> dict[str, list[float]]:
    """Each move in ms: to the ``frame`` with the new lines, and until their paths have ``changed``."""
    x, y = _grasped(page, slider)
    found = []
    for dx in places:
        found.append(_timed(page, "pointermove", lambda dx=dx: page.mouse.move(x + dx, y)))
        page.wait_for_timeout(PAUSE_MS)
    page.mouse.up()
    return {name: [one[name] for one in found] for name in ("frame", "changed")}


def _between(page: Page, slider: Slider) -> list[float]:
    """While the hand moves on without waiting: the ms from each frame with other lines to the next."""
    x, y = _grasped(page, slider)
    page.evaluate("() => probe.frames()")
    for dx in STEADY:
        page.mouse.move(x + dx, y)
        page.wait_for_timeout(RUN_MS)
    times = page.evaluate("() => probe.frames()")
    page.mouse.up()
    return [after - before for before, after in pairwise(times)]


def _released(page: Page) -> list[float]:
    """From letting go of a plain ``st.slider`` to the frame, in ms."""
    found = []
    for k in range(RELEASES):
        thumb = _box(page, GAMMA.thumb)
        x, y = thumb["x"] + thumb["width"] / 2, thumb["y"] + thumb["height"] / 2
        page.mouse.move(x, y)
        page.mouse.down()
        page.mouse.move(x + (8 if k < RELEASES / 2 else -8), y, steps=2)
        page.wait_for_timeout(100)
        found.append(_timed(page, "pointerup", page.mouse.up)["frame"])
        page.wait_for_timeout(300)
    return found


def rows(browser: Browser, ours: servers.Server) -> list[Row]:
    """Ours, Dash's and plain Streamlit's."""
    with servers.dash() as dash:
        with _opened(browser, dash.url) as page:
            peer = _dragged(page, DASH, STEADY)
        with _opened(browser, dash.url) as page:
            peer_between = _between(page, DASH)
    with servers.streamlit() as plain, _opened(browser, plain.url, AT_REST) as page:
        released = _released(page)
    with _opened(browser, ours.url, AT_REST) as page:
        steady = _dragged(page, GAMMA, STEADY)
    with _opened(browser, ours.url, AT_REST) as page:
        jumps = _dragged(page, GAMMA, JUMPS)
    with _opened(browser, ours.url, AT_REST) as page:
        between = _between(page, GAMMA)
    theirs = Row(PART, "Dash: move → redraw", "ms", peer["frame"])
    return [
        Row(PART, "**Lossary: move → redraw**", "ms", steady["frame"], FRAME_MS, "one frame at 60 Hz"),
        Row(PART, "the same against half of Dash's", "ms", steady["frame"], theirs.median / 2),
        Row(PART, "of it, until the path is set", "ms", steady["changed"]),
        Row(PART, "Lossary: a jump, to where nothing was asked ahead", "ms", jumps["frame"]),
        Row(PART, "of it, until the path is set", "ms", jumps["changed"]),
        theirs,
        Row(PART, "of it, until the path is set", "ms", peer["changed"]),
        Row(PART, "`st.slider` + `st.plotly_chart`: release → redraw", "ms", released, note="nothing moves before"),
        _rate("Lossary", between),
        _rate("Dash", peer_between),
    ]


def _rate(name: str, between: Sequence[float]) -> Row:
    rate = f"{1e3 * len(between) / sum(between):.3g} frames a second" if between else "not one frame"
    return Row(PART, f"{name}: from redraw to redraw while the hand never waits", "ms", between, note=rate)


def _followed(
    browser: Browser,
    url: str,
    what: str,
    places: Sequence[float],
    *,
    slider: str = "",
    still: str = "",
    drawn: str = ".js-line",
) -> Row:
    """A page of ours under a slider, its first if none is named; one that cannot be dragged is a row that says why.
    Requests ``still`` are held back, and the page is ready when something is ``drawn``."""
    hand = Slider.of_streamlit(slider) if slider else Slider.first()
    try:
        with _opened(browser, url, AT_REST, drawn) as page:
            if still:
                page.evaluate(HOLD, still)
            return Row(PART, what, "ms", _dragged(page, hand, places)["frame"], FRAME_MS)
    except (Error, LookupError, TimeoutError) as error:
        return Row(PART, what, "ms", note=f"not measured: {str(error).splitlines()[0][:90]}")


def compared(browser: Browser, ours: servers.Server) -> list[Row]:
    """Compare, with more and more curves: gamma bends the active one, the target that they share all of them."""
    others = [f"&curve=focal:gamma={0.3 * k:.1f}" for k in range(1, 12)]
    found = []
    for count, slider, moved in (
        *((count, "curve_gamma", "γ of one") for count in (2, 6, 12)),
        (12, "shared_target", "the target of all"),
    ):
        url = f"{ours.url}/compare?curve=focal:gamma=2{''.join(others[: count - 1])}&slice=logit"
        row = _followed(browser, url, f"Compare, {count} curves, {moved}: move → redraw", STEADY[:40], slider=slider)
        found.append(replace(row, at_most=2 * FRAME_MS, note=row.note or "two frames"))
    return found


def surfaces(browser: Browser, ours: servers.Server) -> list[Row]:
    """A surface's heat map under the hand."""
    row = _followed(
        browser,
        f"{ours.url}/?loss=focal&view=surface",
        "a surface's heat map: move → redraw",
        STEADY[:40],
        drawn=".hm image",
    )
    return [replace(row, at_most=MAP_MS)]


def pictured(browser: Browser, ours: servers.Server) -> list[Row]:
    """Losses with the picture of an example beside their curve, which moves too, and with the picture held still."""
    found = []
    for loss in ("giou", "dice", "perceptual"):
        name, url = LOSSES[loss].name, f"{ours.url}/?loss={loss}"
        alone = _followed(browser, url, f"{name}, the picture held still: move → redraw", COARSE, still="/api/picture")
        both = _followed(browser, url, f"{name} with its picture: move → redraw", COARSE)
        if alone.numbers and both.numbers:
            both = replace(both, at_most=alone.median + 2 * FRAME_MS, note="two frames more than alone")
        found += [replace(alone, at_most=None), both]
    return [*found, *_answers(ours, "perceptual", "noise")]


def _answers(ours: servers.Server, loss: str, slider: str) -> list[Row]:
    """How long the server works on one move: the curves, and the picture. No slider stops at these numbers, so that the
    drag before has left none of them with the server."""
    view = View(loss)
    low, high = view.range
    found = {
        "curves": f"curve={loss}&slice={view.slice}&format=binary",
        "picture": f"loss={loss}&slice={view.slice}&at={(low + high) / 3:g}",
    }
    return [
        Row(PART, f"{view.the_loss.name}, an answer of `/api/{route}`", "ms", [_ask(f"{ours.url}/api/{route}?{query}&{slider}={k / 100 + BETWEEN}") for k in range(1, 31)], 100)
        for route, query in found.items()
    ]  # fmt: skip


def _ask(url: str) -> float:
    began = time.perf_counter()
    with urllib.request.urlopen(url, timeout=30) as answer:
        answer.read()
    return 1e3 * (time.perf_counter() - began)
