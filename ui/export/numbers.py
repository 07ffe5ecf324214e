"""The numbers of a figure as text: CSV with every digit, and LaTeX."""

from __future__ import annotations

import csv
import inspect
import io
import re

import numpy as np

from losslib import View
from losslib.view import text_of
from ui.export.taken import Taken
from ui.words import gradient_title

__all__ = ["csv_text", "latex_text", "unit"]


def unit(view: View) -> str:
    """The unit of a loss in words, as the function's own description of its result says it: ``in nats``."""
    said = (inspect.getdoc(view.the_loss.fn) or "").partition("Returns:")[2].split("\n\n")[0]
    words = re.search(r"\bin (?!\[)[^,.;\[\]]+", " ".join(said.split()))
    return words[0].replace("`", "").strip() if words else "a number without a unit"


def _numbers(view: View) -> str:
    """``focal (gamma = 2.0, target = 1.0)``."""
    numbers = "; ".join(f"{name} = {text_of(value)}" for name, value in view.params)
    return f"{view.loss} ({numbers})" if numbers else view.loss


def csv_text(taken: Taken) -> str:
    """A column of x, then the loss and the gradient of every curve; each number is the shortest that reads back the same."""
    curves = taken.curves
    axis = taken.views[0].the_slice.axes[0]
    shared = all(np.array_equal(c.x, curves[0].x) for c in curves)
    columns: list[tuple[str, list[float]]] = []
    for k, (view, c) in enumerate(zip(taken.views, curves, strict=True)):
        name = _numbers(view)
        if k == 0 or not shared:
            columns.append((axis.label if shared else f"{axis.label} of {name}", c.x.tolist()))
        columns.append((f"loss of {name}, {unit(view)}", c.value.tolist()))
        slope = gradient_title(view).removeprefix("gradient ")
        columns.append((f"gradient {slope} of {name}, {unit(view)} per unit of {slope[4:]}", c.gradient.tolist()))
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([title for title, _ in columns])
    longest = max(len(column) for _, column in columns)
    for i in range(longest):
        writer.writerow([repr(column[i]) if i < len(column) else "" for _, column in columns])
    return out.getvalue()


def latex_text(taken: Taken) -> str:
    """The formula of every curve with its numbers, then with its symbols, each as a displayed equation."""
    parts = []
    for view, label in zip(taken.views, taken.labels, strict=True):
        loss = view.the_loss
        parts.append(f"% {label}\n\\[\n  {loss.latex(**view.loss_params)}\n\\]\n")
        if loss.params:
            parts.append(f"% in symbols\n\\[\n  {loss.latex()}\n\\]\n")
    return "\n".join(parts)
