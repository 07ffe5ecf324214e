"""One example is a whole population: a batch in which one member moves, or the data of a linear model."""

from __future__ import annotations

import torch
from torch import Tensor

from losslib.kinds.coordinates import HARD_TARGET, LOGIT, PROB, hard, normal
from losslib.spec import Axis, Descent, Kind, Param, Slice


def _stretch(like: Tensor, lo: float, hi: float, count: int) -> Tensor:
    """``count`` numbers from ``lo`` to ``hi``, once for each coordinate."""
    return torch.linspace(lo, hi, count, device=like.device, dtype=like.dtype).expand(len(like), count)


# --- a batch of logits -----------------------------------------------------------------------------------------------

BATCH_SIZE = 32
OTHER_NEGATIVE = Axis("other", "z_2", "logit of a negative beside it", -6.0, 6.0, (-745.0, 745.0))


def _among_many(z: Tensor, *, target: float = 1.0) -> tuple[Tensor, ...]:
    """One logit among 24 negatives, most of them easy, 4 positives half found, and 3 negatives that look like outliers."""
    return _two_among_many(*_beside_the_easiest(z), target=target)


def _beside_the_easiest(z: Tensor, *, target: float = 1.0) -> tuple[Tensor, Tensor]:
    return z, torch.full_like(z, -6.0)


def _two_among_many(z: Tensor, other: Tensor, *, target: float = 1.0) -> tuple[Tensor, ...]:
    one = torch.ones_like(z)[:, None]
    rest = (_stretch(z, -5.8, -1.0, 23), _stretch(z, 0.0, 3.0, 4), _stretch(z, 3.0, 4.0, 3))
    t = (target * one, 0 * one.expand(-1, 24), one.expand(-1, 4), 0 * one.expand(-1, 3))
    return torch.cat([z[:, None], other[:, None], *rest], dim=-1), torch.cat(t, dim=-1)


def _logit_of_p(p: Tensor, *, target: float = 1.0) -> Tensor:
    return torch.logit(p)


def _p_beside_the_easiest(p: Tensor, *, target: float = 1.0) -> tuple[Tensor, Tensor]:
    return _beside_the_easiest(torch.logit(p), target=target)


def _p_among_many(p: Tensor, *, target: float = 1.0) -> tuple[Tensor, ...]:
    return _among_many(torch.logit(p), target=target)


BATCH = Kind(
    key="batch",
    name="Batches",
    inputs=("z", "t"),
    shapes=(("B",), ("B",)),
    slices=(
        Slice(
            "logit",
            "one logit among many",
            _among_many,
            (LOGIT,),
            (HARD_TARGET,),
            within={"plane": _beside_the_easiest},
        ),
        Slice(
            "probability",
            "one p among many",
            _p_among_many,
            (PROB,),
            (HARD_TARGET,),
            into={"logit": _logit_of_p},
            within={"plane": _p_beside_the_easiest},
        ),
        Slice("plane", "two logits among many", _two_among_many, (LOGIT, OTHER_NEGATIVE), (HARD_TARGET,)),
    ),
    draw=lambda n, generator: (normal(generator, n, 12, scale=2.0), hard(generator, 12 * n).reshape(n, 12)),
    size=2 * BATCH_SIZE,
)

# --- a batch of residuals --------------------------------------------------------------------------------------------

SMALL_RESIDUAL = Axis("residual", "r", "residual r of one member", -0.25, 0.25, (-1e4, 1e4))
OTHER_RESIDUAL = Axis("other", "r_2", "residual of another member", -0.25, 0.25, (-1e4, 1e4))


def _residual_among_many(r: Tensor) -> tuple[Tensor, ...]:
    """One residual among 24 small ones and 7 outliers."""
    return _two_residuals_among_many(*_beside_the_smallest(r))


def _beside_the_smallest(r: Tensor) -> tuple[Tensor, Tensor]:
    return r, torch.full_like(r, -0.02)


def _two_residuals_among_many(r: Tensor, other: Tensor) -> tuple[Tensor, ...]:
    rest = (_stretch(r, -0.018, 0.02, 23), _stretch(r, 0.1, 0.5, 7))
    prediction = torch.cat([r[:, None], other[:, None], *rest], dim=-1)
    return prediction, torch.zeros_like(prediction)


BATCH_REGRESSION = Kind(
    key="batch regression",
    name="Batches of residuals",
    inputs=("prediction", "target"),
    shapes=(("B",), ("B",)),
    slices=(
        Slice(
            "residual",
            "one residual among many",
            _residual_among_many,
            (SMALL_RESIDUAL,),
            within={"plane": _beside_the_smallest},
        ),
        Slice("plane", "two residuals among many", _two_residuals_among_many, (SMALL_RESIDUAL, OTHER_RESIDUAL)),
    ),
    draw=lambda n, generator: (normal(generator, n, 12, scale=0.1), normal(generator, n, 12, scale=0.1)),
    size=2 * BATCH_SIZE,
)

# --- a linear model and its data -------------------------------------------------------------------------------------

MEASURED = 8
INTERCEPT = Axis("theta_0", r"\theta_0", "intercept θ₀", -5.0, 5.0)
INCLINE = Axis("theta_1", r"\theta_1", "slope θ₁", -5.0, 5.0)
INTERCEPT_SETTING = Param("theta_0", -5.0, 5.0, "intercept", r"\theta_0", step=0.1)
INCLINE_SETTING = Param("theta_1", -5.0, 5.0, "slope", r"\theta_1", step=0.1)
RATE = Param("rate", 0.01, 1.3, "step size of the descent", r"\eta", step=0.01)
DESCENT = Descent((-4.0, -4.0), 40, RATE, 0.3)


def _line(theta_0: Tensor, theta_1: Tensor) -> tuple[Tensor, ...]:
    """Eight points around the line ``1 + 1.5 x``, from x = -2 to 2."""
    x = _stretch(theta_0, -2.0, 2.0, MEASURED)
    return (
        torch.stack([theta_0, theta_1], dim=-1),
        torch.stack([torch.ones_like(x), x], dim=-1),
        1 + 1.5 * x + (5 * x).sin() / 2,
    )


def _line_through(theta_0: Tensor, *, theta_1: float = 1.5) -> tuple[Tensor, ...]:
    return _line(theta_0, torch.full_like(theta_0, theta_1))


def _line_inclined(theta_1: Tensor, *, theta_0: float = 1.0) -> tuple[Tensor, ...]:
    return _line(torch.full_like(theta_1, theta_0), theta_1)


LINEAR_MODEL = Kind(
    key="linear model",
    name="Linear models",
    inputs=("theta", "X", "y"),
    shapes=(("2",), ("m", "2"), ("m",)),
    slices=(
        Slice("theta_0", "intercept", _line_through, (INTERCEPT,), (INCLINE_SETTING,)),
        Slice("theta_1", "slope", _line_inclined, (INCLINE,), (INTERCEPT_SETTING,)),
        Slice("plane", "intercept × slope", _line, (INTERCEPT, INCLINE), descent=DESCENT),
    ),
    draw=lambda n, generator: (normal(generator, n, 2), normal(generator, n, 5, 2), normal(generator, n, 5)),
    size=2 + 3 * MEASURED,
)
