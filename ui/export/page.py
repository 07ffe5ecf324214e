"""One HTML file for a hall without a network: the figure with a slider, every position computed beforehand.

The drawing library travels inside; nothing is loaded from anywhere, and nothing is sent.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from html import escape
from itertools import product
from textwrap import wrap
from typing import Any

import numpy as np
import plotly.graph_objects as go
from plotly.basedatatypes import BaseTraceType

from losslib.derived import Minimum
from losslib.spec import Param
from ui.charts.lines import Line, Panel, line_figure, range_of, symlog
from ui.charts.marks import annotate, shade
from ui.charts.template import INK, SOFT
from ui.export.plane import Plane
from ui.plot import Plot
from ui.words import glyph, number

__all__ = ["STEPS", "page_html", "stops"]

STEPS = 41
LONG = 24  # letters of a title on one line
ROOM, PANEL = 260, 160  # pixels, for what surrounds the panels and for each of them
# A map on a carpet draws its first numbers for ever, unless it is made to forget them.
FORGET = """const page = document.getElementById("figure");
page.on("plotly_sliderchange", () => { for (const full of page._fullData) if (full.type === "contourcarpet") delete full._z; });"""
CONFIG = {"showSendToCloud": False, "plotlyServerURL": "", "displaylogo": False, "responsive": True}


def stops(param: Param, now: float) -> list[float]:
    """At most 41 numbers from end to end, evenly spaced on the parameter's scale; the nearest to ``now`` is ``now``."""
    if param.whole:
        grid = np.array(param.grid)
        found = grid[np.unique(np.linspace(0, len(grid) - 1, min(STEPS, len(grid))).round().astype(int))]
    elif param.scale == "log":
        found = np.geomspace(param.lo, param.hi, STEPS)
    else:
        found = np.linspace(param.lo, param.hi, STEPS)
    values = [param.lo, *(float(f"{v:.6g}") for v in found[1:-1]), param.hi]
    near = min(range(len(values)), key=lambda k: abs(values[k] - now))
    values[near] = now
    return values


def page_html(taken: Plot | Plane, param: Param | None = None) -> str:
    """The file. ``param`` is what its slider moves; without one the figure stands still."""
    lead = taken.views[taken.lead]
    values = stops(param, lead.values[param.name]) if param else []
    now = values.index(lead.values[param.name]) if param else 0
    moved = [taken.moved(param.name, value) for value in values] if param else [taken]
    figures = _lines(moved, now) if isinstance(taken, Plot) else _planes(moved)
    figure = figures[now]
    if param:
        figure.frames = _frames(figures, now)
        figure.update_layout(sliders=[_slider(param, values, now)])
    title = escape(" and ".join(dict.fromkeys(v.the_loss.name for v in taken.views)))
    figure.update_layout(
        margin={"l": 80, "r": 30, "t": 60, "b": 60, "autoexpand": True}, paper_bgcolor="white", uirevision="keep"
    )
    panels = len(taken.panels) if isinstance(taken, Plot) else 1
    page = figure.to_html(
        full_html=True,
        include_plotlyjs=True,
        config=CONFIG,
        auto_play=False,
        default_height=f"max(94vh, {ROOM + PANEL * panels}px)",
        div_id="figure",
        post_script=FORGET,
    )
    return page.replace("<head>", f"<head><title>{title}</title>", 1)


def _frames(figures: Sequence[go.Figure], now: int) -> list[go.Frame]:
    """A frame for each position, with the traces that move at all."""
    told = [[_told(trace) for trace in figure.data] for figure in figures]
    named = [axis for axis in figures[now].layout if axis.startswith("yaxis") and len(_titles(figures, axis)) > 1]
    moving = [i for i, still in enumerate(told[now]) if any(_differ(row[i], still) for row in told)]
    for i in moving:
        if all(np.array_equal(row[i].get("x"), told[now][i].get("x")) for row in told):
            for row in told:  # it stands in the figure, and half of what the frames would hold is said once
                row[i].pop("x", None)
    most = max(len(figure.layout.annotations) for figure in figures)
    return [
        go.Frame(
            name=str(k),
            data=[row[i] for i in moving],
            traces=moving,
            layout={
                "shapes": figure.layout.shapes,
                "annotations": _padded(figure, most),
                **{axis: {"title": {"text": figure.layout[axis].title.text}} for axis in named},
            },
        )
        for k, (figure, row) in enumerate(zip(figures, told, strict=True))
    ]


def _padded(figure: go.Figure, most: int) -> list[go.layout.Annotation]:
    """As many words as any position has: Plotly keeps those of before that a frame does not name."""
    said = [go.layout.Annotation(note, visible=True) for note in figure.layout.annotations]
    return said + [go.layout.Annotation(text="", visible=False)] * (most - len(said))


def _titles(figures: Sequence[go.Figure], axis: str) -> set[str]:
    """The titles that an axis has while the slider moves."""
    return {figure.layout[axis].title.text for figure in figures}


def _told(trace: BaseTraceType) -> dict[str, Any]:
    """What may change of a trace while the slider moves."""
    return {"type": trace.type, **{row: trace[row] for row in ("name", "x", "y", "z") if row in trace}}


def _differ(a: Mapping[str, Any], b: Mapping[str, Any]) -> bool:
    """Whether two positions of a trace are drawn differently; a gap is like a gap."""
    rows = [row for row in ("x", "y", "z") if a.get(row) is not None]
    same = (np.array_equal(*(np.asarray(t[row], dtype=float) for t in (a, b)), equal_nan=True) for row in rows)
    return a["name"] != b["name"] or not all(same)


def _planes(moved: Sequence[Plane]) -> list[go.Figure]:
    """The picture at every position; heights in space have one axis and one scale of colours for all."""
    ends = [plane.limits for plane in moved]
    bounds = (min(low for low, _ in ends), max(high for _, high in ends)) if moved[0].space else None
    return [plane.figure(bounds=bounds) for plane in moved]


# --- curves -----------------------------------------------------------------------------------------------------------


def _lines(moved: Sequence[Plot], now: int) -> list[go.Figure]:
    """The figure at every position. The ranges hold all of them, so that the axes stand still."""
    lines = [taken.lines for taken in moved]
    panels = [
        replace(
            panel,
            range=panel.range or range_of([line.row(panel.row) for row in lines for line in row], panel.scale),
        )
        for panel in moved[now].panels
    ]
    figures = [_figure(*both, panels) for both in zip(moved, lines, strict=True)]
    for taken, figure in zip(moved, figures, strict=True):
        annotate(figure, taken.places, dark=False)
    return figures


def _figure(taken: Plot, lines: Sequence[Line], panels: Sequence[Panel]) -> go.Figure:
    titled = [
        replace(panel, title="<br>".join(wrap(title, LONG))) for panel, title in zip(panels, taken.titles, strict=True)
    ]
    figure = line_figure(lines, titled, taken.title)
    if taken.ends:
        figure.update_xaxes(range=taken.ends)
    figure.update_layout(
        showlegend=True, legend={"orientation": "h", "x": 0, "y": 1.02, "xanchor": "left", "yanchor": "bottom"}
    )
    for trace in figure.data:
        first = trace.meta["row"] == panels[0].row
        trace.update(hoverinfo="x+y+name", showlegend=first, legendgroup=str(trace.meta["curve"]))
    shade(figure, taken.shades, dark=False)
    if taken.marks:  # such regions end together, and start apart: so do their words
        figure.update_shapes(label={"textposition": "top left"}, selector=lambda shape: bool(shape.label.text))
    for panel, line in product(range(len(panels)), taken.seen):
        least = taken.derived[line].minimum
        if least and panels[panel].row == "value":
            figure.add_trace(_diamond(least, figure.data[panel * len(lines) + line], panels[panel].scale))
    _at_cursor(figure, taken, lines, panels)
    return figure


def _at_cursor(figure: go.Figure, taken: Plot, lines: Sequence[Line], panels: Sequence[Panel]) -> None:
    """The cursor in every panel, a dot on each curve, and the tangent where the screen has it."""
    at = taken.cursor
    for p, panel in enumerate(panels):
        drawn = figure.data[p * len(lines) : (p + 1) * len(lines)]
        on = {"xaxis": drawn[0].xaxis, "yaxis": drawn[0].yaxis, "showlegend": False, "hoverinfo": "skip"}
        y = np.array([line.row(panel.row)[int(np.abs(line.curve.x - at).argmin())] for line in lines])
        figure.add_shape(
            type="line", x0=at, x1=at, y0=0, y1=1, xref=on["xaxis"], yref=f"{on['yaxis']} domain",
            line={"color": SOFT[False], "width": 1, "dash": "dot"},
        )  # fmt: skip
        figure.add_trace(
            go.Scatter(
                x=np.full(len(y), at),
                y=symlog(y) if panel.scale == "symlog" else y,
                mode="markers",
                name="cursor",
                marker={
                    "size": 10,
                    "color": [line.line.color for line in drawn],
                    "line": {"color": "white", "width": 1.5},
                },
                meta={"row": "cursor", "curve": None},
                **on,
            )
        )
        if p == 0 and taken.touching:
            x, height = taken.touching
            ink = {"color": INK[False], "width": 1.4}
            figure.add_trace(
                go.Scatter(
                    x=x, y=height, mode="lines", name="tangent", line=ink, meta={"row": "tangent", "curve": None}, **on
                )
            )


def _diamond(least: Minimum, line: go.Scatter, scale: str) -> go.Scatter:
    """The mark at a curve's minimum, with a bar along its plateau."""
    y = np.full(2, least.value)
    return go.Scatter(
        x=[least.lo, least.hi],
        y=symlog(y) if scale == "symlog" else y,
        mode="lines+markers",
        marker={"symbol": "diamond", "size": 10, "color": line.line.color},
        name=line.name,
        legendgroup=line.legendgroup,
        showlegend=False,
        hoverinfo="x+y+name",
        xaxis=line.xaxis,
        yaxis=line.yaxis,
        line={"color": line.line.color, "width": 4},
        meta={"row": "minimum", "curve": line.meta["curve"]},
    )


def _slider(param: Param, values: Sequence[float], now: int) -> dict[str, object]:
    still = {"mode": "immediate", "frame": {"duration": 0, "redraw": True}, "transition": {"duration": 0}}
    return {
        "active": now,
        "currentvalue": {"prefix": f"{glyph(param.symbol or param.name)} = ", "font": {"size": 18}},
        "pad": {"t": 55, "b": 10},
        "ticklen": 4,
        "minorticklen": 0,
        "steps": [
            {"label": number(v), "method": "animate", "args": [[str(k)], still], "value": repr(v)}
            for k, v in enumerate(values)
        ],
    }
