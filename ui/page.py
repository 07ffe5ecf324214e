"""What every page shares: the stylesheet, the logo, whether the theme is dark, and the word about a link that asks too much."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import streamlit as st

from losslib import ViewError

__all__ = ["frame", "is_dark", "left_out"]

HERE = Path(__file__).parent


def frame() -> None:
    """The browser tab, the stylesheet and the logo."""
    st.set_page_config("Lossary", str(HERE / "icon.png"), layout="wide", initial_sidebar_state=248)
    st.html(HERE / "style.css")
    st.logo(str(HERE / "logo.svg"), size="large")


def is_dark() -> bool:
    """Whether the visitor's theme is dark."""
    return st.context.theme.type == "dark"


def left_out(problems: Sequence[ViewError] | None) -> None:
    """Say in one sentence what a link asked for in vain: how much, and the first of it. Nothing that it said is repeated."""
    if not problems:
        return
    some = "something" if len(problems) == 1 else f"{len(problems)} things"
    first = "" if len(problems) == 1 else "first, "
    st.info(
        f"The link asked for {some} that cannot be drawn: {first}{problems[0].sentence}. This is the nearest.",
        icon=":material/link_off:",
    )
