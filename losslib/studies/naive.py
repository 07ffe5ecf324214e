"""How hard the focal loss pulls, by three implementations: two of them break where the model is sure.

The value of each is the size of the slope in the logit.
"""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from losslib.kinds import BINARY
from losslib.losses.binary import GAMMA, focal
from losslib.spec import Loss


def _size_of_slope(loss: Callable[[Tensor], Tensor], z: Tensor) -> Tensor:
    with torch.enable_grad():
        u = z if z.requires_grad else z.detach().requires_grad_()
        (slope,) = torch.autograd.grad(loss(u).sum(), u, create_graph=True)
    return slope.abs()


def _p_true(z: Tensor, t: Tensor) -> Tensor:
    p = torch.sigmoid(z)
    return t * p + (1 - t) * (1 - p)


def focal_slope(z: Tensor, t: Tensor, *, gamma: float = 2.0) -> Tensor:
    """The slope of the focal loss as it is built here: it holds wherever the model is sure.

    Args:
        z: logits ``[...]``.
        t: targets ``[...]`` in [0, 1].
        gamma: how fast easy examples fade, at least 0.

    Returns:
        The size of the slope per element, in nats per unit of the logit.
    """
    return _size_of_slope(lambda u: focal(u, t, gamma=gamma), z)


FOCAL_SLOPE = Loss(
    focal_slope,
    "Slope of focal, stable",
    BINARY,
    r"\left|\frac{\partial L}{\partial z}\right|,\quad L = -(1-p_t)^{@gamma} \ln p_t",
    params=(GAMMA,),
)


def focal_slope_as_written(z: Tensor, t: Tensor, *, gamma: float = 2.0) -> Tensor:
    """The slope of ``-(1 - p_t) ** gamma * log(p_t)``, letter by letter: at ``p_t = 1`` it is inf times 0 for gamma below 1.

    Args:
        z: logits ``[...]``.
        t: targets ``[...]`` in [0, 1].
        gamma: how fast easy examples fade, at least 0.

    Returns:
        The size of the slope per element, in nats per unit of the logit; nan where it broke.
    """

    def as_written(u: Tensor) -> Tensor:
        p_t = _p_true(u, t)
        return -((1 - p_t) ** gamma) * torch.log(p_t)

    return _size_of_slope(as_written, z)


FOCAL_SLOPE_AS_WRITTEN = Loss(
    focal_slope_as_written,
    "Slope of focal, as written",
    BINARY,
    r"\left|\frac{\partial L}{\partial z}\right|,\quad L = -(1-p_t)^{@gamma} \ln p_t,\quad p = \sigma(z)",
    params=(GAMMA,),
)


def focal_slope_by_hand(z: Tensor, t: Tensor, *, gamma: float = 2.0) -> Tensor:
    """The chain rule written out: ``dL/dp_t`` has ``(1 - p_t) ** (gamma - 1)``, then times ``p_t (1 - p_t)``: 0 times inf at the end.

    Args:
        z: logits ``[...]``.
        t: labels ``[...]`` in {0, 1}.
        gamma: how fast easy examples fade, at least 0.

    Returns:
        The size of the slope per element, in nats per unit of the logit; nan where it broke.
    """
    p = _p_true(z, t)
    slope_in_p = gamma * (1 - p) ** (gamma - 1) * torch.log(p) - (1 - p) ** gamma / p
    return (slope_in_p * p * (1 - p)).abs()


FOCAL_SLOPE_BY_HAND = Loss(
    focal_slope_by_hand,
    "Slope of focal, by hand",
    BINARY,
    r"\left|\left(@gamma\,(1-p_t)^{@gamma - 1} \ln p_t - \frac{(1-p_t)^{@gamma}}{p_t}\right) p_t (1-p_t)\right|",
    params=(GAMMA,),
)
