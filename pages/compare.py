"""Compare: any losses that share an axis, one of them under the hand."""

import streamlit as st

from ui import card, compare, compare_controls, page, present
from ui.export.menu import menu
from ui.live import live_chart
from ui.picker import picker

state, problems = compare.arrive()
with st.sidebar:
    if state.is_full:
        st.caption("Twelve curves are the most that one chart takes; remove one to add another.")
    else:
        none = "No loss with this axis has this name."
        picker("", compare.choose, "compare picker", "Add a curve…", none, state.offered())
        st.caption(compare.reason(state))
page.left_out(problems)


@st.fragment
def body() -> None:
    """Everything that a hand moves; only this runs again."""
    now, _ = compare.arrive()
    link = compare.leave(now)
    dark = page.is_dark()

    live, curves = compare.live(now, link, dark)

    present.hear(compare.press)
    if now.present:
        present.head(compare.title(now), "")
        with present.sheet():
            live_chart(live, key="compare chart")
        present.hands(compare_controls.hands(now), live.link)
        present.foot("Lossary", present.CHART_KEYS)
        return

    st.header("Compare", anchor=False)
    st.markdown("Losses on one axis. Drag one and watch the others stand still; pin it, and drag on.")
    chart, side = st.columns([0.7, 0.3], gap="medium")
    with side:
        compare_controls.curves(now, dark)
        compare_controls.tools(now)
        for hand in compare_controls.hands(now):
            hand()
        compare_controls.own(now)
        with st.expander("How it is drawn", icon=":material/tune:", expanded=True):
            compare_controls.drawing(now)
        present.ways(compare.press, live.link)
    with chart:
        told = live_chart(live, key="compare chart")
        if told.get("broken"):
            st.plotly_chart(live.figure, key="plain compare chart")
        menu(compare.taken(now), key="take")
        card.where(curves[0].view, curves[0].place)


body()
