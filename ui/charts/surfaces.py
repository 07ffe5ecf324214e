"""A surface as a heat map with contours, or in three dimensions, with the current slice and the descent drawn on it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray
from plotly.basedatatypes import BaseTraceType

from losslib import Surface
from ui.charts.template import INK, template

__all__ = ["HEIGHT", "heat_figure", "in_triangle", "limits", "row_of", "space_figure"]

Array = NDArray[np.float64]
Track = tuple[Array, Array]
LOSS_COLOURS = "Viridis"
SLOPE_COLOURS = "RdBu"
HEIGHT = 3**0.5 / 2  # of an equilateral triangle
SHADES, LINES = 32, 16  # colours of a triangle, and contour lines
PAPER = "triangle"
POLE = 1.6  # how far the last values may reach, in spans of nearly all, before they are cut
INSIDE, STEEP = 4, 2.0  # samples from an edge, and how many times the span within a pole reaches there
ROOM = 0.08  # around a triangle, for the words at its corners
BESIDE = (
    {"x": 0, "y": 0, "yanchor": "top", "xanchor": "left"},
    {"x": 1, "y": 0, "yanchor": "top", "xanchor": "right"},
    {"x": 0.5, "y": 1, "yanchor": "bottom"},
)


def limits(surface: Surface, row: str) -> tuple[float, float]:
    """The ends of the colours: all values, but for a pole that would stretch them; symmetric about 0 for a gradient.

    A loss has its poles at the edges of a plane: a value that is met within is no pole's, however few share it, nor is a corner
    less than twice as high as what lies a few samples inside. A triangle is judged by what lies within: along its edges, where
    one of three is all but ruled out, every value may be a pole's.
    """
    z = row_of(surface, row)
    finite = z[np.isfinite(z)]
    if not len(finite):
        return 0.0, 1.0
    within = z[1:-1, 1:-1] if surface.view.the_slice.corners else z
    body = within[np.isfinite(within)] if np.isfinite(within).any() else finite
    if row != "value":
        usual, most = float(np.percentile(np.abs(body), 98)), float(np.abs(finite).max())
        bound = most if most <= POLE * usual else usual
        nothing = 1e-12 * np.abs(surface.value[np.isfinite(surface.value)]).max(
            initial=0.0
        )  # what rounding leaves of a slope
        bound = bound if bound > nothing else 1.0
        return -bound, bound
    least, most = float(finite.min()), float(finite.max())
    low, high = (float(q) for q in np.percentile(body, (2, 98)))
    slack = (POLE - 1) * (high - low)
    inner = z[1:-1, 1:-1]
    deep = z[INSIDE:-INSIDE, INSIDE:-INSIDE]
    deep = deep[np.isfinite(deep)]
    if not surface.view.the_slice.corners and len(deep) and most - least < STEEP * float(np.ptp(deep)):
        return least, most if most > least else least + 1.0
    low = least if low - least <= slack or (inner <= least).any() else low
    high = most if most - high <= slack or (inner >= most).any() else high
    return low, high if high > low else low + 1.0


def _scale(title: str, z: Array, low: float, high: float) -> dict[str, Any]:
    """The bar of the colours, which says where a pole is cut."""
    cut = [f"{end:.3g}" for end, beyond in ((low, z < low), (high, z > high)) if beyond.any()]
    words = f"{title}, cut at {' and '.join(cut)}".replace("-", "−") if cut else title
    return {"title": {"text": words, "side": "right"}, "thickness": 14}


def in_triangle(split: Array, share: Array) -> Track:
    """Where a triangle with the corners (0, 0), (1, 0) and (1/2, 1) has the part ``split`` of what ``share`` leaves."""
    return split * (1 - share) + share / 2, share


def _placed(surface: Surface, line: Track) -> Track:
    """A line of the plane's coordinates, as it is drawn."""
    return in_triangle(*line) if surface.view.the_slice.corners else line


def heat_figure(
    surface: Surface, row: str, titles: tuple[str, str, str], track: Track | None, dark: bool = False
) -> go.Figure:
    """A heat map of ``row`` (``value``, ``gradient_x`` or ``gradient_y``) with contour lines; ``track`` is where the current
    slice runs through the plane. A plane with corners is drawn as the triangle it is."""
    triangle = surface.view.the_slice.corners
    low, high = limits(surface, row)
    strong, faint = ("#ffffff", "rgba(255,255,255,0.55)") if row == "value" else ("#1a1a1a", "rgba(0,0,0,0.4)")
    colours = {
        "z": row_of(surface, row),
        "zmin": low,
        "zmax": high,
        "colorscale": LOSS_COLOURS if row == "value" else SLOPE_COLOURS,
        "colorbar": {**_scale(titles[2], row_of(surface, row), low, high), "outlinewidth": 1},
        "meta": {"row": row},
    }
    lines = {**colours, "line": {"color": faint, "width": 0.8}, "showscale": False, "colorbar": None}
    traces = (_of_triangle if triangle else _of_square)(surface, colours, lines)
    if track is not None:
        traces.append(_flat(_placed(surface, track), "across", "the curve's slice", strong, "dash"))
    if surface.path is not None:
        traces.append(_flat(surface.path[:2], "path", "the descent", "#ff7f0e", "solid", markers=True))
    figure = go.Figure(traces, {"template": template(dark), "uirevision": "keep", "showlegend": False})
    figure.update_layout(margin={"l": 66, "r": 114, "t": 10, "b": 48, "autoexpand": False})  # nothing to measure anew
    if triangle:
        return _cornered(figure, triangle, dark)
    figure.update_layout(
        xaxis={"title": {"text": titles[0]}, "range": [surface.x[0], surface.x[-1]]},
        yaxis={"title": {"text": titles[1]}, "range": [surface.y[0], surface.y[-1]]},
    )
    return figure


def _of_square(surface: Surface, colours: dict[str, Any], lines: dict[str, Any]) -> list[BaseTraceType]:
    """The colours of the grid's own points, which the browser blends: a map that is redrawn while a hand moves; then lines."""
    grid = {"x": surface.x, "y": surface.y}
    return [
        go.Heatmap(zsmooth="fast", hovertemplate="%{x:.3g}, %{y:.3g}: %{z:.4g}<extra></extra>", **grid, **colours),
        go.Contour(ncontours=LINES, contours={"coloring": "none"}, hoverinfo="skip", **grid, **lines),
    ]


def _of_triangle(surface: Surface, colours: dict[str, Any], lines: dict[str, Any]) -> list[BaseTraceType]:
    """The same grid bent into a triangle: its upper edge is one point."""
    x, y = in_triangle(*np.meshgrid(surface.x, surface.y))
    bare = {"showgrid": False, "showline": False, "showticklabels": "none", "startline": False, "endline": False}
    paper = go.Carpet(a=surface.x, b=surface.y, x=x, y=y, carpet=PAPER, aaxis=bare, baxis=bare, meta={"row": "paper"})
    grid = {"a": surface.x, "b": surface.y, "carpet": PAPER, "autocontour": False}
    low, high = colours["zmin"], colours["zmax"]
    filled = {"coloring": "fill", "showlines": False, "start": low, "end": high, "size": (high - low) / SHADES}
    lined = {"coloring": "none", "start": low, "end": high, "size": (high - low) / LINES}
    return [
        paper,
        go.Contourcarpet(contours=filled, **grid, **colours),
        go.Contourcarpet(contours=lined, **grid, **lines),
    ]


def _flat(line: Sequence[Array], row: str, name: str, colour: str, dash: str, markers: bool = False) -> go.Scatter:
    return go.Scatter(
        x=line[0],
        y=line[1],
        mode="lines+markers" if markers else "lines",
        line={"color": colour, "width": 3, "dash": dash},
        marker={"size": 6, "color": colour},
        hoverinfo="skip",  # or a pointer anywhere in the plane would be taken for one on the line
        name=name,
        meta={"row": row},
    )


def _cornered(figure: go.Figure, corners: tuple[str, ...], dark: bool) -> go.Figure:
    """Without axes: the corners say what they are."""
    hidden = {"visible": False, "showgrid": False, "zeroline": False}
    figure.update_layout(
        xaxis={"range": [-ROOM, 1 + ROOM], "constrain": "domain", **hidden},
        yaxis={"range": [-ROOM, 1 + ROOM], "scaleanchor": "x", "scaleratio": HEIGHT, "constrain": "domain", **hidden},
    )
    for place, words in zip(BESIDE, corners, strict=True):
        figure.add_annotation(text=words, showarrow=False, font={"size": 14, "color": INK[dark]}, **place)
    return figure


def space_figure(
    surface: Surface,
    row: str,
    titles: tuple[str, str, str],
    track: Track | None,
    dark: bool = False,
    bounds: tuple[float, float] | None = None,
) -> go.Figure:
    """The same in three dimensions; values beyond the colour limits are cut so that a pole does not flatten the rest.

    ``bounds`` are the limits that several such pictures share: the axis of the heights has them too.
    """
    corners = surface.view.the_slice.corners
    z = row_of(surface, row)
    low, high = bounds or limits(surface, row)
    shown = np.clip(z, low, high)
    x, y = in_triangle(*np.meshgrid(surface.x, surface.y)) if corners else (surface.x, surface.y)
    figure = go.Figure(layout={"template": template(dark), "uirevision": "keep", "showlegend": False})
    figure.add_trace(
        go.Surface(
            x=x,
            y=y,
            z=shown,
            cmin=low,
            cmax=high,
            colorscale=LOSS_COLOURS if row == "value" else SLOPE_COLOURS,
            colorbar=_scale(titles[2], z, low, high),
            contours={"z": {"show": True, "usecolormap": True, "width": 1}},
            hovertemplate="%{x:.3g}, %{y:.3g}: %{z:.4g}<extra></extra>",
            meta={"row": "space"},
        )
    )
    if track is not None:
        dense = _dense(track)
        heights = _above(surface, shown, dense)
        figure.add_trace(_thick(_placed(surface, dense), heights, "the curve's slice", INK[dark]))
    if surface.path is not None and row == "value":
        figure.add_trace(_thick(surface.path[:2], surface.path[2].clip(low, high), "the descent", "#ff7f0e"))
    axis = {"color": INK[dark], "backgroundcolor": "rgba(0,0,0,0)", "gridcolor": "rgba(128,128,128,0.35)"}
    ends = [[-ROOM, 1 + ROOM]] * 2 if corners else [[g[0], g[-1]] for g in (surface.x, surface.y)]
    sides = ("", "") if corners else titles[:2]
    flat = [
        {"title": {"text": side}, "range": end, "showticklabels": not corners}
        for side, end in zip(sides, ends, strict=True)
    ]
    figure.update_layout(
        scene={
            "xaxis": {**flat[0], **axis},
            "yaxis": {**flat[1], **axis},
            "zaxis": {"title": {"text": titles[2]}, **({"range": bounds} if bounds else {}), **axis},
            "camera": {"eye": _eye(surface)},
            "annotations": [
                {
                    "text": words,
                    "x": place["x"],
                    "y": place["y"],
                    "z": low,
                    "showarrow": False,
                    "font": {"color": INK[dark]},
                }
                for place, words in zip(BESIDE, corners, strict=False)
            ],
        },
        margin={"l": 0, "r": 0, "t": 0, "b": 0},
    )
    return figure


def _eye(surface: Surface) -> dict[str, float]:
    """Where one looks from; onto a descent from across its start and from higher up, so that the wall it runs down is the far one."""
    if surface.path is None:
        return {"x": 1.5, "y": -1.6, "z": 0.9}
    starts = (
        line[0] > (grid[0] + grid[-1]) / 2 for line, grid in zip(surface.path, (surface.x, surface.y), strict=False)
    )
    x, y = (-1.3 if beyond else 1.3 for beyond in starts)
    return {"x": x, "y": y, "z": 1.5}


def _dense(track: Track) -> Track:
    """A line with places enough to follow a bent surface."""
    if len(track[0]) > 2:
        return track
    x, y = (np.linspace(ends[0], ends[-1], 161) for ends in track)
    return x, y


def _above(surface: Surface, z: Array, track: Track) -> Array:
    """The height of the drawn surface at each place of a line: of the facets between the four samples around it."""
    (i, u), (j, v) = (_between(grid, at) for grid, at in zip((surface.x, surface.y), track, strict=True))
    low = (1 - u) * z[j, i] + u * z[j, i + 1]
    high = (1 - u) * z[j + 1, i] + u * z[j + 1, i + 1]
    return np.asarray((1 - v) * low + v * high)


def _between(grid: Array, at: Array) -> tuple[NDArray[np.intp], Array]:
    """The gap of the grid that a place lies in, and how far along."""
    k = np.clip(np.searchsorted(grid, at) - 1, 0, len(grid) - 2)
    return k, np.clip((at - grid[k]) / (grid[k + 1] - grid[k]), 0.0, 1.0)


def _thick(line: Sequence[Array], z: Array, name: str, colour: str) -> go.Scatter3d:
    return go.Scatter3d(
        x=line[0],
        y=line[1],
        z=z,
        mode="lines",
        line={"color": colour, "width": 7},
        hoverinfo="none",
        name=name,
        meta={"row": "space"},
    )


def row_of(surface: Surface, row: str) -> Array:
    """The array that ``row`` names."""
    return {"value": surface.value, "gradient_x": surface.gradients[0], "gradient_y": surface.gradients[1]}[row]
