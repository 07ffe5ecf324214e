"""Which drawer draws which kind."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from losslib import Snapshot
from ui.pictures.boxes import boxes
from ui.pictures.classes import distillation, distribution, multiclass
from ui.pictures.grids import image, image_pair, masks, pixel
from ui.pictures.marks import Picture
from ui.pictures.points import pair, triplet
from ui.pictures.populations import batch, batch_of_residuals, linear_model
from ui.pictures.scalars import binary, discriminator, generator, positive, probability, regression, score

__all__ = ["DRAWERS", "picture"]

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
    return draw(shot) if draw else None
