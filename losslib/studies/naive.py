"""The focal loss as it is often written, which breaks where the model is sure: kept to be shown beside ours.

Target 1 throughout, so ``p_t = sigmoid(z)``.
"""

from __future__ import annotations

import torch
from torch import Tensor

__all__ = ["focal_as_written", "focal_slope_by_hand"]


def focal_as_written(z: Tensor, gamma: float) -> Tensor:
    """``-(1 - p) ** gamma * log(p)``, letter by letter: its slope at ``p = 1`` is inf times 0 for gamma below 1."""
    p = torch.sigmoid(z)
    return -((1 - p) ** gamma) * torch.log(p)


def focal_slope_by_hand(z: Tensor, gamma: float) -> Tensor:
    """The chain rule written out: ``dL/dp`` has ``(1 - p) ** (gamma - 1)``, then times ``p (1 - p)``: 0 times inf at the end."""
    p = torch.sigmoid(z)
    slope_in_p = gamma * (1 - p) ** (gamma - 1) * torch.log(p) - (1 - p) ** gamma / p
    return slope_in_p * p * (1 - p)
