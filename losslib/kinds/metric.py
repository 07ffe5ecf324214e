"""One example is two or three points of an embedding, near or far. Every slice lives in a plane."""

from __future__ import annotations

import math

import torch
from torch import Tensor

from losslib.kinds.coordinates import hard, normal
from losslib.spec import Axis, Kind, Param, Slice

DISTANCE = Axis("distance", "d", "distance d", 0.0, 3.0, (0.0, 1e4))
ANGLE = Axis("angle", r"\theta", "angle θ, in radians", 0.0, math.pi, (0.0, math.pi))
ACROSS = Axis("across", "x", "x", -3.0, 3.0, (-1e4, 1e4))
UP = Axis("up", "y", "y", -3.0, 3.0, (-1e4, 1e4))


def _points(x: Tensor, y: Tensor) -> Tensor:
    return torch.stack([x, y], dim=-1)


def _fixed(like: Tensor, x: float, y: float) -> Tensor:
    return _points(torch.full_like(like, x), torch.full_like(like, y))


# --- pairs -----------------------------------------------------------------------------------------------------------

SAME = Param("same", 0.0, 1.0, "whether the two belong together, 0 or 1", "s", step=1.0, whole=True)
LENGTH = Param("length", 0.1, 3.0, "length of the second vector; the first has length 1", r"\|b\|", step=0.1)


def _apart(d: Tensor, *, same: float = 0.0) -> tuple[Tensor, ...]:
    """``a = (1, 0)`` and ``b = (1, d)``."""
    return _placed(torch.ones_like(d), d, same=same)


def _turned(angle: Tensor, *, same: float = 0.0, length: float = 1.0) -> tuple[Tensor, ...]:
    return _placed(*_around(angle, length=length), same=same)


def _above(d: Tensor, *, same: float = 0.0) -> tuple[Tensor, Tensor]:
    return torch.ones_like(d), d


def _around(angle: Tensor, *, same: float = 0.0, length: float = 1.0) -> tuple[Tensor, Tensor]:
    return length * angle.cos(), length * angle.sin()


def _placed(x: Tensor, y: Tensor, *, same: float = 0.0) -> tuple[Tensor, ...]:
    return _fixed(x, 1.0, 0.0), _points(x, y), torch.full_like(x, same)


PAIR = Kind(
    key="pair",
    name="Pairs",
    inputs=("a", "b", "same"),
    shapes=(("D",), ("D",), ()),
    slices=(
        Slice("distance", "distance", _apart, (DISTANCE,), (SAME,), within={"plane": _above}),
        Slice("angle", "angle", _turned, (ANGLE,), (SAME, LENGTH), within={"plane": _around}),
        Slice("plane", "where the second lies", _placed, (ACROSS, UP), (SAME,)),
    ),
    draw=lambda n, generator: (normal(generator, n, 3), normal(generator, n, 3), hard(generator, n)),
    size=5,
)

# --- triplets --------------------------------------------------------------------------------------------------------

NEGATIVE_DISTANCE = Axis("negative_distance", "d_-", "distance of the negative", 0.0, 3.0, (0.0, 1e4))
NEGATIVE = Param("negative", 0.0, 3.0, "distance of the negative from the anchor", "d_-", step=0.05)
NEGATIVE_ANGLE = Param(
    "negative_angle", 0.0, 3.0, "angle between anchor and negative, in radians", r"\theta_-", step=0.05
)


def _positive_away(d: Tensor, *, negative: float = 2.0) -> tuple[Tensor, ...]:
    return _both_away(d, torch.full_like(d, negative))


def _to_the_right(d: Tensor, *, negative: float = 2.0) -> tuple[Tensor, Tensor]:
    return d, torch.zeros_like(d)


def _at_both(d: Tensor, *, negative: float = 2.0) -> tuple[Tensor, Tensor]:
    return d, torch.full_like(d, negative)


def _both_away(positive: Tensor, negative: Tensor) -> tuple[Tensor, ...]:
    """The anchor in the middle, the positive to the right and the negative above."""
    zero = torch.zeros_like(positive)
    return _points(zero, zero), _points(positive, zero), _points(zero, negative)


def _positive_turned(angle: Tensor, *, negative_angle: float = 1.0) -> tuple[Tensor, ...]:
    """All three on the unit circle, the negative on the other side of the anchor."""
    negative = _fixed(angle, math.cos(negative_angle), -math.sin(negative_angle))
    return _fixed(angle, 1.0, 0.0), _points(angle.cos(), angle.sin()), negative


def _positive_placed(x: Tensor, y: Tensor, *, negative: float = 2.0) -> tuple[Tensor, ...]:
    return _fixed(x, 0.0, 0.0), _points(x, y), _fixed(x, 0.0, negative)


TRIPLET = Kind(
    key="triplet",
    name="Triplets",
    inputs=("anchor", "positive", "negative"),
    shapes=(("D",), ("D",), ("D",)),
    slices=(
        Slice(
            "distance",
            "distance of the positive",
            _positive_away,
            (DISTANCE,),
            (NEGATIVE,),
            within={"plane": _to_the_right, "distances": _at_both},
        ),
        Slice("angle", "angle of the positive", _positive_turned, (ANGLE,), (NEGATIVE_ANGLE,)),
        Slice("plane", "where the positive lies", _positive_placed, (ACROSS, UP), (NEGATIVE,)),
        Slice("distances", "both distances", _both_away, (DISTANCE, NEGATIVE_DISTANCE)),
    ),
    draw=lambda n, generator: (normal(generator, n, 3), normal(generator, n, 3), normal(generator, n, 3)),
    size=6,
)
