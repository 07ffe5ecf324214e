"""What is told of curves beside their values: ratios and differences to one of them, areas, regions and minima.

Rows are NumPy arithmetic on curves that share their x. Where the samples of a curve are too coarse, at a minimum or under a
pole, ``losslib.sample`` is asked for finer ones: nothing is fitted or guessed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from losslib.sample import Curve, sample, value_at
from losslib.view import BUDGET, MAX_POINTS, View, on_axis

__all__ = ["FACTS", "QUIET", "ROWS", "Derived", "Minimum", "derive", "finer", "minimum", "normal_at", "region"]

QUIET = 0.05
ROWS = ("ratio", "gradient_ratio", "difference", "area", "normalised")
FACTS = ("easy", "quiet", "minimum")
ZOOM = 101
FINER = 10
ROUNDING = 1e-12  # of a range: two places as near as that are one
CLOSE = 1e-9  # of an edge: how near to an open end its limit is read, in float64 still apart from 1

Array = NDArray[np.float64]
Region = tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class Minimum:
    """The least value along the drawn part of a line, its floor, and where it is taken: ``lo`` to ``hi`` if on a plateau.

    At an open end, which is never reached, both are that end, just beyond the drawn part, and ``value`` is what the loss tends to.
    """

    lo: float
    hi: float
    value: float


@dataclass(frozen=True)
class Derived:
    """What was asked for of one curve: rows by name, each as long as its x; regions of x by name; the minimum."""

    rows: Mapping[str, Array] = field(default_factory=dict)
    regions: Mapping[str, Region] = field(default_factory=dict)
    minimum: Minimum | None = None


def derive(curves: Sequence[Curve], names: Iterable[str], against: int = 0, norm: float | None = None) -> list[Derived]:
    """The rows and facts called ``names`` of each curve; ``against`` is the curve that ratios and differences refer to.

    ``norm`` is where every normalised curve is 1; None stands for the middle of the range.
    """
    wanted = set(names)
    reference = curves[against]
    rows: dict[str, Callable[[Curve], Array]] = {
        "ratio": lambda c: _over(c.value, reference.value),
        "gradient_ratio": lambda c: _over(c.gradient, reference.gradient),
        "difference": lambda c: c.value - reference.value,
        "area": lambda c: _area(c.view),
        "normalised": lambda c: _over(c.value, np.full_like(c.value, _value_at(c.view, normal_at(c.view, norm)))),
    }
    with np.errstate(invalid="ignore", over="ignore"):
        return [
            Derived(
                rows={name: rows[name](curve) for name in ROWS if name in wanted},
                regions={name: region(curve, name) for name in ("easy", "quiet") if name in wanted},
                minimum=minimum(curve) if "minimum" in wanted else None,
            )
            for curve in curves
        ]


def _over(a: Array, b: Array) -> Array:
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        return np.asarray(a / b)


def normal_at(view: View, norm: float | None) -> float:
    """Where the normalised curve is 1.

    Raises:
        ViewError: if that is outside the axis's domain.
    """
    low, high = view.range
    at = 0.5 * (low + high) if norm is None else norm
    return on_axis(view.the_slice.axes[0], "norm", at)


@lru_cache(maxsize=512)
def _value_at(view: View, at: float) -> float:
    return value_at(view, at)


def _sampled(view: View, lo: float, hi: float, points: int) -> Curve:
    curve = sample(replace(view, lo=lo, hi=hi, points=points, gradient="x", order=1))
    assert isinstance(curve, Curve)
    return curve


def finer(view: View) -> int:
    """How many times as fine as the curve an area is sampled: ten times, where the budget allows."""
    room = min(MAX_POINTS, BUDGET // view.the_loss.kind.size)
    return max(1, min(FINER, (room - 1) // (view.points - 1)))


@lru_cache(maxsize=256)
def _area(view: View) -> Array:
    """The integral of the value from the left end, by trapezia."""
    times = finer(view)
    fine = _sampled(view, *view.range, times * (view.points - 1) + 1)
    pieces = 0.5 * (fine.value[1:] + fine.value[:-1]) * np.diff(fine.x)
    return np.asarray(np.concatenate([[0.0], np.cumsum(pieces)])[::times])


# --- regions ---------------------------------------------------------------------------------------------------------


def region(curve: Curve, name: str) -> Region:
    """Parts of the drawn x: ``easy``, where the example is on its target's side; ``quiet``, where abs(gradient) < ``QUIET``."""
    return _easy(curve.view) if name == "easy" else _quiet(curve)


def _easy(view: View) -> Region:
    side = view.the_slice.right(**view.slice_params) if view.the_slice.right else None
    if side is None:
        return ()
    lo, hi = max(view.range[0], side[0]), min(view.range[1], side[1])
    return ((lo, hi),) if lo < hi else ()


def _quiet(curve: Curve) -> Region:
    x, over = curve.x, np.abs(curve.gradient) - QUIET
    inside = over < 0
    edges = np.flatnonzero(inside[1:] != inside[:-1])
    with np.errstate(invalid="ignore"):
        share = over[edges] / (over[edges] - over[edges + 1])
    share = np.where(np.isfinite(share), share, 0.5)
    cuts = [float(c) for c in x[edges] + share * (x[edges + 1] - x[edges])]
    ends = ([float(x[0])] if inside[0] else []) + cuts + ([float(x[-1])] if inside[-1] else [])
    return tuple(zip(ends[::2], ends[1::2], strict=True))


# --- the minimum -----------------------------------------------------------------------------------------------------


def minimum(curve: Curve) -> Minimum | None:
    """The least value along the curve; None where no value is finite."""
    return _least(curve.view)


@lru_cache(maxsize=512)
def _least(view: View) -> Minimum | None:
    """Twice a closer look at the neighbourhood of the least sample; a run of equal least samples is a plateau."""
    curve = _sampled(view, *view.range, view.points)
    finite = np.isfinite(curve.value)
    if not finite.any():
        return None
    for _ in range(3):
        value = np.where(np.isfinite(curve.value), curve.value, np.inf)
        floor = float(value.min())
        level = np.flatnonzero(value <= floor)
        first, last = int(level[0]), int(level[-1])
        if last > first + 1 and len(level) == last - first + 1:
            return _plateau(curve, first, last)
        best = Minimum(float(curve.x[first]), float(curve.x[first]), floor)
        if first in (0, len(value) - 1):
            return _beyond(view, best)
        curve = _sampled(view, float(curve.x[first - 1]), float(curve.x[first + 1]), ZOOM)
    return _centred(view, best)


def _beyond(view: View, least: Minimum) -> Minimum:
    """The minimum at an end of the drawn part: at the open end itself, if the loss goes on falling towards it."""
    axis, at = view.the_slice.axes[0], least.lo
    ways = [way for end, way in ((axis.lo, -1), (axis.hi, 1)) if axis.edge and abs(at - end) < axis.edge * ROUNDING]
    if not ways or view.dtype != "float64":
        return least
    end = at + ways[0] * axis.edge
    value = _value_at(view, end - ways[0] * axis.edge * CLOSE)
    return Minimum(round(end, 12), round(end, 12), value) if value < least.value else least


def _centred(view: View, least: Minimum) -> Minimum:
    """The minimum at 0 where only rounding keeps it from there."""
    low, high = view.range
    near = 0 < abs(least.lo) < ROUNDING * (high - low)
    return Minimum(0.0, 0.0, _value_at(view, 0.0)) if near else least


def _plateau(curve: Curve, first: int, last: int) -> Minimum:
    """From the samples out to the kinks where it ends, if it ends in kinks."""
    x = curve.x
    before = [k for k in curve.kinks if first > 0 and x[first - 1] < k <= x[first]]
    after = [k for k in curve.kinks if last + 1 < len(x) and x[last] <= k < x[last + 1]]
    lo, hi = min(before, default=float(x[first])), max(after, default=float(x[last]))
    return Minimum(lo, hi, float(curve.value[first]))
