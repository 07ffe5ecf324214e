"""A piece of a chart that was chosen with the mouse, and the word of an address that says it: ``zoom=x:-2:3,value:0:1``.

``x`` are the ends of the axis that all panels share, and the name of a row those of its panel; on a surface ``y`` are those of
the other axis. Each is as its axis counts: on a log scale in powers of ten. It is a look: no curve is computed anew for it.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping

from losslib import ViewError
from losslib.view import number, text_of

__all__ = ["Ends", "Panes", "Sight", "Zoom", "heights", "kept", "read_zoom", "zoom_text"]

Ends = tuple[float, float]
Zoom = tuple[tuple[str, Ends], ...]
Panes = Mapping[
    str, Ends | None
]  # the axes that a chart may have: what a piece of x or y must overlap, and heights must lie in
Sight = Mapping[str, object]  # what each axis of a chart is, as far as a piece of it goes

ACROSS = ("x", "y")
POWERS: Ends = (-300.0, 300.0)  # of ten: beyond them a height is no number of double precision
NARROWEST = 1e-9  # of the larger end
FORM = "must be written NAME:FROM:TO,NAME:FROM:TO, each name once"


def zoom_text(zoom: Zoom) -> str:
    """The text of the word."""
    return ",".join(f"{name}:{text_of(lo)}:{text_of(hi)}" for name, (lo, hi) in zoom)


def read_zoom(text: str, panes: Panes) -> Zoom:
    """The piece that the word says; ``""`` is all of the chart.

    Raises:
        ViewError: if a part is of no axis of the chart, or does not say a piece of it.
    """
    found: dict[str, Ends] = {}
    for part in text.split(",") if text else []:
        name, lo, hi = parts if len(parts := part.split(":")) == 3 else ("", "", "")
        if name in found or not lo:
            raise ViewError("zoom", FORM, part)
        if name not in panes:
            raise ViewError("zoom", f"must be of {' or '.join(panes)}" if panes else "must be left out here", name)
        found[name] = _piece((number("zoom", lo), number("zoom", hi)), panes[name], name in ACROSS)
    return tuple((name, found[name]) for name in panes if name in found)


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
