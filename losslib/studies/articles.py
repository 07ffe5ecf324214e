"""What the five articles write where they err, and the right readings that are no losses of the catalogue.

``losslib.errata`` draws each beside the other.
"""

from __future__ import annotations

import torch
from torch import Tensor

from losslib.kinds import BINARY, LINEAR_MODEL, MULTICLASS, PROBABILITY, SCORE
from losslib.kinds.coordinates import LOGIT, hard, normal
from losslib.losses.binary import GAMMA
from losslib.losses.probability import kl_bernoulli
from losslib.losses.regression import least_squares_cost
from losslib.spec import Axis, Kind, Loss, Param, Slice
from losslib.stable import bce_with_logits, softplus

# --- of one logit, score or probability ------------------------------------------------------------------------------


def sigmoid_twice(z: Tensor, t: Tensor) -> Tensor:
    """Cross-entropy with logits of something that has been through a sigmoid already: a right answer is still pushed.

    Args:
        z: logits ``[...]``.
        t: targets ``[...]`` in [0, 1].

    Returns:
        One loss per element, in nats.
    """
    return bce_with_logits(torch.sigmoid(z), t)


SIGMOID_TWICE = Loss(
    sigmoid_twice,
    "BCE of σ(z) as if it were z",
    BINARY,
    r"-\left[t \ln \sigma(p) + (1-t) \ln(1 - \sigma(p))\right],\quad p = \sigma(z)",
)


def focal_in_single(z: Tensor, t: Tensor, *, gamma: float = 2.0) -> Tensor:
    """Focal over a softmax of two, ``pow(1 - p, gamma) * log_p`` in float32: once p is 1, its slope is inf times 0 for gamma below 1.

    Args:
        z: logits ``[...]`` of the first class; the second's is 0.
        t: targets ``[...]`` in [0, 1], the share of the first class.
        gamma: how fast easy examples fade, at least 0.

    Returns:
        One loss per element, in nats, computed in single precision whatever that of ``z`` is.
    """
    logits, label = (torch.stack(pair, -1).float() for pair in ((z, torch.zeros_like(z)), (t, 1 - t)))
    return 0 - (label * torch.pow(1 - logits.softmax(-1), gamma) * logits.log_softmax(-1)).sum(-1).to(z.dtype)


FOCAL_IN_SINGLE = Loss(
    focal_in_single,
    "Softmax focal, as written, in float32",
    BINARY,
    r"-(1-p_t)^{@gamma} \ln p_t,\quad p = \mathrm{softmax}(z, 0)",
    params=(GAMMA,),
)


def beyond_the_labels(z: Tensor, t: Tensor, *, excess: float = 0.5) -> Tensor:
    """Cross-entropy with logits and a target beyond 1, which torch does not refuse: it has no least value.

    Args:
        z: logits ``[...]``.
        t: labels ``[...]`` in {0, 1}.
        excess: how far the target is beyond the label, at least 0.

    Returns:
        One loss per element, in nats.
    """
    return softplus(z) - (t + excess) * z


BEYOND_THE_LABELS = Loss(
    beyond_the_labels,
    "BCE, target beyond 1",
    BINARY,
    r"\ln(1 + e^z) - (t + @excess)\, z",
    params=(Param("excess", 0.0, 1.0, "how far the target is beyond the label", "e", step=0.05),),
)


def insensitive_when_right(z: Tensor, t: Tensor) -> Tensor:
    """A loss that is silent on everything classified rightly: the hinge with no margin.

    Args:
        z: scores ``[...]``.
        t: labels ``[...]`` in {0, 1}.

    Returns:
        One loss per element, in units of the score.
    """
    return ((1 - 2 * t) * z).relu()


def _turn(z: Tensor, t: Tensor) -> Tensor:
    return z


INSENSITIVE_WHEN_RIGHT = Loss(
    insensitive_when_right,
    "Silent on all that is right",
    SCORE,
    r"\max(0,\; -s z),\quad s = 2t - 1",
    kinks=(_turn,),
)


def entropy_less_cross_entropy(p: Tensor, t: Tensor) -> Tensor:
    """The divergence with its sign turned: largest, 0, where prediction and target agree.

    Args:
        p: probabilities ``[...]`` in [0, 1].
        t: targets ``[...]`` in [0, 1].

    Returns:
        One number per element, in nats, at most 0.
    """
    return -kl_bernoulli(p, t)


ENTROPY_LESS_CROSS_ENTROPY = Loss(
    entropy_less_cross_entropy,
    "H(A) − H(A, B)",
    PROBABILITY,
    r"H(t) - H(t, p) = -t \ln\frac{t}{p} - (1-t)\ln\frac{1-t}{1-p}",
)


def minus_log_p(p: Tensor, t: Tensor) -> Tensor:
    """Minus the logarithm of p, whatever the label: a negative costs nothing where it is called a positive.

    Args:
        p: probabilities ``[...]`` in [0, 1].
        t: labels ``[...]`` in {0, 1}; not asked for.

    Returns:
        One number per element, in nats.
    """
    return 0 - p.log()


MINUS_LOG_P = Loss(minus_log_p, "−ln p for either label", PROBABILITY, r"-\ln p")


def mixed_probability(p: Tensor, t: Tensor) -> Tensor:
    """The probability of a mixture, written where a loss should be: whoever minimises it finds nothing.

    Args:
        p: confidences ``[...]`` in [0, 1].
        t: overlaps ``[...]`` in [0, 1].

    Returns:
        One probability per element, in [0, 1].
    """
    return t * p + (1 - t) * (1 - p)


MIXED_PROBABILITY = Loss(mixed_probability, "Mixture", PROBABILITY, r"t\, p + (1-t)(1-p)")


def half_squared_confidence(p: Tensor, t: Tensor) -> Tensor:
    """Half the squared error of a confidence, as YOLO's first paper has it.

    Args:
        p: confidences ``[...]`` in [0, 1].
        t: targets ``[...]`` in [0, 1].

    Returns:
        One loss per element, in squared units of the probability.
    """
    return 0.5 * (p - t).square()


HALF_SQUARED_CONFIDENCE = Loss(half_squared_confidence, "Half squared error of p", PROBABILITY, r"\tfrac12 (p - t)^2")


def label_log_probability(z: Tensor, t: Tensor) -> Tensor:
    """Cross-entropy without its sign: largest, 0, where the class is certain.

    Args:
        z: logits ``[..., K]``.
        t: targets ``[..., K]``, a distribution.

    Returns:
        One number per example, ``[...]``, in nats, at most 0.
    """
    return (t * z.log_softmax(-1)).sum(-1)


LABEL_LOG_PROBABILITY = Loss(label_log_probability, "Σ t ln p", MULTICLASS, r"\sum_k t_k \ln p_k")

# --- of a line through measurements ----------------------------------------------------------------------------------


def cost_as_written(theta: Tensor, X: Tensor, y: Tensor) -> Tensor:
    """The least-squares cost with ``1 / len(X) * 2`` in front, which Python reads as ``(1 / m) * 2``: four times too much.

    Args:
        theta: the parameters ``[..., 2]``, one for each column of ``X``.
        X: the data ``[..., m, 2]``, one row a measurement.
        y: what was measured ``[..., m]``.

    Returns:
        One cost per set of parameters, ``[...]``, in squared units of ``y``.
    """
    m = X.shape[-2]
    return 2 * m * least_squares_cost(theta, X, y) * (1 / m * 2)


COST_AS_WRITTEN = Loss(
    cost_as_written,
    "Cost, 1 / m · 2",
    LINEAR_MODEL,
    r"\frac{1}{m} \cdot 2 \sum_{i=1}^{m} \left(x_i^\top \theta - y_i\right)^2",
)

# --- of a weight that examples share ---------------------------------------------------------------------------------

INPUTS = (1.0, 1.0, 1.0, 1.0, 1.0, 20.0)
LABELS = (1.0, 1.0, 1.0, 1.0, 0.0, 0.0)


def _shared_weight(w: Tensor) -> tuple[Tensor, ...]:
    """The logits ``w x`` of six examples, and their labels."""
    x, t = (torch.tensor(numbers, device=w.device, dtype=w.dtype) for numbers in (INPUTS, LABELS))
    return w[:, None] * x, t.expand(len(w), -1)


SIX_EXAMPLES = Kind(
    key="six examples",
    name="Examples that share a weight",
    inputs=("z", "t"),
    shapes=(("m",), ("m",)),
    slices=(Slice("weight", "weight", _shared_weight, (Axis("weight", "w", "weight w", -1.0, 5.0),)),),
    draw=lambda n, generator: (normal(generator, n, 6, scale=2.0), hard(generator, 6 * n).reshape(n, 6)),
    size=12,
)


def squared_over_weight(z: Tensor, t: Tensor) -> Tensor:
    """The mean squared error after a sigmoid over examples that share a weight: it may have several minima.

    Args:
        z: logits ``[..., m]``.
        t: labels ``[..., m]`` in {0, 1}.

    Returns:
        One mean per set of examples, ``[...]``, in squared units of the probability.
    """
    return (torch.sigmoid(z) - t).square().mean(-1)


SQUARED_OVER_WEIGHT = Loss(
    squared_over_weight,
    "Mean squared error of σ(w x)",
    SIX_EXAMPLES,
    r"\frac1m \sum_i \left(\sigma(w x_i) - t_i\right)^2",
)


def cross_entropy_over_weight(z: Tensor, t: Tensor) -> Tensor:
    """The mean cross-entropy of the same examples: it is convex in the weight.

    Args:
        z: logits ``[..., m]``.
        t: labels ``[..., m]`` in {0, 1}.

    Returns:
        One mean per set of examples, ``[...]``, in nats.
    """
    return bce_with_logits(z, t).mean(-1)


CROSS_ENTROPY_OVER_WEIGHT = Loss(
    cross_entropy_over_weight,
    "Mean cross-entropy of σ(w x)",
    SIX_EXAMPLES,
    r"-\frac1m \sum_i \left[t_i \ln \sigma(w x_i) + (1-t_i) \ln(1 - \sigma(w x_i))\right]",
)

# --- of two coordinates ----------------------------------------------------------------------------------------------


def _one_coordinate(dx: Tensor, *, other: float = 0.5) -> tuple[Tensor, ...]:
    return dx, torch.full_like(dx, other)


OFFSET = Kind(
    key="offset",
    name="Errors of two coordinates",
    inputs=("dx", "dy"),
    shapes=((), ()),
    slices=(
        Slice(
            "dx",
            "error of one coordinate",
            _one_coordinate,
            (Axis("dx", r"\Delta x", "error of one coordinate Δx", -3.0, 3.0),),
            (Param("other", -3.0, 3.0, "error of the other coordinate", r"\Delta y", step=0.1),),
        ),
    ),
    draw=lambda n, generator: (normal(generator, n), normal(generator, n)),
)


def root_mean_square(dx: Tensor, dy: Tensor) -> Tensor:
    """The root of the mean square of two errors: an outlier pulls no harder than a slope of 0.71.

    Args:
        dx: errors of one coordinate ``[...]``.
        dy: errors of the other ``[...]``.

    Returns:
        One loss per element, in units of the coordinates.
    """
    return ((dx.square() + dy.square()) / 2).sqrt()


ROOT_MEAN_SQUARE = Loss(
    root_mean_square, "Root mean square", OFFSET, r"\sqrt{\tfrac12 \left(\Delta x^2 + \Delta y^2\right)}"
)


def sum_of_squares(dx: Tensor, dy: Tensor) -> Tensor:
    """The sum of two squared errors: an outlier's pull grows with its size.

    Args:
        dx: errors of one coordinate ``[...]``.
        dy: errors of the other ``[...]``.

    Returns:
        One loss per element, in squared units of the coordinates.
    """
    return dx.square() + dy.square()


SUM_OF_SQUARES = Loss(sum_of_squares, "Sum of squares", OFFSET, r"\Delta x^2 + \Delta y^2")

# --- of two labels at once -------------------------------------------------------------------------------------------


def _second_class(z: Tensor) -> tuple[Tensor, ...]:
    """Three classes of which the first two are there, as the logit of the second rises; the other logits are 0."""
    zero = torch.zeros_like(z)
    return torch.stack([zero, z, zero], dim=-1), torch.stack([zero + 1, zero + 1, zero], dim=-1)


TWO_LABELS = Kind(
    key="two labels",
    name="Classes of which two are there",
    inputs=("z", "t"),
    shapes=(("K",), ("K",)),
    slices=(Slice("second", "logit of a second class", _second_class, (LOGIT,)),),
    draw=lambda n, generator: (normal(generator, n, 3, scale=2.0), hard(generator, 3 * n).reshape(n, 3)),
    size=6,
)


def one_label_only(z: Tensor, t: Tensor) -> Tensor:
    """Softmax cross-entropy of the first class: a second that is there too makes the first more expensive.

    Args:
        z: logits ``[..., K]``.
        t: which classes are there ``[..., K]``; only the first is asked for.

    Returns:
        One loss per example, ``[...]``, in nats.
    """
    return -t[..., 0] * z.log_softmax(-1)[..., 0]


ONE_LABEL_ONLY = Loss(one_label_only, "Softmax, one label", TWO_LABELS, r"-t_1 \ln\frac{e^{z_1}}{\sum_k e^{z_k}}")


def each_class_alone(z: Tensor, t: Tensor) -> Tensor:
    """One sigmoid a class: a second class that is there too costs the first nothing.

    Args:
        z: logits ``[..., K]``.
        t: which classes are there ``[..., K]``, in {0, 1}.

    Returns:
        One loss per example, ``[...]``, the sum over its classes, in nats.
    """
    return bce_with_logits(z, t).sum(-1)


EACH_CLASS_ALONE = Loss(
    each_class_alone,
    "A sigmoid a class",
    TWO_LABELS,
    r"-\sum_k \left[t_k \ln \sigma(z_k) + (1-t_k) \ln(1 - \sigma(z_k))\right]",
)
