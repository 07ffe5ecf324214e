"""What one example is, and the lines and planes along which a loss of that kind is seen.

A slice maps its coordinates, each ``[n]``, to inputs ``[n, *example]`` by differentiable operations only: the slope of the
drawn curve is autograd's, through the slice. Constants take their device and dtype from the coordinates.
"""

from __future__ import annotations

import torch
from torch import Generator, Tensor

from losslib.spec import Axis, Kind, Param, Slice

__all__ = ["BINARY", "BOX", "MASK", "POSITIVE", "PROBABILITY", "REGRESSION", "SCORE"]

# --- coordinates -----------------------------------------------------------------------------------------------------

EDGE = 1e-6
LOGIT = Axis("logit", "z", "logit z", -6.0, 6.0, (-745.0, 745.0))
PROB = Axis("probability", "p", "probability p", EDGE, 1 - EDGE, (EDGE, 1 - EDGE))
PROB_CLOSED = Axis("probability", "p", "probability p", EDGE, 1 - EDGE, (0.0, 1.0))
P_TRUE = Axis("p_t", "p_t", "probability of the true class p_t", EDGE, 1 - EDGE, (EDGE, 1 - EDGE))
MARGIN = Axis("margin", "m", "margin m = s·z", -6.0, 6.0, (-745.0, 745.0))
RESIDUAL = Axis("residual", "r", "residual r = prediction − target", -5.0, 5.0)
PREDICTION = Axis("prediction", r"\hat y", "prediction", -5.0, 5.0)
TARGET_01 = Axis("target", "t", "target t", 0.0, 1.0, (0.0, 1.0))
TARGET_REAL = Axis("target", "y", "target", -5.0, 5.0)

SOFT_TARGET = Param("target", 0.0, 1.0, "target: the label, soft in between", "t", step=0.01)
HARD_TARGET = Param("target", 0.0, 1.0, "target: the label, 0 or 1", "t", step=1.0, whole=True)
REAL_TARGET = Param("target", -5.0, 5.0, "target", "y", step=0.1)


def _normal(generator: Generator, *shape: int, scale: float = 1.0) -> Tensor:
    return torch.randn(*shape, generator=generator, dtype=torch.float64) * scale


def _uniform(generator: Generator, *shape: int, lo: float = 0.0, hi: float = 1.0) -> Tensor:
    return lo + (hi - lo) * torch.rand(*shape, generator=generator, dtype=torch.float64)


# --- regression ------------------------------------------------------------------------------------------------------


def _residual(r: Tensor) -> tuple[Tensor, ...]:
    return r, torch.zeros_like(r)


def _prediction(prediction: Tensor, *, target: float = 1.0) -> tuple[Tensor, ...]:
    return prediction, torch.full_like(prediction, target)


def _as_given(prediction: Tensor, target: Tensor) -> tuple[Tensor, ...]:
    return prediction, target


REGRESSION = Kind(
    key="regression",
    name="Regression",
    inputs=("prediction", "target"),
    shapes=((), ()),
    slices=(
        Slice("residual", "residual", _residual, (RESIDUAL,), into={"prediction": lambda r: r}),
        Slice("prediction", "prediction", _prediction, (PREDICTION,), (REAL_TARGET,)),
        Slice("plane", "prediction × target", _as_given, (PREDICTION, TARGET_REAL)),
    ),
    draw=lambda n, generator: (_normal(generator, n, scale=2.0), _normal(generator, n, scale=2.0)),
)

# --- positive numbers ------------------------------------------------------------------------------------------------

SIZE = Axis("prediction", "w", "prediction w", 0.0, 2.0, (0.0, 1e4))
SIZE_TARGET_AXIS = Axis("target", r"\hat w", "target ŵ", 0.0, 2.0, (0.0, 1e4))
SIZE_TARGET = Param("target", 0.0, 2.0, "target size", r"\hat w", step=0.01)


def _positive(prediction: Tensor, *, target: float = 0.5) -> tuple[Tensor, ...]:
    return prediction, torch.full_like(prediction, target)


POSITIVE = Kind(
    key="positive",
    name="Positive numbers",
    inputs=("prediction", "target"),
    shapes=((), ()),
    slices=(
        Slice("prediction", "prediction", _positive, (SIZE,), (SIZE_TARGET,)),
        Slice("plane", "prediction × target", _as_given, (SIZE, SIZE_TARGET_AXIS)),
    ),
    draw=lambda n, generator: (_uniform(generator, n, lo=0.1, hi=2.0), _uniform(generator, n, lo=0.1, hi=2.0)),
)

# --- binary labels: logits, scores, probabilities --------------------------------------------------------------------
# One line, four coordinates: z, p = σ(z), p_t and m = s·z with s = 2t - 1.


def _sign(target: float) -> float:
    return 2 * target - 1


def _logit(z: Tensor, *, target: float = 1.0) -> tuple[Tensor, ...]:
    return z, torch.full_like(z, target)


def _logit_of_p(p: Tensor, *, target: float = 1.0) -> Tensor:
    return torch.logit(p)


def _logit_of_p_true(p_t: Tensor, *, target: float = 1.0) -> Tensor:
    return _sign(target) * torch.logit(p_t)


def _logit_of_margin(m: Tensor, *, target: float = 1.0) -> Tensor:
    return _sign(target) * m


def _at_p(p: Tensor, *, target: float = 1.0) -> tuple[Tensor, ...]:
    return _logit(_logit_of_p(p), target=target)


def _at_p_true(p_t: Tensor, *, target: float = 1.0) -> tuple[Tensor, ...]:
    return _logit(_logit_of_p_true(p_t, target=target), target=target)


def _at_margin(m: Tensor, *, target: float = 1.0) -> tuple[Tensor, ...]:
    return _logit(_logit_of_margin(m, target=target), target=target)


def _hard(generator: Generator, n: int) -> Tensor:
    return (_uniform(generator, n) > 0.5).to(torch.float64)


BINARY = Kind(
    key="binary",
    name="Binary, on the logit",
    inputs=("z", "t"),
    shapes=((), ()),
    slices=(
        Slice("logit", "logit", _logit, (LOGIT,), (SOFT_TARGET,)),
        Slice("probability", "probability", _at_p, (PROB,), (SOFT_TARGET,), into={"logit": _logit_of_p}),
        Slice(
            "p_t",
            "p of the true class",
            _at_p_true,
            (P_TRUE,),
            (HARD_TARGET,),
            into={"logit": _logit_of_p_true},
            relaxed="probability",
        ),
        Slice(
            "margin", "margin", _at_margin, (MARGIN,), (HARD_TARGET,), into={"logit": _logit_of_margin}, relaxed="logit"
        ),
        Slice("plane", "logit × target", _as_given, (LOGIT, TARGET_01)),
    ),
    draw=lambda n, generator: (_normal(generator, n, scale=2.0), _uniform(generator, n)),
)

SCORE_AXIS = Axis("logit", "z", "score z", -6.0, 6.0, (-745.0, 745.0))


SCORE = Kind(
    key="score",
    name="Binary, on the score",
    inputs=("z", "t"),
    shapes=((), ()),
    slices=(
        Slice("margin", "margin", _at_margin, (MARGIN,), (HARD_TARGET,), into={"logit": _logit_of_margin}),
        Slice("logit", "score", _logit, (SCORE_AXIS,), (HARD_TARGET,)),
        Slice("plane", "score × target", _as_given, (SCORE_AXIS, TARGET_01)),
    ),
    draw=lambda n, generator: (_normal(generator, n, scale=2.0), _hard(generator, n)),
)


def _p(p: Tensor, *, target: float = 1.0) -> tuple[Tensor, ...]:
    return p, torch.full_like(p, target)


def _p_true(p_t: Tensor, *, target: float = 1.0) -> tuple[Tensor, ...]:
    return (p_t if target == 1 else 1 - p_t), torch.full_like(p_t, target)


def _p_of_logit(z: Tensor, *, target: float = 1.0) -> tuple[Tensor, ...]:
    return torch.sigmoid(z), torch.full_like(z, target)


def _p_of_margin(m: Tensor, *, target: float = 1.0) -> tuple[Tensor, ...]:
    return _p_of_logit(_sign(target) * m, target=target)


PROBABILITY = Kind(
    key="probability",
    name="Binary, on the probability",
    inputs=("p", "t"),
    shapes=((), ()),
    slices=(
        Slice("probability", "probability", _p, (PROB_CLOSED,), (SOFT_TARGET,), into={"logit": _logit_of_p}),
        Slice(
            "p_t",
            "p of the true class",
            _p_true,
            (P_TRUE,),
            (HARD_TARGET,),
            into={"logit": _logit_of_p_true},
            relaxed="probability",
        ),
        Slice("logit", "logit", _p_of_logit, (LOGIT,), (SOFT_TARGET,)),
        Slice(
            "margin",
            "margin",
            _p_of_margin,
            (MARGIN,),
            (HARD_TARGET,),
            into={"logit": _logit_of_margin},
            relaxed="logit",
        ),
        Slice("plane", "probability × target", _as_given, (PROB_CLOSED, TARGET_01)),
    ),
    draw=lambda n, generator: (_uniform(generator, n, lo=0.02, hi=0.98), _uniform(generator, n, lo=0.02, hi=0.98)),
)

# --- boxes -----------------------------------------------------------------------------------------------------------

SHIFT = Axis("shift", r"\Delta x", "shift of the box Δx", -20.0, 20.0, (-1e3, 1e3))


def _boxes(dx: Tensor, dy: Tensor, width: Tensor, height: Tensor) -> tuple[Tensor, ...]:
    """A predicted box of the given size, its centre ``(dx, dy)`` away from that of the target ``[0, 0, 10, 10]``."""
    half_w, half_h = width / 2, height / 2
    p = torch.stack([5 + dx - half_w, 5 + dy - half_h, 5 + dx + half_w, 5 + dy + half_h], dim=-1)
    zero = torch.zeros_like(dx)
    return p, torch.stack([zero, zero, zero + 10, zero + 10], dim=-1)


def _shifted_box(dx: Tensor, *, size: float = 10.0) -> tuple[Tensor, ...]:
    side = torch.full_like(dx, size)
    return _boxes(dx, torch.zeros_like(dx), side, side)


def _draw_boxes(n: int, generator: Generator) -> tuple[Tensor, ...]:
    def boxes() -> Tensor:
        corner = _uniform(generator, n, 2, lo=0.0, hi=8.0)
        return torch.cat([corner, corner + _uniform(generator, n, 2, lo=1.0, hi=8.0)], dim=-1)

    return boxes(), boxes()


BOX = Kind(
    key="box",
    name="Boxes",
    inputs=("p", "t"),
    shapes=(("4",), ("4",)),
    slices=(
        Slice(
            "shift",
            "shift",
            _shifted_box,
            (SHIFT,),
            (Param("size", 1.0, 20.0, "side of the predicted box; the target's is 10", "a", step=0.5),),
        ),
    ),
    draw=_draw_boxes,
    size=8,
)

# --- masks -----------------------------------------------------------------------------------------------------------

GRID = 32
SOFT_EDGE = 1.0
MASK_SHIFT = Axis("shift", r"\Delta x", "shift of the disc Δx, in pixels", -24.0, 24.0, (-64.0, 64.0))


def _disc(dx: Tensor, radius: float | Tensor) -> Tensor:
    """Discs ``[n, H, W]`` with a sigmoid edge of one pixel, shifted ``dx`` pixels right of the centre."""
    pixel = torch.arange(GRID, device=dx.device, dtype=dx.dtype) - (GRID - 1) / 2
    x = pixel[None, None, :] - dx[:, None, None]
    distance = (x.square() + pixel[None, :, None].square()).add(1e-12).sqrt()
    return torch.sigmoid((radius - distance) / SOFT_EDGE)


def _shifted_disc(dx: Tensor, *, radius: float = 8.0) -> tuple[Tensor, ...]:
    target = (_disc(torch.zeros_like(dx), 8.0) > 0.5).to(dx.dtype)
    return _disc(dx, radius), target


MASK = Kind(
    key="mask",
    name="Masks",
    inputs=("p", "t"),
    shapes=(("H", "W"), ("H", "W")),
    slices=(
        Slice(
            "shift",
            "shift",
            _shifted_disc,
            (MASK_SHIFT,),
            (Param("radius", 1.0, 14.0, "radius of the predicted disc; the target's is 8 pixels", "R", step=0.5),),
        ),
    ),
    draw=lambda n, generator: (
        _uniform(generator, n, 6, 6, lo=0.02, hi=0.98),
        (_uniform(generator, n, 6, 6) > 0.6).to(torch.float64),
    ),
    size=2 * GRID * GRID,
)
