"""From a ``View`` to numbers: the only road. Torch inside, NumPy float64 out.

The gradient is autograd's, through the slice. Examples are independent, so the gradient of the sum is the gradient of each,
and working in chunks changes no number.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from losslib.backend import BACKEND, Backend, Place
from losslib.show import picture_of_curve, picture_of_surface
from losslib.spec import Axis, Slice
from losslib.traits import PIECEWISE
from losslib.view import View, ViewError, on_axis

__all__ = ["Curve", "Snapshot", "Surface", "placed", "sample", "snapshot", "track", "value_at"]

CHUNK_BYTES = 2 * 2**20  # of inputs; with all that autograd keeps on the way, within 64 MB, and within the cache
OUTSTANDING = 10.0  # how many times as large as its neighbours, and as the usual change, a jump of samples is
SEEN = 0.02  # of the range of nearly all samples: what a chart shows of a jump
CPU = torch.device("cpu")
Array = NDArray[np.float64]


@dataclass(frozen=True)
class Curve:
    """A loss along a line: ``x``, ``value`` and ``gradient``, each ``[points]`` in float64.

    ``kinks`` are the places on the line where the loss declares that its gradient jumps; ``breaks`` are the indices ``i`` such
    that it jumps between ``x[i]`` and ``x[i + 1]``, seen in the samples themselves where a loss is piecewise and declares no
    kinks; ``jumps`` are those where the loss itself does. ``curvature`` is the second derivative, if the view asked for it.
    """

    view: View
    x: Array
    value: Array
    gradient: Array
    kinks: tuple[float, ...]
    breaks: tuple[int, ...]
    place: Place
    curvature: Array | None = None
    jumps: tuple[int, ...] = ()

    def _repr_html_(self) -> str:
        return picture_of_curve(self.x, self.value, self.gradient, dict(self.view.words()))


@dataclass(frozen=True)
class Surface:
    """A loss over a plane: ``value[j, i]`` and the two ``gradients[k][j, i]`` at ``(x[i], y[j])``, in float64.

    ``path`` is the walk of a descent where the plane has one: ``x``, ``y`` and the value at each place, the start first.
    """

    view: View
    x: Array
    y: Array
    value: Array
    gradients: tuple[Array, Array]
    place: Place
    path: tuple[Array, Array, Array] | None = None

    def _repr_html_(self) -> str:
        return picture_of_surface(self.value, dict(self.view.words()))


@dataclass(frozen=True)
class Snapshot:
    """One example: the loss's inputs, its value, and its gradient in each input (same shapes, no leading ``n``).

    ``slope`` is that along the slice, of a curve in the coordinate that the view asks for.
    """

    view: View
    at: tuple[float, ...]
    inputs: Mapping[str, Array]
    value: float
    gradients: Mapping[str, Array]
    slope: tuple[float, ...]
    place: Place


def sample(view: View, backend: Backend = BACKEND) -> Curve | Surface:
    """Draw a view: a ``Curve`` for a slice of one coordinate, a ``Surface`` for two.

    An accelerator that fails is left for the CPU; ``place`` of the result says where it was computed.
    """
    with _recording():
        return _surface(view, backend) if view.is_surface else _curve(view, backend)


def snapshot(view: View, at: float | tuple[float, ...], backend: Backend = BACKEND) -> Snapshot:
    """The one example of a view at coordinate ``at`` (a pair for a surface), with its value and gradients.

    Raises:
        ViewError: a coordinate too many, too few, or outside the domain of its axis.
    """
    where = at if isinstance(at, tuple) else (at,)
    if len(where) != len(view.the_slice.axes):
        raise ViewError("at", f"must hold {len(view.the_slice.axes)} on slice {view.slice}", len(where))
    for axis, coordinate in zip(view.the_slice.axes, where, strict=True):
        on_axis(axis, "at", coordinate)

    def compute(device: torch.device, dtype: torch.dtype) -> tuple[list[Array], list[Array], float, tuple[float, ...]]:
        dtype = _dtype(view, dtype)
        u = tuple(torch.tensor([c], device=device, dtype=dtype, requires_grad=True) for c in where)
        inputs = [
            x.clone() if x.requires_grad else x.requires_grad_() for x in view.the_slice.fn(*u, **view.slice_params)
        ]
        value = view.the_loss.fn(*inputs, **view.loss_params)
        slopes = _slope(value, *inputs, *u)
        k = len(inputs)
        along = slopes[k:]
        if view.gradient != "x":
            other = _through(view, u[0]).detach().requires_grad_()
            along = _slope(_loss_along(view, _other(view), other), other)
        return (
            [_numpy(x[0]) for x in inputs],
            [_numpy(g[0]) for g in slopes[:k]],
            float(value.detach()[0]),
            tuple(float(_infinite_with(_numpy(value), _numpy(g))[0]) for g in along),
        )

    with _recording():
        (inputs, gradients, value, slope), place = backend.run(compute)
    names = view.the_loss.kind.inputs
    return Snapshot(
        view,
        tuple(map(float, where)),
        dict(zip(names, inputs, strict=True)),
        value,
        dict(zip(names, gradients, strict=True)),
        slope,
        place,
    )


def value_at(view: View, at: float, backend: Backend = BACKEND) -> float:
    """The loss alone at coordinate ``at`` of a curve, be it in the sliver between the domain of the axis and an open end."""

    def compute(device: torch.device, dtype: torch.dtype) -> float:
        u = torch.tensor([at], device=device, dtype=_dtype(view, dtype))
        return float(_loss_along(view, view.the_slice, u)[0].detach())

    value, _ = backend.run(compute)
    return value


def _recording() -> AbstractContextManager[object]:
    """Autograd records in it, whatever the caller has switched off; to leave inference mode is dear, so only where it is on."""
    return torch.inference_mode(False) if torch.is_inference_mode_enabled() else torch.enable_grad()


def _dtype(view: View, widest: torch.dtype) -> torch.dtype:
    """The dtype asked for, or the widest the device has if that is float64."""
    return widest if view.dtype == "float64" else getattr(torch, view.dtype)


@lru_cache(maxsize=64)
def _grid(axis: Axis, lo: float, hi: float, points: int) -> Tensor:
    """Evenly spaced points; at an open end the last one stands an edge inside, and the others are not moved by that.

    NumPy's, which meet 0 exactly where torch's miss it. Kept, as a hand on a slider asks for the same ones again: to copy.
    """
    low = lo - axis.edge if lo == axis.lo else lo
    high = hi + axis.edge if hi == axis.hi else hi
    return torch.from_numpy(np.linspace(low, high, points).clip(lo, hi))


def _numpy(t: Tensor) -> Array:
    numbers: Array = t.detach().to(CPU, torch.float64).numpy(force=True)
    return numbers


def _chunked(view: View, compute: Callable[..., tuple[Tensor, ...]], *coordinates: Tensor) -> list[Array]:
    """``compute`` over pieces of the coordinates, each small enough; its outputs joined, as NumPy."""
    step = max(1, CHUNK_BYTES // (8 * view.the_loss.kind.size))
    if len(coordinates[0]) <= step:
        return [_numpy(t) for t in compute(*coordinates)]
    pieces = [compute(*(c[i : i + step] for c in coordinates)) for i in range(0, len(coordinates[0]), step)]
    return [np.concatenate([_numpy(t) for t in column]) for column in zip(*pieces, strict=True)]


def _loss_along(view: View, the_slice: Slice, *u: Tensor) -> Tensor:
    return view.the_loss.fn(*the_slice.fn(*u, **view.slice_params), **view.loss_params)


def _slope(y: Tensor, *u: Tensor, keep: bool = False) -> tuple[Tensor, ...]:
    """The gradient of each example in each coordinate; 0 where the loss does not depend on it."""
    if not y.requires_grad:
        return tuple(torch.zeros_like(c) for c in u)
    grads = torch.autograd.grad(y, u, torch.ones_like(y), create_graph=keep, allow_unused=True)
    return tuple(torch.zeros_like(c) if g is None else g for c, g in zip(u, grads, strict=True))


def _curve(view: View, backend: Backend) -> Curve:
    loss = view.the_loss

    def along(the_slice: Slice, u: Tensor) -> tuple[Tensor, ...]:
        """The value, its one or two derivatives in ``u``, and the kink functions."""
        u = u.detach().requires_grad_()
        inputs = the_slice.fn(u, **view.slice_params)
        value = loss.fn(*inputs, **view.loss_params)
        kinks = [kink(*inputs, **view.loss_params).expand_as(u) for kink in loss.kinks]
        (gradient,) = _slope(value, u, keep=view.order == 2)
        derivatives = (gradient,) if view.order == 1 else (gradient, *_slope(gradient, u))
        return (value, *derivatives, *kinks)

    def compute(device: torch.device, dtype: torch.dtype) -> tuple[Array, list[Array]]:
        u = _grid(view.the_slice.axes[0], *view.range, view.points).to(device, _dtype(view, dtype), copy=True)
        drawn = _chunked(view, lambda c: along(view.the_slice, c), u)
        if view.gradient != "x":
            through = _chunked(view, lambda c: along(_other(view), _through(view, c)), u)
            drawn[1 : 1 + view.order] = through[1 : 1 + view.order]
        return _numpy(u), drawn

    (x, drawn), place = backend.run(compute)
    value, *rest = drawn
    gradient, *more = (_infinite_with(value, rest.pop(0)) for _ in range(view.order))
    curvature = more[0] if more else None
    crossed = [(kink, k) for kink, k in zip(loss.kinks, rest, strict=True) if not (k[:-1] * k[1:] > 0).all()]
    breaks = sorted({i for _, k in crossed for i in _jumps(k)})
    if PIECEWISE in loss.traits:
        breaks = _torn(gradient, torch.finfo(_dtype(view, getattr(torch, place.dtype))).eps)
    kinks = _apart(sorted(zero for kink, k in crossed for zero in _zeros(view, kink, x, k)))
    return Curve(view, x, value, gradient, tuple(kinks), tuple(breaks), place, curvature, _leaps(value, breaks))


def _infinite_with(value: Array, slope: Array) -> Array:
    """A slope, infinite where the loss is and autograd finds none: on a plateau of infinity it meets 0 times inf, or nothing."""
    if np.isfinite(value).all():
        return slope
    return np.where((np.isnan(slope) | (slope == 0)) & np.isinf(value), np.inf, slope)


def _other(view: View) -> Slice:
    return view.the_loss.kind.slice(view.gradient)


def _through(view: View, u: Tensor) -> Tensor:
    """Where the slice named by ``view.gradient`` passes through the same examples."""
    return view.the_slice.into[view.gradient](u, **view.slice_params).clamp(*_other(view).axes[0].domain)


def _jumps(k: Array) -> list[int]:
    """The gaps ``i`` between ``x[i]`` and ``x[i + 1]`` in which ``k`` changes its sign: both sides of an exact zero, and the one
    side of a zero at an end."""
    crossing = np.flatnonzero(k[:-1] * k[1:] < 0)
    zero = np.flatnonzero(k[1:-1] == 0) + 1
    zero = zero[k[zero - 1] * k[zero + 1] < 0]
    ends = [i for i, end, beside in ((0, 0, 1), (len(k) - 2, -1, -2)) if k[end] == 0 != k[beside]]
    return sorted({*map(int, crossing), *map(int, zero), *map(int, zero - 1), *ends})


def _leaps(value: Array, breaks: list[int]) -> tuple[int, ...]:
    """Those of the breaks in which the loss itself jumps: where it only bends, it climbs no more than in a gap beside it."""
    if not breaks:
        return ()
    with np.errstate(invalid="ignore"):
        steps = np.abs(np.diff(value))
    inner = (i for i in breaks if 0 < i < len(steps) - 1)
    return tuple(i for i in inner if steps[i] > 2 * max(steps[i - 1], steps[i + 1]))


def _torn(gradient: Array, rounding: float) -> list[int]:
    """The gaps ``i`` between two samples in which a gradient jumps, as far as its samples tell.

    There it changes far more than in the two gaps on either side; where a sample stands on the jump itself, the two gaps
    beside that one share it. A steep smooth stretch is steep in its neighbours too, and a gradient that jumps at every turn
    jumps no more there than it usually changes: both stay whole. So do the ends of the line, where a pole looks alike.
    """
    with np.errstate(invalid="ignore"):
        changes = np.abs(np.diff(gradient))
        change, near = changes[2:-2], np.maximum(changes[:-1], changes[1:])
        before, after = near[:-3], near[3:]
        found = change > OUTSTANDING * np.maximum(before, after)
        shared = np.minimum(change[:-1], change[1:]) > OUTSTANDING * np.maximum(before[:-1], after[1:])
        found[:-1] |= shared
        found[1:] |= shared
        if not found.any():
            return []
        ordered, few = np.sort(gradient), len(gradient) // 32
        seen = SEEN * (ordered[-1 - few] - ordered[few])
        digits = 10 * rounding * max(abs(ordered[0]), abs(ordered[-1]))
        found &= change > max(OUTSTANDING * np.sort(changes)[len(changes) // 2], seen, digits)
    return [int(i) + 2 for i in np.flatnonzero(found)]


def _apart(places: list[float]) -> list[float]:
    """The places, one of those that only rounding keeps apart."""
    return [
        here
        for here, before in zip(places, [-math.inf, *places], strict=False)
        if here - before > 1e-12 * (1 + abs(here))
    ]


def _zeros(view: View, kink: Callable[..., Tensor], x: Array, k: Array) -> list[float]:
    """The zeros of one kink function along the curve: grid points where it is 0, and sign changes run to earth."""
    touched = [float(x[i + 1]) for i in np.flatnonzero(k[1:-1] == 0) if k[i] * k[i + 2] < 0]
    gaps = np.flatnonzero(k[:-1] * k[1:] < 0)
    if not len(gaps):
        return touched

    def at(u: Array) -> Array:
        with torch.no_grad():
            inputs = view.the_slice.fn(torch.from_numpy(u), **view.slice_params)
            return _numpy(kink(*inputs, **view.loss_params).expand(len(u)))

    return touched + [float(zero) for zero in _between(at, (x[gaps], k[gaps]), (x[gaps + 1], k[gaps + 1]))]


def _between(f: Callable[[Array], Array], low: tuple[Array, Array], high: tuple[Array, Array]) -> Array:
    """One zero of ``f`` between each ``low`` and ``high`` (places and values there, of opposite signs): the Illinois rule.

    A secant that halves the weight of the end it keeps: a line takes one step, and no curve stays out of reach.
    """
    (lo, at_lo), (hi, at_hi) = low, high
    zero = lo
    for _ in range(100):
        with np.errstate(invalid="ignore", divide="ignore"):
            secant = hi - at_hi * (hi - lo) / (at_hi - at_lo)
        before, zero = zero, np.where(at_hi == at_lo, hi, secant)
        if np.all(np.abs(zero - before) <= 1e-15 * (1 + np.abs(zero))):
            break
        at_zero = f(zero)
        if not at_zero.any():
            break
        crossed = at_zero * at_hi <= 0
        lo, at_lo = np.where(crossed, hi, lo), np.where(crossed, at_hi, at_lo / 2)
        hi, at_hi = zero, at_zero
    return zero


def _surface(view: View, backend: Backend) -> Surface:
    axis_y = view.the_slice.axes[1]

    def at(a: Tensor, b: Tensor) -> tuple[Tensor, ...]:
        a, b = a.detach().requires_grad_(), b.detach().requires_grad_()
        value = _loss_along(view, view.the_slice, a, b)
        return (value, *_slope(value, a, b))

    def compute(device: torch.device, dtype: torch.dtype) -> tuple[Array, Array, list[Array], list[Array] | None]:
        dtype = _dtype(view, dtype)
        x = _grid(view.the_slice.axes[0], *view.range, view.points).to(device, dtype, copy=True)
        y = _grid(axis_y, axis_y.lo, axis_y.hi, view.points).to(device, dtype, copy=True)
        b, a = torch.meshgrid(y, x, indexing="ij")
        path = _walked(view, at, x.new_tensor) if view.the_slice.descent else None
        return _numpy(x), _numpy(y), _chunked(view, at, a.reshape(-1), b.reshape(-1)), path

    (x, y, drawn, path), place = backend.run(compute)
    value, gradient_x, gradient_y = (d.reshape(view.points, view.points) for d in drawn)
    walked = (path[0], path[1], path[2]) if path else None
    return Surface(view, x, y, value, (gradient_x, gradient_y), place, walked)


def _walked(
    view: View, at: Callable[[Tensor, Tensor], tuple[Tensor, ...]], tensor: Callable[[list[float]], Tensor]
) -> list[Array]:
    """The places of a gradient descent and the loss there: each step is the step size times the slope, downhill."""
    descent = view.the_slice.descent
    assert descent is not None
    rate = view.values[descent.rate.name]
    a, b = (tensor([c]) for c in descent.start)
    places = []
    for _ in range(descent.steps + 1):
        value, *slopes = at(a, b)
        places.append((a, b, value))
        a, b = (c - rate * slope for c, slope in zip((a, b), slopes, strict=True))
    return [_numpy(torch.cat(column)) for column in zip(*places, strict=True)]


def track(view: View, plane: str) -> tuple[Array, Array] | None:
    """Where the line of a view runs through a plane of its kind: two coordinates for each place; None if it is not in it.

    A line along which a coordinate of the plane is held is known by its names, and drawn across the whole plane; any other
    says it of itself (``Slice.within``).
    """
    the_slice = view.the_slice
    x, y = view.the_loss.kind.slice(plane).axes
    u = _grid(the_slice.axes[0], *view.range, view.points)
    placed = view.slice_params
    if y.name in placed:
        ends = np.array([x.lo, x.hi])
        return ends, np.full_like(ends, placed[y.name])
    if x.name in placed and y.name == the_slice.axes[0].name:
        ends = np.array([y.lo, y.hi])
        return np.full_like(ends, placed[x.name]), ends
    if plane not in the_slice.within:
        return None
    a, b = the_slice.within[plane](u.clone(), **placed)
    return _numpy(a), _numpy(b)


def placed(view: View, plane: str, at: float) -> tuple[float, float] | None:
    """Where the example at ``at`` on the line of a view lies in a plane of its kind: two coordinates; None if it is not in it."""
    the_slice = view.the_slice
    if plane in the_slice.within:
        a, b = the_slice.within[plane](torch.tensor([at], dtype=torch.float64), **view.slice_params)
        return float(a), float(b)
    known = {**view.slice_params, the_slice.axes[0].name: at}
    x, y = (known.get(axis.name) for axis in view.the_loss.kind.slice(plane).axes)
    return None if x is None or y is None else (x, y)
