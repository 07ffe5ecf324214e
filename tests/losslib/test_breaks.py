"""Where the line of a gradient is broken although no kink is declared: at true jumps, and at all that the eye would take for one."""

from __future__ import annotations

import sys

import numpy as np
import pytest

from losslib import LOSSES, View, sample
from losslib.spec import Slice
from losslib.traits import PIECEWISE
from tests.losslib import properties

sampling = sys.modules["losslib.sample"]  # the package's `sample` is the function
TORN = [x for x in LOSSES.values() if PIECEWISE in x.traits]
EVERY_LINE = [pytest.param(x.key, s, id=f"{x.key}-{s.key}") for x in TORN for s in x.kind.curves]


def settings(key: str, line: Slice) -> list[View]:
    """The line with its defaults, and with each number at four places of its range."""
    usual = View.of(key, line.key)
    params = (*LOSSES[key].params, *line.params)
    moved = [{p.name: properties.between(p, share)} for p in params for share in (0.0, 0.3, 0.6, 1.0)]
    return [usual, *(usual.change(**values) for values in moved)]


def slope(view: View, u: np.ndarray) -> np.ndarray:
    return properties.along(view.the_loss, view.the_slice, view.loss_params, view.slice_params, u)[1]


def kept(view: View, lo: float, hi: float) -> list[float]:
    """The largest rise of the gradient in a gap, in an eighth of that, and so on: a jump keeps its size, a slope does not."""
    sizes = []
    for _ in range(8):
        u = np.linspace(lo, hi, 9)
        rise = np.abs(np.diff(slope(view, u)))
        best = int(rise.argmax())
        sizes.append(float(rise[best]))
        lo, hi = u[best], u[best + 1]
    return sizes


@pytest.mark.parametrize(("key", "line"), EVERY_LINE)
def test_a_line_is_broken_only_where_its_gradient_jumps(key, line):
    for view in settings(key, line):
        curve = sample(view)
        for i in curve.breaks:
            sizes = kept(view, curve.x[i], curve.x[i + 1])
            change = abs(curve.gradient[i + 1] - curve.gradient[i])
            assert sizes[-1] > 0.9 * sizes[-3], (view, i)
            assert sizes[-1] > 0.2 * change, (view, i)


@pytest.mark.parametrize(("key", "line"), EVERY_LINE)
def test_no_line_is_torn_to_shreds(key, line):
    for view in settings(key, line):
        assert len(sample(view).breaks) <= 16, view


@pytest.mark.parametrize("key", ["iou", "diou", "ciou"])
def test_the_gradient_breaks_where_two_boxes_meet_and_where_they_part(key):
    curve = sample(View.of(key, "shift"))
    assert curve.x[list(curve.breaks)] == pytest.approx([-10.0, -0.1, 0.0, 9.9])


@pytest.mark.parametrize("target", [0.0, 1.0])
@pytest.mark.parametrize("line", ["logit", "probability"])
def test_the_gradient_of_ghm_breaks_at_the_edges_of_bins_and_only_there(line, target):
    curve = sample(View.of("ghm_c", line, target=target))
    p = 1 / (1 + np.exp(-curve.x)) if line == "logit" else curve.x
    bins = np.floor(10 * np.abs(p - target) + np.where(target, -1e-12, 1e-12))
    assert len(curve.breaks) >= 4
    for i in curve.breaks:
        assert len(set(bins[max(0, i - 1) : i + 3])) == 2, curve.x[i]


def test_ghm_itself_jumps_at_the_edges_of_bins():
    curve = sample(View.of("ghm_c", "logit", target=1))
    assert len(curve.jumps) >= 5
    for i in curve.jumps:
        climb = np.abs(curve.gradient[i : i + 2]).max() * (curve.x[i + 1] - curve.x[i])
        assert abs(curve.value[i + 1] - curve.value[i]) > 5 * climb, curve.x[i]


def test_the_count_of_mistakes_jumps_where_the_margin_is_0():
    curve = sample(View("zero_one"))
    assert [float(curve.value[i]) for i in curve.jumps] == [1.0]
    assert [float(curve.value[i + 1]) for i in curve.jumps] == [0.0]


def test_the_weight_of_a_negative_jumps_where_the_gaussian_is_cut_off():
    curve = sample(View("forgiven"))
    assert [float(curve.x[i]) for i in curve.jumps] == [5.0]


@pytest.mark.parametrize(("key", "line"), EVERY_LINE)
def test_no_line_jumps_but_those_of_ghm(key, line):
    for view in settings(key, line):
        assert not sample(view).jumps or key in ("ghm_c", "ghm_r"), view


def test_two_of_different_kinds_that_coincide_are_pushed_as_soon_as_they_part():
    assert sample(View.of("contrastive", "distance", same=0)).breaks == (0,)
    assert sample(View.of("contrastive", "distance", same=1)).breaks == ()
    assert sample(View.of("contrastive", "distance", same=0, lo=0.1)).breaks == ()


def test_a_kink_at_an_end_breaks_its_one_side():
    assert sample(View.of("l1", "residual", lo=0.0, hi=4.0)).breaks == (0,)
    assert sample(View.of("l1", "residual", lo=-4.0, hi=0.0, points=41)).breaks == (39,)


def test_a_steep_pole_at_the_end_of_a_line_stays_whole():
    curve = sample(View.of("ghm_c", "probability"))
    assert abs(curve.gradient[0]) > 100 * abs(curve.gradient[1])
    assert 0 not in curve.breaks


@pytest.mark.parametrize("eps", [2.2e-16, 1.2e-7, 1e-3])
def test_a_last_digit_of_a_constant_gradient_is_no_jump_and_a_thousand_of_them_are(eps):
    gradient = np.full(401, 0.3)
    gradient[200:] += eps
    assert not sampling._torn(gradient, eps)
    gradient[200:] += 1000 * eps
    assert sampling._torn(gradient, eps) == [199]


def test_a_steep_rise_stays_whole_and_a_jump_on_the_same_line_does_not():
    x = np.linspace(-1, 1, 401)
    rise = np.tanh(60 * x)
    assert not sampling._torn(rise, 1e-16)
    assert sampling._torn(rise + (x > 0.5001), 1e-16) == [300]
    assert sampling._torn(rise + np.sign(x - 0.5), 1e-16) == [299, 300]


@pytest.mark.parametrize("points", range(2, 7))
def test_a_line_of_few_points_stays_whole(points):
    assert sample(View.of("iou", "shift", points=points)).breaks == ()
