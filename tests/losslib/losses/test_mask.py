"""Masks: what counts when most of the picture is background."""

import math

import pytest
import torch
from torch.nn.functional import binary_cross_entropy

from losslib import View, get, sample

KEYS = ("dice", "mask_bce")


def masks(n=5):
    return get("dice").kind.draw(n, torch.Generator().manual_seed(0))


def test_half_the_object_found_and_nothing_else():
    t = torch.zeros(4, 4).double()
    t[:2] = 1
    p = torch.zeros(4, 4).double()
    p[0] = 1
    assert get("dice").fn(p, t, smooth=0.0).item() == pytest.approx(1 - 8 / 12)
    assert get("dice").fn(p, t, smooth=1.0).item() == pytest.approx(1 - 9 / 13)


def test_all_wrong_costs_one_in_dice_and_torch_s_hundred_in_bce():
    t = torch.ones(4, 4).double()
    assert get("dice").fn(1 - t, t, smooth=0.0).item() == 1
    assert get("mask_bce").fn(1 - t, t).item() == pytest.approx(100)


def test_mask_bce_is_torch_s_mean_over_the_pixels():
    p, t = masks()
    expected = torch.stack([binary_cross_entropy(a, b) for a, b in zip(p, t, strict=True)])
    assert torch.allclose(get("mask_bce").fn(p, t), expected)


@pytest.mark.parametrize("smooth", [0.0, 1.0])
def test_two_empty_masks_agree_and_have_a_gradient(smooth):
    p = torch.zeros(3, 4, 4).double().requires_grad_()
    value = get("dice").fn(p, torch.zeros(3, 4, 4).double(), smooth=smooth)
    assert (value == 0).all()
    assert torch.autograd.grad(value.sum(), p)[0].isfinite().all()


@pytest.mark.parametrize(("smooth", "expected"), [(0.0, 1.0), (1.0, 1 - 1 / 3)])
def test_two_pixels_claimed_on_an_empty_mask(smooth, expected):
    p = torch.zeros(4, 4).double()
    p[0, :2] = 1
    assert get("dice").fn(p, torch.zeros(4, 4).double(), smooth=smooth).item() == pytest.approx(expected)


@pytest.mark.parametrize("key", KEYS)
def test_masks_come_in_any_layout(key):
    p, t = masks(6)
    flat = get(key).fn(p, t)
    assert torch.allclose(get(key).fn(p.reshape(2, 3, 6, 6), t.reshape(2, 3, 6, 6)), flat.reshape(2, 3))
    assert torch.allclose(get(key).fn(p[0], t[0]), flat[0])


def test_the_smaller_the_object_the_more_the_same_doubt_costs_in_dice_and_the_less_in_bce():
    dice, bce = (sample(View.of(key, "foreground")).value for key in KEYS)
    assert dice[0] > 0.9
    assert dice[-1] < 0.2
    assert (bce < 0.25).all()
    assert bce[0] == pytest.approx(-math.log(0.9), abs=0.02)


def test_bce_punishes_certainty_about_a_misplaced_disc_and_dice_does_not():
    dice, bce = (sample(View.of(key, "confidence")) for key in KEYS)
    assert (dice.gradient < 0).all()
    assert bce.gradient[0] < 0 < bce.gradient[-1]


@pytest.mark.parametrize("key", KEYS)
def test_a_disc_is_best_in_its_place(key):
    curve = sample(View.of(key, "shift", points=101))
    assert abs(curve.x[curve.value.argmin()]) < 1e-9
