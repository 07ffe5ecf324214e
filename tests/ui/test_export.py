"""What leaves the app says the same numbers as the screen: each export is read back, opened or run."""

from __future__ import annotations

import base64
import csv
import io
import json
import math
import os
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any
from urllib.parse import parse_qsl

import numpy as np
import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from losslib import LOSSES, View, sample, track
from losslib.catalogue import STUDIES, entry
from losslib.derived import ROWS, derive, minimum
from tests.plots import plotted
from ui import compare, stage
from ui.cast import curves_of, places_of
from ui.charts.lines import with_gaps
from ui.compare_address import nearest
from ui.comparison import MARKS, PANELS, Compare
from ui.export import DIALECTS, Plane, csv_text, latex_text, page_html, script
from ui.export.inline import inline
from ui.export.numbers import unit
from ui.export.page import stops
from ui.plot import Plot
from ui.scenes import SCENES
from ui.words import glyph, number

ROOT = Path(__file__).parent.parent.parent


def pair() -> Plot:
    """Focal beside BCE, along the probability."""
    return plotted([View.of("focal", "probability", gamma=0.5), View.of("bce_with_logits", "probability")], at=0.3)


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


def test_a_csv_has_every_panel_of_compare():
    taken = compare.taken(everything())
    head, *rows = csv.reader(io.StringIO(csv_text(taken)))
    curves = [sample(view) for view in taken.views]
    more = derive(curves, ROWS, taken.against, taken.norm)
    columns = np.array(rows, dtype=float).T
    for k in range(2):
        got = columns[1 + k * len(PANELS) : 1 + (k + 1) * len(PANELS)]
        np.testing.assert_array_equal(got, [{**vars(curves[k]), **more[k].rows}[row] for row in PANELS])
    assert len(columns) == 1 + 2 * len(PANELS)
    assert "bce_with_logits" not in head[1]
    assert head[3].endswith("/ loss of bce_with_logits (pos_weight = 1; weight = 1; target = 1), a ratio")
    assert "its loss at probability 0.25" in head[7]


def test_a_csv_of_a_surface_has_every_point_of_its_grid():
    view = View.of("focal", "plane", gamma=2.0, points=21)
    surface = sample(view)
    head, *rows = csv.reader(io.StringIO(csv_text(Plane(view, "value", ("z", "t", "loss")))))
    assert head[:3] == ["logit z", "target t", "loss of focal (gamma = 2), in nats"]
    x, y = (grid.ravel() for grid in np.meshgrid(surface.x, surface.y))
    wanted = [x, y, *(grid.ravel() for grid in (surface.value, *surface.gradients))]
    np.testing.assert_array_equal(np.array(rows, dtype=float).T, wanted)


def test_a_csv_says_loss_parameters_and_units_in_words():
    head = next(csv.reader(io.StringIO(csv_text(pair()))))
    assert head[0] == "probability p"
    assert head[1] == "loss of focal (gamma = 0.5; target = 1), in nats"
    assert head[2] == "gradient dL/dp of focal (gamma = 0.5; target = 1), in nats per unit of p"


def test_curves_of_other_points_have_an_x_of_their_own():
    taken = plotted([View.of("mse", points=11), View.of("l1", points=21)])
    head, *rows = csv.reader(io.StringIO(csv_text(taken)))
    assert [h.startswith("residual") for h in head] == [True, False, False, True, False, False]
    assert len(rows) == 21
    assert rows[-1][0] == ""


@pytest.mark.parametrize("key", [*LOSSES, *STUDIES])
def test_every_loss_and_every_study_has_a_unit_and_a_formula(key):
    view = View(key)
    assert unit(view).startswith(("in ", "a number"))
    text = latex_text(plotted([view]))
    assert "@" not in text
    assert view.the_loss.latex(**view.loss_params) in text


def test_a_csv_names_a_dtype_that_is_not_the_usual_one():
    head = next(csv.reader(io.StringIO(csv_text(scene("s14")))))
    assert head[1].startswith("size of dL/dz of focal_slope (gamma = 0.5; target = 1; dtype = float32)")
    for view, title in zip(
        scene("s10").views,
        [h for h in next(csv.reader(io.StringIO(csv_text(scene("s10"))))) if h.startswith("loss of")],
        strict=True,
    ):
        assert (f"dtype = {view.dtype}" in title) == (view.dtype != "float64")
    assert "dtype" not in csv_text(pair())


@pytest.mark.parametrize("shown", SCENES, ids=lambda s: s.key)
def test_a_csv_has_a_gradient_where_what_it_shows_is_a_loss(shown):
    heads = next(csv.reader(io.StringIO(csv_text(scene(shown.key)))))
    assert any(h.startswith("gradient") for h in heads) == shown.slope
    assert any(h.startswith(f"{shown.titles.get('value', 'loss')} of ") for h in heads)


def test_the_conventions_of_a_loss_are_comments_of_its_formula():
    view = View.of("focal", "logit", target=0.3)
    said = [line[2:] for line in latex_text(plotted([view])).splitlines() if line.startswith("% ")]
    assert view.the_loss.conventions
    assert set(view.the_loss.conventions) <= set(said)


def test_a_csv_of_a_study_has_its_numbers():
    head, *rows = csv.reader(io.StringIO(csv_text(scene("s11"))))
    assert head[0] == "probability p"
    assert head[1] == "expected loss of focal_risk (gamma = 2; target = 0.7), in nats"
    p, focal = np.array(rows, dtype=float).T[:2]
    np.testing.assert_allclose(focal, -0.7 * (1 - p) ** 2 * np.log(p) - 0.3 * p**2 * np.log1p(-p), rtol=1e-9)


# --- scripts: every loss, in every dialect ----------------------------------------------------------------------------


class Axes:
    """A panel that remembers what was drawn on it, and takes everything else."""

    def __init__(self) -> None:
        self.lines: list[tuple[np.ndarray, np.ndarray, dict[str, Any]]] = []
        self.marks: list[tuple[np.ndarray, np.ndarray]] = []

    def plot(self, x: np.ndarray, y: np.ndarray, *_: str, **style: Any) -> None:
        if "label" in style:
            self.lines.append((np.array(x), np.array(y), style))
        else:
            self.marks.append((np.array(x), np.array(y)))

    def __getattr__(self, name: str) -> Any:
        return lambda *_, **__: None


class NoLosslib:
    """A finder that refuses the library, as a machine without it would."""

    def find_spec(self, name: str, *_: object) -> None:
        if name.split(".")[0] == "losslib":
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)


def run(text: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], without: bool) -> Any:
    """What a script plots on each panel, and what it prints below its heading."""
    panels: list[Axes] = []

    def subplots(rows: int = 1, squeeze: bool = True, **_: Any) -> Any:
        panels.extend(Axes() for _ in range(rows))
        grid = np.empty((rows, 1), dtype=object)
        for k, panel in enumerate(panels):
            grid[k, 0] = panel
        return Axes(), panels[0] if squeeze else grid

    drawing, package = ModuleType("matplotlib.pyplot"), ModuleType("matplotlib")
    drawing.subplots = subplots
    drawing.show = lambda: None
    package.pyplot = drawing
    with monkeypatch.context() as patch:
        patch.setitem(sys.modules, "matplotlib", package)
        patch.setitem(sys.modules, "matplotlib.pyplot", drawing)
        if without:
            for name in [n for n in sys.modules if n.split(".")[0] == "losslib"]:
                patch.delitem(sys.modules, name)
            patch.setattr(sys, "meta_path", [NoLosslib(), *sys.meta_path])
        capsys.readouterr()
        exec(compile(text, "script.py", "exec"), {"__name__": "__main__"})
    _, *printed = [line.split("\t") for line in capsys.readouterr().out.splitlines()]
    return panels, printed


SAME = {"rtol": 1e-12, "atol": 1e-12}


def check(taken: Plot, dialect: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """A script plots the curves of the screen and prints its numbers."""
    text = script(taken, dialect)
    panels, printed = run(text, monkeypatch, capsys, without=dialect == "torch")
    above, below, *others = (panel.lines for panel in panels)
    assert ("losslib" in text) == (dialect == "losslib")
    assert len(above) == len(below) == len(printed) == len(taken.views)
    for k, view in enumerate(taken.views):
        curve = sample(view)
        after, later = (np.array(gaps, dtype=int) + 1 for gaps in (curve.breaks, curve.jumps))
        np.testing.assert_array_equal(above[k][0], np.insert(curve.x, later, curve.x[later]))
        np.testing.assert_allclose(above[k][1], np.insert(curve.value, later, np.nan), **SAME)
        np.testing.assert_array_equal(below[k][0], np.insert(curve.x, after, curve.x[after]))
        np.testing.assert_allclose(below[k][1], np.insert(curve.gradient, after, np.nan), **SAME)
        i = int(np.abs(curve.x - taken.cursor).argmin())
        assert printed[k][0] == taken.labels[k] == above[k][2]["label"]
        np.testing.assert_allclose(panels[0].marks[k], (curve.x[i], curve.value[i]), **SAME)
        np.testing.assert_allclose(panels[1].marks[k], (curve.x[i], curve.gradient[i]), **SAME)
        wanted = [curve.x[i], curve.value[i], curve.gradient[i]]
        if curve.curvature is not None:
            wanted.append(curve.curvature[i])
            np.testing.assert_allclose(others[0][k][1], np.insert(curve.curvature, after, np.nan), **SAME)
        np.testing.assert_allclose([float(number) for number in printed[k][1:]], wanted, **SAME)
    assert len(panels[0].marks) == len(taken.views) + (taken.touching is not None)
    if taken.touching is not None:
        np.testing.assert_allclose(panels[0].marks[-1], taken.touching, **SAME)


@pytest.mark.walk
@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("key", [*LOSSES, *STUDIES])
def test_a_script_draws_every_loss_and_every_study_along_every_line(key, dialect, monkeypatch, capsys):
    for line in entry(key).kind.curves:
        first = View(key, line.key, points=9)
        for order, into in enumerate(("x", *line.into), start=1):
            at = first.range[0] + 0.3 * (first.range[1] - first.range[0])
            view = View.of(key, line.key, points=9, gradient=into, order=min(order, 2))
            check(plotted([view], at), dialect, monkeypatch, capsys)


@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_script_has_no_slope_either_where_the_loss_is_infinite(dialect, monkeypatch, capsys):
    view = View.of("kl_bernoulli", "logit", target=0.0, lo=34.0, hi=40.0, points=9, order=2)
    assert np.isinf(sample(view).gradient[-2:]).all()
    check(plotted([view], 40.0), dialect, monkeypatch, capsys)


@pytest.mark.walk
@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("key", [key for key, loss in LOSSES.items() if loss.kind.surfaces])
def test_a_script_has_every_loss_over_its_plane(key, dialect, monkeypatch, capsys):
    view = View(key, LOSSES[key].kind.surfaces[0].key, points=5)
    _, printed = run(script(Plane(view, "value", ("x", "y", "loss")), dialect), monkeypatch, capsys, dialect == "torch")
    surface = sample(view)
    at = [(0, 0), (4, 0), (0, 4), (4, 4), (2, 2)]
    rows = (surface.value, *surface.gradients)
    wanted = [[surface.x[i], surface.y[j], *(row[j, i] for row in rows)] for i, j in at]
    np.testing.assert_allclose(np.array(printed, dtype=float), wanted, **SAME)


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("slice_key", ["probability", "margin"])
def test_a_script_draws_many_losses_that_use_the_same_names(slice_key, dialect, monkeypatch, capsys):
    known = [k for k, loss in LOSSES.items() if slice_key in {s.key for s in loss.kind.curves}][:12]
    check(plotted([View(key, slice_key) for key in known]), dialect, monkeypatch, capsys)


@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_script_keeps_numbers_that_are_no_defaults(dialect, monkeypatch, capsys):
    views = [View.of("balanced_focal", "logit", gamma=3.15, alpha=0.1, target=0.0, lo=-3.0, hi=7.0), View("focal")]
    check(plotted([v.change(target=0.0) for v in views], scale="log"), dialect, monkeypatch, capsys)


def test_two_functions_of_one_name_are_both_carried():
    focal, bce = LOSSES["focal"].fn, LOSSES["bce_with_logits"].fn
    found = inline([focal, bce])
    assert len(set(found.names)) == 2
    assert found.source.count("def bce_with_logits(") == 1
    assert "losslib" not in found.source + "".join(found.imports)


# --- scripts with the real matplotlib -----------------------------------------------------------------------------------

RUNNER = """
import contextlib, io, json, pathlib, runpy, sys, warnings
import matplotlib.pyplot as plt
warnings.simplefilter("error")
said = {}
for path in map(pathlib.Path, sys.argv[1:]):
    plt.show = lambda: plt.savefig(path.with_suffix(".png"), dpi=40)
    with contextlib.redirect_stdout(io.StringIO()) as out:
        runpy.run_path(str(path), run_name="__main__")
    plt.close("all")
    said[path.stem] = out.getvalue()
print(json.dumps(said))
"""


def everything() -> Compare:
    """Compare with all it can show: every panel, every mark, symlog axes, and a reference that is hidden."""
    state, left = nearest(
        [
            ("curve", "focal:gamma=2"),
            ("curve", "bce_with_logits"),
            ("curve", "sigmoid_mse"),
            ("slice", "probability"),
            ("panels", ",".join(PANELS)),
            ("mark", ",".join(MARKS)),
            ("hide", "2"),
            ("against", "2"),
            ("active", "1"),
            ("scale", "log"),
            ("norm", "0.25"),
            ("at", "0.75"),
        ]
    )
    assert left == []
    return state


def figures() -> dict[str, Plot | Plane]:
    """One figure of each sort: curves of every kind of example, all of Compare, a second derivative, and surfaces."""
    kinds = {loss.kind.key: key for key, loss in LOSSES.items()}
    found: dict[str, Plot | Plane] = {f"kind_{kind}": plotted([View(key, points=21)]) for kind, key in kinds.items()}
    bent = [View.of(key, "probability", gradient="logit", order=2) for key in ("focal", "bce_with_logits")]
    heat = View.of("focal", "plane", gamma=3.0)
    return {
        **found,
        "compare": compare.taken(everything()),
        **{f"scene_{key}": scene(key) for key in SCENE},
        "bent": plotted(bent, at=0.3, scale="log"),
        "heat": Plane(
            heat, "value", ("z", "t", "loss"), track(View.of("focal", "logit", target=0.75), "plane"), (2.0, 0.5)
        ),
        "slopes": Plane(heat, "gradient_x", ("z", "t", "dL/dz")),
        "space": Plane(
            heat,
            "value",
            ("z", "t", "loss"),
            track(View.of("focal", "logit", target=0.75), "plane"),
            space=True,
            zoom=(("camera", (-1.0, 0.5, 2.0)),),
        ),
        "triangle": Plane(View("kl_div", "simplex"), "value", ("s", "p", "loss"), at=(0.4, 0.3)),
        "triangle_space": Plane(
            View("cross_entropy", "simplex"),
            "value",
            ("s", "p", "loss"),
            track(View("cross_entropy"), "simplex"),
            space=True,
        ),
        "descent": Plane(View("least_squares_cost", "plane"), "value", ("a", "b", "loss"), at=(1.0, 1.0)),
        "descent_space": Plane(View("least_squares_cost", "plane"), "value", ("a", "b", "loss"), space=True),
    }


OWN_TARGET = "curve=focal:gamma=2,target=0.3&curve=bce_with_logits&slice=probability&active=1&against=2"
SCENE = {scene.key: scene for scene in SCENES}


def scene(key: str, revealed: bool = True) -> Plot:
    """A scene as it opens, with its answer."""
    shown = SCENE[key]
    values = {free.param.name: free.value for free in shown.free}
    slopes = "gradient" in shown.rows
    return stage.plot(stage.Picked(shown, values, next(iter(shown.frames)), slopes=slopes, revealed=revealed))


def numbers(taken: Plot | Plane) -> list[list[float]]:
    """What a script has to print, by losslib alone."""
    if isinstance(taken, Plane):
        surface = sample(taken.view)
        last = taken.view.points - 1
        at = [(0, 0), (last, 0), (0, last), (last, last), (last // 2, last // 2)]
        if taken.at:
            grid = zip((surface.x, surface.y), taken.at, strict=True)
            at.append(tuple(int(np.abs(row - a).argmin()) for row, a in grid))
        return [[surface.x[i], surface.y[j], *(g[j, i] for g in (surface.value, *surface.gradients))] for i, j in at]
    curves = [sample(view) for view in taken.views]
    more = derive(curves, taken.derived_rows, taken.against, taken.norm)
    found = []
    for k in taken.seen:
        rows = {**vars(curves[k]), **more[k].rows}
        i = int(np.abs(curves[k].x - taken.cursor).argmin())
        found.append([curves[k].x[i], *(rows[panel.row][i] for panel in taken.panels)])
    return found


@pytest.mark.walk
@pytest.mark.parametrize("dialect", DIALECTS)
def test_scripts_run_with_matplotlib_and_print_what_losslib_says(dialect, tmp_path):
    wanted = {
        name: taken for name, taken in figures().items() if dialect == "torch" or not name.startswith(("kind", "scene"))
    }
    for name, taken in wanted.items():
        (tmp_path / f"{name}.py").write_text(script(taken, dialect), encoding="utf-8")
    home = {"PYTHONPATH": str(ROOT)} if dialect == "losslib" else {}
    clean = {k: v for k, v in os.environ.items() if k != "PYTHONPATH"}
    ran = subprocess.run(
        [sys.executable, "-c", RUNNER, *(f"{name}.py" for name in wanted)],
        cwd=tmp_path, env={**clean, "MPLBACKEND": "Agg", **home}, capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr[-2000:]
    for name, text in json.loads(ran.stdout).items():
        _, *lines = [line.split("\t") for line in text.splitlines()]
        if isinstance(wanted[name], Plot):
            assert [line.pop(0) for line in lines] == [wanted[name].labels[k] for k in wanted[name].seen]
        np.testing.assert_allclose(np.array(lines, dtype=float), numbers(wanted[name]), **SAME, err_msg=name)
        with Image.open(tmp_path / f"{name}.png") as picture:
            assert len(picture.convert("RGB").getcolors(2**20)) > 20, name


# --- the offline page -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("key", LOSSES)
def test_the_slider_has_at_most_41_stops_in_order_and_the_number_of_the_screen(key):
    taken = plotted([View(key)])
    for param in taken.params:
        now = taken.views[0].values[param.name]
        values = stops(param, now)
        assert 2 <= len(values) <= 41
        assert values == sorted(set(values))
        assert now in values
        assert all(math.isclose(param.check(v), v) for v in values)


def test_the_offline_page_names_no_address_to_send_to():
    page = page_html(pair(), pair().params[0])
    body = page[page.index('id="figure"') :]
    assert "http://" not in body
    assert '"showSendToCloud": false' in body
    assert "<title>Focal and BCE</title>" in page


def figure_in(page: str) -> tuple[list[dict[str, Any]], dict[str, Any], list[dict[str, Any]]]:
    """The traces, the layout and the frames that an offline page hands to Plotly."""
    found, at = [], page.index('"figure",', page.rindex("Plotly.newPlot(")) + len('"figure",')
    for _ in range(2):
        at = min(page.index(mark, at) for mark in "[{" if mark in page[at:])
        part, at = json.JSONDecoder().raw_decode(page, at)
        found.append(part)
    later = page.find("Plotly.addFrames(", at)
    frames = json.JSONDecoder().raw_decode(page, page.index("[", later))[0] if later > 0 else []
    return found[0], found[1], frames


def decoded(row: Any) -> np.ndarray:
    """A row of a trace, as Plotly reads it."""
    if not isinstance(row, dict):
        return np.array(row, dtype=float)
    flat = np.frombuffer(base64.b64decode(row["bdata"]), row["dtype"])
    return flat.reshape([int(n) for n in row["shape"].split(",")]) if "shape" in row else flat


def test_the_offline_page_of_compare_has_every_panel_as_the_chart_draws_it():
    state = everything()
    chart, _ = compare.live(state, "", dark=False)
    data, layout, _ = figure_in(page_html(compare.taken(state)))
    drawn = [trace for trace in data if trace["meta"]["row"] not in ("minimum", "cursor")]
    assert len(drawn) == len(chart.figure.data) == 2 * len(PANELS)
    for got, wanted in zip(drawn, chart.figure.data, strict=True):
        assert got["meta"]["row"] == wanted.meta["row"]
        assert (got["line"]["color"], got["line"]["dash"]) == (wanted.line.color, wanted.line.dash)
        assert (got["xaxis"], got["yaxis"]) == (wanted.xaxis, wanted.yaxis)
        np.testing.assert_array_equal(decoded(got["y"]), wanted.y)
    for name in [n for n in layout if n.startswith("yaxis")]:
        assert layout[name]["type"] == chart.figure.layout[name].type
        assert layout[name]["range"] == pytest.approx(list(chart.figure.layout[name].range))
    words = {shape["label"]["text"] for shape in layout["shapes"] if "label" in shape}
    assert words == {"well classified", "|gradient| < 0.05"}
    least = [trace for trace in data if trace["meta"]["row"] == "minimum"]
    assert [decoded(trace["y"])[0] for trace in least] == [
        minimum(sample(view)).value for view in compare.taken(state).views[:2]
    ]


def test_the_offline_page_has_the_cursor_its_dots_and_the_tangent_at_every_stop():
    taken = pair()
    gamma = taken.params[0]
    data, layout, frames = figure_in(page_html(taken, gamma))
    places = {trace["meta"]["row"]: k for k, trace in reversed(list(enumerate(data)))}
    lines = [shape for shape in layout["shapes"] if shape["type"] == "line"]
    assert [(line["x0"], line["x1"]) for line in lines] == [(taken.cursor, taken.cursor)] * 2
    for frame, value in zip(frames, stops(gamma, 0.5), strict=True):
        moved = {k: {**data[k], **row} for k, row in zip(frame["traces"], frame["data"], strict=True)}
        curve = sample(taken.views[0].change(gamma=value))
        i = int(np.abs(curve.x - taken.cursor).argmin())
        assert decoded(moved[places["cursor"]]["y"])[0] == curve.value[i]
        x, y = (decoded(moved[places["tangent"]][name]) for name in ("x", "y"))
        np.testing.assert_allclose(y, curve.value[i] + curve.gradient[i] * (x - curve.x[i]), **SAME)
        assert np.diff(x) == pytest.approx(0.28 * (curve.x[-1] - curve.x[0]))


def test_the_offline_page_holds_an_x_that_stands_still_once():
    moved = [row for frame in figure_in(page_html(pair(), pair().params[0]))[2] for row in frame["data"]]
    assert moved
    assert all("y" in row and "x" not in row for row in moved)


def test_an_x_that_moves_is_in_every_frame_of_the_offline_page():
    taken = plotted([View.of("hinge", "margin", margin=1.0)])
    data, _, frames = figure_in(page_html(taken, taken.params[0]))
    slopes = next(k for k, trace in enumerate(data) if trace["meta"]["row"] == "gradient")
    for frame, margin in zip(frames, stops(taken.params[0], 1.0), strict=True):
        moved = dict(zip(frame["traces"], frame["data"], strict=True))[slopes]
        curve = sample(taken.views[0].change(margin=margin))
        np.testing.assert_array_equal(decoded(moved["x"]), with_gaps(curve.x, curve.gradient, curve.breaks)[0])


def test_the_slider_of_the_offline_page_moves_what_is_derived_too():
    taken = compare.taken(replace(everything(), panels=("value", "ratio", "normalised"), marks=()))
    gamma = taken.params[0]
    data, _, frames = figure_in(page_html(taken, gamma))
    curves = [sample(view) for view in (taken.views[0].change(gamma=gamma.hi), *taken.views[1:])]
    more = derive(curves, ROWS, taken.against, taken.norm)
    last = dict(zip(frames[-1]["traces"], frames[-1]["data"], strict=True))
    of_focal = [k for k, trace in enumerate(data) if trace["meta"]["curve"] == 0]
    assert list(last) == of_focal + [k for k, trace in enumerate(data) if trace["meta"]["row"] == "cursor"]
    for k, row in zip(of_focal, ("value", "ratio", "normalised"), strict=True):
        wanted = curves[0].value if row == "value" else more[0].rows[row]
        np.testing.assert_array_equal(decoded(last[k]["y"]), wanted)


def test_the_slider_of_the_offline_page_of_a_scene_moves_all_that_it_moves_on_the_screen():
    taken = scene("s14")
    (gamma, *_) = taken.params
    moved = [view.values["gamma"] for view in taken.moved(gamma.name, 3.0).views]
    assert moved == [3.0, 3.0, 3.0]
    moved = [view.values["gamma"] for view in scene("s1").moved(gamma.name, 3.0).views]
    assert moved == [0.0, 0.5, 1.0, 2.0, 3.0]


@pytest.mark.walk
@pytest.mark.parametrize("key", ["s2", "s9", "s14"])
def test_the_named_places_of_an_offline_page_are_those_of_every_stop(key):
    shown = SCENE[key]
    values = {free.param.name: free.value for free in shown.free}
    picked = stage.Picked(shown, values, next(iter(shown.frames)), "gradient" in shown.rows, revealed=True)
    taken, name = stage.plot(picked), shown.free[0].param.name
    param = next(p for p in taken.params if p.name == name)
    _, _, frames = figure_in(page_html(taken, param))
    said = []
    for frame, value in zip(frames, stops(param, values[name]), strict=True):
        there = replace(picked, values={**values, name: value})
        notes = [note for note in frame["layout"]["annotations"] if note.get("visible", True)]
        said.append([f"<b>{place.words}</b>" for place in places_of(there, curves_of(there))])
        assert [note["text"] for note in notes] == said[-1]
    assert len({tuple(words) for words in said}) > 1
    assert len({len(frame["layout"]["annotations"]) for frame in frames}) == 1


def without_number(label: str, symbol: str) -> str:
    """A label with a gap where it says the number of one symbol."""
    return re.sub(rf"\b{symbol}\s=\s[^,]+", f"{symbol} = …", label)


@pytest.mark.walk
@pytest.mark.parametrize(
    ("taken", "name", "labels"),
    [
        (
            lambda: compare.taken(nearest(parse_qsl(OWN_TARGET))[0]),
            "gamma",
            ["Focal, γ = 5, t = 0.3", "BCE"],
        ),
        (lambda: scene("s9"), "size", ["IoU", "GIoU", "DIoU", "CIoU", "L1, off the picture"]),
        (lambda: scene("s14"), "gamma", ["stable, γ = 5", "as written, by autograd", "chain rule by hand"]),
    ],
    ids=["compare", "s9", "s14"],
)
def test_the_slider_of_the_offline_page_changes_no_word_of_a_label_but_its_number(taken, name, labels):
    figure = taken()
    param = next(p for p in figure.params if p.name == name)
    data, _, frames = figure_in(page_html(figure, param))
    last = dict(zip(frames[-1]["traces"], frames[-1]["data"], strict=True))
    drawn = [last.get(k, trace)["name"] for k, trace in enumerate(data) if trace["meta"]["row"] == "value"]
    assert [said.replace("\N{NO-BREAK SPACE}", " ") for said in drawn] == labels


@pytest.mark.parametrize("key", SCENE)
def test_whatever_slider_moves_a_scene_its_curves_keep_their_names(key):
    figure = scene(key)
    for param in figure.params:
        moved = figure.moved(param.name, param.hi)
        symbol = glyph(param.symbol or param.name)
        assert moved.views[figure.lead].values[param.name] == param.hi
        assert [without_number(said, symbol) for said in moved.labels] == [
            without_number(said, symbol) for said in figure.labels
        ]
        for view, said in zip(moved.views, moved.labels, strict=True):
            shown = re.search(rf"\b{symbol}\s=\s([^,]+)", said)
            assert not shown or shown[1] == number(view.values[param.name])


def test_a_target_of_its_own_does_not_follow_the_one_that_the_others_share():
    words = OWN_TARGET.replace("active=1", "active=2&target=0.3")
    figure = compare.taken(nearest(parse_qsl(words))[0])
    assert [view.values["target"] for view in figure.moved("target", 0.9).views] == [0.3, 0.9]


def test_a_target_beside_a_loss_that_needs_a_hard_one_has_its_two_positions_on_the_offline_page():
    words = "curve=bce_with_logits&curve=hinge&slice=logit&active=1"
    figure = compare.taken(nearest(parse_qsl(words))[0])
    target = next(p for p in figure.params if p.name == "target")
    _, _, frames = figure_in(page_html(figure, target))
    assert len(frames) == 2


def test_the_titles_of_the_offline_page_name_the_reference_where_its_slider_has_led_it():
    words = "curve=focal:gamma=2&curve=bce_with_logits&slice=logit&panels=value,ratio&active=1&against=1"
    taken = compare.taken(nearest(parse_qsl(words))[0])
    gamma = taken.params[0]
    _, layout, frames = figure_in(page_html(taken, gamma))
    for frame, value in zip(frames, stops(gamma, 2.0), strict=True):
        said = frame["layout"]["yaxis2"]["title"]["text"].replace("\N{NO-BREAK SPACE}", " ")
        assert said == f"loss / Focal, γ = {value:.4g}"
    assert (
        layout["yaxis2"]["title"]["text"] == frames[stops(gamma, 2.0).index(2.0)]["layout"]["yaxis2"]["title"]["text"]
    )


def test_the_offline_page_of_a_surface_moves_its_heat_map():
    view = View.of("focal", "plane", gamma=2.0, points=21)
    plane = Plane(view, "value", ("z", "t", "loss"))
    gamma = plane.params[0]
    data, _, frames = figure_in(page_html(plane, gamma))
    np.testing.assert_array_equal(decoded(data[0]["z"]), sample(view).value)
    np.testing.assert_array_equal(decoded(frames[-1]["data"][0]["z"]), sample(view.change(gamma=gamma.hi)).value)


def test_the_offline_page_of_a_surface_in_space_has_one_axis_and_cuts_no_stop():
    plane = Plane(View.of("focal", "plane", gamma=2.0, points=21), "value", ("z", "t", "loss"), space=True)
    gamma = plane.params[0]
    data, layout, frames = figure_in(page_html(plane, gamma))
    assert layout["scene"]["zaxis"]["range"] == [data[0]["cmin"], data[0]["cmax"]]
    for frame, value in zip(frames, stops(gamma, 2.0), strict=True):
        np.testing.assert_array_equal(
            decoded(frame["data"][0]["z"]), sample(plane.view.change(gamma=value)).value, err_msg=str(value)
        )


# --- the menu ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("page", "words"),
    [
        ("explore", {}),
        ("explore", {"view": "surface"}),
        ("explore", {"view": "space"}),
        ("compare", {}),
        ("scenes", {"scene": "s2"}),
        ("scenes", {"scene": "s14"}),
    ],
    ids=["curve", "surface", "space", "compare", "scene", "study"],
)
def test_the_menu_offers_every_file(page, words):
    app = AppTest.from_file(str(ROOT / "pages" / f"{page}.py"), default_timeout=30)
    for word, text in words.items():
        app.query_params[word] = text
    app.run()
    assert not app.exception
    labels = [button.proto.label for button in app.get("download_button")]
    assert labels == [
        "Numbers, CSV",
        "Page with a slider, HTML",
        *(f"Code, {name}" for name in DIALECTS.values()),
        "Formula, LaTeX",
    ]
