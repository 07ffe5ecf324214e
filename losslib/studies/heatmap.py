"""CenterNet's heat map: a Gaussian around the centre of an object, cut off in a square, and the weight it leaves to a negative."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

__all__ = ["forgiven", "gaussian", "sigma_of", "weight", "weights"]


def sigma_of(radius: int) -> float:
    """The Gaussian's width: its diameter in pixels is six of them."""
    return (2 * radius + 1) / 6


def gaussian(dx: Tensor, dy: Tensor, radius: int) -> Tensor:
    """The label ``Y`` at an offset from the centre: 1 there, and 0 outside the square of ``radius`` around it."""
    inside = (dx.abs() <= radius) & (dy.abs() <= radius)
    return torch.where(inside, torch.exp(-(dx.square() + dy.square()) / (2 * sigma_of(radius) ** 2)), 0.0)


def forgiven(dx: Tensor, dy: Tensor, radius: int, beta: float) -> Tensor:
    """The weight ``(1 - Y) ** beta`` of a pixel that is no centre."""
    return (1 - gaussian(dx, dy, radius)) ** beta


def weight(distance: float, radius: int, beta: float) -> float:
    """The weight of a pixel so far from the centre along a row."""
    d = torch.tensor(distance, dtype=torch.float64)
    return float(forgiven(d, 0 * d, radius, beta))


def weights(reach: int, radius: int, beta: float) -> NDArray[np.float64]:
    """The weights of the pixels up to ``reach`` from the centre, row by row; the centre itself is the positive, and nan."""
    d = torch.arange(-reach, reach + 1, dtype=torch.float64)
    found = forgiven(d[None, :].expand(len(d), -1), d[:, None].expand(-1, len(d)), radius, beta)
    found[reach, reach] = torch.nan
    return np.asarray(found.numpy())
