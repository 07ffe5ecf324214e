"""Cross-entropy and the focal family at points computed by hand, at their edges, and beside torch."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from torch.nn import functional as F

from losslib import LOSSES, View, sample

LN2 = math.log(2)
GAMMAS = (0.0, 0.3, 0.5, 1.0, 1.5, 2.0, 5.0)
KEYS = [key for key, loss in LOSSES.items() if loss.kind.key == "binary"]


def at(key: str, z: float, t: float, **params: float) -> tuple[float, float]:
    """The loss of one logit, and its slope."""
    logit = torch.tensor([z], dtype=torch.float64, requires_grad=True)
    value = LOSSES[key].fn(logit, torch.full_like(logit, t), **params)
    (slope,) = torch.autograd.grad(value.sum(), logit)
    return value.item(), slope.item()


def logit(p: float) -> float:
    return math.log(p / (1 - p))


# --- an independent NumPy form of every loss and slope, at moderate logits -------------------------------------------


def _s(z):
    return 1 / (1 + np.exp(-z))


def _ce(z, t):
    return -t * np.log(_s(z)) - (1 - t) * np.log(1 - _s(z))


def _bce(z, t, pos_weight=1.0, weight=1.0):
    s = _s(z)
    value = -weight * (pos_weight * t * np.log(s) + (1 - t) * np.log(1 - s))
    return value, weight * ((1 - t) * s - pos_weight * t * (1 - s))


def _balanced_bce(z, t, alpha=0.25):
    s = _s(z)
    return -alpha * t * np.log(s) - (1 - alpha) * (1 - t) * np.log(1 - s), (1 - alpha) * (1 - t) * s - alpha * t * (
        1 - s
    )


def _smoothed(z, t, epsilon=0.1):
    return _bce(z, t * (1 - epsilon) + epsilon / 2)


def _brier(z, t):
    s = _s(z)
    return (s - t) ** 2, 2 * (s - t) * s * (1 - s)


def _focal(z, t, gamma=2.0):
    s = _s(z)
    wrong = t * (1 - s) + (1 - t) * s
    d_wrong = (1 - 2 * t) * s * (1 - s)
    return wrong**gamma * _ce(z, t), gamma * wrong ** (gamma - 1) * d_wrong * _ce(z, t) + wrong**gamma * (s - t)


def _scaled_by_label(core, t, alpha):
    share = alpha * t + (1 - alpha) * (1 - t)
    return tuple(share * y for y in core)


def _quality(z, t, gamma=2.0):
    s = _s(z)
    d = np.abs(s - t)
    d_slope = np.sign(s - t) * s * (1 - s)
    return d**gamma * _ce(z, t), gamma * d ** (gamma - 1) * d_slope * _ce(z, t) + d**gamma * (s - t)


def _blur(z, t, alpha=0.05):
    s, a = _s(z), alpha + 1e-4
    e = np.exp((s - t - 1) / a)
    return _ce(z, t) * (1 - e), (s - t) * (1 - e) - _ce(z, t) * e * s * (1 - s) / a


CLOSED_FORM = {
    "bce_with_logits": _bce,
    "balanced_bce": _balanced_bce,
    "label_smoothed_bce": _smoothed,
    "sigmoid_mse": _brier,
    "focal": _focal,
    "balanced_focal": lambda z, t, gamma=2.0, alpha=0.25: _scaled_by_label(_focal(z, t, gamma), t, alpha),
    "quality_focal": _quality,
    "balanced_quality_focal": lambda z, t, gamma=1.5, alpha=0.25: _scaled_by_label(_quality(z, t, gamma), t, alpha),
    "bce_blur": _blur,
}


@pytest.mark.parametrize("key", CLOSED_FORM)
def test_values_and_slopes_are_those_of_the_written_formula(key):
    loss = LOSSES[key]
    z, t = np.meshgrid(np.linspace(-8, 8, 33) + 0.011, [0.0, 0.2, 0.5, 0.9, 1.0])
    for share in (None, 0.13, 0.5, 0.97):
        values = {} if share is None else {p.name: p.lo + share * (p.hi - p.lo) for p in loss.params}
        z_, t_ = torch.tensor(z.ravel(), requires_grad=True), torch.tensor(t.ravel())
        ours = loss.fn(z_, t_, **values)
        (slope,) = torch.autograd.grad(ours.sum(), z_)
        value_, slope_ = CLOSED_FORM[key](z.ravel(), t.ravel(), **values)
        assert np.allclose(ours.detach(), value_, rtol=1e-9, atol=1e-12)
        assert np.allclose(slope, slope_, rtol=1e-8, atol=1e-11)


# --- by hand ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "z", "t", "params", "value", "slope"),
    [
        ("bce_with_logits", 0.0, 1.0, {}, LN2, -0.5),
        ("bce_with_logits", 0.0, 0.0, {}, LN2, 0.5),
        ("bce_with_logits", logit(0.9), 1.0, {}, -math.log(0.9), -0.1),
        ("bce_with_logits", 0.0, 1.0, {"pos_weight": 3.0, "weight": 2.0}, 6 * LN2, -3.0),
        ("bce_with_logits", 0.0, 0.0, {"pos_weight": 3.0, "weight": 2.0}, 2 * LN2, 1.0),
        ("bce_with_logits", 0.0, 0.5, {"pos_weight": 3.0}, 2 * LN2, -0.5),
        ("balanced_bce", 0.0, 1.0, {}, 0.25 * LN2, -0.125),
        ("balanced_bce", 0.0, 0.0, {}, 0.75 * LN2, 0.375),
        ("label_smoothed_bce", logit(0.95), 1.0, {}, -0.95 * math.log(0.95) - 0.05 * math.log(0.05), 0.0),
        ("label_smoothed_bce", logit(0.05), 0.0, {}, -0.95 * math.log(0.95) - 0.05 * math.log(0.05), 0.0),
        ("sigmoid_mse", 0.0, 1.0, {}, 0.25, -0.25),
        ("focal", 0.0, 1.0, {}, LN2 / 4, -LN2 / 4 - 0.125),
        ("focal", logit(0.9), 1.0, {}, 0.01 * -math.log(0.9), None),
        ("focal", 0.0, 1.0, {"gamma": 0.0}, LN2, -0.5),
        ("focal", 0.0, 0.5, {"gamma": 1.0}, LN2 / 2, 0.0),
        ("balanced_focal", 0.0, 1.0, {}, LN2 / 16, None),
        ("balanced_focal", 0.0, 0.0, {}, 3 * LN2 / 16, None),
        ("quality_focal", 0.0, 0.7, {}, 0.04 * LN2, None),
        ("quality_focal", logit(0.7), 0.7, {}, 0.0, 0.0),
        ("quality_focal", 0.0, 1.0, {"gamma": 2.0}, LN2 / 4, -LN2 / 4 - 0.125),
        ("balanced_quality_focal", 0.0, 1.0, {}, 0.25 * 0.5**1.5 * LN2, None),
        ("bce_blur", 0.0, 1.0, {"alpha": 1.0}, LN2 * (1 - math.exp(-1.5 / 1.0001)), None),
    ],
)
def test_a_point_computed_by_hand(key, z, t, params, value, slope):
    ours = at(key, z, t, **params)
    assert ours[0] == pytest.approx(value, rel=1e-12, abs=1e-15)
    assert slope is None or ours[1] == pytest.approx(slope, rel=1e-9, abs=1e-15)


# --- far out ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("z", [100.0, 700.0, 745.0])
def test_cross_entropy_is_exact_far_out_on_both_sides(z):
    for t in (0.0, 1.0):
        sign = 2 * t - 1
        value, slope = at("bce_with_logits", sign * z, t)
        assert value == pytest.approx(math.exp(-z), rel=1e-12)
        assert slope == pytest.approx(-sign * math.exp(-z), rel=1e-12) or z > 709
        value, slope = at("bce_with_logits", -sign * z, t)
        assert (value, slope) == (z, -sign)


@pytest.mark.parametrize("x", [-40.0, -1.0, 0.0, 1.0, 19.9, 20.1, 30.0, 36.9, 39.9, 40.1, 60.0])
def test_cross_entropy_has_all_its_digits_on_the_wrong_side(x):
    exact = math.log1p(math.exp(x)) if x < 700 else x
    assert at("bce_with_logits", x, 0.0)[0] == pytest.approx(exact, rel=3e-16, abs=0)


@pytest.mark.parametrize("gamma", GAMMAS)
@pytest.mark.parametrize("key", ["focal", "quality_focal"])
def test_focal_is_exact_far_out_on_both_sides(key, gamma):
    """On the right side it is e^{-(gamma + 1) z}, on the wrong side cross-entropy itself."""
    for z in (30.0, 100.0):
        value, slope = at(key, z, 1.0, gamma=gamma)
        assert value == pytest.approx(math.exp(-(gamma + 1) * z), rel=1e-10)
        assert slope == pytest.approx(-(gamma + 1) * math.exp(-(gamma + 1) * z), rel=1e-10)
        assert at(key, -z, 1.0, gamma=gamma) == pytest.approx((z, -1.0), rel=1e-10)


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64], ids=str)
def test_saturation_is_never_nan_at_any_gamma(key, dtype):
    loss = LOSSES[key]
    z = torch.tensor([-3e4, -745.0, -104.0, -100.0, 100.0, 104.0, 745.0, 3e4], dtype=dtype, requires_grad=True)
    for p_values in [{"gamma": g} for g in GAMMAS] if "gamma" in loss.defaults else [{}]:
        for t in (0.0, 0.3, 1.0):
            value = loss.fn(z, torch.full_like(z, t), **p_values)
            (slope,) = torch.autograd.grad(value.sum(), z)
            assert value.isfinite().all()
            assert slope.isfinite().all()


# --- what the lecture says -------------------------------------------------------------------------------------------


def test_the_slope_of_cross_entropy_is_the_whole_error():
    for t in (0.0, 0.3, 1.0):
        curve = sample(View.of("bce_with_logits", "logit", target=t))
        assert np.allclose(curve.gradient, _s(curve.x) - t, rtol=1e-12, atol=1e-16)


@pytest.mark.parametrize("target", [0.0, 0.3, 1.0])
def test_the_slope_of_a_squared_sigmoid_keeps_its_digits_on_the_wrong_side_too(target):
    """There it is ``-2 e^-|z|`` and less: small, and not 0."""
    curve = sample(View.of("sigmoid_mse", "logit", target=target, lo=-100, hi=100, points=201))
    for z, slope in zip(curve.x, curve.gradient, strict=True):
        p, q = (1 / (1 + math.exp(side * z)) for side in (-1, 1))
        error = -q if target == 1 else p - target
        assert slope == pytest.approx(2 * error * p * q, rel=1e-13, abs=0)


def test_a_squared_error_after_a_sigmoid_pulls_hardest_at_a_third_and_dies_when_most_wrong():
    curve = sample(View.of("sigmoid_mse", "logit", target=1, points=4001))
    i = np.abs(curve.gradient).argmax()
    assert curve.x[i] == pytest.approx(-LN2, abs=2e-3)
    assert at("sigmoid_mse", -LN2, 1.0) == pytest.approx((4 / 9, -8 / 27), rel=1e-12)
    assert abs(at("sigmoid_mse", -20.0, 1.0)[1]) < 1e-8 < abs(at("bce_with_logits", -20.0, 1.0)[1])


@pytest.mark.parametrize(("alpha", "z", "value"), [(0.05, 2.424, 2.0143), (0.01, 3.76, 3.385)])
def test_bce_blur_forgives_beyond_its_peak(alpha, z, value):
    curve = sample(View.of("bce_blur", "logit", target=0, alpha=alpha, points=4001))
    i = curve.value.argmax()
    assert curve.x[i] == pytest.approx(z, abs=5e-3)
    assert curve.value[i] == pytest.approx(value, abs=5e-4)
    assert (curve.gradient[curve.x > z + 0.1] < 0).all()
    assert at("bce_blur", 700.0, 0.0, alpha=alpha)[0] == pytest.approx(0.0, abs=1e-12)


def test_bce_blur_forgives_nothing_on_a_positive():
    curve, plain = (sample(View.of(key, "logit", target=1)) for key in ("bce_blur", "bce_with_logits"))
    assert np.allclose(curve.value, plain.value, rtol=1e-8)


@pytest.mark.parametrize("epsilon", [0.1, 0.5])
def test_a_smoothed_label_has_a_finite_best_logit(epsilon):
    curve = sample(View.of("label_smoothed_bce", "logit", target=1, epsilon=epsilon, points=4001))
    assert curve.x[curve.value.argmin()] == pytest.approx(math.log((1 - epsilon / 2) / (epsilon / 2)), abs=2e-3)


def test_an_easy_example_fades_with_gamma():
    easy = [at("focal", logit(0.9), 1.0, gamma=g)[0] for g in (0.0, 1.0, 2.0, 5.0)]
    assert easy == pytest.approx([-math.log(0.9) * 0.1**g for g in (0, 1, 2, 5)], rel=1e-12)


def test_at_ninety_per_cent_focal_counts_a_hundredth_of_cross_entropy_at_the_same_p():
    assert at("focal", logit(0.9), 1.0)[0] / at("bce_with_logits", logit(0.9), 1.0)[0] == pytest.approx(0.01)
    assert at("focal", logit(0.9), 1.0)[0] / at("focal", 0.0, 1.0)[0] == pytest.approx(0.0061, abs=5e-5)


@pytest.mark.parametrize("gamma", [0.2, 0.5, 1.0])
def test_quality_focal_has_slope_zero_where_the_label_is_met(gamma):
    assert at("quality_focal", 0.0, 0.5, gamma=gamma) == (0.0, 0.0)


@pytest.mark.parametrize("key", ["bce_with_logits", "balanced_bce", "label_smoothed_bce", "sigmoid_mse", "focal",
                                 "balanced_focal", "quality_focal", "balanced_quality_focal"])  # fmt: skip
def test_swapping_label_and_logit_swaps_the_sides(key):
    """With alpha one half and no weights, a negative at -z costs what a positive costs at z."""
    even = {name: 0.5 for name in LOSSES[key].defaults if name == "alpha"}
    for z in (-3.0, 0.2, 4.0):
        for t in (0.0, 0.3, 1.0):
            one, two = at(key, z, t, **even), at(key, -z, 1 - t, **even)
            assert one == pytest.approx((two[0], -two[1]), rel=1e-12, abs=1e-15)


# --- beside torch ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("pos_weight", [0.1, 1.0, 20.0])
def test_bce_with_logits_is_torchs(pos_weight):
    z, t = LOSSES["focal"].kind.draw(500, torch.Generator().manual_seed(0))
    theirs = F.binary_cross_entropy_with_logits(
        z, t, pos_weight=torch.tensor(pos_weight, dtype=z.dtype), reduction="none"
    )
    ours = LOSSES["bce_with_logits"].fn(z, t, pos_weight=pos_weight)
    assert torch.allclose(ours, theirs, rtol=1e-12)


def test_labels_may_come_as_integers_and_in_another_precision():
    z, labels = torch.randn(9), torch.randint(0, 2, (9,))
    for key in KEYS:
        expected = LOSSES[key].fn(z, labels.float())
        for dtype in (torch.int64, torch.float64):
            assert torch.allclose(LOSSES[key].fn(z, labels.to(dtype)).float(), expected)
