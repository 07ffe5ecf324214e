"""Box geometry: areas, overlaps and hulls of boxes ``[..., 4]`` as ``x1 y1 x2 y2``, one number a box.

Shared by the losses; each denominator that can be 0 is guarded by a caller who knows the limit.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor

__all__ = [
    "area",
    "centre_distance",
    "hull_area",
    "hull_diagonal",
    "intersection",
    "iou",
    "ratio",
    "shape_angle",
    "union",
]


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


def iou(p: Tensor, t: Tensor) -> Tensor:
    """The shared area over the covered area; 0 for two boxes of no area."""
    shared = intersection(p, t)
    return ratio(shared, area(p) + area(t) - shared, 0.0)


def centre_distance(p: Tensor, t: Tensor) -> Tensor:
    """The squared distance between the centres."""
    twice = p[..., :2] + p[..., 2:] - t[..., :2] - t[..., 2:]
    return twice.square().sum(-1) / 4


def shape_angle(box: Tensor) -> Tensor:
    """``atan(width / height)``, the angle of the diagonal; a point counts as a square, with gradient 0.

    ``atan2`` needs no division by a height of 0, but its gradient is nan where both are 0.
    """
    width, height = box[..., 2] - box[..., 0], box[..., 3] - box[..., 1]
    point = (width == 0) & (height == 0)
    return torch.where(point, math.pi / 4, torch.atan2(width, torch.where(point, 1.0, height)))


def hull_diagonal(p: Tensor, t: Tensor) -> Tensor:
    """The squared diagonal of the smallest box around both."""
    low = torch.minimum(p[..., :2], t[..., :2])
    high = torch.maximum(p[..., 2:], t[..., 2:])
    return (high - low).square().sum(-1)


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
