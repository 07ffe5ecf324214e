"""Which drawer draws which kind."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import replace

from losslib import Snapshot
from ui.pictures.boxes import boxes
from ui.pictures.classes import distillation, distribution, multiclass
from ui.pictures.grids import image, image_pair, masks, pixel
from ui.pictures.marks import Mark, Panel, Picture
from ui.pictures.points import pair, triplet
from ui.pictures.populations import batch, batch_of_residuals, linear_model
from ui.pictures.scalars import binary, discriminator, generator, positive, probability, regression, score

__all__ = ["DRAWERS", "picture"]

SHORTEST = 0.015  # of the width of a panel, which is some 300 pixels: less than the size of a dot

DRAWERS: Mapping[str, Callable[[Snapshot], Picture]] = {
    "regression": regression,
    "positive": positive,
    "binary": binary,
    "score": score,
    "probability": probability,
    "discriminator": discriminator,
    "generator": generator,
    "linear model": linear_model,
    "batch": batch,
    "batch regression": batch_of_residuals,
    "box": boxes,
    "mask": masks,
    "pair": pair,
    "triplet": triplet,
    "multiclass": multiclass,
    "distribution": distribution,
    "distillation": distillation,
    "image": image,
    "image pair": image_pair,
    "pixel": pixel,
}


def picture(shot: Snapshot) -> Picture | None:
    """The picture of an example; None if nobody draws its kind."""
    draw = DRAWERS.get(shot.view.the_loss.kind.key)
    if draw is None:
        return None
    drawn = draw(shot)
    note = shot.view.the_slice.note
    return replace(drawn, caption=f"{drawn.caption}{_unseen(drawn)}{' ' * bool(note)}{note}")


def _unseen(drawn: Picture) -> str:
    """A sentence where the gradient is 0, or where arrows that the caption speaks of are too short for an eye, at the dot or the
    corner they begin at."""
    lengths = [_length(mark, panel) for row in drawn.rows for panel in row for mark in _arrows(panel)]
    if lengths and not any(lengths):
        return " There is no way down: the gradient is 0."
    seen = [length >= SHORTEST for length in lengths if length]
    if all(seen):
        return ""
    if any(seen):
        return " Some are too short to be seen."
    return " It is too short to be seen." if len(seen) == 1 else " None is long enough to be seen."


def _arrows(panel: Panel) -> list[Mark]:
    return [mark for mark in panel.marks if mark["mark"] == "arrow"]


def _length(arrow: Mark, panel: Panel) -> float:
    """As a share of its panel's width."""
    left, right, bottom, top = panel.view
    across, up = arrow["by"]
    return math.hypot(across / (right - left), panel.aspect * up / (top - bottom))
