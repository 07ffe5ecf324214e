"""The cards of the scenes, as a Streamlit component: each a picture in small and its sentence, and a link that opens it."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from functools import lru_cache
from pathlib import Path

import streamlit as st

from ui.catalogue.thumbs import path
from ui.charts.template import colour, dash
from ui.component import component
from ui.scenes import SCENES, Scene
from ui.stage import thumb_rows

__all__ = ["bill", "card"]

HERE = Path(__file__).parent
WIDTH, HEIGHT = 320.0, 150.0
COMPONENT = component(HERE / "bill.js")


def card(scene: Scene) -> dict[str, object]:
    """A scene as its card shows it: the lines of its opening picture in a box of 320 x 150, the sentence, the paper."""
    lines = [
        {
            "d": path(x, y, within, WIDTH, HEIGHT),
            "dash": dash(k),
            "light": colour(k, False),
            "dark": colour(k, True),
        }
        for k, (x, y, within) in enumerate(thumb_rows(scene))
    ]
    return {"key": scene.key, "title": scene.title, "cite": scene.cite, "lines": lines}


@lru_cache(maxsize=1)
def _cards(scenes: Sequence[Scene] = SCENES) -> str:
    return json.dumps([card(scene) for scene in scenes], ensure_ascii=False)


def bill(dark: bool, present: bool, on_open: Callable[[str], None], key: str = "bill") -> None:
    """Draw the cards, whose links open presented if they are; ``on_open`` is called with the key of a scene before the page runs again."""

    def opened() -> None:
        said = (st.session_state.get(key) or {}).get("open")
        if said:
            on_open(str(said))

    data = {"cards": _cards(), "theme": "dark" if dark else "light", "words": "&present=1" if present else ""}
    COMPONENT(key=key, data=data, on_open_change=opened)
