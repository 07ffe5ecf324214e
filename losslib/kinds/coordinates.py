"""The axes, the settings and the random numbers that several kinds share."""

from __future__ import annotations

import math
from collections.abc import Callable

import torch
from torch import Generator, Tensor

from losslib.spec import Axis, Param

EDGE = 1e-6
LOGIT = Axis("logit", "z", "logit z", -6.0, 6.0, (-745.0, 745.0))
PROB = Axis("probability", "p", "probability p", EDGE, 1 - EDGE, (EDGE, 1 - EDGE), EDGE)
PROB_CLOSED = Axis("probability", "p", "probability p", EDGE, 1 - EDGE, (0.0, 1.0), EDGE)
P_TRUE = Axis("p_t", "p_t", "probability of the true class p_t", EDGE, 1 - EDGE, (EDGE, 1 - EDGE), EDGE)
MARGIN = Axis("margin", "m", "margin m = s·z", -6.0, 6.0, (-745.0, 745.0))
RESIDUAL = Axis("residual", "r", "residual r = prediction − target", -5.0, 5.0)
PREDICTION = Axis("prediction", r"\hat y", "prediction", -5.0, 5.0)
TARGET_01 = Axis("target", "t", "target t", 0.0, 1.0, (0.0, 1.0))
TARGET_REAL = Axis("target", "y", "target", -5.0, 5.0)

SOFT_TARGET = Param("target", 0.0, 1.0, "target: the label, soft in between", "t", step=0.01)
HARD_TARGET = Param("target", 0.0, 1.0, "target: the label, 0 or 1", "t", step=1.0, whole=True)
REAL_TARGET = Param("target", -5.0, 5.0, "target", "y", step=0.1)


def normal(generator: Generator, *shape: int, scale: float = 1.0) -> Tensor:
    """Normal numbers of standard deviation ``scale``, in float64."""
    return torch.randn(*shape, generator=generator, dtype=torch.float64) * scale


def uniform(generator: Generator, *shape: int, lo: float = 0.0, hi: float = 1.0) -> Tensor:
    """Uniform numbers between ``lo`` and ``hi``, in float64."""
    return lo + (hi - lo) * torch.rand(*shape, generator=generator, dtype=torch.float64)


def hard(generator: Generator, n: int) -> Tensor:
    """Labels 0 and 1, evenly."""
    return (uniform(generator, n) > 0.5).to(torch.float64)


Stretch = tuple[float, float]


def beyond(turn: float) -> Callable[..., Stretch]:
    """The stretch of a coordinate that counts towards the label, whichever that is: what lies past ``turn``."""
    return lambda **_: (turn, math.inf)


def label_side(turn: float) -> Callable[..., Stretch | None]:
    """The stretch of a coordinate that counts towards label 1: past ``turn``, or before it for a label nearer 0."""

    def side(*, target: float) -> Stretch | None:
        return None if target == 0.5 else (turn, math.inf) if target > 0.5 else (-math.inf, turn)

    return side


def as_given(prediction: Tensor, target: Tensor) -> tuple[Tensor, ...]:
    """The plane of the two inputs themselves."""
    return prediction, target
