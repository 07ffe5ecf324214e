"""What surrounds a scene's chart: the sentence with its question, the footer with the keys, the code."""

from __future__ import annotations

from html import escape
from pathlib import Path

import streamlit as st

from losslib import View, ViewError
from ui import controls, qr
from ui.keys import KEYS, keys
from ui.lecture import AXIS, DTYPE, Lecture, act
from ui.live import live_chart
from ui.live.picture import live_picture
from ui.scenes import SCENES, Scene
from ui.stage import live, pictured, slider_key, tiles

__all__ = ["foot", "head", "hear", "pieces", "style", "tools"]

HERE = Path(__file__).parent
ON_PAPER = "min(46vh, 420px)"
FOOT = ("←", "→", "V", "G", "X", "L", "?")


def style() -> None:
    """The look of scenes. Presented (the footer is there) nothing but the scene is left of the page."""
    st.html(HERE / "scenes.css")
    st.html(HERE / "present.css")


def hear() -> None:
    """Listen to the keys."""
    keys(act)


def head(state: Lecture) -> None:
    """The sentence and what to look for; beside them the question, or its answer."""
    scene = state.record
    said = f"<b>Predict first</b> {escape(scene.question)}"
    if state.revealed:
        said = f'<span class="scene-asked">{escape(scene.question)}</span> <b>Answer</b> {escape(scene.answer)}'
    st.html(
        f'<div class="scene-head"><div><h2>{escape(scene.title)}</h2><p class="scene-look">{escape(scene.look)}</p></div>'
        f'<div class="scene-ask" role="status">{said}</div></div>'
    )


def _aloft(state: Lecture) -> str:
    """What is left of the sheet for the chart, below the words and above the sliders and the keys."""
    scene = state.record
    said = scene.answer if state.revealed else scene.question
    left = 3.5 * _lines(scene.title, 30) + 2.35 * _lines(scene.look, 56) + 0.6
    right = 2.28 * _lines(said, 32) + 2.0
    words = max(left, right)
    rest = "max(166px, 20.5vh)" if scene.free else "max(128px, 16.5vh)"
    return f"max(300px, calc(100vh - {rest} - min({words:.1f}vw, {1.45 * words:.1f}vh)))"


def _lines(text: str, width: int) -> int:
    return -(-len(text) // width)


def pieces(state: Lecture, link: str, dark: bool) -> None:
    """The live chart, and what is drawn beside it."""
    picked = state.picked
    chart, curves = live(picked, link, dark, state.present, _aloft(state) if state.present else ON_PAPER)
    shown, map_of_weights = pictured(picked, chart, curves[0]), tiles(picked, dark, state.present)
    room = st.container()
    if shown or map_of_weights:
        left, room = st.columns([0.34, 0.66], gap="small")
        with left.container(key="scene beside"):
            if shown:
                live_picture(shown, dark, key="scene picture")
            else:
                st.plotly_chart(map_of_weights, key="scene tiles", config={"displayModeBar": False}, theme=None)
    with room:
        told = live_chart(chart, key="scene chart")
        if told.get("broken"):
            st.plotly_chart(chart.figure, key="plain scene")


def _sliders(state: Lecture) -> None:
    values = dict(state.values)
    for free in state.record.free:
        controls.slider(free.param, values[free.param.name], slider_key(free.param.name))


def _choices(state: Lecture) -> None:
    """The axis and the dtype, where a scene leaves a choice."""
    scene = state.record
    if len(scene.frames) > 1:
        names = {key: _axis_name(scene, key) for key in scene.frames}
        st.segmented_control("Axis", list(names), format_func=names.__getitem__, key=AXIS, label_visibility="collapsed")
    if scene.dtypes:
        st.segmented_control("Computed in", list(scene.dtypes), key=DTYPE, label_visibility="collapsed")


def _axis_name(scene: Scene, key: str) -> str:
    for curve in scene.curves:
        try:
            return View(curve.of.partition(":")[0], key).the_slice.name
        except ViewError:
            continue
    return key


def tools(state: Lecture, link: str) -> None:
    """Sliders and choices; on the page also the buttons that the keys stand for."""
    scene = state.record
    if state.present:
        few = [name for name in (*scene.free, "choices" if len(scene.frames) > 1 or scene.dtypes else None) if name]
        columns = st.columns(
            [*(1.0 for _ in few), 0.16] if few else [1.0, 0.16], vertical_alignment="center", gap="medium"
        )
        for column, piece in zip(columns, few, strict=False):
            with column:
                if piece == "choices":
                    _choices(state)
                else:
                    controls.slider(piece.param, dict(state.values)[piece.param.name], slider_key(piece.param.name))  # type: ignore[union-attr]
        with columns[-1]:
            _code(link)
        return
    _sliders(state)
    _choices(state)
    with st.container(horizontal=True):
        st.button("Previous", icon=":material/arrow_back:", on_click=act, args=("previous",), help="Key ←")
        st.button("Next", icon=":material/arrow_forward:", on_click=act, args=("next",), help="Key →")
    with st.container(horizontal=True):
        label = "Hide the answer" if state.revealed else "Show the answer"
        st.button(label, icon=":material/lightbulb:", on_click=act, args=("reveal",), help="Key V")
        if state.can_slope:
            st.button("Gradient", icon=":material/stacked_line_chart:", on_click=act, args=("gradient",), help="Key G")
        st.button("Present", icon=":material/slideshow:", on_click=act, args=("present",), help="Key P")
        _code(link)
    if state.revealed and scene.note:
        st.markdown(scene.note)
    st.caption(f"{SCENES.index(scene) + 1} of {len(SCENES)} scenes. {scene.paper}")


def _code(link: str) -> None:
    """The state as a QR code."""
    with st.popover("QR", icon=":material/qr_code_2:", help="This very state, for a phone"):
        where = qr.public_address(st.context.url or "") + link
        st.image(qr.code(where), width=280)
        st.code(where, language=None, wrap_lines=True)
        if qr.is_local(where):
            st.caption(
                "This address is only known to this machine. Set LOSSARY_PUBLIC_URL to the one that your audience can reach."
            )


def foot(state: Lecture) -> None:
    """Presented: where we are, whose it is, and the keys, which a mouse may press too."""
    caps = "".join(
        f'<button type="button" class="scene-key" data-lecture-key="{KEYS[key][0]}" aria-label="{KEYS[key][1]}">'
        f"<kbd>{escape(key)}</kbd>{_short(key)}</button>"
        for key in FOOT
        if (key != "G" or state.can_slope) and (key != "X" or len(state.record.frames) > 1)
    )
    place = f"{SCENES.index(state.record) + 1} / {len(SCENES)}"
    st.html(f'<div class="scene-foot"><span>{place}&ensp;{escape(state.record.cite)}</span><span>{caps}</span></div>')


def _short(key: str) -> str:
    return {"→": "scene", "V": "answer", "G": "gradient", "X": "axis", "L": "link"}.get(key, "")
