"""Losses of a raw score and a hard label: functions of the margin ``m = s z`` with ``s = 2 t - 1``."""

from __future__ import annotations

import torch
from torch import Tensor

from losslib.kinds import SCORE
from losslib.spec import Loss, Opening, Param
from losslib.stable import scaled_exp
from losslib.traits import CONVEX, LIPSCHITZ, NONNEGATIVE


def hinge(z: Tensor, t: Tensor, *, margin: float = 1.0) -> Tensor:
    """Right is not enough: an example pays until it is right by a margin, and nothing after.

    Its gradient is -1 or 0 in the margin: all who pay pull alike, and the others are silent (the support vectors pay).

    Args:
        z: scores ``[...]``, any real.
        t: labels ``[...]`` in {0, 1}; in between, the expectation over the label.
        margin: how far right is right enough, at least 0.

    Returns:
        One loss per element, in units of the score.
    """
    return t * (margin - z).relu() + (1 - t) * (margin + z).relu()


def _margin_met_by_positive(z: Tensor, t: Tensor, *, margin: float) -> Tensor:
    return torch.where(t > 0, margin - z, 1.0)


def _margin_met_by_negative(z: Tensor, t: Tensor, *, margin: float) -> Tensor:
    return torch.where(t < 1, margin + z, 1.0)


HINGE = Loss(
    hinge,
    "Hinge",
    SCORE,
    r"\max(0,\; @margin - s z),\quad s = 2t - 1",
    params=(Param("margin", 0.0, 3.0, "how far right is right enough", "m_0", step=0.05),),
    traits=frozenset({CONVEX, NONNEGATIVE, LIPSCHITZ}),
    kinks=(_margin_met_by_positive, _margin_met_by_negative),
    conventions=("labels ±1 inside", "gradient 0 at the kink"),
    refs=("Cortes & Vapnik 1995, Support-Vector Networks, doi:10.1007/BF00994018",),
    used_in="support vector machines",
    also=("SVM loss", "max-margin", "合页损失", "铰链损失", "Hinge损失"),
    documents=("001",),
    opening=Opening(slice="margin"),
)


def exponential(z: Tensor, t: Tensor) -> Tensor:
    """A mistake costs exponentially: the loss that AdaBoost descends.

    Its gradient is as large as the loss itself, so one mislabelled example can outweigh all the rest.

    Args:
        z: scores ``[...]``, any real.
        t: labels ``[...]`` in {0, 1}; in between, the expectation over the label.

    Returns:
        One loss per element; 1 at score 0.
    """
    return scaled_exp(t, -z) + scaled_exp(1 - t, z)


EXPONENTIAL = Loss(
    exponential,
    "Exponential",
    SCORE,
    r"e^{-s z},\quad s = 2t - 1",
    traits=frozenset({CONVEX, NONNEGATIVE}),
    conventions=("labels ±1 inside",),
    refs=(
        "Freund & Schapire 1997, A Decision-Theoretic Generalization of On-Line Learning, doi:10.1006/jcss.1997.1504",
    ),
    used_in="AdaBoost; gradient boosting in scikit-learn, as loss='exponential'",
    also=("AdaBoost loss", "指数损失"),
    documents=("001",),
    opening=Opening(slice="margin", lo=-3.0, hi=3.0),
)
