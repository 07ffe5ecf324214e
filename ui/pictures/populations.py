"""A whole batch as one example, with the weight of each member; and a line through its points."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from losslib import Snapshot
from ui.pictures.marks import Mark, Panel, Picture, arrow, bars, dot, down_bars, line, sides, text, ticks
from ui.pictures.walk import arrow_scale, bar_limit, down, extent, holding, size, tips, walk
from ui.words import number

__all__ = ["batch", "batch_of_residuals", "linear_model"]

Array = NDArray[np.float64]
BINS = 10
LENGTH = 0.16


def batch(shot: Snapshot) -> Picture:
    """How hard each member pulls, ``|sigmoid(z) - t|``, counted in bins."""
    z, t = shot.inputs["z"], shot.inputs["t"]
    hardness = np.abs(1 / (1 + np.exp(-z.clip(-700, None))) - t)
    return _population(shot, hardness, "|σ(z) − t|", "z", z, "z")


def batch_of_residuals(shot: Snapshot) -> Picture:
    """How hard each member pulls, ``|r| / sqrt(r² + mu²)``, counted in bins."""
    r = shot.inputs["prediction"] - shot.inputs["target"]
    mu = shot.view.values.get("mu", 0.02)
    return _population(shot, np.abs(r) / np.hypot(r, mu), "|r|/√(r² + μ²)", "prediction", r, "r")


def _population(shot: Snapshot, hardness: Array, measure: str, of: str, place: Array, where: str) -> Picture:
    bins = int(shot.view.values.get("bins", BINS))
    index = np.minimum((hardness * bins).astype(int), bins - 1)
    counts = np.bincount(index, minlength=bins).astype(float)
    occupied = int((counts > 0).sum())
    weight = np.where(counts > 0, len(place) / (np.maximum(counts, 1) * occupied), 0.0)
    caption = (
        f"The moving member is one of {counts[index[0]]:.0f} in its bin, and {occupied} of {bins} bins are occupied: it weighs "
        f"{number(float(weight[index[0]]))} where the average is 1. Below, minus the gradient at each member, its way down; "
        f"the moving one's is {size(float(down(shot, of)[0]))}."
    )
    legend = (
        ("prediction", "box", "members in a bin"),
        ("target", "dashed line", "weight of one"),
        ("ink", "triangle", "the moving one"),
        ("gradient", "box", f"−∂L/∂{'z' if of == 'z' else 'r'}"),
    )
    rows = [[_histogram(counts, weight, hardness[0], measure)], [_way_down(shot, of, place, where)]]
    return Picture(caption, rows, legend)


def _histogram(counts: Array, weight: Array, moving: float, measure: str) -> Panel:
    """Counts as bars, weights as steps at a scale of their own whose top is written beside it."""
    bins, high = len(counts), 1.3 * float(counts.max())
    edges = np.linspace(0, 1, bins + 1)
    marks: list[Mark] = [bars((edges[1:] + edges[:-1]) / 2, 1 / bins, counts, "prediction", fill=0.75, edge=0.6)]
    scale = 0.72 * high / float(weight.max())
    steps = [(x, float(w) * scale) for (a, b), w in zip(pairwise(edges), weight, strict=True) for x in (a, b)]
    top = int(weight.argmax())
    marks.append(line(steps, "target", dash="dash", edge=2))
    marks.append(
        text((edges[top] + edges[top + 1]) / 2, 0.72 * high, f"×{number(float(weight[top]))}", "target", dy=-5)
    )
    marks.append(dot(moving, 0.05 * high, "ink", "triangle"))
    return Panel((0.0, 1.0, 0.0, high), marks, 0.42, f"pull {measure}", ticks(0, 1), ticks(0, high, 3))


def _way_down(shot: Snapshot, of: str, place: Array, where: str) -> Panel:
    fall = down(shot, of)
    limit = bar_limit(shot, of)
    seen = [(s.inputs[of] - s.inputs["target"]) if "target" in s.inputs else s.inputs[of] for s in walk(shot.view)]
    lo, hi = extent([*np.concatenate(seen), *place])
    pad = 0.04 * (hi - lo)
    ends = (lo - pad, hi + pad)
    marks = [line([(ends[0], 0), (ends[1], 0)], "ink", edge=1)]
    marks.append(down_bars(place, 0.012 * (hi - lo), fall, of, limit))
    marks.append(dot(float(place[0]), 0.0, "ink", "triangle"))
    return Panel((*ends, -limit, limit), marks, 0.34, f"way down at each {where}", ticks(*ends), sides(limit))


def linear_model(shot: Snapshot) -> Picture:
    """The points, the line, the residuals between, and where a step down would put the line."""
    theta, x, y = shot.inputs["theta"], shot.inputs["X"][:, 1], shot.inputs["y"]
    left, right = (1.2 * float(end) for end in extent([*x]))
    said = [float(s.inputs["theta"] @ [1.0, end]) for s in (*walk(shot.view), shot) for end in (left, right)]
    low, high = extent([*y, *said])
    low, high = low - 0.05 * (high - low), high + 0.05 * (high - low)
    fall = down(shot, "theta")
    length = LENGTH * (high - low)
    left, right, low, high = holding((left, right, low, high), tips(shot, lambda s: _pulls(s, length)))
    after = theta + arrow_scale(shot, length, "theta") * fall
    marks: list[Mark] = [
        line([(a, float(theta @ [1.0, a])), (a, b)], "soft", edge=1.2) for a, b in zip(x, y, strict=True)
    ]
    marks += [
        line([(left, float(after @ [1.0, left])), (right, float(after @ [1.0, right]))], "gradient", dash="dash"),
        line([(left, float(theta @ [1.0, left])), (right, float(theta @ [1.0, right]))], "prediction", edge=2.4),
        *(dot(float(a), float(b), "target", "square") for a, b in zip(x, y, strict=True)),
        *_pulls(shot, length),
        text(0.0, float(theta[0]), "θ₀", "gradient", "end", dx=-6, dy=-4, halo=True),
        text(1.0, float(after[0] + theta[1]), "θ₁", "gradient", "start", dx=6, dy=-4, halo=True),
    ]
    caption = (
        f"The line {number(float(theta[0]))} + {number(float(theta[1]))} x leaves a mean squared residual of "
        f"{number(float(np.square(shot.inputs['X'] @ theta - y).mean()))}. Arrows: minus the gradient, "
        f"{size(float(fall[0]))} for θ₀ and {size(float(fall[1]))} for θ₁; dashed, the line after the step that the arrows draw."
    )
    legend = (
        ("prediction", "line", "the model"),
        ("target", "square", "measured"),
        ("gradient", "dashed line", "after a step down"),
        ("gradient", "arrow", "−∂L/∂θ"),
    )
    return Picture(
        caption, [[Panel((left, right, low, high), marks, 0.78, "", ticks(left, right), ticks(low, high, 4))]], legend
    )


def _pulls(shot: Snapshot, length: float) -> list[Mark]:
    """The way down of the height at 0, and from where that leads of the slope, at 1."""
    theta, fall = shot.inputs["theta"], down(shot, "theta")
    scale = arrow_scale(shot, length, "theta")
    start, rise = float(theta[0]), float(theta[0] + scale * fall[0] + theta[1])
    return [
        arrow(0.0, start, 0.0, scale * float(fall[0]), ("theta", [0]), fall[0]),
        arrow(1.0, rise, 0.0, scale * float(fall[1]), ("theta", [1]), fall[1]),
    ]
