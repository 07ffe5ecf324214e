"""What is taken along: the curves of a figure, the panels they are drawn in, and where the cursor stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from losslib import Curve, View, sample
from losslib.derived import ROWS, Derived, derive
from ui.charts.lines import Array, Line, Panel
from ui.charts.places import Place, Region
from ui.words import curve_label, gradient_title, second_title

__all__ = ["REFERENCE", "Taken"]

WIDE, NARROW = 3.2, 2.0
REACH = 0.14  # of the axis, from the cursor to an end of the tangent
REFERENCE = "{reference}"  # in the title of a panel, where the curve that ratios refer to is named


@dataclass(frozen=True)
class Taken:
    """Curves on one x, and the ``panels`` that show them.

    ``slots`` choose colour and dash; ``lead`` is the curve under the hand, and those that are ``led`` take its numbers with it;
    ``title`` is x's, if not the axis's own; ``against`` is the curve that ratios refer to, and
    ``norm`` where normalised curves are 1. ``unseen``: the last curve is not drawn, the others only refer to it. ``marks`` are
    facts of ``losslib.derived`` drawn with their words; ``regions`` and ``places`` are drawn as they are.
    ``tangent``: the leading curve has its tangent at the cursor.
    """

    views: tuple[View, ...]
    labels: tuple[str, ...]
    slots: tuple[int, ...]
    panels: tuple[Panel, ...]
    lead: int = 0
    at: float | None = None
    against: int = 0
    norm: float | None = None
    unseen: bool = False
    marks: tuple[tuple[str, str], ...] = ()
    regions: tuple[Region, ...] = ()
    places: tuple[Place, ...] = ()
    led: tuple[int, ...] = ()
    title: str = ""
    tangent: bool = False

    @classmethod
    def of(
        cls, views: Sequence[View], at: float | None = None, scale: str = "linear", panels: Sequence[Panel] = ()
    ) -> Taken:
        """Curves with the names and colours that they have by themselves; the loss above, its gradient below."""
        labels = tuple(curve_label(v.the_loss, v.values) for v in views)
        usual = [Panel("value", "loss", 1.5, scale), Panel("gradient", gradient_title(views[0]))]
        if views[0].order == 2:
            usual.append(Panel("curvature", second_title(views[0])))
        slots, slope = tuple(range(len(views))), views[0].gradient == "x"
        return cls(tuple(views), labels, slots, tuple(panels) or tuple(usual), at=at, tangent=slope)

    def moved(self, views: Sequence[View]) -> Taken:
        """The same figure of other curves; those that changed say their numbers."""
        labels = [
            label if view == before else curve_label(view.the_loss, view.values)
            for view, before, label in zip(views, self.views, self.labels, strict=True)
        ]
        return replace(self, views=tuple(views), labels=tuple(labels))

    @property
    def x_title(self) -> str:
        """The title of x."""
        return self.title or self.views[0].the_slice.axes[0].label

    @property
    def titles(self) -> list[str]:
        """The title of each panel; what it refers to is named as it is drawn."""
        return [panel.title.replace(REFERENCE, self.labels[self.against]) for panel in self.panels]

    @property
    def seen(self) -> range:
        """The places of the curves that are drawn."""
        return range(len(self.views) - self.unseen)

    @property
    def derived_rows(self) -> list[str]:
        """The rows of the panels that are not a curve's own."""
        return [panel.row for panel in self.panels if panel.row in ROWS]

    @cached_property
    def curves(self) -> list[Curve]:
        """The numbers."""
        return [c for c in map(sample, self.views) if isinstance(c, Curve)]

    @cached_property
    def derived(self) -> list[Derived]:
        """What is told of each curve beside its values."""
        names = [*self.derived_rows, *(name for name, _ in self.marks)]
        return derive(self.curves, names, self.against, self.norm)

    @property
    def lines(self) -> list[Line]:
        """The curves that are drawn, with all their rows."""
        return [
            Line(
                self.curves[k],
                self.labels[k],
                slot=self.slots[k],
                width=WIDE if k == self.lead else NARROW,
                rows=self.derived[k].rows,
            )
            for k in self.seen
        ]

    @property
    def shades(self) -> list[Region]:
        """The regions that are tinted: the figure's own, and the marks of the curve under the hand."""
        found = self.derived[self.lead].regions
        return [*self.regions, *(Region(*ends, words) for name, words in self.marks for ends in found.get(name, ()))]

    @property
    def cursor(self) -> float:
        """The sample at the cursor: the one nearest to where it was put."""
        x = self.curves[self.lead].x
        at = self.at if self.at is not None else self.views[self.lead].first_at
        return float(x[np.abs(x - at).argmin()])

    @property
    def touching(self) -> tuple[Array, Array] | None:
        """The ends of the tangent at the cursor, x and y; None where it is not drawn."""
        curve = self.curves[self.lead]
        i = int(np.abs(curve.x - self.cursor).argmin())
        slope = curve.gradient[i]
        if not self.tangent or self.panels[0].scale == "log" or not np.isfinite([curve.value[i], slope]).all():
            return None
        low, high = self.views[self.lead].range
        away = np.array([-REACH, REACH]) * (high - low)
        return curve.x[i] + away, curve.value[i] + slope * away

    @property
    def name(self) -> str:
        """The beginning of a file's name."""
        return "-".join(dict.fromkeys(v.loss for v in self.views[:3])) or "curves"
