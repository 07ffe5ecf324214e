"""One example is a pair of boxes ``x1 y1 x2 y2``. The target of every slice is ``[0, 0, 10, 10]``."""

from __future__ import annotations

import torch
from torch import Generator, Tensor

from losslib.kinds.coordinates import uniform
from losslib.spec import Axis, Kind, Param, Slice

SIDE = 10.0
SHIFT = Axis("shift", r"\Delta x", "shift of the box Δx", -20.0, 20.0, (-1e5, 1e5))
SHIFT_DOWN = Axis("shift_down", r"\Delta y", "shift of the box Δy", -20.0, 20.0, (-1e5, 1e5))
BOX_SCALE = Axis("scale", "k", "size of the box over the target's", 0.0, 3.0, (0.0, 100.0))
ASPECT = Axis("aspect", "a", "aspect ratio of the box, width over height", 0.2, 5.0, (0.01, 100.0))

BOX_SIZE = Param("size", 1.0, 20.0, "side of the predicted box; the target's is 10", "a", step=0.5)
BOX_SHIFT = Param("shift", -20.0, 20.0, "how far the predicted box is shifted", r"\Delta x", step=0.5)


def _boxes(dx: Tensor, dy: Tensor, width: Tensor, height: Tensor) -> tuple[Tensor, ...]:
    """A predicted box of the given size, its centre ``(dx, dy)`` away from that of the target."""
    half_w, half_h, middle = width / 2, height / 2, SIDE / 2
    p = torch.stack([middle + dx - half_w, middle + dy - half_h, middle + dx + half_w, middle + dy + half_h], dim=-1)
    zero = torch.zeros_like(dx)
    return p, torch.stack([zero, zero, zero + SIDE, zero + SIDE], dim=-1)


def _shifted_box(dx: Tensor, *, size: float = SIDE) -> tuple[Tensor, ...]:
    return _moved_box(dx, torch.zeros_like(dx), size=size)


def _moved_box(dx: Tensor, dy: Tensor, *, size: float = SIDE) -> tuple[Tensor, ...]:
    side = torch.full_like(dx, size)
    return _boxes(dx, dy, side, side)


def _level(dx: Tensor, *, size: float = SIDE) -> tuple[Tensor, Tensor]:
    return dx, torch.zeros_like(dx)


def _scaled_box(k: Tensor, *, shift: float = 0.0) -> tuple[Tensor, ...]:
    return _boxes(torch.full_like(k, shift), torch.zeros_like(k), SIDE * k, SIDE * k)


def _stretched_box(a: Tensor) -> tuple[Tensor, ...]:
    """Centre and area stay those of the target: as the box grows wider it grows flatter."""
    zero = torch.zeros_like(a)
    return _boxes(zero, zero, SIDE * a.sqrt(), SIDE / a.sqrt())


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
        Slice("shift", "shift", _shifted_box, (SHIFT,), (BOX_SIZE,), within={"plane": _level}),
        Slice("scale", "scale", _scaled_box, (BOX_SCALE,), (BOX_SHIFT,)),
        Slice("aspect", "aspect ratio", _stretched_box, (ASPECT,)),
        Slice("plane", "shift right × down", _moved_box, (SHIFT, SHIFT_DOWN), (BOX_SIZE,)),
    ),
    draw=_draw_boxes,
    size=8,
)
