"""Explore: one loss, its gradient, and a hand on the slider."""

import streamlit as st

from ui import card, controls, explore, own, page, present
from ui.export.menu import menu
from ui.live import Live, live_chart
from ui.live.picture import Shown, live_picture
from ui.picker import picker
from ui.state import Explore

state, problems = explore.arrive()
with st.sidebar:
    picker(state.view.loss, explore.choose)

page.left_out(problems)


def sheet(now: Explore, live: Live, pictured: Shown | None, dark: bool) -> None:
    """Presented: the loss, its chart and its sliders."""
    loss = now.view.the_loss
    words, formula = st.columns([0.46, 0.54], gap="large", vertical_alignment="center")
    with words:
        present.head(loss.name, loss.claim)
    with formula:
        card.formula(now.view)
    room = present.sheet()
    if pictured and loss.kind.size > 1:  # one number as a picture tells no more than the cursor
        beside, room = room.columns([0.38, 0.62], gap="small")
        with beside:
            live_picture(pictured, dark, key="picture", present=True)
    with room:
        live_chart(live, key="chart")
    present.hands(explore.hands(now), live.link)
    present.foot("Lossary", present.CHART_KEYS)


@st.fragment
def body() -> None:
    """Everything that a slider moves; only this runs again when one is let go."""
    now, _ = explore.arrive()
    link, dark, loss = explore.leave(now), page.is_dark(), now.view.the_loss
    live, result = explore.live(now, link, dark)
    pictured = explore.shown(now, result, live.stamp)

    present.hear(explore.press)
    if now.present:
        sheet(now, live, pictured, dark)
        return

    st.header(loss.name, anchor=False)
    st.markdown(loss.claim)
    card.formula(now.view)
    left, right = st.columns([0.7, 0.3], gap="medium")
    with right:
        controls.choices(now)
        for hand in explore.hands(now):
            hand()
        if pictured:
            live_picture(pictured, dark, key="picture")
        controls.tools(now)
        if now.show == "curve":
            controls.readings(now)
        card.badges(loss)
        present.ways(explore.press, live.link)
    with left:
        if explore.is_infinite(result):
            st.info(
                "With these values the loss is infinite everywhere here: there is no curve to draw.",
                icon=":material/all_inclusive:",
            )
        told = live_chart(live, key="chart")
        if told.get("broken"):
            st.plotly_chart(live.figure, key="plain chart")
        if now.show == "space" and explore.is_flat():
            st.caption(
                "This browser draws nothing in three dimensions (it has no WebGL): here is the same as a heat map."
            )
        menu(explore.taken(now).zoomed(now.zoom), key="take")
    own.numbers(now.view)
    card.card(*explore.looked_at(now, result), result.place)


body()
