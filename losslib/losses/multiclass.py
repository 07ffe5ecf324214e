"""Losses of the logits of several classes and a label, one-hot or soft."""

from __future__ import annotations

from torch import Tensor

from losslib.kinds import MULTICLASS
from losslib.losses.binary import GAMMA, LIN
from losslib.spec import Limit, Loss, Param
from losslib.stable import bounded_slope, counted, power
from losslib.traits import CONVEX, LIPSCHITZ, NONNEGATIVE, PROPER


def cross_entropy(z: Tensor, t: Tensor, *, label_smoothing: float = 0.0) -> Tensor:
    """The surprise of the label under the softmax of the logits.

    Its gradient is ``softmax(z) - t``: what is taken from the wrong classes is given to the right one, in proportion to the
    probability each holds.

    Args:
        z: logits ``[..., K]``, any real.
        t: the label ``[..., K]``, one-hot or probabilities.
        label_smoothing: how much of the label is spread over all K classes, in [0, 1].

    Returns:
        One loss per example, ``[...]``, in nats.
    """
    if label_smoothing:  # at 1, what pulls at t without bound comes through as 0, not as 0 inf
        t = bounded_slope(t * (1 - label_smoothing) + label_smoothing / z.shape[-1])
    return 0 - (t * counted(z.log_softmax(-1), t)).sum(-1)  # a minus sign would make a loss of nothing -0


CROSS_ENTROPY = Loss(
    cross_entropy,
    "Cross-entropy",
    MULTICLASS,
    r"-\sum_k t'_k \ln \mathrm{softmax}(z)_k,\quad t' = (1-@label_smoothing)\, t + @label_smoothing / K",
    params=(
        Param(
            "label_smoothing", 0.0, 1.0, "how much of the label is spread over all classes", r"\varepsilon", step=0.01
        ),
    ),
    traits=frozenset({CONVEX, NONNEGATIVE, LIPSCHITZ}),
    traits_at={PROPER: {"label_smoothing": 0.0}},
    limits=(
        Limit(
            "bce_with_logits",
            {"label_smoothing": 0.0},
            slices=("logit", "p_t"),
            words="against all others together it is BCE",
        ),
    ),
    conventions=("natural log", "on the logits", "ε/K to each class"),
    refs=(
        "Bridle 1990, Probabilistic Interpretation of Feedforward Classification Network Outputs, doi:10.1007/978-3-642-76153-9_28",
        "Szegedy et al. 2016, Rethinking the Inception Architecture, arXiv:1512.00567",
    ),
    used_in="classification, everywhere",
    also=(
        "CrossEntropyLoss",
        "softmax loss",
        "NLL of log-softmax",
        "NLLLoss",
        "categorical cross-entropy",
        "multinomial logistic loss",
        "交叉熵",
        "多分类交叉熵",
        "Softmax损失",
        "负对数似然",
    ),
    documents=("001", "003", "004"),
)


def softmax_focal(z: Tensor, t: Tensor, *, gamma: float = 2.0) -> Tensor:
    """Cross-entropy over classes that forgets easy examples.

    The factor ``(1 - p_y) ** gamma`` takes weight from what is already right; where the model is sure of a wrong class the
    gradient is cross-entropy's.

    Args:
        z: logits ``[..., K]``, any real.
        t: the label ``[..., K]``, one-hot; in between, the expectation over the label.
        gamma: how fast easy examples fade, at least 0.

    Returns:
        One loss per example, ``[...]``, in nats.
    """
    log_p = counted(z.log_softmax(-1), t)
    wrong = -log_p.clamp(min=-1e3).expm1()  # 1 - p, all digits as p goes to 1; of ln p = -inf, slope 0 and not 0 inf
    return 0 - (t * power(wrong, gamma) * log_p).sum(-1)


SOFTMAX_FOCAL = Loss(
    softmax_focal,
    "Softmax focal",
    MULTICLASS,
    r"-(1-p_y)^{@gamma} \, \ln p_y,\quad p = \mathrm{softmax}(z)",
    params=(GAMMA,),
    traits=frozenset({NONNEGATIVE, LIPSCHITZ}),
    limits=(
        Limit("cross_entropy", {"gamma": 0.0}, {"label_smoothing": 0.0}, words="γ = 0 is cross-entropy"),
        Limit("focal", slices=("logit", "p_t"), words="against all others together it is focal"),
    ),
    conventions=("natural log", "no alpha", "soft labels average over the label"),
    refs=(LIN,),
    used_in="semantic segmentation, with 255 for pixels that do not count",
    also=("SoftmaxFocalLoss", "multi-class focal loss", "多分类焦点损失", "焦点损失", "Focal损失"),
    documents=("004",),
)
