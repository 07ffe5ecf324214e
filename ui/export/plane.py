"""A surface as it is taken along: the plane, what is drawn over it, and the marks on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import plotly.graph_objects as go

from losslib import Surface, View, sample
from ui.charts.surfaces import heat_figure, space_figure
from ui.words import curve_label

__all__ = ["Plane"]


@dataclass(frozen=True)
class Plane:
    """One loss over a plane. ``row`` is what is drawn, with ``titles`` of x, y and it; ``across`` is where the curve's slice
    runs, ``at`` the example looked at; ``space`` draws it in three dimensions."""

    view: View
    row: str
    titles: tuple[str, str, str]
    across: float | None = None
    at: tuple[float, ...] = ()
    space: bool = False
    lead: int = 0

    @property
    def views(self) -> tuple[View, ...]:
        """The one view."""
        return (self.view,)

    @property
    def labels(self) -> tuple[str, ...]:
        """Its name and numbers."""
        return (curve_label(self.view.the_loss, self.view.values),)

    @property
    def seen(self) -> range:
        """The one place."""
        return range(1)

    @property
    def name(self) -> str:
        """The beginning of a file's name."""
        return f"{self.view.loss}-surface"

    @cached_property
    def surface(self) -> Surface:
        """The numbers."""
        found = sample(self.view)
        assert isinstance(found, Surface)
        return found

    def moved(self, views: Sequence[View]) -> Plane:
        """The same picture of another view."""
        return replace(self, view=views[0])

    def figure(self) -> go.Figure:
        """The picture, as the page draws it."""
        draw = space_figure if self.space else heat_figure
        return draw(self.surface, self.row, self.titles, self.across)

    @property
    def limits(self) -> tuple[float, float]:
        """The ends of the colours."""
        trace = heat_figure(self.surface, self.row, self.titles, None).data[0]
        return float(trace.zmin), float(trace.zmax)
