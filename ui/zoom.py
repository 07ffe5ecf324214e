"""A piece of a chart that was chosen with the mouse, and the word of an address that says it: ``zoom=x:-2:3,value:0:1``.

``x`` are the ends of the axis that all panels share, and the name of a row those of its panel; on a surface ``y`` are those of
the other axis. Each is as its axis counts: on a log scale in powers of ten. It is a look: no curve is computed anew for it.

A picture in three dimensions has no piece but a camera, and a word for that: ``camera=1.5:-1.6:0.9`` is where its eye is, as
Plotly counts. To the chart both are one text, in which the camera goes by its name too.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping

from losslib import ViewError
from losslib.view import number, text_of

__all__ = [
    "CAMERA",
    "Ends",
    "Panes",
    "Sight",
    "Zoom",
    "heights",
    "kept",
    "read_word",
    "read_zoom",
    "zoom_text",
    "zoom_words",
]

Ends = tuple[float, float]
Zoom = tuple[tuple[str, tuple[float, ...]], ...]  # the ends of axes, or where the eye of the camera is
Panes = Mapping[
    str, Ends | None
]  # the axes that a chart may have: what a piece of x or y must overlap, and heights must lie in
Sight = Mapping[str, object]  # what each axis of a chart is, as far as a piece of it goes

CAMERA = "camera"
FARTHEST = 10.0  # of an eye: the picture is about as wide as 1
DECIMALS = 3
ACROSS = ("x", "y")
POWERS: Ends = (-300.0, 300.0)  # of ten: beyond them a height is no number of double precision
NARROWEST = 1e-9  # of the larger end
FORM = "must be written NAME:FROM:TO,NAME:FROM:TO, each name once"


def zoom_text(zoom: Zoom) -> str:
    """The text that the chart hears and says."""
    return ",".join(":".join([name, *map(text_of, numbers)]) for name, numbers in zoom)


def zoom_words(zoom: Zoom) -> list[tuple[str, str]]:
    """The word of an address; none if all of the chart is shown as it opens."""
    text = zoom_text(zoom)
    word = CAMERA if CAMERA in dict(zoom) else "zoom"
    return [(word, text.removeprefix(f"{CAMERA}:"))] if text else []


def read_word(word: str, text: str, panes: Panes) -> Zoom:
    """What one of the two words of an address says.

    Raises:
        ViewError: if it is not the word of such a chart, or ``read_zoom`` refuses it.
    """
    if (word == CAMERA) != (CAMERA in panes):
        raise ViewError(word, "must be left out here", text)
    return read_zoom(f"{CAMERA}:{text}" if word == CAMERA else text, panes)


def read_zoom(text: str, panes: Panes) -> Zoom:
    """The piece that the text says, or the camera; ``""`` is all of the chart as it opens.

    Raises:
        ViewError: if a part is of no axis of the chart, or does not say a piece of it; or if there can be no such camera.
    """
    if CAMERA in panes:
        return ((CAMERA, _eye(text)),) if text else ()
    found: dict[str, Ends] = {}
    for part in text.split(",") if text else []:
        name, lo, hi = parts if len(parts := part.split(":")) == 3 else ("", "", "")
        if name in found or not lo:
            raise ViewError("zoom", FORM, part)
        if name not in panes:
            raise ViewError("zoom", f"must be of {' or '.join(panes)}" if panes else "must be left out here", name)
        found[name] = _piece((number("zoom", lo), number("zoom", hi)), panes[name], name in ACROSS)
    return tuple((name, found[name]) for name in panes if name in found)


def _eye(text: str) -> tuple[float, ...]:
    name, *numbers = text.split(":")
    if name != CAMERA or len(numbers) != 3:
        raise ViewError(CAMERA, "must be written X:Y:Z", text)
    place = tuple(round(number(CAMERA, part), DECIMALS) for part in numbers)
    if not 0 < max(map(abs, place)) <= FARTHEST:
        raise ViewError(CAMERA, f"must be within {FARTHEST:g} of the middle along each axis, and not at it", text)
    return place


def _piece(ends: Ends, whole: Ends | None, across: bool) -> Ends:
    lo, hi = ends
    if not NARROWEST * max(abs(lo), abs(hi)) < hi - lo < math.inf:
        raise ViewError("zoom", "must be from a number to a larger one", f"{lo:g} and {hi:g}")
    if whole and not across and not whole[0] <= lo < hi <= whole[1]:
        raise ViewError("zoom", f"must be of powers of ten between {whole[0]:g} and {whole[1]:g}", f"{lo:g} and {hi:g}")
    if whole and not (lo < whole[1] and whole[0] < hi):
        raise ViewError("zoom", "must show a piece of the axis", f"{lo:g} and {hi:g}")
    return ends


def heights(rows: Iterable[str], scale: str) -> Panes:
    """The axes of rows on one scale: a piece of a linear one may be any."""
    return dict.fromkeys(rows, None if scale == "linear" else POWERS)


def kept(zoom: Zoom, sight: Sight, before: Sight) -> Zoom:
    """What is left of it on another chart: nothing if its ``x`` is another, else the axes that are what they were."""
    same = [name for name in sight if name in before and sight[name] == before[name]]
    return tuple((name, ends) for name, ends in zoom if {"x", name} <= {*same})
