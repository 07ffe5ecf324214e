"""What a classifier is trained on in place of the count of its mistakes; each over the margin ``m = s z``."""

from __future__ import annotations

import math

import torch
from torch import Tensor

from losslib.stable import softplus

__all__ = ["logistic_base_2", "squared_hinge", "zero_one"]


def zero_one(m: Tensor) -> Tensor:
    """One for a mistake, nothing else: its slope is 0 wherever it has one, so nobody can descend it."""
    return (m <= 0).to(m.dtype) + 0 * m


def squared_hinge(m: Tensor) -> Tensor:
    """The hinge squared: smooth at the margin, and harder on a bad mistake."""
    return torch.relu(1 - m).square()


def logistic_base_2(m: Tensor) -> Tensor:
    """Cross-entropy in bits: with base 2 it passes through 1 at ``m = 0``, and so bounds the 0-1 loss."""
    return softplus(-m) / math.log(2)
