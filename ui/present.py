"""Presented: nothing is left of a page but its title, its chart, the sliders, and a line of keys. One way for every page."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape
from pathlib import Path

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from ui import qr
from ui.keys import KEYS, keys

__all__ = ["CHART_KEYS", "code", "foot", "hands", "head", "hear", "sheet", "ways"]

# Only a presented page has these rules: some look for parts of the page, which costs the browser at every change.
STYLE = (Path(__file__).parent / "present.css").read_text(encoding="utf-8")
CHART_KEYS = ("G", "X", "L", "F", "P", "?")  # of a page that is one chart: no scenes to step through, nothing to reveal
SHORT = {"→": "scene", "V": "answer", "G": "gradient", "X": "axis", "L": "link", "F": "full", "P": "leave"}
ROW = 3  # sliders side by side
CODE = 0.14  # of a row, the width of the code's button


def hear(on_action: Callable[[str], None]) -> None:
    """Listen to the keys of a page that is one chart."""
    keys(on_action, (*CHART_KEYS, "Esc"), key="chart keys")


def ways(on_action: Callable[[str], None], link: str) -> None:
    """To the projector and to the phones, for a mouse."""
    with st.container(horizontal=True):
        st.button("Present", icon=":material/slideshow:", on_click=on_action, args=("present",), help="Key P")
        code(link)


def head(title: str, look: str) -> None:
    """What is shown, in a line to be read first and one to be read next."""
    st.html(f'<div class="sheet-head"><h2>{escape(title)}</h2><p class="scene-look">{escape(look)}</p></div>')


def sheet() -> DeltaGenerator:
    """The place of the chart: it takes what the rest leaves of the screen."""
    return st.container(key="sheet")


def hands(pieces: Sequence[Callable[[], None]], link: str) -> None:
    """Sliders and choices side by side, and the state as a code."""
    rows = [pieces[k : k + ROW] for k in range(0, len(pieces), ROW)] or [()]
    for row in rows:
        last = row is rows[-1]
        widths = [1.0 for _ in row] or [1.0]
        columns = st.columns(
            [*widths, CODE * len(widths)] if last else widths, vertical_alignment="bottom", gap="medium"
        )
        for column, piece in zip(columns, row, strict=False):
            with column:
                piece()
    with columns[-1]:
        code(link)


def code(link: str) -> None:
    """The state as a QR code, in the middle of the screen: wherever its button stands, all of it is seen."""
    if st.button("QR", icon=":material/qr_code_2:", help="This very state, for a phone", key="qr"):
        _phone(link)


@st.dialog("On a phone")
def _phone(link: str) -> None:
    where = qr.public_address(st.context.url or "", str(st.get_option("server.baseUrlPath") or "")) + link
    st.image(qr.code(where), width=420)
    st.code(where, language=None, wrap_lines=True)
    if qr.is_local(where):
        st.caption(
            "This address is only known to this machine. Set LOSSARY_PUBLIC_URL to the one that your audience can reach."
        )


def foot(place: str, names: Sequence[str]) -> None:
    """Where we are, and the keys, which a mouse may press too. A page that has it is presented."""
    caps = "".join(
        f'<button type="button" class="sheet-key" data-action="{KEYS[name][0]}" aria-label="{KEYS[name][1]}">'
        f"<kbd>{escape(name)}</kbd>{SHORT.get(name, '')}</button>"
        for name in names
    )
    st.html(f'<style>{STYLE}</style><div class="sheet-foot"><span>{escape(place)}</span><span>{caps}</span></div>')
