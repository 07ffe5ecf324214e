"""Where the numbers of a dtype end: the logit at which the sigmoid has become exactly 1."""

from __future__ import annotations

import torch

__all__ = ["saturates_at"]


def saturates_at(dtype: str) -> float:
    """The smallest number ``z >= 0`` of ``dtype`` whose sigmoid, by torch's own kernel, is exactly 1."""
    kind = getattr(torch, dtype)
    z = torch.arange(0, 64, 1 / 256, dtype=torch.float64).to(kind)
    first = int((torch.sigmoid(z) == 1).nonzero()[0])
    lo, hi = z[max(0, first - 1)], z[first]
    while (middle := ((lo.double() + hi.double()) / 2).to(kind)) not in (lo, hi):
        lo, hi = (lo, middle) if torch.sigmoid(middle) == 1 else (middle, hi)
    return float(hi)
