"""Embeddings: near, far, and far enough."""

import pytest
import torch
from torch.nn.functional import triplet_margin_loss

from losslib import View, get, sample

contrastive = get("contrastive").fn
triplet = get("triplet").fn


def points(n=8):
    return get("triplet").kind.draw(n, torch.Generator().manual_seed(0))


@pytest.mark.parametrize(
    ("same", "distance", "expected"), [(1, 3, 4.5), (1, 0, 0), (0, 0.4, 0.18), (0, 1, 0), (0, 3, 0)]
)
def test_contrastive_at_a_distance(same, distance, expected):
    a, b = torch.zeros(1, 2).double(), torch.tensor([[0.0, distance]]).double()
    assert contrastive(a, b, torch.tensor([same]).double(), margin=1.0).item() == pytest.approx(expected)


@pytest.mark.parametrize("margin", [0.1, 1.0, 5.0])
def test_contrastive_at_same_one_is_half_the_squared_distance(margin):
    curve = sample(View.of("contrastive", "distance", same=1, margin=margin))
    squared = sample(View.of("half_squared_error", "residual", lo=curve.x[0], hi=curve.x[-1]))
    assert curve.value == pytest.approx(squared.value)
    assert curve.gradient == pytest.approx(squared.gradient)


@pytest.mark.parametrize("same", [0.0, 1.0])
def test_two_that_coincide_have_a_gradient_of_zero(same):
    a = torch.ones(1, 3).double().requires_grad_()
    value = contrastive(a, a.detach().clone(), torch.tensor([same]).double())
    assert torch.equal(torch.autograd.grad(value.sum(), a)[0], torch.zeros(1, 3).double())


def test_contrastive_pushes_with_what_is_missing_to_the_margin():
    curve = sample(View.of("contrastive", "distance", same=0, margin=2, points=7, lo=0.0, hi=3.0))
    assert curve.gradient[1:] == pytest.approx([-1.5, -1.0, -0.5, 0, 0, 0])


@pytest.mark.parametrize("margin", [0.05, 0.2, 1.0])
def test_triplet_is_torch_s(margin):
    a, p, n = points()
    expected = triplet_margin_loss(a, p, n, margin=margin, reduction="none")
    assert torch.allclose(triplet(a, p, n, margin=margin), expected)


def test_a_positive_nearer_by_the_margin_costs_nothing():
    a = torch.zeros(1, 2).double()
    p, n = torch.tensor([[1.0, 0.0]]).double(), torch.tensor([[0.0, 2.5]]).double()
    assert triplet(a, p, n, margin=1.0).item() == 0
    assert triplet(a, p, n, margin=2.0).item() == pytest.approx(0.5, abs=1e-5)


def test_three_that_coincide_pay_the_margin_and_have_a_finite_gradient():
    a = torch.ones(1, 3).double().requires_grad_()
    value = triplet(a, a.detach().clone(), a.detach().clone(), margin=1.0)
    assert value.item() == pytest.approx(1.0)
    assert torch.autograd.grad(value.sum(), a)[0].isfinite().all()


def test_the_gradient_is_one_until_the_margin_is_kept():
    curve = sample(View.of("triplet", "distance", negative=2, margin=1, points=31))
    assert curve.kinks == pytest.approx([1.0], abs=1e-5)
    assert curve.gradient[1:10] == pytest.approx([0] * 9)
    assert curve.gradient[11:] == pytest.approx([1] * 20)


def test_on_the_circle_the_positive_pays_the_more_the_farther_it_is_turned():
    curve = sample(View.of("triplet", "angle", negative_angle=1))
    assert (curve.gradient[1:] >= 0).all()


@pytest.mark.parametrize("key", ["contrastive", "triplet"])
def test_embeddings_come_in_any_layout(key):
    inputs = get(key).kind.draw(6, torch.Generator().manual_seed(1))
    folded = [x.reshape(2, 3, *x.shape[1:]) for x in inputs]
    assert torch.allclose(get(key).fn(*folded), get(key).fn(*inputs).reshape(2, 3))
