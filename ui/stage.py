"""From a scene as it is shown to the live chart: its curves on one x, with frozen axes, shaded regions and named places."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np
import plotly.graph_objects as go

from losslib import Curve
from ui.api.wire import curves_bytes
from ui.caching import example
from ui.cast import Picked, curves_of, map_of, places_of, request_of, view_of
from ui.charts.lines import Line, Panel, line_figure
from ui.charts.marks import annotate, shade
from ui.charts.places import Region
from ui.controls import stops
from ui.export import Taken
from ui.live import Live, presented
from ui.live.picture import Shown
from ui.pictures import picture
from ui.scenes import Scene
from ui.words import glyph, gradient_title, number, x_symbol

__all__ = ["live", "pictured", "slider_key", "taken", "thumb_rows"]

LEAST = 1e-30
ONE_LINE = 30  # letters of a label with its slot that stand on one line


def slider_key(name: str) -> str:
    """The key of a scene's slider: Explore may have one of the same name with another range."""
    return f"scene_{name}"


# --- the chart -------------------------------------------------------------------------------------------------------


def _label(picked: Picked, k: int) -> str:
    """The name of a curve and the numbers that the scene gives it, ``{slider}`` for those under a hand."""
    curve, view = picked.scene.curves[k], view_of(picked, k)
    names = {free.param.name: f"{{{slider_key(free.param.name)}}}" for free in picked.scene.free}
    if curve.label:
        return curve.label.format(**names)
    _, _, rest = curve.of.partition(":")
    said = []
    for part in rest.split(",") if rest else []:
        name, text = part.split("=")
        param = next((p for p in view.the_loss.params if p.name == name), None)
        if param is None:
            said.append(view.dtype)
        elif text.startswith("{"):
            said.append(f"{glyph(param.symbol)}\u00a0=\u00a0{names[name]}")
        else:
            said.append(f"{glyph(param.symbol)}\u00a0=\u00a0{number(float(text))}")
    whole = ", ".join([view.the_loss.name, *said])
    return whole if len(whole) <= ONE_LINE else "\n".join([view.the_loss.name, *said])


@lru_cache(maxsize=256)
def _range(scene_key: str, axis: str, row: str, low: float, high: float) -> tuple[float, float]:
    pad = 0.05 * (high - low) or 0.5
    return (low - pad, high + pad)


def _ranges(picked: Picked, curves: Sequence[Curve]) -> dict[str, tuple[float, float]]:
    """The frozen range of each row: the scene's own, else that of the picture."""
    found = {}
    for row in picked.rows:
        given: tuple[float, float] | None = getattr(picked.frame, row)
        if given is None:
            seen = np.concatenate([getattr(c, row)[np.isfinite(getattr(c, row))] for c in curves])
            given = _range(picked.scene.key, picked.axis, row, float(seen.min()), float(seen.max()))
        found[row] = given
    return found


def _regions(picked: Picked) -> list[Region]:
    first = next(iter(picked.scene.frames))
    return [
        Region(shade.lo, shade.hi, shade.words, picked.rows.index(shade.row) if shade.row else None)
        for shade in picked.scene.shades
        if (shade.row in picked.rows if shade.row else picked.axis == first)
    ]


def _titles(picked: Picked) -> tuple[str, dict[str, str], str]:
    """The title of x, those of the panels, and the symbol of x."""
    view = view_of(picked, 0)
    given = dict(picked.scene.titles)
    x = given.pop("x", glyph(view.the_slice.axes[0].label))
    return x, {"value": "loss", "gradient": gradient_title(view), **given}, x_symbol(view)


def figure_of(picked: Picked, curves: Sequence[Curve], dark: bool) -> go.Figure:
    """The picture, whole."""
    title, names, _ = _titles(picked)
    panels = [Panel(row, names[row], 1.35 if row == "value" else 1.0, _scale(picked, row)) for row in picked.rows]
    lines = [Line(curve, _label(picked, k).replace("\n", ", ")) for k, curve in enumerate(curves)]
    figure = line_figure(lines, panels, title, dark)
    for p, (low, high) in enumerate(_ranges(picked, curves).values(), start=1):
        figure.update_layout({f"yaxis{'' if p == 1 else p}": {"range": [low, high]}})
    figure.update_xaxes(range=[round(picked.frame.lo, 3), round(picked.frame.hi, 3)])
    shade(figure, _regions(picked), dark)
    annotate(figure, places_of(picked, curves), dark)
    return figure


def _scale(picked: Picked, row: str) -> str:
    return picked.scene.scale if row == "value" else "linear"


def live(picked: Picked, link: str, dark: bool, present: bool = False, height: str = "") -> tuple[Live, list[Curve]]:
    """What the live chart shows, and the numbers behind it."""
    curves = curves_of(picked)
    _, names, symbol = _titles(picked)
    values = {slider_key(name): value for name, value in picked.values.items()}
    params = {slider_key(f.param.name): f.param for f in picked.scene.free}
    shown = (picked.scene.key, picked.axis, picked.slopes, picked.revealed, picked.dtype, dark, present)
    chart = Live(
        stamp=" ".join(map(str, shown)),
        figure=figure_of(picked, curves, dark),
        frame=curves_bytes(curves, places=places_of(picked, curves)),
        route="scene",
        request=request_of(picked, {name: f"{{{slider_key(name)}}}" for name in picked.values}),
        sliders={name: stops(p, values[name]) for name, p in params.items()},
        values=values,
        address=link,
        labels=[_label(picked, k) for k in range(len(curves))],
        panels=[names[row] for row in picked.rows],
        symbol=symbol,
        ratio=picked.scene.ratio,
        tangent=False,
        cursor=picked.cursor,
        extra={"frozen": True},
        **({"height": height} if height else {}),
    )
    return (presented(chart) if present else chart), curves


def taken(picked: Picked) -> Taken:
    """The figure as it leaves the app."""
    curves = curves_of(picked)
    title, names, _ = _titles(picked)
    ranges = _ranges(picked, curves)
    panels = tuple(
        Panel(row, names[row], 1.35 if row == "value" else 1.0, _scale(picked, row), ranges[row]) for row in picked.rows
    )
    held = {slider_key(name): number(value) for name, value in picked.values.items()}
    led = tuple(k for k, curve in enumerate(picked.scene.curves) if any(f"={{{n}}}" in curve.of for n in picked.values))
    return Taken(
        tuple(view_of(picked, k) for k in range(len(curves))),
        tuple(_label(picked, k).replace("\n", ", ").format(**held) for k in range(len(curves))),
        tuple(range(len(curves))),
        panels,
        lead=led[0] if led else 0,
        led=led,
        at=picked.cursor,
        title=title,
        regions=tuple(_regions(picked)),
        places=tuple(places_of(picked, curves)),
    )


# --- beside the chart ------------------------------------------------------------------------------------------------


def pictured(picked: Picked, chart: Live, curve: Curve) -> Shown | None:
    """What a scene has beside its curves: the boxes at the cursor, with the pull of the second curve on them, or a map."""
    if not picked.scene.beside:
        return None
    at = float(f"{np.float32(curve.x[int(np.argmin(np.abs(curve.x - picked.cursor)))]):.6g}")
    if picked.scene.beside == "heatmap":
        return Shown(chart.stamp, map_of(picked, at), chart.request, chart.values, at, "The map of weights", "map")
    view = view_of(picked, 1)
    drawing = picture(example(view, at))
    if drawing is None:
        return None
    slots = {name: f"{{{slider_key(name)}}}" if name in picked.values else repr(v) for name, v in view.values.items()}
    words = [("loss", view.loss), ("slice", view.slice), *slots.items()]
    return Shown(
        stamp=chart.stamp,
        picture=drawing,
        request="&".join(f"{word}={text}" for word, text in words),
        values=chart.values,
        at=at,
        title=f"{view.the_loss.name}, the boxes at {x_symbol(view)}",
    )


def thumb_rows(scene: Scene) -> list[tuple[np.ndarray[Any, Any], np.ndarray[Any, Any], tuple[float, float]]]:
    """For a card: x, the first row of each curve, and the range it is seen in."""
    axis = next(iter(scene.frames))
    picked = Picked(scene, {f.param.name: f.value for f in scene.free}, axis, slopes=False, revealed=False)
    curves = curves_of(picked)
    within = _ranges(picked, curves)["value"]
    log = scene.scale == "log"
    return [(c.x, np.log10(np.maximum(c.value, LEAST)) if log else c.value, within) for c in curves]
