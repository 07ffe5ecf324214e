"""The Scenes page's state: which scene, its sliders, what is revealed, and whether it is presented; and the words of the
address that say it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import streamlit as st

from losslib import ViewError
from losslib.view import text_of
from ui import address, controls
from ui.cast import Picked, with_word
from ui.keys import KEYS
from ui.live import heard, heard_zoom
from ui.scenes import BY_KEY, SCENES, Scene
from ui.stage import slider_key
from ui.state import once
from ui.zoom import Panes, Zoom, heights, read_zoom, zoom_words

__all__ = ["Lecture", "act", "arrive", "keep", "leave", "open_scene"]

PAGE = "scenes"
DTYPE = "scene dtype"
AXIS = "scene axis"
ON_CARDS = ("P", "F", "L", "?")
Words = Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Lecture:
    """A scene on the screen. Without one the page shows the cards."""

    scene: str = ""
    values: tuple[tuple[str, float], ...] = ()
    axis: str = ""
    slopes: bool = True
    revealed: bool = False
    present: bool = False
    dtype: str = "float32"
    at: float | None = None
    zoom: Zoom = ()

    @classmethod
    def of(cls, picked: Picked, present: bool = False) -> Lecture:
        """A scene as it is shown."""
        values = tuple(picked.values.items())
        shown = (picked.slopes, picked.revealed, present, picked.dtype, picked.at)
        return cls(picked.scene.key, values, picked.axis, *shown)

    @classmethod
    def opening(cls, scene: Scene, present: bool = False) -> Lecture:
        """A scene as it opens."""
        return cls.of(Picked.opening(scene), present)

    @classmethod
    def nearest(cls, words: Words) -> tuple[Lecture, list[ViewError]]:
        """The nearest state to what an address asks for, and what had to be left out."""
        found, problems = once(words)
        key, present, zoom = found.pop("scene", ""), found.pop("present", "0"), found.pop("zoom", "")
        if key not in BY_KEY:
            lost = [ViewError("the scene", "is not one of ours", key)] if key else []
            return cls(present=present == "1"), [*problems, *lost]
        if present not in ("0", "1"):
            problems.append(ViewError("present", "must be 0 or 1", present))
        picked = Picked.opening(BY_KEY[key])
        for word in sorted(found, key=_turn):
            try:
                picked = with_word(picked, word, found[word])
            except ViewError as problem:
                problems.append(problem)
        state = cls.of(picked, present == "1")
        try:
            return replace(state, zoom=read_zoom(zoom, state.panes)), problems
        except ViewError as problem:
            return state, [*problems, problem]

    @property
    def record(self) -> Scene:
        """The scene itself."""
        return BY_KEY[self.scene]

    @property
    def panes(self) -> Panes:
        """The axes of which a piece may be shown."""
        frame = self.picked.frame
        return {"x": (frame.lo, frame.hi), **heights(["value"], self.record.scale), "gradient": None}

    @property
    def picked(self) -> Picked:
        """What the chart draws."""
        return Picked(self.record, dict(self.values), self.axis, self.slopes, self.revealed, self.dtype, self.at)

    @property
    def choice(self) -> tuple[object, ...]:
        """What was chosen rather than slid: a change of it is a new entry in the browser's history."""
        return (self.scene,)

    def words(self) -> list[tuple[str, str]]:
        """Every word of the page's address."""
        if not self.scene:
            return [("present", "1")] if self.present else []
        said = [("scene", self.scene), *((name, text_of(value)) for name, value in self.values), ("slice", self.axis)]
        said.append(("gradient", "1" if self.slopes else "0"))
        if self.record.dtypes:
            said.append(("dtype", self.dtype))
        if self.at is not None:
            said.append(("at", text_of(self.at)))
        said += zoom_words(self.zoom)
        said += [(word, "1") for word, on in (("reveal", self.revealed), ("present", self.present)) if on]
        return said

    def after(self, action: str) -> Lecture:
        """The state that a key or a button leads to."""
        if action in ("next", "previous") and self.scene:
            place = SCENES.index(self.record) + (1 if action == "next" else -1)
            return Lecture.opening(SCENES[place % len(SCENES)], self.present)
        if action == "present":
            return replace(self, present=not self.present)
        if not self.scene:
            return self
        if action == "axis":
            axes = list(self.record.frames)
            return replace(self, axis=axes[(axes.index(self.axis) + 1) % len(axes)], at=None, zoom=())
        flags: Mapping[str, dict[str, bool]] = {
            "gradient": {"slopes": not self.slopes and self.record.slope},
            "reveal": {"revealed": not self.revealed},
        }
        return replace(self, **flags.get(action, {}))

    @property
    def keys(self) -> tuple[str, ...]:
        """The names of the keys that do something here."""
        if not self.scene:
            return ON_CARDS
        idle = {"G": not self.record.slope, "X": len(self.record.frames) < 2}
        return tuple(name for name in KEYS if not idle.get(name))


def _turn(word: str) -> int:
    """When a word of an address is read: the axis first, and the cursor, which stays on it, last."""
    return {"slice": 0, "at": 2}.get(word, 1)


# --- between the page and the state ----------------------------------------------------------------------------------


def arrive() -> tuple[Lecture, list[ViewError] | None]:
    """What to show now, and what an address asked for and cannot be shown."""
    words = address.received()
    if not any(word == "scene" for word, _ in words):
        cards, _ = Lecture.nearest(words)
        keep(cards)
        return cards, None
    shown: Lecture = st.session_state.get(PAGE) or Lecture()
    return address.arrive(PAGE, Lecture.nearest, _with_widgets, keep, anew=not shown.scene)


def _with_widgets(state: Lecture) -> Lecture:
    told = st.session_state
    state = replace(state, zoom=heard_zoom("scene chart", state.zoom, state.panes))
    params = {free.param.name: free.param for free in state.record.free}
    values = tuple((name, controls.slid(params[name], slider_key(name), value)) for name, value in state.values)
    axis = told.get(AXIS) if told.get(AXIS) in state.record.frames else state.axis
    dtype = told.get(DTYPE) if told.get(DTYPE) in state.record.dtypes else state.dtype
    stays = axis == state.axis
    at, zoom = (state.at, state.zoom) if stays else (None, ())
    state = replace(state, values=values, axis=axis, dtype=dtype, at=at, zoom=zoom)
    at, frame = heard("scene chart", state.at), state.picked.frame
    return replace(state, at=None if at is None or not frame.lo <= at <= frame.hi else at)


def act(action: str) -> None:
    """Do what a key or a button says; called before the page runs again."""
    stored: Lecture = st.session_state.get(PAGE) or Lecture()
    state = (_with_widgets(stored) if stored.scene else stored).after(action)
    keep(state)
    address.push(PAGE, state.words())


def open_scene(key: str) -> None:
    """Open a scene from its card, presented if the cards are."""
    cards: Lecture = st.session_state.get(PAGE) or Lecture()
    state = Lecture.opening(BY_KEY[key], cards.present)
    keep(state)
    address.push(PAGE, state.words())


def keep(state: Lecture) -> None:
    """Remember what is shown, and give every widget its value before it is made."""
    st.session_state[PAGE] = state
    widgets = {DTYPE: state.dtype, AXIS: state.axis} if state.scene else {}
    for key, value in {**{slider_key(name): value for name, value in state.values}, **widgets}.items():
        controls.seed(key, value)


def leave(state: Lecture) -> str:
    """The full link, for the chart to write."""
    words = state.words()
    address.wrote(PAGE, words)
    return address.link(words)
