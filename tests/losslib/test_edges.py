"""The digits and the slopes at the edges: near zero, far out, and at the ends of a probability."""

from __future__ import annotations

import math

import pytest
import torch
from torch import Tensor
from torch.nn import functional as F

from losslib import LOSSES, View, sample
from losslib.traits import NONNEGATIVE
from tests.losslib import properties

INF = math.inf
DTYPES = [torch.float64, torch.float32, torch.float16, torch.bfloat16]


def slopes(key: str, *inputs: Tensor, by: int = 0, order: int = 1, **params: float) -> Tensor:
    """The derivative of a loss in one of its inputs."""
    inputs = tuple(x.detach().requires_grad_() for x in inputs)
    y = LOSSES[key].fn(*inputs, **params)
    for _ in range(order):
        (y,) = torch.autograd.grad(y.sum(), inputs[by], create_graph=True)
    return y.detach()


# --- residuals -------------------------------------------------------------------------------------------------------

ROUNDED = [
    *(pytest.param("smooth_l1", {"beta": b}, F.smooth_l1_loss, id=f"smooth_l1-{b}") for b in (0.0, 0.05, 1.0, 5.0)),
    *(pytest.param("huber", {"delta": d}, F.huber_loss, id=f"huber-{d}") for d in (0.05, 1.0, 50.0)),
    *(pytest.param("box_smooth_l1", {"beta": b}, F.smooth_l1_loss, id=f"box_smooth_l1-{b}") for b in (0.0, 1.0)),
]


@pytest.mark.parametrize("dtype", DTYPES, ids=str)
@pytest.mark.parametrize(("key", "params", "theirs"), ROUNDED)
def test_a_rounded_corner_is_torchs_from_the_smallest_residual_to_infinity(key, params, theirs, dtype):
    sizes = [10.0**k for k in range(-30, 31)] + [0.0, INF, *params.values()]
    r = torch.tensor([*sizes, *(-s for s in sizes)], dtype=torch.float64).to(dtype)
    width = 4 if key.startswith("box") else 1
    ours = r.unsqueeze(-1).expand(-1, width) if width > 1 else r
    there = r.clone().requires_grad_()
    value = theirs(there, torch.zeros_like(r), reduction="none", **params)
    (slope,) = torch.autograd.grad(value.sum(), there)
    few, least = 4 * torch.finfo(dtype).eps, torch.finfo(dtype).tiny
    assert torch.allclose(
        LOSSES[key].fn(ours, torch.zeros_like(ours), **params), width * value.detach(), rtol=few, atol=least
    )
    found = slopes(key, ours, torch.zeros_like(ours), **params)
    assert torch.allclose(found.reshape(len(r), -1)[:, 0], slope, rtol=few, atol=0)


@pytest.mark.parametrize("r", [0.0, 1e-9, 0.3, -0.3, 3.0, -1e30])
def test_a_rounded_corner_is_curved_inside_and_straight_outside(r):
    x = torch.tensor([r])
    inside = abs(r) < 1
    assert slopes("smooth_l1", x, 0 * x, order=2, beta=1.0) == inside
    assert slopes("huber", x, 0 * x, order=2, delta=1.0) == inside


# --- labels that are met ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("dtype", [torch.float64, torch.float32], ids=str)
@pytest.mark.parametrize("gamma", [0.05, 0.5, 1.0])
@pytest.mark.parametrize("key", ["quality_focal", "balanced_quality_focal"])
def test_a_corner_at_the_label_is_met_however_its_logit_is_written(key, gamma, dtype):
    t = (torch.arange(1, 1000, dtype=torch.float64) / 1000).to(dtype)
    for z in (t.logit(), t.log() - (-t).log1p(), t.double().logit().to(dtype)):
        assert not slopes(key, z, t, gamma=gamma).count_nonzero()


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("key", ["quality_focal", "balanced_quality_focal"])
def test_a_curve_with_a_corner_at_the_label_has_slope_zero_there_and_a_gap_on_both_sides(key, dtype):
    for i in range(1, 100):
        curve = sample(View.of(key, "probability", gamma=0.5, target=i / 100, dtype=dtype))
        at = 4 * i
        assert curve.x[at] == pytest.approx(i / 100, rel=1e-6)
        assert curve.gradient[at] == 0
        assert curve.breaks == (at - 1, at)
        assert curve.kinks == pytest.approx((i / 100,), rel=1e-6)


def test_a_digit_beside_the_label_still_pulls():
    z, t = torch.tensor([0.0, 2.0], dtype=torch.float64), torch.tensor([0.5, 0.7], dtype=torch.float64)
    z = torch.cat([t.logit() + 1e-13, t.logit() - 1e-13])
    assert (slopes("quality_focal", z, t.repeat(2), gamma=0.5).abs() > 1e4).all()


# --- nothing ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("loss", [x for x in LOSSES.values() if NONNEGATIVE in x.traits], ids=lambda x: x.key)
def test_a_loss_of_nothing_is_zero_and_not_minus_zero(loss):
    for the_slice in loss.kind.slices:
        u = [torch.tensor(c, dtype=torch.float64) for c in properties.places(loss, the_slice)]
        for placing in properties.placings(the_slice):
            value = loss.fn(*the_slice.fn(*u, **placing), **loss.defaults)
            assert not (value.signbit() & (value == 0)).any()


@pytest.mark.parametrize("key", ["kl_bernoulli", "kl_bernoulli_reverse", "js_bernoulli"])
def test_a_divergence_that_rounding_takes_below_zero_says_so(key):
    t = torch.linspace(0.01, 0.99, 999, dtype=torch.float64)
    least = min(float(LOSSES[key].fn(t * (1 + d), t).min()) for d in (1e-9, 1e-12, 1e-15))
    assert -1e-15 < least < 0
    assert "some 1e-16" in " ".join(LOSSES[key].fn.__doc__.split())
