"""Losses of an embedding: what belongs together should be near, and what does not should be far."""

from __future__ import annotations

import torch
from torch import Tensor

from losslib.kinds import PAIR, TRIPLET
from losslib.spec import Loss, Opening, Param
from losslib.stable import counted, held, sqrt
from losslib.traits import LIPSCHITZ, NONNEGATIVE


def _length(r: Tensor) -> Tensor:
    """The Euclidean length of ``[..., D]``; one too large for a number has no slope."""
    r = held(r, torch.finfo(r.dtype).max)
    return sqrt((r * r).sum(-1))


def contrastive(a: Tensor, b: Tensor, same: Tensor, *, margin: float = 1.0) -> Tensor:
    """Two of a kind are drawn together; two of different kinds are pushed apart until they are a margin away.

    Its gradient is the distance for a pair that belongs together, and what is missing to the margin for one that does not;
    where those two coincide there is no direction to push in, and it is 0.

    Args:
        a: embeddings ``[..., D]``.
        b: embeddings ``[..., D]``.
        same: ``[...]``, 1 if the two belong together and 0 if not.
        margin: how far apart is far enough, positive, in the units of the embedding.

    Returns:
        One loss per pair, ``[...]``, in squared units of the embedding.
    """
    r = a - b
    pull = counted(r, same.unsqueeze(-1))
    squared = counted((pull * pull).sum(-1), same)
    missing = (margin - _length(r)).relu()
    return 0.5 * (same * squared + (1 - same) * missing.square())


def _coincide(a: Tensor, b: Tensor, same: Tensor, *, margin: float) -> Tensor:
    """Zero where two of different kinds coincide."""
    return _length(a - b) + same


CONTRASTIVE = Loss(
    contrastive,
    "Contrastive",
    PAIR,
    r"\tfrac12\left[s\, d^2 + (1-s)\max(0,\; @margin - d)^2\right],\quad d = \|a - b\|",
    params=(Param("margin", 0.1, 5.0, "how far apart is far enough", "m_0", step=0.1),),
    traits=frozenset({NONNEGATIVE}),
    kinks=(_coincide,),
    opening=Opening(at=0.5),
    conventions=("1 means same", "squared distance", "with the half"),
    refs=("Hadsell et al. 2006, Dimensionality Reduction by Learning an Invariant Mapping, doi:10.1109/CVPR.2006.100",),
    used_in="siamese networks: sentence embeddings in sentence-transformers, as ContrastiveLoss; signatures in SigNet (Dey et al. 2017)",
    also=("siamese loss", "pairwise loss", "对比损失", "孪生网络损失"),
    documents=("001",),
)


def _distance(a: Tensor, b: Tensor) -> Tensor:
    """The Euclidean distance with torch's own guard: 1e-6 is added to each difference, so that none is exactly 0."""
    return _length(a - b + 1e-6)


def triplet(anchor: Tensor, positive: Tensor, negative: Tensor, *, margin: float = 1.0) -> Tensor:
    """The positive must be nearer than the negative, by a margin; how far away both are does not matter.

    Its gradient draws the positive and pushes the negative with the same force, one, and both fall silent together.

    Args:
        anchor: embeddings ``[..., D]``.
        positive: embeddings ``[..., D]`` that belong to the anchor.
        negative: embeddings ``[..., D]`` that do not.
        margin: by how much nearer is near enough, at least 0, in the units of the embedding.

    Returns:
        One loss per triplet, ``[...]``, in the units of the embedding.
    """
    near, far = _distance(anchor, positive), _distance(anchor, negative)
    return (near - far.clamp(max=torch.finfo(far.dtype).max) + margin).relu()  # inf - inf is nan


def _near_enough(anchor: Tensor, positive: Tensor, negative: Tensor, *, margin: float) -> Tensor:
    """Zero where the margin is just kept."""
    return _distance(anchor, positive) - _distance(anchor, negative) + margin


TRIPLET_LOSS = Loss(
    triplet,
    "Triplet",
    TRIPLET,
    r"\max(0,\; \|a - p\| - \|a - n\| + @margin)",
    params=(Param("margin", 0.0, 3.0, "by how much nearer is near enough", "m_0", step=0.05),),
    traits=frozenset({NONNEGATIVE, LIPSCHITZ}),
    kinks=(_near_enough,),
    opening=Opening(at=2.0),
    conventions=("distances, not squared", "1e-6 added to each difference, as torch does"),
    refs=(
        "Schroff et al. 2015, FaceNet, arXiv:1503.03832",
        "Weinberger & Saul 2009, Distance Metric Learning, JMLR 10",
    ),
    used_in="face recognition in FaceNet, on squared distances; person re-identification (Hermans et al. 2017)",
    also=("TripletMarginLoss", "triplet margin loss", "三元组损失", "三重损失"),
    documents=("001",),
)
