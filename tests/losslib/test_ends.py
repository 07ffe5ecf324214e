"""The ends of the number range: a value and its slopes are numbers or honest infinities there, and never nan."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

import pytest
import torch
from torch import Generator, Tensor

from losslib import LOSSES
from losslib.spec import Kind
from tests.losslib import properties

DTYPES = [torch.float64, torch.float32]
N = 400
LENGTHS = {"K": 4, "D": 3, "B": 5, "m": 3, "H": 5, "W": 5}  # a digit is its own length

# --- examples at the ends --------------------------------------------------------------------------------------------


def sizes(dtype: torch.dtype) -> list[float]:
    """From 0 and the smallest number to the largest one, with the roots of both, where squares leave the range."""
    ends = torch.finfo(dtype)
    low, high = math.sqrt(ends.tiny), math.sqrt(ends.max)
    near_one = [ends.eps, 0.3, 1.0, 2.0, 40.0, 800.0]
    return [0.0, ends.smallest_normal * ends.eps, ends.tiny, low / 9, low * 9, *near_one, high / 9, high * 9, ends.max]


def picked(numbers: list[float], shape: tuple[int, ...], dtype: torch.dtype, generator: Generator) -> Tensor:
    """Numbers picked at random; in the first half of the rows from two of them only, so that many are alike."""
    choice = torch.randint(len(numbers), shape, generator=generator)
    pair = torch.randint(len(numbers), (shape[0], 2), generator=generator)
    of_pair = pair.gather(1, choice.reshape(shape[0], -1) % 2).reshape(shape)
    alike = torch.arange(shape[0]).reshape(-1, *[1] * (len(shape) - 1)) < shape[0] // 2
    return torch.tensor(numbers, dtype=torch.float64).to(dtype)[torch.where(alike, of_pair, choice)]


def size(*how) -> Tensor:
    return picked(sizes(how[1]), *how)


def real(shape: tuple[int, ...], dtype: torch.dtype, generator: Generator) -> Tensor:
    """Of both signs; in the last quarter of the rows as large as can be."""
    either = 1 - 2 * label(shape, dtype, generator)
    large = torch.arange(shape[0]) >= 3 * shape[0] // 4
    x = size(shape, dtype, generator)
    x[large] = torch.finfo(dtype).max
    return x * either


def share(shape: tuple[int, ...], dtype: torch.dtype, generator: Generator) -> Tensor:
    """A probability."""
    below_one = [s for s in sizes(dtype) if s < 1]
    return picked([*below_one, *(1 - s for s in below_one), 1 - 1e-4], shape, dtype, generator)


def label(shape: tuple[int, ...], dtype: torch.dtype, generator: Generator) -> Tensor:
    return torch.randint(2, shape, generator=generator).to(dtype)


def distribution(*how) -> Tensor:
    """Probabilities that add up to 1."""
    weight = share(*how)
    weight[..., 0] = torch.where(weight.sum(-1) == 0, 1.0, weight[..., 0])
    return weight / weight.sum(-1, keepdim=True)


def log_distribution(*how) -> Tensor:
    """Of a softmax where it has one, else the logarithms of probabilities."""
    softmax = real(*how).log_softmax(-1)
    return torch.where(softmax.isnan(), distribution(*how).log(), softmax)


def box(shape: tuple[int, ...], dtype: torch.dtype, generator: Generator) -> Tensor:
    two = real((shape[0], 2, 2), dtype, generator)
    return torch.cat([two.amin(1), two.amax(1)], dim=-1)


INPUTS: dict[str, tuple[Callable[..., Tensor], ...]] = {
    "regression": (real, real),
    "positive": (size, size),
    "binary": (real, share),
    "score": (real, label),
    "probability": (share, share),
    "multiclass": (real, distribution),
    "distillation": (real, real),
    "distribution": (log_distribution, distribution),
    "mask": (share, share),
    "box": (box, box),
    "pair": (real, real, label),
    "triplet": (real, real, real),
    "batch": (real, share),
    "batch regression": (real, real),
    "discriminator": (real, real),
    "generator": (real,),
    "image": (real,),
    "image pair": (real, real),
    "linear model": (real, real, real),
}

REACH: dict[str, Callable[[float], float]] = {
    "linear model": lambda largest: (largest / 16) ** (1 / 3),  # X theta and X^T r are numbers
    "binary": lambda largest: largest / 16,  # and so is gamma times the loss; for the slope in the logit see below
}


def at_the_ends(
    kind: Kind, dtype: torch.dtype, reach: Mapping[str, Callable[[float], float]] = REACH
) -> tuple[Tensor, ...]:
    """Valid examples of a kind, of very large and very small numbers; every third has alike inputs where it can."""
    generator = torch.Generator().manual_seed(0)
    shapes = [(N, *(LENGTHS.get(s) or int(s) for s in shape)) for shape in kind.shapes]
    drawn = [make(shape, dtype, generator) for make, shape in zip(INPUTS[kind.key], shapes, strict=True)]
    if kind.key in reach:
        most = reach[kind.key](torch.finfo(dtype).max)
        drawn = [x.clamp(-most, most) for x in drawn]
    for x, make in zip(drawn[1:], INPUTS[kind.key][1:], strict=True):
        if make is INPUTS[kind.key][0] and x.shape == drawn[0].shape:
            x[::3] = drawn[0][::3]
    return tuple(drawn)


# --- what they cost --------------------------------------------------------------------------------------------------


def nan_found(key: str, inputs: tuple[Tensor, ...], *, first: int | None = None) -> str:
    """An example whose value, or whose slope in an input (in the ``first`` ones only, if given), is nan, over the parameter box."""
    loss = LOSSES[key]
    whats = ("the value", *(f"the slope in {name}" for name in loss.kind.inputs[:first]))
    for values in [loss.defaults, *(properties.corners(loss.params) if loss.params else ())]:
        ready = [x.clone().requires_grad_() for x in inputs]
        results = properties.value_and_slope(loss, tuple(ready), values, *ready[:first])
        for what, result in zip(whats, results, strict=True):
            bad = result.isnan().reshape(len(result), -1).any(1)
            if bad.any():
                return f"{what} is nan with {values} at {[x[bad][0].tolist() for x in inputs]}"
    return ""


@pytest.mark.parametrize("dtype", DTYPES, ids=str)
@pytest.mark.parametrize("key", LOSSES)
def test_no_value_and_no_slope_is_nan_at_the_ends_of_the_number_range(key, dtype):
    assert not nan_found(key, at_the_ends(LOSSES[key].kind, dtype))


@pytest.mark.parametrize("dtype", DTYPES, ids=str)
@pytest.mark.parametrize("key", [key for key, loss in LOSSES.items() if loss.kind.key == "binary"])
def test_no_slope_in_a_logit_is_nan_however_large_it_is(key, dtype):
    assert not nan_found(key, at_the_ends(LOSSES[key].kind, dtype, reach={}), first=1)


@pytest.mark.parametrize("dtype", DTYPES, ids=str)
def test_a_gradient_that_is_a_number_is_one_up_to_the_last(dtype):
    most = torch.finfo(dtype).max
    for key in ("half_squared_error", "lsgan_generator"):
        loss = LOSSES[key]
        x = torch.tensor([most], dtype=dtype, requires_grad=True)
        inputs = (x, torch.zeros_like(x))[: len(loss.kind.inputs)]
        _, slope = properties.value_and_slope(loss, inputs, loss.defaults, x)
        assert slope == most


def test_a_distance_too_large_to_square_is_infinite_and_another_takes_nothing_off():
    near, far, farther = (torch.tensor([[x]], dtype=torch.float64) for x in (0.0, 1e160, 1e170))
    triplet = LOSSES["triplet"].fn
    assert triplet(near, near, far) == 0
    assert triplet(near, far, near) == math.inf
    assert triplet(near, far, farther) == math.inf


@pytest.mark.parametrize("temperature", [0.5, 0.7])
def test_a_temperature_below_one_takes_no_logit_out_of_the_range(temperature):
    even, sure = torch.tensor([[[1.5e308, 1.5e308]], [[1.5e308, 0.0]]], dtype=torch.float64)
    kl = LOSSES["distillation_kl"].fn
    assert kl(even, even, temperature=temperature) == 0
    assert kl(sure, sure, temperature=temperature) == 0
    assert kl(even, sure, temperature=temperature) == pytest.approx(temperature**2 * math.log(2))
