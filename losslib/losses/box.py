"""Losses of two boxes ``x1 y1 x2 y2``: how much they overlap, and how far apart they are when they do not."""

from __future__ import annotations

from torch import Tensor

from losslib.geometry import hull_area, intersection, ratio, union
from losslib.kinds import BOX
from losslib.spec import Loss
from losslib.traits import BOUNDED, LIPSCHITZ, NONNEGATIVE, PIECEWISE


def giou(p: Tensor, t: Tensor) -> Tensor:
    """IoU that still speaks when the boxes do not touch: it adds the empty share of the smallest box around both.

    Apart, its gradient pulls the boxes together; one inside the other, it is IoU's, whatever the position.

    Args:
        p: predicted boxes ``[..., 4]``.
        t: target boxes ``[..., 4]``.

    Returns:
        One loss per box, ``[...]``, in [0, 2].
    """
    covered, hull = union(p, t), hull_area(p, t)
    return 1 - ratio(intersection(p, t), covered, 0.0) + ratio(hull - covered, hull, 0.0)


GIOU = Loss(
    giou,
    "GIoU",
    BOX,
    r"1 - \mathrm{IoU} + \frac{|C \setminus (A \cup B)|}{|C|}",
    traits=frozenset({NONNEGATIVE, BOUNDED, PIECEWISE}),
    unknown=frozenset({LIPSCHITZ}),
    conventions=("no epsilon", "1 − GIoU"),
    refs=("Rezatofighi et al. 2019, Generalized Intersection over Union, arXiv:1902.09630",),
    used_in="box regression",
    also=("generalized IoU", "广义交并比"),
    documents=("003",),
)
