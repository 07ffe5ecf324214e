"""One generator, two dialects: a script that draws this figure again and prints its numbers.

``losslib`` calls the library; ``torch`` carries the functions themselves and needs nothing of ours. Both leave the same
``curves`` (or one ``surface``) to the same drawing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from losslib import View
from losslib.derived import finer, normal_at
from losslib.spec import Axis
from ui.charts.template import colour, dash
from ui.export.drawing import draw_curves, draw_surface, quoted
from ui.export.inline import Inlined, inline
from ui.export.plane import Plane
from ui.plot import Plot

__all__ = ["DIALECTS", "script"]

DIALECTS = {"losslib": "losslib + matplotlib", "torch": "torch + matplotlib"}
STROKES = {
    "solid": '"-"',
    "dash": '"--"',
    "dot": '":"',
    "dashdot": '"-."',
    "longdash": "(0, (8, 3))",
    "longdashdot": "(0, (8, 3, 2, 3))",
}
OWN = (
    *("u", "v", "path", "descent", "found", "start", "steps", "rate"),
    *("plt", "np", "torch", "curve", "curves", "line", "surface", "plane", "slope", "area", "value_at", "against"),
    *(
        "AT",
        "panels",
        "figure",
        "axes",
        "axis",
        "row",
        "title",
        "scale",
        "ends",
        "label",
        "after",
        "i",
        "j",
        "c",
        "x",
        "y",
        "z",
    ),
)

SLOPE = '''
def slope(y, u, keep=False):
    """The gradient of each example by autograd; 0 where the loss does not depend on it."""
    if not y.requires_grad:
        return tuple(torch.zeros_like(a) for a in u)
    found = torch.autograd.grad(y, u, torch.ones_like(y), create_graph=keep, allow_unused=True)
    return tuple(torch.zeros_like(a) if g is None else g for a, g in zip(u, found))
'''.strip("\n")

CURVE = '''
def curve(loss, line, lo, hi, edges, points, dtype, order=1, through=None, other=None, domain=None):
    """The loss along a line and its slope there; ``through`` leads to another coordinate of the line."""
    x = np.linspace(lo - edges[0], hi + edges[1], points).clip(lo, hi)
    u = torch.as_tensor(x, dtype=dtype).requires_grad_()
    value = loss(*line(u))
    at, sloped = u, value
    if through is not None:
        at = through(u).clamp(*domain).detach().requires_grad_()
        sloped = loss(*other(at))
    slopes = list(slope(sloped, (at,), keep=order == 2))
    if order == 2:
        slopes += slope(slopes[-1], (at,))
    slopes = [torch.where(value.isinf() & (s.isnan() | (s == 0)), torch.inf, s) for s in slopes]  # no number where the loss is none
    names = ("x", "value", "gradient", "curvature")
    return {name: row.detach().to(torch.float64).numpy(force=True) for name, row in zip(names, (u, value, *slopes))}
'''.strip("\n")

AREA = '''
def area(loss, line, lo, hi, edges, points, dtype, finer):
    """The integral of the loss from the left end: trapezia on samples so many times as fine."""
    c = curve(loss, line, lo, hi, edges, finer * (points - 1) + 1, dtype)
    pieces = 0.5 * (c["value"][1:] + c["value"][:-1]) * np.diff(c["x"])
    return np.concatenate([[0.0], np.cumsum(pieces)])[::finer]
'''.strip("\n")

VALUE_AT = '''
def value_at(at, loss, line, lo, hi, edges, points, dtype):
    """The loss at one place of a line."""
    return float(loss(*line(torch.tensor([at], dtype=dtype)))[0])
'''.strip("\n")

SURFACE = '''
def surface(loss, plane, ends, edges, points, dtype):
    """The loss over a plane and its slope in both coordinates."""
    x, y = (
        torch.as_tensor(np.linspace(lo - a, hi + b, points).clip(lo, hi), dtype=dtype)
        for (lo, hi), (a, b) in zip(ends, edges)
    )
    v, u = (t.reshape(-1).requires_grad_() for t in torch.meshgrid(y, x, indexing="ij"))
    value = loss(*plane(u, v))
    rows = (value, *slope(value, (u, v)))
    return [t.detach().to(torch.float64).numpy(force=True) for t in (x, y, *(row.reshape(points, points) for row in rows))]
'''.strip("\n")

DESCENT = '''
def descent(loss, plane, start, steps, rate, dtype):
    """Plain gradient descent from a place of the plane: the places, and the loss at each."""
    places, at = [], [torch.tensor([c], dtype=dtype) for c in start]
    for _ in range(steps + 1):
        at = [c.detach().requires_grad_() for c in at]
        value = loss(*plane(*at))
        places.append([float(c.detach()) for c in (*at, value)])
        at = [c - rate * g for c, g in zip(at, slope(value, at))]
    return np.array(places).T
'''.strip("\n")

RATIOS = {
    "ratio": 'c["value"] / against["value"]',
    "gradient_ratio": 'c["gradient"] / against["gradient"]',
    "difference": 'c["value"] - against["value"]',
}


def script(taken: Plot | Plane, dialect: str) -> str:
    """The text of the script.

    Raises:
        KeyError: if there is no such dialect.
    """
    is_plane = isinstance(taken, Plane)
    made = {
        "losslib": _surface_with_losslib if is_plane else _curves_with_losslib,
        "torch": _surface_with_torch if is_plane else _curves_with_torch,
    }[dialect]
    head, numbers = made(taken)
    drawing = draw_surface(taken) if isinstance(taken, Plane) else draw_curves(taken)
    return "\n".join([_title(taken, dialect), head, "", numbers, "", drawing]) + "\n"


def _title(taken: Plot | Plane, dialect: str) -> str:
    names = ", ".join(dict.fromkeys(v.the_loss.name for v in taken.views))
    needs = "losslib and matplotlib" if dialect == "losslib" else "torch, numpy and matplotlib"
    return f'"""{names}: the numbers of a figure and the figure. Needs {needs}."""\n'


def _styles(taken: Plot) -> list[str]:
    return [
        f'dict(label={quoted(label)}, color="{colour(slot, False)}", linestyle={STROKES[dash(slot)]}, '
        f"linewidth={2.4 if k == taken.lead else 1.6})"
        for k, (label, slot) in enumerate(zip(taken.labels, taken.slots, strict=True))
    ]


# --- the numbers, with losslib ---------------------------------------------------------------------------------------


def _losslib_head(*imports: str) -> str:
    return "\n".join(["import matplotlib.pyplot as plt", "import numpy as np", "", *imports])


def _curves_with_losslib(taken: Plot) -> tuple[str, str]:
    derived = taken.derived_rows
    samples = "".join(f"    sample({_call(view)}),\n" for view in taken.views)
    styles = "".join(f"    {style},\n" for style in _styles(taken))
    lines = [f"samples = [\n{samples}]", f"styles = [\n{styles}]"]
    if derived:
        lines.append(f"told = derive(samples, {derived!r}, against={taken.against}, norm={taken.norm!r})")
        lines.append("curves = [dict(vars(c), **more.rows, style=s) for c, more, s in zip(samples, told, styles)]")
    else:
        lines.append("curves = [dict(vars(c), style=s) for c, s in zip(samples, styles)]")
    imports = ["from losslib import View, sample", *(["from losslib.derived import derive"] if derived else [])]
    return _losslib_head(*imports), "\n".join([*lines, *_without_unseen(taken)])


def _without_unseen(taken: Plot) -> list[str]:
    return ["curves.pop()  # the others refer to it"] if taken.hidden else []


def _surface_with_losslib(plane: Plane) -> tuple[str, str]:
    found = (
        f"found = sample({_call(plane.view)})\nx, y, value, gradients = found.x, found.y, found.value, found.gradients"
    )
    if plane.view.the_slice.descent:
        found += "\npath = found.path"
    return _losslib_head("from losslib import View, sample"), found


def _call(view: View) -> str:
    """``View.of("focal", "logit", gamma=2.0, …)`` with every word said."""
    said = [quoted(view.loss), quoted(view.slice)]
    said += [f"{name}={value!r}" for name, value in view.params]
    said += [f"points={view.points}", f"lo={view.range[0]!r}", f"hi={view.range[1]!r}"]
    said += [f'gradient="{view.gradient}"'] if view.gradient != "x" else []
    said += ["order=2"] if view.order == 2 else []
    said += [f'dtype="{view.dtype}"'] if view.dtype != "float64" else []
    return f"View.of({', '.join(said)})"


# --- the numbers, with torch alone -----------------------------------------------------------------------------------


def _curves_with_torch(taken: Plot) -> tuple[str, str]:
    wanted: list[Callable[..., Any]] = []
    for view in taken.views:
        wanted += [view.the_loss.fn, view.the_slice.fn]
        if view.gradient != "x":
            wanted += [view.the_slice.into[view.gradient], view.the_loss.kind.slice(view.gradient).fn]
    found = inline(wanted, OWN)
    called = dict(zip(wanted, found.names, strict=True))
    rows = set(taken.derived_rows)
    lines = ["curves = []"]
    for k, style in enumerate(_styles(taken)):
        curve = taken.curves[k]
        lines += [
            *_torch_curve(taken, k, called, rows),
            f'c["breaks"], c["jumps"] = {list(curve.breaks)}, {list(curve.jumps)}',
        ]
        lines.append(f"curves.append(dict(c, style={style}))")
    ratios = {name: said for name, said in RATIOS.items() if name in rows}
    if ratios:
        lines += [f"against = curves[{taken.against}]", 'with np.errstate(all="ignore"):', "    for c in curves:"]
        lines += [f'        c["{name}"] = {said}' for name, said in ratios.items()]
    own = [SLOPE, CURVE, *([AREA] if "area" in rows else []), *([VALUE_AT] if "normalised" in rows else [])]
    return _torch_head(found, own), "\n".join([*lines, *_without_unseen(taken)])


def _torch_curve(taken: Plot, k: int, called: dict[Callable[..., Any], str], rows: set[str]) -> list[str]:
    """One curve with the rows that it needs no other for."""
    view = taken.views[k]
    along = _keywords(view.slice_params)
    more = ["order=2"] if view.order == 2 else []
    if view.gradient != "x":
        other = view.the_loss.kind.slice(view.gradient)
        more += [
            f"through=lambda u: {called[view.the_slice.into[view.gradient]]}(u{along})",
            f"other=lambda u: {called[other.fn]}(u{along})",
            f"domain={other.axes[0].domain!r}",
        ]
    lines = [_torch_line(view, called), f"c = curve({', '.join(['*line', *more])})"]
    if "area" in rows:
        lines.append(f'c["area"] = area(*line, finer={finer(view)})')
    if "normalised" in rows:
        lines.append(f'c["normalised"] = c["value"] / value_at({normal_at(view, taken.norm)!r}, *line)')
    return lines


def _torch_line(view: View, called: dict[Callable[..., Any], str]) -> str:
    axis = view.the_slice.axes[0]
    parts = [
        *_functions(view, called, "u"),
        f"{view.range[0]!r}, {view.range[1]!r}, {_edges(axis, *view.range)!r}, {view.points}, torch.{view.dtype}",
    ]
    return "line = (\n    " + ",\n    ".join(parts) + ",\n)"


def _surface_with_torch(plane: Plane) -> tuple[str, str]:
    view = plane.view
    wanted = [view.the_loss.fn, view.the_slice.fn]
    found = inline(wanted, OWN)
    x, y = view.the_slice.axes
    ends = (view.range, (y.lo, y.hi))
    edges = (_edges(x, *view.range), _edges(y, y.lo, y.hi))
    functions = ",\n    ".join(_functions(view, dict(zip(wanted, found.names, strict=True)), "u, v"))
    call = f"surface(\n    {functions},\n    {ends!r}, {edges!r}, {view.points}, torch.{view.dtype},\n)"
    numbers = f"x, y, value, *gradients = {call}"
    walk = view.the_slice.descent
    if walk is None:
        return _torch_head(found, [SLOPE, SURFACE]), numbers
    how = f"{walk.start!r}, {walk.steps}, {view.values[walk.rate.name]!r}, torch.{view.dtype}"
    numbers += f"\npath = descent(\n    {functions},\n    {how},\n)"
    return _torch_head(found, [SLOPE, SURFACE, DESCENT]), numbers


def _functions(view: View, called: dict[Callable[..., Any], str], u: str) -> list[str]:
    """The loss and the slice with their numbers, as they are handed on."""
    inputs = ", ".join(view.the_loss.kind.inputs)
    return [
        f"lambda {inputs}: {called[view.the_loss.fn]}({inputs}{_keywords(view.loss_params)})",
        f"lambda {u}: {called[view.the_slice.fn]}({u}{_keywords(view.slice_params)})",
    ]


def _edges(axis: Axis, lo: float, hi: float) -> tuple[float, float]:
    return (axis.edge if lo == axis.lo else 0.0, axis.edge if hi == axis.hi else 0.0)


def _keywords(values: dict[str, float]) -> str:
    return "".join(f", {name}={value!r}" for name, value in values.items())


def _torch_head(found: Inlined, own: Sequence[str]) -> str:
    usual = {"import matplotlib.pyplot as plt", "import numpy as np", "import torch"}
    imports = "\n".join(sorted({*found.imports, *usual}, key=lambda line: (line.startswith("from"), line)))
    return "\n\n\n".join([f"from __future__ import annotations\n\n{imports}", found.source, *own]) + "\n"
