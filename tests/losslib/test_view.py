"""A request from outside becomes a view, or one sentence that names the thing, the rule and the value."""

from __future__ import annotations

import itertools
import math
import pickle

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from losslib import LOSSES, View, ViewError, sample
from losslib.view import (
    BUDGET,
    LEAST_WIDTH,
    MAX_CURVES,
    MAX_POINTS,
    MAX_SIDE,
    NARROWEST,
    curve_words,
    number,
    text_of,
)

every_slice = pytest.mark.parametrize(
    ("loss", "the_slice"),
    [pytest.param(x, s, id=f"{x.key}-{s.key}") for x in LOSSES.values() for s in x.kind.slices],
)
HOSTILE = [
    "<script>alert(1)</script>",
    "![](http://x)",
    "[a](javascript:x)",
    "'; drop table--",
    "{{7*7}}",
    "\x00\x1b[31m",
    "‮evil",
    "$\\input{x}$",
    "a" * 5000,
]


def refused(*words: tuple[str, str]) -> ViewError:
    with pytest.raises(ViewError) as caught:
        View.parse(words)
    return caught.value


# --- what comes out right --------------------------------------------------------------------------------------------


@every_slice
def test_words_and_parse_are_inverse(loss, the_slice):
    view = View.of(loss.key, the_slice.key)
    assert View.parse(view.words()) == view


@every_slice
def test_words_and_parse_are_inverse_with_every_setting_changed(loss, the_slice):
    ends = {p.name: p.hi for p in (*loss.params, *the_slice.params)}
    axis = the_slice.axes[0]
    view = View.of(
        loss.key,
        the_slice.key,
        gradient=next(iter(the_slice.into), "x"),
        order=2 if the_slice in loss.kind.curves else 1,
        lo=axis.lo + (axis.hi - axis.lo) / 3,
        hi=axis.hi,
        dtype="float32",
        **ends,
    )
    assert View.parse(view.words()) == view


@every_slice
def test_words_and_parse_are_inverse_over_the_whole_axis_wherever_a_loss_opens(loss, the_slice):
    axis = the_slice.axes[0]
    view = View.of(loss.key, the_slice.key, lo=axis.lo, hi=axis.hi)
    assert View.parse(view.words()).range == view.range == (axis.lo, axis.hi)


@every_slice
def test_every_word_is_said_where_a_link_must_outlive_the_defaults(loss, the_slice):
    view = View.of(loss.key, the_slice.key)
    words = dict(view.words(every=True))
    assert View.parse(words.items()) == view
    assert set(words) == {"loss", "slice", *view.values, "gradient", "order", "from", "to", "dtype"}


def test_a_link_says_no_range_that_a_loss_opens_with():
    for key, loss in LOSSES.items():
        for s in loss.kind.slices:
            assert not {"from", "to"} & set(dict(View(key, s.key).words())), (key, s.key)


def test_the_points_are_the_screens_and_not_the_links():
    assert "points" not in dict(View.of("mse", points=77).words())
    assert View.parse([("loss", "mse"), ("points", "77")]).points == 77


def test_a_view_is_a_key():
    one, two = View.of("focal", gamma=2, target=1), View.of("focal", target=1, gamma=2.0)
    assert one == two
    assert hash(one) == hash(two)
    assert one != View.of("focal", gamma=3)
    assert pickle.loads(pickle.dumps(one)) == one


def test_missing_words_take_the_opening_view():
    view = View.parse([("loss", "quality_focal")])
    assert view.slice == "logit"
    assert view.values["target"] == 0.7


def test_an_opening_value_that_a_slice_cannot_take_is_left_out():
    assert View.of("quality_focal", "p_t").values["target"] == 1.0


def test_change_keeps_the_rest():
    view = View.of("balanced_focal", gamma=1).change(alpha=0.75)
    assert (view.values["gamma"], view.values["alpha"]) == (1.0, 0.75)


def test_a_soft_target_moves_from_p_t_to_probability_and_from_margin_to_logit():
    for key, hard, soft in itertools.product(
        ("focal", "bce"), [("p_t", "probability"), ("margin", "logit")], ("0.3", "0.999")
    ):
        view, problems = View.nearest([("loss", key), ("slice", hard[0]), ("target", soft)])
        assert (view.slice, view.values["target"]) == (hard[1], float(soft))
        assert [p.thing for p in problems] == ["target"]
        assert refused(("loss", key), ("slice", hard[0]), ("target", soft)).thing == "target"


def test_a_hard_target_stays_on_p_t():
    view, problems = View.nearest([("loss", "focal"), ("slice", "p_t"), ("target", "0")])
    assert (view.slice, problems) == ("p_t", [])


def test_text_of_reads_back_exactly():
    for value in (0.0, 1.0, -3.0, 0.1, 1e-6, 1 - 1e-6, 1 / 3, 4.685, -745.0, 12345678.5, 1e15):
        assert float(text_of(value)) == value
        assert number("x", text_of(value)) == value


# --- what is refused -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    ["nan", "NaN", "inf", "-inf", "Infinity", "1e999", "1_0", "0x10", "0b1", " 1", "1 ", "1,5", "", "+", "e5", "1e",
     ".", "--1", "1e+-2", "½", "１", "٣", "1" * 33, "1\n", "true", "None", "1j"],
)  # fmt: skip
def test_text_that_is_no_plain_number_is_refused(text):
    error = refused(("loss", "focal"), ("gamma", text))
    assert error.thing == "gamma"
    assert "number" in error.rule


@pytest.mark.parametrize(
    ("text", "value"), [("2", 2.0), ("+2", 2.0), ("2.", 2.0), (".5", 0.5), ("1e-1", 0.1), ("5E0", 5)]
)
def test_plain_numbers_are_read(text, value):
    assert View.parse([("loss", "focal"), ("gamma", text)]).values["gamma"] == value


@pytest.mark.parametrize("text", ["5.0001", "-1", "1e308", "-0.01"])
def test_a_number_out_of_range_is_named_with_its_rule_and_value(text):
    error = refused(("loss", "focal"), ("gamma", text))
    assert str(error) == f"gamma must be between 0 and 5, got {float(text):g}"


@pytest.mark.parametrize(
    ("words", "thing"),
    [
        ([], "loss"),
        ([("loss", "")], "loss"),
        ([("loss", "focall")], "loss"),
        ([("loss", "focal"), ("slice", "residual")], "slice"),
        ([("loss", "focal"), ("delta", "1")], "parameter"),
        ([("loss", "focal"), ("gamma", "1"), ("gamma", "1")], "word"),
        ([("loss", "focal"), ("loss", "focal")], "word"),
        ([("loss", "focal"), ("slice", "p_t"), ("target", "0.5")], "target"),
        ([("loss", "focal"), ("gradient", "loss")], "gradient"),
        ([("loss", "focal"), ("order", "3")], "order"),
        ([("loss", "focal"), ("order", "1.0")], "order"),
        ([("loss", "focal"), ("dtype", "int8")], "dtype"),
        ([("loss", "focal"), ("dtype", "__class__")], "dtype"),
        ([("loss", "focal"), ("points", "1")], "points"),
        ([("loss", "focal"), ("points", "4002")], "points"),
        ([("loss", "focal"), ("points", "-5")], "points"),
        ([("loss", "focal"), ("points", "1e3")], "points"),
        ([("loss", "focal"), ("slice", "plane"), ("points", "202")], "points"),
        ([("loss", "focal"), ("from", "-1e5")], "from"),
        ([("loss", "focal"), ("to", "800")], "to"),
        ([("loss", "focal"), ("from", "3"), ("to", "3")], "from"),
        ([("loss", "focal"), ("from", "3"), ("to", "-3")], "from"),
        ([("loss", "focal"), ("slice", "probability"), ("from", "0")], "from"),
        ([("loss", "focal"), ("slice", "probability"), ("from", "0.5"), ("to", "0.5000000000000001")], "to"),
        ([("loss", "mse"), ("from", "1"), ("to", "1.0000000001")], "to"),
        ([("loss", "mse"), ("from", "0"), ("to", "1e-200")], "to"),
        ([("loss", "focal"), *((f"w{i}", "1") for i in range(900))], "request"),
    ],
)  # fmt: skip
def test_a_wrong_request_names_the_thing(words, thing):
    assert thing in refused(*words).thing


@pytest.mark.parametrize("lo", [-4000.0, -1.0, -1e-7, 0.0, 1e-7, 0.5, 0.9998, 1.0, 3.0, 9990.0])
def test_in_the_narrowest_range_the_points_are_distinct_in_single_precision(lo):
    narrow = max(NARROWEST * abs(lo), LEAST_WIDTH)
    view = View.of("mse", lo=lo, hi=lo + 1.001 * narrow)
    assert len(np.unique(np.float32(sample(view).x))) == view.points
    assert "must be above from by" in str(refused(("loss", "mse"), ("from", repr(lo)), ("to", repr(lo + 0.9 * narrow))))


def test_the_message_names_thing_rule_and_value():
    assert str(refused(("loss", "focal"), ("order", "7"))) == "order must be a whole number between 1 and 2, got '7'"


def test_an_unknown_parameter_is_answered_with_the_known_ones():
    assert (
        str(refused(("loss", "focal"), ("slice", "logit"), ("delta", "1")))
        == "a parameter is not known to focal on slice logit, which has gamma or target, got 'delta'"
    )


def test_an_unknown_loss_is_answered_with_the_nearest():
    assert refused(("loss", "focall")).sentence.startswith("the loss is not in the catalogue; did you mean focal")


HOSTILE_WORDS = [
    *([("loss", "focal"), (word, text)] for word in ["slice", "gamma", "gradient", "order", "points", "from", "dtype"]
      for text in HOSTILE),
    *([("loss", text)] for text in HOSTILE),
    *([("loss", "focal"), (text, "1")] for text in HOSTILE),
    *([("loss", "focal"), (text, text)] for text in HOSTILE),
    *([("loss", "focal"), (text, "1"), (text, "1")] for text in HOSTILE),
    [("loss", "focal"), ("visit_evil_com", "1")],
    [("loss", "focal"), ("visit_evil_com", "x")],
    [("loss", "visit_evil_com")],
]  # fmt: skip


def harmless(errors: list[ViewError], *texts: str) -> bool:
    return bool(errors) and not any(
        text[:12] in error.sentence or len(error.sentence) > 300 or len(str(error)) > 400
        for error in errors
        for text in texts
    )


@pytest.mark.parametrize("words", HOSTILE_WORDS, ids=range(len(HOSTILE_WORDS)))
def test_a_sentence_never_repeats_what_a_stranger_wrote(words):
    written = [text for pair in words for text in pair if text in HOSTILE or "evil" in text]
    assert harmless([refused(*words)], *written)
    assert harmless(View.nearest(words)[1], *written)


@pytest.mark.parametrize("text", [*HOSTILE, "visit_evil_com"], ids=range(len(HOSTILE) + 1))
def test_a_sentence_about_a_comparison_never_repeats_it_either(text):
    for words in (
        [("curve", text)],
        [("curve", f"{text}:gamma=2")],
        [("curve", f"focal:{text}=2")],
        [("curve", f"focal:gamma={text}")],
        [("curve", "focal"), (text, "1")],
        [("curve", "focal"), ("slice", text)],
    ):
        with pytest.raises(ViewError) as caught:
            View.parse_many(words)
        assert harmless([caught.value], text)


def test_the_sentence_of_a_view_made_in_python_is_harmless_too():
    with pytest.raises(ViewError) as caught:
        View("<script>")
    assert caught.value.sentence.startswith("the loss is not in the catalogue")
    assert "<" not in caught.value.sentence


def test_nearest_keeps_what_is_right():
    view, problems = View.nearest(
        [("loss", "balanced_focal"), ("slice", "probability"), ("gamma", "99"), ("alpha", "0.75"), ("nonsense", "1")]
    )
    assert (view.loss, view.slice, view.values["alpha"], view.values["gamma"]) == (
        "balanced_focal",
        "probability",
        0.75,
        2.0,
    )
    assert len(problems) == 2


def test_nearest_of_nothing_is_the_default():
    assert View.nearest([])[0].loss == "focal"
    assert View.nearest([("loss", "nonsense")])[0].loss == "focal"


def test_nearest_of_nine_hundred_words_draws_and_complains_once_about_their_number():
    view, problems = View.nearest([("loss", "mse"), *((f"w{i}", "x") for i in range(900))])
    assert view.loss == "mse"
    assert sum("at most" in p.sentence and "words" in p.sentence for p in problems) == 1
    assert len(problems) < 100


# --- anything at all -------------------------------------------------------------------------------------------------

WORDS = st.sampled_from(
    ["loss", "slice", "gradient", "order", "points", "from", "to", "dtype", "gamma", "alpha", "target", "curve", "size"]
)
TEXTS = st.one_of(
    st.text(max_size=50),
    st.sampled_from([*HOSTILE, *LOSSES, "p_t", "logit", "plane", "0", "1", "0.5", "nan", "1e308", "-1", "4001", "x"]),
    st.floats().map(repr),
    st.integers().map(str),
)
REQUESTS = st.lists(st.tuples(st.one_of(WORDS, WORDS, st.text(max_size=20)), TEXTS), max_size=12)


@settings(max_examples=200, deadline=None)
@given(REQUESTS)
def test_any_request_is_a_view_or_a_view_error(words):
    try:
        view = View.parse(words)
    except ViewError:
        return
    assert View.parse(view.words()).params == view.params


@settings(max_examples=200, deadline=None)
@given(REQUESTS)
def test_nearest_always_draws(words):
    view, problems = View.nearest(words)
    assert view.count * view.the_loss.kind.size <= BUDGET
    assert all(isinstance(p, ViewError) for p in problems)
    try:
        assert View.parse(words) == view or problems
    except ViewError:
        assert problems or not dict(words).get("loss")


@settings(max_examples=100, deadline=None)
@given(
    REQUESTS, st.lists(st.one_of(st.text(max_size=60), st.builds("{}:{}".format, st.sampled_from(list(LOSSES)), TEXTS)))
)
def test_any_comparison_is_views_or_a_view_error(words, specs):
    try:
        views = View.parse_many([*words, *(("curve", spec) for spec in specs)])
    except ViewError:
        return
    assert views


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_every_finite_number_survives_its_text(value):
    assert float(text_of(value)) == value


# --- several curves --------------------------------------------------------------------------------------------------


def test_curves_share_the_other_words():
    views = View.parse_many(
        [("curve", "bce_with_logits"), ("curve", "focal:gamma=3"), ("slice", "probability"), ("target", "0.2")]
    )
    assert [(v.loss, v.slice, v.values["target"]) for v in views] == [
        ("bce_with_logits", "probability", 0.2),
        ("focal", "probability", 0.2),
    ]
    assert views[1].values["gamma"] == 3.0


def test_a_shared_word_that_only_one_curve_knows_is_its_alone():
    views = View.parse_many([("curve", "mse"), ("curve", "giou"), ("size", "4")])
    assert "size" not in views[0].values
    assert views[1].values["size"] == 4.0


@pytest.mark.parametrize(
    "words",
    [
        [],
        [("curve", "")],
        [("curve", "mse")] * (MAX_CURVES + 1),
        [("curve", "mse"), ("curve", "nonsense")],
        [("curve", "focal:gamma")],
        [("curve", "focal:gamma=")],
        [("curve", "focal:=2")],
        [("curve", "focal:gamma=2,gamma=3")],
        [("curve", "focal:loss=mse")],
        [("curve", "focal"), ("nobody", "1")],
        [("curve", "focal:" + "gamma=2," * 200)],
        [("curve", "mse"), ("curve", "focal"), ("slice", "logit")],
        [("curve", "focal"), ("slice", "logit"), ("slice", "probability")],
    ],
)
def test_a_wrong_comparison_is_refused(words):
    with pytest.raises(ViewError):
        View.parse_many(words)


def test_a_curve_is_written_key_name_value():
    assert curve_words("focal:gamma=2,alpha=.5") == [("loss", "focal"), ("gamma", "2"), ("alpha", ".5")]


# --- the budget ------------------------------------------------------------------------------------------------------


@every_slice
def test_the_most_points_stay_within_the_budget_and_one_more_is_refused(loss, the_slice):
    side = len(the_slice.axes) == 2
    room = BUDGET // loss.kind.size
    most = min(MAX_SIDE, math.isqrt(room)) if side else min(MAX_POINTS, room)
    assert View.of(loss.key, the_slice.key, points=most).points == most
    with pytest.raises(ViewError, match="points"):
        View.of(loss.key, the_slice.key, points=most + 1)


def test_a_view_from_python_is_checked_as_one_from_outside():
    for bad in (
        lambda: View("focal", params=(("gamma", math.nan),)),
        lambda: View("focal", params=(("gamma", 9.0),)),
        lambda: View("focal", points=10**9),
        lambda: View("nonsense"),
        lambda: View.of("focal", lo=math.nan),
        lambda: View.of("focal", hi=math.inf),
    ):
        with pytest.raises(ViewError):
            bad()


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: View.of("focal", gamma="a"), "gamma must be a number, got 'a'"),
        (lambda: View.of("focal", gamma=None), "gamma must be a number, got None"),
        (lambda: View.of("focal", lo="x"), "from must be a number, got 'x'"),
        (lambda: View.of("focal", hi=[1]), r"to must be a number, got \[1\]"),
        (lambda: View.of("focal", gamma=5.0000001), "gamma must be between 0 and 5, got 5.0000001"),
        (lambda: View.of("focal", target=0.30000001, slice="p_t"), "target must be one of 0 or 1, got 0.30000001"),
        (lambda: View.of(None), "the loss must be given by its key, got None"),
        (lambda: View.of(["focal"]), r"the loss must be given by its key, got \['focal'\]"),
        (lambda: View.of("focal", points=2.5), "points must be a whole number, got 2.5"),
        (lambda: View.of("focal", points="10"), "points must be a whole number, got '10'"),
    ],
)
def test_what_python_gives_that_is_no_request_is_named_with_rule_and_value(make, message):
    with pytest.raises(ViewError, match=f"^{message}$"):
        make()


def test_a_view_and_its_curve_can_be_pickled():
    view = View.of("focal", gamma=1.5)
    curve = sample(view)
    there = pickle.loads(pickle.dumps(curve))
    assert pickle.loads(pickle.dumps(view)) == there.view == view
    assert (there.gradient == curve.gradient).all()
