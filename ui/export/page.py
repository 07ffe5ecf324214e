"""One HTML file for a hall without a network: the figure with a slider, every position computed beforehand.

The drawing library travels inside; nothing is loaded from anywhere, and nothing is sent.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import numpy as np
import plotly.graph_objects as go

from losslib import Curve, View
from losslib.sample import sample
from losslib.spec import Param
from ui.charts.lines import Line, Panel, line_figure, range_of
from ui.export.taken import Taken
from ui.words import curve_label, glyph, gradient_title, number

__all__ = ["STEPS", "page_html", "params_of", "stops"]

STEPS = 41
CONFIG = {"showSendToCloud": False, "plotlyServerURL": "", "displaylogo": False, "responsive": True}


def params_of(taken: Taken) -> tuple[Param, ...]:
    """What the slider of the file can be: the numbers of the leading curve, and those of its slice."""
    view = taken.views[taken.lead]
    return (*view.the_loss.params, *view.the_slice.params)


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


def _views_at(taken: Taken, param: Param, value: float) -> list[View]:
    """The curves with the parameter at a value: its own of the leading curve, or one that all curves along the slice share."""
    lead = taken.views[taken.lead]
    own = param.name in lead.loss_params
    found = []
    for k, view in enumerate(taken.views):
        takes = k == taken.lead if own else _shares(view, lead, param.name)
        found.append(view.change(**{param.name: value}) if takes else view)
    return found


def _shares(view: View, lead: View, name: str) -> bool:
    return view is lead or view.slice_params.get(name) == lead.slice_params[name]


def page_html(taken: Taken, param: Param | None = None) -> str:
    """The file. ``param`` is what its slider moves; without one the figure stands still."""
    lead = taken.views[taken.lead]
    values = stops(param, lead.values[param.name]) if param else []
    rows = [_views_at(taken, param, value) for value in values] if param else [list(taken.views)]
    curves = [[_drawn(view) for view in views] for views in rows]
    now = values.index(lead.values[param.name]) if param else 0
    panels = _panels(taken, curves)
    figures = [_figure(taken, panels, *both) for both in zip(rows, curves, strict=True)]
    figure = figures[now]
    if param:
        figure.frames = [_frame(str(k), f) for k, f in enumerate(figures)]
        figure.update_layout(sliders=[_slider(param, values, now)])
    title = escape(" and ".join(dict.fromkeys(v.the_loss.name for v in taken.views)))
    figure.update_layout(
        showlegend=True,
        legend={"orientation": "h", "x": 0, "y": 1.02, "xanchor": "left", "yanchor": "bottom"},
        margin={"l": 80, "r": 30, "t": 60, "b": 60},
        paper_bgcolor="white",
        uirevision="keep",
    )
    page = figure.to_html(
        full_html=True,
        include_plotlyjs=True,
        config=CONFIG,
        auto_play=False,
        default_height="94vh",
        div_id="figure",
    )
    return page.replace("<head>", f"<head><title>{title}</title>", 1)


def _drawn(view: View) -> Curve:
    curve = sample(view)
    assert isinstance(curve, Curve)
    return curve


def _panels(taken: Taken, curves: Sequence[Sequence[Curve]]) -> list[Panel]:
    """Loss above, gradient below; the ranges hold every position of the slider, so that the axes stand still."""
    every = [c for row in curves for c in row]
    ends = {
        row: range_of([getattr(c, row) for c in every], scale)
        for row, scale in (("value", taken.scale), ("gradient", taken.slope_scale))
    }
    return [
        Panel("value", "loss", 1.5, taken.scale, ends["value"]),
        Panel("gradient", gradient_title(taken.views[0]), 1.0, taken.slope_scale, ends["gradient"]),
    ]


def _figure(taken: Taken, panels: Sequence[Panel], views: Sequence[View], curves: Sequence[Curve]) -> go.Figure:
    lines = [
        Line(c, label if view == before else curve_label(view.the_loss, view.values), slot=slot)
        for c, view, before, label, slot in zip(curves, views, taken.views, taken.labels, taken.slots, strict=True)
    ]
    figure = line_figure(lines, panels, taken.views[0].the_slice.axes[0].label)
    for trace in figure.data:
        trace.update(
            x=_listed(trace.x),
            y=_listed(trace.y),
            hoverinfo="x+y+name",
            showlegend=trace.meta["row"] == "value",
            legendgroup=str(trace.meta["curve"]),
        )
    return figure


def _listed(row: np.ndarray) -> list[float | None]:
    return [v if np.isfinite(v) else None for v in np.asarray(row).tolist()]


def _frame(name: str, figure: go.Figure) -> go.Frame:
    data = [go.Scatter(x=t.x, y=t.y, name=t.name) for t in figure.data]
    return go.Frame(name=name, data=data, traces=list(range(len(data))))


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
