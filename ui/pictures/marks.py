"""What a picture is made of: panels with marks in their own coordinates. Any renderer can draw them; none computes.

A mark names a *role* (``prediction``, ``target``, ``gradient`` …), not a colour. A mark that shows a gradient says of which
input (``of``) and the raw numbers of the way down, minus the gradient (``down``), whatever length or shade it is drawn at.
"""

from __future__ import annotations

import math
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "Mark",
    "Panel",
    "Picture",
    "arrow",
    "bars",
    "circle",
    "dot",
    "down_bars",
    "down_map",
    "heat",
    "line",
    "outline",
    "rect",
    "sides",
    "text",
    "ticks",
]

Array = NDArray[np.float64]
Mark = dict[str, Any]
Of = tuple[str, list[int]]
DIGITS = 6
RAW = ("of", "where", "down")


@dataclass(frozen=True)
class Panel:
    """One field of a picture: ``left, right, bottom, top`` of its view, and what lies in it.

    With ``bottom`` above ``top`` the second coordinate runs downwards, as in an image. ``aspect`` is height over width.
    """

    view: tuple[float, float, float, float]
    marks: list[Mark]
    aspect: float = 0.62
    title: str = ""
    x_ticks: tuple[tuple[float, str], ...] = ()
    y_ticks: tuple[tuple[float, str], ...] = ()
    boxed: bool = True

    def json(self) -> dict[str, Any]:
        """As plain data."""
        return {
            "view": [_short(v) for v in self.view],
            "aspect": round(self.aspect, 4),
            "title": self.title,
            "x_ticks": [[_short(x), t] for x, t in self.x_ticks],
            "y_ticks": [[_short(y), t] for y, t in self.y_ticks],
            "boxed": self.boxed,
            "marks": [_seen(mark) for mark in self.marks],
        }


@dataclass(frozen=True)
class Picture:
    """Rows of panels; one sentence that says in words and numbers what they show; and what each role stands for."""

    caption: str
    rows: list[list[Panel]]
    legend: tuple[tuple[str, str, str], ...] = ()

    @property
    def marks(self) -> list[Mark]:
        """The marks of all panels."""
        return [mark for row in self.rows for panel in row for mark in panel.marks]

    def json(self) -> dict[str, Any]:
        """As plain data, every number finite."""
        return {
            "caption": self.caption,
            "legend": [{"role": role, "form": form, "text": said} for role, form, said in self.legend],
            "rows": [[panel.json() for panel in row] for row in self.rows],
        }


def _seen(mark: Mark) -> Mark:
    """What a renderer needs of a mark: a map's raw numbers stay here."""
    return {key: mark[key] for key in mark if key not in RAW} if "cells" in mark else mark


def _short(value: float) -> float:
    """Six digits are finer than any screen."""
    return float(f"{value:.{DIGITS}g}")


def _raw(array: Array) -> Any:
    """Numbers in full float32 precision: those a test steps along."""
    return [float(f"{v:.9g}") for v in np.atleast_1d(array).ravel()]


# --- shapes ----------------------------------------------------------------------------------------------------------


def rect(x0: float, y0: float, x1: float, y1: float, role: str, **style: Any) -> Mark:
    """A rectangle. Styles: ``fill`` (opacity), ``hatch``, ``dash``, ``edge`` (line width)."""
    return {"mark": "rect", "at": [_short(v) for v in (x0, y0, x1, y1)], "role": role, **style}


def bars(xs: Sequence[float] | Array, width: float, tops: Sequence[float] | Array, role: str, **style: Any) -> Mark:
    """Upright bars of one look, from 0 to their tops; as one mark, for there may be hundreds."""
    boxes = [[_short(x - width / 2), 0.0, _short(x + width / 2), _short(y)] for x, y in zip(xs, tops, strict=True)]
    return {"mark": "bars", "at": boxes, "role": role, **style}


def line(points: Sequence[Sequence[float]], role: str, **style: Any) -> Mark:
    """A polyline. Styles: ``dash``, ``edge``, ``fill``."""
    return {"mark": "line", "at": [[_short(v) for v in p] for p in points], "role": role, **style}


def circle(x: float, y: float, radius: float, role: str, **style: Any) -> Mark:
    """A circle, its radius in the first coordinate's units."""
    return {"mark": "circle", "at": [_short(v) for v in (x, y, radius)], "role": role, **style}


def dot(x: float, y: float, role: str, form: str = "disc") -> Mark:
    """A point: ``disc``, ``square``, ``triangle`` or ``ring``."""
    return {"mark": "dot", "at": [_short(x), _short(y)], "role": role, "form": form}


def text(x: float, y: float, said: str, role: str = "ink", anchor: str = "middle", **style: Any) -> Mark:
    """A word. ``dx`` and ``dy`` move it by pixels; it is kept inside its panel."""
    return {"mark": "text", "at": [_short(x), _short(y)], "text": said, "role": role, "anchor": anchor, **style}


# --- gradients -------------------------------------------------------------------------------------------------------


def arrow(x: float, y: float, dx: float, dy: float, of: Of, down: Array | float, rim: float = 0) -> Mark:
    """An arrow from ``(x, y)``: minus the gradient of one input's numbers at the flat indices ``of`` names.

    It is moved along by ``rim`` pixels, so that a dot that lies on its beginning hides none of it.
    """
    name, where = of
    return {
        "mark": "arrow",
        "at": [_short(x), _short(y)],
        "by": [_short(dx), _short(dy)],
        "role": "gradient",
        "rim": rim,
        "of": name,
        "where": where,
        "down": _raw(np.asarray(down)),
    }


def down_bars(xs: Sequence[float] | Array, width: float, down: Array, of: str, limit: float) -> Mark:
    """Signed bars: each input's number is drawn up or down by minus its gradient, cut at ``limit``."""
    mark = bars(xs, width, down.clip(-limit, limit), "gradient", fill=0.85)
    return {**mark, "of": of, "where": list(range(len(down))), "down": _raw(down)}


def _grid(form: str, values: Array, role: str, **style: Any) -> Mark:
    """A number in [0, 1] for each cell of the view ``(0, columns, rows, 0)``, sent as bytes."""
    rows, columns = values.shape
    cells = (255 * np.nan_to_num(values).clip(0, 1)).round().astype(np.uint8)
    sent = b64encode(cells.tobytes()).decode()
    return {"mark": form, "at": [0, 0, columns, rows], "role": role, "cells": sent, **style}


def heat(values: Array, role: str) -> Mark:
    """A grid of cells, each in the role's colour at its own opacity."""
    return _grid("heat", values, role)


def down_map(down: Array, scale: float, of: str, **style: Any) -> list[Mark]:
    """Minus the gradient on the cells it belongs to: a square in each, of one colour up and of another down.

    The square's area grows with the gradient and never fills the cell, so what it lies on is seen around it. Style: ``rim``,
    the role of a hair's edge, where no one colour stands out from all that is below.
    """
    side = np.sqrt(np.abs(down) * scale)
    raw = {"of": of, "where": slice(None), "down": down.ravel()}
    marks = [
        {**_grid("squares", np.where(down > 0, side, 0), "raise", **style), **raw},
        _grid("squares", np.where(down < 0, side, 0), "lower", **style),
    ]
    largest = float(np.abs(down).max())
    for sign, glyph in ((1, "+"), (-1, "−")):
        if largest > 0 and (sign * down).max() > 0.3 * largest:
            row, column = np.unravel_index((sign * down).argmax(), down.shape)
            marks.append(text(float(column) + 0.5, float(row) + 0.5, glyph, "ink", dy=5, halo=True, bold=True))
    return marks


def outline(inside: NDArray[np.bool_], role: str, **style: Any) -> Mark:
    """The cell edges between inside and outside of a grid."""
    ring = np.pad(inside, 1)
    ys, xs = np.nonzero(ring[1:-1, 1:] != ring[1:-1, :-1])
    pieces = [[int(x), int(y), int(x), int(y) + 1] for x, y in zip(xs, ys, strict=True)]
    ys, xs = np.nonzero(ring[1:, 1:-1] != ring[:-1, 1:-1])
    pieces += [[int(x), int(y), int(x) + 1, int(y)] for x, y in zip(xs, ys, strict=True)]
    return {"mark": "outline", "at": pieces, "role": role, **style}


# --- axes ------------------------------------------------------------------------------------------------------------


def ticks(lo: float, hi: float, count: int = 5) -> tuple[tuple[float, str], ...]:
    """Round numbers between two ends."""
    span = hi - lo
    if not span > 0 or not math.isfinite(span):
        return ()
    power = 10 ** math.floor(math.log10(span / count))
    step = next(m * power for m in (1, 2, 5, 10) if span / (m * power) <= count)
    first = math.ceil(lo / step - 1e-9)
    last = math.floor(hi / step + 1e-9)
    return tuple((k * step, f"{k * step:.6g}".replace("-", "−")) for k in range(first, last + 1))


def sides(limit: float) -> tuple[tuple[float, str], ...]:
    """0 and one round number on both sides of it, inside ``limit``."""
    power = 10 ** math.floor(math.log10(limit))
    step = max(m * power for m in (1, 2, 5) if m * power <= limit)
    return ((-step, f"−{step:.6g}"), (0.0, "0"), (step, f"{step:.6g}"))
