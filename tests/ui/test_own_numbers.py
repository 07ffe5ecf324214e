"""My own numbers: what is pasted is read under the loss on the screen, by the same functions as the curve."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from losslib import View, ViewError, sample, snapshot
from tests.conftest import ROOT
from ui.own import MOST, read, rows


@pytest.fixture(scope="module")
def app() -> AppTest:
    """The page, to be led on from loss to loss."""
    return AppTest.from_file(str(ROOT / "pages" / "router.py"), default_timeout=30)


def pasted(app: AppTest, view: View, xs: str, targets: str = "") -> AppTest:
    """The page with a view and with numbers in its two fields."""
    app.query_params.clear()
    app.query_params.update(dict(view.words()))
    app.run()
    app.text_area(key="own x").set_value(xs)
    if "target" in view.slice_params:
        app.text_area(key="own targets").set_value(targets)
    app.run()
    assert not app.exception
    return app


def table(app: AppTest) -> pd.DataFrame:
    """The one table of the page."""
    (found,) = app.dataframe
    return found.value


@pytest.mark.parametrize(
    ("view", "xs", "targets"),
    [
        (View.of("focal", "probability", gamma=2), "0.9, 0.2\n0.65", "1 0 1"),
        (View.of("focal", "probability", gamma=2, gradient="logit"), "0.9, 0.2", "1 0"),
        (View.of("focal", "logit", gamma=3), "[2.5; -1; 0]", "1,0,0.3"),
        (View.of("bce", "probability"), "0.9\t0.2", "1"),
        (View.of("bce", "logit"), "−2, -1e−3", "1"),
    ],
    ids=lambda v: v.slice if isinstance(v, View) else "",
)
def test_pasted_coordinates_and_targets_give_the_losses_and_gradients_of_losslib(
    app: AppTest, view: View, xs: str, targets: str
) -> None:
    found = table(pasted(app, view, xs, targets))
    axis = view.the_slice.axes[0].name
    x, y = read("x", xs), read("y", targets)
    y = y * len(x) if len(y) == 1 else y
    shots = [snapshot(view.change(target=t), u) for u, t in zip(x, y, strict=True)]
    np.testing.assert_array_equal(found[axis], x)
    np.testing.assert_array_equal(found["target"], y)
    np.testing.assert_array_equal(found["loss"], [s.value for s in shots])
    np.testing.assert_array_equal(found["gradient"], [s.slope[0] for s in shots])
    mean = np.mean([s.value for s in shots])
    assert f"Mean loss over {len(x)}: {mean:.6g}" in [c.value for c in app.caption]


def test_the_gradient_is_that_of_the_coordinate_on_the_screen(app: AppTest) -> None:
    for word, title in (("x", "gradient dL/dp"), ("logit", "gradient dL/dz")):
        view = View.of("focal", "probability", gamma=2, gradient=word)
        curve = sample(view)
        pasted(app, view, " ".join(map(repr, curve.x[50:400:100].tolist())))
        np.testing.assert_allclose(table(app)["gradient"], curve.gradient[50:400:100], rtol=1e-9)
        assert title in app.dataframe[0].proto.columns


def test_without_targets_the_pasted_numbers_lie_on_the_curve(app: AppTest) -> None:
    view = View.of("huber", delta=2)
    curve = sample(view)
    some = curve.x[::100]
    found = table(pasted(app, view, " ".join(map(repr, some.tolist()))))
    np.testing.assert_allclose(found["loss"], curve.value[::100], rtol=1e-12)
    np.testing.assert_allclose(found["gradient"], curve.gradient[::100], rtol=1e-12)


@pytest.mark.parametrize(
    ("xs", "targets", "sentence"),
    [
        ("0.9, banana", "", "number 2, must be a plain number"),
        (" , ; ", "", "probability must hold a number"),
        ("0.9", "[]", "targets must hold a number"),
        ("0.9, nan", "", "number 2, must be a plain number"),
        ("1_0", "", "number 1, must be a plain number"),
        ("0.9, " + "1" * 40, "", "number 2, must be a plain number of at most 32 characters, not of 40."),
        ("0.9, 2", "", "must be between"),
        ("0.9, 0.2, 0.1", "1, 0", "targets must be one, or one for each of the 3 numbers"),
        ("0.9", "<script>", "targets, number 1, must be a plain number"),
        ("0.9", "7", "target must be between 0 and 1"),
        ("0.5 " * (MOST + 1), "", f"must be at most {MOST} numbers"),
    ],
)
def test_what_is_no_number_gets_one_sentence_and_no_table(app: AppTest, xs: str, targets: str, sentence: str) -> None:
    pasted(app, View.of("focal", "probability"), xs, targets)
    assert len(app.error) == 1
    assert sentence in app.error[0].value
    assert "banana" not in app.error[0].value
    assert "script" not in app.error[0].value
    assert len(app.dataframe) == 0


def test_as_many_as_may_be_pasted_are_read_and_one_more_is_refused() -> None:
    assert len(rows(View.of("mse"), read("x", "0.5 " * MOST), [])) == MOST
    with pytest.raises(ViewError, match="at most"):
        read("x", "0.5 " * (MOST + 1))


def test_an_empty_field_shows_nothing(app: AppTest) -> None:
    pasted(app, View.of("focal", "probability"), "  \n")
    assert len(app.dataframe) == 0
    assert len(app.error) == 0
