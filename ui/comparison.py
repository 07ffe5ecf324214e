"""What the Compare page shows, as a record: curves on one axis, how they are looked at, and the words of the address that say it."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from losslib import LOSSES, View
from losslib.catalogue import entry
from losslib.spec import Axis, Loss, Param, Slice
from losslib.view import BUDGET, MAX_CURVES, can_be_told_apart, text_of
from ui.axes import same_axis, stricter, turned
from ui.words import curve_text
from ui.zoom import Panes, Sight, Zoom, heights, kept, zoom_words

__all__ = [
    "MARKS",
    "PANELS",
    "RANGES",
    "SCALES",
    "Compare",
    "Row",
    "Words",
    "fitting",
    "opening",
    "softer",
    "usual_values",
]

PANELS = ("value", "gradient", "ratio", "gradient_ratio", "difference", "area", "normalised")
SCALES = ("linear", "log", "symlog")
MARKS = ("easy", "quiet", "minimum")
RANGES = ("y", "dy")
POINTS = 401

Numbers = tuple[tuple[str, float], ...]
Words = list[tuple[str, str]]


@dataclass(frozen=True)
class Row:
    """One curve: a loss or a study, and its numbers. ``own`` are settings of the slice that it keeps for itself.

    ``slot`` is its colour and dash; no two curves share one, and it stays with the curve.
    """

    loss: str
    params: Numbers = ()
    own: Numbers = ()
    slot: int = 0
    hidden: bool = False

    @property
    def the_loss(self) -> Loss:
        """The entry of the catalogue, or the study."""
        return entry(self.loss)

    @property
    def text(self) -> str:
        """``KEY:name=value,…``, as the address says it."""
        return curve_text(self.loss, ((name, text_of(value)) for name, value in (*self.params, *self.own)))


@dataclass(frozen=True)
class Compare:
    """Up to twelve curves along one slice. ``active`` is the one under the sliders, ``against`` the one that ratios refer to.

    ``shared`` are the settings of the slice, the same for all curves that know them. ``lo``, ``hi``, ``y`` and ``dy`` are
    None where the chart chooses.
    """

    rows: tuple[Row, ...]
    slice: str
    shared: Numbers = ()
    active: int = 0
    against: int = 0
    gradient: str = "x"
    panels: tuple[str, ...] = ("value", "gradient")
    scale: str = "linear"
    marks: tuple[str, ...] = ()
    norm: float | None = None
    at: float | None = None
    lo: float | None = None
    hi: float | None = None
    ranges: tuple[tuple[str, tuple[float, float]], ...] = ()
    present: bool = False
    zoom: Zoom = ()

    # --- what is drawn -----------------------------------------------------------------------------------------------

    @property
    def axis(self) -> Axis:
        """The x that all curves share."""
        return self.rows[0].the_loss.kind.slice(self.slice).axes[0]

    @property
    def range(self) -> tuple[float, float]:
        """From where to where it is drawn."""
        return (self.axis.lo if self.lo is None else self.lo, self.axis.hi if self.hi is None else self.hi)

    @property
    def shared_params(self) -> tuple[Param, ...]:
        """The settings of the slice that at least one curve takes from all: where two curves disagree, the stricter one."""
        found: dict[str, Param] = {}
        for row in self.rows:
            for param in row.the_loss.kind.slice(self.slice).params:
                found[param.name] = stricter(found.get(param.name, param), param)
        return tuple(found.values())

    @property
    def panes(self) -> Panes:
        """The axes of which a piece may be shown."""
        return {"x": self.range, **heights(PANELS, self.scale)}

    def zoomed_as(self, before: Compare) -> Compare:
        """With what is left of its zoom after ``before``: an axis that is another is shown whole."""
        return replace(self, zoom=kept(self.zoom, self._sight, before._sight))

    @property
    def _sight(self) -> Sight:
        heights = (self.scale, self.ranges)
        beside = (*heights, self.rows[self.against].slot)
        return {
            "x": (self.axis, self.range),
            **dict.fromkeys(PANELS, heights),
            "gradient": (*heights, self.gradient),
            **dict.fromkeys(("ratio", "gradient_ratio", "difference"), beside),
        }

    @property
    def gradients(self) -> tuple[str, ...]:
        """The coordinates in which every curve has a slope: ``x``, the drawn one, and others."""
        into = [row.the_loss.kind.slice(self.slice).into for row in self.rows]
        return ("x", *(key for key in into[0] if all(key in others for others in into)))

    @property
    def shown(self) -> list[int]:
        """The places of the curves that are not hidden."""
        return [k for k, row in enumerate(self.rows) if not row.hidden]

    def views(self) -> list[View]:
        """One view a curve, hidden ones too, all with one x."""
        shared = dict(self.shared)
        lo, hi = self.range
        size = sum(row.the_loss.kind.size for row in self.rows)
        points = min(POINTS, BUDGET // size)
        found = []
        for row in self.rows:
            names = [p.name for p in row.the_loss.kind.slice(self.slice).params]
            numbers = {**dict(row.params), **{n: shared[n] for n in names if n in shared}, **dict(row.own)}
            found.append(View(row.loss, self.slice, tuple(numbers.items()), self.gradient, 1, points, lo, hi))
        return found

    # --- words -------------------------------------------------------------------------------------------------------

    def words(self, every: bool = False) -> Words:
        """The words of the page's address; with ``every``, those too that say the usual."""
        said: Words = [("curve", row.text) for row in self.rows]
        said += [("slice", self.slice), *((name, text_of(value)) for name, value in self.shared)]
        said += [("gradient", self.gradient), ("panels", ",".join(self.panels))]
        said += [("active", str(self.active + 1)), ("against", str(self.against + 1))]
        hidden = [str(k + 1) for k, row in enumerate(self.rows) if row.hidden]
        slots = [row.slot for row in self.rows]
        for word, text, usual in (
            ("scale", self.scale, "linear"),
            ("mark", ",".join(self.marks), ""),
            ("hide", ",".join(hidden), ""),
            ("present", "1" if self.present else "0", "0"),
            ("ink", "" if slots == list(range(len(slots))) else ",".join(str(s + 1) for s in slots), ""),
        ):
            if text != usual or (every and usual):
                said.append((word, text))
        lo, hi = self.range if every else (self.lo, self.hi)
        at = float(f"{self.views()[self.active].first_at:.6g}") if every and self.at is None else self.at
        for word, value in (("from", lo), ("to", hi), ("norm", self.norm), ("at", at)):
            if value is not None:
                said.append((word, text_of(value)))
        said += [(word, f"{text_of(ends[0])},{text_of(ends[1])}") for word, ends in self.ranges]
        return said + zoom_words(self.zoom)

    @property
    def choice(self) -> tuple[object, ...]:
        """What was chosen rather than slid: a change of it is a new entry in the browser's history."""
        curves = tuple((row.loss, row.slot, row.hidden) for row in self.rows)
        drawn = (self.gradient, self.panels, self.scale, self.marks, self.rows[self.against].slot)
        return (curves, self.slice, *drawn, self.present)

    # --- what a hand may do ------------------------------------------------------------------------------------------

    @property
    def is_full(self) -> bool:
        """Whether no curve fits any more."""
        return len(self.rows) >= MAX_CURVES

    def _free_slot(self) -> int:
        return min(set(range(MAX_CURVES)) - {row.slot for row in self.rows})

    def _arranged(self, rows: Sequence[Row], active: int, against: int | None = None) -> Compare:
        """The same page with other rows; ``active`` and ``against`` are slots, or the nearest that is left."""
        slots = [row.slot for row in rows]
        kept = self.rows[self.against].slot if against is None else against
        state = replace(
            self,
            rows=tuple(rows),
            active=slots.index(active) if active in slots else min(self.active, len(rows) - 1),
            against=slots.index(kept) if kept in slots else 0,
        )
        return fitting(state)

    def changed(self, place: int, params: Numbers, own: Numbers) -> Compare:
        """One curve with other numbers."""
        rows = list(self.rows)
        rows[place] = replace(rows[place], params=params, own=own)
        return replace(self, rows=tuple(rows))

    def add(self, loss: str) -> Compare:
        """One more curve, under the sliders."""
        if self.is_full or not same_axis(LOSSES[loss], self.slice, self.axis):
            return self
        row = Row(loss, tuple(View(loss).loss_params.items()), slot=self._free_slot())
        return self._arranged((*self.rows, row), row.slot)

    def pin(self) -> Compare:
        """Leave a copy where the active curve is, and go on with the curve."""
        return self._copied(self.active, go_on=True)

    def duplicate(self) -> Compare:
        """A copy of the active curve, under the sliders."""
        return self._copied(self.active, go_on=False)

    def _copied(self, place: int, go_on: bool) -> Compare:
        if self.is_full:
            return self
        row = self.rows[place]
        copy = replace(row, slot=self._free_slot(), hidden=False)
        at = place if go_on else place + 1
        return self._arranged((*self.rows[:at], copy, *self.rows[at:]), row.slot if go_on else copy.slot)

    def remove(self, place: int) -> Compare:
        """One curve less; the last one stays, and one that is seen stays."""
        rows = (*self.rows[:place], *self.rows[place + 1 :])
        if not rows:
            return self
        if all(row.hidden for row in rows):
            rows = (replace(rows[0], hidden=False), *rows[1:])
        return self._arranged(rows, self.rows[self.active].slot)

    def toggle(self, place: int) -> Compare:
        """Hide a curve or show it again; the last one seen stays."""
        row = self.rows[place]
        if not row.hidden and self.shown == [place]:
            return self
        rows = list(self.rows)
        rows[place] = replace(row, hidden=not row.hidden)
        active = self.active
        if active == place and rows[place].hidden:
            active = min((k for k, r in enumerate(rows) if not r.hidden), key=lambda k: abs(k - place))
        return replace(self, rows=tuple(rows), active=active)

    def activate(self, place: int) -> Compare:
        """Put a curve under the sliders."""
        rows = list(self.rows)
        rows[place] = replace(rows[place], hidden=False)
        return replace(self, rows=tuple(rows), active=place)

    def move(self, place: int, by: int) -> Compare:
        """A curve earlier or later in the list."""
        to = place + by
        if not 0 <= to < len(self.rows):
            return self
        rows = list(self.rows)
        rows[place], rows[to] = rows[to], rows[place]
        return self._arranged(rows, self.rows[self.active].slot)

    def presented(self) -> Compare:
        """On the projector, and back."""
        return replace(self, present=not self.present)

    def sloped(self) -> Compare:
        """The panel of the gradient, or not; some panel stays."""
        wanted = set(self.panels) ^ {"gradient"}
        return replace(self, panels=tuple(p for p in PANELS if p in wanted)) if wanted else self

    def turned(self) -> Compare:
        """The next axis that all curves have and that can take their settings."""
        return turned(self, list(self.slices()), self.along)

    def alone(self, place: int, name: str, wanted: bool) -> Compare:
        """A setting of the slice that one curve keeps for itself, at first where it is for all; or shares again."""
        row = self.rows[place]
        param = next((p for p in row.the_loss.kind.slice(self.slice).params if p.name == name), None)
        if param is None or wanted == (name in dict(row.own)):
            return self
        own = {**dict(row.own), name: _moved(param, dict(self.shared)[name])}
        kept = tuple((n, v) for n, v in own.items() if wanted or n != name)
        rows = (*self.rows[:place], replace(row, own=kept), *self.rows[place + 1 :])
        return replace(self, rows=rows)

    def within(self, word: str, lo: float | None, hi: float | None) -> Compare:
        """The ends of ``x``, or frozen ones of the loss (``y``) or the gradient (``dy``); half of a pair changes nothing."""
        if lo is None or hi is None or not lo < hi or (word == "x" and not can_be_told_apart(lo, hi)):
            return self
        if word == "x":
            ends = [None if end == usual else end for end, usual in ((lo, self.axis.lo), (hi, self.axis.hi))]
            return fitting(replace(self, lo=ends[0], hi=ends[1]))
        given = {**dict(self.ranges), word: (lo, hi)}
        return replace(self, ranges=tuple((w, given[w]) for w in RANGES if w in given))

    def freed(self) -> Compare:
        """The axis from end to end, and heights as the curves need them."""
        return fitting(replace(self, lo=None, hi=None, ranges=()))

    def family(self, name: str, values: Iterable[float]) -> Compare:
        """The active curve at several values of one parameter, in its place; those that are drawn already stay where they are."""
        row = self.rows[self.active]
        numbers = dict(row.params)
        wanted = self._missing(name, values)[: self._room]
        if name not in numbers or not wanted:
            return self
        nearest = min(wanted, key=lambda v: abs(v - numbers[name]))
        free = iter(sorted(set(range(MAX_CURVES)) - {r.slot for r in self.rows}))
        members = [
            replace(
                row,
                params=tuple({**numbers, name: value}.items()),
                slot=row.slot if value == nearest else next(free),
                hidden=False,
            )
            for value in wanted
        ]
        return self._arranged((*self.rows[: self.active], *members, *self.rows[self.active + 1 :]), row.slot)

    def beyond(self, name: str, values: Iterable[float]) -> list[float]:
        """The values of a family that find no room."""
        return self._missing(name, values)[self._room :]

    @property
    def _room(self) -> int:
        return MAX_CURVES - len(self.rows) + 1  # the active curve gives its place to the family

    def _missing(self, name: str, values: Iterable[float]) -> list[float]:
        row = self.rows[self.active]
        others = [dict(r.params) for r in self.rows if r.loss == row.loss and r is not row]
        return [v for v in sorted(set(values)) if {**dict(row.params), name: v} not in others]

    def along(self, slice_key: str) -> Compare:
        """The same curves along another slice that all of them have; settings that still mean the same stay. A slice that
        cannot take one, a soft target, gives way to the one that can."""
        values, lines = dict(self.shared), [row.the_loss.kind.slice(slice_key) for row in self.rows]
        if not all(p.takes(values[p.name]) for line in lines for p in line.params if p.name in values):
            slice_key = softer(lines) or slice_key
        known = {p: dict(self.shared)[p.name] for p in self.shared_params}
        rows = tuple(replace(row, own=()) for row in self.rows)
        state = replace(self, rows=rows, slice=slice_key, shared=(), at=None, lo=None, hi=None, norm=None, ranges=())
        shared = {p.name: known[p] for p in state.shared_params if p in known}
        near = {p.name: dict(self.shared)[p.name] for p in state.shared_params if p.name in dict(self.shared)}
        return fitting(replace(state, shared=tuple({**near, **shared}.items())))

    def slices(self) -> dict[str, str]:
        """The axes that every curve has, by key, with their names."""
        first, *others = (row.the_loss for row in self.rows)
        return {s.key: s.name for s in first.kind.curves if all(same_axis(other, s.key, s.axes[0]) for other in others)}

    def offered(self) -> list[str]:
        """The losses that can be drawn beside the others."""
        return [key for key, loss in LOSSES.items() if same_axis(loss, self.slice, self.axis)]


# --- axes and settings -----------------------------------------------------------------------------------------------


def softer(lines: list[Slice]) -> str:
    """The slice that takes what these cannot, if it is the same for all."""
    softer = {line.relaxed for line in lines}
    return softer.pop() if len(softer) == 1 else ""


def _moved(param: Param, value: float) -> float:
    """The nearest value that a parameter can take."""
    inside = min(max(value, param.lo), param.hi)
    return min(param.grid, key=lambda g: abs(g - inside)) if param.whole else inside


def fitting(state: Compare) -> Compare:
    """The nearest state that holds together: settings that all curves can take, a slope that all have, a cursor on the axis."""
    shared = dict(state.shared)
    defaults: dict[str, float] = {}
    for view in (View(row.loss, state.slice, row.params) for row in state.rows):
        for name, value in view.slice_params.items():
            defaults.setdefault(name, value)
    settled = {p.name: _moved(p, shared.get(p.name, defaults[p.name])) for p in state.shared_params}
    low, high = state.range
    return replace(
        state,
        shared=tuple(settled.items()),
        gradient=state.gradient if state.gradient in state.gradients else "x",
        at=None if state.at is None or not low <= state.at <= high else state.at,
        norm=None if state.norm is None or not low <= state.norm <= high else state.norm,
    )


def usual_values(param: Param) -> list[float]:
    """Values worth drawing side by side: 0, ½, 1, 2, 5 where they fit, else five steps through the range."""
    if param.scale == "log":
        low, high = math.log10(param.lo), math.log10(param.hi)
        return [min(param.grid, key=lambda g: abs(math.log10(g) - low - k * (high - low) / 4)) for k in range(5)]
    if param.lo >= 0 and param.hi >= 4:
        return [v for v in (0.0, 0.5, 1.0, 2.0, 5.0) if param.lo <= v <= param.hi]
    return [param.grid[round(share * (len(param.grid) - 1))] for share in (0.1, 0.25, 0.5, 0.75, 0.9)]


def opening() -> Compare:
    """The focal paper's figure 1: cross-entropy and focal, the easier half shaded."""
    bce = Row("bce_with_logits", tuple(View("bce_with_logits").loss_params.items()))
    focal = [Row("focal", (("gamma", gamma),), slot=k) for k, gamma in enumerate((0.0, 0.5, 1.0, 2.0, 5.0), start=1)]
    state = Compare(
        rows=(bce, *focal),
        slice="p_t",
        shared=(("target", 1.0),),
        active=4,
        gradient="logit",
        marks=("easy",),
        at=0.9,
        ranges=(("y", (0.0, 5.0)),),
    )
    return fitting(state)
