"""The cost of a line, over its two parameters."""

import numpy as np
import pytest
import torch

from losslib import View, get, sample, snapshot

cost = get("least_squares_cost").fn


def test_the_cost_by_hand():
    X, y = torch.tensor([[1.0, 0.0], [1.0, 1.0]]).double(), torch.tensor([1.0, 3.0]).double()
    assert cost(torch.tensor([1.0, 2.0]).double(), X, y).item() == 0
    assert cost(torch.tensor([0.0, 0.0]).double(), X, y).item() == pytest.approx((1 + 9) / 4)


def test_the_gradient_is_the_normal_equation_s():
    theta, X, y = get("least_squares_cost").kind.draw(3, torch.Generator().manual_seed(0))
    theta.requires_grad_()
    (gradient,) = torch.autograd.grad(cost(theta, X, y).sum(), theta)
    expected = torch.stack([a.T @ (a @ b - c) / len(c) for a, b, c in zip(X, theta, y, strict=True)])
    assert torch.allclose(gradient, expected)


def test_the_lowest_place_of_the_bowl_is_the_fit():
    data = snapshot(View.of("least_squares_cost", "theta_0"), 0.0).inputs
    best, *_ = np.linalg.lstsq(data["X"], data["y"], rcond=None)
    there = snapshot(View.of("least_squares_cost", "plane"), tuple(map(float, best)))
    assert there.gradients["theta"] == pytest.approx([0, 0], abs=1e-12)
    bowl = sample(View.of("least_squares_cost", "plane"))
    assert there.value <= bowl.value.min()


def test_any_number_of_columns_and_any_layout():
    g = torch.Generator().manual_seed(1)
    theta, X, y = (torch.randn(*shape, generator=g).double() for shape in ((2, 3, 4), (2, 3, 7, 4), (2, 3, 7)))
    assert cost(theta, X, y).shape == (2, 3)
