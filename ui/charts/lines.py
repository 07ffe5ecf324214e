"""Curves on one shared x: the loss above, its gradient below, its second derivative below that on request."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from losslib import Curve
from ui.charts.template import GRID, SOFT, TYPE, colour, dash, template

__all__ = ["SYMLOG_UNIT", "Array", "Line", "Panel", "jumps_of", "line_figure", "range_of", "symlog", "with_gaps"]

Array = NDArray[np.float64]
LOG_TICKS = 1.25  # by which Plotly writes the powers of ten larger
GAP = 0.07
TICKS = 24  # how many labels a symlog axis has room for over the whole height of the smallest projector
SYMLOG_UNIT = 1e-3
AS_THE_LOSS = ("value", "ratio", "difference", "normalised")  # these jump where it does; an area does nowhere


@dataclass(frozen=True)
class Line:
    """One curve and how it is told from the others: ``slot`` is its colour and dash, ``place`` its index in the frames.

    ``rows`` are rows beside the curve's own.
    """

    curve: Curve
    label: str
    slot: int
    place: int
    width: float
    rows: Mapping[str, Array] = field(default_factory=dict)

    def row(self, name: str) -> Array:
        """A row of the curve, or one beside it."""
        return self.rows[name] if name in self.rows else getattr(self.curve, name)


@dataclass(frozen=True)
class Panel:
    """One of the stacked charts: the row of the curve it shows, its title, its share of the height, its scale and range."""

    row: str
    title: str
    height: float = 1.0
    scale: str = "linear"
    range: tuple[float, float] | None = None


def with_gaps(x: Array, y: Array, breaks: Sequence[int]) -> tuple[Array, Array]:
    """The line with the pen lifted between ``x[i]`` and ``x[i + 1]`` for each break ``i``: it jumps there."""
    where = np.asarray(breaks, dtype=int) + 1
    return np.insert(x, where, x[where]), np.insert(y, where, np.nan)


def jumps_of(curve: Curve, row: str) -> tuple[int, ...]:
    """Where a row of a curve jumps, as indices of the samples before."""
    if row == "area":
        return ()
    return curve.jumps if row in AS_THE_LOSS else curve.breaks


def symlog(y: Array, unit: float = SYMLOG_UNIT) -> Array:
    """A scale for both signs: proportional far below ``unit``, decades far above it.

    ``asinh`` goes over smoothly, so that no curve seems to have a kink where the scale changes.
    """
    with np.errstate(invalid="ignore"):
        return np.asarray(np.arcsinh(y / (2 * unit)) / np.log(10))


def _ticks(ends: tuple[float, float], share: float, unit: float = SYMLOG_UNIT) -> dict[str, object]:
    """Ticks at 0 and at powers of ten above ``unit``, of both signs, where the transformed axis has them.

    Where a panel, by its share of the height, is too low for all that lie between its ends, every second is named, or fewer.
    """
    decades = [float(f"{unit * 10**k:.0e}") for k in range(1, 10)]
    values = [*(-d for d in reversed(decades)), 0.0, *decades]
    between = [sign * d * k for d in decades for k in (2, 5) for sign in (-1, 1)]
    seen = sum(ends[0] <= at <= ends[1] for at in symlog(np.array(values), unit))
    every = math.ceil(seen / max(2, int(TICKS * share)))
    named = [v for k, v in enumerate(values, start=-len(decades)) if k % every == 0]
    return {
        "tickvals": symlog(np.array(named), unit).tolist(),
        "ticktext": [f"{v:,.10g}".replace("-", "−") for v in named],
        "minor": {"tickvals": symlog(np.array(between), unit).tolist(), "ticks": "outside", "ticklen": 3},
    }


def range_of(rows: Sequence[Array], scale: str = "linear") -> tuple[float, float]:
    """A range that shows the body of all rows and is not stretched by a pole: ends beyond the 3rd to 97th percentile's
    span are cut. On a log scale it is in powers of ten."""
    seen = np.concatenate([r[np.isfinite(r)] for r in rows]) if rows else np.zeros(1)
    if scale == "log":
        seen = np.log10(seen[seen > 0]).clip(min=-12)
    if scale == "symlog":
        seen = symlog(seen)
    if not len(seen):
        return (0.0, 1.0)
    low, high = (float(q) for q in np.percentile(seen, (3, 97)))
    slack = 1.5 * (high - low)
    bottom = max(float(seen.min()), low - slack)
    top = min(float(seen.max()), high + slack)
    pad = 0.05 * (top - bottom) or max(0.5 * abs(top), 0.5)
    return bottom - pad, top + pad


def line_figure(lines: Sequence[Line], panels: Sequence[Panel], x_title: str, dark: bool = False) -> go.Figure:
    """The stacked charts. Every trace carries ``meta``: the index of its curve and the row that it draws."""
    traces = [_trace(line, panel, p, dark) for p, panel in enumerate(panels, start=1) for line in lines]
    layout: dict[str, object] = {"template": template(dark), "uirevision": "keep"}
    for p, (panel, domain) in enumerate(zip(panels, _domains(panels), strict=True), start=1):
        layout |= _axes(p, panel, domain, lines, last=p == len(panels), x_title=x_title, dark=dark)
    return go.Figure(traces, layout)  # at once: plotly's updates cost more than all the rest


def _trace(line: Line, panel: Panel, p: int, dark: bool) -> go.Scatter:
    y = symlog(line.row(panel.row)) if panel.scale == "symlog" else line.row(panel.row)
    x, y = with_gaps(line.curve.x, y, jumps_of(line.curve, panel.row))
    return go.Scatter(
        x=x,
        y=y,
        mode="lines",
        name=line.label,
        line={
            "color": colour(line.slot, dark),
            "dash": dash(line.slot),
            "width": line.width,
            "simplify": False,
        },
        xaxis="x" if p == 1 else f"x{p}",
        yaxis="y" if p == 1 else f"y{p}",
        hoverinfo="none",
        meta={"curve": line.place, "row": panel.row},
    )


def _domains(panels: Sequence[Panel]) -> list[tuple[float, float]]:
    """From the top down, the share of the height of each panel."""
    total = sum(p.height for p in panels)
    free = 1 - GAP * (len(panels) - 1)
    domains, top = [], 1.0
    for p in panels:
        height = free * p.height / total
        domains.append((max(0.0, top - height), top))
        top -= height + GAP
    return domains


def _axes(
    p: int, panel: Panel, domain: tuple[float, float], lines: Sequence[Line], *, last: bool, x_title: str, dark: bool
) -> dict[str, object]:
    """The two axes of the panel at place ``p`` from the top."""
    n = "" if p == 1 else str(p)
    rows = [line.row(panel.row) for line in lines]
    ends = panel.range or range_of(rows, panel.scale)
    return {
        f"xaxis{n}": {
            "anchor": f"y{n}",
            "matches": None if p == 1 else "x",
            "showticklabels": last,
            "title": {"text": x_title if last else ""},
            "range": [float(lines[0].curve.x[0]), float(lines[0].curve.x[-1])],
        },
        f"yaxis{n}": {
            "anchor": f"x{n}",
            "domain": list(domain),
            "title": {"text": panel.title},
            "type": "log" if panel.scale == "log" else "linear",
            "range": list(ends),
            "zeroline": panel.scale != "log",
            "zerolinecolor": GRID[dark],
            "zerolinewidth": 1,
            "tickfont": {"color": SOFT[dark], **({"size": TYPE / LOG_TICKS} if panel.scale == "log" else {})},
            "nticks": 7,
            "exponentformat": "power",
            **(_ticks(ends, domain[1] - domain[0]) if panel.scale == "symlog" else {}),
        },
    }
