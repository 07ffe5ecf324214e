"""The catalogue page's component: every loss as a card, and the five documents, with filters that need no server.

The page brings a screenful of cards, so that the first are painted as soon however many there are; the browser fetches the
whole, once and for good, by an address that changes with it.
"""

from __future__ import annotations

import hashlib
import json
from base64 import b64encode
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

import streamlit as st
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from ui.catalogue.card import cards, facets
from ui.catalogue.document import documents
from ui.component import component
from ui.mount import prefix

__all__ = ["catalogue", "prepare", "records", "routes"]

HERE = Path(__file__).parent
NAME = "catalogue.json"
SCREENFUL = 12
KEPT = "public, max-age=31536000, immutable"
FONT = b64encode((HERE / "math.woff2").read_bytes()).decode()
FACE = f'@font-face {{ font-family: "Lossary Math"; src: url(data:font/woff2;base64,{FONT}) format("woff2"); }}\n'
COMPONENT = component(HERE / "catalogue.js", css=FACE)


@lru_cache(maxsize=1)
def records() -> str:
    """All that the page shows, as JSON: the same for every visitor."""
    return json.dumps({"cards": cards(), **facets(), "documents": documents()}, ensure_ascii=False, allow_nan=False)


@lru_cache(maxsize=2)
def _version(whole: str) -> str:
    return hashlib.sha256(whole.encode()).hexdigest()[:16]


@lru_cache(maxsize=2)
def _opening(whole: str) -> dict[str, Any]:
    """What the page brings: the first cards, what there is to choose from, and where the whole is."""
    known = json.loads(whole)
    first = {
        **known,
        "cards": known["cards"][:SCREENFUL],
        "documents": [{word: document[word] for word in ("key", "number", "zh")} for document in known["documents"]],
    }
    where = f"{NAME}?v={_version(whole)}"
    return {"first": json.dumps(first, ensure_ascii=False), "total": len(known["cards"]), "whole": where}


def prepare() -> None:
    """Draw everything once, so that the first visitor does not wait for it."""
    _opening(records())


def routes(base: str = "", whole: Callable[[], str] = records) -> list[BaseRoute]:
    """Where the browser fetches the whole. It may keep it for good: the version is in the address."""

    async def answer(request: Request) -> Response:
        body = whole()
        known = request.query_params.get("v") == _version(body)
        return Response(body, media_type="application/json", headers={"Cache-Control": KEPT if known else "no-cache"})

    return [Route(f"{prefix(base)}/{NAME}", answer)]


def catalogue(whole: Callable[[], str] = records) -> None:
    """Draw ``records()``, or others of their form. Filters, sorting and the way to Explore need no server."""
    base = prefix(st.get_option("server.baseUrlPath"))
    COMPONENT(key="catalogue", data={**_opening(whole()), "base": base})
