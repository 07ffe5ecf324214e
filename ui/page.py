"""What every page shares: the stylesheet, the logo, and whether the theme is dark."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

__all__ = ["frame", "is_dark"]

HERE = Path(__file__).parent


def frame() -> None:
    """The browser tab, the stylesheet and the logo."""
    st.set_page_config("Lossary", str(HERE / "icon.png"), layout="wide", initial_sidebar_state=248)
    st.html(HERE / "style.css")
    st.logo(str(HERE / "logo.svg"), size="large")


def is_dark() -> bool:
    """Whether the visitor's theme is dark."""
    return st.context.theme.type == "dark"
