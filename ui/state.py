"""What the Explore page shows, as a record, and the words of the address that say it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from losslib import View, ViewError
from losslib.spec import Param, Slice
from losslib.view import number, text_of
from ui.zoom import CAMERA, Panes, Sight, Zoom, heights, kept, read_word, zoom_words

__all__ = ["DEFAULT_LOSS", "Explore", "carried", "once", "params_of"]

DEFAULT_LOSS = "focal"
# What may be chosen: the word, the field that holds it, and its texts with what they mean, the usual one first.
CHOICES: Mapping[str, tuple[str, Mapping[str, str | bool]]] = {
    "view": ("show", {"curve": "curve", "surface": "surface", "space": "space"}),
    "of": ("of", {"value": "value", "gradient": "gradient"}),
    "scale": ("scale", {"linear": "linear", "log": "log"}),
    "panels": ("slopes", {"value,gradient": True, "value": False}),
    "present": ("present", {"0": False, "1": True}),
}
LOOKS = ("zoom", CAMERA)


@dataclass(frozen=True)
class Explore:
    """One loss along one slice, and how it is looked at. ``at`` is the cursor; None lets the chart choose.

    A surface is that over the ``plane`` of that key, over the first of its kind if that is empty; ``over`` holds the settings that the plane
    has beside those of the curve.
    """

    view: View
    show: str = "curve"
    plane: str = ""
    over: tuple[tuple[str, float], ...] = ()
    of: str = "value"
    scale: str = "linear"
    slopes: bool = True
    present: bool = False
    at: float | None = None
    zoom: Zoom = ()

    @classmethod
    def nearest(cls, words: Iterable[tuple[str, str]]) -> tuple[Explore, list[ViewError]]:
        """The nearest page to what an address asks for, and what had to be left out."""
        told, twice = once(words)
        own = {word: told.pop(word) for word in list(told) if word in (*CHOICES, "at", "plane", *LOOKS)}
        fixed = (
            [ViewError("points", "is no word of this page: its curves have as many as a screen shows")]
            if "points" in told
            else []
        )
        rest = [(word, text) for word, text in told.items() if word != "points"]
        plain, _ = View.nearest(rest, DEFAULT_LOSS)
        state = cls(_as_curve(plain))
        if plain.is_surface:
            state, _ = _with_word(replace(state, show="surface"), "plane", plain.slice)
        state, lost = _with_word(state, "plane", own.pop("plane")) if "plane" in own else (state, None)
        beside = {p.name for p in state.beside}
        view, problems = View.nearest([(word, text) for word, text in rest if word not in beside], DEFAULT_LOSS)
        state = replace(state, view=_as_curve(view))
        problems = [*twice, *fixed, *problems, *([lost] if lost else [])]
        last = [(word, own.pop(word)) for word in LOOKS if word in own]  # they are of what the other words choose
        for word, text in [*own.items(), *((word, text) for word, text in rest if word in beside), *last]:
            state, problem = _with_word(state, word, text)
            if problem:
                problems.append(problem)
        return state, problems

    def words(self, every: bool = False) -> list[tuple[str, str]]:
        """The words of the page's address; with ``every``, those too that say the usual."""
        said = self.view.words(every)
        for word, (field, meanings) in CHOICES.items():
            others = list(meanings)[0 if every else 1 :]
            said += [(word, text) for text in others if meanings[text] == getattr(self, field)]
        plane = self.surface() if self.show != "curve" else None
        if plane:
            said += [("plane", plane.slice)] if every or plane.slice != self.planes[0].key else []
            said += [(p.name, text_of(plane.values[p.name])) for p in self.beside]
        at = float(f"{self.view.first_at:.6g}") if every and self.at is None else self.at
        if at is not None:
            said.append(("at", text_of(at)))
        return said + zoom_words(self.zoom)

    @property
    def choice(self) -> tuple[object, ...]:
        """What was chosen rather than slid: a change of it is a new entry in the browser's history."""
        plane = self.the_plane.key if self.the_plane and self.show != "curve" else ""
        return (self.view.loss, self.view.slice, self.show, plane, self.present)

    @property
    def panes(self) -> Panes:
        """The axes of which a piece may be shown, or the camera."""
        if self.show == "space":
            return {CAMERA: None}
        plane = self.surface() if self.show == "surface" else None
        if plane is None:
            return {"x": self.view.range, **heights(["value"], self.scale), "gradient": None, "curvature": None}
        y = plane.the_slice.axes[1]
        return {"x": None, "y": None} if plane.the_slice.corners else {"x": plane.range, "y": (y.lo, y.hi)}

    def zoomed_as(self, before: Explore) -> Explore:
        """With what is left of its zoom after ``before``: an axis that is another is shown whole."""
        return replace(self, zoom=kept(self.zoom, self._sight, before._sight))

    @property
    def _sight(self) -> Sight:
        plane = self.surface() if self.show != "curve" else None
        if plane:
            return dict.fromkeys(("x", "y", CAMERA), (self.show, plane.the_slice.axes, plane.range))
        view = self.view
        slope = (view.loss, view.slice, view.gradient)
        return {
            "x": (view.the_slice.axes[0], view.range),
            "value": (view.loss, view.slice, self.scale),
            "gradient": slope,
            "curvature": slope,
        }

    @property
    def planes(self) -> tuple[Slice, ...]:
        """The planes over which this loss can be seen."""
        return self.view.the_loss.kind.surfaces

    @property
    def the_plane(self) -> Slice | None:
        """The plane of the surface, or None if the kind has none."""
        return next((s for s in self.planes if s.key == self.plane), self.planes[0] if self.planes else None)

    @property
    def beside(self) -> tuple[Param, ...]:
        """The settings of the plane that the curve does not have."""
        return tuple(p for p in (self.the_plane.settings if self.the_plane else ()) if p.name not in self.view.values)

    def surface(self) -> View | None:
        """The same loss over its plane, or None if its kind has none."""
        if self.the_plane is None:
            return None
        wanted = {p.name for p in (*self.view.the_loss.params, *self.the_plane.settings)}
        values = {**self.view.values, **dict(self.over)}
        numbers = tuple((n, v) for n, v in values.items() if n in wanted)
        return View(self.view.loss, self.the_plane.key, numbers, dtype=self.view.dtype)

    @property
    def crossing(self) -> Param | None:
        """The setting of the curve that says where its line runs along a coordinate of the plane."""
        if self.the_plane is None:
            return None
        x, y = (axis.name for axis in self.the_plane.axes)
        own = {p.name: p for p in self.view.the_slice.params}
        return own.get(y) or (own.get(x) if y == self.view.the_slice.axes[0].name else None)

    @property
    def numbers(self) -> dict[Param, float]:
        """What the sliders hold: the parameters of the loss, the settings of what is shown, and what moves the curve on it."""
        plane = self.surface() if self.show != "curve" else None
        if plane is None:
            return {p: self.view.values[p.name] for p in params_of(self.view)}
        found = {p: plane.values[p.name] for p in (*plane.the_loss.params, *plane.the_slice.settings)}
        return found | ({self.crossing: self.view.values[self.crossing.name]} if self.crossing else {})


def once(words: Iterable[tuple[str, str]]) -> tuple[dict[str, str], list[ViewError]]:
    """What an address says, each word as it is said first, and a problem for each time that one is said again."""
    told: dict[str, str] = {}
    problems = []
    for word, text in words:
        if word in told:
            problems.append(ViewError("a word", "was given twice", word))
        told.setdefault(word, text)
    return told, problems


def params_of(view: View) -> tuple[Param, ...]:
    """The loss's parameters, then the slice's."""
    return (*view.the_loss.params, *view.the_slice.params)


def _as_curve(view: View) -> View:
    """The view, or the first curve of the kind if it is of a surface."""
    if not view.is_surface:
        return view
    curve = View(view.loss, dtype=view.dtype)
    return curve.change(**{name: value for name, value in view.params if name in curve.values})


def _with_word(state: Explore, word: str, text: str) -> tuple[Explore, ViewError | None]:
    if word == "at":
        try:
            at = number("at", text)
        except ViewError as problem:
            return state, problem
        low, high = state.view.range
        beyond = None if low <= at <= high else ViewError("at", f"must be between {low:g} and {high:g}", at)
        return replace(state, at=min(max(at, low), high)), beyond
    if word in LOOKS:
        try:
            return replace(state, zoom=read_word(word, text, state.panes)), None
        except ViewError as problem:
            return state, problem
    if word == "plane":
        keys = [plane.key for plane in state.planes]
        if text not in keys:
            return state, ViewError("plane", f"must be {' or '.join(keys) or 'left out: this loss has none'}", text)
        return replace(state, plane=text if text != keys[0] else ""), None
    if word not in CHOICES:
        return _over(state, word, text)
    field, meanings = CHOICES[word]
    if text not in meanings:
        return state, ViewError(word, f"must be {' or '.join(meanings)}", text)
    if word == "view" and text != "curve" and state.surface() is None:
        return state, ViewError("view", "must be curve: this loss has no plane", text)
    return replace(state, **{field: meanings[text]}), None


def _over(state: Explore, word: str, text: str) -> tuple[Explore, ViewError | None]:
    """With a setting of the plane."""
    assert state.the_plane is not None
    try:
        view = View.parse([("loss", state.view.loss), ("slice", state.the_plane.key), (word, text)])
    except ViewError as problem:
        return state, problem
    return replace(state, over=(*((n, v) for n, v in state.over if n != word), (word, view.values[word]))), None


def carried(view: View, loss: str, slice_key: str, known: dict[Param, float]) -> View:
    """The view of another loss or slice: a parameter keeps its value if name, range and meaning agree, else it takes the
    new default.

    The same loss on another axis is the same example: what its parameters can take they keep. An axis that cannot take one,
    a soft target, gives way to the one that can.
    """
    fresh = View(loss, slice_key) if slice_key else View(loss)
    params = (*fresh.the_loss.params, *fresh.the_slice.params)
    kept = {p.name: known[p] for p in params if p in known}
    if loss == view.loss:
        now = {p: view.values[p.name] for p in params if p.name in view.values}
        kept |= {p.name: value for p, value in now.items() if p.takes(value)}
        if fresh.the_slice.relaxed and not all(p.takes(value) for p, value in now.items()):
            return carried(view, loss, fresh.the_slice.relaxed, known)
    gradient = view.gradient if view.gradient in fresh.the_slice.into else "x"
    return View(loss, fresh.slice, tuple(kept.items()), gradient, view.order, dtype=view.dtype)
