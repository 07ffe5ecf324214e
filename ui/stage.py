"""From a scene as it is shown to the live chart: its curves on one x, with frozen axes, shaded regions and named places."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np

from losslib import Curve
from ui.caching import example
from ui.cast import Picked, beside, curves_of, places_of, request_of, said_of, view_of
from ui.charts.lines import Panel, with_gaps
from ui.charts.places import Region
from ui.controls import rail
from ui.live import Live, live_of, presented
from ui.live.picture import Shown
from ui.pictures import picture
from ui.plot import Plot
from ui.scenes import Scene
from ui.words import curve_name, glyph, gradient_title, x_symbol

__all__ = ["live", "pictured", "plot", "slider_key", "thumb_rows"]

LEAST = 1e-30


def slider_key(name: str) -> str:
    """The key of a scene's slider: Explore may have one of the same name with another range."""
    return f"scene_{name}"


# --- the chart -------------------------------------------------------------------------------------------------------


def _name(picked: Picked, k: int) -> str:
    """The scene's own name of a curve, else the usual one with the numbers that the scene gives it."""
    curve, view = picked.scene.curves[k], view_of(picked, k)
    said = said_of(curve)
    usual = curve_name(view.the_loss, [p for p in view.the_loss.params if p.name in said])
    return curve.label or ", ".join([*usual, view.dtype] if "dtype" in said else usual)


def _held(picked: Picked, k: int, lead: int) -> dict[str, str]:
    """The parameters of a curve that a slider moves, by its key: those that the scene leaves to a hand, and what all share."""
    view, said = view_of(picked, k), {**picked.scene.shared, **said_of(picked.scene.curves[k])}
    free = {name: text[1:-1] for name, text in said.items() if text.startswith("{")}
    return {
        name: slider_key(free.get(name, name))
        for name in view.values
        if name in free or name in view.slice_params or k == lead
    }


def _lead(picked: Picked) -> int:
    """The first curve that a slider bends by a number of its own."""
    free = {f"{{{name}}}" for name in picked.values}
    return next((k for k, curve in enumerate(picked.scene.curves) if free & set(said_of(curve).values())), 0)


def _regions(picked: Picked) -> list[Region]:
    first = next(iter(picked.scene.frames))
    return [
        Region(shade.lo, shade.hi, shade.words, picked.rows.index(shade.row) if shade.row else None)
        for shade in picked.scene.shades
        if (shade.row in picked.rows if shade.row else picked.axis == first)
    ]


def plot(picked: Picked) -> Plot:
    """The figure: its curves, with frozen axes, shaded regions and named places."""
    scene, curves, lead = picked.scene, range(len(picked.scene.curves)), _lead(picked)
    view = view_of(picked, 0)
    titles = {
        "x": glyph(view.the_slice.axes[0].label),
        "value": "loss",
        "gradient": gradient_title(view),
        **scene.titles,
    }
    return Plot(
        views=tuple(view_of(picked, k) for k in curves),
        names=tuple(_name(picked, k) for k in curves),
        held=tuple(_held(picked, k, lead) for k in curves),
        panels=tuple(
            Panel(
                row,
                titles[row],
                1.35 if row == "value" else 1.0,
                scene.scale if row == "value" else "linear",
                getattr(picked.frame, row),
            )
            for row in picked.rows
        ),
        at=picked.cursor,
        title=titles["x"],
        slots=curves,
        lead=lead,
        regions=tuple(_regions(picked)),
        placing=partial(places_of, picked),
        slope=scene.slope,
        widths=(2.8, 2.8),
    )


def live(picked: Picked, link: str, dark: bool, present: bool = False, height: str = "") -> tuple[Live, list[Curve]]:
    """What the live chart shows, and the numbers behind it."""
    figure, frame = plot(picked), picked.frame
    params = {slider_key(f.param.name): f.param for f in picked.scene.free}
    shown = (picked.scene.key, picked.axis, picked.slopes, picked.revealed, picked.dtype, dark, present)
    chart = live_of(
        figure,
        dark,
        stamp=" ".join(map(str, shown)),
        route="scene",
        request=request_of(picked, {name: f"{{{slider_key(name)}}}" for name in picked.values}),
        sliders={name: rail(p, figure.values[name]) for name, p in params.items()},
        address=link,
        ratio=picked.scene.ratio,
        extra={"frozen": True},
        **({"height": height} if height else {}),
    )
    chart.figure.update_xaxes(range=[round(frame.lo, 3), round(frame.hi, 3)])
    return (presented(chart) if present else chart), figure.curves


# --- beside the chart ------------------------------------------------------------------------------------------------


def pictured(picked: Picked, chart: Live) -> Shown | None:
    """The example at the cursor, where a scene shows one beside its curves."""
    if picked.scene.beside is None:
        return None
    view, at = beside(picked), float(f"{np.float32(chart.cursor):.6g}")
    return Shown(
        stamp=chart.stamp,
        picture=picture(example(view, at)),
        request=chart.request,
        values=chart.values,
        at=at,
        title=f"{view.the_loss.name}, the example at {x_symbol(view)}",
    )


def thumb_rows(scene: Scene) -> list[tuple[np.ndarray[Any, Any], np.ndarray[Any, Any], tuple[float, float]]]:
    """For a card: x, the first row of each curve, and the range it is seen in."""
    picked = Picked.opening(scene)
    curves = curves_of(picked)
    log = scene.scale == "log"
    rows = [np.log10(np.maximum(c.value, LEAST)) if log else c.value for c in curves]
    return [(*with_gaps(c.x, row, c.jumps), picked.frame.value) for c, row in zip(curves, rows, strict=True)]
