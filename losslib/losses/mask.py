"""Losses of a whole mask: the overlap of a predicted and a true region."""

from __future__ import annotations

from torch import Tensor

from losslib.geometry import ratio
from losslib.kinds import MASK
from losslib.losses.probability import bce
from losslib.spec import Loss, Param
from losslib.traits import BOUNDED, CONVEX, LIPSCHITZ, NONNEGATIVE

SMOOTH = Param("smooth", 0.0, 10.0, "pixels added to both sides of the fraction", "s", step=0.01)


def dice(p: Tensor, t: Tensor, *, smooth: float = 1.0) -> Tensor:
    """One minus twice the overlap over the sum of both areas: the background does not count.

    Its gradient is shared over the whole mask: a small object pulls as hard as a large one.

    Args:
        p: probabilities ``[..., H, W]`` in [0, 1].
        t: target mask ``[..., H, W]`` in [0, 1].
        smooth: pixels added above and below, at least 0; with 0 two empty masks cost 0.

    Returns:
        One loss per mask, ``[...]``, in [0, 1].
    """
    overlap = (p * t).sum((-2, -1))
    total = p.sum((-2, -1)) + t.sum((-2, -1))
    return 1 - ratio(2 * overlap + smooth, total + smooth, 1.0)


DICE = Loss(
    dice,
    "Dice",
    MASK,
    r"1 - \frac{2\sum p t + @smooth}{\sum p + \sum t + @smooth}",
    params=(SMOOTH,),
    traits=frozenset({NONNEGATIVE, BOUNDED}),
    unknown=frozenset({LIPSCHITZ}),
    conventions=("smooth above and below", "plain sums below, not squares"),
    refs=("Milletari et al. 2016, V-Net, arXiv:1606.04797", "Sudre et al. 2017, arXiv:1707.03237"),
    used_in="medical image segmentation",
    also=("DiceLoss", "F1 loss", "Sørensen–Dice", "Dice损失", "骰子损失"),
    documents=("001",),
)


def mask_bce(p: Tensor, t: Tensor) -> Tensor:
    """Binary cross-entropy of every pixel, averaged: each pixel counts the same, background or not.

    Its gradient is shared out by area, so that a small object among much background is hardly heard.

    Args:
        p: probabilities ``[..., H, W]`` in [0, 1].
        t: target mask ``[..., H, W]`` in [0, 1].

    Returns:
        One loss per mask, ``[...]``, in nats per pixel; at most 100, torch's clamp of each log.

    Raises:
        RuntimeError: a probability outside [0, 1], from torch.
    """
    return bce(p, t).mean((-2, -1))


MASK_BCE = Loss(
    mask_bce,
    "Mask BCE",
    MASK,
    r"-\frac{1}{HW}\sum \left[t \ln p + (1-t) \ln(1-p)\right]",
    traits=frozenset({NONNEGATIVE, BOUNDED}),
    unknown=frozenset({CONVEX, LIPSCHITZ}),  # convex down to p = e^-100, as ``bce``
    conventions=("natural log", "mean over the pixels", "each log at least −100"),
    refs=("Ronneberger et al. 2015, U-Net, arXiv:1505.04597",),
    used_in="foreground and background segmentation",
    also=("pixel-wise cross-entropy", "BCE for segmentation", "二元交叉熵", "BCE损失", "分割交叉熵损失"),
    documents=("001",),
)
