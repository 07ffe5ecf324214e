"""The digits and the slopes at the edges: near zero, far out, and at the ends of a probability."""

from __future__ import annotations

import math

import pytest
import torch
from torch import Tensor
from torch.nn import functional as F

from losslib import LOSSES

INF = math.inf
DTYPES = [torch.float64, torch.float32, torch.float16, torch.bfloat16]


def slopes(key: str, *inputs: Tensor, by: int = 0, order: int = 1, **params: float) -> Tensor:
    """The derivative of a loss in one of its inputs."""
    inputs = tuple(x.detach().requires_grad_() for x in inputs)
    y = LOSSES[key].fn(*inputs, **params)
    for _ in range(order):
        (y,) = torch.autograd.grad(y.sum(), inputs[by], create_graph=True)
    return y.detach()


# --- residuals -------------------------------------------------------------------------------------------------------

ROUNDED = [
    *(pytest.param("smooth_l1", {"beta": b}, F.smooth_l1_loss, id=f"smooth_l1-{b}") for b in (0.0, 0.05, 1.0, 5.0)),
    *(pytest.param("huber", {"delta": d}, F.huber_loss, id=f"huber-{d}") for d in (0.05, 1.0, 50.0)),
    *(pytest.param("box_smooth_l1", {"beta": b}, F.smooth_l1_loss, id=f"box_smooth_l1-{b}") for b in (0.0, 1.0)),
]


@pytest.mark.parametrize("dtype", DTYPES, ids=str)
@pytest.mark.parametrize(("key", "params", "theirs"), ROUNDED)
def test_a_rounded_corner_is_torchs_from_the_smallest_residual_to_infinity(key, params, theirs, dtype):
    sizes = [10.0**k for k in range(-30, 31)] + [0.0, INF, *params.values()]
    r = torch.tensor([*sizes, *(-s for s in sizes)], dtype=torch.float64).to(dtype)
    width = 4 if key.startswith("box") else 1
    ours = r.unsqueeze(-1).expand(-1, width) if width > 1 else r
    there = r.clone().requires_grad_()
    value = theirs(there, torch.zeros_like(r), reduction="none", **params)
    (slope,) = torch.autograd.grad(value.sum(), there)
    few, least = 4 * torch.finfo(dtype).eps, torch.finfo(dtype).tiny
    assert torch.allclose(
        LOSSES[key].fn(ours, torch.zeros_like(ours), **params), width * value.detach(), rtol=few, atol=least
    )
    found = slopes(key, ours, torch.zeros_like(ours), **params)
    assert torch.allclose(found.reshape(len(r), -1)[:, 0], slope, rtol=few, atol=0)


@pytest.mark.parametrize("r", [0.0, 1e-9, 0.3, -0.3, 3.0, -1e30])
def test_a_rounded_corner_is_curved_inside_and_straight_outside(r):
    x = torch.tensor([r])
    inside = abs(r) < 1
    assert slopes("smooth_l1", x, 0 * x, order=2, beta=1.0) == inside
    assert slopes("huber", x, 0 * x, order=2, delta=1.0) == inside
