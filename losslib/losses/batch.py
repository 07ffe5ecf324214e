"""Losses of a whole batch: how hard an example is, is judged among the others."""

from __future__ import annotations

import torch
from torch import Tensor

from losslib.kinds import BATCH, BATCH_REGRESSION
from losslib.spec import Loss, Param
from losslib.stable import bce_with_logits, held
from losslib.traits import LIPSCHITZ, NONNEGATIVE, PIECEWISE, ROBUST

BINS = Param("bins", 2.0, 50.0, "how many bins the gradient norms are counted in", "M", step=1.0, whole=True)
LI = "Li et al. 2019, Gradient Harmonized Single-stage Detector, arXiv:1811.05181"


def _mean_over_bins(losses: Tensor, g: Tensor, bins: float) -> Tensor:
    """The mean loss in each bin of ``g``, averaged over the bins that hold something.

    It is the sum of ``N / (count * occupied)`` times each loss, over ``N``. Counts carry no gradient.
    """
    index = (g.detach() * bins).floor().clamp(max=bins - 1)  # the last bin includes its upper edge
    index = index.nan_to_num(0.0).long()  # the loss of a nan is nan in any bin
    empty = g.new_zeros(*g.shape[:-1], int(bins))
    counts = empty.scatter_add(-1, index, torch.ones_like(g))
    sums = empty.scatter_add(-1, index, losses)
    return (sums / counts.clamp(min=1)).sum(-1) / (counts > 0).sum(-1)


def ghm_c(z: Tensor, t: Tensor, *, bins: float = 10.0) -> Tensor:
    """Cross-entropy in which every degree of difficulty has the same say, however many examples share it.

    Its gradient is that of cross-entropy over the number of examples that pull equally hard: a crowd of easy negatives
    speaks with one voice, and so does a crowd of outliers.

    Args:
        z: logits of a batch ``[..., B]``.
        t: targets ``[..., B]`` in [0, 1].
        bins: how many equal bins the gradient norms ``|sigmoid(z) - t|`` in [0, 1] are counted in, a whole number.

    Returns:
        One loss per batch, ``[...]``, in nats.
    """
    return _mean_over_bins(bce_with_logits(z, t), (torch.sigmoid(z) - t).abs(), bins)


GHM_C = Loss(
    ghm_c,
    "GHM-C",
    BATCH,
    r"\frac{1}{n} \sum_{b \neq \emptyset} \frac{1}{|b|} \sum_{i \in b} \mathrm{BCE}(z_i, t_i),"
    r"\quad b(i) = \lfloor @bins \cdot |\sigma(z_i) - t_i| \rfloor",
    params=(BINS,),
    traits=frozenset({NONNEGATIVE, LIPSCHITZ, PIECEWISE}),
    conventions=("natural log", "empty bins do not count", "no momentum", "mean over the batch"),
    refs=(LI,),
    used_in="RetinaNet in its paper and in MMDetection, in the place of focal loss",
    also=("gradient harmonizing mechanism", "GHM classification", "梯度均衡", "梯度均衡机制", "GHM损失"),
    documents=("001",),
)


def ghm_r(prediction: Tensor, target: Tensor, *, bins: float = 10.0, mu: float = 0.02) -> Tensor:
    """A smooth absolute error in which every degree of difficulty has the same say.

    Beyond a few mu the gradient norms of all residuals crowd into the last bins, so outliers share one voice and the
    residuals that nearly fit are heard.

    Args:
        prediction: a batch ``[..., B]``, in the target's units.
        target: ``[..., B]``.
        bins: how many equal bins the gradient norms ``|r| / sqrt(r² + mu²)`` in [0, 1] are counted in, a whole number.
        mu: half-width of the rounded corner, positive, in the target's units.

    Returns:
        One loss per batch, ``[...]``, in the target's units.
    """
    r = prediction - target
    size = held(r, torch.finfo(r.dtype).max)  # inf / inf is nan
    length = torch.hypot(size, torch.full_like(r, mu))  # r² overflows at the root of the largest number
    return _mean_over_bins(r * (size / (length + mu)), size.abs() / length, bins)  # sqrt(r² + mu²) - mu, uncancelled


GHM_R = Loss(
    ghm_r,
    "GHM-R",
    BATCH_REGRESSION,
    r"\frac{1}{n} \sum_{b \neq \emptyset} \frac{1}{|b|} \sum_{i \in b} \left(\sqrt{r_i^2 + @mu^2} - @mu\right),"
    r"\quad b(i) = \left\lfloor @bins \cdot \tfrac{|r_i|}{\sqrt{r_i^2 + @mu^2}} \right\rfloor",
    params=(BINS, Param("mu", 0.001, 0.5, "half-width of the rounded corner", r"\mu", step=0.001)),
    traits=frozenset({NONNEGATIVE, LIPSCHITZ, PIECEWISE, ROBUST}),
    conventions=("empty bins do not count", "no momentum", "mean over the batch"),
    refs=(LI,),
    used_in="box regression in one-stage detectors",
    also=("gradient harmonizing mechanism", "authentic smooth L1", "GHM regression", "梯度均衡机制", "GHM损失"),
    documents=("001",),
)
