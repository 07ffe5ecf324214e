"""Boxes: what overlap costs, in sentences one can draw."""

import math

import pytest
import torch

from losslib import View, get, sample, snapshot

UNIT = [0.0, 0.0, 10.0, 10.0]
OVERLAPS = ("iou", "giou", "diou", "ciou")


def cost(key, p, t=UNIT, **params):
    return get(key).fn(torch.tensor(p).double(), torch.tensor(t).double(), **params).item()


@pytest.mark.parametrize("key", [*OVERLAPS, "box_l1", "box_smooth_l1", "box_mse"])
def test_a_box_on_its_target_costs_nothing(key):
    assert cost(key, UNIT) == 0


@pytest.mark.parametrize("key", OVERLAPS)
def test_a_quarter_size_box_in_the_middle_costs_three_quarters(key):
    assert cost(key, [2.5, 2.5, 7.5, 7.5]) == pytest.approx(0.75)


@pytest.mark.parametrize(
    ("key", "expected"),
    [("iou", 2 / 3), ("giou", 2 / 3), ("diou", 2 / 3 + 25 / 325), ("ciou", 2 / 3 + 25 / 325)],
)
def test_half_of_each_box_shared(key, expected):
    assert cost(key, [5.0, 0.0, 15.0, 10.0]) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("key", "expected"),
    [("iou", 1.0), ("giou", 1.0 + 1 / 3), ("diou", 1 + 400 / 1000), ("ciou", 1 + 400 / 1000)],
)
def test_one_box_width_between_them(key, expected):
    assert cost(key, [20.0, 0.0, 30.0, 10.0]) == pytest.approx(expected)


@pytest.mark.parametrize("key", OVERLAPS)
def test_touching_edges_share_nothing(key):
    assert cost(key, [10.0, 0.0, 20.0, 10.0]) >= 1


def test_a_box_four_times_as_wide_as_high_pays_for_its_shape_in_ciou_only():
    p = [-15.0, 0.0, 25.0, 10.0]  # the centres together: IoU is 1/4
    v = 4 / math.pi**2 * (math.atan(1) - math.atan(4)) ** 2
    assert cost("diou", p) == pytest.approx(0.75)
    assert cost("ciou", p) == pytest.approx(0.75 + v * v / (0.75 + v))


def test_the_weight_of_the_shape_is_held_constant_in_the_gradient():
    p = torch.tensor([-15.0, 0.0, 25.0, 10.0]).double().requires_grad_()
    t = torch.tensor(UNIT).double()
    (gradient,) = torch.autograd.grad(get("ciou").fn(p, t), p)
    v = 4 / math.pi**2 * (math.atan(1) - math.atan(4)) ** 2
    alpha = v / (0.75 + v)
    shape_slope = alpha * 8 / math.pi**2 * (math.atan(4) - math.atan(1)) * 10 / (40**2 + 10**2)
    (diou,) = torch.autograd.grad(get("diou").fn(p, t), p)
    assert (gradient - diou)[2].item() == pytest.approx(shape_slope)


def test_iou_is_silent_once_the_boxes_are_apart_and_the_others_are_not():
    far = {key: sample(View.of(key, "shift", lo=12.0, hi=20.0)).gradient for key in OVERLAPS}
    assert (far["iou"] == 0).all()
    assert all((far[key] > 0).all() for key in ("giou", "diou", "ciou"))


def test_giou_of_a_box_inside_does_not_care_where():
    inside = [sample(View.of("giou", "shift", size=4.0, lo=-2.0, hi=2.0)).value]
    assert max(abs(v - 0.84).max() for v in inside) < 1e-12


@pytest.mark.parametrize(("key", "expected"), [("box_l1", 20.0), ("box_smooth_l1", 19.0), ("box_mse", 200.0)])
def test_a_box_ten_to_the_right_pays_for_two_edges(key, expected):
    assert cost(key, [10.0, 0.0, 20.0, 10.0]) == pytest.approx(expected)


def test_the_sums_are_torch_s():
    p, t = get("box_l1").kind.draw(20, torch.Generator().manual_seed(0))
    f = torch.nn.functional
    assert torch.allclose(get("box_l1").fn(p, t), f.l1_loss(p, t, reduction="none").sum(-1))
    assert torch.allclose(get("box_mse").fn(p, t), f.mse_loss(p, t, reduction="none").sum(-1))
    assert torch.allclose(
        get("box_smooth_l1").fn(p, t, beta=2.0), f.smooth_l1_loss(p, t, beta=2.0, reduction="none").sum(-1)
    )


@pytest.mark.parametrize("key", OVERLAPS)
def test_points_lines_and_twins_have_finite_values_and_gradients(key):
    odd = torch.tensor(
        [[0, 0, 0, 0], [5, 5, 5, 5], UNIT, [10, 0, 20, 10], [20, 20, 30, 30], [3, 3, 3, 8], [3, 3, 8, 3]]
    ).double()
    p = odd.repeat_interleave(len(odd), 0).requires_grad_()
    t = odd.repeat(len(odd), 1).requires_grad_()
    value = get(key).fn(p, t)
    assert value.isfinite().all()
    assert (value >= 0).all()
    assert all(g.isfinite().all() for g in torch.autograd.grad(value.sum(), (p, t)))


@pytest.mark.parametrize("dtype", [torch.float64, torch.float32], ids=str)
@pytest.mark.parametrize("key", OVERLAPS)
def test_boxes_cost_the_same_at_any_scale(key, dtype):
    p, t = (x.to(dtype) for x in get(key).kind.draw(40, torch.Generator().manual_seed(2)))
    loss = get(key).fn
    last = math.floor(math.log2(torch.finfo(dtype).max)) - 4
    for power in (last, last // 2, -last // 2, -last):
        by = 2.0**power
        assert torch.equal(loss(p * by, t * by), loss(p, t))
        of_unit, of_scaled = (
            torch.autograd.grad(loss(x, t * s).sum(), x)[0]
            for s, x in ((1.0, p.clone().requires_grad_()), (by, (p * by).requires_grad_()))
        )
        assert torch.equal(of_scaled, of_unit / by)


@pytest.mark.parametrize("key", OVERLAPS)
def test_boxes_come_in_any_layout(key):
    p, t = get(key).kind.draw(12, torch.Generator().manual_seed(1))
    flat = get(key).fn(p, t)
    assert torch.equal(get(key).fn(p.reshape(3, 4, 4), t.reshape(3, 4, 4)), flat.reshape(3, 4))
    assert torch.equal(get(key).fn(p[0], t[0]), flat[0])


def test_a_box_that_is_a_point_has_a_picture():
    seen = snapshot(View.of("ciou", "scale"), 0.0)
    assert seen.value == 1.0
    assert all(abs(g).max() < math.inf for g in seen.gradients.values())
