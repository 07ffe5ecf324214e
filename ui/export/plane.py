"""A surface as a record, for the screen and to be taken along: the plane, what is drawn over it, and the marks on it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from losslib import Surface, View
from losslib.spec import Param
from ui.caching import drawn
from ui.charts.surfaces import heat_figure, in_triangle, limits, space_figure
from ui.state import params_of
from ui.words import curve_name, filled
from ui.zoom import CAMERA, Zoom

__all__ = ["Plane"]


@dataclass(frozen=True)
class Plane:
    """One loss over a plane. ``row`` is what is drawn, with ``titles`` of x, y and it; ``track`` is where the curve's slice
    runs, ``at`` the example looked at; ``space`` draws it in three dimensions. ``zoom`` is the piece that is shown, or the camera."""

    view: View
    row: str
    titles: tuple[str, str, str]
    track: tuple[NDArray[np.float64], NDArray[np.float64]] | None = None
    at: tuple[float, ...] = ()
    space: bool = False
    lead: int = 0
    zoom: Zoom = ()

    @property
    def views(self) -> tuple[View, ...]:
        """The one view."""
        return (self.view,)

    @property
    def labels(self) -> tuple[str, ...]:
        """Its name and numbers."""
        loss = self.view.the_loss
        return (filled(", ".join(curve_name(loss, loss.params)), self.view.values),)

    @property
    def params(self) -> tuple[Param, ...]:
        """What a slider can move."""
        return params_of(self.view)

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
        found = drawn(self.view)
        assert isinstance(found, Surface)
        return found

    def moved(self, name: str, value: float) -> Plane:
        """The same picture with a parameter at another value."""
        return replace(self, view=self.view.change(**{name: value}))

    def zoomed(self, zoom: Zoom) -> Plane:
        """The same picture with a piece of it shown."""
        return replace(self, zoom=zoom)

    def placed(self, at: tuple[float, ...]) -> tuple[float, float]:
        """Where a place of the plane is drawn."""
        if not self.view.the_slice.corners:
            return at[0], at[1]
        x, y = in_triangle(np.array(at[0]), np.array(at[1]))
        return float(x), float(y)

    def figure(self, dark: bool = False, bounds: tuple[float, float] | None = None) -> go.Figure:
        """The picture; in space with its heights between ``bounds``, or between its own limits."""
        drawn_of = (self.surface, self.row, self.titles, self.track, dark)
        figure = space_figure(*drawn_of, bounds) if self.space else heat_figure(*drawn_of)
        for name, numbers in self.zoom:
            if name == CAMERA:
                figure.update_layout(scene_camera_eye=dict(zip("xyz", numbers, strict=True)))
            else:
                figure.update_layout({f"{name}axis": {"range": numbers}})
        return figure

    @property
    def limits(self) -> tuple[float, float]:
        """The ends of the colours."""
        return limits(self.surface, self.row)
