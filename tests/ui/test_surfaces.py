"""Surfaces on Explore: every plane can be reached, has its own sliders, and is drawn as what it is."""

from __future__ import annotations

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from losslib import LOSSES, View, sample, track
from tests.ui.test_explore_page import go, opened
from ui.charts.surfaces import HEIGHT, heat_figure, in_triangle, limits, space_figure
from ui.state import Explore

PLANES = [pytest.param(key, plane, id=f"{key}-{plane.key}") for key, x in LOSSES.items() for plane in x.kind.surfaces]
TITLES = ("x", "y", "loss")
ONE_OF_A_KIND = {f"{loss.kind.key}-{p.key}": (key, p) for key, loss in LOSSES.items() for p in loss.kind.surfaces}


@pytest.fixture(scope="module")
def visitor() -> AppTest:
    return opened()


@pytest.mark.parametrize(("key", "plane"), ONE_OF_A_KIND.values(), ids=ONE_OF_A_KIND)
def test_a_link_to_a_plane_opens_it_with_a_slider_for_every_setting(visitor, key, plane) -> None:
    go(visitor, loss=key, slice=plane.key)
    state = visitor.session_state["explore"]
    assert (state.show, state.surface().slice) == ("surface", plane.key)
    held = {slider.key for slider in (*visitor.slider, *visitor.select_slider)}
    assert {p.name for p in (*LOSSES[key].params, *plane.settings)} <= held


@pytest.mark.parametrize(("key", "plane"), PLANES)
def test_the_words_of_a_surface_open_it_again(key, plane) -> None:
    numbers = [(p.name, repr(p.check(p.grid[len(p.grid) // 3]))) for p in plane.settings]
    state, problems = Explore.nearest([("loss", key), ("slice", plane.key), *numbers])
    assert not problems
    assert {name: state.surface().values[name] for name, _ in numbers} == {name: float(text) for name, text in numbers}
    again, problems = Explore.nearest(state.words())
    assert not problems
    assert again.surface() == state.surface()
    assert again.numbers == state.numbers


@pytest.mark.parametrize("kind", {id(loss.kind): loss.kind for loss in LOSSES.values()}.values(), ids=lambda k: k.key)
def test_a_setting_of_a_curve_and_one_of_a_plane_with_one_name_are_one(kind) -> None:
    for line in kind.curves:
        own = {p.name: p for p in line.params}
        for plane in kind.surfaces:
            assert all(own.get(p.name, p) == p for p in plane.settings), (line.key, plane.key)


def test_no_slider_of_a_surface_is_without_effect() -> None:
    state, _ = Explore.nearest([("loss", "cross_entropy"), ("view", "surface")])
    assert [p.name for p in state.numbers] == ["label_smoothing"]


def test_a_plane_that_is_not_there_is_one_sentence() -> None:
    state, problems = Explore.nearest([("loss", "focal"), ("view", "surface"), ("plane", "simplex")])
    assert [problem.sentence for problem in problems] == ["plane must be plane"]
    assert state.surface().slice == "plane"
    _, problems = Explore.nearest([("loss", "gan_generator"), ("plane", "<b>")])
    assert [problem.sentence for problem in problems] == ["plane must be left out: this loss has none"]


def test_another_plane_and_back_keeps_its_numbers_and_the_address() -> None:
    app = opened(loss="triplet", view="surface", negative="1.5")
    app.button_group(key="choose plane").set_value("distances").run()
    assert not app.exception
    assert app.query_params["plane"] == "distances"
    app.button_group(key="choose plane").set_value("plane").run()
    assert "plane" not in app.query_params
    assert app.slider(key="negative").value == 1.5


def test_the_settings_of_a_plane_are_reset_too() -> None:
    app = opened(loss="least_squares_cost", view="surface", rate="1.2")
    assert app.slider(key="rate").value == 1.2
    next(button for button in app.button if button.label == "Reset").click().run()
    assert app.slider(key="rate").value == 0.3


# --- the pictures -----------------------------------------------------------------------------------------------------


def test_a_triangle_has_its_corners_where_one_class_has_everything() -> None:
    corners = [((0.0, 0.0), (0, 0)), ((1.0, 0.0), (1, 0)), ((0.3, 1.0), (0.5, 1))]
    for (split, share), place in corners:
        assert in_triangle(np.array(split), np.array(share)) == pytest.approx(place)
    x, y = in_triangle(np.array([0.5]), np.array([1 / 3]))  # every class alike: as far from one corner as from another
    away = [np.hypot(x - a, HEIGHT * (y - b)) for _, (a, b) in corners]
    assert np.ptp(away) < 1e-12


@pytest.mark.parametrize("key", ["cross_entropy", "kl_div"])
def test_the_simplex_is_drawn_as_a_triangle_with_its_corners_named(key) -> None:
    surface = sample(View(key, "simplex"))
    figure = heat_figure(surface, "value", TITLES, None)
    paper = figure.data[0]
    assert (paper.x >= 0.5 * paper.y - 1e-12).all()
    assert (paper.x <= 1 - 0.5 * paper.y + 1e-12).all()
    assert [note.text for note in figure.layout.annotations] == list(surface.view.the_slice.corners)
    np.testing.assert_array_equal(figure.data[1].z, surface.value)
    np.testing.assert_array_equal(space_figure(surface, "value", TITLES, None).data[0].x, paper.x)


@pytest.mark.parametrize("key", ["mse", "iou", "contrastive", "least_squares_cost", "ghm_r"])
def test_the_curves_slice_is_drawn_on_its_plane_and_lies_on_the_surface(key) -> None:
    view = View(key)
    plane = LOSSES[key].kind.surfaces[0].key
    surface = sample(View(key, plane))
    line = track(view, plane)
    flat = next(t for t in heat_figure(surface, "value", TITLES, line).data if t.meta["row"] == "across")
    np.testing.assert_array_equal(flat.x, line[0])
    high = next(t for t in space_figure(surface, "value", TITLES, line).data if t.name == "the curve's slice")
    assert np.nanmin(surface.value) <= np.nanmin(high.z) <= np.nanmax(high.z) <= np.nanmax(surface.value)


def test_a_descent_is_drawn_flat_and_in_space() -> None:
    surface = sample(View("least_squares_cost", "plane"))
    for draw in (heat_figure, space_figure):
        trace = next(t for t in draw(surface, "value", TITLES, None).data if t.name == "the descent")
        np.testing.assert_array_equal(trace.x, surface.path[0])
        np.testing.assert_array_equal(trace.y, surface.path[1])


def test_a_descent_is_looked_at_from_across_its_start() -> None:
    surface = sample(View("least_squares_cost", "plane"))
    eye = space_figure(surface, "value", TITLES, None).layout.scene.camera.eye
    for line, grid, towards in zip(surface.path, (surface.x, surface.y), (eye.x, eye.y), strict=False):
        assert towards * (line[0] - (grid[0] + grid[-1]) / 2) < 0


def test_all_heights_are_shown_but_for_a_pole_and_the_scale_says_where_it_is_cut():
    focal, bce = (sample(View.of(key, "plane")) for key in ("focal", "bce"))
    whole, cut = (space_figure(surface, "value", TITLES, None).data[0] for surface in (focal, bce))
    assert whole.cmax == focal.value.max()
    assert np.array_equal(whole.z, focal.value)
    assert "cut" not in whole.colorbar.title.text
    assert cut.cmin == bce.value.min()
    assert cut.cmax < bce.value.max()
    assert cut.colorbar.title.text.endswith(f"cut at {cut.cmax:.3g}")


@pytest.mark.parametrize("gamma", [0.0, 2.0, 4.0, 4.5, 5.0])
def test_the_finite_corner_of_focal_is_no_pole(gamma) -> None:
    surface = sample(View.of("focal", "plane", gamma=gamma))
    assert limits(surface, "value") == (surface.value.min(), surface.value.max())


@pytest.mark.parametrize("draw", [heat_figure, space_figure])
@pytest.mark.parametrize("key", ["kl_div", "kl_div_reverse", "js_div", "cross_entropy", "softmax_focal"])
def test_a_triangle_has_the_colours_of_what_lies_within_and_says_that_its_edges_are_cut(key, draw) -> None:
    surface = sample(View(key, "simplex"))
    low, high = limits(surface, "value")
    within = surface.value[1:-1, 1:-1]
    assert low == surface.value.min()
    assert 0.01 <= (within > high).mean() <= 0.05
    bars = [t.colorbar.title.text for t in draw(surface, "value", TITLES, None).data if t.type != "carpet"]
    assert f"loss, cut at {high:.3g}" in bars


@pytest.mark.parametrize("key", ["kl_div", "kl_div_reverse", "js_div"])
def test_the_hollow_of_a_divergence_has_colours_to_tell_its_heights(key) -> None:
    surface = sample(View(key, "simplex"))
    assert np.median(surface.value) > limits(surface, "value")[1] / 5


@pytest.mark.parametrize("key", ["iou", "giou", "diou", "ciou", "contrastive"])
def test_heights_that_are_met_within_a_plane_are_no_poles_and_are_not_cut(key) -> None:
    surface = sample(View(key, LOSSES[key].kind.surfaces[0].key))
    assert limits(surface, "value") == (surface.value.min(), surface.value.max())


def test_what_rounding_leaves_of_a_slope_that_is_0_has_no_colours() -> None:
    surface = sample(View("cross_entropy", "simplex"))
    assert 0 < np.abs(surface.gradients[0]).max() < 1e-12
    assert limits(surface, "gradient_x") == (-1, 1)
