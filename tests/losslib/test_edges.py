"""The digits and the slopes at the edges: near zero, far out, and at the ends of a probability."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from torch import Tensor
from torch.nn import functional as F

from losslib import LOSSES, View, sample, snapshot
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


# --- infinite, overflowing and missing numbers -----------------------------------------------------------------------


def tensors(*rows: list[float], dtype: torch.dtype = torch.float64) -> tuple[Tensor, ...]:
    return tuple(torch.tensor([row], dtype=dtype) for row in rows)


@pytest.mark.parametrize("gamma", [0.0, 0.5, 1.0, 2.0, 5.0])
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64], ids=str)
def test_a_class_that_is_ruled_out_pulls_as_in_cross_entropy(gamma, dtype):
    for far in (-INF, -1e30, -2000.0):
        z, t = tensors([far, 0.0], [1.0, 0.0], dtype=dtype)
        assert LOSSES["softmax_focal"].fn(z, t, gamma=gamma) == -far
        assert slopes("softmax_focal", z, t, gamma=gamma).tolist() == [[-1.0, 1.0]]
    assert slopes("cross_entropy", *tensors([-INF, 0.0], [1.0, 0.0])).tolist() == [[-1.0, 1.0]]


@pytest.mark.parametrize("temperature", [0.5, 1.0, 4.0])
def test_a_teacher_is_pulled_away_from_what_its_student_rules_out(temperature):
    z, t = tensors([0.0, -INF], [0.0, 0.0])
    first, second = slopes("distillation_kl", z, t, by=1, temperature=temperature)[0].tolist()
    assert first < -1e300
    assert second > 1e300
    student = slopes("distillation_kl", z, t, temperature=temperature)
    assert student.tolist() == [[temperature / 2, -temperature / 2]]


@pytest.mark.parametrize(("key", "twin"), [("kl_div", "kl_bernoulli"), ("js_div", "js_bernoulli")])
@pytest.mark.parametrize("p", [0.0, 0.3, 1.0])
@pytest.mark.parametrize("t", [0.0, 0.3, 1.0])
def test_the_slope_in_the_target_is_that_of_the_two_states_told_as_one(key, twin, p, t):
    log_p, both = tensors([p, 1 - p], [t, 1 - t])
    in_t = slopes(key, log_p.log(), both, by=1)[0]
    p_, t_ = (torch.tensor([x], dtype=torch.float64) for x in (p, t))
    assert float(in_t[0] - in_t[1]) == pytest.approx(float(slopes(twin, p_, t_, by=1)))


def test_the_target_of_a_divergence_leaves_zero_with_infinite_slope():
    log_p, t = tensors([0.5, 0.25, 0.25], [0.0, 0.5, 0.5])
    for key in ("kl_div", "js_div"):
        assert slopes(key, log_p.log(), t, by=1)[0, 0] == -INF


def test_two_that_are_too_far_apart_to_square_are_far_enough():
    for dtype, far in ((torch.float32, 2e19), (torch.float64, 1e160)):
        a, b = tensors([far, 0.0], [0.0, 0.0], dtype=dtype)
        other = torch.zeros(1, dtype=dtype)
        assert LOSSES["contrastive"].fn(a, b, other) == 0
        assert slopes("contrastive", a, b, other).tolist() == [[0.0, 0.0]]


def test_residuals_too_large_to_square_are_large_residuals():
    for dtype, far in ((torch.float32, 2e19), (torch.float64, 1e155)):
        r, nothing = tensors([far, 0.1, -far, 0.0], [0.0] * 4, dtype=dtype)
        of_two_bins = (far + 0.08 + far) / 3 / 2
        assert float(LOSSES["ghm_r"].fn(r, nothing)) == pytest.approx(of_two_bins, rel=1e-6)
        assert slopes("ghm_r", r, nothing).isfinite().all()


@pytest.mark.parametrize("key", ["ghm_c", "ghm_r"])
@pytest.mark.parametrize("bad", [math.nan, INF, -INF])
def test_a_batch_with_a_nan_is_nan_alone(key, bad):
    z, t = torch.zeros(3, 4), torch.zeros(3, 4)
    z[1, 2] = bad
    value = LOSSES[key].fn(z, t)
    assert value[[0, 2]].isfinite().all()
    assert not value[1].isfinite() or bad == -INF


# --- what lies at the edge of the numbers ----------------------------------------------------------------------------


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("key", ["focal", "balanced_focal", "quality_focal", "balanced_quality_focal"])
@pytest.mark.parametrize("gamma", [0.05, 0.5, 0.9, 1.5])
def test_the_focal_family_bends_by_a_number_as_far_as_its_axis_goes(key, gamma, dtype):
    curve = sample(View.of(key, "logit", gamma=gamma, lo=-745, hi=745, points=1491, order=2, dtype=dtype))
    assert np.isfinite(curve.value).all()
    assert np.isfinite(curve.gradient).all()
    assert np.isfinite(curve.curvature).all()


@pytest.mark.parametrize("target", [0.0, 0.3, 0.5, 1.0])
@pytest.mark.parametrize("key", ["js_bernoulli", "kl_bernoulli_reverse", "penalty_reduced_focal"])
def test_past_the_last_probability_below_one_nothing_bends(key, target):
    curve = sample(View.of(key, "logit", target=target, lo=38, hi=60, points=23, order=2))
    known = np.isfinite(curve.value)
    assert not curve.curvature[known].any()
    assert not np.isnan(curve.curvature).any()


def test_where_a_divergence_is_infinite_its_slopes_are():
    curve = sample(View.of("kl_div_reverse", "probability", target=0, points=7, order=2))
    assert np.isposinf(curve.value).all()
    assert not np.isnan(curve.gradient).any()
    assert np.isinf(curve.curvature).all()


@pytest.mark.parametrize(
    ("key", "target", "z"),
    [("kl_bernoulli_reverse", 0.0, 1.0), ("kl_bernoulli_reverse", 1.0, -3.0), ("kl_bernoulli", 0.0, 40.0)],
)
def test_on_a_plateau_of_infinity_no_slope_is_a_number(key, target, z):
    view = View.of(key, "logit", target=target, lo=z, hi=z + 1, points=2)
    one, curve = snapshot(view, z), sample(view)
    assert (one.value, curve.value[0]) == (INF, INF)
    assert np.isinf([one.slope[0], curve.gradient[0]]).all()


def test_the_root_of_a_wanted_size_of_nothing_pulls_infinitely_hard():
    size = torch.tensor([0.5, 0.0, 2.0], dtype=torch.float64)
    wanted = torch.zeros(3, dtype=torch.float64, requires_grad=True)
    value = LOSSES["yolo_size"].fn(size, wanted)
    (slope,) = torch.autograd.grad(value.sum(), wanted)
    assert value.tolist() == pytest.approx(size.tolist())
    assert slope.tolist() == [-INF, 1.0, -INF]


def test_a_weight_too_small_for_a_number_forgives_all():
    p, t = torch.tensor([1.0]), torch.tensor([0.99999])
    assert LOSSES["penalty_reduced_focal"].fn(p, t, beta=10.0).item() == 0
    assert torch.isinf(LOSSES["penalty_reduced_focal"].fn(p.double(), t.double(), beta=10.0)).all()


@pytest.mark.parametrize("gamma", [0.5, 1.0])
def test_a_logit_beyond_every_label_is_not_taken_for_one_that_is_met(gamma):
    z = torch.tensor([5e6])
    half = torch.tensor([0.5])
    assert LOSSES["quality_focal"].fn(z, half, gamma=gamma).item() == pytest.approx(0.5**gamma * 2.5e6)


def test_an_inference_mode_around_it_takes_no_slope_away():
    view = View.of("l1", "residual", lo=-1, hi=1, points=3)
    with torch.inference_mode():
        assert sample(view).gradient.tolist() == [-1, 0, 1]
        assert snapshot(view, 1.0).slope == (1.0,)
