"""The primitives keep their digits and their slopes where the plain form loses them."""

from __future__ import annotations

import math

import pytest
import torch

from losslib.stable import (
    bce_with_logits,
    bounded_slope,
    expected,
    held,
    power,
    power_of_two,
    relative_entropy,
    relative_entropy_to_log,
    scaled_exp,
    sigmoid,
    softplus,
    sqrt,
    xlogy,
)

INF = math.inf


def slope(f, *at: float, by: int = 0, order: int = 1) -> float:
    """The derivative of ``f`` at a point in one of its arguments."""
    x = [torch.tensor([c], dtype=torch.float64, requires_grad=True) for c in at]
    y = f(*x)
    for _ in range(order):
        if not y.requires_grad:
            return 0.0
        (y,) = torch.autograd.grad(y.sum(), x[by], create_graph=True)
    return y.item()


def value(f, *at: float) -> float:
    return float(f(*(torch.tensor([c], dtype=torch.float64) for c in at)))


@pytest.mark.parametrize("x", [-745.0, -100.0, -30.0, -1.0, 0.0, 1.0, 19.0, 21.0, 35.0, 39.999, 40.001, 745.0])
def test_softplus_has_all_its_digits(x):
    exact = max(x, 0) + math.log1p(math.exp(-abs(x)))
    assert value(softplus, x) == pytest.approx(exact, rel=4e-16, abs=0)
    assert slope(softplus, x) == pytest.approx(1 / (1 + math.exp(-x)) if x > -700 else math.exp(x), rel=4e-16, abs=0)


def test_torchs_own_softplus_does_not():
    off = torch.nn.functional.softplus(torch.tensor(20.5, dtype=torch.float64)) - value(softplus, 20.5)
    assert abs(float(off)) > 1e-10


def test_in_single_precision_nothing_overflows():
    x = torch.tensor([-200.0, -90.0, 30.0, 39.0, 41.0, 90.0, 200.0], requires_grad=True)
    y = softplus(x)
    (g,) = torch.autograd.grad(y.sum(), x)
    assert torch.allclose(y, torch.nn.functional.relu(x), atol=1e-12)
    assert g.isfinite().all()


@pytest.mark.parametrize("t", [0.0, 0.25, 1.0])
def test_an_expectation_is_exact_at_both_ends_and_in_between(t):
    one, zero = 1e-44, 1e3
    assert value(lambda a, b: expected(torch.tensor([t], dtype=torch.float64), a, b), one, zero) == pytest.approx(
        t * one + (1 - t) * zero, rel=1e-15, abs=0
    )


def test_an_expectation_takes_labels_of_any_dtype():
    for t in (torch.tensor([1, 0]), torch.tensor([True, False]), torch.tensor([1.0, 0.0], dtype=torch.float64)):
        assert expected(t, torch.ones(2), torch.zeros(2)).tolist() == [1.0, 0.0]


@pytest.mark.parametrize(("z", "t"), [(100.0, 1.0), (-100.0, 0.0)])
def test_cross_entropy_of_a_sure_and_right_answer_keeps_its_last_digit(z, t):
    assert value(bce_with_logits, z, t) == pytest.approx(math.exp(-100), rel=1e-14, abs=0)
    plain = torch.nn.functional.binary_cross_entropy_with_logits(
        torch.tensor(-100.0, dtype=torch.float64), torch.tensor(0.0, dtype=torch.float64)
    )
    assert float(plain) == 0.0


@pytest.mark.parametrize("t", [-2.0, -0.5, 1.5, 2.5])
def test_a_target_beyond_the_labels_goes_on_as_the_formula_does(t):
    z = torch.tensor([-3.0, 0.5, 2.0], dtype=torch.float64)
    target = torch.full_like(z, t)
    assert torch.allclose(bce_with_logits(z, target), softplus(z) - target * z, rtol=1e-14, atol=0)


@pytest.mark.parametrize("exponent", [0.0, 0.3, 1.0, 1.5, 2.0, 5.0])
def test_power_is_the_power_and_its_slope_at_zero_is_finite(exponent):
    assert value(lambda b: power(b, exponent), 0.3) == pytest.approx(0.3**exponent, rel=1e-15)
    assert slope(lambda b: power(b, exponent), 0.3) == pytest.approx(exponent * 0.3 ** (exponent - 1), rel=1e-14)
    assert value(lambda b: power(b, exponent), 0.0) == (1.0 if exponent == 0 else 0.0)
    assert slope(lambda b: power(b, exponent), 0.0) == (1.0 if exponent == 1 else 0.0)
    assert math.isfinite(slope(lambda b: power(b, exponent), 0.0, order=2))


def test_the_plain_power_is_not_so_kind():
    assert slope(lambda b: b**0.3, 0.0) == INF


def test_a_saturated_sigmoid_silences_an_infinite_pull():
    assert math.isnan(slope(lambda z: torch.sigmoid(z).log(), -800.0))
    assert slope(lambda z: sigmoid(z).log(), -800.0) == 0.0
    assert slope(lambda z: sigmoid(z).log(), -1.0) == pytest.approx(1 - 1 / (1 + math.e), rel=1e-14)
    assert value(sigmoid, 2.0) == pytest.approx(1 / (1 + math.exp(-2)), rel=1e-15)


@pytest.mark.parametrize(
    ("x", "y", "result"),
    [(0.0, 0.0, 0.0), (0.0, 5.0, 0.0), (0.5, 1.0, 0.0), (0.5, 0.0, -INF), (0.5, 2.0, 0.5 * math.log(2))],
)
def test_xlogy_knows_that_nothing_times_anything_is_nothing(x, y, result):
    assert value(xlogy, x, y) == pytest.approx(result)
    for by in (0, 1):
        assert not math.isnan(slope(xlogy, x, y, by=by))


@pytest.mark.parametrize(
    ("x", "y", "result", "in_x", "in_y"),
    [
        (0.5, 0.25, 0.5 * math.log(2), 1 + math.log(2), -2.0),
        (0.5, 0.5, 0.0, 1.0, -1.0),
        (0.0, 0.5, 0.0, -INF, 0.0),
        (0.5, 0.0, INF, INF, -INF),
        (0.0, 0.0, 0.0, 0.0, 0.0),
    ],
)
def test_relative_entropy_is_infinite_where_it_is_and_nowhere_nan(x, y, result, in_x, in_y):
    assert value(relative_entropy, x, y) == pytest.approx(result)
    assert slope(relative_entropy, x, y) == pytest.approx(in_x)
    assert slope(relative_entropy, x, y, by=1) == pytest.approx(in_y)


@pytest.mark.parametrize("x", [0.0, 0.5, 1.0])
@pytest.mark.parametrize("y", [0.0, 0.25, 1.0])
def test_relative_entropy_to_a_logarithm_is_that_to_its_number(x, y):
    log_y = math.log(y) if y else -INF
    assert value(relative_entropy_to_log, x, log_y) == pytest.approx(value(relative_entropy, x, y))
    assert slope(relative_entropy_to_log, x, log_y) == pytest.approx(slope(relative_entropy, x, y))
    assert slope(relative_entropy_to_log, x, log_y, by=1) == -x


def test_a_bounded_slope_changes_nothing_but_an_infinite_pull():
    assert value(bounded_slope, -INF) == -INF
    assert slope(lambda x: 3 * bounded_slope(x).square(), 2.0) == 12.0
    assert slope(lambda x: 3 * bounded_slope(x).square(), 2.0, order=2) == 6.0
    largest = torch.finfo(torch.float64).max
    assert slope(lambda x: bounded_slope(x).log(), 0.0) == largest
    assert slope(lambda x: -bounded_slope(x).log(), 0.0) == -largest


def test_what_is_held_lets_no_pull_through_from_outside():
    assert [value(held, x) for x in (-2e3, -5.0, 1e308)] == [-1e3, -5.0, 1e3]
    assert math.isnan(slope(lambda x: torch.sigmoid(x) * INF, 1e308))
    assert slope(lambda x: torch.sigmoid(held(x)) * INF, 1e308) == 0.0
    assert slope(lambda x: held(x, 4.0).square(), 3.0) == 6.0
    assert slope(lambda x: held(x, 4.0).square(), 3.0, order=2) == 2.0


@pytest.mark.parametrize("dtype", [torch.float64, torch.float32])
def test_a_power_of_two_near_a_number_is_one_at_both_ends_of_the_range(dtype):
    ends = torch.finfo(dtype)
    x = torch.tensor([0.0, ends.tiny * ends.eps, ends.tiny, 0.3, 1.0, 5.0, ends.max], dtype=dtype, requires_grad=True)
    unit = power_of_two(x)
    assert not unit.requires_grad
    assert unit.frexp().mantissa.tolist() == [0.5] * len(x)
    assert unit[:6].tolist() == [ends.tiny, ends.tiny, ends.tiny, 0.25, 1.0, 4.0]
    assert 4 <= ends.max / unit[6] < 16


def test_a_root_has_slope_zero_at_zero_and_its_own_elsewhere():
    assert (value(sqrt, 0.0), slope(sqrt, 0.0)) == (0.0, 0.0)
    assert (value(sqrt, 4.0), slope(sqrt, 4.0)) == (2.0, 0.25)


def test_a_scale_of_zero_wins_over_an_exponential_that_overflows():
    assert value(scaled_exp, 0.0, 1e6) == 0.0
    assert slope(scaled_exp, 0.0, 1e6, by=1) == 0.0
    assert value(scaled_exp, 2.0, 1.0) == pytest.approx(2 * math.e)
    assert value(scaled_exp, 1.0, 1e6) == INF
