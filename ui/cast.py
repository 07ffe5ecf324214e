"""What plays in a scene: how it is shown now, its curves, of the catalogue and of studies, and the words that ask for them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import cast

import numpy as np

from losslib import Curve, View, ViewError
from losslib.errata import larger_branch
from losslib.spec import Param
from losslib.studies import heatmap, naive, risk, surrogates
from losslib.studies.lines import Function, along
from losslib.studies.lines import Line as Study
from losslib.view import number
from ui.caching import drawn
from ui.pictures import Picture, weights
from ui.scenes import BY_KEY, Frame, Scene

__all__ = ["RADIUS", "Picked", "asked", "curves_of", "map_of", "request_of", "value_of", "view_of"]

POINTS = 401
RADIUS = 5


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

    @property
    def frame(self) -> Frame:
        """The ends of the axis that is drawn."""
        return self.scene.frames[self.axis]

    @property
    def cursor(self) -> float | None:
        """Where the cursor stands: where it was put, or where the scene has it on its opening axis."""
        opening = self.axis == next(iter(self.scene.frames))
        return self.at if self.at is not None or not opening else self.scene.at

    @property
    def rows(self) -> tuple[str, ...]:
        """The panels from the top."""
        return ("value", "gradient") if self.slopes else ("value",)


# --- the curves ------------------------------------------------------------------------------------------------------


def _size_of_slope(line: Study) -> Study:
    return Study(line.x, np.abs(line.gradient), line.gradient, place=line.place)


def _size(line: Study) -> Study:
    return Study(line.x, np.abs(line.value), line.gradient, place=line.place)


def _stable(v: Mapping[str, float], lo: float, hi: float, n: int) -> Study:
    curve = drawn(View.of("focal", "logit", gamma=v["gamma"], target=1, lo=lo, hi=hi, points=n, dtype="float32"))
    assert isinstance(curve, Curve)
    return Study(curve.x, np.abs(curve.gradient), curve.gradient, place=curve.place)


def _risk(loss: str, v: Mapping[str, float], lo: float, hi: float, n: int, **params: float) -> Study:
    return along(lambda p: risk.conditional_risk(p, loss, v["eta"], **params), lo, hi, n)


def _fixed(fn: Function) -> Callable[[Mapping[str, float], float, float, int], Study]:
    """A study that no slider bends."""
    return lambda _, lo, hi, n: along(fn, lo, hi, n)


STUDIES: Mapping[str, Callable[[Mapping[str, float], float, float, int], Study]] = {
    "forgiven": lambda v, lo, hi, n: along(lambda d: heatmap.forgiven(d, 0 * d, RADIUS, v["beta"]), lo, hi, n),
    "focal_risk": lambda v, lo, hi, n: _risk("focal", v, lo, hi, n, gamma=v["gamma"]),
    "bce_risk": lambda v, lo, hi, n: _risk("bce_with_logits", v, lo, hi, n),
    "zero_one": _fixed(surrogates.zero_one),
    "squared_hinge": _fixed(surrogates.squared_hinge),
    "logistic_base_2": _fixed(surrogates.logistic_base_2),
    "stable_slope": _stable,
    "written_slope": lambda v, lo, hi, n: _size_of_slope(
        along(partial(naive.focal_as_written, gamma=v["gamma"]), lo, hi, n, "float32")
    ),
    "hand_slope": lambda v, lo, hi, n: _size(
        along(partial(naive.focal_slope_by_hand, gamma=v["gamma"]), lo, hi, n, "float32")
    ),
    "larger_branch": _fixed(larger_branch),
}


def _words(picked: Picked, spec: str, values: Mapping[str, str]) -> list[tuple[str, str]]:
    """The words of one curve, with texts for its open numbers."""
    key, _, rest = spec.partition(":")
    own = [tuple(part.split("=")) for part in rest.split(",")] if rest else []
    shared = [] if picked.axis not in picked.scene.frames else list(picked.scene.shared.items())
    frame = picked.frame
    said = [("loss", key), ("slice", picked.axis), *own, *shared]
    said += [("points", str(POINTS)), ("from", repr(frame.lo)), ("to", repr(frame.hi))]
    if picked.scene.into != "x" and picked.axis != picked.scene.into:
        said.append(("gradient", picked.scene.into))
    return [(word, text.format(**values)) for word, text in said]


def _texts(picked: Picked) -> dict[str, str]:
    return {"dtype": picked.dtype, **{name: repr(value) for name, value in picked.values.items()}}


def view_of(picked: Picked, k: int) -> View | None:
    """The view of one curve; None if it is a study."""
    spec = picked.scene.curves[k].of
    return None if spec in STUDIES else View.parse(_words(picked, spec, _texts(picked)))


def curves_of(picked: Picked) -> list[Curve]:
    """The numbers of every curve, in order. A study's has all that a ``Curve`` has but the view."""
    found = []
    for k, curve in enumerate(picked.scene.curves):
        view = view_of(picked, k)
        frame = picked.frame
        line = STUDIES[curve.of](picked.values, frame.lo, frame.hi, POINTS) if view is None else drawn(view)
        found.append(cast(Curve, line))
    return found


# --- words -----------------------------------------------------------------------------------------------------------


def value_of(param: Param, text: str) -> float:
    """The number that a word says for a parameter.

    Raises:
        ViewError: if it is none, or one that the parameter cannot take.
    """
    value = number(param.name, text)
    try:
        return param.check(value)
    except ValueError as error:
        rule = str(error).removeprefix(f"{param.name} ").partition(", got")[0]
        raise ViewError(param.name, rule, text) from None


def map_of(picked: Picked, at: float) -> Picture:
    """The weight of each pixel around a centre, and how far a distance is from it.

    Raises:
        ViewError: where the scene has no map, or the distance is not on its axis.
    """
    if picked.scene.beside != "heatmap":
        raise ViewError("the scene", "has no map", picked.scene.key)
    if not picked.frame.lo <= at <= picked.frame.hi:
        raise ViewError("at", f"must be between {picked.frame.lo:g} and {picked.frame.hi:g}", at)
    beta = picked.values["beta"]
    return weights(heatmap.weights(RADIUS + 2, RADIUS, beta), at, heatmap.weight(at, RADIUS, beta))


def request_of(picked: Picked, slots: Mapping[str, str]) -> str:
    """The query that asks for these curves, with a text for each number that a slider holds."""
    said = {"scene": picked.scene.key, "slice": picked.axis, **slots}
    if picked.scene.dtypes:
        said["dtype"] = picked.dtype
    return "&".join(f"{word}={text}" for word, text in said.items())


def asked(words: Sequence[tuple[str, str]]) -> Picked:
    """The scene that such a query asks for; a number that is not said is the one it opens with.

    Raises:
        ViewError: naming the first word that cannot be taken.
    """
    told = dict(words)
    if len(told) < len(words):
        raise ViewError("the query", "says a word twice")
    scene = BY_KEY.get(told.pop("scene", ""))
    if scene is None:
        raise ViewError("the scene", f"must be one of {', '.join(BY_KEY)}", dict(words).get("scene"))
    axis = told.pop("slice", next(iter(scene.frames)))
    if axis not in scene.frames:
        raise ViewError("slice", f"must be {' or '.join(scene.frames)}", axis)
    dtype = told.pop("dtype", "float32")
    if dtype not in (scene.dtypes or ("float32",)):
        raise ViewError("dtype", f"must be {' or '.join(scene.dtypes or ('float32',))}", dtype)
    free = {f.param.name: f for f in scene.free}
    for word in told:
        if word not in free:
            raise ViewError("a word", "is not known to this scene", word)
    values = {name: value_of(f.param, told[name]) if name in told else f.value for name, f in free.items()}
    return Picked(scene, values, axis, slopes=True, revealed=False, dtype=dtype)
