"""What every loss of the catalogue must be. Each property hunts for a counterexample and returns it as a sentence, or ``""``.

The hunt goes over the whole parameter box of the loss and of its slices: corners, defaults, and a few values in between.
"""

from __future__ import annotations

import functools
import inspect
import itertools
import math
from collections.abc import Callable, Iterator, Mapping

import numpy as np
import torch
from torch import Tensor
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

from losslib import View, sample
from losslib.spec import Axis, Kind, Limit, Loss, Param, Slice, Trait
from losslib.traits import BOUNDED, CONVEX, DETACHED, EVEN, LIPSCHITZ, NONNEGATIVE, PIECEWISE, PROPER, ROBUST

Numbers = Mapping[str, float]
BEYOND_ALL = 100.0
"""An end of an axis at least this far out stands for infinity; a nearer one is a real border (a probability of 0)."""

# --- where to look ---------------------------------------------------------------------------------------------------


def between(p: Param, share: float) -> float:
    """The value a share of the way along a slider."""
    if p.whole:
        return p.grid[round(share * (len(p.grid) - 1))]
    if p.scale == "log":
        return p.lo * (p.hi / p.lo) ** share
    return p.lo + share * (p.hi - p.lo)


def corners(params: tuple[Param, ...]) -> Iterator[dict[str, float]]:
    """All corners of a parameter box."""
    for values in itertools.product(*((p.lo, p.hi) for p in params)):
        yield dict(zip((p.name for p in params), values, strict=True))


def inside(params: tuple[Param, ...], defaults: Numbers) -> Iterator[dict[str, float]]:
    """The defaults, then each parameter moved alone, then all together, to places within the box."""
    yield dict(defaults)
    for p, share in itertools.product(params, (0.09, 0.53)):
        if not p.whole:
            yield {**defaults, p.name: between(p, share)}
    for share in (0.13, 0.61) if len(params) > 1 else ():
        yield {p.name: between(p, share) for p in params}


def box(loss: Loss) -> list[dict[str, float]]:
    """The places of a loss's parameter box that the tests visit."""
    return [*inside(loss.params, loss.defaults), *(corners(loss.params) if loss.params else ())]


def held(loss: Loss, at: Numbers) -> Loss:
    """The loss with some of its parameters held."""
    signature = inspect.signature(loss.fn)

    @functools.wraps(loss.fn)
    def fn(*inputs: Tensor, **values: float) -> Tensor:
        return loss.fn(*inputs, **values, **at)

    fn.__signature__ = signature.replace(parameters=[p for p in signature.parameters.values() if p.name not in at])
    params = tuple(p for p in loss.params if p.name not in at)
    kinks = tuple(functools.partial(kink, **at) for kink in loss.kinks)
    return Loss(fn, loss.name, loss.kind, " ".join(f"@{p.name}" for p in params), params, kinks=kinks)


def placings(the_slice: Slice) -> list[dict[str, float]]:
    """The places of a slice's parameter box that the tests visit."""
    return [dict(the_slice.defaults), *(corners(the_slice.params) if the_slice.params else ())]


def coordinates(axis: Axis, n: int) -> np.ndarray:
    """``n`` places over the range that is drawn, its middle, +-100 and the ends of the domain."""
    far = [c for c in (-100.0, 0.0, 100.0) if axis.domain[0] < c < axis.domain[1]]
    return np.unique([*np.linspace(axis.lo, axis.hi, n), *axis.domain, *far])


def places(loss: Loss, the_slice: Slice) -> tuple[np.ndarray, ...]:
    """The examples of a slice that the tests visit: one array a coordinate."""
    big = loss.kind.size >= BEYOND_ALL
    if len(the_slice.axes) == 1:
        return (coordinates(the_slice.axes[0], 7 if big else 41),)
    a, b = np.meshgrid(*(coordinates(axis, 3 if big else 11) for axis in the_slice.axes))
    return a.ravel(), b.ravel()


def examples(kind: Kind, n: int, seed: int = 0) -> tuple[Tensor, ...]:
    """``n`` random examples of a kind, always the same for one seed."""
    return kind.draw(n, torch.Generator().manual_seed(seed))


def value_and_slope(loss: Loss, inputs: tuple[Tensor, ...], values: Numbers, *by: Tensor) -> tuple[Tensor, ...]:
    """The losses, and the gradient of each in ``by``."""
    value = loss.fn(*inputs, **values)
    if not value.requires_grad:
        return value.detach(), *(torch.zeros_like(c) for c in by)
    slopes = torch.autograd.grad(value, by, torch.ones_like(value), allow_unused=True)
    return value.detach(), *(torch.zeros_like(c) if g is None else g for c, g in zip(by, slopes, strict=True))


def along(loss: Loss, the_slice: Slice, values: Numbers, placing: Numbers, *u: np.ndarray) -> tuple[np.ndarray, ...]:
    """The losses along a slice, and the slope in each coordinate."""
    c = [torch.tensor(x, dtype=torch.float64, requires_grad=True) for x in u]
    return tuple(y.numpy() for y in value_and_slope(loss, the_slice.fn(*c, **placing), values, *c))


def many(kind: Kind) -> int:
    """How many random examples of a kind are cheap."""
    return 512 if kind.size == 1 else 48


# --- finite ----------------------------------------------------------------------------------------------------------


def not_finite(loss: Loss) -> str:
    """A value or slope that is nan; or that is infinite although no coordinate and no placing is at an end."""
    for the_slice in loss.kind.slices:
        u = places(loss, the_slice)
        ends = [(*axis.domain, axis.lo, axis.hi) for axis in the_slice.axes]
        within = np.all([~np.isin(c, end) for c, end in zip(u, ends, strict=True)], axis=0)
        for values, placing in itertools.product(box(loss), placings(the_slice)):
            loose = all(p.lo < placing[p.name] < p.hi for p in the_slice.params)
            results = along(loss, the_slice, values, placing, *u)
            for what, result in zip(("value", *(f"slope in {a.name}" for a in the_slice.axes)), results, strict=True):
                bad = np.isnan(result) | (within & loose & np.isinf(result))
                if what == "value":
                    bad |= result == -np.inf
                if bad.any():
                    where = [float(c[bad][0]) for c in u]
                    return f"on {the_slice.key} at {where} with {values}, {placing}: {what} is {result[bad][0]}"
    return ""


def opening_not_finite(loss: Loss) -> str:
    """A value or slope of an opening view that is nan, or infinite away from its ends."""
    for the_slice in loss.kind.slices:
        drawn = sample(View.of(loss.key, the_slice.key))
        slopes = drawn.gradients if len(the_slice.axes) == 2 else (drawn.gradient,)
        for y in (drawn.value, *slopes):
            if np.isnan(y).any():
                return f"nan on {the_slice.key}"
            loose = all(p.lo < drawn.view.values[p.name] < p.hi for p in the_slice.params)
            if loose and not np.isfinite(y[tuple([slice(1, -1)] * y.ndim)]).all():
                return f"inf within {the_slice.key}"
    return ""


# --- shape, dtype, device, independence ------------------------------------------------------------------------------


def wrong_shape(loss: Loss) -> str:
    """A number of examples that does not give as many losses."""
    for n in (1, 2, 5):
        inputs = examples(loss.kind, n)
        if any(len(x) != n for x in inputs):
            return f"{loss.kind.key} draws {[tuple(x.shape) for x in inputs]} for n = {n}"
        for values in box(loss):
            shape = loss.fn(*inputs, **values).shape
            if shape != (n,):
                return f"{n} examples give {tuple(shape)} with {values}"
    return ""


def entangled(loss: Loss) -> str:
    """Examples whose loss or gradient depends on the others in the batch, or on their order."""
    order = torch.tensor([4, 0, 6, 2, 5, 1, 3])
    for values in box(loss):
        inputs = tuple(x.requires_grad_() for x in examples(loss.kind, 7, seed=1))
        whole = value_and_slope(loss, inputs, values, *inputs)
        for picks in (order[:1], order[1:4], order[4:], order):
            part = tuple(x.detach()[picks].requires_grad_() for x in inputs)
            for y, expected in zip(value_and_slope(loss, part, values, *part), whole, strict=True):
                if not torch.allclose(y, expected[picks], rtol=1e-10, atol=1e-12):
                    return f"examples {picks.tolist()} of 7 give other numbers alone, with {values}"
    return ""


def far_in_single_precision(loss: Loss) -> str:
    """Single-precision inputs that give another dtype, or a number far from the double-precision one."""
    inputs = examples(loss.kind, 16, seed=2)
    narrow = tuple(x.float() for x in inputs)
    exact = loss.fn(*(x.double() for x in narrow), **loss.defaults)
    rough = loss.fn(*narrow, **loss.defaults)
    if rough.dtype != torch.float32:
        return f"float32 inputs give {rough.dtype}"
    if not torch.allclose(rough.double(), exact, rtol=2e-4, atol=2e-5):
        return f"single precision is {float((rough - exact).abs().max()):g} away"
    return ""


class OnlyMeta(TorchDispatchMode):
    """Refuses any tensor with a shape that is not on the meta device, as an argument or as a result."""

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        result = func(*args, **(kwargs or {}))
        for t in tree_leaves((args, kwargs, result)):
            if isinstance(t, Tensor) and t.dim() and t.device.type != "meta":
                raise DeviceLeakError(f"{func} meets a tensor {tuple(t.shape)} on {t.device}")
        return result


class DeviceLeakError(AssertionError):
    """A tensor made on the wrong device."""


def leaks_a_device(loss: Loss) -> str:
    """A tensor that a loss makes elsewhere than on the device of its inputs, forward or backward."""
    inputs = tuple(x.to("meta", torch.float32).requires_grad_() for x in examples(loss.kind, 3))
    ends = [{p.name: end for p, end in zip(loss.params, pick, strict=True)} for pick in _both_ends(loss.params)]
    for values in [loss.defaults, *ends]:
        try:
            with OnlyMeta():
                value, *_ = value_and_slope(loss, inputs, values, *inputs)
        except (DeviceLeakError, RuntimeError, NotImplementedError) as error:
            return f"{type(error).__name__}: {error}"
        if value.dtype != torch.float32 or value.device.type != "meta":
            return f"the result is {value.dtype} on {value.device}"
    return ""


def slice_leaks_a_device(the_slice: Slice) -> str:
    """A tensor that a slice makes elsewhere than on the device of its coordinates, forward or backward."""
    u = tuple(torch.empty(3, device="meta", requires_grad=True) for _ in the_slice.axes)
    try:
        with OnlyMeta():
            inputs = the_slice.fn(*u, **the_slice.defaults)
            moving = [x for x in inputs if x.requires_grad]
            torch.autograd.grad(moving, u, [torch.ones_like(x) for x in moving], allow_unused=True)
            others = [f(*u, **the_slice.defaults) for f in the_slice.into.values()]
    except (DeviceLeakError, RuntimeError, NotImplementedError) as error:
        return f"{type(error).__name__}: {error}"
    wrong = [x.dtype for x in (*inputs, *others) if x.dtype != torch.float32]
    return f"the inputs are {wrong}" if wrong else ""


def _both_ends(params: tuple[Param, ...]) -> list[list[float]]:
    return [[p.lo for p in params], [p.hi for p in params]] if params else []


# --- gradients -------------------------------------------------------------------------------------------------------


def is_label(x: Tensor) -> bool:
    """Whether an input holds nothing but the marks -1, 0 and 1, so that it has no slope worth asking for."""
    return bool(torch.isin(x, torch.tensor([-1.0, 0.0, 1.0], dtype=x.dtype)).all())


def off_the_kinks(loss: Loss, inputs: tuple[Tensor, ...], values: Numbers) -> Tensor:
    """Which examples are away from every declared kink."""
    far = torch.ones(len(inputs[0]), dtype=torch.bool)
    for kink in loss.kinks:
        far &= (kink(*inputs, **values).expand(len(far)).abs() > 1e-3).reshape(len(far))
    return far


def wrong_gradient(loss: Loss) -> str:
    """An example whose gradient in a random direction is not the slope that small steps measure."""
    generator = torch.Generator().manual_seed(3)
    n = 64 if loss.kind.size == 1 else 12
    for values in box(loss):
        inputs = examples(loss.kind, n, seed=4)
        way = [
            torch.zeros_like(x)
            if is_label(x)
            else torch.randn(x.shape, generator=generator, dtype=x.dtype) / math.sqrt(max(1, x[0].numel()))
            for x in inputs
        ]
        ready = tuple(x.clone().requires_grad_() for x in inputs)
        value, *slopes = value_and_slope(loss, ready, values, *ready)
        claimed = sum((g * v).reshape(n, -1).sum(1) for g, v in zip(slopes, way, strict=True))
        h = 1e-5
        one, two = (
            (loss.fn(*_step(inputs, way, k * h), **values) - loss.fn(*_step(inputs, way, -k * h), **values))
            / (2 * k * h)
            for k in (1, 2)
        )
        measured, doubt = (4 * one - two) / 3, (one - two).abs()
        wrong = (claimed - measured).abs() > 1e-5 * (1 + claimed.abs()) + 1e-9 * value.abs() + 3 * doubt
        wrong &= off_the_kinks(loss, inputs, values)
        if wrong.any():
            i = int(wrong.nonzero()[0, 0])
            return f"example {i} with {values}: autograd says {claimed[i]:.6g}, small steps {measured[i]:.6g}"
    return ""


def _step(inputs: tuple[Tensor, ...], way: list[Tensor], by: float) -> list[Tensor]:
    return [x + by * v for x, v in zip(inputs, way, strict=True)]


def jumps(slope: Callable[[np.ndarray], np.ndarray], lo: float, hi: float, n: int, most: int = 24) -> list[float]:
    """Where a function jumps: cells of a grid that differ from their neighbours, cut in eight until only a jump is left.

    Of a smooth rise each cut leaves an eighth, of a steep ``|x| ** 1.5`` a third; a jump stays what it is.
    """
    x = np.linspace(lo, hi, n)
    with np.errstate(invalid="ignore", over="ignore"):
        strange = np.abs(np.diff(np.pad(slope(x), 3, mode="reflect", reflect_type="odd"), n=5))
    cells = np.argsort(-np.nan_to_num(strange[: n - 1], nan=np.inf), kind="stable")[:most]
    a, width = x[cells], x[1] - x[0]
    rows, steps, sizes = np.arange(len(a)), np.arange(9) / 8, []
    for _ in range(12):
        grid = a[:, None] + width * steps
        rise = _rises(slope(grid.ravel()).reshape(grid.shape))
        best = rise.argmax(axis=1)
        a, width = grid[rows, best], width / 8
        sizes.append(rise[rows, best])
    jumped = (sizes[-1] > 0.5 * np.minimum(sizes[-5], 1.0)) & (sizes[-1] > 1e-8)
    return sorted({round(float(c), 9) for c in a[jumped]})


def _rises(g: np.ndarray) -> np.ndarray:
    """How far each value is from the next, relative to both; from and to nan it is infinitely far."""
    before, after = g[:, :-1], g[:, 1:]
    with np.errstate(invalid="ignore"):
        rise = np.abs(after - before) / (1 + np.minimum(np.abs(before), np.abs(after)))
    return np.where(before == after, 0.0, np.nan_to_num(rise, nan=np.inf))


def jumps_along(loss: Loss, the_slice: Slice, values: Numbers, placing: Numbers) -> list[float]:
    """Where the slope of a loss jumps along a curve, found by looking at the slope alone."""
    axis = the_slice.axes[0]
    n, most = (31, 6) if loss.kind.size >= BEYOND_ALL else (151, 24)
    return jumps(lambda u: along(loss, the_slice, values, placing, u)[1], axis.lo, axis.hi, n, most)


def curves(loss: Loss) -> Iterator[tuple[Slice, dict[str, float], dict[str, float]]]:
    """The curves of a loss over its parameter box, at two placings of the slice; one that only bends the axis, at fewer."""
    straight = straight_curves(loss.kind)
    for the_slice in loss.kind.curves:
        shares = [{p.name: between(p, share) for p in the_slice.params} for share in (1.0, 0.3)]
        visited = box(loss)[:: 1 if the_slice is straight[0] else 4]
        if loss.kind.size >= BEYOND_ALL:
            visited, shares = visited[:2], shares[-1:]
        for values, placing in itertools.product(visited, shares[: 1 + bool(the_slice.params)]):
            yield the_slice, values, placing


def undeclared_jump(loss: Loss) -> str:
    """A place on a curve where the slope jumps although no kink is declared there."""
    for the_slice, values, placing in curves(loss):
        found = jumps_along(loss, the_slice, values, placing)
        if not found:
            continue
        axis = the_slice.axes[0]
        declared = kinks_along(loss, the_slice, values, placing)
        inside_axis = [c for c in found if axis.lo + 1e-6 < c < axis.hi - 1e-6]
        for c in inside_axis:
            if not any(abs(c - k) <= 1e-6 * (1 + abs(k)) for k in declared):
                return f"the slope jumps on {the_slice.key} at {c} with {values}, {placing}; declared: {declared}"
    return ""


def kinks_along(loss: Loss, the_slice: Slice, values: Numbers, placing: Numbers) -> list[float]:
    """Where the declared kinks lie on a curve, by sign changes on a fine grid and bisection."""
    axis = the_slice.axes[0]
    u = torch.linspace(axis.lo, axis.hi, 1009, dtype=torch.float64)

    def at(kink: Callable[..., Tensor], c: Tensor) -> Tensor:
        return kink(*the_slice.fn(c, **placing), **values).expand(len(c))

    zeros: list[float] = []
    for kink in loss.kinks:
        k = at(kink, u)
        zeros += u[k == 0].tolist() if (k == 0).sum() < 9 else []
        gap = k[:-1] * k[1:] < 0
        lo, hi, rising = u[:-1][gap], u[1:][gap], k[:-1][gap] < 0
        for _ in range(50 if len(lo) else 0):
            middle = (lo + hi) / 2
            below = (at(kink, middle) < 0) == rising
            lo, hi = torch.where(below, middle, lo), torch.where(below, hi, middle)
        zeros += lo.tolist()
    return zeros


def kink_without_jump(loss: Loss) -> str:
    """A declared kink, at parameters within the box, on both sides of which the slope is the same."""
    for the_slice in loss.kind.curves:
        for values in inside(loss.params, loss.defaults):
            placing = {p.name: between(p, 1.0 if p.whole else 0.3) for p in the_slice.params}
            for k in kinks_along(loss, the_slice, values, placing):
                h = 1e-8 * (1 + abs(k))
                before, after = along(loss, the_slice, values, placing, np.array([k - h, k + h]))[1]
                if abs(after - before) <= 1e-5 * (abs(before) + abs(after)) + 1e-9:
                    return f"nothing jumps on {the_slice.key} at {k} with {values}, {placing}"
    return ""


# --- limits and doubles ----------------------------------------------------------------------------------------------


def false_limit(loss: Loss, limit: Limit, other: Loss) -> str:
    """A place where a declared limit does not hold.

    A parameter that both losses have and the limit does not name moves in both alike; any other keeps its default.
    """
    shared = [
        p for p in loss.params if p.name in other.defaults and p.name not in limit.at and p.name not in limit.other_at
    ]
    curves_of_both = {s.key for s in loss.kind.curves} & {s.key for s in other.kind.curves}
    keys = limit.slices or tuple(sorted(curves_of_both))
    if not keys:
        return f"{loss.key} and {other.key} share no curve"
    for key, share in itertools.product(keys, (None, 0.09, 0.53, 1.0) if shared else (None,)):
        together = {} if share is None else {p.name: between(p, share) for p in shared}
        values = {**loss.defaults, **together, **limit.at}
        others = {**other.defaults, **together, **limit.other_at}
        mine, theirs = loss.kind.slice(key), other.kind.slice(key)
        axis = mine.axes[0]
        u = np.linspace(*limit.region.get(axis.name, (axis.lo, axis.hi)), 97)
        for placing in placings(mine):
            fits = {name: value for name, value in placing.items() if name in theirs.defaults}
            left = along(loss, mine, values, placing, u)
            right = along(other, theirs, others, fits, u)
            for what, a, b in zip(("value", "slope"), left, right, strict=True):
                with np.errstate(invalid="ignore"):
                    off = ~(np.abs(a - limit.factor * b) <= limit.tolerance * (1 + np.abs(a))) & (a != b)
                if off.any():
                    i = int(off.argmax())
                    return f"{what} on {key} at {u[i]:g} with {values}, {placing}: {a[i]:.9g}, not {limit.factor * b[i]:.9g}"
    return ""


def same_numbers(one: Loss, two: Loss) -> bool:
    """Whether two losses of a kind cannot be told apart at their defaults, on random inputs."""
    inputs = examples(one.kind, 64 if one.kind.size == 1 else 8, seed=5)
    a, b = one.fn(*inputs, **one.defaults), two.fn(*inputs, **two.defaults)
    return torch.allclose(a, b, rtol=1e-6, atol=1e-9)


def same_curves(one: Loss, two: Loss) -> bool:
    """Whether two losses of different kinds cannot be told apart at their defaults along any curve that both have.

    A target that both slices have is soft, where both take that.
    """
    shared = {s.key for s in one.kind.curves} & {s.key for s in two.kind.curves}
    return bool(shared) and all(_same_along(key, one, two) for key in shared)


def between_both(one: Param, two: Param, share: float) -> float:
    """The value a share of the way along what two sliders have in common."""
    lo, hi = max(one.lo, two.lo), min(one.hi, two.hi)
    value = lo + share * (hi - lo)
    return round(value) if one.whole or two.whole else value


def _same_along(key: str, one: Loss, two: Loss) -> bool:
    mine, theirs = one.kind.slice(key), two.kind.slice(key)
    if mine.axes[0].name != theirs.axes[0].name:
        return False
    lo, hi = max(s.axes[0].lo for s in (mine, theirs)), min(s.axes[0].hi for s in (mine, theirs))
    u = np.linspace(lo, hi, 23)
    pairs = [(p, q) for p, q in itertools.product(mine.params, theirs.params) if p.name == q.name]
    for share in (0.0, 0.3, 1.0) if pairs else (0.0,):
        placing = {p.name: between_both(p, q, share) for p, q in pairs}
        if not all(p.lo <= placing[p.name] <= p.hi and q.lo <= placing[p.name] <= q.hi for p, q in pairs):
            return False  # one takes hard labels only, and the other none
        a, _ = along(one, mine, one.defaults, {**mine.defaults, **placing}, u)
        b, _ = along(two, theirs, two.defaults, {**theirs.defaults, **placing}, u)
        if not np.allclose(a, b, rtol=1e-9, atol=1e-12):
            return False
    return True


def declared_same(losses: Mapping[str, Loss], along_some: bool = False) -> dict[str, str]:
    """Each key, and the first key that limits at the defaults declare equal to it; with ``along_some`` on some curves."""
    first = {key: key for key in losses}
    for loss in losses.values():
        for limit in loss.limits:
            other = losses[limit.other]
            at_defaults = all(loss.defaults[k] == v for k, v in limit.at.items()) and all(
                other.defaults[k] == v for k, v in limit.other_at.items()
            )
            if at_defaults and limit.factor == 1 and (along_some or not limit.slices):
                a, b = first[loss.key], first[other.key]
                first = {key: a if root == b else root for key, root in first.items()}
    return first


# --- traits ----------------------------------------------------------------------------------------------------------


def straight_curves(kind: Kind) -> tuple[Slice, ...]:
    """The curves along which the prediction itself moves in a straight line; all curves if there are none."""
    straight = []
    for the_slice in kind.curves:
        axis = the_slice.axes[0]
        u = torch.linspace(axis.lo, axis.hi, 5, dtype=torch.float64)
        first = the_slice.fn(u, **the_slice.defaults)[0].reshape(5, -1)
        bend = (first[2:] - 2 * first[1:-1] + first[:-2]).abs().max()
        if bend < 1e-9 * (1 + float(first.abs().max())):
            straight.append(the_slice)
    return tuple(straight) or kind.curves


def stretches(axis: Axis) -> list[np.ndarray]:
    """Two ranges of an axis: the second ten times as far out, or a thousand times as near to a border."""
    drawn = np.linspace(axis.lo, axis.hi, 121)
    wider = []
    for level in (0, 1):
        extra: list[float] = []
        for end, near in zip(axis.domain, (axis.lo, axis.hi), strict=True):
            if abs(end) >= BEYOND_ALL:
                extra += [end * 0.1 ** (1 - level) * f for f in (1.0, 0.7, 0.4)]
            else:
                inwards = 1.0 if end == axis.domain[0] else -1.0
                extra += [end + inwards * 10.0 ** (-3 * (k + 1)) for k in range(level + 2)]
                extra += [near]
        extra = [c for c in extra if axis.domain[0] <= c <= axis.domain[1]]
        wider.append(np.unique([*drawn, *extra]))
    return wider


def grows(loss: Loss, size: Callable[[Tensor, Tensor], Tensor], borders: bool) -> str:
    """Parameters with which ``size(value, gradient of the prediction)`` grows without end along some curve.

    With ``borders``, a border that can be reached (a probability of exactly 0) is part of every range.
    """
    for the_slice, values in itertools.product(straight_curves(loss.kind), box(loss)):
        axis = the_slice.axes[0]
        closed = [end for end in axis.domain if abs(end) < BEYOND_ALL] if borders else []
        for placing in placings(the_slice):
            kinks = [k for k in kinks_along(loss, the_slice, values, placing) if axis.lo < k < axis.hi]
            most = []
            for level, wide in enumerate(stretches(axis)):
                beside = [k + side * 10.0 ** (-5 - 3 * level) for k in kinks for side in (-1, 1)]
                u = np.unique([*wide, *closed, *([] if borders else beside)])
                c = torch.tensor(u, dtype=torch.float64)
                inputs = tuple(x.detach().requires_grad_() for x in the_slice.fn(c, **placing))
                value, slope = value_and_slope(loss, inputs, values, inputs[0])
                most.append(float(size(value, slope.reshape(len(u), -1).norm(dim=1)).abs().max()))
            if not math.isfinite(most[1]) or most[1] > 1.2 * most[0] + 1e-9:
                return f"{most[0]:.6g} grows to {most[1]:.6g} along {the_slice.key} with {values}, {placing}"
    return ""


def not_bounded(loss: Loss) -> str:
    """A direction in which the value grows without end."""
    return grows(loss, lambda value, _: value, borders=True)


def not_lipschitz(loss: Loss) -> str:
    """A direction in which the gradient of the prediction grows without end."""
    return grows(loss, lambda _, slope: slope, borders=False)


def not_robust(loss: Loss) -> str:
    """A direction in which a prediction that is far off pulls ten times as far off harder than before, or a border where it
    pulls infinitely hard."""
    for the_slice, values in itertools.product(straight_curves(loss.kind), box(loss)):
        domain = torch.tensor(the_slice.axes[0].domain, dtype=torch.float64)
        far, border = domain[domain.abs() >= BEYOND_ALL], domain[domain.abs() < BEYOND_ALL]
        for placing in placings(the_slice) if len(border) else ():
            inputs = tuple(x.detach().requires_grad_() for x in the_slice.fn(border, **placing))
            value, slope = value_and_slope(loss, inputs, values, inputs[0])
            if not slope[value > 0].isfinite().all():
                return f"an infinite pull at the border along {the_slice.key} with {values}, {placing}"
        for placing in placings(the_slice) if len(far) else ():
            pulls = []
            for share in (0.1, 1.0):
                inputs = tuple(x.detach().requires_grad_() for x in the_slice.fn(share * far, **placing))
                _, slope = value_and_slope(loss, inputs, values, inputs[0])
                pulls.append(float(slope.reshape(len(far), -1).norm(dim=1).max()))
            if not pulls[1] <= 1.2 * pulls[0] + 1e-9:
                return f"{pulls[0]:.6g} grows to {pulls[1]:.6g} along {the_slice.key} with {values}, {placing}"
    return ""


def negative(loss: Loss) -> str:
    """An example that costs less than nothing."""
    for values in box(loss):
        found = [loss.fn(*examples(loss.kind, many(loss.kind), seed=6), **values)]
        for the_slice in loss.kind.slices:
            u = [torch.tensor(c, dtype=torch.float64) for c in places(loss, the_slice)]
            found += [loss.fn(*the_slice.fn(*u, **placing), **values) for placing in placings(the_slice)]
        least = float(torch.cat(found).min())
        if least < -1e-10:
            return f"{least:.6g} with {values}"
    return ""


def not_convex(loss: Loss) -> str:
    """A chord that lies below the curve, the prediction moved in a straight line and all else held."""
    n = many(loss.kind)
    a, b = examples(loss.kind, n, seed=7), examples(loss.kind, n, seed=8)
    segments = [((a[0], b[0]), a[1:], {})]
    for the_slice in straight_curves(loss.kind):
        axis = the_slice.axes[0]
        ends = np.clip([axis.lo * 4, axis.hi * 4] if axis.lo < 0 else [axis.lo, axis.hi], *axis.domain)
        u = np.random.default_rng(9).uniform(*ends, size=(2, n))
        u[:, ::2] = np.random.default_rng(10).uniform(axis.lo, axis.hi, size=(2, (n + 1) // 2))
        for placing in placings(the_slice):
            one, two = (the_slice.fn(torch.tensor(c, dtype=torch.float64), **placing) for c in u)
            if all(torch.equal(x, y) for x, y in zip(one[1:], two[1:], strict=True)):
                segments.append(((one[0], two[0]), one[1:], placing))
    for values, ((start, end), held, placing), share in itertools.product(box(loss), segments, (0.5, 0.15)):
        middle = share * start + (1 - share) * end
        left, right, centre = (loss.fn(x, *held, **values) for x in (start, end, middle))
        chord = share * left + (1 - share) * right
        over = centre - chord > 1e-9 * (1 + left.abs() + right.abs())
        if over.any():
            i = int(over.nonzero()[0, 0])
            return f"{centre[i]:.6g} above the chord's {chord[i]:.6g} with {values}, {placing}"
    return ""


def not_even(loss: Loss) -> str:
    """A residual that does not cost the same as its opposite."""
    prediction, target = examples(loss.kind, many(loss.kind), seed=11)
    for values in box(loss):
        there = loss.fn(prediction, target, **values)
        back = loss.fn(2 * target - prediction, target, **values)
        if not torch.allclose(there, back, rtol=1e-9, atol=1e-12):
            return f"with {values}"
    return ""


def beliefs(kind: Kind) -> tuple[Tensor, Tensor]:
    """Distributions over the labels ``[m, K]``, and the predictions that state them."""
    if kind.key == "multiclass":
        steps = torch.linspace(0.02, 0.96, 48, dtype=torch.float64)
        first, second = (x.ravel() for x in torch.meshgrid(steps, steps, indexing="ij"))
        p = torch.stack([first, second, 1 - first - second], dim=-1)
        p = p[p[:, 2] > 0.01]
        return p, p.log()
    p = torch.linspace(0.01, 0.99, 99, dtype=torch.float64)
    return torch.stack([p, 1 - p], dim=-1), p if kind.key == "probability" else torch.logit(p)


def labels(kind: Kind, like: Tensor, k: int) -> Tensor:
    """The target that says label ``k``, the ``k``-th of a belief, once for each prediction."""
    if kind.key == "multiclass":
        return torch.eye(like.shape[-1], dtype=like.dtype)[k].expand_as(like)
    return torch.full_like(like, 1.0 - k)


def not_proper(loss: Loss) -> str:
    """A true distribution of the label at which, in expectation, a prediction that states another is better."""
    truths, predictions = beliefs(loss.kind)
    for values in box(loss):
        each = torch.stack(
            [loss.fn(predictions, labels(loss.kind, predictions, k), **values) for k in range(truths.shape[-1])], dim=-1
        )
        for i in range(0, len(truths), 7 if len(truths) < 100 else 97):
            expected = each @ truths[i]
            if not expected[i] <= expected.min() + 1e-12 or expected[i].isinf():
                better = [round(x, 2) for x in truths[expected.argmin()].tolist()]
                return f"{better} beats the truth {truths[i].tolist()} with {values}"
    return ""


def not_piecewise(loss: Loss) -> str:
    """That every jump of the slope is a declared kink."""
    return "" if undeclared_jump(loss) else "every jump found is declared"


def not_detached(loss: Loss) -> str:
    """That autograd's gradient is the slope of the curve."""
    return "" if wrong_gradient(loss) else "autograd's gradient is the slope"


COUNTEREXAMPLE: Mapping[Trait, Callable[[Loss], str]] = {
    CONVEX: not_convex,
    EVEN: not_even,
    NONNEGATIVE: negative,
    BOUNDED: not_bounded,
    LIPSCHITZ: not_lipschitz,
    ROBUST: not_robust,
    PROPER: not_proper,
    PIECEWISE: not_piecewise,
    DETACHED: not_detached,
}
