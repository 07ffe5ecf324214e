"""Every number that the page about the documents states is computed here, and every drawing shows what its words say."""

from __future__ import annotations

import math
import re

import numpy as np
import pytest
import torch
from scipy.optimize import minimize_scalar

from losslib import LOSSES, View, get, sample, snapshot
from losslib.errata import DOCUMENTS, ERRATA, draw
from losslib.studies import articles
from losslib.studies.articles import INPUTS, LABELS
from losslib.studies.branches import larger_branch

BY_KEY = {erratum.key: erratum for erratum in ERRATA}
DRAWINGS = [pytest.param(d, id=f"{e.key}-{i}") for e in ERRATA for i, d in enumerate(e.drawings)]
LONG_NUMBER = re.compile(r"\d+\.\d{3,}")


def at(fn, *values: float) -> float:
    """A function of numbers, in float64."""
    return float(fn(*(torch.tensor(v, dtype=torch.float64) for v in values)))


def loss_at(key: str, *inputs: float, **params: float) -> float:
    """A loss of the catalogue at one example of numbers."""
    return float(get(key).fn(*(torch.tensor([v], dtype=torch.float64) for v in inputs), **params)[0])


def six(w: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """The logits and the labels of the six examples that share a weight."""
    return w[:, None] * torch.tensor(INPUTS, dtype=torch.float64), torch.tensor(LABELS, dtype=torch.float64)


def squared(w: torch.Tensor) -> torch.Tensor:
    return articles.squared_over_weight(*six(w))


def minima(fn, lo: float, hi: float) -> list[float]:
    """Where a function of one number is locally least."""
    x = torch.linspace(lo, hi, 40_001, dtype=torch.float64)
    y = fn(x)
    return [float(x[i]) for i in range(1, len(x) - 1) if y[i] < y[i - 1] and y[i] < y[i + 1]]


def saturation() -> float:
    """By how much the true logit of two must lead before their softmax in float32 is exactly 1."""
    low, high = 0.0, 40.0
    for _ in range(60):
        middle = (low + high) / 2
        p = torch.tensor([middle, 0.0], dtype=torch.float32).softmax(0)[0]
        low, high = (low, middle) if p == 1 else (middle, high)
    return high


def blurred_peak() -> tuple[float, float]:
    """Where the blurred loss of a negative is largest, and how large."""
    found = minimize_scalar(lambda z: -loss_at("bce_blur", z, 0.0, alpha=0.05), bounds=(0, 6), options={"xatol": 1e-9})
    return found.x, -found.fun


def blur(difference: float) -> float:
    """By what the blur multiplies the cross-entropy of a negative whose p is so far above its label."""
    z = math.log(difference / (1 - difference))
    return loss_at("bce_blur", z, 0.0, alpha=0.05) / loss_at("bce_with_logits", z, 0.0)


def binary_example() -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """The second document's numbers: predictions, labels, weights."""
    p = torch.tensor([[0.5, 1.0, 0.8], [0.2, 0.4, 0.6]], dtype=torch.float64)
    t = torch.tensor([[0, 1.0, 0], [0, 0, 1.0]], dtype=torch.float64)
    w = torch.tensor([[0.1, 0.9, 0.1], [0.1, 0.1, 0.9]], dtype=torch.float64)
    return p, t, w


def weighted_mean() -> float:
    p, t, w = binary_example()
    return float((get("bce").fn(p, t) * w).sum() / w.sum())


def batchmean() -> float:
    z = torch.tensor([[0.5, 1.0, 0.8], [0.2, 0.4, 0.6]], dtype=torch.float64)
    t = torch.tensor([[0.3, 0.4, 0.3], [0.1, 0.5, 0.4]], dtype=torch.float64)
    return float(get("kl_div").fn(z.log_softmax(-1), t).mean())


COMPUTED = {
    "E14": lambda: [f"{blurred_peak()[0]:.3f}", f"{blurred_peak()[1]:.4f}", f"{blur(0.99):.4f}"],
    "E7": lambda: [f"{-(math.log(0.7) + math.log(1 - 0.8)) / 2:.6f}", f"{-(math.log(0.7) + math.log(0.5)) / 2:.6f}"],
    "E8": lambda: [f"{loss_at('kl_bernoulli', 0.2, 0.7):.4f}"],
    "E9": lambda: [
        f"{np.abs(sample(View.of('sigmoid_mse', 'logit', target=1, points=4001)).gradient).max():.4f}",
        *(f"{abs(w):.3f}" for w in minima(squared, -2, 5)),
    ],
    "E12": lambda: [f"{loss_at('smooth_l1', 0.5, 0.0):.3f}"],
    "E22": lambda: [
        f"{float((get('bce').fn(*binary_example()[:2]) * binary_example()[2]).mean()):.6f}",
        f"{weighted_mean():.6f}",
    ],
    "E16": lambda: [f"{at(articles.root_mean_square, 2, 0.5):.4f}"],
    "E18": lambda: [f"{-math.log(0.5):.4f}"],
    "E19": lambda: [
        f"{loss_at('bce', 0.9, 0, weight=0.5):.4f}",
        f"{at(articles.half_squared_confidence, 0.9, 0):.3f}",
    ],
    "E3": lambda: [f"{math.log(1 + math.exp(-1)):.4f}"],
    "E4": lambda: [f"{loss_at('focal', math.log(7 / 3), 0.7, gamma=2.0):.4f}"],
}


@pytest.mark.parametrize("erratum", ERRATA, ids=BY_KEY)
def test_every_long_number_of_an_erratum_is_computed(erratum):
    stated = LONG_NUMBER.findall(erratum.said + erratum.right)
    computed = COMPUTED[erratum.key]() if erratum.key in COMPUTED else []
    assert set(stated) == set(computed)


def test_the_numbers_of_document_two_come_out_again():
    p, t, w = binary_example()
    notes = {m.zh: m.note for d in DOCUMENTS if d.key == "002" for m in d.mentions}
    bce, with_logits = get("bce").fn, get("bce_with_logits").fn
    printed = {
        "0.12723307": float((bce(p, t) * w).mean()),
        "0.59122998": float(bce(p, t).mean()),
        "0.76784688": float(with_logits(p, t).mean()),
        "3.24464440": float(with_logits(torch.tensor([[5.0, 1, 8], [2, 4, 6]]).double(), t).mean()),
        "0.05779626": batchmean(),
    }
    for text, value in printed.items():
        assert any(text in note for note in notes.values())
        assert value == pytest.approx(float(text), rel=2e-6)
    assert f"{batchmean():.8f}" == "0.05779619"
    assert "0.05779619" in notes["F.kl_div，batchmean"]


def test_a_decoded_centre_leaves_its_own_cell_by_a_half_on_either_side():
    (mention,) = (m for d in DOCUMENTS if d.key == "000" for m in d.mentions if m.zh.startswith("pxy"))
    before, behind = (at(lambda z: torch.sigmoid(z) * 2 - 0.5, z) for z in (-40, 40))
    assert mention.en.split("from ")[1].startswith(f"{-before:g} cells before")
    assert mention.en.endswith(f"to {behind - 1:g} behind it")


def test_one_over_len_times_two_is_four_times_the_cost():
    theta, X, y = torch.tensor([0.2, 0.7]), torch.tensor([[1.0, 1], [1, 2], [1, 3], [1, 4]]), torch.arange(4.0)
    squares = float((X @ theta - y).square().sum())
    assert at(lambda: articles.cost_as_written(theta, X, y)) == pytest.approx(1 / len(X) * 2 * squares)
    assert at(lambda: get("least_squares_cost").fn(theta, X, y)) == pytest.approx(1 / (2 * len(X)) * squares)
    assert (1 / len(X) * 2) / (1 / (2 * len(X))) == 4


def test_the_blur_is_whole_only_in_the_limit_and_spares_no_miss_unless_the_difference_loses_its_sign():
    assert [blur(p) > 0 for p in (0.99, 0.9999, 0.999999)] == [True] * 3
    assert blur(1 - 1e-9) < 1e-6
    miss = math.log(0.01 / 0.99)
    assert loss_at("bce_blur", miss, 1, alpha=0.05) == pytest.approx(loss_at("bce_with_logits", miss, 1))

    def factor(difference: float) -> float:
        return 1 - math.exp((difference - 1) / (0.05 + 1e-4))

    assert factor(0.99) == pytest.approx(blur(0.99)), "as YOLOv5 writes it"
    assert factor(0.01 - 1) == pytest.approx(1), "a miss, signed"
    assert factor(abs(0.01 - 1)) == pytest.approx(blur(0.99)), "a miss, with the absolute value"


def test_the_larger_branch_is_always_the_parabola_and_the_smaller_falls_below_zero():
    r = torch.linspace(-4, 4, 801, dtype=torch.float64)
    assert torch.equal(larger_branch(r, 0 * r), 0.5 * r.square())
    assert float(larger_branch(torch.tensor(5.0), torch.tensor(2.0))) == 4.5
    assert loss_at("smooth_l1", 3, 0) == 2.5
    assert at(lambda r: torch.minimum(0.5 * r.square(), r.abs() - 0.5), 0) == -0.5, "the smaller branch"


def test_huber_is_smooth_l1_at_one_only():
    assert loss_at("huber", 5, 0, delta=2) == 8
    assert loss_at("smooth_l1", 5, 0, beta=2) == 4
    for r in (-3.0, 0.4, 2.0):
        assert loss_at("huber", r, 0, delta=1) == pytest.approx(loss_at("smooth_l1", r, 0, beta=1))


def test_torch_calls_the_slope_of_l1_at_zero_zero():
    assert snapshot(View.of("l1", "residual"), 0.0).slope == (0.0,)


def test_what_stands_in_the_logarithm_of_a_negative_is_the_probability_that_it_is_one():
    p, label = torch.tensor([0.7, 0.8], dtype=torch.float64), torch.tensor([1.0, 0.0], dtype=torch.float64)
    right = get("bce").fn(p, label)
    assert f"{float(right.mean()):.6f}" == "0.983056"
    as_listed = articles.minus_log_p(torch.tensor([0.7, 0.2], dtype=torch.float64), label)
    assert torch.allclose(as_listed, right), "the article's sum, of the listed 0.7 and 0.2"
    read_as_p = articles.minus_log_p(p, label)
    assert torch.equal(read_as_p[:1], right[:1])
    assert read_as_p[1] < right[1], "a confident mistake would cost less than its due"


def test_the_divergence_is_the_cross_entropy_less_the_entropy():
    p = torch.linspace(0.01, 0.99, 99, dtype=torch.float64)
    t = torch.full_like(p, 0.7)
    right = get("kl_bernoulli").fn(p, t)
    entropy, crossed = (-(t * q.log() + (1 - t) * (1 - q).log()) for q in (t, p))
    assert torch.allclose(articles.entropy_less_cross_entropy(p, t), entropy - crossed)
    assert torch.allclose(right, crossed - entropy)
    assert right.min() >= 0


def test_a_squared_error_has_one_minimum_in_a_logit_and_two_over_a_weight():
    curve = sample(View.of("sigmoid_mse", "logit", target=1, lo=-30, hi=30))
    assert (np.diff(curve.value) <= 0).all()
    assert len(minima(squared, -2, 5)) == 2
    assert len(minima(lambda w: articles.cross_entropy_over_weight(*six(w)), -2, 5)) == 1
    p = 1 / 3
    assert 2 * (1 - p) * p * (1 - p) == pytest.approx(8 / 27)
    assert f"{8 / 27:.4f}" in BY_KEY["E9"].right


def test_alpha_read_the_other_way_round_gives_positives_three_times_the_weight():
    ratio = loss_at("balanced_focal", 0.3, 1, alpha=0.75) / loss_at("balanced_focal", 0.3, 1, alpha=0.25)
    assert ratio == pytest.approx(3)


def test_the_hinge_still_pulls_inside_the_margin():
    assert loss_at("hinge", 0.5, 1) == 0.5
    assert snapshot(View.of("hinge", "margin"), 0.5).slope == (-1.0,)
    assert loss_at("hinge", 1.0, 1) == 0
    assert at(articles.insensitive_when_right, 0.5, 1) == 0


def test_half_a_cell_is_half_by_l1():
    assert loss_at("l1", 0.5, 0) == 0.5


def test_a_target_beyond_one_is_refused_on_probabilities_and_has_no_least_loss_on_logits():
    functional, above = torch.nn.functional, torch.tensor(1.5, dtype=torch.float64)
    with pytest.raises(RuntimeError, match="between 0 and 1"):
        functional.binary_cross_entropy(torch.tensor(0.99, dtype=torch.float64), above)
    taken = functional.binary_cross_entropy_with_logits(torch.tensor(10.0, dtype=torch.float64), above)
    assert at(articles.beyond_the_labels, 10, 1) == pytest.approx(float(taken))
    assert f"{float(taken):.3f}" == "-5.000"
    assert at(articles.beyond_the_labels, 20, 1) < at(articles.beyond_the_labels, 10, 1)


def test_the_sum_of_squares_and_the_root_of_their_mean():
    assert at(articles.sum_of_squares, 2, 0.5) == 4.25
    assert at(articles.root_mean_square, 2, 0.5) == pytest.approx(math.sqrt(4.25 / 2))


def test_the_mixture_is_least_where_nothing_is_found_and_cross_entropy_at_the_overlap():
    p = torch.linspace(0.01, 0.99, 99, dtype=torch.float64)
    assert articles.mixed_probability(p, torch.full_like(p, 0.8)).argmin() == 0
    assert float(p[get("bce").fn(p, torch.full_like(p, 0.8)).argmin()]) == pytest.approx(0.8)


def test_the_mean_of_nothing_is_nan():
    nothing = torch.empty(0)
    assert torch.isnan(torch.nn.functional.binary_cross_entropy_with_logits(nothing, nothing))


def test_a_second_class_costs_a_softmax_and_not_a_sigmoid_each():
    z = torch.linspace(-5, 5, 11, dtype=torch.float64)
    logits = torch.stack([torch.zeros_like(z), z, torch.zeros_like(z)], -1)
    first = torch.zeros(len(z), dtype=torch.long)
    both = torch.tensor([1.0, 1.0, 0.0], dtype=torch.float64).expand_as(logits)
    alone = torch.nn.functional.binary_cross_entropy_with_logits(logits, both, reduction="none").sum(-1)
    one, each = articles.one_label_only(logits, both), articles.each_class_alone(logits, both)
    assert torch.allclose(one, torch.nn.functional.cross_entropy(logits, first, reduction="none"))
    assert torch.allclose(each, alone)
    assert (one.diff() > 0).all()
    assert (each.diff() < 0).all()


def test_the_wrong_class_in_super_fails_at_once():
    class SoftmaxFocalLoss(torch.nn.Module):
        def __init__(self):
            super(FocalLoss, self).__init__()  # noqa: F821

    with pytest.raises(NameError):
        SoftmaxFocalLoss()


def test_a_saturated_softmax_with_a_small_gamma_gives_nan_as_written_and_zero_here():
    assert f"{saturation():.2f}" == "16.64"
    assert "16.64" in BY_KEY["E2"].right
    z = torch.tensor([[18.0, 0.0]], requires_grad=True)
    label = torch.tensor([[1.0, 0.0]])
    as_written = (torch.pow(1 - z.softmax(1), 0.5) * z.log_softmax(1) * label).sum()
    (slope,) = torch.autograd.grad(-as_written, z)
    assert torch.isfinite(as_written)
    assert torch.isnan(slope).all()
    (ours,) = torch.autograd.grad(get("softmax_focal").fn(z, label, gamma=0.5).sum(), z)
    assert torch.isfinite(ours).all()
    study = articles.focal_in_single(z[:, 0].double(), label[:, 0].double(), gamma=0.5)
    assert torch.equal(study.float(), -as_written.detach()[None])
    assert torch.isnan(torch.nn.NLLLoss(ignore_index=255)(torch.zeros(1, 2), torch.tensor([255])))


def test_the_drawn_slope_stops_where_the_softmax_is_one_and_the_right_one_goes_on_to_zero():
    (drawing,) = BY_KEY["E2"].drawings
    x, said, right = draw(drawing)
    assert np.array_equal(np.isnan(said), x > saturation())
    assert 0 < np.abs(right[x > saturation()]).max() < 1e-9


def test_a_sigmoid_too_many_has_a_floor_and_goes_on_pushing():
    floor = math.log(1 + math.exp(-1))
    assert at(articles.sigmoid_twice, 40, 1) == pytest.approx(floor)
    z = torch.tensor(4.0, dtype=torch.float64, requires_grad=True)
    twice = articles.sigmoid_twice(z, torch.ones_like(z))
    assert twice > floor
    assert float(torch.autograd.grad(twice, z)[0]) < 0


def test_both_factors_of_the_soft_focal_are_the_distance_to_the_label():
    z, t = torch.linspace(-4, 4, 17, dtype=torch.float64), 0.7
    log0, log1 = torch.nn.functional.logsigmoid(-z), torch.nn.functional.logsigmoid(z)
    assert torch.allclose((1 - t - log0.exp()).abs(), (t - log1.exp()).abs())
    as_written = -(1 - t) * (1 - t - log0.exp()).abs() ** 2 * log0 - t * (t - log1.exp()).abs() ** 2 * log1
    assert torch.allclose(as_written, get("quality_focal").fn(z, torch.full_like(z, t)))
    assert loss_at("quality_focal", math.log(7 / 3), 0.7) == pytest.approx(0, abs=1e-12)


@pytest.mark.parametrize("drawing", DRAWINGS)
def test_the_two_lines_of_a_drawing_differ_and_are_finite_unless_the_words_say_nan(drawing):
    x, said, right = draw(drawing)
    assert len(x) == len(said) == len(right)
    assert np.isfinite(right).all()
    if "nan" in drawing.said.words:
        assert np.isnan(said).any()
    else:
        span = max(np.ptp(said), np.ptp(right))
        assert np.abs(said - right).max() > 0.05 * span


def test_the_errors_are_those_of_the_five_documents_once_each():
    assert sorted(int(e.key[1:]) for e in ERRATA) == list(range(1, 23))
    assert {e.document for e in ERRATA} == {d.key for d in DOCUMENTS} == {"000", "001", "002", "003", "004"}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda d: d.key)
def test_what_a_document_names_is_what_the_entries_say_it_names(document):
    named = {key for m in document.mentions for key in m.losses}
    claimed = {key for key, loss in LOSSES.items() if document.key in loss.documents}
    assert claimed == named, f"said on one side only: {sorted(claimed ^ named)}"


def test_every_loss_named_anywhere_is_in_the_catalogue():
    named = {k for d in DOCUMENTS for m in d.mentions for k in m.losses} | {k for e in ERRATA for k in e.losses}
    assert not sorted(named - set(LOSSES))


@pytest.mark.parametrize("entry", [*DOCUMENTS, *ERRATA], ids=lambda entry: entry.key)
def test_an_article_and_each_of_its_errors_have_a_title_in_chinese_too(entry):
    assert re.search(r"[\u4e00-\u9fff]", entry.zh)
