"""The keys of a lecture, as a Streamlit component: it listens on the whole page and says which action was asked for."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from pathlib import Path

import streamlit as st

from ui.component import component

__all__ = ["KEYS", "keys"]

HERE = Path(__file__).parent
KEYS: Mapping[str, tuple[str, str]] = {
    "→": ("next", "next scene"),
    "←": ("previous", "previous scene"),
    "V": ("reveal", "show or hide the answer"),
    "G": ("gradient", "gradient on or off"),
    "X": ("axis", "the other axis"),
    "P": ("present", "present, and back"),
    "F": ("full", "full screen"),
    "L": ("link", "copy the link"),
    "?": ("help", "these keys"),
    "Esc": ("blur", "leave a slider"),
}
COMPONENT = component(HERE / "keys.js")


def keys(on_action: Callable[[str], None], names: Collection[str] = KEYS, key: str = "keys") -> None:
    """Listen to the keys of these names; ``on_action`` is called with an action of ``KEYS`` before the page runs again."""

    def heard() -> None:
        said = (st.session_state.get(key) or {}).get("action")
        if said:
            on_action(str(said).partition(" ")[0])

    listed = [
        {"key": name, "action": action, "words": words} for name, (action, words) in KEYS.items() if name in names
    ]
    COMPONENT(key=key, data={"keys": listed}, on_action_change=heard)
