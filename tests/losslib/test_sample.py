"""The only road from a view to numbers: grids, slopes in any coordinate, curvature, kinks, surfaces, examples."""

from __future__ import annotations

import math
import sys
import time
from dataclasses import replace

import numpy as np
import pytest
import torch

from losslib import LOSSES, Curve, Surface, View, ViewError, placed, sample, snapshot, track
from losslib.kinds import REGRESSION
from losslib.spec import Axis, Slice
from tests.losslib.toys import toy

sampling = sys.modules["losslib.sample"]  # the package's `sample` is the function
every_curve = pytest.mark.parametrize(
    ("key", "slice_key"),
    [pytest.param(x.key, s.key, id=f"{x.key}-{s.key}") for x in LOSSES.values() for s in x.kind.curves],
)
every_surface = pytest.mark.parametrize(
    ("key", "slice_key"),
    [pytest.param(x.key, s.key, id=f"{x.key}-{s.key}") for x in LOSSES.values() for s in x.kind.surfaces],
)


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


# --- grids -----------------------------------------------------------------------------------------------------------


@every_curve
def test_a_curve_has_its_points_evenly_from_end_to_end(key, slice_key):
    view = View.of(key, slice_key, points=13)
    curve = sample(view)
    assert isinstance(curve, Curve)
    assert (curve.x[0], curve.x[-1]) == view.range
    assert np.allclose(np.diff(curve.x[1:-1], n=2), 0, atol=1e-9 * abs(curve.x).max())
    assert np.allclose(np.diff(curve.x)[[0, -1]], curve.x[2] - curve.x[1], atol=2e-6 * abs(curve.x).max())
    for y in (curve.x, curve.value, curve.gradient):
        assert (y.shape, y.dtype) == ((13,), np.float64)
    assert curve.curvature is None
    assert curve.place.note == ""


@every_surface
def test_a_surface_is_indexed_row_by_the_second_coordinate_and_column_by_the_first(key, slice_key):
    view = View.of(key, slice_key, points=5)
    surface = sample(view)
    assert isinstance(surface, Surface)
    for c, axis in zip((surface.x, surface.y), view.the_slice.axes, strict=True):
        assert np.allclose(c, np.linspace(axis.lo, axis.hi, 5), atol=2e-6)
        assert (c[0], c[-1]) == (axis.lo, axis.hi)
    assert [g.shape for g in (surface.value, *surface.gradients)] == [(5, 5)] * 3
    j, i = 3, 1
    one = snapshot(view, (float(surface.x[i]), float(surface.y[j])))
    assert surface.value[j, i] == pytest.approx(one.value, rel=1e-9, abs=1e-12)
    for k in (0, 1):
        assert surface.gradients[k][j, i] == pytest.approx(one.slope[k], rel=1e-9, abs=1e-12)


def test_the_open_ends_of_the_probability_axis_leave_the_points_between_round():
    x = sample(View.of("bce_with_logits", "probability", points=401)).x
    assert (x[0], x[-1]) == (1e-6, 1 - 1e-6)
    assert np.allclose(x[[1, 40, 100, 200, 300, 399]], [0.0025, 0.1, 0.25, 0.5, 0.75, 0.9975], rtol=0, atol=1e-15)


def test_the_surface_of_squared_error_is_known():
    s = sample(View.of("mse", "plane", points=7))
    assert np.allclose(s.value, (s.x[None, :] - s.y[:, None]) ** 2)
    assert np.allclose(s.gradients[0], 2 * (s.x[None, :] - s.y[:, None]))
    assert np.allclose(s.gradients[1], -2 * (s.x[None, :] - s.y[:, None]))


def test_the_ends_can_be_moved_within_the_domain():
    curve = sample(View.of("exponential", "margin", lo=-1, hi=2, points=4))
    assert np.allclose(curve.x, [-1, 0, 1, 2])
    assert np.allclose(curve.value, np.exp([1, 0, -1, -2]))


# --- slopes ----------------------------------------------------------------------------------------------------------


def test_a_slope_goes_through_the_slice():
    curve = sample(View.of("bce_with_logits", "probability", points=401))
    assert np.allclose(curve.gradient, -1 / curve.x)
    assert curve.gradient[200] == pytest.approx(-2.0)


@pytest.mark.parametrize("key", ["bce_with_logits", "bce"])
@pytest.mark.parametrize("target", [0.0, 0.3, 1.0])
def test_on_the_probability_axis_the_slope_in_the_logit_is_the_whole_error(key, target):
    curve = sample(View.of(key, "probability", gradient="logit", target=target, points=201))
    assert np.allclose(curve.gradient, curve.x - target, atol=1e-9)


@pytest.mark.parametrize("key", ["bce_with_logits", "focal", "bce"])
@pytest.mark.parametrize("slice_key", ["p_t", "margin"])
@pytest.mark.parametrize("target", [0.0, 1.0])
def test_other_axes_give_the_same_slope_in_the_logit(key, slice_key, target):
    """However a point of the line is called, the slope in its logit is one number."""
    curve = sample(View.of(key, slice_key, gradient="logit", target=target, points=41, lo=0.1, hi=0.9))
    m = np.log(curve.x / (1 - curve.x)) if slice_key == "p_t" else curve.x
    z = (2 * target - 1) * m
    expected = [snapshot(View.of(key, "logit", target=target), float(c)).slope[0] for c in z]
    assert np.allclose(curve.gradient, expected, rtol=1e-9)


def test_the_value_does_not_depend_on_the_coordinate_of_the_slope():
    view = View.of("focal", "probability", points=33)
    other = View.of("focal", "probability", points=33, gradient="logit")
    assert np.array_equal(sample(view).value, sample(other).value)


def _quality_bend(p):
    """The second derivative of ``(1/2 - p)**2`` times cross-entropy, at ``p = 1/2`` twice the entropy."""
    surprise = -(np.log(p) + np.log1p(-p)) / 2
    slope, bend = (p - 0.5) / (p * (1 - p)), (1 / p**2 + 1 / (1 - p) ** 2) / 2
    return 2 * surprise + 4 * (p - 0.5) * slope + (p - 0.5) ** 2 * bend


@pytest.mark.parametrize(
    ("view", "expected"),
    [
        (View.of("mse", "residual", order=2), lambda x: np.full_like(x, 2.0)),
        (View.of("huber", "residual", order=2, delta=1), lambda x: (np.abs(x) < 1).astype(float)),
        (View.of("smooth_l1", "residual", order=2, beta=1), lambda x: (np.abs(x) < 1).astype(float)),
        (View.of("l1", "residual", order=2), np.zeros_like),
        (View.of("exponential", "margin", order=2), lambda x: np.exp(-x)),
        (View.of("bce_with_logits", "logit", order=2), lambda x: sigmoid(x) * sigmoid(-x)),
        (View.of("bce_with_logits", "probability", order=2), lambda x: 1 / x**2),
        (View.of("bce_with_logits", "probability", order=2, gradient="logit"), lambda x: x * (1 - x)),
        (View.of("quality_focal", "probability", order=2, gamma=2, target=0.5), _quality_bend),
    ],
    ids=lambda v: "-".join(dict(v.words()).values()) if isinstance(v, View) else "",
)
def test_the_curvature_is_known(view, expected):
    curve = sample(view)
    settled = np.abs(np.abs(curve.x) - 1) > 1e-9  # where Huber's curvature jumps, either side is right
    assert np.allclose(curve.curvature[settled], expected(curve.x)[settled], rtol=1e-8, atol=1e-12)


@every_curve
def test_the_second_derivative_leaves_value_and_slope_as_they_are(key, slice_key):
    once, twice = (sample(View.of(key, slice_key, points=21, order=order)) for order in (1, 2))
    assert np.allclose(once.value, twice.value, rtol=1e-12, equal_nan=True)
    assert np.allclose(once.gradient, twice.gradient, rtol=1e-9, atol=1e-14, equal_nan=True)
    assert twice.curvature is not None
    assert not np.isnan(twice.curvature[1:-1]).any()


def test_low_precision_is_computed_in_low_precision():
    views = [View.of("bce_with_logits", "logit", dtype=d) for d in ("float64", "float32", "bfloat16", "float16")]
    off = [np.abs(sample(v).value - sample(views[0]).value).max() for v in views]
    assert off[0] == 0
    assert 0 < off[1] < 1e-5 < off[3] < 1e-1
    assert off[3] < off[2]


# --- kinks -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("view", "kinks"),
    [
        (View.of("hinge", "margin"), [1.0]),
        (View.of("hinge", "margin", margin=0.37), [0.37]),
        (View.of("hinge", "logit", target=0, margin=0.37), [-0.37]),
        (View.of("l1", "residual"), [0.0]),
        (View.of("l1", "prediction", target=1.3), [1.3]),
        (View.of("smooth_l1", "residual"), []),
        (View.of("smooth_l1", "residual", beta=0), [0.0]),
        (View.of("quality_focal", "logit", gamma=0.5, target=0.7), [np.log(0.7 / 0.3)]),
        (View.of("quality_focal", "probability", gamma=0.5, target=0.7), [0.7]),
        (View.of("quality_focal", "probability", gamma=0.5, target=0.7, lo=0.699999, hi=0.999), [0.7]),
        (View.of("quality_focal", "probability", gamma=2, target=0.7), []),
        (View.of("l1", "residual", points=400), [0.0]),
        (View.of("l1", "residual", points=2), [0.0]),
    ],
    ids=lambda v: "-".join(dict(v.words()).values()) if isinstance(v, View) else "",
)
def test_kinks_are_found_to_nine_digits(view, kinks):
    curve = sample(view)
    assert curve.kinks == pytest.approx(kinks, abs=1e-9)
    for kink in curve.kinks:
        assert any(curve.x[i] <= kink <= curve.x[i + 1] for i in curve.breaks)


def test_an_exact_grid_point_breaks_both_its_sides():
    curve = sample(View.of("l1", "residual", points=401))
    assert curve.x[200] == 0.0
    assert curve.breaks == (199, 200)


def test_between_grid_points_only_one_gap_breaks():
    curve = sample(View.of("l1", "residual", points=400))
    assert curve.breaks == (199,)


@pytest.mark.parametrize("bend", [lambda x: x, lambda x: x**3, lambda x: np.sinh(9 * x), lambda x: np.tanh(50 * x)])
def test_a_bent_kink_function_is_followed_to_its_zero(bend):
    lo, hi = np.array([-0.3, -2.0]), np.array([1.1, 0.01])

    def at(x):
        return bend(x - np.array([0.123456789, -1.5]))

    found = sampling._between(at, (lo, at(lo)), (hi, at(hi)))
    assert found == pytest.approx([0.123456789, -1.5], abs=1e-9)


def test_many_kinks_on_one_curve_are_all_found(monkeypatch):
    def zigzag(prediction, target):
        return (prediction * 3).sin().abs()

    def turns(prediction, target):
        return (prediction * 3).sin()

    monkeypatch.setattr("losslib.view.entry", {"zigzag": toy(zigzag, kinks=(turns,))}.__getitem__)
    curve = sample(View.of("zigzag", points=400))
    assert curve.kinks == pytest.approx(np.arange(-4, 5) * np.pi / 3, abs=1e-9)


# --- chunks ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("key", LOSSES)
def test_chunks_change_no_number(key, monkeypatch):
    view = View.of(key, points=11)
    whole = sample(view)
    monkeypatch.setattr(sampling, "CHUNK_BYTES", 8 * view.the_loss.kind.size * 3)
    pieces = sample(view)
    for a, b in ((whole.value, pieces.value), (whole.gradient, pieces.gradient)):
        assert np.allclose(a, b, rtol=1e-11, atol=1e-14, equal_nan=True)
    assert whole.kinks == pytest.approx(pieces.kinks)


def test_a_large_request_is_worked_off_in_chunks_that_fit(monkeypatch):
    seen = []
    shift = LOSSES["dice"].kind.slice("shift")

    def counting(dx, *, radius: float = 8.0):
        seen.append(len(dx))
        return shift.fn(dx, radius=radius)

    spy = Slice("shift", "shift", counting, shift.axes, shift.params)
    monkeypatch.setattr(View, "the_slice", spy)
    view = View.of("dice", "shift", points=1900)
    sample(view)
    assert sum(seen) == 1900
    assert max(seen) * view.the_loss.kind.size * 8 <= sampling.CHUNK_BYTES == 2 * 2**20


# --- one example -----------------------------------------------------------------------------------------------------


@every_curve
def test_a_snapshot_is_a_point_of_the_curve(key, slice_key):
    view = View.of(key, slice_key, points=7)
    curve = sample(view)
    for i in (1, 4):
        one = snapshot(view, float(curve.x[i]))
        assert one.value == pytest.approx(curve.value[i], rel=1e-9, abs=1e-12)
        assert one.slope[0] == pytest.approx(curve.gradient[i], rel=1e-9, abs=1e-12)
        assert tuple(one.inputs) == tuple(one.gradients) == view.the_loss.kind.inputs
        for name, shape in zip(one.inputs, view.the_loss.kind.shapes, strict=True):
            assert one.inputs[name].shape == one.gradients[name].shape
            assert one.inputs[name].ndim == len(shape)


@every_curve
def test_the_slope_of_a_snapshot_is_in_the_coordinate_that_is_asked_for(key, slice_key):
    for word in View.of(key, slice_key).the_slice.into:
        view = View.of(key, slice_key, points=7, gradient=word)
        curve = sample(view)
        for i in (1, 4):
            one = snapshot(view, float(curve.x[i]))
            assert one.value == snapshot(replace(view, gradient="x"), float(curve.x[i])).value
            assert one.slope == (pytest.approx(curve.gradient[i], rel=1e-9, abs=1e-12),)


def test_a_snapshot_gives_the_gradient_in_every_input():
    one = snapshot(View.of("mse", "prediction", target=1.0), 3.0)
    assert {name: float(x) for name, x in one.inputs.items()} == {"prediction": 3.0, "target": 1.0}
    assert {name: float(x) for name, x in one.gradients.items()} == {"prediction": 4.0, "target": -4.0}
    assert (one.value, one.slope, one.at) == (4.0, (4.0,), (3.0,))


def test_a_snapshot_of_a_mask_tells_each_pixel_its_pull():
    one = snapshot(View.of("dice", "shift"), 4.0)
    p, t, pull = one.inputs["p"], one.inputs["t"], one.gradients["p"]
    total, overlap = p.sum() + t.sum() + 1, 2 * (p * t).sum() + 1
    assert np.allclose(pull, -2 * t / total + overlap / total**2)


def test_a_snapshot_needs_as_many_coordinates_as_the_slice():
    with pytest.raises(ValueError, match="at must hold 2 on slice plane, got 1"):
        snapshot(View.of("mse", "plane"), 1.0)
    with pytest.raises(ValueError, match="at must hold 1 on slice residual, got 2"):
        snapshot(View.of("mse", "residual"), (1.0, 2.0))


@pytest.mark.parametrize(
    ("loss", "key", "at", "rule"),
    [
        ("focal", "probability", 1.0, "at must be between 1e-06 and 0.999999 on axis probability, got 1"),
        ("bce", "probability", -1.0, "at must be between 0 and 1 on axis probability, got -1"),
        ("bce", "plane", (0.5, 1.5), "at must be between 0 and 1 on axis target, got 1.5"),
        ("mse", "residual", math.nan, "at must be between -10000 and 10000 on axis residual, got nan"),
        ("mse", "residual", "1", "at must be a number, got '1'"),
    ],
)
def test_a_snapshot_outside_the_domain_of_its_axis_is_refused(loss, key, at, rule):
    with pytest.raises(ViewError, match=f"^{rule}$"):
        snapshot(View.of(loss, key), at)


def test_a_snapshot_leaves_the_slices_inputs_alone():
    one, again = (snapshot(View.of("l1", "residual"), 2.0) for _ in range(2))
    assert one.slope == again.slope == (1.0,)


# --- odd losses and quiet neighbours ---------------------------------------------------------------------------------


def test_a_loss_that_does_not_depend_on_the_coordinate_has_slope_zero(monkeypatch):
    def flat(prediction, target):
        return torch.ones_like(target)

    def along(u):
        return u, torch.ones_like(u)

    kind = REGRESSION.__class__(
        "flat", "Flat", REGRESSION.inputs, REGRESSION.shapes,
        (Slice("u", "u", along, (Axis("u", "u", "u", -1.0, 1.0),)),), REGRESSION.draw,
    )  # fmt: skip
    monkeypatch.setattr("losslib.view.entry", {"flat": toy(flat, kind)}.__getitem__)
    for order in (1, 2):
        curve = sample(View.of("flat", points=5, order=order))
        assert curve.value.tolist() == [1.0] * 5
        assert curve.gradient.tolist() == [0.0] * 5
    assert snapshot(View.of("flat"), 0.5).slope == (0.0,)


def test_sampling_touches_no_global_state():
    before = (torch.get_default_dtype(), torch.is_grad_enabled(), torch.get_default_device(), torch.initial_seed())
    for key in LOSSES:
        sample(View.of(key, points=3))
    assert (
        torch.get_default_dtype(),
        torch.is_grad_enabled(),
        torch.get_default_device(),
        torch.initial_seed(),
    ) == before


def test_sampling_works_where_gradients_are_switched_off():
    with torch.no_grad():
        curve = sample(View.of("mse", points=5))
        one = snapshot(View.of("mse"), 2.0)
    assert np.allclose(curve.gradient, 2 * curve.x)
    assert one.slope == (4.0,)


def test_two_samples_of_one_view_are_equal():
    for key in LOSSES:
        one, two = (sample(View.of(key, points=5)) for _ in range(2))
        assert np.array_equal(one.value, two.value, equal_nan=True)
        assert np.array_equal(one.gradient, two.gradient, equal_nan=True)


def test_a_focal_curve_takes_no_longer_than_a_frame_leaves():
    view = View.of("focal", points=401)
    sample(view)
    took = []
    for _ in range(30):
        start = time.perf_counter()
        sample(view)
        took.append(time.perf_counter() - start)
    assert min(took) < 2e-3


# --- lines in planes, and descents ------------------------------------------------------------------------------------

IN_PLANES = [
    pytest.param(key, line.key, plane, id=f"{key}-{line.key}-{plane.key}")
    for key, loss in LOSSES.items()
    for line in loss.kind.curves
    for plane in loss.kind.surfaces
    if track(View(key, line.key), plane.key) is not None
]


@pytest.mark.parametrize(("key", "line", "plane"), IN_PLANES)
def test_where_a_line_runs_through_a_plane_the_loss_is_the_same(key, line, plane):
    view = View.of(key, line, points=21)
    x, y = track(view, plane.key)
    alike = {p.name: view.values[p.name] for p in plane.params if p.name in view.values}
    shared = {**plane.defaults, **alike}
    shared = {p.name: shared[p.name] for p in plane.params}
    loss = view.the_loss
    on_the_plane = loss.fn(*plane.fn(torch.tensor(x), torch.tensor(y), **shared), **view.loss_params).numpy()
    if len(x) == len(sample(view).x):
        np.testing.assert_allclose(on_the_plane, sample(view).value, rtol=1e-9, atol=1e-12)
        return
    first = plane.axes[0].name
    along_x = first not in view.slice_params
    if (first if along_x else plane.axes[1].name) == view.the_slice.axes[0].name:
        ends = replace(view, lo=(x if along_x else y)[0], hi=(x if along_x else y)[1], points=2)
        np.testing.assert_allclose(on_the_plane, sample(ends).value, rtol=1e-6, atol=1e-9)


@pytest.mark.parametrize(("key", "line", "plane"), IN_PLANES)
def test_an_example_of_a_line_is_found_in_the_plane(key, line, plane):
    usual = View.of(key, line)
    moved = [{p.name: p.grid[len(p.grid) * k // 5] for p in usual.the_slice.params} for k in (0, 1, 4)]
    for view in (usual, *(usual.change(**values) for values in moved)):
        there = View.of(key, plane.key, **{p.name: view.values[p.name] for p in plane.params if p.name in view.values})
        low, high = view.range
        for at in (low + share * (high - low) for share in (0.03, 0.4, 0.8)):
            where = placed(view, plane.key, at)
            assert where is not None
            assert snapshot(there, where).value == pytest.approx(snapshot(view, at).value, rel=1e-9, abs=1e-12)


def test_an_example_is_not_looked_for_in_a_plane_that_lacks_it():
    assert placed(View("box_l1", "aspect"), "plane", 1.0) is None


def test_a_line_of_three_classes_runs_where_both_differ_as_much_from_the_third():
    x, y = track(View.of("cross_entropy", "logit", share=0.2, points=3), "plane")
    assert x == pytest.approx([z - np.log(0.8) for z in (-6, 0, 6)])
    assert y == pytest.approx([np.log(0.2 / 0.8)] * 3)


def test_a_descent_is_what_the_normal_equations_say():
    surface = sample(View.of("least_squares_cost", "plane", rate=0.3))
    x = np.linspace(-2, 2, 8)
    X = np.column_stack([np.ones(8), x])
    y = 1 + 1.5 * x + np.sin(5 * x) / 2
    best = np.linalg.solve(X.T @ X, X.T @ y)
    shrunk = np.eye(2) - 0.3 * X.T @ X / 8
    for k in (0, 1, 7, 40):
        at = best + np.linalg.matrix_power(shrunk, k) @ (np.array([-4.0, -4.0]) - best)
        np.testing.assert_allclose([surface.path[0][k], surface.path[1][k]], at, rtol=1e-9, atol=1e-12)
        np.testing.assert_allclose(surface.path[2][k], np.sum((X @ at - y) ** 2) / 16, rtol=1e-9)


@pytest.mark.parametrize(("rate", "arrives"), [(1.16, True), (1.17, False)])
def test_a_descent_arrives_below_two_over_the_largest_curvature_and_not_above(rate, arrives):
    x = np.linspace(-2, 2, 8)
    assert (rate < 2 / np.mean(x**2)) == arrives
    _, _, value = sample(View.of("least_squares_cost", "plane", rate=rate)).path
    assert (np.diff(value) < 0).all() == arrives


@pytest.mark.parametrize("slice_key", ["aspect", "scale"])
def test_a_kink_that_several_inputs_share_is_one(slice_key):
    kinks = sample(View("box_l1", slice_key)).kinks
    assert len(kinks) == len(set(np.round(kinks, 9))) >= 1
