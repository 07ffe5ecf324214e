"""A figure as a record: the curves, the panels they are drawn in, and where the cursor stands. Each page makes it once from
what it shows; the live chart and all that leaves the app are made from it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, reduce

import numpy as np

from losslib import Curve, View
from losslib.derived import FACTS, ROWS, Derived, derive
from losslib.spec import Param
from ui.axes import stricter
from ui.caching import drawn
from ui.charts.lines import Array, Line, Panel
from ui.charts.places import Place, Region
from ui.state import params_of
from ui.words import filled, number
from ui.zoom import Ends, Zoom

__all__ = ["NORM", "REACH", "Plot"]

NORM = "compare_norm"  # the key of the slider that says where normalised curves are 1
REACH = 0.14  # of the axis, from the cursor to an end of the tangent


@dataclass(frozen=True)
class Plot:
    """Curves on one x, and the ``panels`` that show them. Every way to draw it fills the same words.

    ``names`` of curves have ``{parameter}`` for a number, and a new line where the screen begins one. ``held`` are the
    parameters of each curve that are under a slider, with the slider's key: all those of ``lead``, the curve under the hand.
    Titles of panels may have ``{reference}``, the name of the curve ``against`` which ratios are, and ``{norm}``, where
    normalised curves are 1. ``at`` is where the cursor was put; ``title`` is x's; ``slots`` choose colour and dash; ``hidden``
    curves are there for others to refer to; ``told`` is derived beside what the panels need. ``marks`` are facts of
    ``losslib.derived`` drawn with their words; ``regions`` are drawn as they are; ``placing`` finds the named places on the
    curves, wherever a slider has led them. ``slope`` is whether what the curves show has a gradient to tell. ``tangent``: the
    leading curve has its tangent at the cursor. ``widths`` are those of its line and of the others'. ``ends`` are those of the
    piece of x that is shown, if not all of it is.
    """

    views: tuple[View, ...]
    names: tuple[str, ...]
    held: tuple[Mapping[str, str], ...]
    panels: tuple[Panel, ...]
    at: float
    title: str
    slots: Sequence[int]
    lead: int = 0
    against: int = 0
    norm: float | None = None
    hidden: tuple[int, ...] = ()
    told: tuple[str, ...] = ()
    marks: tuple[tuple[str, str], ...] = ()
    regions: tuple[Region, ...] = ()
    placing: Callable[[Sequence[Curve]], Sequence[Place]] | None = None
    slope: bool = True
    tangent: bool = False
    widths: tuple[float, float] = (2.8, 1.6)
    ends: Ends | None = None

    @property
    def params(self) -> tuple[Param, ...]:
        """What a slider can move: the parameters of the leading curve, each as all the curves that it moves can take it."""
        found = []
        for param in params_of(self.views[self.lead]):
            moving = zip(self.views, self._moving(param.name), strict=True)
            found.append(reduce(stricter, (p for v, names in moving for p in params_of(v) if p.name in names), param))
        return tuple(found)

    def _moving(self, name: str) -> list[list[str]]:
        """The parameters of each curve that are under the slider of one of the leading curve's."""
        slider = self.held[self.lead][name]
        return [[n for n, key in held.items() if key == slider] for held in self.held]

    def moved(self, name: str, value: float) -> Plot:
        """The same figure with a parameter of the leading curve at another value, on all curves that its slider moves."""
        moving = zip(self.views, self._moving(name), strict=True)
        return replace(self, views=tuple(v.change(**dict.fromkeys(names, value)) for v, names in moving))

    def zoomed(self, zoom: Zoom) -> Plot:
        """The same figure with a piece of it shown."""
        shown = dict(zoom)
        panels = tuple(replace(panel, range=shown.get(panel.row, panel.range)) for panel in self.panels)
        return replace(self, panels=panels, ends=shown.get("x"))

    def without_hidden(self) -> Plot:
        """The same figure of the curves that are seen; a hidden one that they refer to comes last."""
        kept = [*self.seen, *(k for k in self.hidden if k == self.against)]
        views, names, held, slots = (
            tuple(row[k] for k in kept) for row in (self.views, self.names, self.held, self.slots)
        )
        lead, against = kept.index(self.lead), kept.index(self.against)
        hidden = tuple(range(len(self.seen), len(kept)))
        return replace(
            self, views=views, names=names, held=held, slots=slots, lead=lead, against=against, hidden=hidden
        )

    # --- words -------------------------------------------------------------------------------------------------------

    @property
    def labels(self) -> list[str]:
        """The name of each curve with its numbers, on one line."""
        return [filled(name, v.values).replace("\n", ", ") for name, v in zip(self.names, self.views, strict=True)]

    @property
    def titles(self) -> list[str]:
        """The title of each panel."""
        return self._titles(self.labels, "" if self.norm is None else number(self.norm))

    @property
    def live_labels(self) -> list[str]:
        """The name of each curve, with ``{key}`` for the numbers under sliders."""
        return [
            filled(name, {**view.values, **{n: f"{{{key}}}" for n, key in held.items()}})
            for name, view, held in zip(self.names, self.views, self.held, strict=True)
        ]

    @property
    def live_titles(self) -> list[str]:
        """The title of each panel, with ``{key}`` for the numbers under sliders."""
        return self._titles(self.live_labels, f"{{{NORM}}}")

    def _titles(self, names: Sequence[str], norm: str) -> list[str]:
        return [panel.title.format(reference=names[self.against], norm=norm) for panel in self.panels]

    @property
    def values(self) -> dict[str, float]:
        """The number of every slider by its key."""
        found = {key: v.values[n] for v, held in zip(self.views, self.held, strict=True) for n, key in held.items()}
        return found | ({NORM: self.norm} if self.norm is not None and "normalised" in self.asked else {})

    @property
    def name(self) -> str:
        """The beginning of a file's name."""
        return "-".join(dict.fromkeys(v.loss for v in self.views[:3])) or "curves"

    # --- numbers -----------------------------------------------------------------------------------------------------

    @property
    def seen(self) -> list[int]:
        """The places of the curves that are drawn."""
        return [k for k in range(len(self.views)) if k not in self.hidden]

    @property
    def derived_rows(self) -> list[str]:
        """The rows of the panels that are not a curve's own."""
        return [panel.row for panel in self.panels if panel.row in ROWS]

    @property
    def asked(self) -> list[str]:
        """The rows and facts that are derived of the curves."""
        names = dict.fromkeys([*self.told, *self.derived_rows, *(name for name, _ in self.marks)])
        return [name for name in names if name in (*ROWS, *FACTS)]

    @cached_property
    def curves(self) -> list[Curve]:
        """The numbers."""
        return [c for c in map(drawn, self.views) if isinstance(c, Curve)]

    @cached_property
    def derived(self) -> list[Derived]:
        """What is told of each curve beside its values."""
        return derive(self.curves, self.asked, self.against, self.norm)

    @cached_property
    def places(self) -> tuple[Place, ...]:
        """The named places on the curves as they are."""
        return tuple(self.placing(self.curves)) if self.placing else ()

    @property
    def lines(self) -> list[Line]:
        """The curves that are drawn, with all their rows."""
        labels, (wide, narrow) = self.labels, self.widths
        return [
            Line(
                self.curves[k],
                labels[k],
                self.slots[k],
                place=k,
                width=wide if k == self.lead else narrow,
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
        return float(x[np.abs(x - self.at).argmin()])

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
