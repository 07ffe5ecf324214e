"""Losses of the margin: at the margin, far from it, and for both labels."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from losslib import LOSSES, View, sample

KEYS = [key for key, loss in LOSSES.items() if loss.kind.key == "score"]


def at(key: str, z: float, t: float, **params: float) -> tuple[float, float]:
    """The loss of one score, and its slope."""
    x = torch.tensor([z], dtype=torch.float64, requires_grad=True)
    value = LOSSES[key].fn(x, torch.full_like(x, t), **params)
    (slope,) = torch.autograd.grad(value.sum(), x)
    return value.item(), slope.item()


@pytest.mark.parametrize(
    ("key", "z", "t", "params", "value", "slope"),
    [
        ("hinge", 0.0, 1.0, {}, 1.0, -1.0),
        ("hinge", 0.0, 0.0, {}, 1.0, 1.0),
        ("hinge", 1.0, 1.0, {}, 0.0, 0.0),
        ("hinge", -1.0, 0.0, {}, 0.0, 0.0),
        ("hinge", 0.999, 1.0, {}, 0.001, -1.0),
        ("hinge", 1.001, 1.0, {}, 0.0, 0.0),
        ("hinge", -2.0, 1.0, {}, 3.0, -1.0),
        ("hinge", 2.0, 1.0, {"margin": 3.0}, 1.0, -1.0),
        ("hinge", 0.0, 1.0, {"margin": 0.0}, 0.0, 0.0),
        ("exponential", 0.0, 1.0, {}, 1.0, -1.0),
        ("exponential", 1.0, 1.0, {}, math.exp(-1), -math.exp(-1)),
        ("exponential", 1.0, 0.0, {}, math.e, math.e),
        ("exponential", 745.0, 1.0, {}, 5e-324, None),
        ("exponential", 700.0, 0.0, {}, math.exp(700), math.exp(700)),
    ],
)
def test_a_point_computed_by_hand(key, z, t, params, value, slope):
    ours = at(key, z, t, **params)
    assert ours[0] == pytest.approx(value, rel=1e-12, abs=0)
    assert slope is None or ours[1] == pytest.approx(slope, rel=1e-12)


@pytest.mark.parametrize("key", KEYS)
def test_only_the_margin_counts(key):
    for m in (-2.0, 0.3, 1.7):
        one, two = at(key, m, 1.0), at(key, -m, 0.0)
        assert one == pytest.approx((two[0], -two[1]), rel=1e-12)


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("target", [0.0, 1.0])
def test_the_margin_axis_reads_the_same_for_both_labels(key, target):
    curve, other = (sample(View.of(key, "margin", target=t)) for t in (target, 1.0))
    assert np.allclose(curve.value, other.value, rtol=1e-12)
    assert np.allclose(curve.gradient, other.gradient, rtol=1e-12)


def test_a_positive_margin_is_on_the_right_side():
    for target in (0.0, 1.0):
        curve = sample(View.of("exponential", "margin", target=target, lo=-2, hi=2, points=5))
        assert np.allclose(curve.value, np.exp(-curve.x), rtol=1e-12)
        assert np.allclose(curve.gradient, -np.exp(-curve.x), rtol=1e-12)


def test_the_exponential_of_the_label_that_is_not_there_does_not_overflow():
    for dtype, z in ((torch.float64, 1e4), (torch.float32, 200.0)):
        x = torch.tensor([z, -z], dtype=dtype, requires_grad=True)
        value = LOSSES["exponential"].fn(x, torch.tensor([1.0, 0.0], dtype=dtype))
        (slope,) = torch.autograd.grad(value.sum(), x)
        assert value.tolist() == [0.0, 0.0]
        assert slope.tolist() == [0.0, 0.0]


def test_hinge_is_the_textbooks():
    z = torch.linspace(-4, 4, 81, dtype=torch.float64)
    for t, margin in ((0.0, 1.0), (1.0, 1.0), (1.0, 2.5)):
        s = 2 * t - 1
        expected = np.maximum(0, margin - s * z.numpy())
        ours = LOSSES["hinge"].fn(z, torch.full_like(z, t), margin=margin)
        assert np.allclose(ours, expected, rtol=1e-12, atol=1e-15)
