"""The live chart as a Streamlit component: the page's figure and numbers in, the cursor out."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import plotly.graph_objects as go
import streamlit as st

from losslib import ViewError
from ui.api import PLOTLY_PATH
from ui.api.wire import curves_bytes
from ui.charts.lines import line_figure
from ui.charts.marks import annotate, enlarge, shade
from ui.component import component
from ui.mount import prefix
from ui.plot import NORM, REACH, Plot
from ui.words import curve_text, x_symbol
from ui.zoom import Panes, Zoom, read_zoom

__all__ = ["ASTRAY", "Live", "Rail", "api_base", "heard", "heard_zoom", "live_chart", "live_of", "presented"]

HERE = Path(__file__).parent
SENT = ("heatmap", "contour", "contourcarpet", "carpet")  # the traces of a surface, whose numbers the frame holds
LONG = 15  # letters of a title
ASTRAY = "thumbs astray"  # how often a chart at rest found a thumb elsewhere than where the page had put it
SCRIPTS = (
    "thumbs.js",
    "frames.js",
    "labels.js",
    "marks.js",
    "overlay.js",
    "readout.js",
    "saveform.js",
    "saving.js",
    "zoom.js",
    "chart.js",
)
COMPONENT = component(*(HERE / name for name in SCRIPTS))


@dataclass(frozen=True)
class Rail:
    """The way of a slider's thumb as the browser has it: from where to where and in which steps, and the number at each stop
    where the thumb counts stops.

    A slider with another way belongs to a run of the page that the chart has not heard of yet.
    """

    way: tuple[float, float, float]
    stops: Sequence[float] | None = None


@dataclass(frozen=True)
class Live:
    """What the chart needs to follow a hand.

    ``request`` is a query with ``{key}`` for the value of the slider called ``key``; ``sliders`` has the rail of each. ``stamp`` changes when the picture is another one. ``labels`` of the
    curves and titles of the ``panels`` may have ``{key}`` too.
    ``reach`` is what share of the axis the tangent goes from the cursor to each side, 0 for none.
    ``address`` is what the browser shows; ``link`` is what is copied: it says the usual too, and is the address if it is empty.
    ``zoom`` is the piece that is shown, or the camera, as the text of ``ui.zoom``.
    """

    stamp: str
    figure: go.Figure
    frame: bytes
    route: str
    request: str
    sliders: Mapping[str, Rail]
    values: Mapping[str, float]
    address: str
    link: str = ""
    zoom: str = ""
    labels: Sequence[str] = ()
    panels: Sequence[str] = ()
    symbol: str = "x"
    ratio: str = ""
    reach: float = 0.0
    cursor: float | None = None
    across: Mapping[str, str] | None = None
    point: str | None = None
    content: str = "curves"
    height: str = "clamp(360px, calc(100vh - 330px), 640px)"
    extra: Mapping[str, Any] = field(default_factory=dict)


def live_of(plot: Plot, dark: bool, **page: Any) -> Live:
    """The chart of a figure; ``page`` is what only its page knows."""
    panels = [replace(p, title=title) for p, title in zip(plot.panels, _sized(plot.titles), strict=True)]
    figure = line_figure(plot.lines, panels, plot.title, dark)
    shade(figure, plot.regions, dark)
    annotate(figure, plot.places, dark)
    return Live(
        figure=figure,
        frame=curves_bytes(plot.curves, plot.derived, plot.places),
        values=plot.values,
        labels=plot.live_labels,
        panels=plot.live_titles,
        symbol=x_symbol(plot.views[0]),
        reach=REACH if plot.tangent else 0.0,
        cursor=plot.cursor,
        **{"route": "curves", "request": _request(plot), **page},
    )


def _sized(titles: Sequence[str]) -> list[str]:
    """A panel is not high: where a title is long, all are set smaller."""
    long = any(len(title) > LONG for title in titles)
    return [f'<span style="font-size:12px">{title}</span>' if long else title for title in titles]


def _request(plot: Plot) -> str:
    """The query that draws these curves again, with the sliders' values left open."""
    parts = []
    for view, held in zip(plot.views, plot.held, strict=True):
        numbers = ((n, f"{{{held[n]}}}" if n in held else repr(v)) for n, v in view.values.items())
        parts.append(f"curve={curve_text(view.loss, numbers)}")
    first, (lo, hi) = plot.views[0], plot.views[0].range
    parts += [f"slice={first.slice}", f"points={first.points}", f"from={lo!r}", f"to={hi!r}"]
    parts += [f"gradient={first.gradient}", f"order={first.order}", f"dtype={first.dtype}"]
    if plot.asked:
        parts += [f"derive={','.join(plot.asked)}", f"against={plot.against + 1}"]
    return "&".join([*parts, f"norm={{{NORM}}}"] if "normalised" in plot.asked else parts)


def heard(key: str, at: float | None) -> float | None:
    """Where the cursor of a chart is: where a hand last put it, if that is news."""
    said = (st.session_state.get(key) or {}).get("at")
    if said is None or said == st.session_state.get(f"{key} heard"):
        return at
    st.session_state[f"{key} heard"] = said
    return float(said)


def heard_zoom(key: str, zoom: Zoom, panes: Panes) -> Zoom:
    """The piece of a chart that is shown: that which a hand last chose, if that is news and of the picture that was last drawn.
    One that no address could say is not kept."""
    said = (st.session_state.get(key) or {}).get("zoom")
    if not said or said == st.session_state.get(f"{key} zoomed"):
        return zoom
    st.session_state[f"{key} zoomed"] = said
    if said.get("stamp") != st.session_state.get(f"{key} stamp"):
        return zoom
    try:
        return read_zoom(str(said.get("text", "")), panes)
    except ViewError:
        return zoom


def presented(live: Live) -> Live:
    """The same for the last row: type and lines enlarged."""
    enlarge(live.figure)
    if live.content == "surface":
        live.figure.update_layout(margin={"l": 92, "t": 10, "b": 72, "autoexpand": True})
    return replace(live, extra={**live.extra, "present": True})


def api_base() -> str:
    """The path of the API, below the path that the whole application is served under."""
    return f"{prefix(st.get_option('server.baseUrlPath'))}/api/"


def _without_numbers(figure: go.Figure) -> str:
    """The figure as JSON; the numbers of its live traces travel as bytes."""
    body = json.loads(figure.to_json())
    for trace in body["data"]:
        meta = trace.get("meta", {})
        if "curve" in meta or trace["type"] in SENT or meta.get("row") == "path":
            for row in ("x", "y", "z", "a", "b"):
                trace.pop(row, None)
    return json.dumps(body)


def _astray() -> None:
    st.session_state[ASTRAY] = st.session_state.get(ASTRAY, 0) + 1


def live_chart(live: Live, key: str) -> Mapping[str, Any]:
    """Draw it; returns ``{"at": x}`` once the cursor was set by hand, ``{"zoom": {"text", "stamp", "time"}}`` once a piece was
    chosen with the mouse or the picture was turned, ``{"broken": True}`` if plotly.js could not load,
    ``{"flat": True}`` if the browser cannot draw in three dimensions."""
    base = api_base()
    st.session_state[f"{key} stamp"] = live.stamp
    data = {
        "stamp": live.stamp,
        "figure": _without_numbers(live.figure),
        "frame": b64encode(live.frame).decode(),
        "request": f"{base}{live.route}?{live.request}&format=binary",
        "sliders": {name: {"way": [*rail.way], "stops": rail.stops} for name, rail in live.sliders.items()},
        "values": dict(live.values),
        "address": live.address,
        "link": live.link or live.address,
        "zoom": live.zoom,
        "labels": list(live.labels),
        "panels": list(live.panels),
        "symbol": live.symbol,
        "ratio": live.ratio,
        "reach": live.reach,
        "cursor": live.cursor,
        "across": live.across,
        "point": live.point,
        "content": live.content,
        "height": live.height,
        "theme": st.context.theme.type,
        "plotly": f"{base}{PLOTLY_PATH}",
        **live.extra,
    }
    heard = {f"on_{word}_change": lambda: None for word in ("at", "zoom", "broken", "flat", "theme")}
    return dict(COMPONENT(key=key, data=data, on_astray_change=_astray, **heard))
