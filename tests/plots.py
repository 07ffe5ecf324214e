"""Figures for tests: any curves together, without a page."""

from __future__ import annotations

from collections.abc import Sequence

from losslib import View
from ui.charts.lines import Panel
from ui.plot import Plot
from ui.words import curve_name, glyph, gradient_title, second_title


def plotted(views: Sequence[View], at: float | None = None, scale: str = "linear") -> Plot:
    """The loss above, its gradient below, and a second derivative where the first curve has one; the first has all sliders."""
    first = views[0]
    panels = [Panel("value", "loss", 1.5, scale), Panel("gradient", gradient_title(first))]
    panels += [Panel("curvature", second_title(first))] if first.order == 2 else []
    return Plot(
        views=tuple(views),
        names=tuple(", ".join(curve_name(v.the_loss, v.the_loss.params)) for v in views),
        held=tuple({n: n for n in (v.values if k == 0 else v.slice_params)} for k, v in enumerate(views)),
        panels=tuple(panels),
        at=first.first_at if at is None else at,
        title=glyph(first.the_slice.axes[0].label),
        slots=range(len(views)),
        tangent=first.gradient == "x",
    )
