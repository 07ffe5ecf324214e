"""Several classes and one label: what the printed examples say, what torch says, and what training needs."""

import math

import pytest
import torch
from torch.nn import functional as F

from losslib import Criterion, View, get, sample

ce = get("cross_entropy").fn
focal = get("softmax_focal").fn


def logits(*shape, seed=0):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64) * 2


def labels(classes, *shape, seed=1):
    return torch.randint(classes, shape, generator=torch.Generator().manual_seed(seed))


@pytest.mark.parametrize(("right", "printed"), [((0.7, 0.2), 0.983056), ((0.7, 0.5), 0.524911)])
def test_the_two_worked_examples_of_cross_entropy(right, printed):
    p = torch.tensor([[1 - right[0], right[0]], [right[1], 1 - right[1]]]).double()
    assert Criterion("cross_entropy")(p.log(), torch.tensor([1, 0])).item() == pytest.approx(printed, abs=5e-7)


def test_a_thousand_classes_know_nothing_at_ln_a_thousand():
    z = torch.zeros(1, 1000).double()
    t = F.one_hot(torch.tensor([3]), 1000).double()
    assert ce(z, t).item() == pytest.approx(math.log(1000))


def test_the_gradient_is_what_is_believed_less_what_is_true():
    z = logits(6, 5).requires_grad_()
    t = logits(6, 5, seed=2).softmax(-1)
    (gradient,) = torch.autograd.grad(ce(z, t).sum(), z)
    assert torch.allclose(gradient, z.softmax(-1) - t)


@pytest.mark.parametrize("epsilon", [0.0, 0.1, 1.0])
def test_label_smoothing_is_torch_s(epsilon):
    z, y = logits(7, 4), labels(4, 7)
    ours = Criterion("cross_entropy", label_smoothing=epsilon)(z, y)
    assert torch.allclose(ours, F.cross_entropy(z, y, label_smoothing=epsilon))


def test_soft_labels_are_torch_s():
    z, t = logits(7, 4), logits(7, 4, seed=3).softmax(-1)
    assert torch.allclose(ce(z, t), F.cross_entropy(z, t, reduction="none"))


def test_a_class_ruled_out_by_minus_infinity_costs_nothing_unless_it_is_the_label():
    z = torch.tensor([[1.0, 2.0, -math.inf]]).double().requires_grad_()
    for key, fn in (("cross_entropy", ce), ("softmax_focal", focal)):
        value = fn(z, torch.tensor([[1.0, 0.0, 0.0]]).double())
        assert value.isfinite().all(), key
        assert torch.autograd.grad(value.sum(), z)[0].isfinite().all(), key
        assert fn(z, torch.tensor([[0.0, 0.0, 1.0]]).double()).item() == math.inf


@pytest.mark.parametrize("gamma", [0.0, 0.3, 1.0, 2.0])
def test_softmax_focal_weighs_cross_entropy_by_what_is_missing(gamma):
    z, y = logits(9, 4), labels(4, 9)
    p = z.softmax(-1).gather(1, y[:, None]).squeeze(1)
    expected = (1 - p) ** gamma * F.cross_entropy(z, y, reduction="none")
    assert torch.allclose(focal(z, F.one_hot(y, 4).double(), gamma=gamma), expected)


def test_softmax_focal_on_a_soft_label_is_the_expectation_over_the_label():
    z, t = logits(5, 3), logits(5, 3, seed=4).softmax(-1)
    expected = sum(t[:, k] * focal(z, F.one_hot(torch.full((5,), k), 3).double()) for k in range(3))
    assert torch.allclose(focal(z, t), expected)


def test_a_saturated_softmax_with_a_small_gamma_has_gradient_zero():
    z = torch.tensor([[800.0, 0.0, 0.0]]).double().requires_grad_()
    value = focal(z, torch.tensor([[1.0, 0.0, 0.0]]).double(), gamma=0.5)
    assert value.item() == 0
    assert torch.equal(torch.autograd.grad(value.sum(), z)[0], torch.zeros(1, 3).double())


@pytest.mark.parametrize("key", ["cross_entropy", "softmax_focal"])
def test_classes_come_last_whatever_leads(key):
    fn = get(key).fn
    z, t = logits(2, 3, 4), logits(2, 3, 4, seed=5).softmax(-1)
    assert torch.allclose(fn(z, t), fn(z.reshape(6, 4), t.reshape(6, 4)).reshape(2, 3))
    assert fn(z[0, 0], t[0, 0]).shape == ()


def test_on_the_way_of_one_logit_it_is_binary_cross_entropy():
    many, two = sample(View.of("cross_entropy", "logit", share=0.3)), sample(View.of("bce_with_logits", "logit"))
    assert abs(many.value - two.value).max() < 1e-12
    assert abs(many.gradient - two.gradient).max() < 1e-12


def test_the_slope_in_the_logit_can_be_drawn_over_the_probability():
    curve = sample(View.of("cross_entropy", "p_t", gradient="logit"))
    assert abs(curve.gradient - (curve.x - 1)).max() < 1e-9


def test_the_triangle_holds_three_probabilities_that_add_up():
    simplex = get("cross_entropy").kind.slice("simplex")
    split, p = torch.rand(2, 9, generator=torch.Generator().manual_seed(0)).double()
    z, _ = simplex.fn(split, p)
    q = z.exp()
    assert torch.allclose(q.sum(-1), torch.ones(9).double())
    assert torch.allclose(q[:, 2] + q[:, 0] / 2, split * (1 - p) + p / 2)


# --- with labels, as in training -------------------------------------------------------------------------------------

WEIGHT = torch.tensor([0.5, 1.0, 2.0, 4.0]).double()


@pytest.mark.parametrize("reduction", ["mean", "sum", "none"])
@pytest.mark.parametrize("epsilon", [0.0, 0.2])
@pytest.mark.parametrize("weight", [None, WEIGHT])
@pytest.mark.parametrize("shape", [(6,), (2, 5), (2, 3, 4)])
def test_labels_weights_smoothing_and_ignored_pixels_are_torch_s(shape, weight, epsilon, reduction):
    z, y = logits(shape[0], 4, *shape[1:]), labels(4, *shape)
    y.view(-1)[1] = 255
    options = {"reduction": reduction, "ignore_index": 255, "label_smoothing": epsilon}
    ours = Criterion("cross_entropy", class_weight=weight, **options)(z, y)
    assert torch.allclose(ours, F.cross_entropy(z, y, weight=weight, **options))


@pytest.mark.parametrize("reduction", ["mean", "sum", "none"])
@pytest.mark.parametrize("epsilon", [0.0, 0.2])
@pytest.mark.parametrize("weight", [None, WEIGHT])
def test_soft_labels_with_weights_are_torch_s(weight, epsilon, reduction):
    z, t = logits(3, 4, 5), logits(3, 4, 5, seed=6).softmax(1)
    options = {"reduction": reduction, "label_smoothing": epsilon}
    ours = Criterion("cross_entropy", class_weight=weight, **options)(z, t)
    assert torch.allclose(ours, F.cross_entropy(z, t, weight=weight, **options))


def test_softmax_focal_leaves_out_pixels_marked_255():
    z, y = logits(2, 4, 3, 3), labels(4, 2, 3, 3)
    y[0, 0, 0] = y[1, 2, 2] = 255
    kept = y != 255
    each = focal(z.movedim(1, -1)[kept], F.one_hot(y[kept], 4).double(), gamma=2.0)
    assert torch.allclose(Criterion("softmax_focal", ignore_index=255, gamma=2.0)(z, y), each.mean())


def test_an_ignored_pixel_takes_no_part_in_the_gradient_even_if_it_is_nan():
    z, y = logits(3, 4), torch.tensor([1, 255, 2])
    z[1] = math.nan
    z.requires_grad_()
    Criterion("softmax_focal", ignore_index=255)(z, y).backward()
    assert z.grad.isfinite().all()
    assert (z.grad[1] == 0).all()


def test_nothing_left_is_nan_as_in_torch():
    assert Criterion("cross_entropy", ignore_index=255)(logits(2, 3), torch.tensor([255, 255])).isnan()


def test_ignoring_a_soft_label_is_refused():
    with pytest.raises(ValueError, match="ignore_index is for class labels"):
        Criterion("cross_entropy", ignore_index=255)(logits(2, 3), logits(2, 3).softmax(-1))
