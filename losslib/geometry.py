"""Box geometry: areas, overlaps and hulls of boxes ``[..., 4]`` as ``x1 y1 x2 y2``, one number a box.

Shared by the losses; each denominator that can be 0 is guarded by a caller who knows the limit.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor

from losslib.stable import power_of_two

__all__ = [
    "area",
    "centre_distance",
    "corners",
    "hull",
    "hull_area",
    "hull_diagonal",
    "intersection",
    "iou",
    "ratio",
    "shape_angle",
    "sides",
    "to_scale",
    "union",
]


def to_scale(p: Tensor, t: Tensor) -> tuple[Tensor, Tensor]:
    """Both boxes in units of a power of two near their largest coordinate.

    Ratios of areas, or of squares, stay what they are to the last digit, and none is lost because the boxes are large or small.
    """
    unit = power_of_two(torch.maximum(p.detach().abs(), t.detach().abs()).amax(-1, keepdim=True))
    return p / unit, t / unit


def corners(box: Tensor) -> tuple[Tensor, ...]:
    """``x1 y1`` and ``x2 y2``, cut at once: the gradient of each slice would be a whole box of zeros."""
    return box.chunk(2, -1)


def sides(box: Tensor) -> tuple[Tensor, ...]:
    """Width and height."""
    low, high = corners(box)
    return (high - low).unbind(-1)


def area(box: Tensor) -> Tensor:
    """Width times height."""
    width, height = sides(box)
    return width * height


def intersection(p: Tensor, t: Tensor) -> Tensor:
    """The area that two boxes share, 0 if they do not touch."""
    (p_low, p_high), (t_low, t_high) = corners(p), corners(t)
    low, high = torch.maximum(p_low, t_low), torch.minimum(p_high, t_high)
    width, height = (high - low).relu().unbind(-1)
    return width * height


def union(p: Tensor, t: Tensor) -> Tensor:
    """The area that two boxes cover together."""
    return area(p) + area(t) - intersection(p, t)


def iou(p: Tensor, t: Tensor) -> Tensor:
    """The shared area over the covered area; 0 for two boxes of no area."""
    shared = intersection(p, t)
    return ratio(shared, area(p) + area(t) - shared, 0.0)


def centre_distance(p: Tensor, t: Tensor) -> Tensor:
    """The squared distance between the centres."""
    (p_low, p_high), (t_low, t_high) = corners(p), corners(t)
    twice = p_low + p_high - t_low - t_high
    return twice.square().sum(-1) / 4


def shape_angle(box: Tensor) -> Tensor:
    """``atan(width / height)``, the angle of the diagonal; a point counts as a square, with gradient 0.

    ``atan2`` needs no division by a height of 0, but its gradient is nan where the squares of both are 0.
    """
    width, height = sides(box)
    unit = power_of_two(torch.hypot(width, height))  # a box may be tiny beside the other
    width, height = width / unit, height / unit
    point = (width == 0) & (height == 0)
    return torch.where(point, math.pi / 4, torch.atan2(width, torch.where(point, 1.0, height)))


def hull(p: Tensor, t: Tensor) -> Tensor:
    """Width and height ``[..., 2]`` of the smallest box around both."""
    (p_low, p_high), (t_low, t_high) = corners(p), corners(t)
    return torch.maximum(p_high, t_high) - torch.minimum(p_low, t_low)


def hull_diagonal(p: Tensor, t: Tensor) -> Tensor:
    """The squared diagonal of the smallest box around both."""
    return hull(p, t).square().sum(-1)


def hull_area(p: Tensor, t: Tensor) -> Tensor:
    """The area of the smallest box around both."""
    width, height = hull(p, t).unbind(-1)
    return width * height


def ratio(numerator: Tensor, denominator: Tensor, otherwise: float) -> Tensor:
    """``numerator / denominator``, or ``otherwise`` (with gradient 0) where the denominator is 0, or so near that its inverse is
    too large for a number."""
    nothing = denominator.abs() < torch.finfo(denominator.dtype).tiny
    return torch.where(nothing, otherwise, numerator / torch.where(nothing, 1.0, denominator))
