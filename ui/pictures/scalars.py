"""Examples that are a number or two: a place on a line, or the length of a bar, and an arrow from it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

from losslib import Snapshot
from ui.pictures.marks import Mark, Panel, Picture, arrow, dot, line, rect, text, ticks
from ui.pictures.walk import along, arrow_scale, down, extent, holding, size, tips
from ui.words import glyph, number

__all__ = ["binary", "discriminator", "generator", "positive", "probability", "regression", "score"]

Ends = tuple[float, float]
LENGTH = 0.24
PAD = 0.06
LINE = 0.5
BAR = 1.4
HIGH = 2.1
RIM = 6


def _value(shot: Snapshot, name: str) -> float:
    return float(shot.inputs[name])


def _fall(shot: Snapshot, name: str) -> str:
    return size(float(down(shot, name)))


def _ends(shot: Snapshot, *names: str, also: Sequence[float] = ()) -> tuple[Ends, float]:
    """The ends of the line of some numbers, and how long a usual arrow on it is."""
    lo, hi = extent([*along(shot, dict.fromkeys(names, (0,))), *also])
    return _with_arrows(shot, (lo - PAD * (hi - lo), hi + PAD * (hi - lo)), *names)


def _with_arrows(shot: Snapshot, ends: Ends, *names: str) -> tuple[Ends, float]:
    """The ends of a line, moved out where an arrow of its numbers needs it, and how long a usual one is."""
    length = LENGTH * (ends[1] - ends[0])
    reached = tips(shot, lambda s: [_arrow(s, name, LINE, length, *names) for name in names])
    left, right, _, _ = holding((*ends, 0.0, 1.0), reached)
    return (left, right), length


def _arrow(shot: Snapshot, name: str, y: float, length: float, *together: str, rim: float = RIM) -> Mark:
    """From the rim of the number's dot along its line; with several, they share one scale."""
    fall = down(shot, name)
    scale = arrow_scale(shot, length, *(together or (name,)))
    return arrow(_value(shot, name), y, float(fall) * scale, 0.0, (name, [0]), fall, rim)


def _upright(x: float, role: str, dash: str, low: float = 0.0, high: float = 1.0) -> Mark:
    return line([(x, low), (x, high)], role, dash=dash, edge=1.6)


# --- on a line -------------------------------------------------------------------------------------------------------


def regression(shot: Snapshot) -> Picture:
    """The prediction and the target on one line, and the residual between them."""
    prediction, target = _value(shot, "prediction"), _value(shot, "target")
    ends, length = _ends(shot, "prediction", "target")
    marks = [
        line([(ends[0], LINE), (ends[1], LINE)], "soft", edge=1),
        rect(min(prediction, target), LINE - 0.05, max(prediction, target), LINE + 0.05, "prediction", fill=0.3),
        _upright(target, "target", "dash", 0.2, 0.8),
        dot(target, LINE, "target", "square"),
        _arrow(shot, "prediction", LINE, length),
        dot(prediction, LINE, "prediction"),
        text(target, 1.0, f"target {number(target)}", "target", dy=14),
        text(prediction, 0.0, f"prediction {number(prediction)}", "prediction", dy=-6),
    ]
    caption = (
        f"The prediction is {_beside(prediction - target)} the target. The arrow is minus the gradient, "
        f"{_fall(shot, 'prediction')}: the way down."
    )
    legend = (("prediction", "box", "residual"), ("gradient", "arrow", "−∂L/∂prediction"))
    return Picture(caption, [[Panel((*ends, 0.0, 1.0), marks, 0.3, x_ticks=ticks(*ends))]], legend)


def _beside(difference: float) -> str:
    if difference == 0:
        return "on"
    return f"{number(abs(difference))} {'above' if difference > 0 else 'below'}"


def score(shot: Snapshot) -> Picture:
    """The score on its line: the side it should be on, and the margin it should keep from the boundary."""
    z, t = _value(shot, "z"), _value(shot, "t")
    side = 1.0 if t >= 0.5 else -1.0
    ends, length = _ends(shot, "z")
    good = (0.0, ends[1]) if side > 0 else (ends[0], 0.0)
    marks = [
        rect(good[0], 0, good[1], 1, "both", fill=0.16),
        line([(ends[0], LINE), (ends[1], LINE)], "soft", edge=1),
        _upright(0.0, "ink", ""),
        text(sum(good) / 2, 1.0, "right side", "both", dy=14, halo=True),
        text((ends[0] + ends[1]) - sum(good) / 2, 1.0, "wrong side", "soft", dy=14),
    ]
    margin = shot.view.values.get("margin")
    if margin is not None:
        marks.append(_upright(side * margin, "hull", "dot"))
    marks += [
        _arrow(shot, "z", LINE, length),
        dot(z, LINE, "prediction"),
        text(z, 0.0, f"z = {number(z)}", "prediction", dy=-6, halo=True),
    ]
    caption = (
        f"With target {number(t)} the margin is {number(side * z)}. The arrow is minus the gradient, {_fall(shot, 'z')}: "
        "the way down."
    )
    legend: tuple[tuple[str, str, str], ...] = (("both", "box", "right side"), ("gradient", "arrow", "−∂L/∂z"))
    if margin is not None:
        legend += (("hull", "dotted line", f"margin {number(margin)}"),)
    return Picture(caption, [[Panel((*ends, 0.0, 1.0), marks, 0.36, x_ticks=ticks(*ends))]], legend)


def discriminator(shot: Snapshot) -> Picture:
    """What is said of a real one and of a fake, each with the way that parts them better."""
    return _outputs(shot, {"real": ("b", "target", "square"), "fake": ("a", "prediction", "triangle")})


def generator(shot: Snapshot) -> Picture:
    """What the discriminator says of a fake, and the way the generator would have it go."""
    return _outputs(shot, {"fake": ("c", "prediction", "triangle")})


def _outputs(shot: Snapshot, rows: dict[str, tuple[str, str, str]]) -> Picture:
    names = tuple(rows)
    labels = {name: shot.view.values.get(label) for name, (label, _, _) in rows.items()}
    ends, length = _ends(shot, *names, also=[v for v in labels.values() if v is not None])
    is_logit = all(label is None for label in labels.values())  # else real and fake have labels of their own
    marks = [_upright(0.0, "hull", "dash")] if is_logit else []
    for k, (name, (label, role, form)) in enumerate(rows.items()):
        y, value = 1 - (k + 0.55) / len(rows), _value(shot, name)
        step = 0.3 / len(rows)
        marks.append(line([(ends[0], y), (ends[1], y)], "soft", edge=1))
        wanted = labels[name]
        if wanted is not None:
            marks.append(_upright(wanted, role, "dot", y - step, y + step))
            marks.append(text(wanted, y + step, glyph(label), role, dy=-3))
        marks += [_arrow(shot, name, y, length, *names), dot(value, y, role, form)]
        marks.append(text(ends[0], y, name, role, "start", dx=4, dy=-7, halo=True))
        marks.append(text(value, y, number(value), role, dy=19, halo=True))
    said = " and ".join(f"{number(_value(shot, n))} for the {'real one' if n == 'real' else 'fake'}" for n in names)
    falls = " and ".join(_fall(shot, n) for n in names)
    caption = f"The discriminator's output is {said}. Arrows: minus the gradient, {falls}, the way down."
    legend: tuple[tuple[str, str, str], ...] = (("gradient", "arrow", "−∂L/∂output"),)
    if not is_logit:
        legend += (("hull", "dotted line", "the label wished for"),)
    aspect = 0.3 if len(rows) == 1 else 0.46 if is_logit else 0.58  # a label stands between two rows
    title = "said: fake ← output → real" if is_logit else "output"
    return Picture(caption, [[Panel((*ends, 0.0, 1.0), marks, aspect, title, x_ticks=ticks(*ends))]], legend)


# --- as bars ---------------------------------------------------------------------------------------------------------


def _two_bars(first: tuple[str, float], second: tuple[str, float], ends: Ends, title: str, *more: Mark) -> Panel:
    """The prediction above, the target below, lying."""
    (said, p), (wanted, t) = first, second
    marks = [
        rect(0, BAR - 0.25, p, BAR + 0.25, "prediction", fill=0.8),
        rect(0, 0.12, t, 0.62, "target", fill=0.2, hatch=True, edge=1.2),
        *more,
        text(ends[0], BAR + 0.25, f"{said} = {number(p)}", "prediction", "start", dx=4, dy=-3),
        text(ends[0], 0.62, f"{wanted} = {number(t)}", "target", "start", dx=4, dy=-3),
    ]
    return Panel((*ends, 0.0, HIGH), marks, 0.34, title, x_ticks=ticks(*ends))


BARS = (("prediction", "box", "predicted"), ("target", "hatch", "target"))


def binary(shot: Snapshot) -> Picture:
    """The probability that the logit means beside the target, and the logit on its line."""
    z, t = _value(shot, "z"), _value(shot, "t")
    p = 1 / (1 + math.exp(-z)) if z > -700 else 0.0
    ends, length = _ends(shot, "z")
    marks = [
        line([(ends[0], LINE), (ends[1], LINE)], "soft", edge=1),
        _upright(0.0, "hull", "dash"),
        _arrow(shot, "z", LINE, length),
        dot(z, LINE, "prediction"),
        text(z, 0.0, f"z = {number(z)}", "prediction", dy=-6, halo=True),
    ]
    caption = (
        f"The logit {number(z)} says p = {number(p)} where the target is {number(t)}. The arrow is minus the gradient in z, "
        f"{_fall(shot, 'z')}: the way down."
    )
    rows = [
        [_two_bars(("p", p), ("t", t), (0.0, 1.0), "p = σ(z) and the target")],
        [Panel((*ends, 0.0, 1.0), marks, 0.26, "logit z", x_ticks=ticks(*ends))],
    ]
    return Picture(caption, rows, (*BARS, ("gradient", "arrow", "−∂L/∂z")))


def probability(shot: Snapshot) -> Picture:
    """The probability beside the target, and the way its bar should go."""
    p, t = _value(shot, "p"), _value(shot, "t")
    caption = f"p = {number(p)} where the target is {number(t)}. The arrow is minus the gradient in p, {_fall(shot, 'p')}: the way down."
    ends, length = _with_arrows(shot, (0.0, 1.0), "p")
    walls = [_upright(end, "soft", "", high=HIGH) for end in (0.0, 1.0)]  # an arrow may point beyond what p can be
    panel = _two_bars(("p", p), ("t", t), ends, "p and the target", *walls, _arrow(shot, "p", BAR, length, rim=0))
    return Picture(caption, [[replace(panel, x_ticks=ticks(0, 1))]], (*BARS, ("gradient", "arrow", "−∂L/∂p")))


def positive(shot: Snapshot) -> Picture:
    """Two sizes as bars, and the way the predicted one should go."""
    w, target = _value(shot, "prediction"), _value(shot, "target")
    ends, length = _with_arrows(shot, (0.0, 1.05 * along(shot, {"prediction": (0,), "target": (0,)})[1]), "prediction")
    caption = (
        f"The predicted size is {_beside(w - target)} the target {number(target)}. The arrow is minus the gradient, "
        f"{_fall(shot, 'prediction')}: the way down."
    )
    panel = _two_bars(
        ("w", w), ("target", target), ends, "size and target size", _arrow(shot, "prediction", BAR, length, rim=0)
    )
    return Picture(caption, [[panel]], (*BARS, ("gradient", "arrow", "−∂L/∂w")))
