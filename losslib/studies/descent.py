"""Plain gradient descent on one example: how long a wrong model takes to be right."""

from __future__ import annotations

import torch

from losslib.catalogue import get

__all__ = ["steps_to"]


def steps_to(
    loss: str, start: float, goal: float = 0.9, rate: float = 1.0, most: int = 100_000, **params: float
) -> int:
    """The steps that the logit of a positive needs from ``start`` until its probability is at least ``goal``."""
    fn, one = get(loss).fn, torch.ones(1, dtype=torch.float64)
    z = torch.tensor([start], dtype=torch.float64)
    for step in range(most):
        if float(torch.sigmoid(z)) >= goal:
            return step
        with torch.enable_grad():
            u = z.detach().requires_grad_()
            (slope,) = torch.autograd.grad(fn(u, one, **params).sum(), u)
        z = z - rate * slope
    return most
