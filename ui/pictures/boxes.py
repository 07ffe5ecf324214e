"""Two boxes: where they meet, the smallest box around both, the line between their centres, and each corner's way down."""

from __future__ import annotations

import numpy as np

from losslib import Snapshot
from ui.pictures.marks import Mark, Panel, Picture, arrow, dot, line, rect, text
from ui.pictures.walk import along, arrow_scale, down, framed, holding, size, tips
from ui.words import number

__all__ = ["boxes"]

Box = tuple[float, float, float, float]
ASPECT = 0.62
MIDDLE = 0.6
CORNERS = ((0, 1), (2, 3))


def boxes(shot: Snapshot) -> Picture:
    """Boxes ``p`` and ``t`` as ``x1 y1 x2 y2``, the second coordinate downwards."""
    p, t = _box(shot, "p"), _box(shot, "t")
    xs = along(shot, {"p": (0, 2), "t": (0, 2)}, MIDDLE)
    ys = along(shot, {"p": (1, 3), "t": (1, 3)}, MIDDLE)
    view = framed(xs, ys, ASPECT, pad=0.12)
    length = 0.16 * (view[1] - view[0])
    held = holding(view, tips(shot, lambda s: _arrows(s, length), MIDDLE))
    left, right, top, bottom = framed(held[:2], held[2:], ASPECT, pad=0)
    hull = (min(p[0], t[0]), min(p[1], t[1]), max(p[2], t[2]), max(p[3], t[3]))
    meet = (max(p[0], t[0]), max(p[1], t[1]), min(p[2], t[2]), min(p[3], t[3]))
    overlap = max(0.0, meet[2] - meet[0]) * max(0.0, meet[3] - meet[1])
    union = _area(p) + _area(t) - overlap
    marks: list[Mark] = [rect(*hull, "hull", dash="dot", edge=1.2)]
    marks.append(rect(*t, "target", dash="dash", edge=2, fill=0.1))
    marks.append(rect(*p, "prediction", edge=2, fill=0.1))
    if overlap > 0:
        marks.append(rect(*meet, "both", fill=0.28, hatch=True))
    marks.append(line([_centre(p), _centre(t)], "ink", edge=1.2))
    marks += [dot(*_centre(t), "target", "square"), dot(*_centre(p), "prediction")]
    marks += _arrows(shot, length)
    marks += _names(p, t)
    share = overlap / union if union > 0 else 0.0
    caption = (
        f"The boxes share {number(overlap)} of {number(union)}, IoU {number(share)}; the box around both holds "
        f"{number(_area(hull))}. Arrows: minus the gradient, the way each corner lowers the {shot.view.the_loss.name} loss; the longer is "
        f"{size(max(float(np.hypot(*down(shot, 'p')[list(corner)])) for corner in CORNERS))}."
    )
    legend = (
        ("prediction", "box", "predicted"),
        ("target", "dashed box", "target"),
        ("both", "hatch", "intersection"),
        ("hull", "dotted box", "box around both"),
        ("gradient", "arrow", "−∂L/∂corner"),
    )
    return Picture(caption, [[Panel((left, right, bottom, top), marks, ASPECT)]], legend)


def _box(shot: Snapshot, name: str) -> Box:
    x1, y1, x2, y2 = map(float, shot.inputs[name])
    return x1, y1, x2, y2


def _names(p: Box, t: Box) -> list[Mark]:
    """Each box's name on the side where the other is not, and off the corners that carry an arrow."""
    lower = _centre(p)[1] > _centre(t)[1]
    found = []
    for box, said, role, below, after in (
        (p, "predicted", "prediction", lower, not lower),
        (t, "target", "target", not lower, lower),
    ):
        x, y = box[2] if after else box[0], box[3] if below else box[1]
        found.append(text(x, y, said, role, "end" if after else "start", dy=14 if below else -5, halo=True))
    return found


def _area(box: Box) -> float:
    return max(0.0, box[2] - box[0]) * max(0.0, box[3] - box[1])


def _centre(box: Box) -> tuple[float, float]:
    return (box[0] + box[2]) / 2, (box[1] + box[3]) / 2


def _arrows(shot: Snapshot, length: float) -> list[Mark]:
    """An arrow on each of the two corners that the loss takes for a box."""
    p, fall = _box(shot, "p"), down(shot, "p")
    scale = arrow_scale(shot, length, "p")
    return [
        arrow(p[i], p[j], float(fall[i]) * scale, float(fall[j]) * scale, ("p", [i, j]), fall[[i, j]])
        for i, j in CORNERS
    ]
