"""Batches: a crowd that pulls alike speaks with one voice."""

import math

import numpy as np
import pytest
import torch
from torch.nn.functional import binary_cross_entropy_with_logits

from losslib import View, get, sample

ghm_c = get("ghm_c").fn
ghm_r = get("ghm_r").fn


def harmonised(losses, norms, bins):
    """The paper's weights with empty bins left out, one example at a time."""
    count, total = {}, len(losses)
    place = [min(int(g * bins), bins - 1) for g in norms]
    for b in place:
        count[b] = count.get(b, 0) + 1
    return sum(total / (count[b] * len(count)) * x for b, x in zip(place, losses, strict=True)) / total


@pytest.mark.parametrize("bins", [2, 10, 30])
def test_ghm_c_weighs_each_example_by_the_density_of_its_gradient(bins):
    z, t = get("ghm_c").kind.draw(4, torch.Generator().manual_seed(0))
    losses = binary_cross_entropy_with_logits(z, t, reduction="none").tolist()
    norms = (z.sigmoid() - t).abs().tolist()
    expected = [harmonised(x, g, bins) for x, g in zip(losses, norms, strict=True)]
    assert ghm_c(z, t, bins=bins).tolist() == pytest.approx(expected)


@pytest.mark.parametrize("bins", [2, 10, 30])
def test_ghm_r_weighs_each_residual_by_the_density_of_its_gradient(bins):
    prediction, target = get("ghm_r").kind.draw(4, torch.Generator().manual_seed(1))
    r, mu = (prediction - target).tolist(), 0.02
    losses = [[math.hypot(x, mu) - mu for x in row] for row in r]
    norms = [[abs(x) / math.hypot(x, mu) for x in row] for row in r]
    expected = [harmonised(x, g, bins) for x, g in zip(losses, norms, strict=True)]
    assert ghm_r(prediction, target, bins=bins, mu=mu).tolist() == pytest.approx(expected)


def test_a_thousand_easy_negatives_weigh_as_much_as_one():
    few, many = (torch.tensor([[2.0] + [-4.0] * n]).double() for n in (1, 1000))
    assert ghm_c(few, torch.zeros_like(few)).item() == pytest.approx(ghm_c(many, torch.zeros_like(many)).item())


def test_all_alike_it_is_the_mean_of_bce():
    z = torch.full((1, 9), -1.3).double()
    assert ghm_c(z, torch.zeros_like(z)).item() == pytest.approx(math.log1p(math.exp(-1.3)))


def test_the_largest_gradient_norm_falls_into_the_last_bin():
    z = torch.tensor([[800.0, -800.0]]).double()
    assert ghm_c(z, torch.tensor([[0.0, 1.0]]).double()).item() == pytest.approx(800)
    assert ghm_r(torch.tensor([[1e9]]).double(), torch.zeros(1, 1).double()).isfinite().all()


def test_weights_carry_no_gradient():
    z, t = get("ghm_c").kind.draw(1, torch.Generator().manual_seed(2))
    z.requires_grad_()
    (gradient,) = torch.autograd.grad(ghm_c(z, t).sum(), z)
    place = ((z.sigmoid() - t).abs() * 10).floor().long()[0].tolist()
    occupied = len(set(place))
    expected = [(z.sigmoid() - t)[0, i].item() / (place.count(b) * occupied) for i, b in enumerate(place)]
    assert gradient[0].tolist() == pytest.approx(expected)


def test_the_loss_jumps_where_an_example_changes_its_bin():
    curve = sample(View.of("ghm_c", "probability", bins=4, target=1, lo=0.1, hi=0.95))
    step = np.abs(np.diff(curve.value))
    jumps = curve.x[:-1][step > 10 * np.median(step)]
    assert jumps == pytest.approx([0.25, 0.5, 0.75], abs=0.005)


@pytest.mark.parametrize("key", ["ghm_c", "ghm_r"])
def test_batches_come_in_any_layout(key):
    a, b = get(key).kind.draw(6, torch.Generator().manual_seed(3))
    assert torch.allclose(get(key).fn(a.reshape(2, 3, -1), b.reshape(2, 3, -1)), get(key).fn(a, b).reshape(2, 3))
    assert get(key).fn(a[0], b[0]).shape == ()


def test_residuals_that_are_exactly_zero_are_no_trouble():
    r = torch.zeros(1, 5).double().requires_grad_()
    value = ghm_r(r, torch.zeros(1, 5).double(), mu=0.001)
    assert value.item() == 0
    assert (torch.autograd.grad(value.sum(), r)[0] == 0).all()
