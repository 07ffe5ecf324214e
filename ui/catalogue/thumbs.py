"""A loss in small: its curve and its gradient as SVG paths of a few points, drawn by nobody but the browser."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from losslib import Curve, View, sample
from ui.charts.lines import range_of, with_gaps
from ui.words import number, x_symbol

__all__ = ["drawn_as", "path", "thumb"]

Array = NDArray[np.float64]
POINTS, FEWER, SMALL = 121, 41, 500
WIDTH, HEIGHT = 160.0, 100.0
SLACK = 0.25


def path(x: Array, y: Array, within: tuple[float, float], width: float, height: float) -> str:
    """The SVG path of a line in a box: ``within`` fills the height, what is beyond is drawn out of sight.

    Points that lie on the line between their neighbours, to a quarter of a pixel, are left out.
    """
    low, high = within
    span = high - low
    with np.errstate(over="ignore", invalid="ignore"):
        across = (x - x[0]) / (x[-1] - x[0]) * width
        down = height - (y - low) / span * height
    down = np.where(np.isfinite(y), np.clip(down, -4 * height, 5 * height), np.nan)
    strokes = []
    for stroke in _strokes(np.column_stack([across, down])):
        kept = stroke[_corners(stroke)]
        strokes.append("M" + "L".join(f"{_pixel(a)} {_pixel(b)}" for a, b in kept))
    return "".join(strokes)


def _pixel(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")


def _strokes(points: Array) -> list[Array]:
    """The runs of points without a gap."""
    seen = np.isfinite(points[:, 1])
    ends = np.flatnonzero(np.diff(np.concatenate([[False], seen, [False]]).astype(int)))
    return [points[a:b] for a, b in zip(ends[::2], ends[1::2], strict=True) if b - a > 1]


def _corners(points: Array) -> list[int]:
    """The points that a line cannot do without (Douglas and Peucker's rule)."""
    keep, pieces = {0, len(points) - 1}, [(0, len(points) - 1)]
    while pieces:
        a, b = pieces.pop()
        if b - a < 2:
            continue
        along = (points[a + 1 : b, 0] - points[a, 0]) / (points[b, 0] - points[a, 0] or 1.0)
        off = np.abs(points[a + 1 : b, 1] - (points[a, 1] + along * (points[b, 1] - points[a, 1])))
        worst = int(off.argmax())
        if off[worst] > SLACK:
            middle = a + 1 + worst
            keep.add(middle)
            pieces += [(a, middle), (middle, b)]
    return sorted(keep)


def drawn_as(key: str) -> View:
    """How the loss opens, with a point for every pixel or so, fewer if each is an image."""
    view = View(key)
    return replace(view, points=min(view.points, POINTS if view.the_loss.kind.size <= SMALL else FEWER))


@lru_cache(maxsize=512)
def thumb(key: str) -> dict[str, object]:
    """The paths in a box of 160 x 100, and what is on the axis."""
    view = drawn_as(key)
    curve = sample(view)
    assert isinstance(curve, Curve)
    within = range_of([curve.value])
    slopes = range_of([curve.gradient])
    return {
        "value": path(*with_gaps(curve.x, curve.value, curve.jumps), within, WIDTH, HEIGHT),
        "gradient": path(*with_gaps(curve.x, curve.gradient, curve.breaks), slopes, WIDTH, HEIGHT),
        "axis": x_symbol(view),
        "from": number(round(view.range[0], 3)),
        "to": number(round(view.range[1], 3)),
    }
