"""A Streamlit component of our own: its scripts are one, behind what the scripts of all components share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import streamlit as st

__all__ = ["component"]

SHARED = Path(__file__).with_suffix(".js")


def component(*scripts: Path, css: str = "") -> Callable[..., Any]:
    """Join scripts into a component that has the name of the last one, as has its style sheet; ``css`` goes before that."""
    own = scripts[-1]
    return st.components.v2.component(
        f"lossary_{own.stem}",
        js="\n".join(script.read_text(encoding="utf-8") for script in (SHARED, *scripts)),
        css=css + own.with_suffix(".css").read_text(encoding="utf-8"),
        isolate_styles=False,
    )
