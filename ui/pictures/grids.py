"""Examples that are grids of numbers: two masks, a picture, two pictures, a heat map. The gradient is a map that lies on them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from losslib import Snapshot
from losslib.studies import heatmap
from ui.pictures.marks import Mark, Panel, Picture, circle, down_map, heat, outline, rect, text
from ui.pictures.walk import down, size, usual_size
from ui.words import number

__all__ = ["image", "image_pair", "masks", "pixel"]

Array = NDArray[np.float64]
FULL = 0.95
FAINT = 1e-3
SMALLEST_LABEL = 6.0
REACH = 4
AROUND = 7  # pixels from the centre of a heat map to the edge of its picture
TINT = 0.5
SIGNS = (("raise", "plus", "should rise"), ("lower", "minus", "should fall"))


def _panel(marks: list[Mark], shape: tuple[int, ...], title: str) -> Panel:
    rows, columns = shape
    return Panel((0, columns, rows, 0), marks, rows / columns, title)


def _way_down(shot: Snapshot, name: str, **style: str) -> list[Mark]:
    """Minus the gradient as a map. Full size is all but this example's largest few; what is next to nothing stays small."""
    fall = down(shot, name)
    felt = np.abs(fall[fall != 0])
    full = max(float(np.quantile(felt, FULL)) if len(felt) else 0.0, FAINT * usual_size(shot.view, name))
    return down_map(fall, 1 / full, name, **style)


def _largest(shot: Snapshot, name: str) -> str:
    return size(float(np.abs(down(shot, name)).max()))


def masks(shot: Snapshot) -> Picture:
    """What is found, what is only predicted and what is missed, and on every pixel its way down."""
    p, t = shot.inputs["p"], shot.inputs["t"]
    parts = {"both": p * t, "prediction": p * (1 - t), "target": (1 - p) * t}
    names = {"both": "TP", "prediction": "FP", "target": "FN"}
    marks = [heat(TINT * part, role) for role, part in parts.items()]
    marks += _way_down(shot, "p")
    marks += [outline(t > 0.5, "target", dash="dash", edge=2), outline(p > 0.5, "prediction", edge=2)]
    for role, part in parts.items():
        if part.sum() > SMALLEST_LABEL and part.max() > 0.5:
            marks.append(_where_thickest(part, names[role]))
    sums = {names[role]: number(float(part.sum())) for role, part in parts.items()}
    caption = (
        f"In pixels: TP {sums['TP']}, FP {sums['FP']}, FN {sums['FN']} of {number(float(t.sum()))}. The squares are minus "
        f"the gradient at each pixel, + where p should rise and − where it should fall; the largest is {_largest(shot, 'p')}."
    )
    legend = (
        ("both", "box", "TP, both"),
        ("prediction", "box", "FP, predicted only"),
        ("target", "dashed box", "FN, missed"),
        *SIGNS,
    )
    return Picture(caption, [[_panel(marks, p.shape, "−∂L/∂p on the two masks")]], legend)


def _where_thickest(part: Array, said: str) -> Mark:
    """A label where a region is thickest: where most of it is in a window around the cell."""
    filled = np.pad(part, ((REACH, REACH - 1), (REACH, REACH - 1))).cumsum(0).cumsum(1)
    edge = np.pad(filled, ((1, 0), (1, 0)))
    side = 2 * REACH - 1
    around = edge[side:, side:] - edge[:-side, side:] - edge[side:, :-side] + edge[:-side, :-side]
    row, column = np.unravel_index(around.round(6).argmax(), around.shape)
    return text(float(column), float(row), said, "ink", dy=4, halo=True)


def _grey(x: Array) -> list[Mark]:
    """Grey values from 0, black, to 1, white, in either theme."""
    rows, columns = x.shape
    return [rect(0, 0, columns, rows, "black", fill=1), heat(x, "white")]


def image(shot: Snapshot) -> Picture:
    """The picture, and on every pixel its way down."""
    x = shot.inputs["x"]
    caption = (
        f"Grey values from {number(float(x.min()))} to {number(float(x.max()))}. The squares are minus the gradient at each pixel, "
        f"+ where it should be lighter and − where darker; the largest is {_largest(shot, 'x')}."
    )
    panel = _panel([*_grey(x), *_way_down(shot, "x", rim="black")], x.shape, "−∂L/∂x on the image x")
    return Picture(caption, [[panel]], (("raise", "plus", "should be lighter"), ("lower", "minus", "should be darker")))


def image_pair(shot: Snapshot) -> Picture:
    """The picture and the one to look like, their difference, and the picture with each pixel's way down."""
    x, y = shot.inputs["x"], shot.inputs["y"]
    difference = x - y
    worst = float(np.abs(difference).max())
    caption = (
        f"The largest difference of a pixel is {number(worst)}. The squares are minus the gradient at each pixel of x, "
        f"+ where it should be lighter and − where darker; the largest is {_largest(shot, 'x')}."
    )
    apart = [
        heat(difference.clip(0, None), "lighter"),
        heat((-difference).clip(0, None), "darker"),
    ]
    rows = [
        [_panel(_grey(x), x.shape, "image x"), _panel(_grey(y), y.shape, "wanted y"), _panel(apart, x.shape, "x − y")],
        [_panel([*_grey(x), *_way_down(shot, "x", rim="black")], x.shape, "−∂L/∂x on the image x")],
    ]
    legend = (
        ("lighter", "box", "x lighter than y"),
        ("darker", "dashed box", "x darker"),
        ("raise", "plus", "should be lighter"),
        ("lower", "minus", "should be darker"),
    )
    return Picture(caption, rows, legend)


def pixel(shot: Snapshot) -> Picture:
    """The weights of the pixels around a centre, which has none itself, and a ring at the distance of this one."""
    at, found = float(shot.inputs["distance"]), heatmap.weights(AROUND, shot.view.values["beta"])
    middle = AROUND + 0.5
    marks = [
        *_grey(np.nan_to_num(found)),
        text(middle, middle, "+", "white", dy=5, bold=True),
        circle(middle, middle, at, "target", edge=2.4, dash="dash"),
    ]
    steps = [(d + middle, number(d)) for d in range(-AROUND + AROUND % 2, AROUND + 1, 2)]
    title = "weight: black 0, white 1"
    panel = Panel((0, len(found), len(found), 0), marks, 1.0, title, tuple(steps))
    caption = f"At a distance of {number(at)} a pixel weighs {number(shot.value)}. Black weighs nothing, white 1."
    return Picture(caption, [[panel]], (("target", "dashed ring", "distance d"),))
