"""Losses of a probability and a target: what is left when the sigmoid has already been applied."""

from __future__ import annotations

import math

import torch
from torch import Tensor
from torch.nn.functional import binary_cross_entropy

from losslib.kinds import POSITIVE, PROBABILITY
from losslib.losses.binary import WEIGHT
from losslib.spec import Limit, Loss, Opening, Param
from losslib.stable import expected, power, relative_entropy
from losslib.traits import BOUNDED, CONVEX, NONNEGATIVE, PROPER

KULLBACK = "Kullback & Leibler 1951, On Information and Sufficiency, doi:10.1214/aoms/1177729694"


def bce(p: Tensor, t: Tensor, *, weight: float = 1.0) -> Tensor:
    """Binary cross-entropy of a probability, with torch's clamp: no example costs more than 100 nats.

    Its gradient is ``(p - t) / (p (1 - p))``, and at ``p = 0`` or ``1`` what torch leaves of it: the denominator is at
    least 1e-12, so the wrong end pulls with 1e12 and the right end with 0.

    Args:
        p: probabilities ``[...]`` in [0, 1].
        t: targets ``[...]`` in [0, 1].
        weight: factor on the example.

    Returns:
        One loss per element, in nats.

    Raises:
        RuntimeError: a probability outside [0, 1], from torch.
    """
    positive = binary_cross_entropy(p, torch.ones_like(p), reduction="none")
    negative = binary_cross_entropy(p, torch.zeros_like(p), reduction="none")
    return weight * expected(t, positive, negative)  # torch's own slope in t is inf at p = 0, and nan times weight 0


BCE = Loss(
    bce,
    "BCE on probabilities",
    PROBABILITY,
    r"-@weight \cdot \left[t \ln p + (1-t) \ln(1-p)\right]",
    params=(WEIGHT,),
    traits=frozenset({NONNEGATIVE, BOUNDED, PROPER}),
    unknown=frozenset({CONVEX}),  # convex down to p = e^-100, where the clamp makes it flat: no sample lies beyond
    limits=(
        Limit(
            "bce_with_logits",
            region={"logit": (-6.0, 6.0), "margin": (-6.0, 6.0)},
            words="BCE with logits at p = σ(z), wherever the clamp does not bite",
        ),
    ),
    conventions=("natural log", "each log at least −100"),
    refs=("Good 1952, Rational Decisions, doi:10.1111/j.2517-6161.1952.tb00104.x",),
    used_in="nn.BCELoss, after a sigmoid",
    also=("BCELoss", "binary cross-entropy", "log loss", "二元交叉熵", "交叉熵", "BCE损失"),
    documents=("000", "001", "002", "003"),
)


def kl_bernoulli(p: Tensor, t: Tensor) -> Tensor:
    """How many nats are lost by believing p when t is true: KL(target ‖ prediction).

    It is cross-entropy less the entropy of the target, so its gradient in p is cross-entropy's, and its floor is 0.

    Args:
        p: probabilities ``[...]`` in [0, 1].
        t: targets ``[...]`` in [0, 1].

    Returns:
        One divergence per element, in nats; inf where p rules out what t allows. Where the two all but agree, rounding may
        leave it some 1e-16 below 0.
    """
    return relative_entropy(t, p) + relative_entropy(1 - t, 1 - p)


KL_BERNOULLI = Loss(
    kl_bernoulli,
    "KL, Bernoulli",
    PROBABILITY,
    r"t \ln\frac{t}{p} + (1-t)\ln\frac{1-t}{1-p}",
    traits=frozenset({CONVEX, NONNEGATIVE, PROPER}),
    limits=(Limit("bce_with_logits", slices=("p_t", "margin"), words="for hard labels it is BCE"),),
    conventions=("natural log", "KL(target ‖ prediction)"),
    refs=(KULLBACK,),
    used_in="sparse autoencoders, t the rate at which a unit should fire (Ng 2011); confidence bounds of KL-UCB (Garivier & Cappé 2011)",
    also=("relative entropy", "KL divergence", "forward KL", "KL散度", "相对熵"),
    documents=("001", "002"),
    opening=Opening(values={"target": 0.7}),
)


def kl_bernoulli_reverse(p: Tensor, t: Tensor) -> Tensor:
    """How many nats are lost by believing t when p is true: KL(prediction ‖ target).

    It forbids putting mass where the target has none, and forgives leaving mass out.

    Args:
        p: probabilities ``[...]`` in [0, 1].
        t: targets ``[...]`` in [0, 1].

    Returns:
        One divergence per element, in nats; inf where t rules out what p allows. Where the two all but agree, rounding may
        leave it some 1e-16 below 0.
    """
    return relative_entropy(p, t) + relative_entropy(1 - p, 1 - t)


KL_BERNOULLI_REVERSE = Loss(
    kl_bernoulli_reverse,
    "Reverse KL, Bernoulli",
    PROBABILITY,
    r"p \ln\frac{p}{t} + (1-p)\ln\frac{1-p}{1-t}",
    traits=frozenset({CONVEX, NONNEGATIVE}),
    conventions=("natural log", "KL(prediction ‖ target)"),
    refs=(KULLBACK,),
    used_in="variational autoencoders with binary latents: the posterior p against its prior t (Maddison et al. 2017)",
    also=("reverse KL", "exclusive KL", "反向KL散度", "KL散度"),
    documents=("001",),
    opening=Opening(values={"target": 0.7}),
)


def _js_half(p: Tensor, t: Tensor) -> Tensor:
    """One outcome's share of the JS divergence: ``½ p ln(p / m) + ½ t ln(t / m)`` with ``m = (p + t) / 2``.

    Where ``m`` is 0 it is written as its tangent ``½ ln 2 (p + t)``: the general form has gradient nan there.
    """
    nothing = (p + t) / 2 == 0
    q, u = (torch.where(nothing, 1.0, x) for x in (p, t))
    general = 0.5 * (torch.special.entr((q + u) / 2) * 2 - torch.special.entr(q) - torch.special.entr(u))
    return torch.where(nothing, 0.5 * math.log(2) * (p + t), general)


def js_bernoulli(p: Tensor, t: Tensor) -> Tensor:
    """The symmetric divergence: each is compared with the average of both, and nothing costs more than ln 2.

    Its gradient is small where the two hardly overlap, which is why a generator starved by it stops learning.

    Args:
        p: probabilities ``[...]`` in [0, 1].
        t: targets ``[...]`` in [0, 1].

    Returns:
        One divergence per element, in nats, in [0, ln 2]. Where the two all but agree, rounding may leave it some 1e-16
        below 0.
    """
    return _js_half(p, t) + _js_half(1 - p, 1 - t)


JS_BERNOULLI = Loss(
    js_bernoulli,
    "JS, Bernoulli",
    PROBABILITY,
    r"\tfrac12 \mathrm{KL}(t \,\|\, m) + \tfrac12 \mathrm{KL}(p \,\|\, m),\quad m = \tfrac12(p+t)",
    traits=frozenset({CONVEX, NONNEGATIVE, BOUNDED}),
    conventions=("natural log", "divergence, not its root"),
    refs=("Lin 1991, Divergence Measures Based on the Shannon Entropy, doi:10.1109/18.61115",),
    used_in="what the minimax GAN descends under an optimal discriminator",
    also=("Jensen–Shannon", "JS divergence", "JS散度"),
    documents=("001",),
    opening=Opening(values={"target": 0.7}),
)


BETA = Param("beta", 0.0, 10.0, "how fast negatives near a centre are forgiven", r"\beta", step=0.1)


def penalty_reduced_focal(p: Tensor, t: Tensor, *, alpha: float = 2.0, beta: float = 4.0) -> Tensor:
    """CenterNet's heat-map loss: focal, with negatives forgiven the nearer they lie to a centre.

    Only ``t == 1`` is a positive; every other pixel is a negative whose gradient is shrunk by ``(1 - t) ** beta``.

    Args:
        p: probabilities ``[...]`` in [0, 1].
        t: the heat map ``[...]`` in [0, 1], exactly 1 at a centre.
        alpha: how fast easy pixels fade, at least 0 (the focal paper's gamma).
        beta: how fast negatives near a centre are forgiven, at least 0.

    Returns:
        One loss per element, in nats; inf at ``p = 0`` on a centre.
    """
    centre = t == 1
    forgiven = torch.where(centre, torch.ones_like(t), power(1 - t, beta))
    right = torch.where(forgiven == 0, 1.0, torch.where(centre, p, 1 - p))
    return forgiven * (power(1 - right, alpha) * (0 - right.log()))  # a minus sign would make a loss of nothing -0


PENALTY_REDUCED_FOCAL = Loss(
    penalty_reduced_focal,
    "Penalty-reduced focal",
    PROBABILITY,
    r"\begin{cases} -(1-p)^{@alpha} \ln p & t = 1 \\ -(1-t)^{@beta}\, p^{@alpha} \ln(1-p) & \text{else} \end{cases}",
    params=(
        Param("alpha", 0.0, 6.0, "how fast easy pixels fade", r"\alpha", step=0.1),
        BETA,
    ),
    traits=frozenset({CONVEX, NONNEGATIVE}),
    limits=(
        Limit(
            "focal",
            {"alpha": 2.0, "beta": 4.0},
            {"gamma": 2.0},
            slices=("p_t", "margin"),
            words="for hard labels it is focal with γ = α",
        ),
    ),
    conventions=("natural log", "positive only at t = 1"),
    refs=("Law & Deng 2018, CornerNet, arXiv:1808.01244", "Zhou et al. 2019, Objects as Points, arXiv:1904.07850"),
    used_in="the heat maps of CornerNet and CenterNet; MMDetection, as GaussianFocalLoss",
    also=("CenterNet heatmap loss", "Gaussian focal loss", "热图损失", "焦点损失"),
    documents=("001",),
    opening=Opening(slice="probability", values={"target": 0.5}),
)


def yolo_size(prediction: Tensor, target: Tensor) -> Tensor:
    """A squared error between roots: the same miss costs more on a small box than on a large one.

    Its gradient is ``1 - sqrt(target / prediction)``, and -inf at a predicted size of 0; where both are 0 it is 1.

    Args:
        prediction: widths or heights ``[...]``, at least 0.
        target: ``[...]``, at least 0, in the same units.

    Returns:
        One loss per element, in the units of the size.
    """
    nothing = (prediction == 0) & (target == 0)
    width, wanted = (torch.where(nothing, 1.0, x) for x in (prediction, target))
    return torch.where(nothing, prediction + target, (width.sqrt() - wanted.sqrt()).square())


YOLO_SIZE = Loss(
    yolo_size,
    "YOLO size",
    POSITIVE,
    r"(\sqrt{w} - \sqrt{\hat w})^2",
    traits=frozenset({CONVEX, NONNEGATIVE}),
    conventions=("roots of the size", "no half"),
    refs=("Redmon et al. 2016, You Only Look Once, arXiv:1506.02640",),
    used_in="the width and height terms of YOLOv1",
    also=("square-root size loss", "尺寸损失", "宽高损失"),
    documents=("003",),
)
