"""Each property finds the fault in a toy made with that fault, so that a green catalogue means something."""

from __future__ import annotations

import dataclasses

import pytest
import torch

from losslib import LOSSES
from losslib.kinds import BINARY, MULTICLASS, PROBABILITY, REGRESSION
from losslib.spec import Axis, Limit, Param, Slice
from losslib.traits import BOUNDED, CONVEX, DETACHED, EVEN, LIPSCHITZ, NONNEGATIVE, PIECEWISE, PROPER, ROBUST, TRAITS
from tests.losslib import properties
from tests.losslib.toys import toy

POWER = Param("power", 0.1, 3.0, "the exponent")


def square_root(prediction, target):
    return (prediction - target).abs().sqrt()


def logarithm(prediction, target):
    return (prediction - target).log()


def reciprocal(prediction, target):
    return 1 / (prediction - target).square()


def mean_square(prediction, target):
    return (prediction - target).square().mean().expand_as(prediction)


def centred(prediction, target):
    return (prediction - prediction.mean() - target).square()


def ranked(prediction, target):
    return (prediction - target) * torch.arange(len(prediction))


def total(prediction, target):
    return (prediction - target).square().sum()


def kept(prediction, target):
    return (prediction - target).square().unsqueeze(-1)


def doubled(prediction, target):
    return (prediction - target).double().square()


def cancelling(prediction, target):
    return (prediction - target + 1e6).square() - 1e12


def elsewhere(prediction, target):
    return (prediction - target).square() + torch.zeros(len(prediction), device="cpu")


def weighed_elsewhere(prediction, target):
    weights = torch.tensor([1.0, 2.0])
    return torch.stack([prediction, target], -1) @ weights


def item(prediction, target):
    return (prediction - target) * prediction.detach().sum().item()


def detached(prediction, target):
    return (prediction - target) * (prediction - target).detach()


def corner(prediction, target):
    return (prediction - target - 0.3).abs()


def small_corner(prediction, target):
    return (prediction - target).square() + 1e-4 * (prediction - target - 1).abs()


def cusp(prediction, target, *, power: float = 0.5):
    r = (prediction - target).abs()
    return torch.where(r == 0, 0.0, torch.where(r == 0, 1.0, r) ** power)


def smooth(prediction, target):
    return (prediction - target).square()


def steep(prediction, target):
    return ((prediction - target) * 1e4).tanh()


def _at_the_corner(prediction, target):
    return prediction - target - 0.3


def _beside_the_corner(prediction, target):
    return prediction - target - 0.301


def _at_the_cusp(prediction, target, *, power):
    return prediction - target


@pytest.mark.parametrize(
    ("fault", "fn"),
    [
        (properties.not_finite, logarithm),
        (properties.not_finite, reciprocal),
        (properties.wrong_shape, total),
        (properties.wrong_shape, kept),
        (properties.entangled, mean_square),
        (properties.entangled, centred),
        (properties.entangled, ranked),
        (properties.far_in_single_precision, doubled),
        (properties.far_in_single_precision, cancelling),
        (properties.leaks_a_device, elsewhere),
        (properties.leaks_a_device, weighed_elsewhere),
        (properties.leaks_a_device, item),
        (properties.leaks_a_device, doubled),
        (properties.wrong_gradient, detached),
        (properties.undeclared_jump, corner),
        (properties.undeclared_jump, small_corner),
        (properties.undeclared_jump, square_root),
    ],
    ids=lambda x: x.__name__,
)
def test_a_property_finds_the_fault_it_is_for(fault, fn):
    assert fault(toy(fn))


@pytest.mark.parametrize(
    "check",
    [
        properties.not_finite,
        properties.wrong_shape,
        properties.entangled,
        properties.far_in_single_precision,
        properties.leaks_a_device,
        properties.wrong_gradient,
        properties.undeclared_jump,
        properties.kink_without_jump,
    ],
    ids=lambda x: x.__name__,
)
def test_a_property_finds_nothing_in_a_parabola(check):
    assert not check(toy(smooth))


def test_a_fault_in_one_corner_of_the_parameter_box_is_found():
    def only_at_the_end(prediction, target, *, power: float = 2.0):
        r = (prediction - target).square()
        return r * float("nan") if power == 3.0 else r

    assert properties.not_finite(toy(only_at_the_end, params=(POWER,)))


def test_an_opening_view_with_a_hole_is_found(monkeypatch):
    holed = toy(reciprocal)
    monkeypatch.setattr("losslib.view.entry", {"reciprocal": holed}.__getitem__)
    assert properties.opening_not_finite(holed)


def test_a_declared_corner_is_no_fault_and_a_misplaced_one_is():
    assert not properties.undeclared_jump(toy(corner, kinks=(_at_the_corner,)))
    assert properties.undeclared_jump(toy(corner, kinks=(_beside_the_corner,)))


def test_a_kink_where_nothing_jumps_is_found():
    assert properties.kink_without_jump(toy(smooth, kinks=(_at_the_corner,)))
    assert not properties.kink_without_jump(toy(corner, kinks=(_at_the_corner,)))


@pytest.mark.parametrize("centre", [0.3, -1.7, 0.0])
def test_a_jump_is_found_where_it_is(centre):
    assert properties.jumps(lambda x: x**3 + 1e-3 * (x > centre), -5, 5, 151) == [pytest.approx(centre, abs=1e-8)]


def test_a_steep_but_smooth_slope_is_no_jump():
    assert not properties.undeclared_jump(toy(steep))


def test_a_root_like_slope_is_no_jump():
    def gentle(prediction, target):
        return cusp(prediction, target, power=1.5)

    assert not properties.undeclared_jump(toy(gentle))


def test_a_false_limit_is_found():
    mse, half = LOSSES["mse"], LOSSES["half_squared_error"]
    assert properties.false_limit(mse, Limit("half_squared_error"), half)
    assert properties.false_limit(mse, Limit("half_squared_error", factor=2.000001), half)
    assert not properties.false_limit(mse, Limit("half_squared_error", factor=2.0), half)


def test_a_limit_that_holds_for_the_value_alone_is_found():
    def half_detached(prediction, target):
        return 0.5 * (prediction - target).square().detach() + 0 * prediction

    assert "slope" in properties.false_limit(
        toy(half_detached), Limit("half_squared_error"), LOSSES["half_squared_error"]
    )


def test_a_limit_without_a_curve_in_common_is_found():
    assert "no curve" in properties.false_limit(LOSSES["mse"], Limit("dice"), LOSSES["dice"])


def test_a_parameter_that_a_limit_leaves_open_moves_in_both_losses():
    focal, balanced = LOSSES["focal"], LOSSES["balanced_focal"]
    assert not properties.false_limit(balanced, Limit("focal", {"alpha": 0.5}, factor=0.5), focal)
    assert properties.false_limit(balanced, Limit("focal", {"alpha": 0.5, "gamma": 1.0}, factor=0.5), focal)


def test_the_same_parabola_twice_is_found():
    def again(prediction, target):
        return prediction.square() - 2 * prediction * target + target.square()

    assert properties.same_numbers(toy(again), LOSSES["mse"])
    assert not properties.same_numbers(LOSSES["half_squared_error"], LOSSES["mse"])


def test_losses_that_differ_for_soft_labels_only_are_told_apart():
    assert not properties.same_numbers(LOSSES["bce"], LOSSES["kl_bernoulli"])
    assert not properties.same_numbers(LOSSES["focal"], LOSSES["quality_focal"])


def test_losses_of_different_kinds_are_told_apart_by_the_curves_they_share():
    assert properties.same_curves(LOSSES["focal"], LOSSES["softmax_focal"])
    assert properties.same_curves(LOSSES["js_bernoulli"], LOSSES["js_div"])
    assert not properties.same_curves(LOSSES["bce_with_logits"], LOSSES["kl_bernoulli"])
    assert not properties.same_curves(LOSSES["mse"], LOSSES["dice"])


def test_a_limit_along_some_curves_connects_losses_of_different_kinds_only():
    for along_some in (False, True):
        first = properties.declared_same(LOSSES, along_some)
        assert (first["kl_bernoulli"] == first["gan_generator"]) is along_some


def test_only_a_limit_at_the_defaults_excuses_a_double():
    def twin(prediction, target, *, beta: float = 0.5):
        return (prediction - target).square()

    beta = Param("beta", 0.0, 1.0, "nothing")
    losses = {key: LOSSES[key] for key in ("half_squared_error", "mse")}
    losses = {key: dataclasses.replace(loss, limits=()) for key, loss in losses.items()}
    for limit, excused in [
        (Limit("mse", {"beta": 0.5}), True),
        (Limit("mse", {"beta": 0.7}), False),
        (Limit("mse", factor=2.0), False),
        (Limit("mse", slices=("residual",)), False),
    ]:
        first = properties.declared_same({**losses, "twin": toy(twin, params=(beta,), limits=(limit,))})
        assert (first["twin"] == first["mse"]) is excused


def wavy(prediction, target):
    return 2 + (prediction - target).sin()


def cauchy_like(prediction, target):
    return (prediction - target).square().log1p()


def negative_far_out(prediction, target):
    return 1 - 1e-3 * prediction.square()


def tilted(prediction, target):
    r = prediction - target
    return r.square() + 1e-3 * r


def almost_brier(p, t):
    return (p - t).square() + 0.05 * p


def brier(p, t):
    return (p - t).square()


def three_halves(prediction, target):
    return ((prediction - target).square() + 1) ** 0.75


def log_score(z, t):
    return -(t * z.log_softmax(-1)).sum(-1)


def logit_square(z, t):
    return (z - 4 * (t - 0.5)).square()


@pytest.mark.parametrize(
    ("trait", "carrier", "other", "kind"),
    [
        (CONVEX, smooth, wavy, REGRESSION),
        (CONVEX, smooth, cauchy_like, REGRESSION),
        (EVEN, smooth, tilted, REGRESSION),
        (NONNEGATIVE, smooth, negative_far_out, REGRESSION),
        (BOUNDED, wavy, cauchy_like, REGRESSION),
        (BOUNDED, steep, corner, REGRESSION),
        (LIPSCHITZ, corner, smooth, REGRESSION),
        (LIPSCHITZ, cauchy_like, cusp, REGRESSION),
        (ROBUST, cauchy_like, smooth, REGRESSION),
        (ROBUST, cusp, three_halves, REGRESSION),
        (PROPER, brier, almost_brier, PROBABILITY),
        (PROPER, log_score, LOSSES["softmax_focal"].fn, MULTICLASS),
        (PIECEWISE, corner, smooth, REGRESSION),
        (DETACHED, detached, smooth, REGRESSION),
    ],
    ids=lambda x: getattr(x, "key", getattr(x, "__name__", "")),
)
def test_a_trait_is_proved_for_its_carrier_and_refuted_for_another(trait, carrier, other, kind):
    hunt = properties.COUNTEREXAMPLE[trait]
    claims = {
        cusp: {
            "params": (Param("power", 0.1, 1.0, "the exponent") if carrier is cusp else POWER,),
            "kinks": (_at_the_cusp,),
        },
        LOSSES["softmax_focal"].fn: {"params": LOSSES["softmax_focal"].params},
    }
    assert not hunt(toy(carrier, kind, **claims.get(carrier, {})))
    assert hunt(toy(other, kind, **claims.get(other, {})))


def test_a_size_of_nothing_pulls_infinitely_hard_and_so_outvotes_all_others():
    assert not LOSSES["yolo_size"].traits & {ROBUST, LIPSCHITZ}
    assert "border" in properties.not_robust(LOSSES["yolo_size"])


def test_a_claim_at_some_values_is_hunted_at_those_alone():
    loss = LOSSES["cross_entropy"]
    assert loss.traits_at == {PROPER: {"label_smoothing": 0.0}}
    smoothed = properties.not_proper(loss)
    assert "label_smoothing" in smoothed
    assert "{'label_smoothing': 0.0}" not in smoothed
    assert not properties.not_proper(properties.held(loss, {"label_smoothing": 0.0}))
    assert properties.not_proper(properties.held(loss, {"label_smoothing": 0.1}))


def test_a_loss_of_which_a_parameter_is_held_keeps_the_others():
    z, t = torch.randn(5).double(), torch.rand(5).double()
    bce = properties.held(LOSSES["bce_with_logits"], {"pos_weight": 3.0})
    assert [p.name for p in bce.params] == ["weight"]
    assert torch.equal(bce.fn(z, t, weight=2.0), LOSSES["bce_with_logits"].fn(z, t, pos_weight=3.0, weight=2.0))
    assert properties.held(bce, {"weight": 0.5}).params == ()


def test_every_trait_is_tried_on_a_toy():
    tried = test_a_trait_is_proved_for_its_carrier_and_refuted_for_another.pytestmark[0].args[1]
    assert {row[0] for row in tried} == set(TRAITS)


def test_a_logit_loss_that_is_least_elsewhere_is_not_proper():
    assert properties.not_proper(toy(logit_square, BINARY))
    assert not properties.not_proper(LOSSES["sigmoid_mse"])


def test_a_slice_that_leaves_its_device_is_found():
    def stray(u):
        return u, torch.zeros(len(u))

    def tidy(u):
        return u, torch.zeros_like(u)

    axis = Axis("u", "u", "u", -1, 1)
    assert properties.slice_leaks_a_device(Slice("stray", "stray", stray, (axis,)))
    assert not properties.slice_leaks_a_device(Slice("tidy", "tidy", tidy, (axis,)))
