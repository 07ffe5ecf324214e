"""Primitives that keep their gradient finite wherever the mathematical limit is finite.

Each takes and returns tensors of one shape and says which naive form it replaces.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor
from torch.nn.functional import logsigmoid

__all__ = ["bce_with_logits", "power", "scaled_exp", "softplus", "sqrt", "xlogy"]


def softplus(x: Tensor) -> Tensor:
    """``ln(1 + e^x)``, exact on both sides.

    ``torch.nn.functional.softplus`` becomes the identity above 20, which costs nine digits there.
    """
    return -logsigmoid(-x)


def bce_with_logits(z: Tensor, t: Tensor) -> Tensor:
    """``-[t ln p + (1 - t) ln(1 - p)]`` with ``p = sigmoid(z)``; its slope is ``p - t`` everywhere.

    A sum of two non-negative terms: nothing cancels, also at ``z = -100, t = 0``.
    """
    return t * softplus(-z) + (1 - t) * softplus(z)


def power(base: Tensor, exponent: float) -> Tensor:
    """``base ** exponent`` for ``base >= 0``, with gradient 0 where ``base`` is 0.

    The plain power has gradient inf there for exponents below one, and inf times 0 is nan further back.
    ``power(0, 0)`` is 1.
    """
    zero = base == 0
    return torch.where(zero, float(exponent == 0), torch.where(zero, torch.ones_like(base), base) ** exponent)


def xlogy(x: Tensor, y: Tensor) -> Tensor:
    """``x ln y`` with ``0 ln y = 0`` for every ``y``, value and gradient (``0 ln 0`` has gradient nan in torch)."""
    zero = (x == 0) & (y == 0)
    return torch.xlogy(x, torch.where(zero, torch.ones_like(y), y))


def sqrt(x: Tensor) -> Tensor:
    """The square root with gradient 0 at 0, where ``where(x > 0, sqrt(x), 0)`` has gradient nan."""
    zero = x == 0
    return torch.where(zero, torch.zeros_like(x), torch.where(zero, torch.ones_like(x), x).sqrt())


def scaled_exp(scale: Tensor, x: Tensor) -> Tensor:
    """``scale * exp(x)``, which is 0 where ``scale`` is 0 even if the exponential overflows."""
    largest = math.log(torch.finfo(x.dtype).max) - 1
    return scale * torch.where(scale == 0, x.clamp(max=largest), x).exp()
