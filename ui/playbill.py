"""What surrounds a scene's chart: the sentence with its question, the footer with the keys, the code."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from html import escape
from pathlib import Path

import streamlit as st

from losslib import View
from ui import controls, present
from ui.bill import bill
from ui.export.menu import menu
from ui.keys import keys
from ui.lecture import AXIS, DTYPE, Lecture, act, open_scene
from ui.live import live_chart
from ui.live.picture import live_picture
from ui.scenes import SCENES, Scene
from ui.stage import live, pictured, plot, slider_key
from ui.zoom import zoom_text

__all__ = ["cards", "foot", "head", "hear", "pieces", "style", "tools"]

HERE = Path(__file__).parent
ON_PAPER = "min(46vh, 420px)"
FOOT = ("←", "→", "V", "G", "X", "L", "?")


def style() -> None:
    """The look of scenes."""
    st.html(HERE / "scenes.css")


def hear(state: Lecture) -> None:
    """Listen to the keys."""
    keys(act, state.keys)


def cards(state: Lecture, dark: bool) -> None:
    """All scenes in small."""
    title, look = "Scenes", "One sentence each, with a picture that moves. Predict first, then look."
    if state.present:
        present.head(title, look)
    else:
        st.header(title, anchor=False)
        st.markdown(look)
    bill(dark, state.present, open_scene)
    if state.present:
        present.foot(f"{len(SCENES)} scenes", state.keys)


def head(state: Lecture) -> None:
    """The sentence and what to look for; beside them the question, or its answer; below them what the answer leaves to say."""
    scene = state.record
    said, note = f"<b>Predict first</b> {escape(scene.question)}", ""
    if state.revealed:
        note = f'<p class="scene-note">{escape(scene.note)}</p>' if scene.note else ""
        said = f'<span class="scene-asked">{escape(scene.question)}</span> <b>Answer</b> {escape(scene.answer)}'
    st.html(
        f'<div class="scene-head"><div><h2>{escape(scene.title)}</h2><p class="scene-look">{escape(scene.look)}</p></div>'
        f'<div class="scene-ask" role="status">{said}</div>{note}</div>'
    )


def pieces(state: Lecture, link: str, dark: bool) -> None:
    """The live chart, and what is drawn beside it."""
    picked = state.picked
    chart, _ = live(picked, link, dark, state.present, "" if state.present else ON_PAPER)
    chart = replace(chart, zoom=zoom_text(state.zoom))
    shown = pictured(picked, chart)
    room = present.sheet() if state.present else st.container(key="scene pair")
    if shown:
        left, room = room.columns([0.38, 0.62], gap="small")
        with left.container(key="scene beside"):
            live_picture(shown, dark, key="scene picture", present=state.present)
    with room:
        told = live_chart(chart, key="scene chart")
        if told.get("broken"):
            st.plotly_chart(chart.figure, key="plain scene")
        if not state.present:
            menu(plot(picked).zoomed(state.zoom), key="take")


def _sliders(state: Lecture) -> list[Callable[[], None]]:
    values = dict(state.values)
    params = [free.param for free in state.record.free]
    return [partial(controls.slider, p, values[p.name], slider_key(p.name)) for p in params]


def _choices(state: Lecture) -> None:
    """The axis and the dtype, where a scene leaves a choice."""
    scene = state.record
    if len(scene.frames) > 1:
        names = {key: _axis_name(scene, key) for key in scene.frames}
        controls.remind(AXIS, names)
        st.segmented_control("Axis", list(names), format_func=names.__getitem__, key=AXIS, label_visibility="collapsed")
    if scene.dtypes:
        controls.remind(DTYPE, scene.dtypes)
        st.segmented_control("Computed in", list(scene.dtypes), key=DTYPE, label_visibility="collapsed")


def _axis_name(scene: Scene, key: str) -> str:
    return View(scene.curves[0].of.partition(":")[0], key).the_slice.name


def tools(state: Lecture, link: str) -> None:
    """Sliders and choices; on the page also the buttons that the keys stand for."""
    scene = state.record
    if state.present:
        choices = [partial(_choices, state)] if len(scene.frames) > 1 or scene.dtypes else []
        present.hands([*_sliders(state), *choices], link)
        return
    for slider in _sliders(state):
        slider()
    _choices(state)
    with st.container(horizontal=True):
        st.button("Previous", icon=":material/arrow_back:", on_click=act, args=("previous",), help="Key ←")
        st.button("Next", icon=":material/arrow_forward:", on_click=act, args=("next",), help="Key →")
    with st.container(horizontal=True):
        label = "Hide the answer" if state.revealed else "Show the answer"
        st.button(label, icon=":material/lightbulb:", on_click=act, args=("reveal",), help="Key V")
        if scene.slope:
            st.button("Gradient", icon=":material/stacked_line_chart:", on_click=act, args=("gradient",), help="Key G")
        st.button("Present", icon=":material/slideshow:", on_click=act, args=("present",), help="Key P")
        present.code(link)
    st.caption(f"{SCENES.index(scene) + 1} of {len(SCENES)} scenes. {scene.paper}")


def foot(state: Lecture) -> None:
    """Presented: where we are, whose it is, and the keys."""
    scene = state.record
    names = [name for name in FOOT if name in state.keys]
    present.foot(f"{SCENES.index(scene) + 1} / {len(SCENES)}\u2002{scene.cite}", names)
