"""Points of an embedding in their plane, with the circles that the margin draws and each point's way down."""

from __future__ import annotations

import math

import numpy as np

from losslib import Snapshot
from ui.pictures.marks import Mark, Panel, Picture, arrow, circle, dot, line, text
from ui.pictures.walk import Field, along, arrow_scale, down, framed, holding, size, tips
from ui.words import number

__all__ = ["pair", "triplet"]

Place = tuple[float, float]
ASPECT = 0.8


def _view(shot: Snapshot, *names: str) -> tuple[Field, float]:
    """What is in sight, and how long a usual arrow is."""
    x = along(shot, dict.fromkeys(names, (0,)))
    y = along(shot, dict.fromkeys(names, (1,)))
    view = framed(x, y, ASPECT, pad=0.22)
    length = 0.2 * (view[1] - view[0])
    held = holding(view, tips(shot, lambda s: _arrows(s, length, *names)))
    return framed(held[:2], held[2:], ASPECT, pad=0), length


def _place(shot: Snapshot, name: str) -> Place:
    x, y = map(float, shot.inputs[name])
    return x, y


def _arrows(shot: Snapshot, length: float, *names: str) -> list[Mark]:
    scale = arrow_scale(shot, length, *names)
    found = []
    for name in names:
        (x, y), fall = _place(shot, name), down(shot, name)
        found.append(arrow(x, y, float(fall[0]) * scale, float(fall[1]) * scale, (name, [0, 1]), fall))
    return found


def _longest(shot: Snapshot, *names: str) -> str:
    return size(max(float(np.hypot(*down(shot, name))) for name in names))


def _apart(shot: Snapshot, one: str, other: str) -> float:
    return float(np.hypot(*(shot.inputs[one] - shot.inputs[other])))


def pair(shot: Snapshot) -> Picture:
    """Two points; a pair that does not belong together should leave the circle of the margin."""
    view, length = _view(shot, "a", "b")
    a, b = _place(shot, "a"), _place(shot, "b")
    together = bool(shot.inputs["same"] > 0.5)
    margin = shot.view.values.get("margin")
    marks: list[Mark] = []
    if margin is not None and not together:
        marks += [circle(*a, margin, "hull", dash="dot", fill=0.06), _rim(a, margin, "margin", view)]
    marks.append(line([a, b], "ink", edge=1.4, dash="" if together else "dash"))
    marks += [dot(*a, "target", "square"), dot(*b, "prediction")]
    marks += _arrows(shot, length, "a", "b")
    marks += [text(*a, "a", "target", dx=-14, dy=5), text(*b, "b", "prediction", dx=-14, dy=5)]
    d = _apart(shot, "a", "b")
    said = "The two belong together" if together else "The two do not belong together"
    caption = (
        f"{said}; they are {number(d)} apart. Arrows: minus the gradient, the way each point lowers the loss; "
        f"the longest is {_longest(shot, 'a', 'b')}."
    )
    legend: tuple[tuple[str, str, str], ...] = (("gradient", "arrow", "−∂L/∂a, −∂L/∂b"),)
    if margin is not None and not together:
        legend += (("hull", "ring", f"margin {number(margin)} around a"),)
    return Picture(caption, [[Panel(view, marks, ASPECT)]], legend)


def triplet(shot: Snapshot) -> Picture:
    """The negative should lie outside a circle around the anchor that reaches a margin beyond the positive."""
    names = ("anchor", "positive", "negative")
    view, length = _view(shot, *names)
    anchor, positive, negative = _place(shot, "anchor"), _place(shot, "positive"), _place(shot, "negative")
    margin = shot.view.values.get("margin", 0.0)
    near, far = _apart(shot, "anchor", "positive"), _apart(shot, "anchor", "negative")
    marks: list[Mark] = [
        circle(*anchor, near + margin, "hull", dash="dot", fill=0.07),
        circle(*anchor, near, "prediction", dash="dash", edge=1.2),
        _rim(anchor, near + margin, "d₊ + margin", view),
        line([anchor, positive], "prediction", edge=1.6),
        line([anchor, negative], "target", edge=1.6, dash="dash"),
        dot(*anchor, "ink", "square"),
        dot(*positive, "prediction"),
        dot(*negative, "target", "triangle"),
        *_arrows(shot, length, *names),
        text(*anchor, "anchor", dx=-8, dy=18, anchor="end"),
        text(*positive, "positive", "prediction", dx=0, dy=20),
        text(*negative, "negative", "target", dx=12, dy=4, anchor="start"),
    ]
    state = "inside the margin" if far < near + margin else "outside the margin: nothing moves"
    caption = (
        f"Positive {number(near)} from the anchor, negative {number(far)}, {state}. Arrows: minus the gradient, the way each "
        f"point lowers the loss; the longest is {_longest(shot, *names)}."
    )
    legend = (
        ("prediction", "dashed ring", "distance of the positive"),
        ("hull", "ring", f"a margin of {number(margin)} beyond it"),
        ("gradient", "arrow", "−∂L/∂point"),
    )
    return Picture(caption, [[Panel(view, marks, ASPECT)]], legend)


def _rim(centre: Place, radius: float, said: str, view: Field) -> Mark:
    """A label on a circle, where it is in view."""
    left, right, bottom, top = view
    for angle in (330, 210, 30, 45, 150, 315, 225, 270, 90):
        x = centre[0] + radius * math.cos(math.radians(angle))
        y = centre[1] + radius * math.sin(math.radians(angle))
        if left < x < right and bottom < y < top:
            return text(x, y, said, "hull", halo=True, dy=4)
    return text(left, bottom, said, "hull", "start", dx=4, dy=-6)
