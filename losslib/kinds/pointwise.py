"""One example is a number: a residual, a size, a logit, a score, a probability, each with its target."""

from __future__ import annotations

import torch
from torch import Tensor

from losslib.kinds.coordinates import (
    HARD_TARGET,
    LOGIT,
    MARGIN,
    P_TRUE,
    PREDICTION,
    PROB,
    PROB_CLOSED,
    REAL_TARGET,
    RESIDUAL,
    SOFT_TARGET,
    TARGET_01,
    TARGET_REAL,
    as_given,
    beyond,
    hard,
    label_side,
    normal,
    uniform,
)
from losslib.spec import Axis, Kind, Param, Slice
from losslib.stable import sigmoid

# --- regression ------------------------------------------------------------------------------------------------------


def _residual(r: Tensor) -> tuple[Tensor, Tensor]:
    return r, torch.zeros_like(r)


def _prediction(prediction: Tensor, *, target: float = 1.0) -> tuple[Tensor, ...]:
    return prediction, torch.full_like(prediction, target)


REGRESSION = Kind(
    key="regression",
    name="Regression",
    inputs=("prediction", "target"),
    shapes=((), ()),
    slices=(
        Slice(
            "residual",
            "residual",
            _residual,
            (RESIDUAL,),
            within={"plane": _residual},
        ),
        Slice("prediction", "prediction", _prediction, (PREDICTION,), (REAL_TARGET,)),
        Slice("plane", "prediction × target", as_given, (PREDICTION, TARGET_REAL)),
    ),
    draw=lambda n, generator: (normal(generator, n, scale=2.0), normal(generator, n, scale=2.0)),
)

# --- positive numbers ------------------------------------------------------------------------------------------------

SIZE = Axis("prediction", "w", "prediction w", 0.0, 2.0, (0.0, 1e4))
SIZE_TARGET_AXIS = Axis("target", r"\hat w", "target ŵ", 0.0, 2.0, (0.0, 1e4))
SIZE_TARGET = Param("target", 0.0, 2.0, "target size", r"\hat w", step=0.01)


def _positive(prediction: Tensor, *, target: float = 0.5) -> tuple[Tensor, ...]:
    return prediction, torch.full_like(prediction, target)


POSITIVE = Kind(
    key="positive",
    name="Positive numbers",
    inputs=("prediction", "target"),
    shapes=((), ()),
    slices=(
        Slice("prediction", "prediction", _positive, (SIZE,), (SIZE_TARGET,)),
        Slice("plane", "prediction × target", as_given, (SIZE, SIZE_TARGET_AXIS)),
    ),
    draw=lambda n, generator: (uniform(generator, n, lo=0.1, hi=2.0), uniform(generator, n, lo=0.1, hi=2.0)),
)

# --- binary labels: logits, scores, probabilities --------------------------------------------------------------------

# One line, four coordinates: z, p = σ(z), p_t and m = s·z with s = 2t - 1.


def _sign(target: float) -> float:
    return 2 * target - 1


def _logit(z: Tensor, *, target: float = 1.0) -> tuple[Tensor, Tensor]:
    return z, torch.full_like(z, target)


def _logit_of_p(p: Tensor, *, target: float = 1.0) -> Tensor:
    return torch.logit(p)


def _logit_of_p_true(p_t: Tensor, *, target: float = 1.0) -> Tensor:
    return _sign(target) * torch.logit(p_t)


def _logit_of_margin(m: Tensor, *, target: float = 1.0) -> Tensor:
    return _sign(target) * m


def _at_p(p: Tensor, *, target: float = 1.0) -> tuple[Tensor, Tensor]:
    return _logit(_logit_of_p(p), target=target)


def _at_p_true(p_t: Tensor, *, target: float = 1.0) -> tuple[Tensor, Tensor]:
    return _logit(_logit_of_p_true(p_t, target=target), target=target)


def _at_margin(m: Tensor, *, target: float = 1.0) -> tuple[Tensor, Tensor]:
    return _logit(_logit_of_margin(m, target=target), target=target)


BINARY = Kind(
    key="binary",
    name="Binary, on the logit",
    inputs=("z", "t"),
    shapes=((), ()),
    slices=(
        Slice("logit", "logit", _logit, (LOGIT,), (SOFT_TARGET,), right=label_side(0.0)),
        Slice(
            "probability",
            "p",
            _at_p,
            (PROB,),
            (SOFT_TARGET,),
            into={"logit": _logit_of_p},
            within={"plane": _at_p},
            right=label_side(0.5),
        ),
        Slice(
            "p_t",
            "pₜ",
            _at_p_true,
            (P_TRUE,),
            (HARD_TARGET,),
            into={"logit": _logit_of_p_true},
            within={"plane": _at_p_true},
            relaxed="probability",
            right=beyond(0.5),
        ),
        Slice(
            "margin",
            "margin",
            _at_margin,
            (MARGIN,),
            (HARD_TARGET,),
            into={"logit": _logit_of_margin},
            within={"plane": _at_margin},
            relaxed="logit",
            right=beyond(0.0),
        ),
        Slice("plane", "logit × target", as_given, (LOGIT, TARGET_01)),
    ),
    draw=lambda n, generator: (normal(generator, n, scale=2.0), uniform(generator, n)),
)

SCORE_AXIS = Axis("logit", "z", "score z", -6.0, 6.0, (-745.0, 745.0))


SCORE = Kind(
    key="score",
    name="Binary, on the score",
    inputs=("z", "t"),
    shapes=((), ()),
    slices=(
        Slice(
            "margin",
            "margin",
            _at_margin,
            (MARGIN,),
            (HARD_TARGET,),
            into={"logit": _logit_of_margin},
            within={"plane": _at_margin},
            right=beyond(0.0),
        ),
        Slice("logit", "score", _logit, (SCORE_AXIS,), (HARD_TARGET,), right=label_side(0.0)),
        Slice("plane", "score × target", as_given, (SCORE_AXIS, TARGET_01)),
    ),
    draw=lambda n, generator: (normal(generator, n, scale=2.0), hard(generator, n)),
)


def _p(p: Tensor, *, target: float = 1.0) -> tuple[Tensor, ...]:
    return p, torch.full_like(p, target)


def _p_true(p_t: Tensor, *, target: float = 1.0) -> tuple[Tensor, Tensor]:
    return (p_t if target == 1 else 1 - p_t), torch.full_like(p_t, target)


def _p_of_logit(z: Tensor, *, target: float = 1.0) -> tuple[Tensor, Tensor]:
    """As in a program that takes the sigmoid first: from 37 on a double's ``p`` is 1, and costs what a loss says of 1."""
    return sigmoid(z), torch.full_like(z, target)


def _p_of_margin(m: Tensor, *, target: float = 1.0) -> tuple[Tensor, Tensor]:
    return _p_of_logit(_sign(target) * m, target=target)


PROBABILITY = Kind(
    key="probability",
    name="Binary, on the probability",
    inputs=("p", "t"),
    shapes=((), ()),
    slices=(
        Slice(
            "probability", "p", _p, (PROB_CLOSED,), (SOFT_TARGET,), into={"logit": _logit_of_p}, right=label_side(0.5)
        ),
        Slice(
            "p_t",
            "pₜ",
            _p_true,
            (P_TRUE,),
            (HARD_TARGET,),
            into={"logit": _logit_of_p_true},
            within={"plane": _p_true},
            relaxed="probability",
            right=beyond(0.5),
        ),
        Slice(
            "logit",
            "logit",
            _p_of_logit,
            (LOGIT,),
            (SOFT_TARGET,),
            within={"plane": _p_of_logit},
            right=label_side(0.0),
        ),
        Slice(
            "margin",
            "margin",
            _p_of_margin,
            (MARGIN,),
            (HARD_TARGET,),
            into={"logit": _logit_of_margin},
            within={"plane": _p_of_margin},
            relaxed="logit",
            right=beyond(0.0),
        ),
        Slice("plane", "probability × target", as_given, (PROB_CLOSED, TARGET_01)),
    ),
    draw=lambda n, generator: (uniform(generator, n, lo=0.02, hi=0.98), uniform(generator, n, lo=0.02, hi=0.98)),
)
