"""The numbers of a figure as text: CSV with every digit, and LaTeX."""

from __future__ import annotations

import csv
import inspect
import io
import re
from collections.abc import Iterable, Sequence

import numpy as np

from losslib import View
from losslib.derived import normal_at
from losslib.view import text_of
from ui.export.plane import Plane
from ui.plot import Plot
from ui.words import gradient_title, second_title

__all__ = ["csv_text", "latex_text", "unit"]


def unit(view: View) -> str:
    """The unit of a loss in words, as the function's own description of its result says it: ``in nats``."""
    said = (inspect.getdoc(view.the_loss.fn) or "").partition("Returns:")[2].split("\n\n")[0]
    words = re.search(r"\bin (?!\[)[^,.;\[\]]+", " ".join(said.split()))
    return words[0].replace("`", "").strip() if words else "a number without a unit"


def _numbers(view: View) -> str:
    """``focal (gamma = 2.0; target = 1.0)``, with the dtype where it is not float64."""
    said = [f"{name} = {text_of(value)}" for name, value in view.params]
    numbers = "; ".join([*said, f"dtype = {view.dtype}"] if view.dtype != "float64" else said)
    return f"{view.loss} ({numbers})" if numbers else view.loss


def csv_text(taken: Plot | Plane) -> str:
    """Columns with their units in words; each number is the shortest that reads back the same."""
    return _plane_csv(taken) if isinstance(taken, Plane) else _curves_csv(taken)


def _curves_csv(taken: Plot) -> str:
    """A column of x, then the loss, the gradient and all that the panels show of every curve."""
    drawn = [taken.views[k] for k in taken.seen]
    lines = taken.lines
    axis = drawn[0].the_slice.axes[0]
    shared = all(np.array_equal(line.curve.x, lines[0].curve.x) for line in lines)
    columns: list[tuple[str, list[float]]] = []
    for k, (view, line) in enumerate(zip(drawn, lines, strict=True)):
        if k == 0 or not shared:
            columns.append((axis.label if shared else f"{axis.label} of {_numbers(view)}", line.curve.x.tolist()))
        columns += [(_title(taken, view, row), line.row(row).tolist()) for row in _rows(taken)]
    longest = max(len(column) for _, column in columns)
    rows = ([repr(column[i]) if i < len(column) else "" for _, column in columns] for i in range(longest))
    return _table([title for title, _ in columns], rows)


def _plane_csv(plane: Plane) -> str:
    """A line for each point of the grid: where it is, the loss there, and its gradient in both coordinates."""
    surface, name, said = plane.surface, _numbers(plane.view), unit(plane.view)
    x, y = plane.view.the_slice.axes
    head = [x.label, y.label, f"loss of {name}, {said}"]
    head += [f"gradient along {axis.name} of {name}, {said} per unit of it" for axis in (x, y)]
    grids = [grid.tolist() for grid in (surface.value, *surface.gradients)]
    rows = (
        [repr(a), repr(b), *(repr(grid[j][i]) for grid in grids)]
        for j, b in enumerate(surface.y.tolist())
        for i, a in enumerate(surface.x.tolist())
    )
    return _table(head, rows)


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Lines of comma-separated cells."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(head)
    writer.writerows(rows)
    return out.getvalue()


def _rows(taken: Plot) -> list[str]:
    always = ["value", "gradient"] if taken.slope else ["value"]
    return list(dict.fromkeys([*always, *(panel.row for panel in taken.panels)]))


def _title(taken: Plot, view: View, row: str) -> str:
    """What a column holds, in words, with its unit."""
    name, said = _numbers(view), unit(view)
    slope, second = (title(view).split(" ")[1] for title in (gradient_title, second_title))
    reference = _numbers(taken.views[taken.against])
    drawn = view.the_slice.axes[0].name
    measured = next((panel.title for panel in taken.panels if panel.row == "value"), "loss")
    return {
        "value": f"{measured} of {name}, {said}",
        "gradient": f"gradient {slope} of {name}, {said} per unit of {slope[4:]}",
        "curvature": f"curvature {second} of {name}, {said} per unit of {second[5:]}",
        "ratio": f"loss of {name} / loss of {reference}, a ratio",
        "gradient_ratio": f"gradient {slope} of {name} / gradient of {reference}, a ratio",
        "difference": f"loss of {name} − loss of {reference}, {said}",
        "area": f"area under the loss of {name} from the left, {said} times the unit of the {drawn}",
        "normalised": f"loss of {name} / its loss at {drawn} {text_of(normal_at(view, taken.norm))}, a ratio",
    }[row]


def latex_text(taken: Plot | Plane) -> str:
    """The formula of every curve with its numbers, then with its symbols, each as a displayed equation.

    The conventions of the loss are comments: a formula alone may not say all that the curve was drawn with.
    """
    parts = []
    for k in taken.seen:
        view, label = taken.views[k], taken.labels[k]
        loss = view.the_loss
        said = "".join(f"% {words}\n" for words in loss.conventions)
        parts.append(f"% {label}\n{said}\\[\n  {loss.latex(**view.loss_params)}\n\\]\n")
        if loss.params:
            parts.append(f"% in symbols\n\\[\n  {loss.latex()}\n\\]\n")
    return "\n".join(parts)
