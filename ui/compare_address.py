"""What an address of the Compare page asks for, read word by word: the nearest page, and how much had to be left out."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from losslib import View, ViewError
from losslib.catalogue import entry
from losslib.spec import Loss, Param
from losslib.view import MAX_CURVES, can_be_told_apart, curve_words, number
from ui.axes import same_axis
from ui.comparison import MARKS, PANELS, RANGES, SCALES, Compare, Row, Words, fitting, opening, softer
from ui.zoom import Panes, Zoom, read_zoom

__all__ = ["Left", "nearest"]

OWN = ("slice", "gradient", "panels", "active", "against", "scale", "mark", "hide", "ink", "present")
PLACES = ("from", "to", "norm", "at", "zoom")


@dataclass(frozen=True)
class Left:
    """How much of an address had to be left out."""

    curves: int = 0
    words: int = 0

    @property
    def sentence(self) -> str:
        """One sentence in which nothing is repeated that the address said; ``""`` if nothing was left out."""
        if self.curves:
            some = "One curve" if self.curves == 1 else f"{self.curves} curves"
            was = "was" if self.curves == 1 else "were"
            return f"{some} of the link cannot be drawn here and {was} left out."
        if self.words:
            return "A part of the link cannot be read and was left out."
        return ""


def nearest(words: Words) -> tuple[Compare, Left]:
    """The nearest page to what an address asks for, and how much had to be left out."""
    texts = [text for word, text in words if word == "curve"]
    specs = _specs(texts)
    told: dict[str, str] = {}
    for word, text in words:
        told.setdefault(word, text)
    reader = _Reader(told, left=len(words) - len(told) - max(len(texts) - 1, 0))
    if not specs:
        return _without_curves(reader, len(texts))
    slice_key = _common_slice(specs, told.get("slice", ""))
    slice_key = _relaxed(slice_key, [entry(said[0][1]) for _, said in specs], told)
    rows = {place: row for place, said in specs if (row := _row(said, slice_key))}
    if not rows:
        return _without_curves(reader, len(texts))
    axis = next(iter(rows.values())).the_loss.kind.slice(slice_key).axes[0]
    rows = {place: row for place, row in rows.items() if same_axis(row.the_loss, slice_key, axis)}
    state = _read(reader, rows, slice_key, min(len(texts), MAX_CURVES))
    return state, Left(len(texts) - len(rows), reader.left + (told.get("slice", slice_key) != slice_key))


@dataclass
class _Reader:
    """The words of an address, taken one by one; what cannot be taken is counted."""

    words: dict[str, str]
    left: int = 0

    def some_of(self, word: str, known: Sequence[str]) -> tuple[str, ...]:
        """The known names of a list, in the house's order."""
        said = [part for part in self.words.get(word, "").split(",") if part]
        self.left += sum(part not in known for part in said)
        return tuple(name for name in known if name in said)

    def one_of(self, word: str, known: Sequence[str], usual: str) -> str:
        """A known name, or the usual one."""
        text = self.words.get(word, usual)
        self.left += text not in known
        return text if text in known else usual

    def number(self, word: str, lo: float, hi: float) -> float | None:
        """A number within its ends, or None."""
        if word not in self.words:
            return None
        try:
            value = number(word, self.words[word])
        except ViewError:
            value = math.nan
        self.left += not lo <= value <= hi
        return value if lo <= value <= hi else None

    def setting(self, param: Param) -> float | None:
        """A number that a parameter can take, or None."""
        value = self.number(param.name, param.lo, param.hi)
        if value is None or param.takes(value):
            return value
        self.left += 1
        return None

    def zoom(self, panes: Panes) -> Zoom:
        """The piece of the chart that is shown, or all of it."""
        try:
            return read_zoom(self.words.get("zoom", ""), panes)
        except ViewError:
            self.left += 1
            return ()

    def ends(self, word: str) -> tuple[float, float] | None:
        """Two numbers, the lower first, or None."""
        if word not in self.words:
            return None
        try:
            lo, hi = (number(word, part) for part in self.words[word].split(","))
        except ValueError:
            lo, hi = 1.0, 0.0
        self.left += not lo < hi
        return (lo, hi) if lo < hi else None


def _without_curves(reader: _Reader, curves: int) -> tuple[Compare, Left]:
    """The page as it opens, presented if that is asked for; all else that the address says is of curves."""
    present = reader.one_of("present", ("0", "1"), "0") == "1"
    words = reader.left + sum(word != "present" for word in reader.words)
    return replace(opening(), present=present), Left(curves, 0 if curves else words)


def _specs(texts: list[str]) -> list[tuple[int, Words]]:
    """The readable curves with their places in the list."""
    found = []
    for place, text in enumerate(texts[:MAX_CURVES]):
        try:
            words = curve_words(text)
            loss = View.parse([words[0]], entry).the_loss
        except ViewError:
            continue
        if any(_row(words, s.key) for s in loss.kind.curves):
            found.append((place, words))
    return found


def _common_slice(specs: list[tuple[int, Words]], asked: str) -> str:
    """The slice asked for, if a curve has it; else the one of the first curve's that most others share."""
    losses = [entry(words[0][1]) for _, words in specs]
    if any(s.key == asked for loss in losses for s in loss.kind.curves):
        return asked
    first = losses[0]
    usual = View(first.key).slice
    return max(
        (s for s in first.kind.curves),
        key=lambda s: (sum(same_axis(loss, s.key, s.axes[0]) for loss in losses), s.key == usual),
    ).key


def _relaxed(slice_key: str, losses: list[Loss], told: dict[str, str]) -> str:
    """The slice that takes a soft target, where one is asked for and this slice cannot take it."""
    try:
        soft = 0 < number("target", told.get("target", "1")) < 1
    except ViewError:
        return slice_key
    lines = [s for loss in losses for s in loss.kind.curves if s.key == slice_key]
    return (soft and softer(lines)) or slice_key


def _row(words: Words, slice_key: str) -> Row | None:
    try:
        view = View.parse([*words, ("slice", slice_key)], entry)
    except ViewError:
        return None
    said = [word for word, _ in words[1:]]
    if len(set(said)) < len(said) or any(word not in view.values for word in said):
        return None
    own = tuple((name, view.values[name]) for name in view.slice_params if name in said)
    return Row(view.loss, tuple(view.loss_params.items()), own)


def _inks(reader: _Reader, count: int) -> list[int]:
    """The slots by place in the address: those it names if each is named once, else in order."""
    said = [part for part in reader.words.get("ink", "").split(",") if part]
    known = [str(k + 1) for k in range(MAX_CURVES)]
    if len(said) == count and len(set(said)) == count and set(said) <= set(known):
        return [int(part) - 1 for part in said]
    reader.left += bool(said)
    return list(range(count))


def _read(reader: _Reader, rows: dict[int, Row], slice_key: str, count: int) -> Compare:
    """The state of curves that can be drawn, by their places among the ``count`` of the address."""
    inks = _inks(reader, max(rows) + 1)
    hidden = reader.some_of("hide", [str(k + 1) for k in range(count)])
    places = list(rows)
    kept = [replace(rows[p], slot=inks[p], hidden=str(p + 1) in hidden) for p in places]
    if all(row.hidden for row in kept):
        kept[0] = replace(kept[0], hidden=False)
    state = Compare(tuple(kept), slice_key)

    def place(word: str, usual: int) -> int:
        said = reader.one_of(word, [str(p + 1) for p in places], str(usual + 1))
        return places.index(int(said) - 1)

    shared = {p.name: reader.setting(p) for p in state.shared_params}
    given = {name: value for name, value in shared.items() if value is not None}
    known = {"curve", *OWN, *PLACES, *RANGES, *shared}
    reader.left += sum(word not in known for word in reader.words)
    axis = state.axis
    lo, hi = (reader.number(word, *axis.domain) for word in ("from", "to"))
    if not can_be_told_apart(axis.lo if lo is None else lo, axis.hi if hi is None else hi):
        reader.left += 1
        lo, hi = None, None
    state = replace(
        state,
        active=place("active", places[-1]),
        against=place("against", places[0]),
        shared=tuple(given.items()),
        gradient=reader.one_of("gradient", state.gradients, "x"),
        panels=reader.some_of("panels", PANELS) or ("value", "gradient"),
        scale=reader.one_of("scale", SCALES, "linear"),
        marks=reader.some_of("mark", MARKS),
        lo=lo,
        hi=hi,
        present=reader.one_of("present", ("0", "1"), "0") == "1",
        ranges=tuple((word, ends) for word in RANGES if (ends := reader.ends(word))),
    )
    state = replace(state, norm=reader.number("norm", *state.range), at=reader.number("at", *state.range))
    state = replace(state, zoom=reader.zoom(state.panes))
    return fitting(replace(state, active=state.active if not kept[state.active].hidden else state.shown[0]))
