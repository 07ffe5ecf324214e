"""The matplotlib look as a plotly template: boxed axes, ticks outside, the tab10 colours; and its dark twin."""

from __future__ import annotations

import plotly.graph_objects as go

__all__ = ["DASHES", "INK", "PAPER", "SOFT", "TAB10", "TAB10_DARK", "TYPE", "colour", "dash", "template"]

FONT = '"DejaVu Sans", Verdana, "Noto Sans", sans-serif'

# matplotlib's tab10 in an order for all eyes: any two of the first five differ for a deuteranope and a protanope, and so do
# any two of twelve curves that share a dash. Colour is never alone: each comes with a dash and a label.
TAB10 = ("#1f77b4", "#ff7f0e", "#d62728", "#7f7f7f", "#17becf", "#8c564b", "#2ca02c", "#9467bd", "#e377c2", "#bcbd22")
TAB10_DARK = (
    "#5aa9e0",
    "#ffa04d",
    "#f0696a",
    "#b0b0b0",
    "#4fdcec",
    "#c08f83",
    "#5fc95f",
    "#b893dd",
    "#f0a3d8",
    "#d9da5c",
)
DASHES = ("solid", "dash", "dot", "dashdot", "longdash", "longdashdot")

TYPE = 13
INK = {False: "#1b2430", True: "#e8ecf1"}
SOFT = {False: "#5c6773", True: "#a9b4c0"}
PAPER = {False: "#ffffff", True: "#14181d"}
GRID = {False: "#e6e9ed", True: "#2b333c"}


def dash(index: int) -> str:
    """The dash of the ``index``-th curve."""
    return DASHES[index % len(DASHES)]


def colour(index: int, dark: bool) -> str:
    """The colour of the ``index``-th curve."""
    return (TAB10_DARK if dark else TAB10)[index % len(TAB10)]


def template(dark: bool) -> go.layout.Template:
    """The house template, light or dark."""
    axis = {
        "showline": True,
        "mirror": True,
        "linecolor": INK[dark],
        "linewidth": 1,
        "ticks": "outside",
        "ticklen": 5,
        "tickcolor": INK[dark],
        "tickfont": {"color": INK[dark]},
        "title": {"font": {"size": 15, "color": INK[dark]}, "standoff": 8},
        "showgrid": False,
        "zeroline": False,
    }
    return go.layout.Template(
        layout={
            "font": {"family": FONT, "size": TYPE, "color": INK[dark]},
            "paper_bgcolor": "rgba(0,0,0,0)",
            "plot_bgcolor": PAPER[dark],
            "colorway": list(TAB10_DARK if dark else TAB10),
            "xaxis": axis,
            "yaxis": axis,
            "hovermode": "x",
            "showlegend": False,
            "margin": {"l": 80, "r": 24, "t": 10, "b": 48},
        }
    )
