"""Any loss in training code: torch's numbers, torch's reductions, and no nan on the way."""

from __future__ import annotations

import copy
import io
import math
import pickle

import pytest
import torch
from torch import nn
from torch.nn import functional as F

from losslib import LOSSES, Criterion, View, sample
from losslib.criterion import REDUCTIONS
from tests.losslib import properties

every_loss = pytest.mark.parametrize("loss", LOSSES.values(), ids=LOSSES)
TWINS = {
    "bce_with_logits": lambda a, b, r: F.binary_cross_entropy_with_logits(a, b, reduction=r),
    "bce": lambda a, b, r: F.binary_cross_entropy(a, b, reduction=r),
    "mse": lambda a, b, r: F.mse_loss(a, b, reduction=r),
    "l1": lambda a, b, r: F.l1_loss(a, b, reduction=r),
    "huber": lambda a, b, r: F.huber_loss(a, b, reduction=r),
    "smooth_l1": lambda a, b, r: F.smooth_l1_loss(a, b, reduction=r),
}


def numbers(key: str, *shape: int, dtype: torch.dtype = torch.float32) -> tuple[torch.Tensor, torch.Tensor]:
    generator = torch.Generator().manual_seed(1)
    a, b = (torch.randn(shape, generator=generator, dtype=torch.float64) * 2 for _ in range(2))
    kind = LOSSES[key].kind.key
    return (a.sigmoid() if kind == "probability" else a).to(dtype), (b.sigmoid() if kind != "regression" else b).to(
        dtype
    )


# --- torch's numbers -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("key", TWINS)
@pytest.mark.parametrize("reduction", ["mean", "sum", "none"])
@pytest.mark.parametrize("shape", [(), (1,), (7,), (4, 3), (2, 3, 4, 5)], ids=str)
def test_reductions_are_torchs_for_any_shape(key, reduction, shape):
    a, b = numbers(key, *shape)
    ours, theirs = Criterion(key, reduction)(a, b), TWINS[key](a, b, reduction)
    assert (ours.shape, ours.dtype) == (theirs.shape, theirs.dtype)
    assert torch.allclose(ours, theirs, rtol=2e-6, atol=1e-7)


@pytest.mark.parametrize("key", TWINS)
def test_gradients_are_torchs(key):
    a, b = numbers(key, 50, dtype=torch.float64)
    one, two = a.clone().requires_grad_(), a.clone().requires_grad_()
    Criterion(key)(one, b).backward()
    TWINS[key](two, b, "mean").backward()
    assert torch.allclose(one.grad, two.grad, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("key", TWINS)
def test_batchmean_divides_by_the_first_dimension(key):
    a, b = numbers(key, 4, 3)
    assert torch.allclose(Criterion(key, "batchmean")(a, b), TWINS[key](a, b, "sum") / 4)


def test_batchmean_of_a_divergence_is_torchs():
    log_p = torch.randn(5, 4).log_softmax(-1)
    t = torch.randn(5, 4).softmax(-1)
    ours = Criterion("kl_div", "batchmean")(log_p, t)
    assert torch.allclose(ours, F.kl_div(log_p, t, reduction="batchmean"), rtol=1e-5)


@pytest.mark.parametrize("key", ["bce", "bce_with_logits"])
@pytest.mark.parametrize("reduction", ["mean", "sum", "none"])
def test_the_weight_of_an_example_is_torchs(key, reduction):
    a, b = numbers(key, 4, 3)
    torch_loss = F.binary_cross_entropy if key == "bce" else F.binary_cross_entropy_with_logits
    for weight in (torch.rand(4, 3), torch.rand(4, 1), torch.rand(3)):
        ours = Criterion(key, reduction, sample_weight=weight)(a, b)
        assert torch.allclose(ours, torch_loss(a, b, weight=weight, reduction=reduction), rtol=1e-5)


@pytest.mark.parametrize("weight", [2.0, torch.tensor(2.0)])
def test_one_example_without_a_shape_takes_one_weight(weight):
    assert Criterion("mse", sample_weight=weight)(torch.tensor(1.0), torch.tensor(0.5)).item() == 0.5


def test_a_weight_for_each_example_is_not_taken_for_one_for_each_place():
    z, y = torch.zeros(2, 3, 2), torch.zeros(2, 2, dtype=torch.long)
    found = Criterion("cross_entropy", "none", sample_weight=[1.0, 0.0])(z, y)
    assert found.tolist() == [[pytest.approx(math.log(3))] * 2, [0, 0]]


def test_the_weight_of_the_positives_is_torchs():
    a, b = numbers("bce_with_logits", 40)
    theirs = F.binary_cross_entropy_with_logits(a, b, pos_weight=torch.tensor(3.5))
    assert torch.allclose(Criterion("bce_with_logits", pos_weight=3.5)(a, b), theirs, rtol=2e-6)


@pytest.mark.parametrize("delta", [0.3, 2.0])
def test_the_parameters_are_torchs(delta):
    a, b = numbers("huber", 40)
    assert torch.allclose(Criterion("huber", delta=delta)(a, b), F.huber_loss(a, b, delta=delta), rtol=2e-6)
    assert torch.allclose(Criterion("smooth_l1", beta=delta)(a, b), F.smooth_l1_loss(a, b, beta=delta), rtol=2e-6)


# --- the numbers that the documents print ----------------------------------------------------------------------------

PREDICTION = torch.tensor([[0.5, 1.0, 0.8], [0.2, 0.4, 0.6]])
LABEL = torch.tensor([[0, 1.0, 0], [0, 0, 1.0]])


@pytest.mark.parametrize(
    ("criterion", "inputs", "printed"),
    [
        (
            Criterion("bce", sample_weight=torch.tensor([[0.1, 0.9, 0.1], [0.1, 0.1, 0.9]])),
            (PREDICTION, LABEL),
            0.12723307,
        ),
        (Criterion("bce"), (PREDICTION, LABEL), 0.59122998),
        (Criterion("bce"), (PREDICTION.sigmoid(), LABEL), 0.76784688),
        (Criterion("bce_with_logits"), (PREDICTION, LABEL), 0.76784688),
        (Criterion("bce_with_logits"), (torch.tensor([[5, 1, 8.0], [2, 4, 6.0]]), LABEL), 3.2446444),
        (
            Criterion("kl_div", "batchmean"),
            (PREDICTION.log_softmax(1), torch.tensor([[0.3, 0.4, 0.3], [0.1, 0.5, 0.4]])),
            0.05779625,
        ),
    ],
    ids=["weighted bce", "bce", "sigmoid then bce", "bce with logits", "large logits", "kl"],
)
def test_the_documents_print_these_numbers(criterion, inputs, printed):
    assert float(criterion(*inputs)) == pytest.approx(printed, rel=2e-6)


# --- weights, masks and labels ---------------------------------------------------------------------------------------

LABELLED = [loss for loss in LOSSES.values() if loss.kind.labelled]
every_labelled = pytest.mark.parametrize("loss", LABELLED, ids=[x.key for x in LABELLED])


def scores(*shape: int) -> torch.Tensor:
    return torch.randn(shape, generator=torch.Generator().manual_seed(2))


@every_labelled
def test_labels_and_their_one_hot_rows_give_the_same_losses(loss):
    z, y = scores(6, 4), torch.tensor([0, 1, 2, 3, 1, 0])
    for reduction in REDUCTIONS:
        hard = Criterion(loss, reduction)(z, y)
        assert torch.allclose(hard, Criterion(loss, reduction)(z, F.one_hot(y, 4).float()), rtol=1e-5)


@every_labelled
def test_classes_stand_in_the_second_dimension(loss):
    z, y = scores(2, 4, 3, 5), torch.randint(0, 4, (2, 3, 5), generator=torch.Generator().manual_seed(3))
    map_of_losses = Criterion(loss, "none")(z, y)
    flat = Criterion(loss, "none")(z.movedim(1, -1).reshape(-1, 4), y.reshape(-1))
    assert torch.allclose(map_of_losses, flat.reshape(2, 3, 5), rtol=1e-5)


@every_labelled
def test_an_ignored_label_counts_neither_above_nor_below_whatever_its_row_holds(loss):
    z, y = scores(5, 3), torch.tensor([0, 255, 2, 255, 1])
    z[1], z[3] = math.nan, math.inf
    z.requires_grad_()
    kept = [0, 2, 4]
    for reduction, expected in (("mean", "mean"), ("sum", "sum")):
        ours = Criterion(loss, reduction, ignore_index=255)(z, y)
        assert torch.allclose(ours, Criterion(loss, expected)(z[kept], y[kept]), rtol=1e-5)
    Criterion(loss, ignore_index=255)(z, y).backward()
    assert torch.isfinite(z.grad).all()
    assert (z.grad[[1, 3]] == 0).all()
    each = Criterion(loss, "none", ignore_index=255)(z, y)
    assert (each[[1, 3]] == 0).all()


@every_labelled
def test_the_mean_of_nothing_is_nan_and_its_sum_is_zero(loss):
    z, y = scores(2, 3), torch.tensor([9, 9])
    assert Criterion(loss, ignore_index=9)(z, y).isnan()
    assert Criterion(loss, "sum", ignore_index=9)(z, y) == 0


@pytest.mark.parametrize("reduction", ["mean", "sum", "none"])
@pytest.mark.parametrize("smoothing", [0.0, 0.2])
def test_cross_entropy_with_every_option_is_torchs(reduction, smoothing):
    z, y = scores(8, 4), torch.tensor([0, 1, 2, 3, -100, 1, 0, 2])
    weight = torch.tensor([0.5, 1.0, 2.0, 3.0])
    for w in (None, weight):
        ours = Criterion("cross_entropy", reduction, class_weight=w, ignore_index=-100, label_smoothing=smoothing)(z, y)
        theirs = F.cross_entropy(z, y, weight=w, ignore_index=-100, label_smoothing=smoothing, reduction=reduction)
        assert torch.allclose(ours, theirs, rtol=1e-5, atol=1e-7)


LABEL_TYPES = [torch.uint8, torch.int8, torch.int16, torch.int32, torch.int64, torch.bool]


@every_labelled
@pytest.mark.parametrize("dtype", LABEL_TYPES, ids=str)
def test_labels_are_integers_of_any_width(loss, dtype):
    z, y = scores(4, 2, 3), torch.tensor([[0, 1, 1]] * 4)
    weight = torch.tensor([2.0, 3.0])
    for reduction in REDUCTIONS:
        ours = Criterion(loss, reduction, class_weight=weight)
        assert torch.equal(ours(z, y.to(dtype)), ours(z, y))


@every_labelled
def test_a_mask_of_bytes_ignores_255(loss):
    z, y = scores(2, 3, 4, 4), torch.randint(0, 3, (2, 4, 4), generator=torch.Generator().manual_seed(4))
    y[:, 0] = 255
    ours = Criterion(loss, ignore_index=255)
    assert torch.equal(ours(z, y.to(torch.uint8)), ours(z, y))
    assert ours(z, y.to(torch.uint8)).isfinite()


@pytest.mark.parametrize("weight", [[0.5, 1.0, 2.0], (0.5, 1, 2), [1, 2, 3]], ids=str)
def test_weights_may_come_as_numbers(weight):
    z, y = scores(5, 3), torch.tensor([0, 1, 2, 2, 1])
    ours = Criterion("cross_entropy", class_weight=weight, sample_weight=2)(z, y)
    assert torch.allclose(ours, 2 * F.cross_entropy(z, y, weight=torch.tensor(weight, dtype=torch.float32)))


@pytest.mark.parametrize(
    ("options", "z", "t", "message"),
    [
        ({}, (4, 3), torch.zeros(4), r"t must be labels \(integers\) in \[N, \*\], got torch.float32 of shape \[4\]"),
        ({}, (4, 3), torch.zeros(4, 3).long(), r"t must be class probabilities \(floats\) .*, got torch.int64 of"),
        ({}, (4, 3), torch.tensor([0, 1, 2, 3]), "labels must be between 0 and 2, got 3"),
        ({}, (4, 3), torch.tensor([0, 1, 2, -1]), "labels must be between 0 and 2, got -1"),
        ({"ignore_index": 255}, (2, 3), torch.tensor([255, 254]), "0 and 2 or the ignored 255, got 254"),
        ({"class_weight": torch.ones(4)}, (2, 3), torch.tensor([0, 1]), "one factor per class, 3, got 4"),
        ({"class_weight": torch.ones(4)}, (2, 3), torch.ones(2, 3), "one factor per class, 3, got 4"),
        ({"sample_weight": torch.ones(2, 1)}, (2, 3), torch.tensor([0, 1]), r"the losses \[2\], got shape \[2, 1\]"),
        ({}, (4, 3), torch.zeros(3).long(), r"z \[N, K, \*\] .*, got t of shape \[3\] beside z of shape \[4, 3\]"),
        ({}, (3,), torch.tensor(0), r"cross_entropy takes z \[N, K, \*\]"),
    ],
    ids=lambda x: x if isinstance(x, str) else None,
)
def test_labels_and_weights_that_do_not_fit_are_named_with_their_rule(options, z, t, message):
    with pytest.raises(ValueError, match=message):
        Criterion("cross_entropy", **options)(scores(*z), t)


@every_loss
def test_inputs_that_would_be_broadcast_are_refused(loss):
    inputs = list(properties.examples(loss.kind, 3))
    if len(inputs) == 1:
        inputs[0] = inputs[0].sum() if inputs[0].dim() > 1 else None
    else:
        inputs[0] = inputs[0].unsqueeze(0)
    if inputs[0] is not None:
        with pytest.raises(ValueError, match=rf"^{loss.key} takes .* of shape \["):
            Criterion(loss)(*inputs)


@every_loss
def test_an_example_of_another_length_is_refused(loss):
    inputs = list(properties.examples(loss.kind, 3))
    if len(inputs) > 1 and inputs[0].dim() > 1:
        inputs[0] = torch.cat([inputs[0], inputs[0]], -1)
        with pytest.raises(ValueError, match=rf"^{loss.key} takes "):
            Criterion(loss)(*inputs)


@pytest.mark.parametrize(
    "option", [{"ignore_index": 255}, {"class_weight": torch.ones(3)}], ids=lambda o: next(iter(o))
)
def test_options_of_labels_are_refused_elsewhere(option):
    for loss in LOSSES.values():
        if not loss.kind.labelled:
            with pytest.raises(ValueError, match=f"{next(iter(option))} is for losses of class labels; {loss.key} has"):
                Criterion(loss, **option)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Criterion("mse", "median"), "reduction must be one of mean, sum, none, batchmean, got 'median'"),
        (lambda: Criterion("focal", alpha=0.5), "focal has no parameter alpha; it has gamma"),
        (lambda: Criterion("mse", gamma=2), "mse has no parameter gamma; it has none"),
        (lambda: Criterion("focal", gamma=-1), "gamma must be between 0 and 5, got -1"),
        (lambda: Criterion("focal", gamma=math.nan), "gamma must be between 0 and 5, got nan"),
        (lambda: Criterion("focal", gamma=5.0000001), "gamma must be between 0 and 5, got 5.0000001"),
        (lambda: Criterion("focal", gamma="two"), "gamma must be a number, got 'two'"),
        (lambda: Criterion("focal", gamma=None), "gamma must be a number, got None"),
        (lambda: Criterion("focal", gamma=torch.ones(2)), "gamma must be one number, got tensor"),
        (lambda: Criterion("mse", sample_weight="much"), "sample_weight must be a tensor or numbers, got 'much'"),
        (lambda: Criterion("cross_entropy", class_weight=[[1.0]]), r"class_weight must be \[K\], one factor per class"),
        (lambda: Criterion("cross_entropy", class_weight=2.0), r"class_weight must be \[K\], .*, got 2$"),
        (lambda: Criterion("focal")(torch.zeros(3)), "focal takes z, t; got 1 inputs"),
        (lambda: Criterion("focal")([1.0], [0.0]), r"z must be a tensor, got \[1.0\]"),
        (lambda: Criterion(None), "the loss must be a key of the catalogue or its Loss, got None"),
    ],
)
def test_a_wrong_option_is_named_with_its_rule(make, message):
    with pytest.raises(ValueError, match=message):
        make()


def test_an_unknown_loss_gets_a_suggestion():
    with pytest.raises(KeyError, match="did you mean focal"):
        Criterion("focall")


# --- as a module -----------------------------------------------------------------------------------------------------


def test_a_criterion_prints_itself():
    assert repr(Criterion("focal", "sum", gamma=1.5)) == "Criterion(focal, gamma=1.5, reduction=sum)"


def test_weights_travel_with_the_module():
    criterion = Criterion("cross_entropy", class_weight=torch.ones(3), sample_weight=torch.ones(2)).double()
    assert set(criterion.state_dict()) == {"sample_weight", "class_weight"}
    assert criterion.class_weight.dtype == torch.float64
    assert criterion.to("meta").sample_weight.device.type == "meta"


def test_a_criterion_without_weights_has_no_state_and_can_be_copied():
    criterion = Criterion("focal", gamma=3.0)
    assert criterion.state_dict() == {}
    assert copy.deepcopy(criterion).params == {"gamma": 3.0}


def travelled(x):
    """What comes out of a file that ``torch.save`` wrote."""
    file = io.BytesIO()
    torch.save(x, file)
    file.seek(0)
    return torch.load(file, weights_only=False)


@every_loss
@pytest.mark.parametrize("travel", [copy.deepcopy, lambda x: pickle.loads(pickle.dumps(x)), travelled])
def test_a_criterion_travels(loss, travel):
    criterion = Criterion(loss, "sum", sample_weight=3.0)
    there = travel(criterion)
    assert there.loss is loss
    assert repr(there) == repr(criterion)
    inputs = properties.examples(loss.kind, 3)
    assert torch.equal(there(*inputs), criterion(*inputs))


@every_loss
def test_a_criterion_is_the_mean_of_the_losses(loss):
    inputs = properties.examples(loss.kind, 5)
    each = loss.fn(*inputs, **loss.defaults)
    if loss.kind.labelled:
        inputs = (inputs[0], inputs[1])
    assert torch.allclose(Criterion(loss)(*inputs), each.mean(), rtol=1e-9)
    assert torch.allclose(Criterion(loss, "none")(*inputs), each, rtol=1e-9)


def test_a_criterion_agrees_with_the_curve():
    view = View.of("focal", "logit", gamma=1.5, target=1)
    curve = sample(view)
    z = torch.from_numpy(curve.x).requires_grad_()
    Criterion("focal", "sum", gamma=1.5)(z, torch.ones_like(z)).backward()
    assert torch.allclose(z.grad, torch.from_numpy(curve.gradient), rtol=1e-12)


# --- training --------------------------------------------------------------------------------------------------------


@every_loss
@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16, torch.float16], ids=str)
def test_a_step_in_any_precision_is_finite(loss, dtype):
    inputs = [x.to(dtype) for x in properties.examples(loss.kind, 6)]
    inputs[0].requires_grad_()
    with torch.autocast(
        "cpu", dtype=dtype if dtype != torch.float32 else torch.bfloat16, enabled=dtype != torch.float32
    ):
        value = Criterion(loss)(*inputs)
    value.backward()
    assert value.dtype == torch.float32
    assert value.isfinite()
    assert inputs[0].grad.dtype == dtype
    assert inputs[0].grad.isfinite().all()


@pytest.mark.parametrize("dtype", [None, torch.bfloat16, torch.float16], ids=str)
@pytest.mark.parametrize("key", ["bce_with_logits", "focal", "quality_focal", "hinge", "bce_blur", "huber", "mse"])
def test_a_model_learns(key, dtype):
    torch.manual_seed(0)
    x = torch.randn(64, 3)
    y = (x[:, :1] + 0.5 * x[:, 1:2] > 0).float()
    model = nn.Linear(3, 1)
    step = torch.optim.SGD(model.parameters(), lr=0.1)
    criterion, losses = Criterion(key), []
    for _ in range(60):
        step.zero_grad()
        with torch.autocast("cpu", dtype=dtype or torch.bfloat16, enabled=dtype is not None):
            loss = criterion(model(x), y)
        loss.backward()
        step.step()
        losses.append(loss.item())
    assert all(map(math.isfinite, losses))
    assert losses[-1] < 0.8 * losses[0]


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16, torch.float16], ids=str)
@pytest.mark.parametrize("gamma", [0.0, 0.5, 2.0])
def test_saturated_logits_stop_no_training(dtype, gamma):
    z = torch.tensor([-6e4, -100.0, 0.0, 100.0, 6e4], dtype=dtype, requires_grad=True)
    for t in (0.0, 1.0):
        for key in ("focal", "quality_focal"):
            (slope,) = torch.autograd.grad(Criterion(key, gamma=gamma)(z, torch.full_like(z, t)), z)
            assert slope.isfinite().all()


QUICK = ("focal", "cross_entropy", "giou")


@pytest.mark.parametrize(
    "loss", [pytest.param(x, id=k, marks=() if k in QUICK else pytest.mark.walk) for k, x in LOSSES.items()]
)
def test_a_criterion_survives_compilation_in_one_graph(loss):
    torch._dynamo.reset()
    criterion = Criterion(loss)
    compiled = torch.compile(criterion, backend="aot_eager", fullgraph=True)
    inputs = [x.float() for x in properties.examples(loss.kind, 6)]
    ones, twos = ([x.clone().requires_grad_() for x in inputs[:1]] + inputs[1:] for _ in range(2))
    for run, given in ((criterion, ones), (compiled, twos)):
        run(*given).backward()
    assert torch.allclose(ones[0].grad, twos[0].grad, rtol=1e-5, atol=1e-7)


@pytest.fixture(scope="module")
def compiler() -> None:
    """A C++ compiler and Python's headers, which a bare machine may lack."""
    torch._dynamo.reset()
    try:
        torch.compile(lambda x: x + 1)(torch.zeros(2))
    except torch._inductor.exc.InductorError as error:
        pytest.skip(f"torch.compile makes no code on this machine: {error}")


@pytest.mark.walk
@pytest.mark.parametrize("loss", [pytest.param(x, id=k) for k, x in LOSSES.items() if x.params])
def test_one_process_compiles_a_criterion_again_for_other_numbers(loss, compiler):
    torch._dynamo.reset()
    torch._dynamo.config.recompile_limit = (
        64  # each number of each parameter is a graph of its own, or makes it a symbol
    )
    first, *others = (x.float() for x in properties.examples(loss.kind, 6))
    for params in [{p.name: value} for p in loss.params for value in (p.hi, p.grid[len(p.grid) // 3], p.lo)]:
        plain, compiled = (first.clone().requires_grad_() for _ in range(2))
        criterion = Criterion(loss, **params)
        criterion(plain, *others).backward()
        torch.compile(criterion)(compiled, *others).backward()
        assert torch.allclose(plain.grad, compiled.grad, rtol=1e-4, atol=1e-6), params


@pytest.mark.walk
@every_labelled
def test_labels_survive_compilation_in_one_graph(loss):
    torch._dynamo.reset()
    criterion = Criterion(loss, class_weight=[1.0, 2.0, 3.0], ignore_index=255)
    z, y = scores(4, 3).requires_grad_(), torch.tensor([0, 2, 255, 1], dtype=torch.uint8)
    compiled = torch.compile(criterion, backend="aot_eager", fullgraph=True)
    assert torch.allclose(compiled(z, y), criterion(z, y), rtol=1e-5)


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float32, torch.float64])
@pytest.mark.parametrize("key", [key for key, loss in LOSSES.items() if loss.kind.key == "probability"])
def test_a_sigmoid_that_has_rounded_to_the_wrong_end_gives_no_nan_back(key: str, dtype: torch.dtype) -> None:
    z = torch.tensor([800.0, -800.0, 40.0, -40.0, 10.0, -1.0, 2.0, 0.5], dtype=dtype, requires_grad=True)
    t = torch.tensor([0.0, 1.0, 0.3, 0.7, 0.0, 0.0, 1.0, 1.0], dtype=dtype)
    loss = Criterion(key)(torch.sigmoid(z), t)
    (slope,) = torch.autograd.grad(loss, z)
    assert not slope.isnan().any()


def test_a_size_of_nothing_gives_no_nan_back():
    z = torch.zeros(3, requires_grad=True)
    (slope,) = torch.autograd.grad(Criterion("yolo_size")(z.abs(), torch.full((3,), 0.5)), z)
    assert not slope.isnan().any()
