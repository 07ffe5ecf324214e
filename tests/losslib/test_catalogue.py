"""Every loss of the catalogue, held against every property and every claim it makes."""

from __future__ import annotations

import itertools

import pytest

from losslib import FAMILIES, LOSSES, View, ViewError, get, sample
from losslib.catalogue import STUDIES, Family, UnknownLossError, _index
from losslib.spec import Limit, Loss, SpecError
from losslib.traits import PIECEWISE, TRAITS
from tests.losslib import properties
from tests.losslib.toys import toy

every_loss = pytest.mark.parametrize("loss", LOSSES.values(), ids=LOSSES)
KINDS = list({id(loss.kind): loss.kind for loss in LOSSES.values()}.values())  # two may share a key
every_kind = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.key)
LIMITS = [
    pytest.param(loss, limit, id=f"{loss.key}-{i}-{limit.other}")
    for loss in LOSSES.values()
    for i, limit in enumerate(loss.limits)
]
CLAIMS = [
    pytest.param(loss, trait, id=f"{loss.key}-{trait.key}")
    for loss in LOSSES.values()
    for trait in TRAITS
    if trait not in loss.unknown and (not trait.kinds or loss.kind.key in trait.kinds)
]

CLAIMS_AT = [
    pytest.param(loss, trait, id=f"{loss.key}-{trait.key}") for loss in LOSSES.values() for trait in loss.traits_at
]


@every_loss
def test_values_and_slopes_are_finite_wherever_the_limit_is(loss):
    assert not properties.not_finite(loss)


@every_loss
def test_every_opening_view_is_finite(loss):
    assert not properties.opening_not_finite(loss)


@every_loss
def test_n_examples_give_n_losses(loss):
    assert not properties.wrong_shape(loss)


@every_loss
def test_examples_are_independent_of_each_other_and_of_their_order(loss):
    assert not properties.entangled(loss)


@every_loss
def test_single_precision_in_is_single_precision_out_and_near(loss):
    assert not properties.far_in_single_precision(loss)


@every_loss
def test_everything_is_made_on_the_device_of_the_inputs(loss):
    assert not properties.leaks_a_device(loss)


@pytest.mark.parametrize(
    "the_slice", [pytest.param(s, id=f"{kind.key}-{s.key}") for kind in KINDS for s in kind.slices]
)
def test_a_slice_makes_its_inputs_on_the_device_of_its_coordinates(the_slice):
    assert not properties.slice_leaks_a_device(the_slice)


@pytest.mark.parametrize(
    "loss", [x for x in LOSSES.values() if PIECEWISE not in x.traits and x.kinks], ids=lambda x: x.key
)
def test_the_slope_jumps_at_every_declared_kink(loss):
    assert not properties.kink_without_jump(loss)


@pytest.mark.parametrize(("loss", "limit"), LIMITS)
def test_every_declared_limit_holds(loss, limit):
    assert not properties.false_limit(loss, limit, LOSSES[limit.other])


@pytest.mark.parametrize(("loss", "trait"), CLAIMS)
def test_a_trait_has_no_counterexample_if_claimed_and_one_if_not(loss, trait):
    found = properties.COUNTEREXAMPLE[trait](loss)
    if trait in loss.traits:
        assert not found, f"{loss.key} claims to be {trait.name}"
    else:
        assert found, f"{loss.key} seems to be {trait.name} and does not say so"


@pytest.mark.parametrize(("loss", "trait"), CLAIMS_AT)
def test_a_trait_claimed_at_some_values_has_no_counterexample_there(loss, trait):
    hunt = properties.COUNTEREXAMPLE[trait]
    assert not hunt(properties.held(loss, loss.traits_at[trait]))
    assert hunt(loss), f"{loss.key} is {trait.name} everywhere and says so of some values only"


def test_the_kinds_are_all_that_a_loss_has():
    assert all(any(loss.kind is kind for kind in KINDS) for loss in LOSSES.values())
    assert len(KINDS) > len({kind.key for kind in KINDS})


@pytest.mark.parametrize("key", sorted({kind.key for kind in KINDS}))
def test_no_two_losses_of_a_kind_are_the_same_unless_a_limit_says_so(key):
    first = properties.declared_same(LOSSES)
    of_kind = [loss for loss in LOSSES.values() if loss.kind.key == key]
    doubles = [
        f"{one.key} and {two.key}"
        for one, two in itertools.combinations(of_kind, 2)
        if first[one.key] != first[two.key] and properties.same_numbers(one, two)
    ]
    assert not doubles


def test_no_two_losses_of_different_kinds_draw_the_same_curves_unless_limits_say_so():
    first = properties.declared_same(LOSSES, along_some=True)
    doubles = [
        f"{one.key} and {two.key}"
        for one, two in itertools.combinations(LOSSES.values(), 2)
        if one.kind.key != two.kind.key and first[one.key] != first[two.key] and properties.same_curves(one, two)
    ]
    assert not doubles


@every_kind
def test_a_kind_draws_its_inputs_in_the_shapes_it_declares(kind):
    drawn = properties.examples(kind, 3)
    assert len(drawn) == len(kind.inputs)
    assert [x.dim() - 1 for x in drawn] == [len(shape) for shape in kind.shapes]
    lengths: dict[str, int] = {}
    for x, shape in zip(drawn, kind.shapes, strict=True):
        for name, length in zip(shape, x.shape[1:], strict=True):
            assert lengths.setdefault(name, length) == length
            assert not name.isdigit() or int(name) == length


@every_kind
def test_the_size_of_an_example_is_that_of_its_largest_slice(kind):
    sizes = [
        sum(x[0].numel() for x in s.fn(*(properties.torch.tensor([a.lo, a.hi]).double() for a in s.axes), **s.defaults))
        for s in kind.slices
    ]
    assert kind.size == 1 or max(sizes) <= 2 * kind.size


@every_loss
def test_the_docstring_says_what_goes_in_and_what_comes_out(loss):
    doc = loss.fn.__doc__ or ""
    assert loss.claim.endswith((".", "!", "?", ")"))
    assert len(loss.claim) <= 130
    assert "Args:" in doc
    assert "Returns:" in doc
    arguments = doc.split("Args:")[1].split("Returns:")[0]
    for name in (*loss.kind.inputs, *loss.defaults):
        assert f"        {name}: " in arguments, f"{name} is not described"


@every_loss
def test_the_formula_takes_symbols_or_numbers(loss):
    assert "@" not in loss.latex()
    numbers = {p.name: 0.123 + i for i, p in enumerate(loss.params)}
    filled = loss.latex(**numbers)
    assert all(f"{number:.6g}" in filled for number in numbers.values())
    assert filled.count("{") == filled.count("}")
    assert filled.count(r"\left") == filled.count(r"\right")


@every_loss
def test_every_slider_stops_at_the_default_and_at_both_ends(loss):
    for p in loss.params:
        default = loss.defaults[p.name]
        assert p.check(default) == default
        assert p.check(p.lo) == p.lo
        assert p.check(p.hi) == p.hi
        assert p.grid[0] == p.lo
        assert p.grid[-1] == pytest.approx(p.hi)
        assert min(abs(stop - default) for stop in p.grid) < 1e-9


@every_loss
def test_every_entry_names_its_source_and_its_conventions(loss):
    assert loss.name
    assert loss.refs
    assert loss.used_in
    assert loss.conventions
    assert all(limit.words for limit in loss.limits)


@every_loss
def test_every_loss_opens_on_a_picture_within_the_budget(loss):
    view = View.of(loss.key)
    assert not view.is_surface
    assert view.points >= 101


def test_every_trait_has_its_hunter():
    assert set(properties.COUNTEREXAMPLE) == set(TRAITS)


def test_every_loss_is_in_exactly_one_family():
    assert [loss.key for family in FAMILIES for loss in family.losses] == list(LOSSES)
    assert len({family.key for family in FAMILIES}) == len(FAMILIES)
    assert all(family.losses for family in FAMILIES)


def test_names_are_told_apart():
    names = [loss.name for loss in LOSSES.values()]
    assert len(set(names)) == len(names)


def test_a_loss_is_got_by_its_key():
    assert all(get(key) is loss for key, loss in LOSSES.items())


def test_an_unknown_key_gets_a_suggestion():
    with pytest.raises(UnknownLossError, match="no loss is called 'focall'; did you mean focal"):
        get("focall")


def test_an_unknown_key_like_nothing_gets_none():
    with pytest.raises(KeyError) as caught:
        get("zzzzzzzz")
    assert str(caught.value) == "no loss is called 'zzzzzzzz'"


def test_an_endless_key_is_cut_in_the_message():
    with pytest.raises(UnknownLossError) as caught:
        get("x" * 10_000)
    assert len(str(caught.value)) < 200


def test_the_catalogue_cannot_be_written_to():
    with pytest.raises(TypeError):
        LOSSES["mine"] = LOSSES["focal"]


def test_two_entries_of_one_key_fail_by_name():
    double = (Family("a", "A", (LOSSES["mse"],)), Family("b", "B", (LOSSES["mse"],)))
    with pytest.raises(SpecError, match=r"loss mse: two entries of one key, the second in family b"):
        _index(double)


def test_a_limit_to_nowhere_fails_by_name():
    def lost(prediction, target):
        return prediction - target

    entry: Loss = toy(lost, limits=(Limit("nowhere"),))
    with pytest.raises(SpecError, match="loss lost: its limit nowhere is not in the catalogue"):
        _index((Family("a", "A", (entry,)),))


def test_a_study_is_seen_as_a_loss_is_but_a_text_can_name_it_only_beside_others():
    assert not set(STUDIES) & set(LOSSES)
    for key in STUDIES:
        assert sample(View(key)).value.shape == (401,)
        with pytest.raises(ViewError, match="the loss is not in the catalogue"):
            View.parse([("loss", key)])
        assert View.parse_many([("curve", key)]) == [View(key)]
