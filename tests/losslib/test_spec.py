"""A wrong entry fails when it is made, and the message names the entry, the parameter and the rule."""

from __future__ import annotations

import copy
import dataclasses
import itertools
import math
import pickle

import numpy as np
import pytest
import torch

from losslib import LOSSES
from losslib.catalogue import STUDIES
from losslib.kinds import BINARY, REGRESSION
from losslib.spec import Axis, Kind, Opening, Param, ParamError, Slice, SpecError, written
from losslib.traits import CONVEX
from tests.losslib.toys import toy

DELTA = Param("delta", 0.1, 2.0, "a number")
AXIS = Axis("u", "u", "u", -1.0, 1.0)
LED = Slice("led", "led", lambda u: (u, u), (AXIS,), into={"prediction": lambda u: u})


def plain(prediction, target):
    return prediction - target


def bent(prediction, target, *, delta: float = 1.0):
    return (prediction - target) * delta


def far_bent(prediction, target, *, delta: float = 9.0):
    return (prediction - target) * delta


def bent_by_two(prediction, target, *, delta: float = 1.0, other: float = 1.0):
    return (prediction - target) * delta * other


def without_a_default(prediction, target, *, delta):
    return (prediction - target) * delta


def other_way_round(target, prediction):
    return prediction - target


def moved_target(prediction, target, *, target_shift: float = 1.0):
    return prediction - target - target_shift


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: toy(plain, params=(DELTA,)), r"loss plain: parameter delta is declared, but plain\(\) has no such"),
        (lambda: toy(bent), r"loss bent: bent\(\) takes delta, but no parameter declares it"),
        (lambda: toy(bent_by_two, params=(DELTA,)), r"loss bent_by_two: .* takes other, but no parameter"),
        (lambda: toy(bent, params=(DELTA, DELTA)), r"loss bent: parameter delta is declared twice"),
        (
            lambda: toy(far_bent, params=(DELTA,)),
            r"loss far_bent: the default is not allowed: delta must be between 0.1 and 2, got 9",
        ),
        (lambda: toy(without_a_default, params=(DELTA,)), r"loss without_a_default: parameter delta needs a default"),
        (lambda: toy(other_way_round), r"loss other_way_round: .*does not take the inputs of its kind"),
        (lambda: toy(plain, BINARY), r"loss plain: .*does not take the inputs of its kind, \('z', 't'\)"),
        (lambda: toy(bent, params=(DELTA,), formula="r"), r"loss bent: parameter delta does not appear in the formula"),
        (lambda: toy(plain, formula="r @beta"), r"loss plain: the formula names @beta, which is no parameter"),
        (lambda: toy(plain, opening=Opening(y=(2.0, 2.0))), r"opening: the lower end of y must be below the upper one"),
        (lambda: toy(plain, opening=Opening(slice="logit")), r"loss plain: it opens on slice logit, which its kind"),
        (
            lambda: toy(plain, traits=frozenset({CONVEX}), unknown=frozenset({CONVEX})),
            r"loss plain: a trait is claimed and unknown at once",
        ),
        (
            lambda: toy(plain, traits_at={CONVEX: {"delta": 1.0}}),
            r"loss plain: convex is claimed at delta, which is no parameter",
        ),
        (
            lambda: toy(bent, params=(DELTA,), traits_at={CONVEX: {"delta": 9.0}}),
            r"loss bent: convex is claimed where it cannot be: delta must be between 0.1 and 2, got 9",
        ),
        (
            lambda: toy(bent, params=(DELTA,), traits=frozenset({CONVEX}), traits_at={CONVEX: {"delta": 1.0}}),
            r"loss bent: convex is claimed for some values and for all",
        ),
        (lambda: Param("delta", 2.0, 2.0, "empty"), r"parameter delta: lo must be below hi, got 2.0 and 2.0"),
        (lambda: Param("delta", 0.0, 2.0, "x", scale="log"), r"parameter delta: a log scale needs lo > 0, got 0.0"),
        (lambda: Param("delta", 0.1, 2.0, "x", scale="cubic"), r"parameter delta: scale must be .*got 'cubic'"),
        (lambda: Param("slice", 0.1, 2.0, "x"), r"parameter slice: the word is taken by the view"),
        (lambda: Axis("u", "u", "u", 1.0, -1.0), r"axis u: the range 1.0..-1.0 must lie inside the domain"),
        (lambda: Axis("u", "u", "u", -1.0, 2.0, (0.0, 3.0)), r"axis u: the range"),
        (lambda: Slice("s", "s", lambda a, b, c: (a, b, c), (AXIS,) * 3), r"slice s: one coordinate gives a curve"),
        (lambda: Slice("s", "s", lambda a, b: (a, b), (AXIS,)), r"slice s: .* must take 1 coordinates"),
        (
            lambda: Slice("s", "s", lambda a, *, size=1.0: (a, size), (AXIS,)),
            r"slice s: .* takes size, but no parameter declares it",
        ),
        (
            lambda: Kind("k", "K", ("a", "b"), ((),), REGRESSION.slices, REGRESSION.draw),
            r"kind k: 2 inputs but 1 shapes",
        ),
        (
            lambda: Kind("k", "K", ("a",), ((),), REGRESSION.slices[:1] * 2, REGRESSION.draw),
            r"kind k: two slices of one key in \['residual', 'residual'\]",
        ),
        (
            lambda: Kind("k", "K", ("a", "b"), ((), ()), (LED, REGRESSION.slice("prediction")), REGRESSION.draw),
            r"kind k: slice led leads into prediction, but has no target",
        ),
        (
            lambda: Kind("k", "K", ("a", "b"), ((), ()), (LED,), REGRESSION.draw),
            r"kind k: slice led leads into prediction, which is none of \['led'\]",
        ),
    ],
)
def test_a_contradiction_fails_by_name(make, message):
    with pytest.raises(SpecError, match=message):
        make()


def test_a_parameter_that_clashes_with_a_slice_fails_by_name():
    def shifted(prediction, target, *, target_shift: float = 0.0):
        return prediction - target

    clash = Param("target_shift", -1.0, 1.0, "clashes")
    the_slice = Slice("s", "s", lambda u, *, target_shift=0.0: (u, u + target_shift), (AXIS,), (clash,))
    kind = dataclasses.replace(REGRESSION, slices=(the_slice,))
    with pytest.raises(SpecError, match="loss shifted: parameter target_shift clashes with a parameter of slice s"):
        toy(shifted, kind, params=(clash,))


def test_a_kind_without_a_curve_cannot_have_losses():
    plane = dataclasses.replace(REGRESSION, slices=REGRESSION.surfaces)
    with pytest.raises(SpecError, match="loss plain: its kind regression has no slice of one coordinate"):
        toy(plain, plane)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -float("inf"), 0.0999, 2.0001])
def test_a_value_out_of_range_is_named_with_its_rule(value):
    with pytest.raises(ValueError, match=r"delta must be between 0.1 and 2, got"):
        DELTA.check(value)


def test_a_whole_number_takes_its_stops_only():
    hard = Param("target", 0.0, 1.0, "label", step=1.0, whole=True)
    assert [hard.check(v) for v in (0, 1)] == [0.0, 1.0]
    with pytest.raises(ValueError, match=r"target must be one of 0 or 1, got 0.5"):
        hard.check(0.5)
    odd = Param("window", 3.0, 21.0, "odd", step=2.0, whole=True)
    assert odd.check(11) == 11.0
    with pytest.raises(ValueError, match=r"window must be one of 3, 5, …, 21, got 4"):
        odd.check(4)


def test_a_log_slider_stops_at_both_ends_and_in_even_ratios():
    grid = Param("delta", 0.05, 50.0, "x", scale="log").grid
    assert (grid[0], grid[-1]) == (0.05, 50.0)
    assert 1.0 in grid
    ratios = [b / a for a, b in itertools.pairwise(grid[1:-1])]
    assert 1.04 < min(ratios) <= max(ratios) < 1.08


def test_a_formula_shows_symbols_or_numbers():
    huber = LOSSES["huber"]
    assert r"\delta" in huber.latex()
    assert "2.5" in huber.latex(delta=2.5)
    assert r"\delta" not in huber.latex(delta=2.5)


def test_a_parameter_without_a_symbol_is_spelled_out():
    assert toy(bent, params=(DELTA,)).latex() == r"r \mathrm{delta}"


def test_the_source_is_the_function_as_it_runs():
    source = LOSSES["huber"].source
    assert source.startswith("def huber(")
    assert "inside.square()" in source


def test_a_slice_is_found_by_its_key_only():
    assert REGRESSION.slice("plane") is REGRESSION.surfaces[0]
    with pytest.raises(KeyError):
        REGRESSION.slice("logit")


def test_the_defaults_are_the_readers_own_copy():
    LOSSES["focal"].defaults["gamma"] = 3.0
    assert LOSSES["focal"].defaults == {"gamma": 2.0}
    LOSSES["focal"].kind.slice("logit").defaults["target"] = 0.0
    assert LOSSES["focal"].kind.slice("logit").defaults == {"target": 1.0}


def test_a_record_that_is_not_in_the_catalogue_is_copied_but_not_pickled():
    def homeless(prediction, target):
        return prediction - target

    entry = toy(homeless)
    assert copy.deepcopy(entry) is entry
    for stranger in (entry, dataclasses.replace(LOSSES["mse"], name="another")):
        with pytest.raises(pickle.PicklingError, match=rf"loss {stranger.key}: only an entry of the catalogue"):
            pickle.dumps(stranger)


def test_every_loss_and_study_is_pickled_by_its_key():
    for loss in (*LOSSES.values(), *STUDIES.values()):
        assert pickle.loads(pickle.dumps(loss)) is loss


@pytest.mark.parametrize(
    ("value", "text"),
    [(5.0000001, "5.0000001"), (5.0, "5"), (-1.0, "-1"), (0.1, "0.1"), (1e-7, "1e-07"), (1e16, "1e+16"), ("a", "'a'"),
     (np.float64(0.25), "0.25"), (math.inf, "inf"), (None, "None"), (7, "7"), ("x" * 99, "'" + "x" * 56 + "…")],
)  # fmt: skip
def test_a_value_is_shown_so_that_it_differs_from_its_neighbours(value, text):
    assert written(value) == text


def test_a_refused_value_travels_as_data():
    with pytest.raises(ParamError) as caught:
        DELTA.check(2.0000001)
    assert (caught.value.name, caught.value.rule, caught.value.value) == (
        "delta",
        "must be between 0.1 and 2",
        2.0000001,
    )
    assert str(pickle.loads(pickle.dumps(caught.value))) == "delta must be between 0.1 and 2, got 2.0000001"


def test_a_number_of_any_make_is_taken():
    for one in (1, True, 1.0, np.float32(1), np.int64(1), torch.tensor(1.0), np.array(1.0)):
        assert DELTA.check(one) == 1.0
    for none in ("1", None, [1.0], 1j, np.ones(2)):
        with pytest.raises(ParamError, match=r"^delta must be (a|one) number, got"):
            DELTA.check(none)
