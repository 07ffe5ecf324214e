"""The list of losses in the sidebar, with its search, as a Streamlit component."""

from __future__ import annotations

from collections.abc import Callable, Collection
from pathlib import Path

import streamlit as st

from losslib import FAMILIES, LOSSES
from ui.component import component

__all__ = ["picker"]

HERE = Path(__file__).parent
COMPONENT = component(HERE / "picker.js")


def picker(
    current: str,
    on_pick: Callable[[str], None],
    key: str = "picker",
    words: str = "Find a loss…",
    none: str = "No loss has this name.",
    offered: Collection[str] = LOSSES,
) -> None:
    """Offer losses; ``on_pick`` is called with the key of the one chosen before the page runs again, so that the list, as the
    rest of the page, is of the new state.

    ``words`` say what choosing does, ``none`` that nothing offered has the name that is looked for.
    """
    families = [
        {
            "name": f.name,
            "losses": [{"key": x.key, "name": x.name, "also": list(x.also)} for x in f.losses if x.key in offered],
        }
        for f in FAMILIES
    ]

    def picked() -> None:
        chosen = (st.session_state.get(key) or {}).get("pick")
        if chosen in offered:
            on_pick(chosen)

    data = {"families": [f for f in families if f["losses"]], "current": current, "words": words, "none": none}
    COMPONENT(key=key, data=data, on_pick_change=picked)
