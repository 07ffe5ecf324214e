"""Two players: what each minimises, and what is left when one plays perfectly."""

import math

import numpy as np
import pytest
import torch
from torch.nn.functional import binary_cross_entropy_with_logits, mse_loss

from losslib import View, get, sample


def outputs():
    return get("gan_discriminator").kind.draw(16, torch.Generator().manual_seed(0))


def test_a_discriminator_that_knows_nothing_costs_two_ln_two():
    zero = torch.zeros(1).double()
    assert get("gan_discriminator").fn(zero, zero).item() == pytest.approx(2 * math.log(2))


def test_the_discriminator_is_bce_on_both_sides():
    real, fake = outputs()
    expected = binary_cross_entropy_with_logits(
        real, torch.ones_like(real), reduction="none"
    ) + binary_cross_entropy_with_logits(fake, torch.zeros_like(fake), reduction="none")
    assert torch.allclose(get("gan_discriminator").fn(real, fake), expected)


def test_a_fake_taken_for_real_with_p_costs_the_discriminator_minus_the_logarithm_of_one_minus_p():
    curve = sample(View.of("gan_discriminator", "fake_probability", real=2, lo=0.01, hi=0.99))
    of_the_real_one = math.log1p(math.exp(-2))
    assert np.allclose(curve.value, of_the_real_one - np.log1p(-curve.x))
    assert np.allclose(curve.gradient, 1 / (1 - curve.x))
    through = sample(View.of("gan_discriminator", "fake_probability", gradient="fake", lo=0.01, hi=0.99))
    assert np.allclose(through.gradient, curve.x), "the slope in the logit"


def test_the_generators_are_the_two_sides_of_one_logit():
    _, fake = outputs()
    assert torch.allclose(get("gan_generator").fn(fake), -fake.sigmoid().log())
    assert torch.allclose(get("gan_generator_saturating").fn(fake), (1 - fake.sigmoid()).log())


def test_a_fake_that_is_found_out_moves_only_the_non_saturating_generator():
    slope = {
        key: sample(View.of(key, "logit", lo=-6.0, hi=6.0, points=3)).gradient[0]
        for key in ("gan_generator", "gan_generator_saturating")
    }
    assert slope["gan_generator"] == pytest.approx(-1, abs=0.01)
    assert slope["gan_generator_saturating"] == pytest.approx(0, abs=0.01)


def test_both_generators_keep_their_digits_far_out():
    far = torch.tensor([-700.0, 700.0]).double()
    assert get("gan_generator").fn(far)[0].item() == 700
    assert get("gan_generator_saturating").fn(far)[1].item() == -700
    assert get("gan_generator_saturating").fn(far)[0].item() < 0


def js_of_two_bells(mu):
    x = np.linspace(-20, 20, 20001)
    p, q = (np.exp(-0.5 * (x - side * mu / 2) ** 2) / math.sqrt(2 * math.pi) for side in (1, -1))
    m = (p + q) / 2
    with np.errstate(divide="ignore", invalid="ignore"):
        terms = np.nan_to_num(p * np.log(p / m)) + np.nan_to_num(q * np.log(q / m))
    return 0.5 * np.trapezoid(terms, x)


@pytest.mark.parametrize("mu", [0.0, 0.5, 1.0, 2.0, 4.0])
def test_the_best_discriminator_costs_two_ln_two_less_two_js(mu):
    curve = sample(View.of("gan_discriminator", "optimal", points=13))
    value = float(np.interp(mu, curve.x, curve.value))
    assert value == pytest.approx(2 * math.log(2) - 2 * js_of_two_bells(mu), abs=1e-9)


def test_lsgan_is_half_of_torch_s_mse_on_each_side():
    real, fake = outputs()
    expected = (mse_loss(real, torch.full_like(real, 1.5), reduction="none") + (fake + 0.5) ** 2) / 2
    assert torch.allclose(get("lsgan_discriminator").fn(real, fake, a=-0.5, b=1.5), expected)
    assert torch.allclose(get("lsgan_generator").fn(fake, c=0.25), (fake - 0.25) ** 2 / 2)


def test_lsgan_draws_back_a_fake_that_is_too_good():
    curve = sample(View.of("lsgan_generator", "logit", lo=-2.0, hi=3.0, points=6))
    assert curve.gradient == pytest.approx([-3, -2, -1, 0, 1, 2])


def test_the_probability_axis_is_for_outputs_that_are_logits():
    assert "probability" in {s.key for s in get("gan_discriminator").kind.slices}
    assert "probability" not in {s.key for s in get("lsgan_discriminator").kind.slices}
