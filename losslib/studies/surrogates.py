"""What a classifier is trained on in place of the count of its mistakes; each a function of the margin ``m = s z``."""

from __future__ import annotations

import math

from torch import Tensor

from losslib.kinds import SCORE
from losslib.spec import Loss
from losslib.stable import softplus


def _margin(z: Tensor, t: Tensor) -> Tensor:
    return (2 * t - 1) * z


def zero_one(z: Tensor, t: Tensor) -> Tensor:
    """One for a mistake, nothing else: its slope is 0 wherever it has one, so nobody can descend it.

    Args:
        z: scores ``[...]``.
        t: labels ``[...]`` in {0, 1}.

    Returns:
        One count per element, 0 or 1.
    """
    m = _margin(z, t)
    return (m <= 0).to(m.dtype) + 0 * m


ZERO_ONE = Loss(zero_one, "0-1", SCORE, r"\mathbb{1}[m \le 0],\quad m = (2t - 1)\, z", kinks=(_margin,))


def squared_hinge(z: Tensor, t: Tensor) -> Tensor:
    """The hinge squared: smooth at the margin, and harder on a bad mistake.

    Args:
        z: scores ``[...]``.
        t: labels ``[...]`` in {0, 1}.

    Returns:
        One loss per element, in squared units of the score.
    """
    return (1 - _margin(z, t)).relu().square()


SQUARED_HINGE = Loss(squared_hinge, "Hinge²", SCORE, r"\max(0,\; 1 - m)^2,\quad m = (2t - 1)\, z")


def logistic_base_2(z: Tensor, t: Tensor) -> Tensor:
    """Cross-entropy in bits: with base 2 it passes through 1 at ``m = 0``, and so bounds the 0-1 loss.

    Args:
        z: scores ``[...]``.
        t: labels ``[...]`` in {0, 1}.

    Returns:
        One loss per element, in bits.
    """
    return softplus(-_margin(z, t)) / math.log(2)


LOGISTIC_BASE_2 = Loss(logistic_base_2, "Logistic, base 2", SCORE, r"\log_2(1 + e^{-m}),\quad m = (2t - 1)\, z")
