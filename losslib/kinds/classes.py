"""One example is a choice among classes: the logits of a model, of a student and its teacher, or two distributions."""

from __future__ import annotations

import math

import torch
from torch import Tensor
from torch.nn.functional import logsigmoid

from losslib.kinds.coordinates import LOGIT, P_TRUE, PROB, SOFT_TARGET, beyond, normal
from losslib.spec import Axis, Kind, Param, Slice

SHARE = Param("share", 0.1, 0.9, "how the two other classes split what is left", "s", step=0.05)
OTHER_LOGIT = Axis("other", "z_2", "logit of another class", -6.0, 6.0, (-745.0, 745.0))
SPLIT = Axis("split", "s", "the third class's share of what is left", 1e-3, 1 - 1e-3, (1e-6, 1 - 1e-6))


def _repeated(like: Tensor, *numbers: float) -> Tensor:
    """The same row of numbers for each coordinate: ``[n, len(numbers)]``."""
    return torch.stack([torch.full_like(like, number) for number in numbers], dim=-1)


def _after(first: Tensor, share: float) -> Tensor:
    """Logits ``[first, ln share, ln(1 - share)]``: the others' weights add up to one, so ``first`` is the class's log-odds."""
    return torch.stack([first, torch.full_like(first, math.log(share)), torch.full_like(first, math.log1p(-share))], -1)


def _in_triangle(split: Tensor, p: Tensor) -> Tensor:
    """Log-probabilities of three classes: ``p`` for the first, and the rest split between the second and the third.

    The unit square is the triangle with its upper edge drawn together to a point: ``(split, p)`` lies at
    ``x = split (1 - p) + p / 2``, ``y = p`` between the corners (0, 0), (1, 0) and (1/2, 1).
    """
    rest = torch.log1p(-p)
    return torch.stack([p.log(), rest + torch.log1p(-split), rest + split.log()], dim=-1)


# --- logits and a label ----------------------------------------------------------------------------------------------


def _true_logit(z: Tensor, *, share: float = 0.5) -> tuple[Tensor, ...]:
    return _after(z, share), _repeated(z, 1.0, 0.0, 0.0)


def _true_logit_of_p(p_t: Tensor, *, share: float = 0.5) -> Tensor:
    return torch.logit(p_t)


def _true_p(p_t: Tensor, *, share: float = 0.5) -> tuple[Tensor, ...]:
    return _true_logit(_true_logit_of_p(p_t), share=share)


def _two_logits(z: Tensor, other: Tensor) -> tuple[Tensor, ...]:
    """The third class's logit is 0: a softmax sees no more than differences."""
    return torch.stack([z, other, torch.zeros_like(z)], dim=-1), _repeated(z, 1.0, 0.0, 0.0)


def _logit_among_two(z: Tensor, *, share: float = 0.5) -> tuple[Tensor, Tensor]:
    """The same differences from the third class's logit, which is ``ln(1 - share)`` on the line."""
    first, second, third = _after(z, share).unbind(-1)
    return first - third, second - third


def _p_among_two(p_t: Tensor, *, share: float = 0.5) -> tuple[Tensor, Tensor]:
    return _logit_among_two(_true_logit_of_p(p_t), share=share)


def _three_classes(split: Tensor, p_t: Tensor) -> tuple[Tensor, ...]:
    """The first class is the true one; for the place in the triangle see ``_in_triangle``."""
    return _in_triangle(split, p_t), _repeated(p_t, 1.0, 0.0, 0.0)


def _logit_in_triangle(z: Tensor, *, share: float = 0.5) -> tuple[Tensor, Tensor]:
    return _p_in_triangle(torch.sigmoid(z), share=share)


def _p_in_triangle(p_t: Tensor, *, share: float = 0.5) -> tuple[Tensor, Tensor]:
    return torch.full_like(p_t, 1 - share), p_t


MULTICLASS = Kind(
    key="multiclass",
    name="Classes",
    inputs=("z", "t"),
    shapes=(("K",), ("K",)),
    slices=(
        Slice(
            "logit",
            "logit of the true class",
            _true_logit,
            (LOGIT,),
            (SHARE,),
            within={"plane": _logit_among_two, "simplex": _logit_in_triangle},
        ),
        Slice(
            "p_t",
            "p of the true class",
            _true_p,
            (P_TRUE,),
            (SHARE,),
            into={"logit": _true_logit_of_p},
            within={"plane": _p_among_two, "simplex": _p_in_triangle},
            right=beyond(0.5),
        ),
        Slice("plane", "true logit × another", _two_logits, (LOGIT, OTHER_LOGIT)),
        Slice(
            "simplex",
            "triangle of three classes",
            _three_classes,
            (SPLIT, P_TRUE),
            corners=("second class", "third class", "true class"),
        ),
    ),
    draw=lambda n, generator: (normal(generator, n, 4, scale=2.0), (normal(generator, n, 4, scale=2.0)).softmax(-1)),
    size=6,
    labelled=True,
)

# --- a student's logits and its teacher's ----------------------------------------------------------------------------

STUDENT_LOGIT = Axis("logit", "z", "logit z of the student", -6.0, 6.0, (-1e5, 1e5))
TEACHER_P = Param("target", 0.01, 0.99, "the teacher's probability of this class, at temperature 1", "t", step=0.01)
TEACHER_LOGIT = Param("teacher", -6.0, 6.0, "the teacher's logit of the first class", "t_1", step=0.1)
TEACHER_OTHER = Param("teacher_other", -6.0, 6.0, "the teacher's logit of the second class", "t_2", step=0.1)


def _student_logit(z: Tensor, *, target: float = 0.7, share: float = 0.8) -> tuple[Tensor, ...]:
    """Student and teacher differ in one logit; the other two classes they split alike."""
    return _after(z, share), _after(torch.full_like(z, math.log(target / (1 - target))), share)


def _student_plane(z: Tensor, other: Tensor, *, teacher: float = 2.0, teacher_other: float = 1.0) -> tuple[Tensor, ...]:
    return torch.stack([z, other, torch.zeros_like(z)], dim=-1), _repeated(z, teacher, teacher_other, 0.0)


DISTILLATION = Kind(
    key="distillation",
    name="Distillation",
    inputs=("z", "t"),
    shapes=(("K",), ("K",)),
    slices=(
        Slice("logit", "one logit of the student", _student_logit, (STUDENT_LOGIT,), (TEACHER_P, SHARE)),
        Slice(
            "plane",
            "two logits of the student",
            _student_plane,
            (STUDENT_LOGIT, OTHER_LOGIT),
            (TEACHER_LOGIT, TEACHER_OTHER),
        ),
    ),
    draw=lambda n, generator: (normal(generator, n, 4, scale=2.0), normal(generator, n, 4, scale=2.0)),
    size=6,
)

# --- two distributions -----------------------------------------------------------------------------------------------

STATES = 65
REACH = 8.0
TILT = Axis("tilt", r"\lambda", "tilt of the prediction", -6.0, 6.0, (-1e3, 1e3))
MEAN = Axis("shift", r"\mu", "mean of the predicted bell", -6.0, 6.0, (-8.0, 8.0))
WIDTH = Axis("width", r"\sigma", "width of the predicted bell", 0.5, 6.0, (0.3, 1e4))

TARGET_TILT = Param("target_tilt", -6.0, 6.0, "tilt of the target", r"\lambda_t", step=0.1)
WIDTH_SETTING = Param("width", 0.3, 4.0, "width of the predicted bell; the target's is 1", r"\sigma", step=0.1)
MEAN_SETTING = Param("shift", -6.0, 6.0, "mean of the predicted bell", r"\mu", step=0.1)
SEPARATION = Param("separation", 0.0, 6.0, "how far the target's two bells are apart; 0 is one bell", "d", step=0.1)
SIMPLEX_P = Param("first", 0.01, 0.98, "the target's probability of the first state", "t_1", step=0.01)
SIMPLEX_SHARE = Param("share", 0.1, 0.9, "the target's third state's share of what is left", "s", step=0.05)


def _two_states(z: Tensor, *, target: float = 0.7) -> tuple[Tensor, ...]:
    log_p = torch.stack([logsigmoid(z), logsigmoid(-z)], dim=-1)
    return log_p, _repeated(z, target, 1 - target)


def _two_states_logit(p: Tensor, *, target: float = 0.7) -> Tensor:
    return torch.logit(p)


def _two_states_p(p: Tensor, *, target: float = 0.7) -> tuple[Tensor, ...]:
    return torch.stack([p.log(), torch.log1p(-p)], dim=-1), _repeated(p, target, 1 - target)


def _tilted(tilt: Tensor, *, target_tilt: float = 2.0) -> tuple[Tensor, ...]:
    """Nine states, the weight of each ``e^(tilt x)`` for ``x`` from -1 to 1: at 0 all are alike."""
    x = torch.linspace(-1.0, 1.0, 9, device=tilt.device, dtype=tilt.dtype)
    log_p = (tilt[:, None] * x).log_softmax(-1)
    return log_p, (target_tilt * x).softmax(-1).expand_as(log_p)


def _bells(mean: Tensor, width: Tensor, separation: float) -> tuple[Tensor, ...]:
    """A bell on a grid of 65 states from -8 to 8 against a target of two equal bells of width 1, or of one."""
    x = torch.linspace(-REACH, REACH, STATES, device=mean.device, dtype=mean.dtype)
    log_p = (-0.5 * ((x - mean[:, None]) / width[:, None]).square()).log_softmax(-1)
    left, right = ((-0.5 * (x - side * separation / 2).square()).softmax(-1) for side in (-1, 1))
    return log_p, ((left + right) / 2).expand_as(log_p)


def _shifted_bell(shift: Tensor, *, width: float = 1.0, separation: float = 0.0) -> tuple[Tensor, ...]:
    return _bells(shift, torch.full_like(shift, width), separation)


def _widened_bell(width: Tensor, *, shift: float = 0.0, separation: float = 0.0) -> tuple[Tensor, ...]:
    return _bells(torch.full_like(width, shift), width, separation)


def _moved_bell(shift: Tensor, width: Tensor, *, separation: float = 4.0) -> tuple[Tensor, ...]:
    return _bells(shift, width, separation)


def _three_states(split: Tensor, p: Tensor, *, first: float = 0.5, share: float = 0.3) -> tuple[Tensor, ...]:
    """For the place in the triangle see ``_in_triangle``."""
    rest = 1 - first
    return _in_triangle(split, p), _repeated(p, first, rest * (1 - share), rest * share)


DISTRIBUTION = Kind(
    key="distribution",
    name="Distributions",
    inputs=("log_p", "t"),
    shapes=(("K",), ("K",)),
    slices=(
        Slice(
            "probability",
            "probability, two states",
            _two_states_p,
            (PROB,),
            (SOFT_TARGET,),
            into={"logit": _two_states_logit},
        ),
        Slice("logit", "logit, two states", _two_states, (LOGIT,), (SOFT_TARGET,)),
        Slice("tilt", "tilt", _tilted, (TILT,), (TARGET_TILT,)),
        Slice("shift", "shift of a bell", _shifted_bell, (MEAN,), (WIDTH_SETTING, SEPARATION)),
        Slice("width", "width of a bell", _widened_bell, (WIDTH,), (MEAN_SETTING, SEPARATION)),
        Slice("plane", "shift × width of a bell", _moved_bell, (MEAN, WIDTH), (SEPARATION,)),
        Slice(
            "simplex",
            "triangle of three states",
            _three_states,
            (SPLIT, PROB),
            (SIMPLEX_P, SIMPLEX_SHARE),
            corners=("second state", "third state", "first state"),
        ),
    ),
    draw=lambda n, generator: (
        normal(generator, n, 5, scale=1.5).log_softmax(-1),
        normal(generator, n, 5, scale=1.5).softmax(-1),
    ),
    size=2 * STATES,
)
