"""A function that is no loss of the catalogue, along one coordinate: value and slope by autograd, as ``losslib.sample`` gives them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from losslib.backend import Place

__all__ = ["Function", "Line", "along", "crossing", "minimum"]

Array = NDArray[np.float64]
Function = Callable[[Tensor], Tensor]
ON_THE_CPU = Place("cpu", "float64")


@dataclass(frozen=True)
class Line:
    """What a ``Curve`` is but for its view."""

    x: Array
    value: Array
    gradient: Array
    kinks: tuple[float, ...] = ()
    breaks: tuple[int, ...] = ()
    place: Place = ON_THE_CPU
    curvature: None = None


def along(
    fn: Function, lo: float, hi: float, points: int = 401, dtype: str = "float64", kinks: tuple[float, ...] = ()
) -> Line:
    """``fn`` and its slope on ``points`` places from ``lo`` to ``hi``; ``kinks`` are where its slope jumps."""
    with torch.enable_grad():
        u = torch.as_tensor(np.linspace(lo, hi, points), dtype=getattr(torch, dtype)).requires_grad_()
        value = fn(u)
        (gradient,) = (
            torch.autograd.grad(value.sum(), u, allow_unused=True) if value.requires_grad else (torch.zeros_like(u),)
        )
    x, y, slope = (np.asarray(t.detach().double().numpy()) for t in (u, value, gradient))
    breaks = tuple(int(np.searchsorted(x, kink, side="right")) - 1 for kink in kinks)
    return Line(x, y, slope, kinks, breaks, Place("cpu", dtype))


def crossing(difference: Callable[[float], float], lo: float, hi: float) -> float:
    """Where ``difference`` changes its sign between ``lo`` and ``hi``, by halving."""
    left = difference(lo) > 0
    for _ in range(200):
        middle = (lo + hi) / 2
        if middle in (lo, hi):
            break
        lo, hi = (middle, hi) if (difference(middle) > 0) == left else (lo, middle)
    return (lo + hi) / 2


def minimum(slope: Callable[[float], float], lo: float, hi: float) -> float:
    """Where a slope that starts below 0 and ends above it is 0."""
    return crossing(slope, lo, hi)
