"""Box geometry: areas, overlaps and hulls of boxes ``[..., 4]`` as ``x1 y1 x2 y2``, one number a box.

Shared by the losses; each denominator that can be 0 is guarded by a caller who knows the limit.
"""

from __future__ import annotations

import torch
from torch import Tensor

__all__ = ["area", "hull_area", "intersection", "ratio", "union"]


def area(box: Tensor) -> Tensor:
    """Width times height."""
    return (box[..., 2] - box[..., 0]) * (box[..., 3] - box[..., 1])


def intersection(p: Tensor, t: Tensor) -> Tensor:
    """The area that two boxes share, 0 if they do not touch."""
    low = torch.maximum(p[..., :2], t[..., :2])
    high = torch.minimum(p[..., 2:], t[..., 2:])
    sides = (high - low).relu()
    return sides[..., 0] * sides[..., 1]


def union(p: Tensor, t: Tensor) -> Tensor:
    """The area that two boxes cover together."""
    return area(p) + area(t) - intersection(p, t)


def hull_area(p: Tensor, t: Tensor) -> Tensor:
    """The area of the smallest box around both."""
    low = torch.minimum(p[..., :2], t[..., :2])
    high = torch.maximum(p[..., 2:], t[..., 2:])
    sides = high - low
    return sides[..., 0] * sides[..., 1]


def ratio(numerator: Tensor, denominator: Tensor, otherwise: float) -> Tensor:
    """``numerator / denominator``, or ``otherwise`` (with gradient 0) where the denominator is 0."""
    nothing = denominator == 0
    return torch.where(nothing, otherwise, numerator / torch.where(nothing, torch.ones_like(denominator), denominator))
