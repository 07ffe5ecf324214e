"""What the Explore page shows, as a record, and the words of the address that say it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from losslib import View, ViewError
from losslib.spec import Param
from losslib.view import number, text_of

__all__ = ["DEFAULT_LOSS", "Explore", "carried"]

DEFAULT_LOSS = "focal"
# What may be chosen: the word, the field that holds it, and its texts with what they mean, the usual one first.
CHOICES: Mapping[str, tuple[str, Mapping[str, str | bool]]] = {
    "view": ("show", {"curve": "curve", "surface": "surface", "space": "space"}),
    "of": ("of", {"value": "value", "gradient": "gradient"}),
    "scale": ("scale", {"linear": "linear", "log": "log"}),
    "panels": ("slopes", {"value,gradient": True, "value": False}),
    "present": ("present", {"0": False, "1": True}),
}


@dataclass(frozen=True)
class Explore:
    """One loss along one slice, and how it is looked at. ``at`` is the cursor; None lets the chart choose."""

    view: View
    show: str = "curve"
    of: str = "value"
    scale: str = "linear"
    slopes: bool = True
    present: bool = False
    at: float | None = None

    @classmethod
    def nearest(cls, words: Iterable[tuple[str, str]]) -> tuple[Explore, list[ViewError]]:
        """The nearest page to what an address asks for, and what had to be left out."""
        own: dict[str, str] = {}
        rest: list[tuple[str, str]] = []
        for word, text in words:
            if word in (*CHOICES, "at") and word not in own:
                own[word] = text
            else:
                rest.append((word, text))
        view, problems = View.nearest(rest, DEFAULT_LOSS)
        view, moved = _as_curve(view)
        state = cls(view, show="surface" if moved else "curve")
        for word, text in own.items():
            state, problem = _with_word(state, word, text)
            if problem:
                problems.append(problem)
        return state, problems

    def words(self) -> list[tuple[str, str]]:
        """Every word of the page's address."""
        said = self.view.words()
        for word, (field, meanings) in CHOICES.items():
            _, *others = meanings
            said += [(word, text) for text in others if meanings[text] == getattr(self, field)]
        if self.at is not None:
            said.append(("at", text_of(self.at)))
        return said

    @property
    def choice(self) -> tuple[object, ...]:
        """What was chosen rather than slid: a change of it is a new entry in the browser's history."""
        return (self.view.loss, self.view.slice, self.show, self.present)

    def surface(self) -> View | None:
        """The same loss over its plane, or None if its kind has none."""
        planes = self.view.the_loss.kind.surfaces
        if not planes:
            return None
        wanted = {p.name for p in (*self.view.the_loss.params, *planes[0].params)}
        return View(self.view.loss, planes[0].key, tuple((n, v) for n, v in self.view.params if n in wanted))


def _as_curve(view: View) -> tuple[View, bool]:
    """A link to a surface slice opens the first curve of the kind, seen as a surface."""
    if not view.is_surface:
        return view, False
    curve = view.the_loss.opening.slice or view.the_loss.kind.curves[0].key
    return View(view.loss, curve, tuple(view.loss_params.items())), True


def _with_word(state: Explore, word: str, text: str) -> tuple[Explore, ViewError | None]:
    if word == "at":
        try:
            at = number("at", text)
        except ViewError as problem:
            return state, problem
        low, high = state.view.range
        return replace(state, at=min(max(at, low), high)), None
    field, meanings = CHOICES[word]
    if text not in meanings:
        return state, ViewError(word, f"must be {' or '.join(meanings)}", text)
    if word == "view" and text != "curve" and state.surface() is None:
        return state, ViewError("view", "must be curve: this loss has no plane", text)
    return replace(state, **{field: meanings[text]}), None


def carried(view: View, loss: str, slice_key: str, known: dict[Param, float]) -> View:
    """The view of another loss or slice: a parameter keeps its value if name, range and meaning agree, else it takes the
    new default."""
    fresh = View(loss, slice_key) if slice_key else View(loss)
    params = (*fresh.the_loss.params, *fresh.the_slice.params)
    kept = {p.name: known[p] for p in params if p in known}
    gradient = view.gradient if view.gradient in fresh.the_slice.into else "x"
    return View(loss, fresh.slice, tuple(kept.items()), gradient, view.order)
