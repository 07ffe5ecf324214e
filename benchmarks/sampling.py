"""What a curve costs in Python: focal and its gradient through losslib, and a million examples beside plain torch."""

from __future__ import annotations

import time
from collections.abc import Callable

import torch
import torch.nn.functional as F
from torch import Tensor

from benchmarks.row import Row
from losslib import View, get, sample

__all__ = ["rows"]

PART = "Focal and its gradient in Python"
CURVES = 500
ROUNDS = 100
WARM = 20  # rounds until the allocator has settled: at first it gives pages back to the system, and takes them again
EXAMPLES = 1_000_000
GAMMA = 2.3


def _milliseconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return 1e3 * (time.perf_counter() - began)


def plain_focal(z: Tensor, t: Tensor, gamma: float) -> Tensor:
    """Focal as a training script has it."""
    p = torch.sigmoid(z)
    p_t = t * p + (1 - t) * (1 - p)
    return (1 - p_t) ** gamma * F.binary_cross_entropy_with_logits(z, t, reduction="none")


def _plain_curve(gamma: float) -> tuple[Tensor, Tensor, Tensor]:
    z = torch.linspace(-8, 8, 401, dtype=torch.float64, requires_grad=True)
    value = plain_focal(z, torch.ones_like(z), gamma)
    (slope,) = torch.autograd.grad(value.sum(), z)
    return z.detach(), value.detach(), slope


def _curves() -> list[Row]:
    """Ours and the same 401 points written plainly, in turn: what of our time is torch's own on this machine."""
    gammas = [0.009 * k + 0.1 for k in range(CURVES)]
    views = [View.of("focal", "logit", gamma=gamma, target=1, points=401) for gamma in gammas]
    for view in views:
        sample(view)
    found = [
        (_milliseconds(lambda view=view: sample(view)), _milliseconds(lambda gamma=gamma: _plain_curve(gamma)))
        for gamma, view in zip(gammas, views, strict=True)
    ]
    own, other = (list(column) for column in zip(*found, strict=True))
    return [
        Row(PART, "a curve of 401 points, `losslib.sample`", "ms", own, 0.3),
        Row(PART, "a curve of 401 points, written plainly in torch", "ms", other),
    ]


def _step(loss: Callable[[Tensor, Tensor], Tensor], dtype: torch.dtype) -> Callable[[], object]:
    """A forward and a backward pass over a million logits."""
    z = torch.linspace(-8, 8, EXAMPLES, dtype=dtype, requires_grad=True)
    t = (torch.arange(EXAMPLES) % 2).to(dtype)
    return lambda: torch.autograd.grad(loss(z, t).sum(), z)


def _million(dtype: torch.dtype) -> list[Row]:
    """Ours and the plain form in turn, so that a slow moment of the machine meets both."""
    focal = get("focal").fn
    ours = _step(lambda z, t: focal(z, t, gamma=GAMMA), dtype)
    plain = _step(lambda z, t: plain_focal(z, t, GAMMA), dtype)
    found = [(_milliseconds(ours), _milliseconds(plain)) for _ in range(WARM + ROUNDS)][WARM:]
    own, other = (list(column) for column in zip(*found, strict=True))
    name = str(dtype).removeprefix("torch.")
    theirs = Row(PART, f"1,000,000 examples in {name}, written plainly in torch", "ms", other)
    return [Row(PART, f"1,000,000 examples in {name}, losslib", "ms", own, theirs.median), theirs]


def rows() -> list[Row]:
    """One curve, then a million examples in both precisions."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)  # as the server does
    curves = _curves()
    torch.set_num_threads(threads)
    return [*curves, *_million(torch.float64), *_million(torch.float32)]
