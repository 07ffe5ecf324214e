"""The catalogue page's component: every loss as a card, and the five documents, with filters that need no server."""

from __future__ import annotations

import json
from base64 import b64encode
from functools import lru_cache
from pathlib import Path

import streamlit as st

from ui.catalogue.card import cards, facets
from ui.catalogue.document import documents

__all__ = ["catalogue", "prepare", "records"]

HERE = Path(__file__).parent
FONT = b64encode((HERE / "math.woff2").read_bytes()).decode()
FACE = f'@font-face {{ font-family: "Lossary Math"; src: url(data:font/woff2;base64,{FONT}) format("woff2"); }}\n'
COMPONENT = st.components.v2.component(
    "lossary_catalogue",
    js=(HERE / "catalogue.js").read_text(encoding="utf-8"),
    css=FACE + (HERE / "catalogue.css").read_text(encoding="utf-8"),
    isolate_styles=False,
)


@lru_cache(maxsize=1)
def records() -> str:
    """All that the page shows, as JSON: the same for every visitor."""
    return json.dumps({"cards": cards(), **facets(), "documents": documents()}, ensure_ascii=False, allow_nan=False)


def prepare() -> None:
    """Draw everything once, so that the first visitor does not wait for it."""
    records()


def _base() -> str:
    base = str(st.get_option("server.baseUrlPath") or "").strip("/")
    return f"/{base}" if base else ""


def catalogue(text: str = "") -> None:
    """Draw ``records()``, or others of their form. Filters, sorting and the way to Explore need no server."""
    COMPONENT(key="catalogue", data={"catalogue": text or records(), "base": _base()})
