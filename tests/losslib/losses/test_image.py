"""Pictures: rough or smooth, alike or not."""

import time

import pytest
import torch
from torch import nn

from losslib import View, get, perceptual_with, sample

tv = get("total_variation").fn
perceptual = get("perceptual").fn


def pictures(n=4):
    return get("perceptual").kind.draw(n, torch.Generator().manual_seed(0))


def test_an_even_picture_has_no_variation():
    assert tv(torch.full((1, 5, 7), 0.3).double()).item() == 0


def test_one_bright_pixel_has_four_steps():
    x = torch.zeros(1, 5, 5).double()
    x[0, 2, 2] = 0.25
    assert tv(x).item() == 1.0


def test_an_edge_costs_its_length_times_its_height_however_it_is_spread():
    sharp = torch.tensor([0.0, 0.0, 0.0, 1.0, 1.0]).double().expand(4, 5)
    ramp = torch.tensor([0.0, 0.25, 0.5, 0.75, 1.0]).double().expand(4, 5)
    assert tv(sharp[None]).item() == tv(ramp[None]).item() == 4.0


def test_a_stray_pixel_is_pulled_back_and_a_straight_edge_stays():
    x = torch.zeros(5, 6).double()
    x[:, 3:] = 1
    x[2, 1] = 0.5
    x.requires_grad_()
    (gradient,) = torch.autograd.grad(tv(x), x)
    assert gradient[2, 1].item() == 4
    assert gradient[2, 4].item() == 0


def test_the_same_picture_is_seen_the_same():
    x, _ = pictures()
    x.requires_grad_()
    value = perceptual(x, x.detach())
    assert (value == 0).all()
    assert (torch.autograd.grad(value.sum(), x)[0] == 0).all()


def test_brightness_is_not_seen_and_an_edge_is():
    x, y = pictures()
    assert torch.allclose(perceptual(x + 0.2, x), torch.zeros(4).double(), atol=1e-24)
    assert (perceptual(x, y) > 1e-4).all()


def test_the_filters_measure_the_slope():
    ramp = 0.1 * torch.arange(9).double().expand(9, 9)
    flat = torch.zeros(9, 9).double()
    seen = [max(0.0, 0.1 * c) for c in (1, 0.5**0.5, 0, -(0.5**0.5), -1, -(0.5**0.5), 0, 0.5**0.5)]
    assert perceptual(ramp, flat).item() == pytest.approx(sum(s * s for s in seen) / 8)


def test_perceptual_with_takes_any_network():
    x, y = (p.unsqueeze(1) for p in pictures())
    torch.manual_seed(0)
    network = nn.Sequential(nn.Conv2d(1, 3, 3), nn.ReLU()).double().requires_grad_(False)
    x.requires_grad_()
    value = perceptual_with(network)(x, y)
    assert value.shape == (4,)
    assert torch.allclose(value, (network(x) - network(y)).square().mean((1, 2, 3)))
    assert torch.autograd.grad(value.sum(), x)[0].abs().sum() > 0


def test_perceptual_with_nothing_in_between_is_the_mean_squared_error():
    x, y = pictures()
    assert torch.allclose(perceptual_with(nn.Identity())(x, y), (x - y).square().mean((1, 2)))


def test_pictures_come_in_any_layout():
    x, y = pictures(6)
    assert torch.allclose(perceptual(x.reshape(2, 3, 12, 12), y.reshape(2, 3, 12, 12)), perceptual(x, y).reshape(2, 3))
    assert torch.allclose(tv(x.reshape(2, 3, 12, 12)), tv(x).reshape(2, 3))
    assert perceptual(x[0], y[0]).shape == tv(x[0]).shape == ()


def test_noise_roughens_and_blur_smoothes():
    rough = sample(View.of("total_variation", "noise")).value
    assert rough[-1] > 5 * rough[0]
    assert sample(View.of("total_variation", "blur")).gradient.max() < 1e-9


@pytest.mark.parametrize("spoilt", ["noise", "blur", "shift"])
def test_the_clean_picture_is_best(spoilt):
    curve = sample(View.of("perceptual", spoilt, points=65))
    clean = 0.0 if spoilt != "blur" else 0.1
    assert curve.x[curve.value.argmin()] == pytest.approx(clean)
    assert curve.value.min() == pytest.approx(0, abs=1e-12)


def test_a_curve_of_four_hundred_pictures_takes_less_than_a_second():
    view = View.of("perceptual", "noise")
    sample(view)
    start = time.perf_counter()
    sample(view)
    assert view.points == 401
    assert time.perf_counter() - start < 1
