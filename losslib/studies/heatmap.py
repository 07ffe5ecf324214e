"""CenterNet's heat map: a Gaussian around the centre of an object, cut off in a square, and the weight it leaves to a negative."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from losslib.kinds.coordinates import uniform
from losslib.losses.probability import BETA
from losslib.spec import Axis, Kind, Loss, Slice

__all__ = ["RADIUS", "forgiven", "gaussian", "sigma_of", "weight", "weights"]

RADIUS = 5
REACH = 8.0


def sigma_of(radius: int) -> float:
    """The Gaussian's width: its diameter in pixels is six of them."""
    return (2 * radius + 1) / 6


def gaussian(dx: Tensor, dy: Tensor, radius: int = RADIUS) -> Tensor:
    """The label ``Y`` at an offset from the centre: 1 there, and 0 outside the square of ``radius`` around it."""
    inside = (dx.abs() <= radius) & (dy.abs() <= radius)
    return torch.where(inside, torch.exp(-(dx.square() + dy.square()) / (2 * sigma_of(radius) ** 2)), 0.0)


def weight(dx: Tensor, dy: Tensor, beta: float) -> Tensor:
    """The weight ``(1 - Y) ** beta`` of a pixel that is no centre."""
    return (1 - gaussian(dx, dy)) ** beta


def forgiven(distance: Tensor, *, beta: float = 4.0) -> Tensor:
    """The weight of a negative along a row through the centre.

    Args:
        distance: ``[...]``, in pixels, at least 0.
        beta: how fast negatives near a centre are forgiven, at least 0.

    Returns:
        One weight per element, in [0, 1].
    """
    return weight(distance, 0 * distance, beta)


def _edge(distance: Tensor, *, beta: float = 4.0) -> Tensor:
    """Zero where the Gaussian is cut off, and the weight jumps."""
    return distance - RADIUS


def weights(reach: int, beta: float) -> NDArray[np.float64]:
    """The weights of the pixels up to ``reach`` from the centre, row by row; the centre itself is the positive, and nan."""
    d = torch.arange(-reach, reach + 1, dtype=torch.float64)
    found = weight(d[None, :].expand(len(d), -1), d[:, None].expand(-1, len(d)), beta)
    found[reach, reach] = torch.nan
    return np.asarray(found.numpy())


def _along_a_row(distance: Tensor) -> tuple[Tensor, ...]:
    return (distance,)


PIXEL = Kind(
    key="pixel",
    name="A pixel near a centre",
    inputs=("distance",),
    shapes=((),),
    slices=(
        Slice(
            "distance",
            "distance",
            _along_a_row,
            (Axis("distance", "d", "distance from the centre, in pixels", 0.0, REACH, (0.0, REACH)),),
        ),
    ),
    draw=lambda n, generator: (uniform(generator, n, hi=REACH),),
)

FORGIVEN = Loss(
    forgiven,
    "Weight",
    PIXEL,
    r"(1 - Y)^{@beta},\quad Y = e^{-d^2 / 2\sigma^2}\ \text{for}\ d \le 5,\ \text{else}\ 0,\quad \sigma = \tfrac{11}{6}",
    params=(BETA,),
    kinks=(_edge,),
    refs=("Zhou et al. 2019, Objects as Points, arXiv:1904.07850",),
)
