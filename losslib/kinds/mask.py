"""One example is a pair of masks. The target of every slice is a disc on a grid of 32 x 32 pixels."""

from __future__ import annotations

import math

import torch
from torch import Tensor

from losslib.kinds.coordinates import uniform
from losslib.spec import Axis, Kind, Param, Slice
from losslib.stable import sigmoid, sqrt

GRID = 32
RADIUS = 8.0
SOFT_EDGE = 1.0
MASK_SHIFT = Axis("shift", r"\Delta x", "shift of the disc Δx, in pixels", -24.0, 24.0, (-64.0, 64.0))
DISC_RADIUS = Axis("radius", "R", "radius of the predicted disc, in pixels", 0.5, 16.0, (0.0, 32.0))
CONFIDENCE = Axis("confidence", "c", "confidence c: p inside, and 1 − p outside", 0.02, 0.98, (0.0, 1.0))
FOREGROUND = Axis("foreground", "f", "share of the foreground", 0.005, 0.5, (0.001, 0.7))

RADIUS_SETTING = Param("radius", 1.0, 14.0, "radius of the predicted disc; the target's is 8 pixels", "R", step=0.5)
SHIFT_SETTING = Param("shift", -24.0, 24.0, "how far the predicted disc is shifted, in pixels", r"\Delta x", step=0.5)
CONFIDENCE_SETTING = Param("confidence", 0.5, 1.0, "probability of the right answer at every pixel", "c", step=0.01)


def _disc(dx: Tensor, radius: float | Tensor, edge: float = SOFT_EDGE) -> Tensor:
    """Discs ``[n, H, W]`` with a sigmoid edge of one pixel, or of ``edge``, shifted ``dx`` pixels right of the centre."""
    pixel = torch.arange(GRID, device=dx.device, dtype=dx.dtype) - (GRID - 1) / 2
    x = pixel[None, None, :] - dx[:, None, None]
    distance = sqrt(x.square() + pixel[None, :, None].square())
    return sigmoid((radius - distance) / edge)


def _hard_disc(like: Tensor, shift: float) -> Tensor:
    """One disc of 8 pixels with a hard edge, the same for each coordinate."""
    disc = _disc(torch.full_like(like[:1], shift), RADIUS) > 0.5
    return disc.to(like.dtype).expand(len(like), -1, -1)


def _truth(like: Tensor) -> Tensor:
    """The target: a hard disc of 8 pixels in the middle, once for each coordinate."""
    return _hard_disc(like, 0.0)


def _shifted_disc(dx: Tensor, *, radius: float = RADIUS) -> tuple[Tensor, ...]:
    return _disc(dx, radius), _truth(dx)


def _grown_disc(r: Tensor, *, shift: float = 0.0) -> tuple[Tensor, ...]:
    return _moved_disc(torch.full_like(r, shift), r)


def _moved_disc(dx: Tensor, r: Tensor) -> tuple[Tensor, ...]:
    return _disc(dx, r[:, None, None]), _truth(r)


def _surer_disc(c: Tensor, *, shift: float = 3.0) -> tuple[Tensor, ...]:
    """``c`` inside the predicted disc and ``1 - c`` outside; at one half nothing is said."""
    sure = c[:, None, None]
    return torch.lerp(1 - sure, sure, _hard_disc(c, shift)), _truth(c)


def _share(f: Tensor, *, confidence: float = 0.9) -> tuple[Tensor, ...]:
    """The target is a disc that covers the share ``f``; the prediction is right everywhere, with one confidence."""
    t = _disc(torch.zeros_like(f), (f * GRID**2 / math.pi).sqrt()[:, None, None], 0.5)
    return torch.lerp(1 - torch.full_like(t, confidence), torch.full_like(t, confidence), t), t


MASK = Kind(
    key="mask",
    name="Masks",
    inputs=("p", "t"),
    shapes=(("H", "W"), ("H", "W")),
    slices=(
        Slice("shift", "shift", _shifted_disc, (MASK_SHIFT,), (RADIUS_SETTING,)),
        Slice("radius", "radius", _grown_disc, (DISC_RADIUS,), (SHIFT_SETTING,)),
        Slice("confidence", "confidence", _surer_disc, (CONFIDENCE,), (SHIFT_SETTING,)),
        Slice("foreground", "share of foreground", _share, (FOREGROUND,), (CONFIDENCE_SETTING,)),
        Slice("plane", "shift × radius", _moved_disc, (MASK_SHIFT, DISC_RADIUS)),
    ),
    draw=lambda n, generator: (
        uniform(generator, n, 6, 6, lo=0.02, hi=0.98),
        uniform(generator, n, 6, 6),
    ),
    size=2 * GRID * GRID,
)
