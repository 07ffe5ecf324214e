"""The pictures: every loss has one, its arrows and maps are the gradient, and a step along them lowers the loss."""

from __future__ import annotations

import json
import math
from base64 import b64decode
from collections.abc import Iterator
from dataclasses import replace

import jsonschema
import numpy as np
import pytest
import torch
from starlette.applications import Starlette
from starlette.testclient import TestClient

from losslib import LOSSES, Snapshot, View, snapshot
from losslib.spec import Axis, Opening, Slice
from ui import api
from ui.api.openapi import document
from ui.cast import Picked, beside
from ui.pictures import DRAWERS, Picture, picture
from ui.scenes import SCENES

SLICES = [(key, s.key) for key, loss in LOSSES.items() for s in loss.kind.slices]
DOT = 5
FORMS = {"rect", "line", "circle", "dot", "text", "arrow", "bars", "heat", "outline", "squares"}
MAPPED = {"mask", "image", "image pair"}
STEPS = [10.0**k for k in range(-1, -10, -1)]
# Towards a hard target, which is all that these slices have, this loss is infinite: no step lowers it.
NOWHERE_FINITE = {("kl_bernoulli_reverse", "p_t"), ("kl_bernoulli_reverse", "margin")}


def places(view: View) -> Iterator[tuple[float, ...]]:
    """Both ends of a slice and three places between; in a plane off its diagonal, where two equal coordinates may cost 0."""
    ends = [view.range, *((axis.lo, axis.hi) for axis in view.the_slice.axes[1:])]
    for shares in zip((0.0, 0.31, 0.5, 0.68, 1.0), (1.0, 0.74, 0.4, 0.57, 0.0), strict=True):
        yield tuple(lo + share * (hi - lo) for share, (lo, hi) in zip(shares, ends, strict=False))


def drawn(shot: Snapshot) -> Picture:
    """The picture, which must be there."""
    found = picture(shot)
    assert found is not None, shot.view.the_loss.kind.key
    return found


def way_down(found: Picture, shot: Snapshot) -> dict[str, np.ndarray]:
    """For each input that a picture shows a gradient of, the numbers it says point down."""
    ways: dict[str, np.ndarray] = {}
    for mark in found.marks:
        if "of" in mark:
            whole = ways.setdefault(mark["of"], np.zeros(shot.inputs[mark["of"]].size))
            whole[mark["where"]] = mark["down"]
    return {name: way.reshape(shot.inputs[name].shape) for name, way in ways.items()}


def cells(mark: dict) -> np.ndarray:
    """The numbers of a grid, 0 to 255."""
    return np.frombuffer(b64decode(mark["cells"]), np.uint8).astype(int)


def cost(shot: Snapshot, inputs: dict[str, np.ndarray]) -> float:
    """The loss of one example; inf where a step has left the loss's domain."""
    view = shot.view
    tensors = [torch.as_tensor(inputs[name])[None] for name in view.the_loss.kind.inputs]
    try:
        return float(view.the_loss.fn(*tensors, **view.loss_params)[0])
    except RuntimeError:
        return math.inf


# --- every loss ------------------------------------------------------------------------------------------------------


def test_every_kind_of_the_catalogue_and_of_a_scenes_picture_has_a_drawer_and_no_drawer_is_idle():
    of_scenes = {beside(Picked.opening(scene)).the_loss.kind.key for scene in SCENES if scene.beside is not None}
    assert {loss.kind.key for loss in LOSSES.values()} | of_scenes == set(DRAWERS)


@pytest.mark.parametrize(("key", "slice_key"), SLICES)
def test_every_loss_has_a_picture_all_along_its_slices(key, slice_key):
    view = View(key, slice_key)
    for at in places(view):
        found = drawn(snapshot(view, at))
        body = json.loads(json.dumps(found.json(), allow_nan=False))
        assert {mark["mark"] for row in body["rows"] for panel in row for mark in panel["marks"]} <= FORMS
        assert "nan" not in found.caption
        assert "inf" not in found.caption


@pytest.mark.parametrize(("key", "slice_key"), SLICES)
def test_the_gradient_in_a_picture_is_the_snapshots_and_only_that(key, slice_key):
    view = View(key, slice_key)
    for at in places(view):
        shot = snapshot(view, at)
        ways = way_down(drawn(shot), shot)
        assert ways
        for name, way in ways.items():
            finite = np.isfinite(shot.gradients[name])
            np.testing.assert_allclose(way[finite], -shot.gradients[name][finite], rtol=1e-7, atol=0)


@pytest.mark.parametrize(("key", "slice_key"), SLICES)
def test_every_arrow_ends_inside_its_panel(key, slice_key):
    usual = View(key, slice_key)
    params = (*usual.the_loss.params, *usual.the_slice.params)
    for view in (usual, *(usual.change(**{p.name: end}) for p in params for end in (p.lo, p.hi))):
        for at in places(view):
            for panel in (panel for row in drawn(snapshot(view, at)).rows for panel in row):
                xs, ys = sorted(panel.view[:2]), sorted(panel.view[2:])
                for mark in (mark for mark in panel.marks if mark["mark"] == "arrow"):
                    x, y = (start + by for start, by in zip(mark["at"], mark["by"], strict=True))
                    assert xs[0] < x < xs[1], (view, at)
                    assert ys[0] < y < ys[1], (view, at)


@pytest.mark.parametrize(("key", "slice_key"), SLICES)
def test_a_step_along_the_arrows_lowers_the_loss(key, slice_key):
    view = View(key, slice_key)
    tried = 0
    for at in list(places(view))[1:4]:
        shot = snapshot(view, at)
        ways = way_down(drawn(shot), shot)
        longest = max(float(np.abs(way).max()) for way in ways.values())
        if longest < 1e-9 or not math.isfinite(shot.value):
            continue
        tried += 1
        before = cost(shot, dict(shot.inputs))
        steps = ({**shot.inputs, **{n: shot.inputs[n] + s * w / longest for n, w in ways.items()}} for s in STEPS)
        assert any(cost(shot, step) < before for step in steps), at
    assert bool(tried) != ((key, slice_key) in NOWHERE_FINITE)


@pytest.mark.parametrize(
    ("view", "at", "words"),
    [
        (View.of("focal", "logit"), 0.0, ": the way down."),
        (View.of("focal", "logit"), 6.0, " It is too short to be seen."),
        (View.of("mse"), 0.0, " There is no way down: the gradient is 0."),
        (View.of("iou", "shift"), 15.0, " There is no way down: the gradient is 0."),
        (View.of("lsgan_discriminator"), 1.0, " There is no way down: the gradient is 0."),
        (View.of("lsgan_discriminator"), 0.999, " It is too short to be seen."),
        (View.of("gan_discriminator"), 6.0, " Some are too short to be seen."),
        (View.of("lsgan_discriminator"), 0.0, ", the way down."),
    ],
)
def test_a_caption_says_of_arrows_that_they_are_none_or_too_short_to_be_seen(view, at, words):
    found = drawn(snapshot(view, at))
    (panel,) = (panel for row in found.rows for panel in row if any(m["mark"] == "arrow" for m in panel.marks))
    lengths = [abs(m["by"][0]) / (panel.view[1] - panel.view[0]) for m in panel.marks if m["mark"] == "arrow"]
    short = [length < 0.01 for length in lengths if length]
    assert found.caption.endswith(words)
    assert bool(short) == ("no way down" not in words)
    assert any(short) == ("seen" in words)


@pytest.mark.parametrize("key", LOSSES)
def test_every_arrow_is_drawn_the_way_its_gradient_says(key):
    view = View(key)
    for at in places(view):
        for mark in drawn(snapshot(view, at)).marks:
            if mark["mark"] != "arrow" or not any(mark["down"]):
                continue
            by, down = np.array(mark["by"]), np.array(mark["down"])
            if len(down) == 2:
                assert by @ down == pytest.approx(np.hypot(*by) * np.hypot(*down), rel=1e-4)
            else:
                assert np.sign(by[by != 0]).tolist() == np.sign(down).tolist()


@pytest.mark.parametrize("key", LOSSES)
def test_no_arrow_begins_under_a_dot(key):
    for at in places(View(key)):
        found = drawn(snapshot(View(key), at)).marks
        for k, mark in enumerate(found):
            if mark["mark"] == "arrow" and any(m["mark"] == "dot" and m["at"] == mark["at"] for m in found[k:]):
                assert mark["rim"] > DOT


@pytest.mark.parametrize("key", [key for key, loss in LOSSES.items() if loss.kind.key in MAPPED])
def test_the_map_lies_on_the_example_itself(key):
    shot = snapshot(View(key), tuple(places(View(key)))[1])
    (panel,) = [panel for row in drawn(shot).rows for panel in row if any("of" in mark for mark in panel.marks)]
    forms = [mark["mark"] for mark in panel.marks]
    assert "heat" in forms[: forms.index("squares")], "the example is below the map"
    rise, fall = (cells(mark) for mark in panel.marks if mark["mark"] == "squares")
    (way,) = way_down(drawn(shot), shot).values()
    assert not rise[way.ravel() <= 0].any()
    assert not fall[way.ravel() >= 0].any()
    sides, steep = (rise + fall)[np.abs(way.ravel()).argsort()], np.sort(np.abs(way.ravel()))
    assert (np.diff(sides) >= 0).all(), "a steeper pixel has no smaller square"
    areas, last = (sides / 255) ** 2, int((sides < 255).sum()) - 1
    np.testing.assert_allclose(areas[:last], steep[:last] / steep[last] * areas[last], atol=0.01)


@pytest.mark.parametrize("key", LOSSES)
def test_every_parameter_at_its_ends_still_has_a_picture(key):
    view = View(key)
    middle = tuple(places(view))[3]
    for param in (*view.the_loss.params, *view.the_slice.params):
        for value in (param.lo, param.hi):
            json.dumps(drawn(snapshot(view.change(**{param.name: value}), middle)).json(), allow_nan=False)


# --- by hand ---------------------------------------------------------------------------------------------------------


def marks(key: str, slice_key: str, at: float | tuple[float, ...], kind: str, **params: float) -> list[dict]:
    """The marks of one form."""
    found = drawn(snapshot(View.of(key, slice_key, **params), at))
    return [mark for mark in found.marks if mark["mark"] == kind]


def arrows(key: str, slice_key: str, at: float | tuple[float, ...], **params: float) -> dict[tuple, list[float]]:
    """What each arrow says, by input and place."""
    return {(m["of"], *m["where"]): m["down"] for m in marks(key, slice_key, at, "arrow", **params)}


def gradient_bars(key: str, slice_key: str, at: float | tuple[float, ...], **params: float) -> list[float]:
    """The signed bars."""
    (found,) = [m["down"] for m in marks(key, slice_key, at, "bars", **params) if "of" in m]
    return list(found)


def role(found: list[dict], name: str) -> list[list[float]]:
    """Where the marks of a role are."""
    return [m["at"] for m in found if m["role"] == name and "of" not in m]


def test_boxes_half_over_each_other_share_a_third_and_the_side_that_sticks_out_is_drawn_in():
    # p = [5, 0, 15, 10], t = [0, 0, 10, 10]: they share 50 of 150; 1 - IoU falls by 50/150² for a unit less of x2's 100
    found = marks("iou", "shift", 5.0, "rect")
    assert role(found, "prediction") == [[5, 0, 15, 10]]
    assert role(found, "target") == [[0, 0, 10, 10]]
    assert role(found, "both") == [[5, 0, 10, 10]]
    assert role(found, "hull") == [[0, 0, 15, 10]]
    said = arrows("iou", "shift", 5.0)
    assert said["p", 2, 3] == pytest.approx([-50 * 10 / 150**2, 0])
    assert said["p", 0, 1] == pytest.approx([-10 / 150, 0])


def test_a_boxs_arrows_stand_on_its_corners_and_pull_both_towards_the_target():
    # p = [5, 5, 15, 15], t = [0, 0, 10, 10]: they share 25 of 175. A unit less of x1 adds 5 to both; a unit less of x2
    # takes 10 from the union: the IoU rises by (5 * 175 - 25 * 5) / 175² and by 25 * 10 / 175²
    said = {tuple(m["where"]): m for m in marks("iou", "plane", (5.0, 5.0), "arrow")}
    assert {where: m["at"] for where, m in said.items()} == {(0, 1): [5, 5], (2, 3): [15, 15]}
    assert said[0, 1]["down"] == pytest.approx([-750 / 175**2] * 2)
    assert said[2, 3]["down"] == pytest.approx([-250 / 175**2] * 2)


def test_two_masks_that_say_nothing_have_half_of_the_disc_and_a_map_of_two_values():
    # p = 1/2 everywhere: BCE's gradient is (p - t) / (p (1 - p)) = ∓2 at each of 1024 pixels
    shot = snapshot(View.of("mask_bce", "confidence", shift=3), 0.5)
    way = way_down(drawn(shot), shot)["p"] * 1024
    assert set(np.unique(way.round(6))) == {-2.0, 2.0}
    assert "TP 104, FP 408, FN 104 of 208" in drawn(shot).caption


def test_a_pair_of_different_kinds_inside_the_margin_is_pushed_apart_by_what_is_missing():
    said = arrows("contrastive", "distance", 0.25, margin=1, same=0)
    assert said["b", 0, 1] == pytest.approx([0, 0.75])
    assert said["a", 0, 1] == pytest.approx([0, -0.75])
    assert marks("contrastive", "distance", 0.25, "circle", margin=1, same=0)[0]["at"] == [1, 0, 1]


def test_a_triplet_pulls_the_positive_and_pushes_the_negative_with_force_one():
    said = arrows("triplet", "distance", 1.5, margin=1, negative=2)
    assert said["positive", 0, 1] == pytest.approx([-1, 0], abs=1e-5)
    assert said["negative", 0, 1] == pytest.approx([0, 1], abs=1e-5)
    assert said["anchor", 0, 1] == pytest.approx([1, -1], abs=1e-5)
    near, margin = sorted(m["at"][2] for m in marks("triplet", "distance", 1.5, "circle", margin=1, negative=2))
    assert (near, margin) == pytest.approx((1.5, 2.5))


def test_three_equal_classes_draw_two_thirds_up_and_a_third_down():
    # logit ln 1/2 among [ln 1/2, ln 1/2]: softmax 1/3 each; minus the gradient is t - p
    assert gradient_bars("cross_entropy", "logit", math.log(0.5), share=0.5) == pytest.approx([2 / 3, -1 / 3, -1 / 3])


def test_kl_raises_each_states_log_probability_by_the_targets_share():
    assert gradient_bars("kl_div", "probability", 0.5, target=0.7) == pytest.approx([0.7, 0.3])


def test_a_student_at_one_temperature_is_drawn_to_the_teachers_shares():
    # student [.5, .4, .1], teacher [.7, .24, .06]: minus the gradient is the difference
    assert gradient_bars("distillation_kl", "logit", 0.0, temperature=1, target=0.7, share=0.8) == pytest.approx(
        [0.2, -0.16, -0.04]
    )


def test_total_variation_counts_the_neighbours_above_less_those_below():
    shot = snapshot(View.of("total_variation", "noise"), 0.3)
    x = shot.inputs["x"]
    way = way_down(drawn(shot), shot)["x"]
    around = np.sign([x[4, 5] - x[5, 5], x[6, 5] - x[5, 5], x[5, 4] - x[5, 5], x[5, 6] - x[5, 5]])
    assert way[5, 5] == around.sum()


def test_two_pictures_that_are_the_same_have_no_difference_and_no_map():
    shot = snapshot(View.of("perceptual", "shift", noise=0), 0.0)
    assert not way_down(drawn(shot), shot)["x"].any()
    assert "largest difference of a pixel is 0." in drawn(shot).caption


def _ramp(slope: torch.Tensor) -> tuple[torch.Tensor, ...]:
    """A picture of 5 x 5 that gets lighter by ``slope`` a pixel to the right, to look like a black one."""
    x = slope[:, None, None] * torch.arange(5, dtype=slope.dtype, device=slope.device).expand(1, 5, 5)
    return x, torch.zeros_like(x)


def test_a_ramp_that_should_be_flat_is_drawn_darker_on_its_light_side(monkeypatch):
    # The one place sees slope * cos of each direction: loss slope² (1 + ½ + ½) / 8. A pixel beside the middle is seen with
    # cos * bell(1) / S by a filter, S = Σ x² bell: its gradient is 2/8 * slope * (1 + ½ + ½) * bell(1) / S
    slope = Axis("slope", "s", "slope of the ramp", 0.0, 1.0)
    kind = replace(LOSSES["perceptual"].kind, slices=(Slice("ramp", "ramp", _ramp, (slope,)),))
    monkeypatch.setattr("losslib.view.entry", lambda _: replace(LOSSES["perceptual"], kind=kind, opening=Opening()))
    shot = snapshot(View("perceptual", "ramp"), 0.4)
    bell = {pixel: math.exp(-(pixel**2) / 2) for pixel in range(-2, 3)}
    total = sum(x**2 * b for x, b in bell.items()) * sum(bell.values())
    way = way_down(drawn(shot), shot)["x"]
    assert shot.value == pytest.approx(0.4**2 / 4)
    assert way[2, 3] == pytest.approx(-0.5 * 0.4 * bell[1] / total)
    assert way[2, 1] == pytest.approx(+0.5 * 0.4 * bell[1] / total)
    assert way[2, 2] == pytest.approx(0, abs=1e-12)


def test_a_logit_of_zero_is_one_half_and_is_drawn_up_by_the_half_that_is_missing():
    assert arrows("bce_with_logits", "logit", 0.0, target=1) == {("z", 0): pytest.approx([0.5])}
    assert role(marks("bce_with_logits", "logit", 0.0, "rect", target=1), "prediction")[0][2] == 0.5


def test_a_probability_of_one_half_is_drawn_up_by_two():
    assert arrows("bce", "probability", 0.5, target=1) == {("p", 0): pytest.approx([2.0])}


def test_a_score_inside_the_margin_is_drawn_to_its_side_and_one_outside_is_left():
    assert arrows("hinge", "logit", 0.5, target=0, margin=1) == {("z", 0): [-1.0]}
    assert arrows("hinge", "logit", -1.5, target=0, margin=1) == {("z", 0): [0.0]}


def test_a_prediction_above_the_target_is_drawn_back_by_twice_the_residual():
    assert arrows("mse", "prediction", 3.0, target=1) == {("prediction", 0): [-4.0]}


def test_a_size_is_drawn_to_the_targets_by_the_difference_of_their_roots():
    # (√w - √t)² falls by (√w - √t) / √w = 1/2 at w = 1, t = 1/4
    assert arrows("yolo_size", "prediction", 1.0, target=0.25) == {("prediction", 0): pytest.approx([-0.5])}


def test_least_squares_draw_the_discriminators_outputs_to_their_labels():
    said = arrows("lsgan_discriminator", "real", 1.5, fake=0.4, a=0, b=1)
    assert said == {("real", 0): pytest.approx([-0.5]), ("fake", 0): pytest.approx([-0.4])}
    assert arrows("lsgan_generator", "logit", 1.5, c=1) == {("fake", 0): pytest.approx([-0.5])}


def test_a_fake_found_out_for_sure_is_drawn_up_by_one_or_not_at_all():
    assert arrows("gan_generator", "logit", -40.0)["fake", 0] == pytest.approx([1.0])
    assert arrows("gan_generator_saturating", "logit", -40.0)["fake", 0] == pytest.approx([0.0], abs=1e-12)


def test_the_line_is_drawn_to_the_points_by_the_mean_residual():
    # at the line 1 + 1.5 x that the points were made around, what is left is sin(5 x) / 2, whose sum is 0
    said = arrows("least_squares_cost", "theta_0", 2.0, theta_1=1.5)
    assert said["theta", 0] == pytest.approx([-1.0])


def test_one_alone_in_its_bin_weighs_as_much_as_a_whole_crowd():
    # at z = 0.1 the moving one pulls with 0.475, and nobody else with 0.4 to 0.5: 32 members over 5 occupied bins
    found = drawn(snapshot(View.of("ghm_c", "logit", bins=10, target=1), 0.1))
    counts = [top for _, _, _, top in found.rows[0][0].marks[0]["at"]]
    occupied = sum(count > 0 for count in counts)
    assert sum(counts) == 32
    assert f"one of 1 in its bin, and {occupied} of 10 bins are occupied" in found.caption
    assert f"it weighs {32 / occupied:.4g}".rstrip("0") in found.caption


def test_a_member_is_drawn_by_its_own_pull_over_its_bins_crowd_and_the_occupied_bins():
    # z = 0 pulls with 1/2 and so does the first of the positives: two in one of the five bins that anybody is in
    way = gradient_bars("ghm_c", "logit", 0.0, bins=10, target=1)
    assert way[0] == pytest.approx(0.5 / (2 * 5))
    # r = 1/4 pulls with r / √(r² + μ²), one of 8 in the last bin; all bins but the ninth are occupied
    way = gradient_bars("ghm_r", "residual", 0.25, bins=10, mu=0.02)
    assert way[0] == pytest.approx(-0.25 / math.hypot(0.25, 0.02) / (8 * 9))


def test_a_residual_far_out_shares_its_last_bin():
    found = drawn(snapshot(View.of("ghm_r", "residual", bins=10), 0.25))
    assert "one of 8 in its bin" in found.caption
    assert found.rows[0][0].marks[-1]["at"][0] == pytest.approx(0.25 / math.hypot(0.25, 0.02), rel=1e-5)


# --- over the route --------------------------------------------------------------------------------------------------

client = TestClient(Starlette(routes=api.routes()))


def test_the_route_answers_the_picture_of_that_example():
    answer = client.get("/api/picture", params={"loss": "giou", "slice": "shift", "size": "8", "at": "3.5"})
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"
    expected = drawn(snapshot(View.of("giou", "shift", size=8), 3.5)).json()
    assert answer.json() == json.loads(json.dumps(expected))


def test_the_route_takes_two_coordinates_of_a_plane():
    answer = client.get("/api/picture", params={"loss": "giou", "slice": "plane", "at": "3.5,-2"})
    assert answer.json()["caption"] == drawn(snapshot(View.of("giou", "plane"), (3.5, -2.0))).caption


@pytest.mark.parametrize("key", LOSSES)
def test_a_picture_is_as_the_apis_description_says(key):
    schema = {"$ref": "#/components/schemas/Picture", "components": document()["components"]}
    at = next(places(View(key)))[0]
    jsonschema.validate(client.get("/api/picture", params={"loss": key, "at": at}).json(), schema)


@pytest.mark.parametrize("query", ["loss=giou", "loss=giou&at=nan", "loss=giou&at=1,2", "loss=nope&at=1"])
def test_what_cannot_be_drawn_is_refused_in_one_sentence(query):
    answer = client.get(f"/api/picture?{query}")
    assert answer.status_code == 422
    assert list(answer.json()) == ["error"]


def said_number(words: str, caption: str) -> float:
    """The number that a caption says right after some words."""
    return float(caption.split(words, 1)[1].split()[0].rstrip(".;,").replace("−", "-"))


@pytest.mark.parametrize(
    ("key", "the_slice", "bins"), [("ghm_c", "logit", 10), ("ghm_c", "logit", 4), ("ghm_r", "residual", 10)]
)
def test_the_weight_that_a_caption_says_is_the_one_in_the_gradient(key, the_slice, bins):
    axis = LOSSES[key].kind.slice(the_slice).axes[0]
    view = View.of(key, the_slice, bins=bins)
    for u in np.linspace(axis.lo, axis.hi, 23):
        shot = snapshot(view, float(u))
        if key == "ghm_c":
            alone = 1 / (1 + np.exp(-shot.inputs["z"])) - shot.inputs["t"]
            slope = shot.gradients["z"]
        else:
            r = shot.inputs["prediction"] - shot.inputs["target"]
            alone, slope = r / np.hypot(r, view.values["mu"]), shot.gradients["prediction"]
        if abs(alone[0]) > 1e-6:
            weight = len(alone) * slope[0] / alone[0]
            assert said_number("it weighs ", drawn(shot).caption) == pytest.approx(weight, rel=1e-3)


@pytest.mark.parametrize("the_slice", ["shift", "scale", "aspect"])
def test_the_overlap_that_a_caption_says_is_the_one_that_the_loss_has(the_slice):
    view = View.of("iou", the_slice)
    for u in np.linspace(*view.range, 9):
        shot = snapshot(view, float(u))
        assert said_number("IoU ", drawn(shot).caption) == pytest.approx(1 - shot.value, rel=1e-3, abs=1e-9)
