"""Primitives that keep their gradient finite wherever the mathematical limit is finite.

Each takes and returns tensors of one shape and says which naive form it replaces.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn

__all__ = [
    "bce_with_logits",
    "bounded_slope",
    "counted",
    "expected",
    "held",
    "power",
    "power_of_two",
    "relative_entropy",
    "relative_entropy_to_log",
    "scaled_exp",
    "sigmoid",
    "softplus",
    "sqrt",
    "steep_sigmoid",
    "turned",
    "xlogy",
]


def softplus(x: Tensor) -> Tensor:
    """``ln(1 + e^x)``, exact on both sides.

    Above 40 it is ``x`` to the last digit of a double; torch's own threshold of 20 costs nine digits there.
    """
    return nn.functional.softplus(x, threshold=40.0)


def bce_with_logits(z: Tensor, t: Tensor) -> Tensor:
    """``-[t ln p + (1 - t) ln(1 - p)]`` with ``p = sigmoid(z)``; its slope is ``p - t`` everywhere.

    Exact at both ends of ``t``: nothing cancels, also at ``z = -100, t = 0``.
    """
    y, u = turned(z, t)
    return torch.addcmul(softplus(y), u, y, value=-1)


def turned(z: Tensor, t: Tensor) -> tuple[Tensor, Tensor]:
    """The same example told of the other class where ``t`` is above 1/2: its logit ``y = +-z`` and target ``u <= 1/2``.

    Then ``softplus(y) - u y`` and ``u + (1 - 2u) sigmoid(y)`` are the cross-entropy and ``1 - p_t``, and neither is a small
    difference of large numbers, which they are with ``z`` and ``t`` near 1. ``t`` may be of any dtype.
    """
    t = t.to(z.dtype)
    other = t.detach().clamp(0, 1).round_()
    side = torch.rsub(other, 1, alpha=2)
    return z * side, torch.addcmul(other, side, t)  # u = t, or 1 - t, to the last digit


def expected(t: Tensor, positive: Tensor, negative: Tensor) -> Tensor:
    """The expectation over a label that is 1 with probability ``t``: ``t positive + (1 - t) negative``, exact at both ends.

    One operation for four; ``t`` may be of any dtype.
    """
    return torch.lerp(negative, positive, t.to(negative.dtype))


def sigmoid(z: Tensor) -> Tensor:
    """``1 / (1 + e^-z)`` without slope where it has saturated: a loss of the probability may pull infinitely hard at exactly
    0 or 1, and inf times the plain sigmoid's slope of 0 is nan."""
    p = torch.sigmoid(z)
    return torch.where(p * (1 - p) == 0, p.detach(), p)


def steep_sigmoid(z: Tensor) -> Tensor:
    """``1 / (1 + e^-z)`` whose slope ``p (1 - p)`` is exact on both sides: where ``p`` has rounded to 1 it is still ``1 - p``."""
    right = z > 0
    small = torch.sigmoid(torch.where(right, -z, z))
    return torch.where(right, 1 - small, small)


class _BoundedSlope(torch.autograd.Function):
    @staticmethod
    def forward(x: Tensor, _most: float) -> Tensor:
        return x.view_as(x)

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple[Tensor, float], _output: Tensor) -> None:
        ctx.most = inputs[1]

    @staticmethod
    def backward(ctx: Any, slope: Tensor) -> tuple[Tensor, None]:
        return slope.clamp(-ctx.most, ctx.most), None


def bounded_slope(x: Tensor, most: float | None = None) -> Tensor:
    """``x``; whatever pulls at it harder than ``most``, the largest number of its type if that is None, pulls with ``most``: times 0
    that is 0, where infinity is nan."""
    through: Callable[[Tensor, float], Tensor] = _BoundedSlope.apply
    return through(x, torch.finfo(x.dtype).max if most is None else most)


def held(x: Tensor, most: float = 1e3) -> Tensor:
    """``x`` held at ``+-most``; what pulls at it from there does not come through, be it infinite.

    1000 is far past where a sigmoid of any dtype settles: infinity times its slope of 0 would be nan.
    """
    return nn.functional.hardtanh(x, -most, most)  # a clamp, in half the time


def power(base: Tensor, exponent: float) -> Tensor:
    """``base ** exponent`` for ``base >= 0``, with slopes 0 where ``base`` is so small that the second one is too large for a
    number: at 0, and for exponents near 0 below 1e-154.

    The plain power has inf there, and inf times 0 is nan further back. ``power(0, 0)`` is 1.
    """
    if exponent in (0, 1) or exponent >= 2:
        return base**exponent
    most = base.new_full((), torch.finfo(base.dtype).max)  # no float: torch.compile may make the exponent a symbol
    settled = base <= most ** (1 / (exponent - 2))
    there = base.detach() ** exponent if exponent < 1 else 0.0
    return torch.where(settled, there, torch.where(settled, 1.0, base) ** exponent)


def power_of_two(x: Tensor) -> Tensor:
    """The one next below ``x >= 0``, without slope: what is divided by it keeps its digits, and its squares neither overflow nor
    vanish. At the ends of the number range it is the smallest normal number, and an eighth of the largest."""
    ends = torch.finfo(x.dtype)
    return x.detach().clamp(ends.tiny, ends.max / 8).log2().floor().exp2()


def xlogy(x: Tensor, y: Tensor) -> Tensor:
    """``x ln y`` with ``0 ln y = 0`` for every ``y``, value and gradient (``0 ln 0`` has gradient nan in torch)."""
    zero = (x == 0) & (y == 0)
    return torch.xlogy(x, torch.where(zero, torch.ones_like(y), y))


def relative_entropy(x: Tensor, y: Tensor) -> Tensor:
    """``x ln(x / y)``, which is 0, slope and all, where both are 0; its other infinities, of value and slope, are true.

    ``torch.xlogy(x, x)`` has slope nan at 0, where the slope is -inf.
    """
    nothing = (x == 0) & (y == 0)
    x, y = (torch.where(nothing, 1.0, c) for c in (x, y))
    entropy: Tensor = torch.special.entr(x)
    return -entropy - torch.xlogy(x, y)


def relative_entropy_to_log(x: Tensor, log_y: Tensor) -> Tensor:
    """``x (ln x - log_y)``: ``relative_entropy`` of an ``y`` given by its logarithm."""
    nothing = (x == 0) & (log_y == -math.inf)
    x, log_y = torch.where(nothing, 1.0, x), torch.where(nothing, 0.0, log_y)
    entropy: Tensor = torch.special.entr(x)
    return -entropy - x * log_y


def sqrt(x: Tensor) -> Tensor:
    """The square root with gradient 0 at 0, where ``where(x > 0, sqrt(x), 0)`` has gradient nan."""
    zero = x == 0
    return torch.where(zero, torch.zeros_like(x), torch.where(zero, torch.ones_like(x), x).sqrt())


def scaled_exp(scale: Tensor, x: Tensor) -> Tensor:
    """``scale * exp(x)``, which is 0 where ``scale`` is 0 even if the exponential overflows."""
    largest = math.log(torch.finfo(x.dtype).max) - 1
    return scale * torch.where(scale == 0, x.clamp(max=largest), x).exp()


def counted(x: Tensor, weight: Tensor) -> Tensor:
    """``x``, but 0 where it is infinite and has no weight, so that ``weight * x`` is 0 there and not nan."""
    return torch.where((weight == 0) & x.isinf(), 0.0, x)
