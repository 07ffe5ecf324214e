"""Losses of a logit and a binary label: cross-entropy and the focal family.

``z`` is the logit, ``p = sigmoid(z)``, ``t`` the target in [0, 1]. Alpha weighs the positives, 1 - alpha the negatives.
"""

from __future__ import annotations

import torch
from torch import Tensor

from losslib.kinds import BINARY
from losslib.spec import Limit, Loss, Opening, Param
from losslib.stable import bce_with_logits as _bce
from losslib.stable import expected, held, power, softplus, steep_sigmoid, turned
from losslib.traits import BOUNDED, CONVEX, LIPSCHITZ, NONNEGATIVE, PROPER

GAMMA = Param("gamma", 0.0, 5.0, "how fast easy examples fade", r"\gamma", step=0.05)
ALPHA = Param("alpha", 0.0, 1.0, "weight of the positives", r"\alpha", step=0.01)
WEIGHT = Param("weight", 0.0, 10.0, "weight of the example", "w", step=0.1)
LIN = "Lin et al. 2017, Focal Loss for Dense Object Detection, arXiv:1708.02002"


def _distance(z: Tensor, t: Tensor) -> Tensor:
    """``t - p``, written so that it is exact at both ends."""
    z = held(z)
    return expected(t, torch.sigmoid(-z), -torch.sigmoid(z))


def _alpha_t(t: Tensor, alpha: float) -> Tensor:
    return alpha * t + (1 - alpha) * (1 - t)


def bce_with_logits(z: Tensor, t: Tensor, *, pos_weight: float = 1.0, weight: float = 1.0) -> Tensor:
    """Binary cross-entropy: the surprise of the label under the predicted probability.

    Its gradient in the logit is ``p - t``: the whole error, never more than one, alive however wrong the model is.

    Args:
        z: logits ``[...]``, any real.
        t: targets ``[...]`` in [0, 1].
        pos_weight: factor on the positive term; above one it trades precision for recall.
        weight: factor on the example.

    Returns:
        One loss per element, in nats.
    """
    t = t.to(z.dtype)  # the factors come first: 0 times a term that they make overflow is nan
    return weight * pos_weight * t * softplus(-z) + weight * (1 - t) * softplus(z)


BCE_WITH_LOGITS = Loss(
    bce_with_logits,
    "BCE",
    BINARY,
    r"-@weight \cdot \left[@pos_weight \cdot t \ln p + (1-t) \ln(1-p)\right]",
    params=(Param("pos_weight", 0.1, 20.0, "weight of the positive term", r"w_+", step=0.1), WEIGHT),
    traits=frozenset({CONVEX, NONNEGATIVE, LIPSCHITZ}),
    traits_at={PROPER: {"pos_weight": 1.0}},
    limits=(
        Limit(
            "bce",
            region={
                "probability": (1e-6, 1 - 1e-6),
                "p_t": (1e-6, 1 - 1e-6),
                "logit": (-6.0, 6.0),
                "margin": (-6.0, 6.0),
            },
            words="BCE of p = σ(z), wherever its clamp does not bite",
        ),
    ),
    conventions=("natural log", "on the logit", "no clamp"),
    refs=("Good 1952, Rational Decisions, doi:10.1111/j.2517-6161.1952.tb00104.x",),
    used_in="binary and multi-label classification; objectness in YOLOv3 to v5",
    also=(
        "BCEWithLogitsLoss",
        "binary cross-entropy",
        "log loss",
        "logistic loss",
        "sigmoid cross-entropy",
        "二元交叉熵",
        "交叉熵",
        "对数损失",
        "BCE损失",
    ),
    documents=("000", "001", "002", "003", "004"),
)


def balanced_bce(z: Tensor, t: Tensor, *, alpha: float = 0.25) -> Tensor:
    """Cross-entropy with alpha for the positives and 1 - alpha for the negatives.

    Its gradient is cross-entropy's times the weight: a class counts more, but an easy example is not told from a hard one.

    Args:
        z: logits ``[...]``.
        t: targets ``[...]`` in [0, 1].
        alpha: weight of the positives, in [0, 1].

    Returns:
        One loss per element, in nats.
    """
    return expected(t, alpha * softplus(-z), (1 - alpha) * softplus(z))


BALANCED_BCE = Loss(
    balanced_bce,
    "Balanced BCE",
    BINARY,
    r"-\left[@alpha \cdot t \ln p + (1-@alpha)(1-t)\ln(1-p)\right]",
    params=(ALPHA,),
    traits=frozenset({CONVEX, NONNEGATIVE, LIPSCHITZ}),
    limits=(Limit("bce_with_logits", {"alpha": 0.5}, factor=0.5, words="α = ½ is half of BCE"),),
    conventions=("natural log", "α for positives"),
    refs=(LIN,),
    used_in="edge detection, α the share of pixels that are no edge (Xie & Tu 2015); the baseline of the focal paper",
    also=("alpha-balanced cross-entropy", "weighted BCE", "α平衡交叉熵", "加权交叉熵"),
    documents=("001",),
)


def label_smoothed_bce(z: Tensor, t: Tensor, *, epsilon: float = 0.1) -> Tensor:
    """Cross-entropy against a label that is never quite sure.

    The positive's target is 1 - epsilon / 2 and the negative's epsilon / 2, so that the best logit is finite:
    pushing past it costs again.

    Args:
        z: logits ``[...]``.
        t: targets ``[...]`` in [0, 1].
        epsilon: how much of the label is spread over both classes, in [0, 1].

    Returns:
        One loss per element, in nats.
    """
    return _bce(z, t * (1 - epsilon) + epsilon / 2)


LABEL_SMOOTHED_BCE = Loss(
    label_smoothed_bce,
    "Label-smoothed BCE",
    BINARY,
    r"-\left[t' \ln p + (1-t')\ln(1-p)\right],\quad t' = t(1-@epsilon) + @epsilon/2",
    params=(Param("epsilon", 0.0, 1.0, "how much of the label is spread", r"\varepsilon", step=0.01),),
    traits=frozenset({CONVEX, NONNEGATIVE, LIPSCHITZ}),
    limits=(Limit("bce_with_logits", {"epsilon": 0.0}, words="ε = 0 is BCE"),),
    conventions=("natural log", "ε/2 to each class"),
    refs=(
        "Szegedy et al. 2016, Rethinking the Inception Architecture, arXiv:1512.00567",
        "Zhang et al. 2019, Bag of Freebies, arXiv:1902.04103",
    ),
    used_in="classification in YOLOv5, where the two targets are called cp and cn",
    also=("smooth_BCE", "label smoothing", "cp cn", "标签平滑"),
    documents=("000",),
)


def sigmoid_mse(z: Tensor, t: Tensor) -> Tensor:
    """A squared error after a sigmoid: silent when it is most wrong.

    Its gradient is ``2 (p - t) p (1 - p)``: the last two factors vanish at both ends, on the wrong side too.

    Args:
        z: logits ``[...]``.
        t: targets ``[...]`` in [0, 1].

    Returns:
        One loss per element, in [0, 1].
    """
    y, u = turned(z, t)
    return (steep_sigmoid(y) - u).square()


SIGMOID_MSE = Loss(
    sigmoid_mse,
    "Sigmoid + MSE",
    BINARY,
    r"(\sigma(z) - t)^2",
    traits=frozenset({NONNEGATIVE, BOUNDED, LIPSCHITZ, PROPER}),
    conventions=("no half",),
    refs=("Brier 1950, Verification of Forecasts Expressed in Terms of Probability",),
    used_in="the first networks trained by back-propagation, with the half (Rumelhart et al. 1986)",
    also=("Brier score", "squared loss after a sigmoid", "平方损失", "sigmoid平方损失"),
    documents=("001",),
)


def focal(z: Tensor, t: Tensor, *, gamma: float = 2.0) -> Tensor:
    """Cross-entropy that forgets easy examples.

    The factor ``(1 - p_t) ** gamma`` takes weight from what is already right; the gradient of a hard example stays, and a
    little right of the wrong end it is even larger than cross-entropy's.

    Args:
        z: logits ``[...]``; beyond a sixteenth of their dtype's largest number the slope in the target may be nan.
        t: targets ``[...]`` in [0, 1]; between the ends ``p_t = t p + (1 - t) (1 - p)``.
        gamma: how fast easy examples fade, at least 0.

    Returns:
        One loss per element, in nats.
    """
    y, u = turned(z, t)
    surprise = torch.addcmul(softplus(y), u, y, value=-1)
    wrong = (held(y).sigmoid_() * torch.rsub(u, 1, alpha=2)).add_(u)  # 1 - p_t
    return power(wrong, gamma) * surprise


FOCAL = Loss(
    focal,
    "Focal",
    BINARY,
    r"-(1-p_t)^{@gamma} \, \ln p_t",
    params=(GAMMA,),
    traits=frozenset({NONNEGATIVE, LIPSCHITZ}),
    limits=(Limit("bce_with_logits", {"gamma": 0.0}, words="γ = 0 is BCE"),),
    conventions=("natural log", "no alpha", "a soft label interpolates pₜ, and −ln pₜ is then BCE"),
    refs=(LIN,),
    used_in="RetinaNet and most one-stage detectors since",
    also=("focal loss", "sigmoid focal loss", "焦点损失", "聚焦损失", "Focal损失"),
    documents=("000", "001"),
    opening=Opening(slice="logit", values={"gamma": 2.0, "target": 1.0}),
)


def balanced_focal(z: Tensor, t: Tensor, *, gamma: float = 2.0, alpha: float = 0.25) -> Tensor:
    """The focal loss with a weight for the positives.

    The paper pairs a large gamma with a small alpha: gamma has already silenced the easy negatives, and alpha gives
    some of their weight back.

    Args:
        z: logits ``[...]``; beyond a sixteenth of their dtype's largest number the slope in the target may be nan.
        t: targets ``[...]`` in [0, 1].
        gamma: how fast easy examples fade, at least 0.
        alpha: weight of the positives, in [0, 1].

    Returns:
        One loss per element, in nats.
    """
    return _alpha_t(t, alpha) * focal(z, t, gamma=gamma)


BALANCED_FOCAL = Loss(
    balanced_focal,
    "Balanced focal",
    BINARY,
    r"-\alpha_t\,(1-p_t)^{@gamma} \, \ln p_t,\quad \alpha_t = @alpha \cdot t + (1-@alpha)(1-t)",
    params=(GAMMA, ALPHA),
    traits=frozenset({NONNEGATIVE, LIPSCHITZ}),
    limits=(
        Limit("focal", {"alpha": 0.5}, factor=0.5, words="α = ½ is half of focal"),
        Limit(
            "balanced_bce",
            {"gamma": 0.0, "alpha": 0.25},
            {"alpha": 0.25},
            slices=("p_t", "margin"),
            words="γ = 0 is balanced BCE, for hard labels",
        ),
    ),
    conventions=("natural log", "α for positives"),
    refs=(LIN,),
    used_in="RetinaNet (γ 2, α .25); YOLOv5's FocalLoss (γ 1.5, α .25)",
    also=("alpha-balanced focal loss", "sigmoid_focal_loss", "FocalLoss", "α平衡焦点损失", "焦点损失"),
    documents=("000", "001"),
)


def _distance_or_none(z: Tensor, t: Tensor) -> Tensor:
    """``t - p``, exactly 0 where rounding alone keeps ``p`` from the label: no logit has a sigmoid of exactly 0.3."""
    d, t = _distance(z, t), t.to(z.dtype)
    rounding = 4 * torch.finfo(z.dtype).eps * t * (1 - t) * (1 + z.abs().clamp(max=750))  # no label lies further out
    return torch.where(d.abs() <= rounding, 0.0, d)


def _label_met(z: Tensor, t: Tensor, *, gamma: float, **_: float) -> Tensor:
    """At ``p = t`` the factor ``|t - p| ** gamma`` has a corner for gamma up to 1 (none at 0), and none above."""
    return _distance_or_none(z, t) if 0 < gamma <= 1 else torch.ones_like(z)


def quality_focal(z: Tensor, t: Tensor, *, gamma: float = 2.0) -> Tensor:
    """The focal loss for soft labels: what fades is not the confident but the well estimated.

    The weight is the distance to the label, so the gradient is 0 where the prediction equals it.

    Args:
        z: logits ``[...]``.
        t: targets ``[...]`` in [0, 1], an IoU for instance.
        gamma: how fast well estimated examples fade, at least 0. Up to 1 there is a corner at ``p = t``.

    Returns:
        One loss per element, in nats.
    """
    if gamma >= 2:  # a square keeps the curvature at p = t, where the size of a number has none
        return power(_distance(z, t).square(), gamma / 2) * _bce(z, t)
    cornered = gamma <= 1  # a digit beside the label would pull like a cliff there
    distance = _distance_or_none(z, t) if cornered else _distance(z, t)
    return power(distance.abs(), gamma) * _bce(z, t)


QUALITY_FOCAL = Loss(
    quality_focal,
    "Quality focal",
    BINARY,
    r"|t-p|^{@gamma} \left(-t\ln p - (1-t)\ln(1-p)\right)",
    params=(GAMMA,),
    traits=frozenset({NONNEGATIVE}),
    unknown=frozenset({LIPSCHITZ}),
    kinks=(_label_met,),
    limits=(
        Limit("bce_with_logits", {"gamma": 0.0}, words="γ = 0 is BCE"),
        Limit("focal", {"gamma": 2.0}, {"gamma": 2.0}, slices=("p_t", "margin"), words="for hard labels it is focal"),
    ),
    conventions=("natural log", "no alpha", "weight |t − p|, not 1 − p_t"),
    refs=("Li et al. 2020, Generalized Focal Loss, arXiv:2006.04388",),
    used_in="GFL detectors, where the label is the box's IoU",
    also=("QFL", "QualityFocalLoss", "focal_loss_with_logits", "soft-label focal", "质量焦点损失", "焦点损失"),
    documents=("000", "004"),
    opening=Opening(slice="logit", values={"target": 0.7}),
)


def balanced_quality_focal(z: Tensor, t: Tensor, *, gamma: float = 1.5, alpha: float = 0.25) -> Tensor:
    """Quality focal with a weight for the positives, as YOLOv5 uses it.

    Args:
        z: logits ``[...]``.
        t: targets ``[...]`` in [0, 1].
        gamma: how fast well estimated examples fade, at least 0.
        alpha: weight of the positives, in [0, 1].

    Returns:
        One loss per element, in nats.
    """
    return _alpha_t(t, alpha) * quality_focal(z, t, gamma=gamma)


BALANCED_QUALITY_FOCAL = Loss(
    balanced_quality_focal,
    "Balanced quality focal",
    BINARY,
    r"\alpha_t\,|t-p|^{@gamma} \left(-t\ln p - (1-t)\ln(1-p)\right),\quad \alpha_t = @alpha \cdot t + (1-@alpha)(1-t)",
    params=(GAMMA, ALPHA),
    traits=frozenset({NONNEGATIVE}),
    unknown=frozenset({LIPSCHITZ}),
    kinks=(_label_met,),
    limits=(
        Limit(
            "quality_focal",
            {"alpha": 0.5, "gamma": 1.5},
            {"gamma": 1.5},
            factor=0.5,
            words="α = ½ is half of quality focal",
        ),
        Limit(
            "balanced_focal",
            {"gamma": 1.5, "alpha": 0.25},
            {"gamma": 1.5, "alpha": 0.25},
            slices=("p_t", "margin"),
            words="for hard labels it is balanced focal",
        ),
    ),
    conventions=("natural log", "α for positives"),
    refs=("Li et al. 2020, Generalized Focal Loss, arXiv:2006.04388",),
    used_in="YOLOv5, as QFocalLoss",
    also=("QFocalLoss", "QFL", "质量焦点损失"),
    documents=("000",),
    opening=Opening(slice="logit", values={"target": 0.7}),
)


def bce_blur(z: Tensor, t: Tensor, *, alpha: float = 0.05) -> Tensor:
    """Cross-entropy that forgives a confident prediction where no label was found.

    On a negative the loss falls back to zero as the prediction grows sure: the gradient turns negative there, and the
    model is left its opinion, since the label may simply be missing.

    Args:
        z: logits ``[...]``.
        t: targets ``[...]`` in [0, 1].
        alpha: how far from certainty the forgiving begins, positive.

    Returns:
        One loss per element, in nats.
    """
    short = t + torch.sigmoid(held(-z))  # 1 - (p - t), a sum: nothing cancels as p goes to 1
    return _bce(z, t) * -torch.expm1(-short / (alpha + 1e-4))


BCE_BLUR = Loss(
    bce_blur,
    "BCE blur",
    BINARY,
    r"\mathrm{BCE}(z, t)\,\left(1 - e^{(p - t - 1)/(@alpha + 10^{-4})}\right)",
    params=(Param("alpha", 0.001, 1.0, "how far from certainty the forgiving begins", r"\alpha", step=0.001),),
    traits=frozenset({NONNEGATIVE, LIPSCHITZ}),
    conventions=("natural log", "factor not detached"),
    refs=("Jocher 2020, YOLOv5, doi:10.5281/zenodo.3908559",),
    used_in="YOLOv5, as BCEBlurWithLogitsLoss",
    also=("BCEBlurWithLogitsLoss", "BCE模糊损失"),
    documents=("000",),
    opening=Opening(slice="logit", values={"target": 0.0}),
)
