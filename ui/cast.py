"""What plays in a scene: how it is shown now, its curves, of the catalogue and of studies, its named places, and the words that
ask for them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from losslib import Curve, View, ViewError
from losslib.derived import minimum
from losslib.spec import Param, ParamError
from losslib.view import number
from ui.caching import drawn, example
from ui.charts.places import Place
from ui.scenes import BY_KEY, Drawn, Frame, Mark, Scene
from ui.words import filled, x_symbol
from ui.words import number as number_text

__all__ = [
    "Picked",
    "Place",
    "asked",
    "beside",
    "curves_of",
    "places_of",
    "request_of",
    "said_of",
    "view_of",
    "with_word",
]

POINTS = 401
NOTHING = 1e-9  # as the readout has it: what a floor of 0 leaves of a loss in rounding
SAME = "the same"  # as the readout has it: what 1× less is
OF_THE_PAGE = ("at", "gradient")  # the API tells every row, wherever the cursor is


@dataclass(frozen=True)
class Picked:
    """How a scene is shown now: the numbers under its sliders, the axis, the dtype, and whether slopes are drawn."""

    scene: Scene
    values: Mapping[str, float]
    axis: str
    slopes: bool
    revealed: bool
    dtype: str = "float32"
    at: float | None = None

    @classmethod
    def opening(cls, scene: Scene) -> Picked:
        """A scene as it opens."""
        values = {free.param.name: free.value for free in scene.free}
        return cls(scene, values, next(iter(scene.frames)), "gradient" in scene.rows, revealed=False)

    @property
    def frame(self) -> Frame:
        """The ends of the axis that is drawn."""
        return self.scene.frames[self.axis]

    @property
    def cursor(self) -> float:
        """Where the cursor stands: where it was put, where the scene has it on its opening axis, or in the middle of another."""
        opening = self.axis == next(iter(self.scene.frames))
        put = self.scene.at if opening and self.at is None else self.at
        return 0.5 * (self.frame.lo + self.frame.hi) if put is None else put

    @property
    def rows(self) -> tuple[str, ...]:
        """The panels from the top."""
        return ("value", "gradient") if self.slopes else ("value",)


# --- the curves ------------------------------------------------------------------------------------------------------


def said_of(curve: Drawn) -> dict[str, str]:
    """What a curve says of its numbers, by their names."""
    _, _, rest = curve.of.partition(":")
    return dict(part.split("=") for part in rest.split(",")) if rest else {}


def view_of(picked: Picked, k: int) -> View:
    """The view of one curve, with the numbers of the scene and those under its sliders."""
    key, own = picked.scene.curves[k].of.partition(":")[0], said_of(picked.scene.curves[k])
    texts = {"dtype": picked.dtype, **{name: repr(value) for name, value in picked.values.items()}}
    said = {name: text.format(**texts) for name, text in {**picked.scene.shared, **own}.items()}
    dtype = said.pop("dtype", "float64")
    into = picked.scene.into if picked.axis != picked.scene.into else "x"
    ends = picked.frame
    numbers = {name: float(text) for name, text in said.items()}
    return View.of(key, picked.axis, gradient=into, points=POINTS, lo=ends.lo, hi=ends.hi, dtype=dtype, **numbers)


def curves_of(picked: Picked) -> list[Curve]:
    """The numbers of every curve, in order."""
    found = (drawn(view_of(picked, k)) for k in range(len(picked.scene.curves)))
    return [curve for curve in found if isinstance(curve, Curve)]


# --- named places -----------------------------------------------------------------------------------------------------


def _where(mark: Mark, curves: Sequence[Curve]) -> float | None:
    """The x of a mark; None if there is no such place on the curves as they are now."""
    curve = curves[mark.curve]
    row = getattr(curve, mark.row)
    if mark.at == "minimum":
        least = minimum(curve)
        return least.lo if least else None
    if mark.at == "end":
        gone = np.flatnonzero(~np.isfinite(row))
        return float(curve.x[gone[0] - 1]) if len(gone) and gone[0] > 0 else None
    if mark.at == "crossing":
        apart = getattr(curves[1], mark.row) - getattr(curves[0], mark.row)
        changes = np.flatnonzero((apart[:-1] * apart[1:] < 0) & (np.abs(curve.gradient[:-1]) > 1e-3))
        if not len(changes):
            return None
        i = int(changes[0])
        return float(curve.x[i] - apart[i] * (curve.x[i + 1] - curve.x[i]) / (apart[i + 1] - apart[i]))
    return float(mark.at)


def _beyond(curve: Curve, at: float) -> bool:
    """Whether a place is an open end, which the curve only tends to."""
    return not curve.x[0] <= at <= curve.x[-1]


def _exact(curve: Curve, row: str, at: float) -> float:
    """What a curve has at a place: computed there, or between its samples where one example says something else."""
    view = curve.view
    if _beyond(curve, at) and (least := minimum(curve)):
        return least.value
    if view.dtype == "bfloat16":
        return float(np.interp(at, curve.x, getattr(curve, row)))
    shot = example(view, at)
    return shot.value if row == "value" else shot.slope[0]


def places_of(picked: Picked, curves: Sequence[Curve]) -> list[Place]:
    """The named places that are on this axis, once the answer is shown; those at a fixed x belong to the opening axis."""
    if not picked.revealed:
        return []
    first = next(iter(picked.scene.frames))
    found = []
    for k, mark in enumerate(picked.scene.marks):
        if mark.row not in picked.rows or (not isinstance(mark.at, str) and picked.axis != first):
            continue
        x = _where(mark, curves)
        if x is None:
            continue
        y = _exact(curves[mark.curve], mark.row, x)
        if not np.isfinite(y):
            continue
        said: dict[str, float | str] = {"x": x, "y": y}
        if _beyond(curves[mark.curve], x):
            said |= {
                "x": f"{x_symbol(view_of(picked, mark.curve))} → {number_text(x)}",
                "y": 0.0 if abs(y) < NOTHING else y,
            }
        if "{ratio}" in mark.words:
            below, above = (_exact(curves[place], mark.row, x) for place in (0, 1))
            said["ratio"] = float(f"{above / below if below else np.inf:.3g}")
        words = SAME if said.get("ratio") == 1 else filled(mark.words, said)
        found.append(Place(picked.rows.index(mark.row), x, y, words, mark.shift, k))
    return found


# --- words -----------------------------------------------------------------------------------------------------------


def _value(param: Param, text: str) -> float:
    """The number that a word says for a parameter.

    Raises:
        ViewError: if it is none, or one that the parameter cannot take.
    """
    value = number(param.name, text)
    try:
        return param.check(value)
    except ParamError as error:
        raise ViewError(error.name, error.rule, text) from None


def beside(picked: Picked) -> View:
    """The view whose example at the cursor is drawn beside the curves.

    Raises:
        ViewError: where the scene has none.
    """
    if picked.scene.beside is None:
        raise ViewError("the scene", "has no picture", picked.scene.key)
    return view_of(picked, picked.scene.beside)


def request_of(picked: Picked, slots: Mapping[str, str]) -> str:
    """The query that asks for these curves, with a text for each number that a slider holds."""
    said = {"scene": picked.scene.key, "slice": picked.axis, **slots}
    if picked.scene.dtypes:
        said["dtype"] = picked.dtype
    if picked.revealed:
        said["reveal"] = "1"
    return "&".join(f"{word}={text}" for word, text in said.items())


def asked(words: Sequence[tuple[str, str]]) -> Picked:
    """The scene that such a query asks for; a number that is not said is the one it opens with.

    Raises:
        ViewError: naming the first word that cannot be taken.
    """
    told = dict(words)
    if len(told) < len(words):
        raise ViewError("the query", "says a word twice")
    key = told.pop("scene", None)
    if key not in BY_KEY:
        raise ViewError("the scene", f"must be one of {', '.join(BY_KEY)}", key)
    picked = replace(Picked.opening(BY_KEY[key]), slopes=True)
    for word, text in told.items():
        if word in OF_THE_PAGE:
            raise _unknown(word)
        picked = with_word(picked, word, text)
    return picked


def with_word(picked: Picked, word: str, text: str) -> Picked:
    """The same with what one more word of an address says; a cursor stays on the axis.

    Raises:
        ViewError: if the word is not known to the scene, or cannot be taken.
    """
    scene, frame = picked.scene, picked.frame
    params = {free.param.name: free.param for free in scene.free}
    if word in params:
        return replace(picked, values={**picked.values, word: _value(params[word], text)})
    if word == "at":
        return replace(picked, at=min(max(number("at", text), frame.lo), frame.hi))
    choices: Mapping[str, tuple[str, Mapping[str, str | bool]]] = {
        "slice": ("axis", {axis: axis for axis in scene.frames}),
        "dtype": ("dtype", {dtype: dtype for dtype in scene.dtypes}),
        "gradient": ("slopes", {"0": False, "1": True} if scene.slope else {"0": False}),
        "reveal": ("revealed", {"0": False, "1": True}),
    }
    if word not in choices:
        raise _unknown(word)
    field, meanings = choices[word]
    if text not in meanings:
        raise ViewError(word, f"must be {' or '.join(meanings) or 'left out'}", text)
    return replace(picked, **{field: meanings[text]})


def _unknown(word: str) -> ViewError:
    return ViewError("a word", "is not known to this scene", word)
