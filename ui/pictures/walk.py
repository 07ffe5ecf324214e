"""A look along the whole slice, so that a picture's frame and its arrows keep their scale while the example moves."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from losslib import Snapshot, View, snapshot
from ui.pictures.marks import Mark
from ui.words import number

__all__ = [
    "Field",
    "along",
    "arrow_scale",
    "bar_limit",
    "down",
    "extent",
    "framed",
    "holding",
    "size",
    "tips",
    "usual_size",
    "walk",
]

Array = NDArray[np.float64]
Field = tuple[float, float, float, float]
STATIONS = 9
LARGEST = 1e12
SATURATION = 1.4
ROOM = 1.06
RIM = 0.03  # of a panel: beyond the tip of an arrow, which a dot may have moved along


@lru_cache(maxsize=128)
def _walk(loss: str, slice_key: str) -> tuple[Snapshot, ...]:
    view = View(loss, slice_key)
    ends = [view.range, *((axis.lo, axis.hi) for axis in view.the_slice.axes[1:])]
    stations = [[lo + (hi - lo) * s for lo, hi in ends] for s in np.linspace(0.03, 0.97, STATIONS)]
    if len(ends) == 2:
        stations += [[x, lo + hi - y] for (x, y), (lo, hi) in ((s, ends[1]) for s in stations)]
    return tuple(snapshot(view, tuple(station)) for station in stations)


def walk(view: View) -> tuple[Snapshot, ...]:
    """Examples along the slice, as the loss opens on it."""
    return _walk(view.loss, view.slice)


def down(shot: Snapshot, name: str) -> Array:
    """Minus the gradient in one input: the way down. An infinite one is only very long; where there is none it is 0."""
    return np.nan_to_num(-shot.gradients[name], nan=0.0, posinf=LARGEST, neginf=-LARGEST) + 0.0


@lru_cache(maxsize=256)
def _usual(loss: str, slice_key: str, names: tuple[str, ...]) -> float:
    sizes = [max(float(np.abs(down(shot, n)).max()) for n in names) for shot in _walk(loss, slice_key)]
    felt = [s for s in sizes if 0 < s < LARGEST]
    return 1.5 * float(np.median(felt)) if felt else 1.0


def usual_size(view: View, *names: str) -> float:
    """The size of gradient at which an arrow has its full length."""
    return _usual(view.loss, view.slice, names)


def arrow_scale(shot: Snapshot, length: float, *names: str) -> float:
    """Units of the picture for one unit of gradient, the same for all its arrows.

    In proportion to the gradient up to the usual size, then more and more slowly: no arrow is over ``1.4 * length``.
    """
    longest = max(float(np.abs(down(shot, n)).max()) for n in names)
    if longest == 0:
        return 0.0
    usual = usual_size(shot.view, *names)
    return float(SATURATION * length * np.tanh(longest / usual / SATURATION) / longest)


def bar_limit(shot: Snapshot, name: str) -> float:
    """How far a panel of signed bars reaches: the usual size and some room, more only where a bar needs it."""
    longest = float(np.abs(down(shot, name)).max())
    return max(SATURATION * usual_size(shot.view, name), ROOM * longest if longest < LARGEST else 0.0)


def size(number_of: float) -> str:
    """A gradient's number for a reader."""
    return number(number_of) if abs(number_of) < LARGEST else "−∞" if number_of < 0 else "∞"


def extent(values: Sequence[float]) -> tuple[float, float]:
    """The ends of all that is finite."""
    seen = [float(v) for v in values if np.isfinite(v)]
    return (min(seen), max(seen)) if seen else (0.0, 1.0)


def framed(xs: tuple[float, float], ys: tuple[float, float], aspect: float, pad: float = 0.1) -> Field:
    """A view around both extents, in which one unit is as long across as it is up."""
    width, height = (xs[1] - xs[0]) * (1 + 2 * pad) or 1.0, (ys[1] - ys[0]) * (1 + 2 * pad) or 1.0
    width, height = max(width, height / aspect), max(height, width * aspect)
    x, y = sum(xs) / 2, sum(ys) / 2
    return x - width / 2, x + width / 2, y - height / 2, y + height / 2


def holding(field: Field, points: Sequence[tuple[float, float]]) -> Field:
    """The field, its edges moved out where a point is too near to them or beyond."""
    left, right, low, high = field
    room_x, room_y = RIM * (right - left), RIM * (high - low)
    return (
        min(left, *(x - room_x for x, _ in points)),
        max(right, *(x + room_x for x, _ in points)),
        min(low, *(y - room_y for _, y in points)),
        max(high, *(y + room_y for _, y in points)),
    )


def along(shot: Snapshot, pick: Mapping[str, Sequence[int]], share: float = 1.0) -> tuple[float, float]:
    """The extent of some numbers of some inputs over the slice, or the middle ``share`` of it, and at this example."""
    shots = _around(shot, share)
    return extent([float(s.inputs[name].ravel()[k]) for s in shots for name, where in pick.items() for k in where])


def tips(shot: Snapshot, arrows: Callable[[Snapshot], Sequence[Mark]], share: float = 1.0) -> list[tuple[float, float]]:
    """Where the arrows of an example end, over the slice, or the middle ``share`` of it, and at this example."""
    drawn = (mark for s in _around(shot, share) for mark in arrows(s))
    return [(mark["at"][0] + mark["by"][0], mark["at"][1] + mark["by"][1]) for mark in drawn]


def _around(shot: Snapshot, share: float) -> tuple[Snapshot, ...]:
    stations = walk(shot.view)
    beside = round(len(stations) * (1 - share) / 2)
    return (*stations[beside : len(stations) - beside], shot)
