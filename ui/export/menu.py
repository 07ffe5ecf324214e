"""The menu of what can be taken along; each file is made when it is asked for."""

from __future__ import annotations

from functools import partial

import streamlit as st

from ui.export.numbers import csv_text, latex_text
from ui.export.page import page_html
from ui.export.plane import Plane
from ui.export.scripts import DIALECTS, script
from ui.plot import Plot
from ui.words import glyph

__all__ = ["menu"]


def menu(taken: Plot | Plane, key: str) -> None:
    """Numbers, an offline page, code and the formula, behind one button."""
    with st.popover("Take it with you", icon=":material/download:", help="Numbers, an offline page, code", key=key):
        _file("Numbers, CSV", partial(csv_text, taken), f"{taken.name}.csv", "text/csv", f"{key} csv")
        params = {p.name: p for p in taken.params}
        moved = None
        if params:
            symbols = {name: f"{glyph(p.symbol or name)}  {p.meaning}" for name, p in params.items()}
            if st.session_state.get(f"{key} of") not in params:
                st.session_state[f"{key} of"] = next(iter(params))
            moved = params[
                st.selectbox("The slider of the page", list(params), 0, symbols.__getitem__, key=f"{key} of")
            ]
        words = "Page with a slider, HTML" if moved else "Page, HTML"
        _file(words, partial(page_html, taken, moved), f"{taken.name}.html", "text/html", f"{key} html")
        st.caption("Works without a network: it loads nothing and sends nothing.")
        for dialect, name in DIALECTS.items():
            made = partial(script, taken, dialect)
            _file(f"Code, {name}", made, f"{taken.name}-{dialect}.py", "text/x-python", f"{key} {dialect}")
        _file("Formula, LaTeX", partial(latex_text, taken), f"{taken.name}.tex", "application/x-tex", f"{key} tex")


def _file(label: str, made: partial[str], name: str, mime: str, key: str) -> None:
    st.download_button(label, data=made, file_name=name, mime=mime, key=key, on_click="ignore", width="stretch")
