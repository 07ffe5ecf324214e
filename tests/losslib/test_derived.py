"""Ratios, areas, regions and minima, against plain NumPy and against what the formulas say."""

from __future__ import annotations

import numpy as np
import pytest

from losslib import LOSSES, Curve, View, sample
from losslib.derived import ROWS, Minimum, derive, minimum, region


def curve(view: View) -> Curve:
    found = sample(view)
    assert isinstance(found, Curve)
    return found


def binary(loss: str, **params: float) -> Curve:
    return curve(View.of(loss, "p_t", gradient="logit", target=1, lo=0.001, hi=0.999, points=999, **params))


def test_a_hundred_times_less_loss_is_only_34_5_times_less_gradient() -> None:
    found = derive([binary("bce_with_logits"), binary("focal", gamma=2)], ["ratio", "gradient_ratio"])[1]
    at = 899
    assert binary("focal", gamma=2).x[at] == pytest.approx(0.9)
    assert 1 / found.rows["ratio"][at] == pytest.approx(100)
    assert 1 / found.rows["gradient_ratio"][at] == pytest.approx(34.5, abs=0.05)


def test_every_row_is_what_numpy_makes_of_the_formula() -> None:
    bce, focal = binary("bce_with_logits"), binary("focal", gamma=2)
    p = bce.x
    rows = derive([bce, focal], ROWS, against=0, norm=0.5)[1].rows
    np.testing.assert_allclose(rows["ratio"], (1 - p) ** 2, rtol=1e-9)
    np.testing.assert_allclose(rows["gradient_ratio"], (1 - p) * ((1 - p) - 2 * p * np.log(p)), rtol=1e-9)
    np.testing.assert_allclose(rows["difference"], -np.log(p) * ((1 - p) ** 2 - 1), rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(rows["normalised"], (1 - p) ** 2 * np.log(p) / (0.25 * np.log(0.5)), rtol=1e-9)
    area = derive([bce], ["area"])[0].rows["area"]
    np.testing.assert_allclose(area, (p - p * np.log(p)) - (0.001 - 0.001 * np.log(0.001)), atol=1e-5)


def test_a_ratio_to_itself_is_one_and_zero_over_zero_is_no_number() -> None:
    hinge = curve(View.of("hinge", "margin"))
    ratio = derive([hinge], ["ratio"])[0].rows["ratio"]
    assert (ratio[hinge.value > 0] == 1).all()
    assert np.isnan(ratio[hinge.value == 0]).all()


def test_the_reference_may_be_any_of_the_curves() -> None:
    bce, focal = binary("bce_with_logits"), binary("focal", gamma=2)
    first, second = derive([bce, focal], ["difference"], against=1)
    np.testing.assert_array_equal(first.rows["difference"], bce.value - focal.value)
    assert not second.rows["difference"].any()


# --- minima ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("target", [0.1, 0.37, 0.5, 0.7, 0.993])
def test_a_soft_label_has_a_floor_its_own_entropy(target: float) -> None:
    found = minimum(curve(View.of("bce_with_logits", "probability", target=target)))
    assert found is not None
    assert found.lo == found.hi == pytest.approx(target, abs=1e-5)
    entropy = -target * np.log(target) - (1 - target) * np.log(1 - target)
    assert found.value == pytest.approx(entropy, rel=1e-9)


def test_a_minimum_in_a_kink_is_found_between_the_samples() -> None:
    found = minimum(curve(View.of("l1", "prediction", target=0.3333)))
    assert found is not None
    assert (found.lo, found.value) == (pytest.approx(0.3333, abs=1e-5), pytest.approx(0, abs=1e-5))


def test_a_plateau_is_told_from_end_to_end() -> None:
    assert minimum(curve(View.of("hinge", "margin"))) == Minimum(pytest.approx(1.0), 6.0, 0.0)


def test_a_minimum_at_the_end_of_the_axis_stays_there() -> None:
    found = minimum(binary("bce_with_logits"))
    assert found is not None
    assert found.lo == found.hi == pytest.approx(0.999)


@pytest.mark.parametrize(("loss", "target", "end"), [("bce_with_logits", 1, 1.0), ("bce", 1, 1.0), ("bce", 0, 0.0)])
def test_a_minimum_at_an_open_end_is_what_the_loss_tends_to_there(loss: str, target: float, end: float) -> None:
    line = curve(View.of(loss, "probability", target=target))
    assert minimum(line) == Minimum(end, end, pytest.approx(0, abs=1e-14))
    assert not line.x[0] <= end <= line.x[-1], "it is approached, and never reached"


@pytest.mark.parametrize("loss", ["huber", "l1", "mse"])
def test_a_minimum_that_only_rounding_keeps_from_0_is_at_0(loss: str) -> None:
    assert minimum(curve(View.of(loss, "residual"))) == Minimum(0.0, 0.0, 0.0)


# --- regions ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("the_slice", "target", "expected"),
    [
        ("p_t", 0, ((0.5, 1 - 1e-6),)),
        ("probability", 1, ((0.5, 1 - 1e-6),)),
        ("probability", 0, ((1e-6, 0.5),)),
        ("probability", 0.5, ()),
        ("logit", 0.2, ((-6.0, 0.0),)),
        ("margin", 0, ((0.0, 6.0),)),
    ],
)
def test_well_classified_is_the_side_of_the_target(
    the_slice: str, target: float, expected: tuple[tuple[float, float], ...]
) -> None:
    assert region(curve(View.of("focal", the_slice, target=target)), "easy") == expected


@pytest.mark.parametrize("key", ["kl_div", "distillation_kl", "gan_discriminator", "cross_entropy"])
def test_a_logit_without_a_label_of_its_own_has_no_right_side(key: str) -> None:
    assert region(curve(View.of(key, LOSSES[key].kind.curves[0].key)), "easy") == ()


def test_a_residual_is_neither_well_nor_badly_classified() -> None:
    assert region(curve(View.of("l1")), "easy") == ()


def test_the_quiet_region_ends_where_the_gradient_is_a_twentieth() -> None:
    ((lo, hi),) = region(curve(View.of("half_squared_error", "residual")), "quiet")
    assert (lo, hi) == (pytest.approx(-0.05), pytest.approx(0.05))
    assert region(curve(View.of("l1", "residual", lo=1.0)), "quiet") == ()
