"""The example at the cursor as a Streamlit component: a first picture with the page, the others over the route."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ui.charts.template import INK, PAPER, SOFT, TAB10, colour
from ui.component import component
from ui.live import api_base
from ui.pictures import Picture

__all__ = ["Shown", "live_picture"]

HERE = Path(__file__).parent
SCRIPTS = ("saveform.js", "picture.js")
COMPONENT = component(*(HERE / name for name in SCRIPTS))
BLUE, ORANGE, GREEN, RED, PURPLE, BROWN, GREY, CYAN = (
    TAB10.index(c) for c in ("#1f77b4", "#ff7f0e", "#2ca02c", "#d62728", "#9467bd", "#8c564b", "#7f7f7f", "#17becf")
)
READABLE = 16 / 11  # pixels on the smallest projector for a pixel of the page: the ticks have 11
ROLES = {
    "prediction": BLUE,
    "target": ORANGE,
    "both": GREEN,
    "gradient": RED,
    "raise": RED,
    "lower": CYAN,
    "lighter": PURPLE,
    "darker": BROWN,
    "hull": GREY,
}


@dataclass(frozen=True)
class Shown:
    """A picture, and how to ask for the next: ``request`` is a query with ``{key}`` for the number called ``key``.

    ``stamp`` is that of the chart whose cursor it follows; ``at`` is where that stands, one number or two with a comma.
    """

    stamp: str
    picture: Picture
    request: str
    values: Mapping[str, float]
    at: float | str
    title: str


def _colours(dark: bool) -> dict[str, str]:
    named = {role: colour(index, dark) for role, index in ROLES.items()}
    return {**named, "ink": INK[dark], "soft": SOFT[dark], "paper": PAPER[dark], "black": "#000000", "white": "#ffffff"}


def live_picture(shown: Shown, dark: bool, key: str, present: bool = False) -> None:
    """Draw it; presented, with type for the last row."""
    data = {
        "stamp": shown.stamp,
        "picture": json.dumps(shown.picture.json(), allow_nan=False, separators=(",", ":")),
        "request": f"{api_base()}picture?{shown.request}",
        "values": dict(shown.values),
        "at": str(shown.at),
        "title": shown.title,
        "colours": _colours(dark),
        "zoom": READABLE if present else 1,
    }
    COMPONENT(key=key, data=data)
