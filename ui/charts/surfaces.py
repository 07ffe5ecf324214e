"""A surface as a heat map with contours, or in three dimensions, with the current slice drawn on it."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from losslib import Surface
from ui.charts.template import INK, template

__all__ = ["heat_figure", "space_figure"]

Array = NDArray[np.float64]
LOSS_COLOURS = "Viridis"
SLOPE_COLOURS = "RdBu"


def _seen(z: Array, signed: bool) -> tuple[float, float]:
    """Colour limits that a pole does not stretch; symmetric about 0 for a gradient."""
    finite = z[np.isfinite(z)]
    if not len(finite):
        return 0.0, 1.0
    low, high = (float(q) for q in np.percentile(finite, (2, 98)))
    if signed:
        bound = max(abs(low), abs(high)) or 1.0
        return -bound, bound
    return low, high if high > low else low + 1.0


def _frame(x_title: str, y_title: str, dark: bool) -> go.Figure:
    figure = go.Figure(layout={"template": template(dark), "uirevision": "keep"})
    figure.update_layout(xaxis={"title": {"text": x_title}}, yaxis={"title": {"text": y_title}})
    return figure


def heat_figure(
    surface: Surface, row: str, titles: tuple[str, str, str], across: float | None, dark: bool = False
) -> go.Figure:
    """A heat map of ``row`` (``value``, ``gradient_x`` or ``gradient_y``) with contour lines; ``across`` is where the
    current slice runs on the second axis."""
    z = row_of(surface, row)
    low, high = _seen(z, row != "value")
    figure = _frame(titles[0], titles[1], dark)
    figure.add_trace(
        go.Contour(
            x=surface.x,
            y=surface.y,
            z=z,
            zmin=low,
            zmax=high,
            ncontours=16,
            contours={"coloring": "heatmap", "showlines": True},
            line={"color": "rgba(255,255,255,0.55)", "width": 0.8},
            colorscale=LOSS_COLOURS if row == "value" else SLOPE_COLOURS,
            colorbar={"title": {"text": titles[2], "side": "right"}, "outlinewidth": 1, "thickness": 14},
            hovertemplate="%{x:.3g}, %{y:.3g}: %{z:.4g}<extra></extra>",
            meta={"row": row},
        )
    )
    if across is not None:
        figure.add_trace(
            go.Scatter(
                x=[surface.x[0], surface.x[-1]],
                y=[across, across],
                mode="lines",
                line={"color": "#ffffff", "width": 3, "dash": "dash"},
                hoverinfo="none",
                name="the curve's slice",
                meta={"row": "across"},
            )
        )
    figure.update_layout(
        xaxis={"range": [surface.x[0], surface.x[-1]]},
        yaxis={"range": [surface.y[0], surface.y[-1]]},
        margin={"l": 66, "r": 90, "t": 10, "b": 48},
    )
    return figure


def space_figure(
    surface: Surface, row: str, titles: tuple[str, str, str], across: float | None, dark: bool = False
) -> go.Figure:
    """The same in three dimensions; values beyond the colour limits are cut so that a pole does not flatten the rest."""
    z = row_of(surface, row)
    low, high = _seen(z, row != "value")
    shown = np.clip(z, low, high)
    figure = go.Figure(layout={"template": template(dark), "uirevision": "keep"})
    figure.add_trace(
        go.Surface(
            x=surface.x,
            y=surface.y,
            z=shown,
            cmin=low,
            cmax=high,
            colorscale=LOSS_COLOURS if row == "value" else SLOPE_COLOURS,
            colorbar={"title": {"text": titles[2], "side": "right"}, "thickness": 14},
            contours={"z": {"show": True, "usecolormap": True, "width": 1}},
            hovertemplate="%{x:.3g}, %{y:.3g}: %{z:.4g}<extra></extra>",
            meta={"row": "space"},
        )
    )
    if across is not None:
        j = int(np.argmin(np.abs(surface.y - across)))
        figure.add_trace(
            go.Scatter3d(
                x=surface.x,
                y=np.full_like(surface.x, surface.y[j]),
                z=shown[j],
                mode="lines",
                line={"color": INK[dark], "width": 7},
                hoverinfo="none",
                name="the curve's slice",
                meta={"row": "space"},
            )
        )
    axis = {"color": INK[dark], "backgroundcolor": "rgba(0,0,0,0)", "gridcolor": "rgba(128,128,128,0.35)"}
    figure.update_layout(
        scene={
            "xaxis": {"title": {"text": titles[0]}, **axis},
            "yaxis": {"title": {"text": titles[1]}, **axis},
            "zaxis": {"title": {"text": titles[2]}, **axis},
            "camera": {"eye": {"x": 1.5, "y": -1.6, "z": 0.9}},
        },
        margin={"l": 0, "r": 0, "t": 0, "b": 0},
    )
    return figure


def row_of(surface: Surface, row: str) -> Array:
    """The array that ``row`` names."""
    return {"value": surface.value, "gradient_x": surface.gradients[0], "gradient_y": surface.gradients[1]}[row]
