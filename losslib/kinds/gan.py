"""One example is what a discriminator says: of one real and one fake, or of one fake."""

from __future__ import annotations

from dataclasses import replace

import torch
from torch import Tensor
from torch.nn.functional import softplus

from losslib.kinds.coordinates import PROB, normal
from losslib.spec import Axis, Kind, Param, Slice

REAL = Axis("real", "D(x)", "output for a real one", -6.0, 6.0, (-745.0, 745.0))
FAKE = Axis("fake", "D(G)", "output for a fake", -6.0, 6.0, (-745.0, 745.0))
OUTPUT = Axis("logit", "D(G)", "output for a fake", -6.0, 6.0, (-745.0, 745.0))
APART = Axis("apart", r"\mu", "distance μ of the two bells", 0.0, 6.0, (0.0, 10.0))

REAL_SETTING = Param("real", -6.0, 6.0, "output for the real one", "D(x)", step=0.1)
FAKE_SETTING = Param("fake", -6.0, 6.0, "output for the fake", "D(G)", step=0.1)


def _both(real: Tensor, fake: Tensor) -> tuple[Tensor, ...]:
    return real, fake


def _real(real: Tensor, *, fake: float = 0.0) -> tuple[Tensor, Tensor]:
    return real, torch.full_like(real, fake)


def _fake(fake: Tensor, *, real: float = 1.0) -> tuple[Tensor, Tensor]:
    return torch.full_like(fake, real), fake


DISCRIMINATOR = Kind(
    key="discriminator",
    name="Discriminators",
    inputs=("real", "fake"),
    shapes=((), ()),
    slices=(
        Slice("real", "output for a real one", _real, (REAL,), (FAKE_SETTING,)),
        Slice("fake", "output for a fake", _fake, (FAKE,), (REAL_SETTING,)),
        Slice("plane", "real × fake", _both, (REAL, FAKE)),
    ),
    draw=lambda n, generator: (normal(generator, n, scale=2.0), normal(generator, n, scale=2.0)),
)


def _logit_of_p(p: Tensor, *, fake: float = 0.0) -> Tensor:
    return torch.logit(p)


def _real_p(p: Tensor, *, fake: float = 0.0) -> tuple[Tensor, Tensor]:
    return _real(_logit_of_p(p), fake=fake)


def _logit_of_fake_p(p: Tensor, *, real: float = 1.0) -> Tensor:
    return torch.logit(p)


def _fake_p(p: Tensor, *, real: float = 1.0) -> tuple[Tensor, Tensor]:
    return _fake(_logit_of_fake_p(p), real=real)


def _optimal(mu: Tensor) -> tuple[Tensor, ...]:
    """The best discriminator of two bells of width 1 whose means are ``mu`` apart.

    Half-way between them its logit is ``mu x``. The outputs given are those at which one example costs what the best
    discriminator pays on average over the bell: the loss, which the discriminator minimises, is then ``2 ln 2 - 2 JS``
    of the two bells: 2 ln 2 when they are one, and 0 when they no longer meet.
    """
    spread = torch.linspace(-8.0, 8.0, 129, device=mu.device, dtype=mu.dtype)
    weight = (-0.5 * spread.square()).softmax(-1)
    x = mu[:, None] / 2 + spread
    cost = (weight * softplus(-mu[:, None] * x, threshold=40.0)).sum(-1)
    real = -cost.expm1().log()
    return real, -real


DISCRIMINATOR_LOGIT = replace(
    DISCRIMINATOR,
    slices=(
        *DISCRIMINATOR.slices,
        Slice(
            "probability",
            "p that the real one is real",
            _real_p,
            (PROB,),
            (FAKE_SETTING,),
            into={"real": _logit_of_p},
            within={"plane": _real_p},
        ),
        Slice(
            "fake_probability",
            "p that the fake is real",
            _fake_p,
            (PROB,),
            (REAL_SETTING,),
            into={"fake": _logit_of_fake_p},
            within={"plane": _fake_p},
        ),
        Slice(
            "optimal",
            "the best discriminator",
            _optimal,
            (APART,),
            note="No discriminator says this of one pair: it is where a pair costs what the best one pays on average, "
            "2 ln 2 − 2 JS of the two bells. The minimax game's value is minus that, 2 JS − 2 ln 2.",
        ),
    ),
)


def _output(fake: Tensor) -> tuple[Tensor, ...]:
    return (fake,)


GENERATOR = Kind(
    key="generator",
    name="Generators",
    inputs=("fake",),
    shapes=((),),
    slices=(Slice("logit", "output for a fake", _output, (OUTPUT,)),),
    draw=lambda n, generator: (normal(generator, n, scale=2.0),),
)

GENERATOR_LOGIT = replace(
    GENERATOR,
    slices=(
        *GENERATOR.slices,
        Slice(
            "probability",
            "p that the fake is real",
            lambda p: (torch.logit(p),),
            (PROB,),
            into={"logit": lambda p: torch.logit(p)},
        ),
    ),
)
