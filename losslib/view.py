"""``View``: a request for one curve or surface, as strings and floats. It is the waist of the house.

Everything that comes from outside, an address, an API call, a notebook, becomes a ``View`` through the one parser here, or
is refused with a ``ViewError`` that names the thing, the rule and the value.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, SupportsIndex

from losslib.catalogue import UnknownLossError, entry, get
from losslib.spec import Axis, Loss, Param, ParamError, Slice, written

__all__ = [
    "BUDGET",
    "DTYPES",
    "MAX_CURVES",
    "MAX_POINTS",
    "MAX_SIDE",
    "TOLD_APART",
    "View",
    "ViewError",
    "can_be_told_apart",
    "curve_words",
    "number",
    "on_axis",
    "text_of",
]

MAX_POINTS = 4001
MAX_SIDE = 201
BUDGET = 4_000_000
THIRD = 0.32  # of the range
LIVE_BUDGET = BUDGET // 4  # a surface of this size is drawn while the hand moves
NARROWEST = 1e-4  # of the larger end: the points of a curve are then two steps of float32 apart
LEAST_WIDTH = 1e-7
TOLD_APART = f"must be above from by {NARROWEST:g} of the larger of both, and by {LEAST_WIDTH:g} at least"
LONGEST = 32  # characters of a number
MAX_WORDS = 40
MAX_CURVES = 12
DTYPES = ("float64", "float32", "bfloat16", "float16")
NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?", re.ASCII)


class ViewError(ValueError):
    """A request that cannot be drawn.

    ``str(error)`` names the thing, the rule and the value. ``sentence`` leaves the value out: nothing a stranger wrote is
    in it, so it may be shown anywhere.
    """

    def __init__(self, thing: str, rule: str, *value: object):
        self.thing, self.rule, self.value = thing, rule, value[0] if value else None
        self.sentence = f"{thing} {rule}"
        super().__init__("".join([self.sentence, *(f", got {written(v)}" for v in value)]))


def number(thing: str, text: str) -> float:
    """The number that ``text`` plainly writes; no ``nan``, ``inf``, ``1_0``, ``0x10``, spaces or endless digits."""
    if len(text) > LONGEST:
        raise ViewError(thing, f"must be a plain number of at most {LONGEST} characters, not of {len(text)}")
    if not NUMBER.fullmatch(text):
        raise ViewError(thing, "must be a plain number", text)
    value = float(text)
    if not math.isfinite(value):
        raise ViewError(thing, "must be a finite number", text)
    return value


def _whole(thing: str, text: str, lo: int, hi: int) -> int:
    if not re.fullmatch(r"\d{1,6}", text, re.ASCII) or not lo <= int(text) <= hi:
        raise ViewError(thing, f"must be a whole number between {lo} and {hi}", text)
    return int(text)


@dataclass(frozen=True)
class View:
    """One loss along one slice. Missing parameters take the loss's opening values; ``points`` is per coordinate.

    ``gradient`` is ``"x"`` for the slope in the coordinate that is drawn, or the word of another coordinate of the same
    line (``"logit"``). ``order`` 2 asks for the second derivative too, of a curve. ``lo`` and ``hi`` narrow or widen the first axis.

    Raises:
        ViewError: naming the thing, the rule and the value.
    """

    loss: str
    slice: str = ""
    params: tuple[tuple[str, float], ...] = ()
    gradient: str = "x"
    order: int = 1
    points: int = 0
    lo: float | None = None
    hi: float | None = None
    dtype: str = "float64"

    def __post_init__(self) -> None:
        fill = object.__setattr__
        the_loss = _loss(self.loss, entry)
        fill(self, "slice", self.slice or the_loss.opening.slice or the_loss.kind.curves[0].key)
        the_slice = _slice(the_loss, self.slice)
        fill(self, "params", tuple(_complete(the_loss, the_slice, dict(self.params)).items()))
        if self.gradient != "x" and self.gradient not in the_slice.into:
            raise ViewError("gradient", f"must be {_either('x', *the_slice.into)} on slice {self.slice}", self.gradient)
        orders = (1,) if self.is_surface else (1, 2)
        if self.order not in orders:
            raise ViewError("order", f"must be {_either(*map(str, orders))} on slice {self.slice}", self.order)
        if self.dtype not in DTYPES:
            raise ViewError("dtype", f"must be {_either(*DTYPES)}", self.dtype)
        self._check_range(the_slice)
        fill(self, "points", self.points or self._default_points())
        self._check_budget()

    def _check_range(self, the_slice: Slice) -> None:
        axis = the_slice.axes[0]
        for name, usual in zip(("lo", "hi"), _opening_range(self.the_loss, the_slice), strict=True):
            given = getattr(self, name)
            value = on_axis(axis, "from" if name == "lo" else "to", usual if given is None else given)
            object.__setattr__(self, name, value)
        if not self.range[0] < self.range[1]:
            raise ViewError("from", "must be below to", f"{self.range[0]:g} and {self.range[1]:g}")

    def _default_points(self) -> int:
        if not self.is_surface:
            return min(401, BUDGET // self.the_loss.kind.size)
        return min(81, math.isqrt(LIVE_BUDGET // self.the_loss.kind.size))

    def _check_budget(self) -> None:
        if not isinstance(self.points, SupportsIndex):
            raise ViewError("points", "must be a whole number", self.points)
        if not 2 <= self.points <= self.most_points:
            raise ViewError("points", f"must be between 2 and {self.most_points}", self.points)
        size = self.the_loss.kind.size
        if self.count * size > BUDGET:
            raise ViewError(
                "points", f"times the {size} numbers of one example must stay within {BUDGET}", f"{self.count} × {size}"
            )

    @classmethod
    def of(
        cls,
        loss: str,
        slice: str = "",
        *,
        gradient: str = "x",
        order: int = 1,
        points: int = 0,
        lo: float | None = None,
        hi: float | None = None,
        dtype: str = "float64",
        **params: float,
    ) -> View:
        """A view as one writes it in a notebook: ``View.of("focal", "probability", gamma=2, target=1)``."""
        return cls(loss, slice, tuple(params.items()), gradient, order, points, lo, hi, dtype)

    @classmethod
    def parse(cls, words: Iterable[tuple[str, str]], find: Callable[[str], Loss] = get) -> View:
        """The view that ``(word, text)`` pairs ask for; the first thing wrong raises ``ViewError``.

        ``find`` is ``entry`` where a study may be named too: in a comparison.
        """
        return _read(words, _refuse, find=find)

    @classmethod
    def nearest(cls, words: Iterable[tuple[str, str]], default: str = "focal") -> tuple[View, list[ViewError]]:
        """The nearest view that can be drawn, and what had to be dropped or moved to get there."""
        problems: list[ViewError] = []
        return _read(words, problems.append, default), problems

    @classmethod
    def parse_many(cls, words: Iterable[tuple[str, str]]) -> list[View]:
        """The views of ``curve=KEY[:name=value,…]``, repeated, that share all other words (``slice``, ``target`` …); a curve may
        be a study's.

        A shared word that only some of the curves know is theirs alone; one that none knows is an error.
        """
        pairs = list(words)
        specs = [text for word, text in pairs if word == "curve"]
        if not 1 <= len(specs) <= MAX_CURVES:
            raise ViewError("curve", f"must be given between 1 and {MAX_CURVES} times", len(specs))
        shared = [(word, text) for word, text in pairs if word != "curve"]
        _once(shared, _refuse)
        curves = [curve_words(spec) for spec in specs]
        known = [_names(curve, shared) for curve in curves]
        for word, _ in shared:
            if not any(word in names for names in known):
                raise ViewError("a parameter", "is not known to any of the curves", word)
        return [
            cls.parse([*curve, *((w, text) for w, text in shared if w in names and w not in dict(curve))], entry)
            for curve, names in zip(curves, known, strict=True)
        ]

    @property
    def the_loss(self) -> Loss:
        """The entry of the catalogue, or the study."""
        return entry(self.loss)

    @property
    def the_slice(self) -> Slice:
        """The slice along which it is seen."""
        return self.the_loss.kind.slice(self.slice)

    @property
    def is_surface(self) -> bool:
        """Whether the slice has two coordinates."""
        return len(self.the_slice.axes) == 2

    @property
    def most_points(self) -> int:
        """How many points a coordinate may have."""
        return MAX_SIDE if self.is_surface else MAX_POINTS

    @property
    def count(self) -> int:
        """How many examples are asked for."""
        return self.points**2 if self.is_surface else self.points

    @property
    def first_at(self) -> float:
        """The example to look at first: the one the loss is best met with, else a third along the range, where most losses still pull."""
        opening = self.the_loss.opening
        low, high = self.range
        if opening.at is not None and opening.slice in ("", self.slice) and low <= opening.at <= high:
            return opening.at
        return low + THIRD * (high - low)

    @property
    def first_heights(self) -> tuple[float, float] | None:
        """The heights the loss is best met with, on the slice it opens with; None where the curve chooses."""
        opening = self.the_loss.opening
        return opening.y if opening.slice in ("", self.slice) else None

    @property
    def range(self) -> tuple[float, float]:
        """The first axis's ends, filled in."""
        assert self.lo is not None
        assert self.hi is not None
        return self.lo, self.hi

    @cached_property
    def values(self) -> Mapping[str, float]:
        """All parameters, of the loss and of the slice, by name."""
        return dict(self.params)

    @property
    def loss_params(self) -> dict[str, float]:
        """The parameters that bend the loss."""
        return {p.name: self.values[p.name] for p in self.the_loss.params}

    @property
    def slice_params(self) -> dict[str, float]:
        """The parameters that place the slice: what its function takes."""
        return {p.name: self.values[p.name] for p in self.the_slice.params}

    def words(self, every: bool = False) -> list[tuple[str, str]]:
        """The words that say what is drawn; with ``every``, those too that say the usual, so that a link keeps its meaning
        when a default changes."""
        said = [("loss", self.loss), ("slice", self.slice), *((name, text_of(value)) for name, value in self.params)]
        if every or self.gradient != "x":
            said.append(("gradient", self.gradient))
        if every or self.order != 1:
            said.append(("order", str(self.order)))
        if every or self.range != _opening_range(self.the_loss, self.the_slice):
            said += [("from", text_of(self.range[0])), ("to", text_of(self.range[1]))]
        if every or self.dtype != "float64":
            said.append(("dtype", self.dtype))
        return said

    def change(self, **values: float) -> View:
        """The same view with some parameters changed."""
        return replace(self, params=tuple({**self.values, **values}.items()))


def on_axis(axis: Axis, word: str, value: float) -> float:
    """``value``, which was given as ``word``, as a float.

    Raises:
        ViewError: it is no number, or outside the domain of the axis.
    """
    return _checked(axis.check, word, value)


def can_be_told_apart(lo: float, hi: float) -> bool:
    """Whether the points of a curve between two ends are distinct numbers in the single precision of a chart."""
    return hi - lo >= max(NARROWEST * max(abs(lo), abs(hi)), LEAST_WIDTH)


def _opening_range(loss: Loss, the_slice: Slice) -> tuple[float, float]:
    """The ends of the first axis unless they are given: the opening's on the slice it opens with, else the axis's own."""
    axis, opening = the_slice.axes[0], loss.opening
    if opening.slice not in ("", the_slice.key):
        return axis.lo, axis.hi
    return axis.lo if opening.lo is None else opening.lo, axis.hi if opening.hi is None else opening.hi


def curve_words(spec: str) -> list[tuple[str, str]]:
    """The words of one ``KEY[:name=value,…]``."""
    key, _, rest = spec.partition(":")
    if len(spec) > 400:
        raise ViewError("curve", "must be at most 400 characters long")
    words = [("loss", key)]
    for part in rest.split(",") if rest else []:
        name, equals, text = part.partition("=")
        if not equals:
            raise ViewError("curve", "must be written KEY:name=value,name=value", spec)
        words.append((name, text))
    return words


def _names(curve: list[tuple[str, str]], shared: list[tuple[str, str]]) -> set[str]:
    """The words that one curve can take from the shared ones."""
    loss = _loss(curve[0][1], entry)
    the_slice = _known_slice(loss, dict(shared).get("slice", ""), _refuse)
    return {"slice", *SETTINGS, *(p.name for p in the_slice.params)}


def text_of(value: float) -> str:
    """The shortest text that reads back as ``value``."""
    return repr(int(value)) if value == int(value) and abs(value) < 1e15 else repr(float(value))


def _either(*names: str) -> str:
    return " or ".join(names)


def _loss(key: str, find: Callable[[str], Loss] = get) -> Loss:
    if not isinstance(key, str):
        raise ViewError("the loss", "must be given by its key", key)
    if not key:
        raise ViewError("the loss", "must be given")
    try:
        return find(key)
    except UnknownLossError as error:
        raise ViewError("the loss", f"is not in the catalogue{error.hint}", key) from None


def _slice(loss: Loss, key: str) -> Slice:
    try:
        return loss.kind.slice(key)
    except KeyError:
        raise ViewError("slice", f"must be {_either(*(s.key for s in loss.kind.slices))} for {loss.key}", key) from None


def _opening_value(loss: Loss, param: Param, default: float) -> float:
    """The value a parameter opens with, where this slice can take it."""
    wished = loss.opening.values.get(param.name, default)
    try:
        return param.check(wished)
    except ValueError:
        return default


def _unknown(loss: Loss, the_slice: Slice, word: str) -> ViewError:
    params = _either(*(p.name for p in (*loss.params, *the_slice.settings))) or "none"
    return ViewError("a parameter", f"is not known to {loss.key} on slice {the_slice.key}, which has {params}", word)


def _complete(loss: Loss, the_slice: Slice, given: dict[str, float]) -> dict[str, float]:
    params = {p.name: p for p in (*loss.params, *the_slice.settings)}
    for name in given:
        if name not in params:
            raise _unknown(loss, the_slice, name)
    defaults = {**loss.defaults, **the_slice.opening}
    return {
        name: _checked(param.check, given[name]) if name in given else _opening_value(loss, param, defaults[name])
        for name, param in params.items()
    }


def _checked(check: Callable[..., float], *given: object) -> float:
    try:
        return check(*given)
    except ParamError as error:
        raise ViewError(error.name, error.rule, error.value) from None


def _refuse(problem: ViewError) -> None:
    raise problem


def _once(words: Iterable[tuple[str, str]], complain: Callable[[ViewError], None]) -> dict[str, str]:
    """The words, each given once and not too many; what is over is dropped."""
    found: dict[str, str] = {}
    for count, (word, text) in enumerate(words):
        if count >= MAX_WORDS:
            complain(ViewError("the request", f"must have at most {MAX_WORDS} words"))
            break
        if word in found:
            complain(ViewError("a word", "was given twice", word))
            continue
        found[word] = text
    return found


def _read(
    words: Iterable[tuple[str, str]],
    complain: Callable[[ViewError], None],
    default: str = "",
    find: Callable[[str], Loss] = get,
) -> View:
    """The one parser: known words become a view, and each thing wrong is complained of, then left at its default."""
    found = _once(words, complain)
    the_loss = _known_loss(found.pop("loss", default), complain, default, find)
    the_slice = _known_slice(the_loss, found.pop("slice", ""), complain)
    numbers = _numbers(the_loss, the_slice, found, complain)
    the_slice, params = _parameters(the_loss, the_slice, numbers, complain)
    view = View(the_loss.key, the_slice.key, tuple(params.items()))
    return _settings(view, found, numbers, complain)


def _known_loss(key: str, complain: Callable[[ViewError], None], default: str, find: Callable[[str], Loss]) -> Loss:
    try:
        return _loss(key, find)
    except ViewError as problem:
        complain(problem)
        return get(default)


def _known_slice(loss: Loss, key: str, complain: Callable[[ViewError], None]) -> Slice:
    if key:
        try:
            return _slice(loss, key)
        except ViewError as problem:
            complain(problem)
    return loss.kind.slice(loss.opening.slice or loss.kind.curves[0].key)


SETTINGS = ("gradient", "order", "points", "from", "to", "dtype")


def _numbers(
    loss: Loss, the_slice: Slice, found: dict[str, str], complain: Callable[[ViewError], None]
) -> dict[str, float]:
    known = {*SETTINGS, *(p.name for p in (*loss.params, *the_slice.settings))}
    numbers = {}
    for word, text in found.items():
        if word in ("gradient", "order", "points", "dtype"):
            continue
        try:
            numbers[word] = number(word if word in known else "a parameter", text)
        except ViewError as problem:
            complain(problem if word in known else _unknown(loss, the_slice, word))
    return numbers


def _parameters(
    loss: Loss, the_slice: Slice, numbers: dict[str, float], complain: Callable[[ViewError], None]
) -> tuple[Slice, dict[str, float]]:
    given = {word: value for word, value in numbers.items() if word not in SETTINGS}
    taken: dict[str, float] = {}
    for word, value in given.items():
        try:
            _complete(loss, the_slice, {word: value})
            taken[word] = value
        except ViewError as problem:
            complain(problem)
            if the_slice.relaxed and _accepts(loss, loss.kind.slice(the_slice.relaxed), word, value):
                the_slice = loss.kind.slice(the_slice.relaxed)
                taken[word] = value
    return the_slice, taken


def _accepts(loss: Loss, the_slice: Slice, word: str, value: float) -> bool:
    try:
        _complete(loss, the_slice, {word: value})
    except ViewError:
        return False
    return True


def _settings(
    view: View, found: dict[str, str], numbers: dict[str, float], complain: Callable[[ViewError], None]
) -> View:
    changes: dict[str, Any] = {}
    for word, field, read in (
        ("gradient", "gradient", str),
        ("dtype", "dtype", str),
        ("order", "order", lambda text: _whole("order", text, 1, 2)),
        ("points", "points", lambda text: _whole("points", text, 2, view.most_points)),
    ):
        if word in found:
            try:
                changes = _with(view, changes, {field: read(found[word])})
            except ViewError as problem:
                complain(problem)
    bounds = {field: numbers[word] for word, field in (("from", "lo"), ("to", "hi")) if word in numbers}
    if bounds:
        try:
            changes = _wide_enough(view, _with(view, changes, dict(bounds)))
        except ViewError as problem:
            complain(problem)
    return replace(view, **changes)


def _wide_enough(view: View, changes: dict[str, Any]) -> dict[str, Any]:
    """The changes, if a chart can draw the range: it draws in single precision, whatever a notebook may ask for."""
    lo, hi = replace(view, **changes).range
    if not can_be_told_apart(lo, hi):
        raise ViewError("to", TOLD_APART, hi - lo)
    return changes


def _with(view: View, changes: dict[str, Any], more: dict[str, Any]) -> dict[str, Any]:
    """The changes and some more, if the view can take them all."""
    replace(view, **{**changes, **more})
    return {**changes, **more}
