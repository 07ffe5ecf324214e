"""Distributions as bars: what is said beside what is wanted, and below them each logit's way down."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from losslib import Snapshot
from ui.pictures.marks import Mark, Panel, Picture, bars, down_bars, line, sides, ticks
from ui.pictures.walk import bar_limit, down, size
from ui.words import number

__all__ = ["distillation", "distribution", "multiclass"]

Array = NDArray[np.float64]
FEW = 12


def _softmax(z: Array) -> Array:
    e = np.exp(z - z.max())
    return np.asarray(e / e.sum())


def multiclass(shot: Snapshot) -> Picture:
    """The softmax of the logits beside the target."""
    return _bars(shot, _softmax(shot.inputs["z"]), shot.inputs["t"], "z", "class", "softmax(z)", "target")


def distribution(shot: Snapshot) -> Picture:
    """The predicted distribution beside the target."""
    return _bars(shot, np.exp(shot.inputs["log_p"]), shot.inputs["t"], "log_p", "state", "predicted", "target")


def distillation(shot: Snapshot) -> Picture:
    """Student and teacher, both softened by the temperature."""
    temperature = shot.view.values.get("temperature", 1.0)
    student, teacher = (_softmax(shot.inputs[name] / temperature) for name in ("z", "t"))
    return _bars(shot, student, teacher, "z", "class", f"student at T = {number(temperature)}", "teacher")


def _bars(shot: Snapshot, said: Array, wanted: Array, of: str, unit: str, first: str, second: str) -> Picture:
    k = len(said)
    xs = np.arange(1, k + 1, dtype=float)
    names = tuple((x, f"{unit} {int(x)}" if k <= 4 else f"{int(x)}") for x in (xs if k <= FEW else xs[:: k // 8]))
    high = 1.0 if k <= FEW else 1.15 * max(float(said.max()), float(wanted.max()), _highest(shot))
    marks = _side_by_side(xs, said, wanted) if k <= FEW else _steps(xs, said, wanted)
    left, right = 0.4, k + 0.6
    up = Panel((left, right, 0.0, high), marks, 0.42, "probability", names, ticks(0, high, 3))
    fall = down(shot, of)
    limit = bar_limit(shot, of)
    way = [line([(left, 0), (right, 0)], "ink", edge=1), down_bars(xs, 0.62 if k <= FEW else 0.8, fall, of, limit)]
    symbol = {"log_p": "ln p"}.get(of, of)
    below = Panel((left, right, -limit, limit), way, 0.3, f"way down, −∂L/∂{symbol}", names, sides(limit))
    worst = int(np.abs(said - wanted).argmax())
    strongest = int(np.abs(fall).argmax())
    caption = (
        f"They differ most in {unit} {worst + 1}: {number(float(said[worst]))} against {number(float(wanted[worst]))}. "
        f"Lower bars: minus the gradient in {symbol}; the largest is {size(float(fall[strongest]))} in {unit} {strongest + 1}."
    )
    legend = (
        ("prediction", "box", first),
        ("target", "hatch" if k <= FEW else "dashed line", second),
        ("gradient", "box", f"−∂L/∂{symbol}"),
    )
    return Picture(caption, [[up], [below]], legend)


def _highest(shot: Snapshot) -> float:
    return float(max(shot.inputs["t"].max(), 0.0))


def _side_by_side(xs: Array, said: Array, wanted: Array) -> list[Mark]:
    return [
        bars(xs - 0.2, 0.36, said, "prediction", fill=0.85),
        bars(xs + 0.2, 0.36, wanted, "target", fill=0.25, hatch=True, edge=1.2),
    ]


def _steps(xs: Array, said: Array, wanted: Array) -> list[Mark]:
    """Many states: the prediction as bars, the target as a line of steps."""
    steps = [(x + side, float(t)) for x, t in zip(xs, wanted, strict=True) for side in (-0.5, 0.5)]
    return [bars(xs, 0.9, said, "prediction", fill=0.75), line(steps, "target", edge=2, dash="dash")]
