"""What an address of the Compare page asks for, read word by word: the nearest page, and what had to be left out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

from losslib import View, ViewError
from losslib.catalogue import entry
from losslib.spec import Loss, Param, ParamError
from losslib.view import MAX_CURVES, TOLD_APART, can_be_told_apart, curve_words, number
from ui.axes import same_axis
from ui.comparison import MARKS, PANELS, RANGES, SCALES, Compare, Row, Words, fitting, opening, softer
from ui.state import once
from ui.zoom import Panes, Zoom, read_zoom

__all__ = ["nearest"]

OWN = ("slice", "gradient", "panels", "active", "against", "scale", "mark", "hide", "ink", "present")
PLACES = ("from", "to", "norm", "at", "zoom")
T = TypeVar("T")


def nearest(words: Words) -> tuple[Compare, list[ViewError]]:
    """The nearest page to what an address asks for, and what had to be left out, curves first."""
    texts = [text for word, text in words if word == "curve"]
    told, twice = once(pair for pair in words if pair[0] != "curve")
    reader, (specs, lost) = _Reader(told, twice), _specs(texts)
    if not specs:
        return _without_curves(reader, lost)
    slice_key = _common_slice(specs, told.get("slice", ""))
    slice_key = _relaxed(slice_key, [entry(said[0][1]) for said in specs.values()], told)
    rows = {}
    for place, said in specs.items():
        try:
            rows[place] = _row(said, slice_key)
        except ViewError as problem:
            lost[place] = problem
    if not rows:
        return _without_curves(reader, lost)
    axis = next(iter(rows.values())).the_loss.kind.slice(slice_key).axes[0]
    for place in [place for place, row in rows.items() if not same_axis(row.the_loss, slice_key, axis)]:
        lost[place] = ViewError(rows.pop(place).loss, "has another axis than the first")
    state = _read(reader, rows, slice_key, min(len(texts), MAX_CURVES))
    return state, [*_of_curves(lost), *reader.left]


@dataclass
class _Reader:
    """The words of an address, taken one by one, and what of them cannot be taken."""

    words: dict[str, str]
    left: list[ViewError] = field(default_factory=list)

    def tried(self, word: str, read: Callable[[str], T]) -> T | None:
        """What a word says; None if it is not said, or cannot be read."""
        if word not in self.words:
            return None
        try:
            return read(self.words[word])
        except ViewError as problem:
            self.left.append(problem)
            return None

    def some_of(self, word: str, known: Sequence[str]) -> tuple[str, ...]:
        """The known names of a list, in the house's order."""
        said = [part for part in self.words.get(word, "").split(",") if part]
        rule = f"must be some of {', '.join(known)}, with commas between"
        self.left += [ViewError(word, rule, part) for part in said if part not in known]
        return tuple(name for name in known if name in said)

    def one_of(self, word: str, known: Sequence[str], usual: str) -> str:
        """A known name, or the usual one."""
        text = self.words.get(word, usual)
        if text in known:
            return text
        self.left.append(ViewError(word, f"must be {' or '.join(known)}", text))
        return usual

    def number(self, word: str, lo: float, hi: float) -> float | None:
        """A number within its ends, or None."""
        return self.tried(word, lambda text: _within(word, text, lo, hi))

    def setting(self, param: Param) -> float | None:
        """A number that a parameter can take, or None."""
        return self.tried(param.name, lambda text: _taken(param, text))

    def zoom(self, panes: Panes) -> Zoom:
        """The piece of the chart that is shown, or all of it."""
        return self.tried("zoom", lambda text: read_zoom(text, panes)) or ()

    def ends(self, word: str) -> tuple[float, float] | None:
        """Two numbers, the lower first, or None."""
        return self.tried(word, lambda text: _ends(word, text))


def _within(word: str, text: str, lo: float, hi: float) -> float:
    value = number(word, text)
    if not lo <= value <= hi:
        raise ViewError(word, f"must be between {lo:g} and {hi:g}", value)
    return value


def _taken(param: Param, text: str) -> float:
    try:
        return param.check(number(param.name, text))
    except ParamError as error:
        raise ViewError(error.name, error.rule, error.value) from None


def _ends(word: str, text: str) -> tuple[float, float]:
    parts = [number(word, part) for part in text.split(",")]
    if len(parts) != 2 or not parts[0] < parts[1]:
        raise ViewError(word, "must be two numbers with a comma, the lower first", text)
    return parts[0], parts[1]


def _of_curves(lost: Mapping[int, ViewError]) -> list[ViewError]:
    """What is wrong with each curve, with its place in the address."""
    return [ViewError(f"in curve {k + 1}, {lost[k].thing}", lost[k].rule, lost[k].value) for k in sorted(lost)]


def _without_curves(reader: _Reader, lost: Mapping[int, ViewError]) -> tuple[Compare, list[ViewError]]:
    """The page as it opens, presented if that is asked for; all else that the address says is of curves."""
    present = reader.one_of("present", ("0", "1"), "0") == "1"
    others = [] if lost else [word for word in reader.words if word != "present"]
    known = {*OWN, *PLACES, *RANGES}
    alone = [ViewError(word if word in known else "a word", "needs a curve", word) for word in others]
    return replace(opening(), present=present), [*_of_curves(lost), *reader.left, *alone]


def _specs(texts: list[str]) -> tuple[dict[int, Words], dict[int, ViewError]]:
    """The words of each curve that can be drawn, by its place, and what is wrong with the others."""
    found, lost = {}, {}
    for place, text in enumerate(texts):
        try:
            if place >= MAX_CURVES:
                raise ViewError("curve", f"must be given at most {MAX_CURVES} times", len(texts))
            found[place] = _spec(text)
        except ViewError as problem:
            lost[place] = problem
    return found, lost


def _spec(text: str) -> Words:
    """The words of a curve that can be drawn along one of its slices."""
    words = curve_words(text)
    problems = []
    for line in View.parse([words[0]], entry).the_loss.kind.curves:
        try:
            _row(words, line.key)
            return words
        except ViewError as problem:
            problems.append(problem)
    raise problems[0]


def _common_slice(specs: Mapping[int, Words], asked: str) -> str:
    """The slice asked for, if a curve has it; else the one of the first curve's that most others share."""
    losses = [entry(words[0][1]) for words in specs.values()]
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


def _row(words: Words, slice_key: str) -> Row:
    """A curve along a slice.

    Raises:
        ViewError: if it has none there, or cannot take what is said of it.
    """
    loss = entry(words[0][1])
    if slice_key not in [line.key for line in loss.kind.curves]:
        raise ViewError(loss.key, f"has no curve along {slice_key}")
    view = View.parse([*words, ("slice", slice_key)], entry)
    said = [word for word, _ in words[1:]]
    for word in said:
        if word not in view.values:
            raise ViewError("a parameter", f"is not known to {view.loss} in a comparison", word)
    own = tuple((name, view.values[name]) for name in view.slice_params if name in said)
    return Row(view.loss, tuple(view.loss_params.items()), own)


def _inks(reader: _Reader, count: int) -> list[int]:
    """The slots by place in the address: those it names if each is named once, else in order."""
    said = [part for part in reader.words.get("ink", "").split(",") if part]
    known = [str(k + 1) for k in range(MAX_CURVES)]
    if len(said) == count and len(set(said)) == count and set(said) <= set(known):
        return [int(part) - 1 for part in said]
    if said:
        rule = f"must be a number from 1 to {MAX_CURVES} for each curve, each once"
        reader.left.append(ViewError("ink", rule, reader.words["ink"]))
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
    rule = f"is not known to these curves, which have {' or '.join(shared) or 'none'}"
    known = {*OWN, *PLACES, *RANGES, *shared}
    reader.left += [ViewError("a word", rule, word) for word in reader.words if word not in known]
    if (asked := reader.words.get("slice", slice_key)) != slice_key:
        soft = asked in state.slices()  # and they have it, but for the target
        rule = f"must be {slice_key} with a soft target" if soft else f"must be {' or '.join(state.slices())}"
        reader.left.append(ViewError("slice", rule, asked))
    axis = state.axis
    lo, hi = (reader.number(word, *axis.domain) for word in ("from", "to"))
    ends = (axis.lo if lo is None else lo, axis.hi if hi is None else hi)
    if not can_be_told_apart(*ends):
        reader.left.append(ViewError("to", TOLD_APART, ends[1]))
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
