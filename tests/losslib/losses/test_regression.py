"""Losses of a residual: at zero, at their corners, beside torch, and where they are least."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch.nn import functional as F

from losslib import LOSSES, View, sample

KEYS = [key for key, loss in LOSSES.items() if loss.kind.key == "regression"]


def at(key: str, r: float, **params: float) -> tuple[float, float]:
    """The loss of one residual, and its slope."""
    x = torch.tensor([r], dtype=torch.float64, requires_grad=True)
    value = LOSSES[key].fn(x, torch.zeros_like(x), **params)
    (slope,) = torch.autograd.grad(value.sum(), x)
    return value.item(), slope.item()


@pytest.mark.parametrize(
    ("key", "r", "params", "value", "slope"),
    [
        ("l1", 0.0, {}, 0.0, 0.0),
        ("l1", -3.0, {}, 3.0, -1.0),
        ("mse", 0.0, {}, 0.0, 0.0),
        ("mse", -3.0, {}, 9.0, -6.0),
        ("half_squared_error", -3.0, {}, 4.5, -3.0),
        ("smooth_l1", 0.0, {}, 0.0, 0.0),
        ("smooth_l1", 0.5, {}, 0.125, 0.5),
        ("smooth_l1", 1.0, {}, 0.5, 1.0),
        ("smooth_l1", -1.0, {}, 0.5, -1.0),
        ("smooth_l1", 3.0, {}, 2.5, 1.0),
        ("smooth_l1", 1.0, {"beta": 4.0}, 0.125, 0.25),
        ("smooth_l1", 4.0, {"beta": 4.0}, 2.0, 1.0),
        ("smooth_l1", 0.0, {"beta": 0.0}, 0.0, 0.0),
        ("smooth_l1", -2.0, {"beta": 0.0}, 2.0, -1.0),
        ("huber", 0.0, {}, 0.0, 0.0),
        ("huber", 0.5, {}, 0.125, 0.5),
        ("huber", 1.0, {}, 0.5, 1.0),
        ("huber", -1.0, {}, 0.5, -1.0),
        ("huber", 3.0, {}, 2.5, 1.0),
        ("huber", 2.0, {"delta": 2.0}, 2.0, 2.0),
        ("huber", -10.0, {"delta": 2.0}, 18.0, -2.0),
        ("huber", 40.0, {"delta": 50.0}, 800.0, 40.0),
    ],
)
def test_a_point_computed_by_hand(key, r, params, value, slope):
    assert at(key, r, **params) == pytest.approx((value, slope), rel=1e-12, abs=1e-15)


@pytest.mark.parametrize("key", KEYS)
def test_nothing_costs_less_than_no_error(key):
    curve = sample(View.of(key, "residual", points=401))
    assert curve.value.argmin() == 200


@pytest.mark.parametrize("value", [0.0, 0.05, 0.3, 1.0, 5.0])
def test_huber_and_smooth_l1_are_torchs(value):
    prediction, target = LOSSES["mse"].kind.draw(400, torch.Generator().manual_seed(0))
    smooth = F.smooth_l1_loss(prediction, target, beta=value, reduction="none")
    assert torch.allclose(LOSSES["smooth_l1"].fn(prediction, target, beta=value), smooth, rtol=1e-12, atol=1e-15)
    if value:
        huber = F.huber_loss(prediction, target, delta=value, reduction="none")
        assert torch.allclose(LOSSES["huber"].fn(prediction, target, delta=value), huber, rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize(("key", "ceiling"), [("huber", 1.7), ("smooth_l1", 1.0)])
def test_an_outlier_never_pulls_harder_than_the_ceiling(key, ceiling):
    name = next(iter(LOSSES[key].defaults))
    curve = sample(View.of(key, "residual", **{name: 1.7}))
    r = curve.x if key == "huber" else curve.x / 1.7
    assert np.allclose(curve.gradient, np.clip(r, -ceiling, ceiling), rtol=1e-12)


SAMPLE = torch.tensor([-1.2, 0.1, 0.4, 2.0, 2.6, 3.1, 9.0], dtype=torch.float64)
"""Seven numbers, one of them an outlier: the mean is 2.2857, the median 2."""


def best(key: str, **params: float) -> float:
    """The prediction that costs least over the sample."""
    guess = torch.linspace(-2, 9, 11001, dtype=torch.float64)
    cost = LOSSES[key].fn(guess[:, None].expand(-1, 7), SAMPLE.expand(len(guess), 7), **params).mean(1)
    return float(guess[cost.argmin()])


@pytest.mark.parametrize("key", ["mse", "half_squared_error"])
def test_squared_errors_are_least_at_the_mean(key):
    assert best(key) == pytest.approx(float(SAMPLE.mean()), abs=1e-3)


def test_the_absolute_error_is_least_at_the_median():
    assert best("l1") == pytest.approx(float(SAMPLE.median()), abs=1e-3)
    assert best("smooth_l1", beta=0.0) == pytest.approx(float(SAMPLE.median()), abs=1e-3)


def test_huber_goes_from_the_median_to_the_mean():
    assert best("huber", delta=0.05) == pytest.approx(float(SAMPLE.median()), abs=0.06)
    assert best("huber", delta=50.0) == pytest.approx(float(SAMPLE.mean()), abs=1e-3)


@pytest.mark.parametrize("delta", [0.3, 1.0, 3.0])
def test_at_hubers_best_the_clipped_pulls_are_in_balance(delta):
    pulls = (best("huber", delta=delta) - SAMPLE).clamp(-delta, delta)
    assert float(pulls.sum()) == pytest.approx(0.0, abs=5e-3)


@pytest.mark.parametrize("key", KEYS)
def test_only_the_residual_counts(key):
    prediction, target = LOSSES[key].kind.draw(50, torch.Generator().manual_seed(0))
    shifted = LOSSES[key].fn(prediction + 3.5, target + 3.5)
    assert torch.allclose(LOSSES[key].fn(prediction, target), shifted, rtol=1e-9, atol=1e-12)
