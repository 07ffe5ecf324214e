"""One generator, two dialects: a script that draws this figure again and prints its numbers at the cursor.

``losslib`` calls the library; ``torch`` carries the functions themselves and needs nothing of ours.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any

from losslib import Curve, View
from ui.charts.lines import range_of
from ui.charts.template import colour, dash
from ui.export.inline import Inlined, inline
from ui.export.taken import Taken
from ui.words import gradient_title

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
OWN = ("plt", "np", "curve", "curves", "AT", "figure", "above", "below", "label", "style", "breaks", "i", "c", "x", "y")

CURVE = '''
def curve(loss, line, lo, hi, edges, points, dtype, through=None, other=None, domain=None):
    """The loss along a line and its slope there, by autograd; ``through`` leads to another coordinate of the line."""
    x = np.linspace(lo - edges[0], hi + edges[1], points).clip(lo, hi)
    u = torch.as_tensor(x, dtype=dtype).requires_grad_()
    value = loss(*line(u))
    at, sloped = u, value
    if through is not None:
        at = through(u).clamp(*domain).detach().requires_grad_()
        sloped = loss(*other(at))
    slope = None
    if sloped.requires_grad:
        (slope,) = torch.autograd.grad(sloped, at, torch.ones_like(sloped), allow_unused=True)
    slope = torch.zeros_like(u) if slope is None else slope
    return tuple(t.detach().to(torch.float64).numpy() for t in (u, value, slope))
'''.strip("\n")


def script(taken: Taken, dialect: str) -> str:
    """The text of the script.

    Raises:
        KeyError: if there is no such dialect.
    """
    head, curves = {"losslib": _with_losslib, "torch": _with_torch}[dialect](taken)
    return "\n".join([_title(taken, dialect), head, "", curves, "", _plot(taken)]) + "\n"


def _title(taken: Taken, dialect: str) -> str:
    names = ", ".join(dict.fromkeys(v.the_loss.name for v in taken.views))
    needs = "losslib and matplotlib" if dialect == "losslib" else "torch, numpy and matplotlib"
    return f'"""{names}: the loss above, its gradient below. Needs {needs}."""\n'


# --- the numbers, in each dialect ------------------------------------------------------------------------------------


def _with_losslib(taken: Taken) -> tuple[str, str]:
    lines = ["curves = []"]
    for view, style in zip(taken.views, _styles(taken), strict=True):
        lines += [f"c = sample({_call(view)})", f"curves.append((c.x, c.value, c.gradient, c.breaks, {style}))"]
    return "import matplotlib.pyplot as plt\nimport numpy as np\n\nfrom losslib import View, sample", "\n".join(lines)


def _text(words: str) -> str:
    return json.dumps(words, ensure_ascii=False)


def _call(view: View) -> str:
    """``View.of("focal", "logit", gamma=2.0, …)`` with every word said."""
    said = [_text(view.loss), _text(view.slice)]
    said += [f"{name}={value!r}" for name, value in view.params]
    said += [f"points={view.points}", f"lo={view.range[0]!r}", f"hi={view.range[1]!r}"]
    said += [f'gradient="{view.gradient}"'] if view.gradient != "x" else []
    said += [f'dtype="{view.dtype}"'] if view.dtype != "float64" else []
    return f"View.of({', '.join(said)})"


def _with_torch(taken: Taken) -> tuple[str, str]:
    wanted: list[Callable[..., Any]] = []
    for view in taken.views:
        wanted += [view.the_loss.fn, view.the_slice.fn]
        if view.gradient != "x":
            wanted += [view.the_slice.into[view.gradient], view.the_loss.kind.slice(view.gradient).fn]
    found = inline(wanted, OWN)
    called = dict(zip(wanted, found.names, strict=True))
    lines = ["curves = []"]
    for view, drawn, style in zip(taken.views, taken.curves, _styles(taken), strict=True):
        lines += [
            f"c = curve({_torch_call(view, called)})",
            f"curves.append((*c, {list(drawn.breaks)}, {style}))",
        ]
    return _torch_head(found), "\n".join(lines)


def _torch_head(found: Inlined) -> str:
    usual = {"import matplotlib.pyplot as plt", "import numpy as np", "import torch"}
    imports = "\n".join(sorted({*found.imports, *usual}, key=lambda line: (line.startswith("from"), line)))
    return f"from __future__ import annotations\n\n{imports}\n\n\n{found.source}\n\n\n{CURVE}\n"


def _torch_call(view: View, called: dict[Callable[..., Any], str]) -> str:
    axis = view.the_slice.axes[0]
    lo, hi = view.range
    edges = (axis.edge if lo == axis.lo else 0.0, axis.edge if hi == axis.hi else 0.0)
    loss_inputs = ", ".join(view.the_loss.kind.inputs)
    numbers = _keywords(view.loss_params)
    along = _keywords(view.slice_params)
    parts = [
        f"lambda {loss_inputs}: {called[view.the_loss.fn]}({loss_inputs}{numbers})",
        f"lambda u: {called[view.the_slice.fn]}(u{along})",
        f"{lo!r}, {hi!r}, {edges!r}, {view.points}, torch.{view.dtype}",
    ]
    if view.gradient != "x":
        other = view.the_loss.kind.slice(view.gradient)
        parts += [
            f"through=lambda u: {called[view.the_slice.into[view.gradient]]}(u{along})",
            f"other=lambda u: {called[other.fn]}(u{along})",
            f"domain={other.axes[0].domain!r}",
        ]
    return "\n    " + ",\n    ".join(parts) + ",\n"


def _keywords(values: dict[str, float]) -> str:
    return "".join(f", {name}={value!r}" for name, value in values.items())


# --- the picture, the same in every dialect --------------------------------------------------------------------------


def _styles(taken: Taken) -> list[str]:
    return [
        f'dict(label={_text(label)}, color="{colour(slot, False)}", linestyle={STROKES[dash(slot)]})'
        for label, slot in zip(taken.labels, taken.slots, strict=True)
    ]


def _plot(taken: Taken) -> str:
    view = taken.views[0]
    curves = taken.curves
    return f"""AT = {taken.cursor!r}
figure, (above, below) = plt.subplots(2, 1, sharex=True, figsize=(7, 6), height_ratios=(3, 2))
for x, value, gradient, breaks, style in curves:
    after = np.asarray(breaks, dtype=int) + 1
    above.plot(x, value, **style)
    below.plot(np.insert(x, after, x[after]), np.insert(gradient, after, np.nan), **style)  # the pen is lifted at a jump
    i = int(np.abs(x - AT).argmin())
    print(style["label"], float(x[i]), float(value[i]), float(gradient[i]), sep="\\t")
{_scale(taken, curves)}
above.set_ylabel("loss")
below.set_ylabel({_text(gradient_title(view))})
below.set_xlabel({_text(view.the_slice.axes[0].label)})
above.set_xlim({view.range[0]!r}, {view.range[1]!r})
above.axvline(AT, color="0.6", linewidth=0.8)
below.axvline(AT, color="0.6", linewidth=0.8)
above.legend()
figure.tight_layout()
plt.show()"""


def _scale(taken: Taken, curves: Sequence[Curve]) -> str:
    lines = []
    for axis, row, scale in (("above", "value", taken.scale), ("below", "gradient", taken.slope_scale)):
        low, high = range_of([getattr(c, row) for c in curves], scale)
        if scale == "log":
            lines.append(f'{axis}.set_yscale("log")')
            low, high = 10**low, 10**high
        elif scale == "symlog":
            lines.append(f'{axis}.set_yscale("asinh", linear_width=0.002)')
            continue
        lines.append(f"{axis}.set_ylim({float(f'{low:.6g}')!r}, {float(f'{high:.6g}')!r})")
    return "\n".join(lines)
