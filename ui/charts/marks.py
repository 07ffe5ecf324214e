"""What is written into a chart: shaded regions and named places; a chart enlarged for the last row; a map of tiles."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from ui.charts.places import Place, Region
from ui.charts.template import INK, PAPER, SOFT

__all__ = ["annotate", "enlarge", "shade"]

TINT = {False: "rgba(31, 119, 180, 0.10)", True: "rgba(90, 169, 224, 0.16)"}
TYPE, LINE = 21, 4.6


def _axis(letter: str, panel: int) -> str:
    return letter if panel == 0 else f"{letter}{panel + 1}"


def shade(figure: go.Figure, regions: Sequence[Region], dark: bool) -> None:
    """Tint the regions, behind the curves."""
    panels = len({trace.yaxis for trace in figure.data})
    for region in regions:
        look = {"fillcolor": TINT[dark], "line": {"width": 0}, "layer": "below"}
        label = {"text": region.words, "textposition": "top right", "font": {"size": 13, "color": SOFT[dark]}}
        if region.panel is not None:  # a band may be thinner than its words: they stand below it
            label |= {"textposition": "bottom right", "yanchor": "top"}
        for p in range(panels) if region.panel is None else [region.panel]:
            x, y = _axis("x", p), _axis("y", p)
            if region.panel is None:
                ends = {"x0": region.lo, "x1": region.hi, "y0": 0, "y1": 1, "xref": x, "yref": f"{y} domain"}
            else:
                ends = {"x0": 0, "x1": 1, "y0": region.lo, "y1": region.hi, "xref": f"{x} domain", "yref": y}
            figure.add_shape(type="rect", **ends, **look, **({"label": label} if p in (0, region.panel) else {}))


def annotate(figure: go.Figure, places: Sequence[Place], dark: bool) -> None:
    """A dot at each place and its words beside it, on a ground of paper so that no line runs through them."""
    for place in places:
        y_axis = figure.layout[f"yaxis{'' if place.panel == 0 else place.panel + 1}"]
        figure.add_annotation(
            x=place.x,
            y=float(np.log10(place.y)) if y_axis.type == "log" else place.y,
            xref=_axis("x", place.panel),
            yref=_axis("y", place.panel),
            text=f"<b>{place.words}</b>",
            ax=place.shift[0],
            ay=place.shift[1],
            showarrow=True,
            arrowhead=6,
            arrowsize=0.7,
            arrowwidth=1.6,
            arrowcolor=INK[dark],
            font={"size": 14, "color": INK[dark]},
            bgcolor=PAPER[dark],
            opacity=0.95,
            borderpad=2,
        )


def enlarge(figure: go.Figure) -> None:
    """Type and lines as the last row needs them."""
    figure.update_layout(font={"size": TYPE})
    figure.update_xaxes(tickfont={"size": TYPE - 2}, title={"font": {"size": TYPE}}, nticks=7)
    figure.update_yaxes(tickfont={"size": TYPE - 2}, title={"font": {"size": TYPE}}, nticks=5)
    figure.update_traces(line={"width": LINE}, selector={"type": "scatter"})
    figure.update_annotations(font={"size": TYPE}, arrowwidth=2.2)
    figure.update_shapes(label={"font": {"size": TYPE - 4}}, selector=lambda shape: bool(shape.label.text))
