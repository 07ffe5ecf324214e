"""The list of losses in the sidebar, with its search, as a Streamlit component."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from losslib import FAMILIES

__all__ = ["picker"]

HERE = Path(__file__).parent
COMPONENT = st.components.v2.component(
    "lossary_picker",
    js=(HERE / "picker.js").read_text(encoding="utf-8"),
    css=(HERE / "picker.css").read_text(encoding="utf-8"),
    isolate_styles=False,
)


def picker(current: str) -> str:
    """The key of the loss that was just chosen, or ``""``."""
    families = [
        {"name": f.name, "losses": [{"key": x.key, "name": x.name, "also": list(x.also)} for x in f.losses]}
        for f in FAMILIES
    ]
    result = COMPONENT(key="picker", data={"families": families, "current": current}, on_pick_change=lambda: None)
    return result.pick or ""
