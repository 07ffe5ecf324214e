"""Divergences: which of the two is believed, which is true, and what lies outside."""

import math

import pytest
import torch
from torch.nn import functional as F

from losslib import Criterion, View, get, sample

LOGITS = torch.tensor([[0.5, 1.0, 0.8], [0.2, 0.4, 0.6]])
TEACHER = torch.tensor([[0.3, 0.4, 0.3], [0.1, 0.5, 0.4]])
KEYS = ("kl_div", "kl_div_reverse", "js_div")


def pair(n=6):
    return get("kl_div").kind.draw(n, torch.Generator().manual_seed(0))


def test_the_worked_example_of_distillation():
    criterion = Criterion("kl_div", reduction="batchmean")
    assert criterion(LOGITS.softmax(1).log(), TEACHER).item() == pytest.approx(0.05779619, rel=2e-6)
    exact = criterion(LOGITS.double().log_softmax(1), TEACHER.double()).item()
    assert exact == pytest.approx(0.057796191309197, rel=1e-6)


def test_kl_is_torch_s():
    log_p, t = pair()
    assert torch.allclose(get("kl_div").fn(log_p, t), F.kl_div(log_p, t, reduction="none").sum(-1))


@pytest.mark.parametrize("key", KEYS)
def test_a_distribution_is_no_way_from_itself(key):
    log_p, _ = pair()
    assert get(key).fn(log_p, log_p.exp()).abs().max() < 1e-15


def test_the_reverse_is_the_other_way_round():
    log_p, t = pair()
    assert torch.allclose(get("kl_div_reverse").fn(log_p, t), get("kl_div").fn(t.log(), log_p.exp()))


def test_js_is_the_mean_divergence_from_the_average():
    log_p, t = pair()
    m = (log_p.exp() + t) / 2
    kl = get("kl_div").fn
    assert torch.allclose(get("js_div").fn(log_p, t), (kl(m.log(), t) + kl(m.log(), log_p.exp())) / 2)


def test_two_distributions_that_do_not_meet():
    log_p, t = torch.tensor([[0.0, -math.inf]]).double(), torch.tensor([[0.0, 1.0]]).double()
    assert get("kl_div").fn(log_p, t).item() == math.inf
    assert get("kl_div_reverse").fn(log_p, t).item() == math.inf
    assert get("js_div").fn(log_p, t).item() == pytest.approx(math.log(2))


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("t", [[0.0, 1.0, 0.0], [0.5, 0.5, 0.0], [0.2, 0.3, 0.5]])
@pytest.mark.parametrize("p", [[0.0, 1.0, 0.0], [0.5, 0.5, 0.0], [0.0, 0.5, 0.5]])
def test_states_without_mass_never_give_nan(key, p, t):
    log_p = torch.tensor([p]).double().log().requires_grad_()
    t = torch.tensor([t]).double().requires_grad_()
    value = get(key).fn(log_p, t)
    assert not value.isnan().any()
    assert not any(g.isnan().any() for g in torch.autograd.grad(value.sum(), (log_p, t)))


@pytest.mark.parametrize("key", KEYS)
def test_nothing_times_the_log_of_nothing_is_nothing(key):
    log_p = torch.tensor([0.5, 0.5, 0.0]).double().log().requires_grad_()
    value = get(key).fn(log_p, torch.tensor([0.25, 0.75, 0.0]).double())
    shorter = get(key).fn(log_p[:2], torch.tensor([0.25, 0.75]).double())
    assert value.item() == pytest.approx(shorter.item())
    assert torch.autograd.grad(value, log_p)[0].isfinite().all()


def test_a_bell_moved_by_one_width_costs_half_a_nat():
    curve = sample(View.of("kl_div", "shift", points=3, lo=-1.0, hi=1.0))
    assert curve.value[0] == pytest.approx(0.5, abs=1e-9)
    assert curve.gradient[0] == pytest.approx(-1.0, abs=1e-9)


def test_forward_kl_covers_two_humps_and_reverse_kl_picks_one():
    forward, reverse = (
        sample(View.of(key, "shift", width=1.0, separation=6.0)) for key in ("kl_div", "kl_div_reverse")
    )
    assert abs(forward.x[forward.value.argmin()]) < 0.05
    assert abs(abs(reverse.x[reverse.value.argmin()]) - 3) < 0.2


@pytest.mark.parametrize("key", KEYS)
def test_the_tilt_of_the_target_is_the_best_tilt(key):
    curve = sample(View.of(key, "tilt", target_tilt=-1.5))
    assert abs(curve.x[curve.value.argmin()] + 1.5) < 0.02


@pytest.mark.parametrize("temperature", [0.5, 1.0, 4.0, 20.0])
def test_distillation_is_torch_s_kl_of_softened_logits(temperature):
    z, t = get("distillation_kl").kind.draw(5, torch.Generator().manual_seed(1))
    expected = F.kl_div((z / temperature).log_softmax(-1), (t / temperature).softmax(-1), reduction="none").sum(-1)
    assert torch.allclose(get("distillation_kl").fn(z, t, temperature=temperature), temperature**2 * expected)


def test_a_warm_teacher_is_matched_logit_for_logit():
    z, t = torch.tensor([[1.0, -1.0, 0.0]]).double().requires_grad_(), torch.tensor([[0.0, 0.5, -0.5]]).double()
    (gradient,) = torch.autograd.grad(get("distillation_kl").fn(z, t, temperature=20.0).sum(), z)
    assert torch.allclose(gradient, (z - t).detach() / 3, atol=0.02)


def test_a_student_that_rules_out_what_its_teacher_allows_pays_without_end():
    z, t = torch.tensor([[0.0, -math.inf]]).double(), torch.tensor([[0.0, 0.0]]).double()
    assert get("distillation_kl").fn(z, t).item() == math.inf


@pytest.mark.parametrize("key", [*KEYS, "distillation_kl"])
def test_states_come_last_whatever_leads(key):
    a, b = get(key).kind.draw(6, torch.Generator().manual_seed(2))
    k = a.shape[-1]
    assert torch.allclose(get(key).fn(a.reshape(2, 3, k), b.reshape(2, 3, k)), get(key).fn(a, b).reshape(2, 3))
