"""Smooth L1 as it is often written: the larger of its two branches."""

from __future__ import annotations

import torch
from torch import Tensor

from losslib.kinds import REGRESSION
from losslib.spec import Loss


def larger_branch(prediction: Tensor, target: Tensor) -> Tensor:
    """Half a squared error in disguise: the parabola is never below the line that touches it.

    Args:
        prediction: ``[...]``, any real.
        target: ``[...]``, any real.

    Returns:
        One loss per element, in squared units of the prediction.
    """
    r = prediction - target
    return torch.maximum(0.5 * r.square(), r.abs() - 0.5)


LARGER_BRANCH = Loss(
    larger_branch,
    "max(½r², |r| − ½)",
    REGRESSION,
    r"\max\left(\tfrac12 r^2,\; |r| - \tfrac12\right),\quad r = \hat y - y",
)
