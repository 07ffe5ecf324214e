"""What leaves the app says the same numbers as the screen: each export is read back, opened or run."""

from __future__ import annotations

import csv
import io
import math
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from losslib import LOSSES, View, sample
from ui.export import DIALECTS, Taken, csv_text, latex_text, page_html, script
from ui.export.inline import inline
from ui.export.numbers import unit
from ui.export.page import params_of, stops

ROOT = Path(__file__).parent.parent.parent


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


# --- scripts: every loss, in every dialect ----------------------------------------------------------------------------


class Axes:
    """A panel that remembers what was drawn on it, and takes everything else."""

    def __init__(self) -> None:
        self.lines: list[tuple[np.ndarray, np.ndarray, dict[str, Any]]] = []

    def plot(self, x: np.ndarray, y: np.ndarray, **style: Any) -> None:
        self.lines.append((np.array(x), np.array(y), style))

    def __getattr__(self, name: str) -> Any:
        return lambda *_, **__: None


class NoLosslib:
    """A finder that refuses the library, as a machine without it would."""

    def find_spec(self, name: str, *_: object) -> None:
        if name.split(".")[0] == "losslib":
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)


def run(text: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], without: bool) -> Any:
    """What a script plots above and below, and what it prints."""
    above, below = Axes(), Axes()
    drawing, package = ModuleType("matplotlib.pyplot"), ModuleType("matplotlib")
    drawing.subplots = lambda *_, **__: (Axes(), (above, below))  # type: ignore[attr-defined]
    drawing.show = lambda: None  # type: ignore[attr-defined]
    package.pyplot = drawing  # type: ignore[attr-defined]
    with monkeypatch.context() as patch:
        patch.setitem(sys.modules, "matplotlib", package)
        patch.setitem(sys.modules, "matplotlib.pyplot", drawing)
        if without:
            for name in [n for n in sys.modules if n.split(".")[0] == "losslib"]:
                patch.delitem(sys.modules, name)
            patch.setattr(sys, "meta_path", [NoLosslib(), *sys.meta_path])
        capsys.readouterr()
        exec(compile(text, "script.py", "exec"), {"__name__": "__main__"})
    return above.lines, below.lines, [line.split("\t") for line in capsys.readouterr().out.splitlines()]


def check(taken: Taken, dialect: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """A script plots the curves of the screen and prints its numbers."""
    text = script(taken, dialect)
    above, below, printed = run(text, monkeypatch, capsys, without=dialect == "torch")
    assert ("losslib" in text) == (dialect == "losslib")
    assert len(above) == len(below) == len(printed) == len(taken.views)
    for k, view in enumerate(taken.views):
        curve = sample(view)
        after = np.array(curve.breaks, dtype=int) + 1
        same = {"rtol": 1e-12, "atol": 1e-12}
        np.testing.assert_array_equal(above[k][0], curve.x)
        np.testing.assert_allclose(above[k][1], curve.value, **same)
        np.testing.assert_array_equal(below[k][0], np.insert(curve.x, after, curve.x[after]))
        np.testing.assert_allclose(below[k][1], np.insert(curve.gradient, after, np.nan), **same)
        i = int(np.abs(curve.x - taken.cursor).argmin())
        assert printed[k][0] == taken.labels[k] == above[k][2]["label"]
        wanted = [curve.x[i], curve.value[i], curve.gradient[i]]
        np.testing.assert_allclose([float(number) for number in printed[k][1:]], wanted, **same)


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("key", LOSSES)
def test_a_script_draws_every_loss_along_every_line(key, dialect, monkeypatch, capsys):
    for line in LOSSES[key].kind.curves:
        first = View(key, line.key, points=9)
        for into in ("x", *line.into):
            at = first.range[0] + 0.3 * (first.range[1] - first.range[0])
            check(Taken.of([View.of(key, line.key, points=9, gradient=into)], at), dialect, monkeypatch, capsys)


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("slice_key", ["probability", "margin"])
def test_a_script_draws_many_losses_that_use_the_same_names(slice_key, dialect, monkeypatch, capsys):
    known = [k for k, loss in LOSSES.items() if slice_key in {s.key for s in loss.kind.curves}][:12]
    check(Taken.of([View(key, slice_key) for key in known]), dialect, monkeypatch, capsys)


@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_script_keeps_numbers_that_are_no_defaults(dialect, monkeypatch, capsys):
    views = [View.of("balanced_focal", "logit", gamma=3.15, alpha=0.1, target=0.0, lo=-3.0, hi=7.0), View("focal")]
    check(Taken.of([v.change(target=0.0) for v in views], scale="log"), dialect, monkeypatch, capsys)


def test_two_functions_of_one_name_are_both_carried():
    focal, bce = LOSSES["focal"].fn, LOSSES["bce_with_logits"].fn
    found = inline([focal, bce])
    assert len(set(found.names)) == 2
    assert found.source.count("def bce_with_logits(") == 1
    assert "losslib" not in found.source + "".join(found.imports)


# --- the offline page -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("key", LOSSES)
def test_the_slider_has_at_most_41_stops_in_order_and_the_number_of_the_screen(key):
    taken = Taken.of([View(key)])
    for param in params_of(taken):
        now = taken.views[0].values[param.name]
        values = stops(param, now)
        assert 2 <= len(values) <= 41
        assert values == sorted(set(values))
        assert now in values
        assert all(math.isclose(param.check(v), v) for v in values)


def test_the_offline_page_names_no_address_to_send_to():
    page = page_html(pair(), params_of(pair())[0])
    body = page[page.index('id="figure"') :]
    assert "http://" not in body
    assert '"showSendToCloud": false' in body
    assert "<title>Focal and BCE</title>" in page


# --- the menu ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("page", ["explore", "compare"])
def test_the_menu_offers_every_file(page):
    app = AppTest.from_file(str(ROOT / "pages" / f"{page}.py"), default_timeout=30).run()
    assert not app.exception
    labels = [button.proto.label for button in app.get("download_button")]
    assert labels == [
        "Numbers, CSV",
        "Page with a slider, HTML",
        *(f"Code, {name}" for name in DIALECTS.values()),
        "Formula, LaTeX",
    ]
