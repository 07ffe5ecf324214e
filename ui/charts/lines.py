"""Curves on one shared x: the loss above, its gradient below, its second derivative below that on request."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from losslib import Curve
from ui.charts.template import DASHES, GRID, SOFT, colour, template

__all__ = ["Line", "Panel", "line_figure", "range_of", "with_gaps"]

Array = NDArray[np.float64]
GAP = 0.07


@dataclass(frozen=True)
class Line:
    """One curve and how it is told from the others."""

    curve: Curve
    label: str
    faint: bool = False


@dataclass(frozen=True)
class Panel:
    """One of the stacked charts: the row of the curve it shows, its title, its share of the height, its scale."""

    row: str
    title: str
    height: float = 1.0
    scale: str = "linear"


def with_gaps(x: Array, y: Array, breaks: Sequence[int]) -> tuple[Array, Array]:
    """The line with the pen lifted between ``x[i]`` and ``x[i + 1]`` for each break ``i``: the gradient jumps there."""
    where = np.asarray(breaks, dtype=int) + 1
    return np.insert(x, where, x[where]), np.insert(y, where, np.nan)


def range_of(rows: Sequence[Array], scale: str = "linear") -> tuple[float, float]:
    """A range that shows the body of all rows and is not stretched by a pole: ends beyond the 3rd to 97th percentile's
    span are cut. On a log scale it is in powers of ten."""
    seen = np.concatenate([r[np.isfinite(r)] for r in rows]) if rows else np.zeros(1)
    if scale == "log":
        seen = np.log10(seen[seen > 0]).clip(min=-12)
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
    figure = go.Figure(layout={"template": template(dark), "uirevision": "keep"})
    for p, panel in enumerate(panels, start=1):
        for k, line in enumerate(lines):
            figure.add_trace(_trace(line, k, panel, p, dark))
    for p, (panel, domain) in enumerate(zip(panels, _domains(panels), strict=True), start=1):
        _place(figure, p, panel, domain, lines, last=p == len(panels), x_title=x_title, dark=dark)
    return figure


def _trace(line: Line, k: int, panel: Panel, p: int, dark: bool) -> go.Scatter:
    y = getattr(line.curve, panel.row)
    breaks = line.curve.breaks if panel.row != "value" else ()
    x, y = with_gaps(line.curve.x, y, breaks)
    return go.Scatter(
        x=x,
        y=y,
        mode="lines",
        name=line.label,
        line={
            "color": colour(k, dark),
            "dash": DASHES[k % len(DASHES)],
            "width": 1.6 if line.faint else 2.8,
            "simplify": False,
        },
        xaxis="x" if p == 1 else f"x{p}",
        yaxis="y" if p == 1 else f"y{p}",
        hoverinfo="none",
        meta={"curve": k, "row": panel.row},
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


def _place(
    figure: go.Figure,
    p: int,
    panel: Panel,
    domain: tuple[float, float],
    lines: Sequence[Line],
    *,
    last: bool,
    x_title: str,
    dark: bool,
) -> None:
    n = "" if p == 1 else str(p)
    rows = [getattr(line.curve, panel.row) for line in lines]
    figure.update_layout(
        {
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
                "type": panel.scale,
                "range": list(range_of(rows, panel.scale)),
                "zeroline": panel.scale == "linear",
                "zerolinecolor": GRID[dark],
                "zerolinewidth": 1,
                "tickfont": {"color": SOFT[dark]},
                "nticks": 7,
                "exponentformat": "power",
            },
        }
    )
