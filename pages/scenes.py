"""Scenes: finished pictures with a sentence, a question, and its answer."""

import streamlit as st

from ui import lecture, page, playbill


@st.fragment
def body() -> None:
    """One scene, or the cards; only this runs again at a key."""
    state, problems = lecture.arrive()
    dark = page.is_dark()
    playbill.style()
    playbill.hear(state)
    page.left_out(problems)
    if not state.scene:
        playbill.cards(state, dark)
        return
    link = lecture.leave(state)
    playbill.head(state)
    if state.present:
        playbill.pieces(state, link, dark)
        playbill.tools(state, link)
        playbill.foot(state)
        return
    left, right = st.columns([0.72, 0.28], gap="medium")
    with right:
        playbill.tools(state, link)
    with left:
        playbill.pieces(state, link, dark)


body()
