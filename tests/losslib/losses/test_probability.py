"""Losses of a probability at both closed ends, by hand, beside torch and SciPy."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from scipy.spatial.distance import jensenshannon
from scipy.special import rel_entr
from torch.nn import functional as F

from losslib import LOSSES, View, sample

LN2 = math.log(2)
INF = math.inf


def at(key: str, p: float, t: float, dtype: torch.dtype = torch.float64, **params: float) -> tuple[float, float]:
    """The loss of one probability, and its slope."""
    x = torch.tensor([p], dtype=dtype, requires_grad=True)
    value = LOSSES[key].fn(x, torch.full_like(x, t), **params)
    (slope,) = torch.autograd.grad(value.sum(), x)
    return value.item(), slope.item()


@pytest.mark.parametrize(
    ("key", "p", "t", "value", "slope"),
    [
        ("bce", 0.5, 1.0, LN2, -2.0),
        ("bce", 0.25, 1.0, 2 * LN2, -4.0),
        ("bce", 0.5, 0.5, LN2, 0.0),
        ("bce", 0.0, 1.0, 100.0, -1.000000004e12),
        ("bce", 1.0, 0.0, 100.0, 1.000000004e12),
        ("bce", 1.0, 1.0, 0.0, 0.0),
        ("bce", 0.0, 0.0, 0.0, 0.0),
        ("bce", 0.0, 0.5, 50.0, -0.500000002e12),
        ("kl_bernoulli", 0.5, 0.5, 0.0, 0.0),
        ("kl_bernoulli", 0.5, 1.0, LN2, -2.0),
        ("kl_bernoulli", 0.25, 0.5, -0.5 * math.log(0.75), -4 / 3),
        ("kl_bernoulli", 0.0, 0.5, INF, -INF),
        ("kl_bernoulli", 0.0, 0.0, 0.0, None),
        ("kl_bernoulli", 1.0, 1.0, 0.0, None),
        ("kl_bernoulli", 0.0, 1.0, INF, -INF),
        ("kl_bernoulli_reverse", 0.5, 0.5, 0.0, 0.0),
        ("kl_bernoulli_reverse", 0.0, 0.5, LN2, -INF),
        ("kl_bernoulli_reverse", 1.0, 0.5, LN2, INF),
        ("kl_bernoulli_reverse", 0.5, 1.0, INF, None),
        ("js_bernoulli", 0.0, 1.0, LN2, -INF),
        ("js_bernoulli", 1.0, 0.0, LN2, INF),
        ("js_bernoulli", 0.0, 0.0, 0.0, 0.5 * LN2),
        ("js_bernoulli", 0.4, 0.4, 0.0, 0.0),
        ("penalty_reduced_focal", 0.5, 1.0, LN2 / 4, -0.5 - LN2),
        ("penalty_reduced_focal", 0.5, 0.5, LN2 / 4 / 16, None),
        ("penalty_reduced_focal", 0.5, 0.0, LN2 / 4, 0.5 + LN2),
        ("penalty_reduced_focal", 0.0, 1.0, INF, -INF),
        ("penalty_reduced_focal", 1.0, 1.0, 0.0, 0.0),
        ("penalty_reduced_focal", 0.0, 0.0, 0.0, 0.0),
        ("yolo_size", 1.0, 0.25, 0.25, 0.5),
        ("yolo_size", 0.25, 1.0, 0.25, -1.0),
        ("yolo_size", 0.0, 0.25, 0.25, -INF),
        ("yolo_size", 0.5, 0.0, 0.5, 1.0),
        ("yolo_size", 0.0, 0.0, 0.0, 1.0),
    ],
)  # fmt: skip
def test_a_point_computed_by_hand(key, p, t, value, slope):
    ours = at(key, p, t)
    assert ours[0] == pytest.approx(value, rel=1e-12, abs=1e-15)
    assert not math.isnan(ours[1])
    assert slope is None or ours[1] == pytest.approx(slope, rel=1e-9, abs=1e-12)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64], ids=str)
def test_bce_at_its_edges_is_torchs_to_the_last_digit(dtype):
    tiny = [0.0, 1e-30, 1e-12, 1e-7, 0.3, 0.999999, 1.0]
    for p in tiny:
        for t in (0.0, 0.4, 1.0):
            x = torch.tensor([p], dtype=dtype, requires_grad=True)
            theirs = F.binary_cross_entropy(x, torch.full_like(x, t), reduction="none")
            (slope,) = torch.autograd.grad(theirs.sum(), x)
            ours = at("bce", p, t, dtype)
            assert ours == pytest.approx((theirs.item(), slope.item()), rel=2e-7 if dtype == torch.float32 else 1e-14)


def test_in_single_precision_the_wrong_edge_pulls_with_torchs_very_number():
    assert at("bce", 0.0, 1.0, torch.float32)[1] == -999999995904.0
    assert f"{at('bce', 0.0, 1.0)[1]:.10g}" == "-1.000000004e+12"


def test_one_bit_from_the_right_edge_the_slope_is_minus_one_and_at_it_zero():
    assert at("bce", 1 - 1e-11, 1.0)[1] == pytest.approx(-1.0, rel=1e-6)
    assert at("bce", 1.0, 1.0)[1] == 0.0


def test_bce_with_weight_is_the_weight_times_bce():
    assert at("bce", 0.3, 0.6, weight=2.5) == pytest.approx(tuple(2.5 * y for y in at("bce", 0.3, 0.6)))
    assert at("bce", 0.0, 1.0, weight=0.0) == (0.0, 0.0)


def test_bce_refuses_what_is_no_probability():
    with pytest.raises(RuntimeError, match="between 0 and 1"):
        LOSSES["bce"].fn(torch.tensor([1.2]), torch.tensor([1.0]))


# --- independent forms -----------------------------------------------------------------------------------------------


def _penalty(p, t, alpha, beta):
    positive = -((1 - p) ** alpha) * np.log(p)
    negative = -((1 - t) ** beta) * p**alpha * np.log(1 - p)
    d_positive = alpha * (1 - p) ** (alpha - 1) * np.log(p) - (1 - p) ** alpha / p
    d_negative = (1 - t) ** beta * (p**alpha / (1 - p) - alpha * p ** (alpha - 1) * np.log(1 - p))
    return np.where(t == 1, positive, negative), np.where(t == 1, d_positive, d_negative)


CLOSED_FORM = {
    "bce": lambda p, t, weight: (
        -weight * (t * np.log(p) + (1 - t) * np.log(1 - p)),
        weight * (p - t) / (p * (1 - p)),
    ),
    "kl_bernoulli": lambda p, t: (rel_entr(t, p) + rel_entr(1 - t, 1 - p), (p - t) / (p * (1 - p))),
    "kl_bernoulli_reverse": lambda p, t: (
        rel_entr(p, t) + rel_entr(1 - p, 1 - t),
        np.log(p / t) - np.log((1 - p) / (1 - t)),
    ),
    "js_bernoulli": lambda p, t: (
        np.array([jensenshannon([a, 1 - a], [b, 1 - b]) ** 2 for a, b in zip(p, t, strict=True)]),
        0.5 * np.log(2 * p / (p + t)) - 0.5 * np.log(2 * (1 - p) / (2 - p - t)),
    ),
    "penalty_reduced_focal": _penalty,
}


@pytest.mark.parametrize("key", CLOSED_FORM)
def test_values_and_slopes_are_those_of_the_written_formula(key):
    loss = LOSSES[key]
    p, t = (x.ravel() for x in np.meshgrid(np.linspace(0.013, 0.987, 41), [0.05, 0.3, 0.71, 0.95]))
    if key == "penalty_reduced_focal":
        p, t = np.append(p, p), np.append(t, np.ones_like(t))
    for share in (None, 0.2, 0.7):
        values = loss.defaults if share is None else {q.name: q.lo + share * (q.hi - q.lo) for q in loss.params}
        x = torch.tensor(p, requires_grad=True)
        ours = loss.fn(x, torch.tensor(t), **values)
        (slope,) = torch.autograd.grad(ours.sum(), x)
        value_, slope_ = CLOSED_FORM[key](p, t, **values)
        assert np.allclose(ours.detach(), value_, rtol=1e-9, atol=1e-12)
        assert np.allclose(slope, slope_, rtol=1e-8, atol=1e-11)


def test_kl_is_torchs():
    p, t = LOSSES["bce"].kind.draw(200, torch.Generator().manual_seed(0))
    both = [torch.stack([x, 1 - x], -1) for x in (p, t)]
    theirs = F.kl_div(both[0].log(), both[1], reduction="none").sum(-1)
    assert torch.allclose(LOSSES["kl_bernoulli"].fn(p, t), theirs, rtol=1e-9)


def test_kl_is_cross_entropy_less_the_entropy_of_the_target():
    p, t = LOSSES["bce"].kind.draw(200, torch.Generator().manual_seed(0))
    bce = LOSSES["bce"].fn
    assert torch.allclose(LOSSES["kl_bernoulli"].fn(p, t), bce(p, t) - bce(t, t), rtol=1e-9, atol=1e-12)


def test_js_is_symmetric_and_at_most_ln_2():
    p, t = LOSSES["bce"].kind.draw(500, torch.Generator().manual_seed(0))
    js = LOSSES["js_bernoulli"].fn
    assert torch.allclose(js(p, t), js(t, p), rtol=1e-12)
    assert float(js(p, t).max()) < LN2


@pytest.mark.parametrize("key", ["bce", "kl_bernoulli"])
@pytest.mark.parametrize("target", [0.0, 0.3, 0.7, 1.0])
def test_the_best_probability_is_the_targets(key, target):
    curve = sample(View.of(key, "probability", target=target, points=4001))
    assert curve.x[curve.value.argmin()] == pytest.approx(target, abs=3e-4)


def test_the_best_probability_for_many_labels_is_their_share():
    labels = torch.tensor([1.0, 1, 0, 1, 0, 1, 1])
    p = torch.linspace(0.001, 0.999, 999, dtype=torch.float64)
    cost = LOSSES["bce"].fn(p[:, None].expand(-1, 7), labels.double().expand(999, 7)).mean(1)
    assert float(p[cost.argmin()]) == pytest.approx(5 / 7, abs=1e-3)


def test_only_an_exact_one_is_a_centre():
    near, centre = at("penalty_reduced_focal", 0.9, 1 - 1e-9), at("penalty_reduced_focal", 0.9, 1.0)
    assert near[0] == pytest.approx(0.0, abs=1e-30)
    assert centre[0] == pytest.approx(0.01 * -math.log(0.9), rel=1e-12)


def test_the_same_miss_costs_more_on_a_small_box():
    assert at("yolo_size", 0.15, 0.05)[0] > 3 * at("yolo_size", 1.05, 0.95)[0]
