"""One example is a pair of boxes."""

from __future__ import annotations

import torch
from torch import Generator, Tensor

from losslib.kinds.coordinates import uniform
from losslib.spec import Axis, Kind, Param, Slice

SHIFT = Axis("shift", r"\Delta x", "shift of the box Δx", -20.0, 20.0, (-1e3, 1e3))


def _boxes(dx: Tensor, dy: Tensor, width: Tensor, height: Tensor) -> tuple[Tensor, ...]:
    """A predicted box of the given size, its centre ``(dx, dy)`` away from that of the target ``[0, 0, 10, 10]``."""
    half_w, half_h = width / 2, height / 2
    p = torch.stack([5 + dx - half_w, 5 + dy - half_h, 5 + dx + half_w, 5 + dy + half_h], dim=-1)
    zero = torch.zeros_like(dx)
    return p, torch.stack([zero, zero, zero + 10, zero + 10], dim=-1)


def _shifted_box(dx: Tensor, *, size: float = 10.0) -> tuple[Tensor, ...]:
    side = torch.full_like(dx, size)
    return _boxes(dx, torch.zeros_like(dx), side, side)


def _draw_boxes(n: int, generator: Generator) -> tuple[Tensor, ...]:
    def boxes() -> Tensor:
        corner = uniform(generator, n, 2, lo=0.0, hi=8.0)
        return torch.cat([corner, corner + uniform(generator, n, 2, lo=1.0, hi=8.0)], dim=-1)

    return boxes(), boxes()


BOX = Kind(
    key="box",
    name="Boxes",
    inputs=("p", "t"),
    shapes=(("4",), ("4",)),
    slices=(
        Slice(
            "shift",
            "shift",
            _shifted_box,
            (SHIFT,),
            (Param("size", 1.0, 20.0, "side of the predicted box; the target's is 10", "a", step=0.5),),
        ),
    ),
    draw=_draw_boxes,
    size=8,
)
