"""Losses of two boxes ``x1 y1 x2 y2``: how much they overlap, and how far apart they are when they do not."""

from __future__ import annotations

import math
from collections.abc import Callable

from torch import Tensor

from losslib.geometry import (
    centre_distance,
    hull_area,
    hull_diagonal,
    intersection,
    ratio,
    shape_angle,
    to_scale,
    union,
)
from losslib.geometry import iou as _iou
from losslib.kinds import BOX
from losslib.losses.regression import l1, mse, smooth_l1
from losslib.spec import Limit, Loss, Opening, Param
from losslib.traits import BOUNDED, CONVEX, DETACHED, LIPSCHITZ, NONNEGATIVE, PIECEWISE, ROBUST

ZHENG = "Zheng et al. 2020, Distance-IoU Loss, arXiv:1911.08287"


def iou(p: Tensor, t: Tensor) -> Tensor:
    """One minus the shared area over the covered area: what a detector is judged by, as a loss.

    Its gradient is 0 as soon as the boxes do not touch, however far apart they are: nothing tells them where to go.

    Args:
        p: predicted boxes ``[..., 4]``.
        t: target boxes ``[..., 4]``.

    Returns:
        One loss per box, ``[...]``, in [0, 1]; 1 for two boxes of no area.
    """
    return 1 - _iou(*to_scale(p, t))


IOU = Loss(
    iou,
    "IoU",
    BOX,
    r"1 - \frac{|A \cap B|}{|A \cup B|}",
    traits=frozenset({NONNEGATIVE, BOUNDED, PIECEWISE, ROBUST}),
    unknown=frozenset({LIPSCHITZ}),
    conventions=("1 − IoU, not −ln IoU", "no epsilon"),
    refs=("Yu et al. 2016, UnitBox, arXiv:1608.01471",),
    used_in="box regression; the measure is Jaccard's index",
    also=("IoULoss", "Jaccard", "intersection over union", "交并比", "交并比损失", "IoU损失"),
    documents=("000", "003"),
)


def giou(p: Tensor, t: Tensor) -> Tensor:
    """IoU that still speaks when the boxes do not touch: it adds the empty share of the smallest box around both.

    Apart, its gradient pulls the boxes together; one inside the other, it is IoU's, whatever the position.

    Args:
        p: predicted boxes ``[..., 4]``.
        t: target boxes ``[..., 4]``.

    Returns:
        One loss per box, ``[...]``, in [0, 2].
    """
    p, t = to_scale(p, t)
    covered, hull = union(p, t), hull_area(p, t)
    return 1 - ratio(intersection(p, t), covered, 0.0) + ratio(hull - covered, hull, 0.0)


GIOU = Loss(
    giou,
    "GIoU",
    BOX,
    r"1 - \mathrm{IoU} + \frac{|C \setminus (A \cup B)|}{|C|}",
    traits=frozenset({NONNEGATIVE, BOUNDED, PIECEWISE, ROBUST}),
    unknown=frozenset({LIPSCHITZ}),
    conventions=("no epsilon", "1 − GIoU"),
    refs=("Rezatofighi et al. 2019, Generalized Intersection over Union, arXiv:1902.09630",),
    used_in="box regression",
    also=("generalized IoU", "GIoU loss", "广义交并比", "GIoU损失"),
)


def diou(p: Tensor, t: Tensor) -> Tensor:
    """IoU plus the distance between the centres, measured in diagonals of the box around both.

    Apart, its gradient pulls centre to centre: straighter and sooner than GIoU, which first grows the box.

    Args:
        p: predicted boxes ``[..., 4]``.
        t: target boxes ``[..., 4]``.

    Returns:
        One loss per box, ``[...]``, in [0, 2].
    """
    p, t = to_scale(p, t)
    return 1 - _iou(p, t) + ratio(centre_distance(p, t), hull_diagonal(p, t), 0.0)


DIOU = Loss(
    diou,
    "DIoU",
    BOX,
    r"1 - \mathrm{IoU} + \frac{\rho^2}{c^2}",
    traits=frozenset({NONNEGATIVE, BOUNDED, PIECEWISE, ROBUST}),
    unknown=frozenset({LIPSCHITZ}),
    limits=(Limit("iou", slices=("aspect",), words="with the centres together it is IoU"),),
    conventions=("no epsilon", "1 − DIoU", "squared distance over squared diagonal"),
    refs=(ZHENG,),
    used_in="box regression",
    also=("distance IoU", "DIoU loss", "距离交并比", "DIoU损失"),
)


def ciou(p: Tensor, t: Tensor) -> Tensor:
    """DIoU that also minds the shape: it compares the angles of the two diagonals.

    The weight of the shape grows with the overlap, and is held constant in the gradient: the slope shown is the one that
    training follows, not that of the drawn value.

    Args:
        p: predicted boxes ``[..., 4]``.
        t: target boxes ``[..., 4]``.

    Returns:
        One loss per box, ``[...]``, in [0, 3].
    """
    p, t = to_scale(p, t)
    overlap = _iou(p, t)
    v = (2 / math.pi * (shape_angle(t) - shape_angle(p))).square()
    alpha = ratio(v, 1 - overlap + v, 0.0).detach()
    return 1 - overlap + ratio(centre_distance(p, t), hull_diagonal(p, t), 0.0) + alpha * v


CIOU = Loss(
    ciou,
    "CIoU",
    BOX,
    r"1 - \mathrm{IoU} + \frac{\rho^2}{c^2} + \alpha v,\quad"
    r" v = \tfrac{4}{\pi^2}\left(\arctan\tfrac{\hat w}{\hat h} - \arctan\tfrac{w}{h}\right)^2,\quad"
    r" \alpha = \frac{v}{1 - \mathrm{IoU} + v}",
    traits=frozenset({NONNEGATIVE, BOUNDED, PIECEWISE, DETACHED, ROBUST}),
    unknown=frozenset({LIPSCHITZ}),
    limits=(Limit("diou", slices=("shift", "scale"), words="with equal shapes it is DIoU"),),
    conventions=("no epsilon", "1 − CIoU", "α is not differentiated"),
    refs=(ZHENG,),
    used_in="YOLOv4 and YOLOv5",
    also=("complete IoU", "CIoU loss", "bbox_iou", "完整交并比", "CIoU损失"),
    documents=("000", "003"),
    opening=Opening(slice="aspect"),
)


def _edge(k: int) -> Callable[..., Tensor]:
    """Zero where the ``k``-th numbers of both boxes meet."""

    def met(p: Tensor, t: Tensor, *, beta: float = 0.0) -> Tensor:
        return p[..., k] - t[..., k] if beta == 0 else p[..., k] * 0 + 1

    return met


EDGES = tuple(_edge(k) for k in range(4))


def box_l1(p: Tensor, t: Tensor) -> Tensor:
    """The absolute errors of the four numbers, summed: each edge pulls alone.

    Its gradient does not know the size of the box: ten pixels off costs the same on a small box as on a large one.

    Args:
        p: predicted boxes ``[..., 4]``.
        t: target boxes ``[..., 4]``.

    Returns:
        One loss per box, ``[...]``, in the boxes' units.
    """
    return l1(p, t).sum(-1)


BOX_L1 = Loss(
    box_l1,
    "Box L1",
    BOX,
    r"\sum_{i=1}^{4} |p_i - t_i|",
    traits=frozenset({CONVEX, NONNEGATIVE, LIPSCHITZ, ROBUST}),
    kinks=EDGES,
    conventions=("sum of four", "subgradient 0 at 0"),
    refs=("Carion et al. 2020, End-to-End Object Detection with Transformers, arXiv:2005.12872",),
    used_in="DETR, beside GIoU",
    also=("L1 on coordinates", "边框L1损失", "坐标损失"),
    documents=("001",),
)


def box_smooth_l1(p: Tensor, t: Tensor, *, beta: float = 1.0) -> Tensor:
    """Smooth L1 of the four numbers, summed.

    Its gradient fades inside beta, so that edges that nearly fit come to rest instead of jittering.

    Args:
        p: predicted boxes ``[..., 4]``.
        t: target boxes ``[..., 4]``.
        beta: half-width of the parabola, in the boxes' units; 0 is exactly L1.

    Returns:
        One loss per box, ``[...]``, in the boxes' units.
    """
    return smooth_l1(p, t, beta=beta).sum(-1)


BOX_SMOOTH_L1 = Loss(
    box_smooth_l1,
    "Box smooth L1",
    BOX,
    r"\sum_{i=1}^{4} \begin{cases} r_i^2 / (2 \cdot @beta) & |r_i| < @beta \\ |r_i| - @beta / 2 & \text{else} \end{cases}",
    params=(Param("beta", 0.0, 5.0, "half-width of the parabola", r"\beta", step=0.05),),
    traits=frozenset({CONVEX, NONNEGATIVE, LIPSCHITZ, ROBUST}),
    kinks=EDGES,
    limits=(Limit("box_l1", {"beta": 0.0}, words="β = 0 is box L1"),),
    conventions=("sum of four", "slope 1 outside"),
    refs=("Girshick 2015, Fast R-CNN, arXiv:1504.08083",),
    used_in="Fast R-CNN and its successors, on encoded offsets",
    also=("bbox regression loss", "边框平滑L1损失", "边框回归损失"),
    documents=("001",),
)


def box_mse(p: Tensor, t: Tensor) -> Tensor:
    """The squared errors of the four numbers, summed.

    Its gradient is twice each edge's error: a box far away pulls hardest, and one that nearly fits hardly at all.

    Args:
        p: predicted boxes ``[..., 4]``.
        t: target boxes ``[..., 4]``.

    Returns:
        One loss per box, ``[...]``, in squared units of the boxes.
    """
    return mse(p, t).sum(-1)


BOX_MSE = Loss(
    box_mse,
    "Box MSE",
    BOX,
    r"\sum_{i=1}^{4} (p_i - t_i)^2",
    traits=frozenset({CONVEX, NONNEGATIVE}),
    conventions=("sum of four", "no half"),
    refs=("Redmon et al. 2016, You Only Look Once, arXiv:1506.02640",),
    used_in="YOLOv1, on centres and roots of sizes",
    also=("L2 on coordinates", "边框均方误差", "坐标损失"),
    documents=("001", "003"),
)
