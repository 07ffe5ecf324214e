"""The expected loss when the label is 1 with a probability: a loss is proper if it is smallest at that probability."""

from __future__ import annotations

import torch
from torch import Tensor

from losslib.kinds import BINARY
from losslib.losses.binary import GAMMA, focal
from losslib.spec import Loss
from losslib.stable import expected


def focal_risk(z: Tensor, t: Tensor, *, gamma: float = 2.0) -> Tensor:
    """The focal loss that is to be expected of a label that is 1 with probability ``t``.

    It is not the focal loss of the soft label ``t``, which bends the label and the prediction together.

    Args:
        z: logits ``[...]``.
        t: how often the label is 1, ``[...]`` in [0, 1].
        gamma: how fast easy examples fade, at least 0.

    Returns:
        One expected loss per element, in nats.
    """
    return expected(t, focal(z, torch.ones_like(z), gamma=gamma), focal(z, torch.zeros_like(z), gamma=gamma))


FOCAL_RISK = Loss(
    focal_risk,
    "Focal, expected",
    BINARY,
    r"-t\,(1-p)^{@gamma} \ln p - (1-t)\, p^{@gamma} \ln(1-p)",
    params=(GAMMA,),
    refs=("Charoenphakdee et al. 2021, On Focal Loss for Class-Posterior Probability Estimation, arXiv:2011.09172",),
)
