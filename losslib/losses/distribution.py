"""Divergences of a predicted distribution from a target: log-probabilities, or the logits of a student and its teacher."""

from __future__ import annotations

import math

import torch
from torch import Tensor

from losslib.kinds import DISTILLATION, DISTRIBUTION
from losslib.losses.probability import KULLBACK
from losslib.spec import Limit, Loss, Opening, Param
from losslib.stable import bounded_slope, counted, relative_entropy, relative_entropy_to_log, xlogy
from losslib.traits import BOUNDED, CONVEX, LIPSCHITZ, NONNEGATIVE


def kl_div(log_p: Tensor, t: Tensor) -> Tensor:
    """How many nats are lost by believing the prediction when the target is true: KL(target ‖ prediction).

    Its gradient in a log-probability is ``-t``. A prediction that leaves out a state of the target pays without bound, so
    the best bell on two humps covers both.

    Args:
        log_p: log-probabilities of the prediction ``[..., K]``.
        t: probabilities of the target ``[..., K]``.

    Returns:
        One divergence per example, ``[...]``, in nats; inf where the prediction rules out what the target allows.
        Where the two all but agree, rounding may leave it some 1e-16 below 0.
    """
    return relative_entropy_to_log(t, log_p).sum(-1)


KL_DIV = Loss(
    kl_div,
    "KL",
    DISTRIBUTION,
    r"\sum_k t_k \left(\ln t_k - \ln p_k\right)",
    traits=frozenset({CONVEX, NONNEGATIVE}),
    unknown=frozenset({LIPSCHITZ}),
    limits=(Limit("kl_bernoulli", slices=("probability", "logit"), words="with two states it is the Bernoulli KL"),),
    conventions=("natural log", "KL(target ‖ prediction)", "sum over the states: torch's batchmean"),
    refs=(KULLBACK,),
    used_in="distillation; variational inference",
    also=("KLDivLoss", "KL divergence", "relative entropy", "forward KL", "相对熵", "KL散度", "KL损失"),
    documents=("001", "002"),
)


def kl_div_reverse(log_p: Tensor, t: Tensor) -> Tensor:
    """How many nats are lost by believing the target when the prediction is true: KL(prediction ‖ target).

    It forbids mass where the target has none, and forgives leaving mass out: the best bell on two humps picks one.

    Args:
        log_p: log-probabilities of the prediction ``[..., K]``.
        t: probabilities of the target ``[..., K]``.

    Returns:
        One divergence per example, ``[...]``, in nats; inf where the target rules out what the prediction allows.
        Where the two all but agree, rounding may leave it some 1e-16 below 0.
    """
    p = log_p.exp()
    return (p * counted(log_p, p) - xlogy(p, t)).sum(-1)


KL_DIV_REVERSE = Loss(
    kl_div_reverse,
    "Reverse KL",
    DISTRIBUTION,
    r"\sum_k p_k \left(\ln p_k - \ln t_k\right)",
    traits=frozenset({NONNEGATIVE}),
    limits=(
        Limit(
            "kl_bernoulli_reverse",
            slices=("probability", "logit"),
            words="with two states it is the reverse Bernoulli KL",
        ),
    ),
    conventions=("natural log", "KL(prediction ‖ target)"),
    refs=(KULLBACK,),
    used_in="variational inference",
    also=("reverse KL", "exclusive KL", "反向KL散度", "KL散度"),
    documents=("001",),
    opening=Opening(slice="shift", values={"separation": 4.0}),
)


def js_div(log_p: Tensor, t: Tensor) -> Tensor:
    """The symmetric divergence: each is compared with the average of both, and nothing costs more than ln 2.

    Its gradient dies out where the two hardly overlap: far apart, nearer is no better.

    Args:
        log_p: log-probabilities of the prediction ``[..., K]``.
        t: probabilities of the target ``[..., K]``.

    Returns:
        One divergence per example, ``[...]``, in nats, in [0, ln 2]. Where the two all but agree, rounding may leave it
        some 1e-16 below 0.
    """
    p = log_p.exp()
    m = (p + t) / 2
    nothing = m == 0
    m, u = (torch.where(nothing, 1.0, x) for x in (m, t))
    of_p = p * (counted(log_p, p) - m.log())
    of_t = torch.where(nothing, math.log(2) * t, relative_entropy(u, m))  # where p is 0, m is t / 2
    return 0.5 * (of_p + of_t).sum(-1)


JS_DIV = Loss(
    js_div,
    "JS",
    DISTRIBUTION,
    r"\tfrac12 \mathrm{KL}(t \,\|\, m) + \tfrac12 \mathrm{KL}(p \,\|\, m),\quad m = \tfrac12(p+t)",
    traits=frozenset({NONNEGATIVE, BOUNDED}),
    unknown=frozenset({LIPSCHITZ}),
    limits=(Limit("js_bernoulli", slices=("probability", "logit"), words="with two states it is the Bernoulli JS"),),
    conventions=("natural log", "divergence, not its root"),
    refs=("Lin 1991, Divergence Measures Based on the Shannon Entropy, doi:10.1109/18.61115",),
    used_in="what the minimax GAN descends under an optimal discriminator",
    also=("Jensen–Shannon", "JS divergence", "JS散度"),
    documents=("001",),
    opening=Opening(slice="shift"),
)


def distillation_kl(z: Tensor, t: Tensor, *, temperature: float = 1.0) -> Tensor:
    """The KL divergence of a student from its teacher, both softened by a temperature.

    Its gradient is ``T (softmax(z / T) - softmax(t / T))``: with the factor T² it stays comparable to that of hard labels,
    and at a high temperature it matches the logits themselves.

    Args:
        z: logits of the student ``[..., K]``.
        t: logits of the teacher ``[..., K]``.
        temperature: how much both are softened, positive.

    Returns:
        One divergence per example, ``[...]``, in nats, times T². Where the two all but agree, rounding may leave it some
        1e-16 below 0.
    """
    if temperature < 1:  # a softmax sees differences only, and from the largest none overflows on the wrong side
        z, t = (x - x.detach().amax(-1, keepdim=True) for x in (z, t))
    log_p, log_q = (z / temperature).log_softmax(-1), (t / temperature).log_softmax(-1)
    most = torch.finfo(t.dtype).max / 2  # a student that rules out a state pulls the teacher away from it without bound
    q = bounded_slope(log_q.exp(), most)
    return temperature**2 * (q * (counted(log_q, q) - counted(log_p, q))).sum(-1)


DISTILLATION_KL = Loss(
    distillation_kl,
    "Distillation KL",
    DISTILLATION,
    r"@temperature^2 \; \mathrm{KL}\!\left(\mathrm{softmax}(t/@temperature) \,\|\, \mathrm{softmax}(z/@temperature)\right)",
    params=(Param("temperature", 0.5, 20.0, "how much student and teacher are softened", "T", step=0.5),),
    traits=frozenset({CONVEX, NONNEGATIVE, LIPSCHITZ}),
    limits=(
        Limit("kl_div", {"temperature": 1.0}, slices=("logit",), words="T = 1 is the KL of the two softmaxes"),
        Limit(
            "kl_bernoulli",
            {"temperature": 1.0},
            slices=("logit",),
            words="T = 1, where they differ in one class only, is the Bernoulli KL",
        ),
    ),
    conventions=("natural log", "times T²", "KL(teacher ‖ student)"),
    refs=("Hinton et al. 2015, Distilling the Knowledge in a Neural Network, arXiv:1503.02531",),
    used_in="knowledge distillation, beside cross-entropy with the labels",
    also=("knowledge distillation", "KD loss", "soft targets", "知识蒸馏", "蒸馏损失", "KL散度"),
    documents=("002",),
)
