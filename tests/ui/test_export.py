"""What leaves the app says the same numbers as the screen: each export is read back, opened or run."""

from __future__ import annotations

import csv
import io

import numpy as np
import pytest

from losslib import LOSSES, View, sample
from ui.export import Taken, csv_text, latex_text
from ui.export.numbers import unit


def pair() -> Taken:
    """Focal beside BCE, along the probability."""
    return Taken.of([View.of("focal", "probability", gamma=0.5), View.of("bce_with_logits", "probability")], at=0.3)


def test_a_csv_reads_back_to_the_last_bit():
    taken = pair()
    head, *rows = csv.reader(io.StringIO(csv_text(taken)))
    assert len(head) == 5
    numbers = np.array([[float(cell) for cell in row] for row in rows])
    for k, view in enumerate(taken.views):
        curve = sample(view)
        np.testing.assert_array_equal(numbers[:, 0], curve.x)
        np.testing.assert_array_equal(numbers[:, 1 + 2 * k], curve.value)
        np.testing.assert_array_equal(numbers[:, 2 + 2 * k], curve.gradient)


def test_a_csv_says_loss_parameters_and_units_in_words():
    head = next(csv.reader(io.StringIO(csv_text(pair()))))
    assert head[0] == "probability p"
    assert head[1] == "loss of focal (gamma = 0.5; target = 1), in nats"
    assert head[2] == "gradient dL/dp of focal (gamma = 0.5; target = 1), in nats per unit of p"


def test_curves_of_other_points_have_an_x_of_their_own():
    taken = Taken.of([View.of("mse", points=11), View.of("l1", points=21)])
    head, *rows = csv.reader(io.StringIO(csv_text(taken)))
    assert [h.startswith("residual") for h in head] == [True, False, False, True, False, False]
    assert len(rows) == 21
    assert rows[-1][0] == ""


@pytest.mark.parametrize("key", LOSSES)
def test_every_loss_has_a_unit_and_a_formula(key):
    view = View(key)
    assert unit(view).startswith(("in ", "a number"))
    text = latex_text(Taken.of([view]))
    assert "@" not in text
    assert view.the_loss.latex(**view.loss_params) in text
