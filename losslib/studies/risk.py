"""The expected loss when the label is 1 with probability eta, and which prediction makes it smallest."""

from __future__ import annotations

import torch
from torch import Tensor

from losslib.catalogue import get
from losslib.stable import expected
from losslib.studies.lines import minimum

__all__ = ["best_prediction", "conditional_risk"]


def conditional_risk(p: Tensor, loss: str, eta: float, **params: float) -> Tensor:
    """``eta L(p, 1) + (1 - eta) L(p, 0)`` for a loss of the logit, over the probability ``p``."""
    z, fn = torch.logit(p), get(loss).fn
    return expected(torch.full_like(p, eta), fn(z, torch.ones_like(z), **params), fn(z, torch.zeros_like(z), **params))


def best_prediction(loss: str, eta: float, **params: float) -> float:
    """The probability that minimises the conditional risk: ``eta`` itself if, and only if, the loss is proper."""

    def slope(p: float) -> float:
        with torch.enable_grad():
            u = torch.tensor(p, dtype=torch.float64, requires_grad=True)
            (g,) = torch.autograd.grad(conditional_risk(u, loss, eta, **params), u)
        return float(g)

    return minimum(slope, 1e-6, 1 - 1e-6)
