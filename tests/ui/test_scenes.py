"""The scenes: every number in their words is computed twice, through ``losslib`` and in plain NumPy; and each can be drawn.

A computation gives one number, or several where the words say the same of several places or dtypes.
"""

from __future__ import annotations

import math
import re
from base64 import b64decode
from collections import Counter
from dataclasses import replace
from functools import partial
from urllib.parse import parse_qsl

import numpy as np
import pytest
import torch
from starlette.applications import Starlette
from starlette.testclient import TestClient
from streamlit.testing.v1 import AppTest

from losslib import View, ViewError, snapshot
from losslib.studies.descent import steps_to
from losslib.studies.heatmap import gaussian
from losslib.studies.precision import saturates_at
from ui import words
from ui.api import routes
from ui.cast import Picked, asked, beside, curves_of, places_of
from ui.keys import KEYS
from ui.lecture import Lecture
from ui.pictures import picture
from ui.scenes import BY_KEY, SCENES
from ui.stage import live, pictured, plot, thumb_rows

# --- through losslib -------------------------------------------------------------------------------------------------


def shot(loss, line, at, dtype="float64", **params):
    return snapshot(View.of(loss, line, dtype=dtype, **params), at)


def value(loss, line, at, **params):
    return shot(loss, line, at, **params).value


def slope(loss, line, at, **params):
    return shot(loss, line, at, **params).slope[0]


def logit(p):
    return math.log(p / (1 - p))


def in_logit(loss, p, **params):
    """The slope in the logit, at a probability of the true class."""
    return slope(loss, "logit", logit(p), target=1, **params)


def forgiven(d):
    """The share that is left to a negative: its loss at the heat map's label over its loss at a label of 0."""
    label = float(gaussian(torch.tensor(float(d), dtype=torch.float64), torch.zeros((), dtype=torch.float64), 5))
    costs = [value("penalty_reduced_focal", "probability", 0.3, target=t, alpha=2, beta=4) for t in (label, 0.0)]
    return costs[0] / costs[1]


def largest_ratio():
    ps = np.linspace(0.001, 0.3, 3000)
    return max(in_logit("focal", p, gamma=2) / in_logit("bce_with_logits", p) for p in ps)


def last_before_float32():
    z = float(np.nextafter(np.float32(saturates_at("float32")), np.float32(0)))
    return value("bce", "logit", z, dtype="float32", target=0)


def crossing(difference, lo, hi):
    """Where a difference changes its sign, by halving."""
    left = difference(lo) > 0
    for _ in range(200):
        middle = (lo + hi) / 2
        if middle in (lo, hi):
            break
        lo, hi = (middle, hi) if (difference(middle) > 0) == left else (lo, middle)
    return (lo + hi) / 2


def best(loss, eta, **params):
    """The prediction with the smallest expected loss."""
    return crossing(lambda p: slope(loss, "probability", p, target=eta, **params), 1e-6, 1 - 1e-6)


def box(key, at, row=value, size=10):
    return row(key, "shift", at, size=size)


def inside(key):
    """The losses of a box of size 4 at several places within the target."""
    return [value(key, "plane", place, size=4) for place in INSIDE]


INSIDE = [(0.0, 0.0), (1.5, 0.0), (2.9, -1.0), (-2.0, 2.5), (3.0, 3.0)]
SILENT = (17.0, 20.0, 30.0, 40.0)
SHIFTS = (0.5, 5.0, 10.5, 20.0, 40.0)
FULL = ("float32", "float64")


THROUGH_LOSSLIB = {
    "focal_half_0": lambda: value("focal", "p_t", 0.5, gamma=0),
    "focal_half_05": lambda: value("focal", "p_t", 0.5, gamma=0.5),
    "focal_half_1": lambda: value("focal", "p_t", 0.5, gamma=1),
    "focal_half_2": lambda: value("focal", "p_t", 0.5, gamma=2),
    "focal_half_5": lambda: value("focal", "p_t", 0.5, gamma=5),
    "gradient_ratio_at_09": lambda: in_logit("bce_with_logits", 0.9) / in_logit("focal", 0.9, gamma=2),
    "gradients_cross": lambda: crossing(
        lambda p: in_logit("focal", p, gamma=2) - in_logit("bce_with_logits", p), 0.05, 0.9
    ),
    "largest_gradient_ratio": largest_ratio,
    "loss_ratio_at_09": lambda: value("bce_with_logits", "p_t", 0.9) / value("focal", "p_t", 0.9, gamma=2),
    "thousandfold": lambda: crossing(
        lambda p: value("bce_with_logits", "p_t", p) / value("focal", "p_t", p, gamma=2) - 1000, 0.5, 0.999
    ),
    "slope_ratio_at_minus_5": lambda: slope("bce_with_logits", "logit", -5.0) / slope("sigmoid_mse", "logit", -5.0),
    "bce_slope_at_minus_5": lambda: slope("bce_with_logits", "logit", -5.0),
    "mse_slope_at_minus_5": lambda: slope("sigmoid_mse", "logit", -5.0),
    "largest_mse_slope": lambda: -min(slope("sigmoid_mse", "logit", -math.log(2) + d) for d in np.linspace(-3, 3, 201)),
    "mse_steps_from_minus_5": lambda: steps_to("sigmoid_mse", -5.0),
    "bce_steps_from_minus_5": lambda: steps_to("bce_with_logits", -5.0),
    "mse_steps_from_minus_8": lambda: steps_to("sigmoid_mse", -8.0),
    "bce_steps_from_minus_8": lambda: steps_to("bce_with_logits", -8.0),
    "forgiven_1": lambda: forgiven(1),
    "forgiven_2": lambda: forgiven(2),
    "forgiven_3": lambda: forgiven(3),
    "forgiven_5": lambda: forgiven(5),
    "forgiven_from_6": lambda: [forgiven(d) for d in (6, 7, 8)],
    "iou_at_20": lambda: box("iou", 20.0),
    "iou_slope_at_20": lambda: box("iou", 20.0, slope),
    "giou_at_20": lambda: box("giou", 20.0),
    "giou_slope_at_20": lambda: box("giou", 20.0, slope),
    "diou_at_20": lambda: box("diou", 20.0),
    "diou_slope_at_20": lambda: box("diou", 20.0, slope),
    "ciou_at_20": lambda: box("ciou", 20.0),
    "ciou_slope_at_20": lambda: box("ciou", 20.0, slope),
    "iou_inside": lambda: inside("iou"),
    "giou_inside": lambda: inside("giou"),
    "diou_middle": lambda: box("diou", 0.0, size=4),
    "diou_corner": lambda: [value("diou", "plane", (x, y), size=4) for x in (-3.0, 3.0) for y in (-3.0, 3.0)],
    "l1_at_20": lambda: box("box_l1", 20.0),
    "l1_slope_anywhere": lambda: [box("box_l1", at, slope) for at in SHIFTS],
    "clamped_from_17": lambda: [value("bce", "logit", z, dtype="float32", target=0) for z in SILENT],
    "clamped_slope_from_17": lambda: [slope("bce", "logit", z, dtype="float32", target=0) for z in SILENT],
    "with_logits_at_17": lambda: value("bce_with_logits", "logit", 17.0, dtype="float32", target=0),
    "with_logits_slope_at_17": lambda: slope("bce_with_logits", "logit", 17.0, dtype="float32", target=0),
    "last_before": last_before_float32,
    "float64_saturates": lambda: saturates_at("float64"),
    "float32_saturates": lambda: saturates_at("float32"),
    "float16_saturates": lambda: saturates_at("float16"),
    "bfloat16_saturates": lambda: saturates_at("bfloat16"),
    "positive_slope_at_minus_28": lambda: [slope("bce", "logit", -28.0, dtype=d, target=1) for d in FULL],
    "positive_slope_at_minus_30": lambda: [slope("bce", "logit", -30.0, dtype=d, target=1) for d in FULL],
    "focal_minimiser_07": lambda: best("focal_risk", 0.7, gamma=2),
    "focal_minimiser_09": lambda: best("focal_risk", 0.9, gamma=2),
    "bce_minimiser_07": lambda: best("bce_with_logits", 0.7),
    "bce_minimiser_09": lambda: best("bce_with_logits", 0.9),
    "floor_07": lambda: value("bce_with_logits", "probability", 0.7, target=0.7),
    "best_07": lambda: crossing(lambda p: slope("bce_with_logits", "probability", p, target=0.7), 0.01, 0.99),
    "floor_05": lambda: value("bce_with_logits", "probability", 0.5, target=0.5),
    "floor_1": lambda: value("bce_with_logits", "logit", 700.0, target=1),
    "zero_one_at_minus_1": lambda: value("zero_one", "margin", -1.0),
    "hinge_at_minus_1": lambda: value("hinge", "margin", -1.0),
    "squared_hinge_at_minus_1": lambda: value("squared_hinge", "margin", -1.0),
    "logistic_at_minus_1": lambda: value("logistic_base_2", "margin", -1.0),
    "exponential_at_minus_1": lambda: value("exponential", "margin", -1.0),
    "natural_logistic_at_0": lambda: value("bce_with_logits", "margin", 0.0),
    "maximum_at_3": lambda: value("larger_branch", "residual", 3.0),
    "maximum_slope_at_3": lambda: slope("larger_branch", "residual", 3.0),
    "smooth_l1_at_3": lambda: value("smooth_l1", "residual", 3.0, beta=1),
    "smooth_l1_slope_at_3": lambda: slope("smooth_l1", "residual", 3.0, beta=1),
}

# --- in plain NumPy --------------------------------------------------------------------------------------------------


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def focal(p, gamma):
    return -((1 - p) ** gamma) * np.log(p)


def focal_slope(p, gamma):
    return (1 - p) ** gamma * (gamma * p * np.log(p) + p - 1)


def halving(f, lo, hi):
    for _ in range(100):
        middle = (lo + hi) / 2
        lo, hi = (middle, hi) if np.sign(f(middle)) == np.sign(f(lo)) else (lo, middle)
    return lo


def mse_slope(z):
    p = sigmoid(z)
    return 2 * (p - 1) * p * (1 - p)


def descend(slope_of, z):
    steps = 0
    while sigmoid(z) < 0.9:
        z -= slope_of(z)
        steps += 1
    return steps


def spared(d):
    sigma = 11 / 6
    label = np.exp(-(d**2) / (2 * sigma**2)) if d <= 5 else 0.0
    return (1 - label) ** 4


def boxes(dx, dy=0.0, side=10.0):
    """IoU, GIoU, DIoU, CIoU and L1 losses of a square ``side`` wide, moved from the centre of one that is 10 wide."""
    low = np.array([5 + dx - side / 2, 5 + dy - side / 2])
    high = low + side
    met = np.prod(np.maximum(0, np.minimum(high, 10) - np.maximum(low, 0)))
    union = side**2 + 100 - met
    hull = np.maximum(high, 10) - np.minimum(low, 0)
    iou = met / union
    diou = 1 - iou + (dx**2 + dy**2) / np.sum(hull**2)
    shape = (4 / np.pi**2) * (np.arctan(10 / 10) - np.arctan((high - low)[0] / (high - low)[1])) ** 2
    ciou = diou + (shape * shape / (1 - iou + shape) if shape else 0.0)
    return 1 - iou, 1 - iou + (np.prod(hull) - union) / np.prod(hull), diou, ciou, np.sum(np.abs([low, high - 10]))


def by_difference(f, x, h=1e-5):
    return (f(x + h) - f(x - h)) / (2 * h)


def first_sure(dtype):
    """The smallest number of a dtype whose sigmoid rounds to 1. Half types compute in float32 and round once more."""
    if dtype == "float64":
        z = halving(lambda z: float(sigmoid(z) == 1) - 0.5, 30.0, 40.0)
        return float(np.nextafter(z, 99))
    f = np.float32
    if dtype == "float32":
        z = f(halving(lambda z: float(f(1) / (f(1) + np.exp(-f(z))) == 1) - 0.5, 16.0, 18.0))
        while f(1) / (f(1) + np.exp(-z)) != 1:
            z = np.nextafter(z, f(99))
        return float(z)
    z = f(4)
    while True:
        step = 2.0 ** (int(np.floor(np.log2(z))) - (10 if dtype == "float16" else 7))
        p = f(1) / (f(1) + np.exp(-z))
        if (np.float16(p) if dtype == "float16" else rounded_to_bfloat16(p)) == 1:
            return float(z)
        z = f(z + step)


def rounded_to_bfloat16(p):
    bits = int(np.float32(p).view(np.uint32))
    bits += 0x7FFF + ((bits >> 16) & 1)
    return np.uint32(bits & 0xFFFF0000).view(np.float32)


def clamped_slope(z, dtype=np.float64):
    """torch's rule for the positive label: the denominator of ``(p - 1) / (p (1 - p))`` is at least 1e-12."""
    p = sigmoid(dtype(z))
    return (p - 1) / max(p * (1 - p), dtype(1e-12)) * p * (1 - p)


def risk_minimiser(eta, loss):
    p = np.linspace(1e-4, 1 - 1e-4, 2_000_001)
    return float(p[np.argmin(eta * loss(p) + (1 - eta) * loss(1 - p))])


def entropy(t):
    return -sum(q * np.log(q) for q in (t, 1 - t) if q > 0)


def surest_float32(z=17.0):
    """The clamp: the log of 1 - p, at least -100."""
    rest = np.float32(1) - np.float32(1) / (np.float32(1) + np.exp(-np.float32(z)))
    with np.errstate(divide="ignore"):
        return -max(np.log(rest), np.float32(-100)), rest


def focal_slopes_float32(z, gamma):
    """The slope of focal in the logit, in float32 and at a label of 1: stable, by the chain rule's steps, and by hand.

    A derivative of a power has ``gamma`` in front: for gamma 0 autograd leaves that term out, a hand writes it down.
    """
    f = np.float32
    p, gamma = f(1) / (f(1) + np.exp(-f(z))), f(gamma)
    rest = np.exp(-f(z)) / (f(1) + np.exp(-f(z)))
    stable = rest**gamma * (gamma * p * -np.log1p(np.exp(-f(z))) - rest)
    with np.errstate(divide="ignore", invalid="ignore"):
        power = gamma * (f(1) - p) ** (gamma - f(1)) * np.log(p)
        outer = (f(1) - p) ** gamma / p
        written = ((power if gamma else f(0)) - outer) * p * (f(1) - p)
        by_hand = (power - outer) * p * (f(1) - p)
    return stable, written, by_hand


IN_NUMPY = {
    **{
        f"focal_half_{name}": partial(focal, 0.5, g)
        for name, g in (("0", 0), ("05", 0.5), ("1", 1), ("2", 2), ("5", 5))
    },
    "gradient_ratio_at_09": lambda: (0.9 - 1) / focal_slope(0.9, 2),
    "gradients_cross": lambda: halving(lambda p: focal_slope(p, 2) - (p - 1), 0.05, 0.9),
    "largest_gradient_ratio": lambda: np.max(
        focal_slope(np.linspace(1e-3, 0.3, 99_999), 2) / (np.linspace(1e-3, 0.3, 99_999) - 1)
    ),
    "loss_ratio_at_09": lambda: focal(0.9, 0) / focal(0.9, 2),
    "thousandfold": lambda: 1 - 1 / np.sqrt(1000),
    "slope_ratio_at_minus_5": lambda: (sigmoid(-5) - 1) / mse_slope(-5),
    "bce_slope_at_minus_5": lambda: sigmoid(-5) - 1,
    "mse_slope_at_minus_5": lambda: mse_slope(-5),
    "largest_mse_slope": lambda: np.max(-mse_slope(np.linspace(-3, 3, 600_001))),
    "mse_steps_from_minus_5": lambda: descend(mse_slope, -5.0),
    "bce_steps_from_minus_5": lambda: descend(lambda z: sigmoid(z) - 1, -5.0),
    "mse_steps_from_minus_8": lambda: descend(mse_slope, -8.0),
    "bce_steps_from_minus_8": lambda: descend(lambda z: sigmoid(z) - 1, -8.0),
    **{f"forgiven_{d}": partial(spared, d) for d in (1, 2, 3, 5)},
    "forgiven_from_6": lambda: [spared(d) for d in (6, 7, 8)],
    "iou_at_20": lambda: boxes(20)[0],
    "iou_slope_at_20": lambda: by_difference(lambda d: boxes(d)[0], 20),
    "giou_at_20": lambda: boxes(20)[1],
    "giou_slope_at_20": lambda: by_difference(lambda d: boxes(d)[1], 20),
    "diou_at_20": lambda: boxes(20)[2],
    "diou_slope_at_20": lambda: by_difference(lambda d: boxes(d)[2], 20),
    "ciou_at_20": lambda: boxes(20)[3],
    "ciou_slope_at_20": lambda: by_difference(lambda d: boxes(d)[3], 20),
    "iou_inside": lambda: [boxes(*place, 4)[0] for place in INSIDE],
    "giou_inside": lambda: [boxes(*place, 4)[1] for place in INSIDE],
    "diou_middle": lambda: boxes(0, 0, 4)[2],
    "diou_corner": lambda: [boxes(x, y, 4)[2] for x in (-3, 3) for y in (-3, 3)],
    "l1_at_20": lambda: boxes(20)[4],
    "l1_slope_anywhere": lambda: [by_difference(lambda d: boxes(d)[4], at) for at in SHIFTS],
    "clamped_from_17": lambda: [surest_float32(z)[0] for z in SILENT],
    "clamped_slope_from_17": lambda: [1 / 1e-12 * surest_float32(z)[1] for z in SILENT],
    "with_logits_at_17": lambda: np.log1p(np.exp(17.0)),
    "with_logits_slope_at_17": lambda: sigmoid(17.0),
    "last_before": lambda: surest_float32(np.nextafter(np.float32(first_sure("float32")), np.float32(0)))[0],
    **{f"{dtype}_saturates": partial(first_sure, dtype) for dtype in ("float64", "float32", "float16", "bfloat16")},
    "positive_slope_at_minus_28": lambda: [clamped_slope(-28.0, d) for d in (np.float32, np.float64)],
    "positive_slope_at_minus_30": lambda: [clamped_slope(-30.0, d) for d in (np.float32, np.float64)],
    "focal_minimiser_07": lambda: risk_minimiser(0.7, lambda p: focal(p, 2)),
    "focal_minimiser_09": lambda: risk_minimiser(0.9, lambda p: focal(p, 2)),
    "bce_minimiser_07": lambda: risk_minimiser(0.7, lambda p: -np.log(p)),
    "bce_minimiser_09": lambda: risk_minimiser(0.9, lambda p: -np.log(p)),
    "floor_07": lambda: entropy(0.7),
    "best_07": lambda: halving(lambda p: (p - 0.7) / (p * (1 - p)), 0.01, 0.99),
    "floor_05": lambda: entropy(0.5),
    "floor_1": lambda: entropy(1.0),
    "zero_one_at_minus_1": lambda: float(-1 <= 0),
    "hinge_at_minus_1": lambda: max(0, 1 - -1),
    "squared_hinge_at_minus_1": lambda: max(0, 1 - -1) ** 2,
    "logistic_at_minus_1": lambda: np.log2(1 + np.exp(1)),
    "exponential_at_minus_1": lambda: np.exp(1),
    "natural_logistic_at_0": lambda: np.log(1 + np.exp(0)),
    "maximum_at_3": lambda: max(3**2 / 2, 3 - 1 / 2),
    "maximum_slope_at_3": lambda: by_difference(lambda r: max(r**2 / 2, r - 1 / 2), 3),
    "smooth_l1_at_3": lambda: 3 - 1 / 2,
    "smooth_l1_slope_at_3": lambda: by_difference(lambda r: r - 1 / 2, 3),
}

# --- the words -------------------------------------------------------------------------------------------------------

NUMBER = re.compile(r"(?<![\w.])[−-]?\d+(?:\.\d+)?(?:/\d+)?(?![\d])")
CLAIMS = [pytest.param(n.text, of, id=f"{scene.key}-{of}") for scene in SCENES for n in scene.numbers for of in n.of]


def read(text):
    """A printed number and half a unit of its last digit."""
    plain = text.replace("−", "-")
    top, _, bottom = plain.partition("/")
    half = 0.5 * 10.0 ** -len(top.partition(".")[2]) if not bottom else 1e-9
    return float(top) / float(bottom or 1), half


def said(scene):
    """The numbers in a scene's words; ``0-1`` and ``L1`` are names, and powers are written with their own signs."""
    return NUMBER.findall(scene.words.replace("0-1 loss", ""))


@pytest.mark.parametrize("way", [THROUGH_LOSSLIB, IN_NUMPY], ids=["losslib", "numpy"])
@pytest.mark.parametrize(("text", "of"), CLAIMS)
def test_a_number_is_what_it_is_said_to_be(text, of, way):
    printed, half = read(text)
    found = np.ravel(way[of]()).astype(float)
    assert len(found)
    assert found == pytest.approx(np.full(found.shape, printed), rel=0, abs=half * 1.001 + 1e-7)


@pytest.mark.parametrize("scene", SCENES, ids=BY_KEY)
def test_every_number_is_declared_as_often_as_it_is_said(scene):
    assert Counter(said(scene)) == Counter(n.text for n in scene.numbers) + Counter(scene.settings)


def test_no_computation_stands_for_two_numbers_of_a_scene():
    for scene in SCENES:
        names = Counter(of for n in scene.numbers for of in n.of)
        assert names.total() == len(names), scene.key


@pytest.mark.parametrize("scene", SCENES, ids=BY_KEY)
def test_settings_are_settings(scene):
    """A number that nothing computes is one that the scene's own state, frames, marks or curves say."""
    state = [*(f.value for f in scene.free), *(m.at for m in scene.marks if not isinstance(m.at, str))]
    state += [v for s in scene.shades for v in (s.lo, s.hi)] + [scene.at]
    state += [float(t) for c in scene.curves for t in re.findall(r"=([\d.]+)", c.of)]
    state += [float(t) for t in scene.shared.values() if not t.startswith("{")]
    state += [v for f in scene.frames.values() for v in (f.lo, f.hi)]
    unknown = {t for t in scene.settings if read(t)[0] not in [v for v in state if v is not None]}
    spoken = {"s2": {"1000"}, "s3": {"−8", "0.9"}, "s7": {"5"}, "s9": {"4"}, "s10": {"1", "−28", "−30"},
              "s11": {"1", "0.9"}, "s12": {"0.5", "0"}, "s13": {"0"}, "s14": {"1", "2"}}  # fmt: skip
    assert unknown <= spoken.get(scene.key, set()), "these are neither settings nor computed"


def test_both_ways_know_the_same_numbers():
    assert set(THROUGH_LOSSLIB) == set(IN_NUMPY) == {of for scene in SCENES for n in scene.numbers for of in n.of}


def test_a_printed_number_is_read_with_its_precision():
    assert read("34.5") == (34.5, 0.05)
    assert read("8/27")[0] == 8 / 27
    assert read("−0.69") == (-0.69, 0.005)


# --- what the scenes say of nan and of nothing ------------------------------------------------------------------------


@pytest.mark.parametrize(("gamma", "by_hand", "written"), [(0.0, False, True), (0.5, False, False), (2.0, True, True)])
def test_who_still_has_a_gradient_at_30(gamma, by_hand, written):
    stands = {
        way: math.isfinite(value(f"focal_slope{way}", "logit", 30.0, gamma=gamma, dtype="float32"))
        for way in ("", "_as_written", "_by_hand")
    }
    assert stands == {"": True, "_as_written": written, "_by_hand": by_hand}
    assert [bool(np.isfinite(s)) for s in focal_slopes_float32(30.0, gamma)] == [True, written, by_hand]


@pytest.mark.parametrize("gamma", [0.0, 0.5, 2.0])
def test_where_they_stand_all_three_slopes_are_those_of_numpy(gamma):
    for z in (0.0, 3.0, 6.0):
        ours = [
            value(f"focal_slope{way}", "logit", z, gamma=gamma, dtype="float32")
            for way in ("", "_as_written", "_by_hand")
        ]
        assert [-float(s) for s in focal_slopes_float32(z, gamma)] == pytest.approx(ours, rel=1e-3)


def test_both_ways_the_naive_forms_break_exactly_where_the_sigmoid_is_one():
    first = np.float32(first_sure("float32"))
    for z, whole in ((np.nextafter(first, np.float32(0)), True), (first, False)):
        ways = ("_as_written", "_by_hand")
        ours = [value(f"focal_slope{way}", "logit", float(z), gamma=0.5, dtype="float32") for way in ways]
        assert [math.isfinite(s) for s in ours] == [whole, whole]
        assert [bool(np.isfinite(s)) for s in focal_slopes_float32(z, 0.5)[1:]] == [whole, whole]


def test_the_shaded_band_of_s3_is_left_by_cross_entropy_alone():
    mse, bce = curves_of(picked(BY_KEY["s3"]))
    far_left = mse.x < -4
    assert (np.abs(mse.gradient[far_left]) < 0.05).all()
    assert (np.abs(bce.gradient[far_left]) > 0.05).all()


def test_iou_is_silent_exactly_from_where_the_boxes_part():
    iou = curves_of(picked(BY_KEY["s9"]))[0]
    assert (iou.gradient[iou.x > 10] == 0).all()
    assert (iou.gradient[(iou.x > 0) & (iou.x < 10)] > 0).all()


def test_all_surrogates_lie_above_the_count():
    count, *others = curves_of(picked(BY_KEY["s13"]))
    assert all((other.value >= count.value - 1e-12).all() for other in others)


# --- the pictures ----------------------------------------------------------------------------------------------------


def picked(scene, axis="", **changes):
    values = {f.param.name: f.value for f in scene.free}
    return Picked(scene, {**values, **changes}, axis or next(iter(scene.frames)), "gradient" in scene.rows, True)


AXES = [(scene, axis) for scene in SCENES for axis in scene.frames]


@pytest.mark.parametrize(("scene", "axis"), AXES, ids=[f"{s.key}-{a}" for s, a in AXES])
def test_a_scene_is_drawn_with_frozen_axes(scene, axis):
    opened, _ = live(picked(scene, axis), "?", dark=False)
    moved = {f.param.name: f.param.grid[-2] for f in scene.free}
    later, _ = live(picked(scene, axis, **moved), "?", dark=False)
    assert opened.figure.layout.yaxis.range == later.figure.layout.yaxis.range
    assert opened.figure.layout.xaxis.range == later.figure.layout.xaxis.range
    assert len(opened.labels) == len(scene.curves)
    assert opened.stamp == later.stamp


@pytest.mark.parametrize(("scene", "axis"), AXES, ids=[f"{s.key}-{a}" for s, a in AXES])
def test_the_cursor_of_a_scene_is_where_its_files_print_the_numbers(scene, axis):
    """The chart takes the middle where it is told nothing."""
    shown = picked(scene, axis)
    chart, (curve, *_) = live(shown, "?", dark=False)
    told = 0.5 * (curve.x[0] + curve.x[-1]) if chart.cursor is None else chart.cursor
    assert curve.x[np.abs(curve.x - told).argmin()] == plot(shown).cursor


RELATED = [("s1", "s2")]


@pytest.mark.parametrize(("one", "other"), RELATED)
def test_from_a_scene_to_a_related_one_the_axes_stay(one, other):
    scenes = BY_KEY[one], BY_KEY[other]
    assert scenes[0].frames == scenes[1].frames
    for axis in scenes[0].frames:
        layouts = [live(picked(scene, axis), "?", dark=False)[0].figure.layout for scene in scenes]
        assert len({layout.xaxis.range for layout in layouts}) == len({layout.yaxis.range for layout in layouts}) == 1


@pytest.mark.parametrize("scene", [s for s in SCENES if s.free], ids=lambda s: s.key)
def test_what_the_chart_would_ask_for_is_what_the_page_draws(scene):
    moved = {f.param.name: f.param.grid[len(f.param.grid) // 3] for f in scene.free}
    chart, _ = live(picked(scene, **moved), "?", dark=False)
    filled = re.sub(r"\{(\w+)\}", lambda m: repr(chart.values[m[1]]), chart.request)
    answer = TestClient(Starlette(routes=routes())).get(f"/api/{chart.route}?{filled}&format=binary")
    assert answer.content == chart.frame
    assert answer.content != live(picked(scene), "?", dark=False)[0].frame
    assert chart.sliders.keys() == {f"scene_{name}" for name in moved}


@pytest.mark.parametrize(
    "query",
    [
        "scene=s99&format=binary",
        "scene=s2",
        "scene=s2&slice=shift&format=binary",
        "scene=s2&dtype=float16&format=binary",
        "scene=s2&gamma=nan&format=binary",
        "scene=s2&gamma=-1&format=binary",
        "scene=s2&beta=1&format=binary",
        "scene=s2&at=0.5&format=binary",
        "scene=s2&gradient=0&format=binary",
        "scene=s2&gamma=1&gamma=2&format=binary",
    ],
)
def test_a_scene_that_cannot_be_drawn_is_refused_in_one_sentence(query):
    answer = TestClient(Starlette(routes=routes())).get(f"/api/scene?{query}")
    assert answer.status_code == 422
    assert answer.json()["error"]


@pytest.mark.parametrize("scene", SCENES, ids=BY_KEY)
def test_a_card_has_a_line_for_every_curve(scene):
    rows = thumb_rows(scene)
    assert len(rows) == len(scene.curves)
    assert all(low < high and np.isfinite(y).any() for _, y, (low, high) in rows)


def test_the_marks_say_what_the_words_say():
    chart, _ = live(picked(BY_KEY["s2"]), "?", dark=False)
    assert [a.text for a in chart.figure.layout.annotations] == [
        "<b>100× less</b>", "<b>34.5× less</b>", "<b>0.2976</b>",
    ]  # fmt: skip


def test_the_marks_write_a_number_as_every_readout_does():
    shown = picked(BY_KEY["s2"], gamma=5.0)
    assert [place.words for place in places_of(shown, curves_of(shown))][:2] == ["1e5× less", "17400× less"]


@pytest.mark.parametrize(
    ("scene", "moved", "said"),
    [
        ("s12", {"target": 1.0}, "0 at p → 1"),
        ("s12", {"target": 0.0}, "0 at p → 0"),
        ("s12", {"target": 0.05}, "0.1985 at 0.05"),
        ("s12", {"target": 0.7}, "0.6109 at 0.7"),
        ("s11", {"eta": 0.05}, "smallest at 0.05"),
    ],
)
def test_a_scene_says_of_a_minimum_what_compare_says(scene, moved, said):
    shown = picked(BY_KEY[scene], **moved)
    assert places_of(shown, curves_of(shown))[-1].words == said


def test_a_focal_loss_that_is_cross_entropy_has_the_same_loss_and_not_once_less():
    shown = picked(BY_KEY["s2"], gamma=0.0)
    assert [place.words for place in places_of(shown, curves_of(shown))] == ["the same", "the same"]


def test_the_answer_is_not_in_the_picture_before_it_is_shown():
    closed = Picked(BY_KEY["s2"], {"gamma": 2.0}, "p_t", slopes=True, revealed=False)
    assert not live(closed, "?", dark=False)[0].figure.layout.annotations


def test_the_map_of_weights_has_at_the_ring_what_the_curve_has_there() -> None:
    view = beside(asked([("scene", "s7"), ("beta", "3")]))
    (map_,) = [mark for mark in picture(snapshot(view, 2.0)).marks if mark["mark"] == "heat"]
    cells = np.frombuffer(b64decode(map_["cells"]), dtype=np.uint8).reshape(15, 15)
    for d in (2, 5, 6):
        label = math.exp(-(d**2) / (2 * (11 / 6) ** 2)) if d <= 5 else 0.0
        weight = (1 - label) ** 3
        caption = picture(snapshot(view, float(d))).caption
        assert caption.startswith(f"At a distance of {d} a pixel weighs {words.number(weight)}.")
        assert cells[7, 7 + d] == cells[7 - d, 7] == round(255 * weight)
    assert cells[7, 7] == 0, "the centre is the positive"


@pytest.mark.parametrize("scene", [s for s in SCENES if s.beside is not None], ids=lambda s: s.key)
def test_what_the_picture_beside_a_scene_would_ask_for_is_what_the_page_draws(scene):
    moved = picked(scene, **{f.param.name: f.param.grid[len(f.param.grid) // 3] for f in scene.free})
    shown = pictured(moved, live(moved, "?", dark=False)[0])
    request = re.sub(r"\{(\w+)\}", lambda m: repr(shown.values[m[1]]), shown.request)
    answer = TestClient(Starlette(routes=routes())).get(f"/api/picture?{request}&at={shown.at}")
    assert answer.json() == shown.picture.json()
    opening = pictured(picked(scene), live(picked(scene), "?", dark=False)[0])
    assert answer.json() != opening.picture.json()


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("scene=s7&at=9", "at must be between 0 and 8"),
        ("scene=s2&at=1", "the scene has no picture"),
        ("scene=s7&at=1&loss=focal", "a word is not known to this scene"),
        ("scene=s7", "at must be one number"),
    ],
)
def test_a_picture_that_is_not_there_is_refused_in_one_sentence(query: str, sentence: str) -> None:
    answer = TestClient(Starlette(routes=routes())).get(f"/api/picture?{query}")
    assert answer.status_code == 422
    assert sentence in answer.json()["error"]


# --- the page --------------------------------------------------------------------------------------------------------


@pytest.fixture
def app():
    def run(query):
        page = AppTest.from_file("../../pages/scenes.py", default_timeout=30)
        for word, text in parse_qsl(query):
            page.query_params[word] = text
        return page.run()

    return run


def presented(page):
    """Whether the page has the sheet's foot, and with it the sheet's rules."""
    return any("sheet-foot" in html.body for html in page.get("html"))


@pytest.mark.parametrize("query", ["present=1", "scene=s2&present=1"])
def test_the_cards_are_presented_as_a_scene_is(app, query):
    page = app(query)
    assert not page.exception
    assert presented(page)
    assert not presented(app(query.replace("present=1", "")))


def test_p_presents_the_cards_and_a_card_opens_presented():
    def script():
        from ui import lecture

        lecture.arrive()
        lecture.act("present")
        lecture.open_scene("s2")

    page = AppTest.from_function(script).run()
    assert page.session_state["scenes"].scene == "s2"
    assert (page.query_params["scene"], page.query_params["present"]) == ("s2", "1")


def test_on_the_cards_a_key_means_the_cards_and_no_scene_from_before():
    def script():
        import streamlit as st

        from ui import lecture

        lecture.keep(lecture.Lecture.opening(lecture.SCENES[1]))
        st.query_params.clear()
        lecture.arrive()
        lecture.act("present")

    page = AppTest.from_function(script).run()
    assert dict(page.query_params) == {"present": "1"}


def test_a_page_leaves_out_what_the_api_would_refuse_and_takes_the_rest():
    words = [("scene", "s2"), ("gamma", "-1"), ("slice", "logit"), ("dtype", "float16"), ("reveal", "1"), ("at", "9")]
    state, problems = Lecture.nearest(words)
    assert state == replace(Lecture.opening(BY_KEY["s2"]), axis="logit", revealed=True, at=6)
    assert [problem.thing for problem in problems] == ["gamma", "dtype"]
    for word in ("gamma", "dtype"):
        with pytest.raises(ViewError):
            asked([("scene", "s2"), (word, dict(words)[word])])


def test_the_words_of_a_scene_may_stand_in_any_order_and_each_counts_once():
    words = [("at", "3"), ("zoom", "x:-2:3"), ("slice", "logit"), ("scene", "s2")]
    state, problems = Lecture.nearest(words)
    assert (state.axis, state.at, state.zoom, problems) == ("logit", 3, (("x", (-2.0, 3.0)),), [])
    assert Lecture.nearest(words[::-1])[0] == state
    again, problems = Lecture.nearest([*words, ("at", "1"), ("scene", "s1")])
    assert again == state
    assert [problem.sentence for problem in problems] == ["a word was given twice"] * 2


@pytest.mark.parametrize("scene", SCENES, ids=BY_KEY)
def test_every_key_that_is_listed_does_something(scene):
    state = Lecture.opening(scene)
    at_home = {"F", "L", "?", "Esc"}  # the page does these itself
    for name in KEYS.keys() - at_home:
        assert (state.after(KEYS[name][0]) != state) == (name in state.keys), name
    assert at_home < set(state.keys)


def test_only_a_weight_and_the_size_of_a_gradient_have_no_gradient_to_show():
    assert [scene.key for scene in SCENES if not scene.slope] == ["s7", "s14"]
    for scene in SCENES:
        state, problems = Lecture.nearest([("scene", scene.key), ("gradient", "1")])
        assert state.slopes == scene.slope == (not problems)


@pytest.mark.parametrize("scene", [s for s in SCENES if s.slope], ids=lambda s: s.key)
def test_with_the_gradient_on_it_is_drawn_within_its_frozen_range(scene):
    state = Lecture.opening(scene)
    chart, curves = live(replace(state, slopes=True).picked, "?", dark=False)
    low, high = chart.figure.layout.yaxis2.range
    seen = np.concatenate([c.gradient[np.isfinite(c.gradient)] for c in curves])
    assert ((low <= seen) & (seen <= high)).mean() > 0.5
