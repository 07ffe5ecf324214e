"""One example is a pair of masks."""

from __future__ import annotations

import torch
from torch import Tensor

from losslib.kinds.coordinates import uniform
from losslib.spec import Axis, Kind, Param, Slice

GRID = 32
SOFT_EDGE = 1.0
MASK_SHIFT = Axis("shift", r"\Delta x", "shift of the disc Δx, in pixels", -24.0, 24.0, (-64.0, 64.0))


def _disc(dx: Tensor, radius: float | Tensor) -> Tensor:
    """Discs ``[n, H, W]`` with a sigmoid edge of one pixel, shifted ``dx`` pixels right of the centre."""
    pixel = torch.arange(GRID, device=dx.device, dtype=dx.dtype) - (GRID - 1) / 2
    x = pixel[None, None, :] - dx[:, None, None]
    distance = (x.square() + pixel[None, :, None].square()).add(1e-12).sqrt()
    return torch.sigmoid((radius - distance) / SOFT_EDGE)


def _shifted_disc(dx: Tensor, *, radius: float = 8.0) -> tuple[Tensor, ...]:
    target = (_disc(torch.zeros_like(dx), 8.0) > 0.5).to(dx.dtype)
    return _disc(dx, radius), target


MASK = Kind(
    key="mask",
    name="Masks",
    inputs=("p", "t"),
    shapes=(("H", "W"), ("H", "W")),
    slices=(
        Slice(
            "shift",
            "shift",
            _shifted_disc,
            (MASK_SHIFT,),
            (Param("radius", 1.0, 14.0, "radius of the predicted disc; the target's is 8 pixels", "R", step=0.5),),
        ),
    ),
    draw=lambda n, generator: (
        uniform(generator, n, 6, 6, lo=0.02, hi=0.98),
        (uniform(generator, n, 6, 6) > 0.6).to(torch.float64),
    ),
    size=2 * GRID * GRID,
)
