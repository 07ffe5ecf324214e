"""The Explore page's middle: from what is shown to what the live chart needs, and from the widgets back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial

import numpy as np
import streamlit as st

from losslib import Curve, Surface, View, ViewError, placed, track
from losslib.spec import Param
from losslib.view import THIRD, text_of
from ui import address, controls
from ui.api.wire import surface_bytes
from ui.axes import same_axis, turned
from ui.caching import drawn, example
from ui.charts.lines import Panel
from ui.export import Plane
from ui.live import Live, Rail, heard, heard_zoom, live_of, presented
from ui.live.picture import Shown
from ui.pictures import picture
from ui.plot import Plot
from ui.state import Explore, carried, params_of
from ui.words import curve_name, glyph, gradient_title, second_title, x_symbol
from ui.zoom import zoom_text

__all__ = [
    "arrive",
    "choose",
    "hands",
    "is_flat",
    "is_infinite",
    "keep",
    "leave",
    "live",
    "looked_at",
    "pick",
    "plot",
    "press",
    "shown",
    "taken",
]

PAGE = "explore"


# --- state -----------------------------------------------------------------------------------------------------------


def arrive() -> tuple[Explore, list[ViewError] | None]:
    """What to show now, and what an address asked for and cannot be shown."""
    return address.arrive(PAGE, Explore.nearest, _with_widgets, keep)


def _known() -> dict[Param, float]:
    return dict(st.session_state.get("known", {}))


def _numbers(state: Explore) -> dict[Param, float]:
    return {p: state.view.values[p.name] for p in params_of(state.view)} | state.numbers


def _with_widgets(state: Explore) -> Explore:
    """The state with what sliders, choices and the cursor say now."""
    told = st.session_state
    before = state = replace(state, zoom=heard_zoom("chart", state.zoom, state.panes))
    values = {p.name: controls.slid(p, p.name, v) for p, v in state.numbers.items()}
    view = state.view.change(**{name: v for name, v in values.items() if name in state.view.values})
    over = {**dict(state.over), **{name: v for name, v in values.items() if name not in view.values}}
    state = replace(state, view=view, over=tuple(over.items()))
    told["known"] = {**_known(), **_numbers(state)}
    choices = {
        key: told.get(key) if told.get(key) is not None else usual for key, usual in controls.chosen(state).items()
    }
    asked = choices["choose slice"]
    if asked != view.slice and asked in [s.key for s in view.the_loss.kind.curves]:
        line, values = view.the_loss.kind.slice(asked), view.values
        view = carried(view, view.loss, asked, _known())
        controls.tell(line, view.slice, values)
    gradient = choices["choose gradient"]
    state = replace(
        state,
        view=replace(
            view,
            gradient=gradient if gradient in view.the_slice.into else "x",
            order=2 if choices["choose order"] else 1,
        ),
        scale="log" if choices["choose scale"] else "linear",
        show=choices["choose show"],
        plane=choices["choose plane"],
        of=choices["choose of"],
        at=heard("chart", state.at),
    )
    return _within(state).zoomed_as(before)


def _within(state: Explore) -> Explore:
    """The cursor stays on the axis, a loss without a plane is shown as a curve, and a plane has the settings it had before."""
    low, high = state.view.range
    at = None if state.at is None or not low <= state.at <= high else state.at
    plane = state.plane if state.plane in [s.key for s in state.planes[1:]] else ""
    state = replace(state, at=at, show=state.show if state.the_plane else "curve", plane=plane)
    known = _known()
    return replace(state, over=tuple((p.name, known[p]) for p in state.beside if p in known))


def pick(state: Explore, loss: str) -> Explore:
    """Another loss, with the values that still mean the same."""
    view = carried(state.view, loss, _same_axis(state.view, loss), _known())
    if not np.isfinite(drawn(view).value).any():
        view = View(
            loss, view.slice, dtype=view.dtype
        )  # nothing is seen at the values carried over: meet it as it opens
    return _within(replace(state, view=view)).zoomed_as(state)


def choose(loss: str) -> None:
    """What the list does when a loss is picked, before the page runs."""
    address.known(PAGE)
    state, _ = arrive()
    keep(pick(state, loss))


def _same_axis(view: View, loss: str) -> str:
    """The slice of the new loss that draws the same axis, unless that loss asks to be met elsewhere."""
    fresh = View(loss)
    keys = [s.key for s in fresh.the_loss.kind.curves]
    return view.slice if view.slice in keys and not fresh.the_loss.opening.slice else ""


def press(action: str) -> None:
    """Do what a key says; called before the page runs again."""
    before = state = _with_widgets(st.session_state[PAGE])
    if action == "present":
        state = replace(state, present=not state.present)
    elif action == "gradient" and state.show == "curve":
        state = replace(state, slopes=not state.slopes)
    elif action == "gradient":
        state = replace(state, of="value" if state.of == "gradient" else "gradient")
    elif action == "axis" and state.show != "curve" and state.the_plane:
        planes = [s.key for s in state.planes]
        state = _within(replace(state, plane=planes[(planes.index(state.the_plane.key) + 1) % len(planes)]))
    elif action == "axis":
        view, axes = state.view, [s.key for s in state.view.the_loss.kind.curves]
        state = _within(replace(state, view=turned(view, axes, lambda key: carried(view, view.loss, key, _known()))))
    state = state.zoomed_as(before)
    keep(state)


def keep(state: Explore) -> None:
    """Remember what is shown, and give every widget its value before it is made."""
    st.session_state["known"] = {**_known(), **_numbers(state)}
    st.session_state[PAGE] = state
    for key, value in {**{p.name: v for p, v in state.numbers.items()}, **controls.chosen(state)}.items():
        controls.seed(key, value)


def leave(state: Explore) -> str:
    """Push the address if something was chosen; returns the full link for the chart to write."""
    return address.leave(PAGE, state.words(), state.choice)


def live(state: Explore, link: str, dark: bool) -> tuple[Live, Curve | Surface]:
    """What the live chart shows, and the numbers behind it."""
    figure = taken(state)
    result: Curve | Surface
    if isinstance(figure, Plot):
        chart, result = curve_live(state, figure, link, dark), figure.curves[0]
    elif figure.space and not is_flat():
        chart, result = space_live(state, figure, link, dark), figure.surface
    else:
        chart, result = surface_live(state, replace(figure, space=False), link, dark), figure.surface
    chart = replace(chart, link=address.link(state.words(every=True)), zoom=zoom_text(state.zoom))
    return (presented(chart) if state.present else chart), result


def is_infinite(result: Curve | Surface) -> bool:
    """Whether there is no finite value to draw."""
    return not np.isfinite(result.value).any()


def is_flat() -> bool:
    """Whether the visitor's browser has said that it cannot draw in three dimensions."""
    return bool((st.session_state.get("chart") or {}).get("flat"))


# --- the chart -------------------------------------------------------------------------------------------------------


def _reference_view(view: View) -> View | None:
    """What a loss is drawn beside: its first declared limit that shares its axes, along the same slice at the same values."""
    lines = view.the_loss.kind.curves
    others = ((limit, View(limit.other).the_loss) for limit in view.the_loss.limits)
    limit = next((limit for limit, loss in others if all(same_axis(loss, s.key, s.axes[0]) for s in lines)), None)
    if limit is None:
        return None
    beside = View(limit.other, view.slice)
    shared = {n: v for n, v in view.slice_params.items() if n in beside.values}
    into = view.gradient if view.gradient in beside.the_slice.into else "x"
    lo, hi = view.range
    return replace(
        beside.change(**{**limit.other_at, **shared}), gradient=into, order=view.order, lo=lo, hi=hi, dtype=view.dtype
    )


def _precision(view: View) -> list[str]:
    """The word of a request that says another precision than the usual."""
    return [] if view.dtype == "float64" else [f"dtype={view.dtype}"]


def panels_of(state: Explore) -> list[Panel]:
    """Loss above, gradient below, curvature on request."""
    view = state.view
    slopes = [Panel("gradient", gradient_title(view))] if state.slopes else []
    bends = [Panel("curvature", second_title(view))] if view.order == 2 else []
    heights = view.first_heights if state.scale == "linear" else None
    return [Panel("value", "loss", 1.5, state.scale, heights), *slopes, *bends]


def _sliders(params: tuple[Param, ...], values: Mapping[str, float]) -> dict[str, Rail]:
    return {p.name: controls.rail(p, values[p.name]) for p in params}


def plot(state: Explore) -> Plot:
    """The loss and its reference, stacked with their gradients."""
    view, beside = state.view, _reference_view(state.view)
    names, held = [curve_name(view.the_loss, view.the_loss.params)], [{name: name for name in view.values}]
    if beside:
        usual = beside.loss_params == View(beside.loss).loss_params
        names.append(curve_name(beside.the_loss, () if usual else beside.the_loss.params))
        held.append({name: name for name in beside.slice_params if name in view.slice_params})
    return Plot(
        views=(view, beside) if beside else (view,),
        names=tuple(map("\n".join, names)),
        held=tuple(held),
        panels=tuple(panels_of(state)),
        at=_at(state),
        title=glyph(view.the_slice.axes[0].label),
        slots=range(len(names)),
        tangent=view.gradient == "x",
    )


def curve_live(state: Explore, figure: Plot, link: str, dark: bool) -> Live:
    """The curves as they follow the hand."""
    view = state.view
    return live_of(
        figure,
        dark,
        stamp=f"{state.choice} {view.gradient} {view.order} {state.scale} {state.slopes} {view.range} {dark}",
        sliders=_sliders(params_of(view), view.values),
        address=link,
        ratio=" / ".join(v.the_loss.name for v in reversed(figure.views)) if len(figure.views) > 1 else "",
    )


def hands(state: Explore) -> list[Callable[[], None]]:
    """The sliders, each to be made where the page wants it."""
    return [partial(controls.slider, p, value, p.name) for p, value in state.numbers.items()]


def taken(state: Explore) -> Plot | Plane:
    """What is drawn: the loss and its reference, or the loss over its plane."""
    view = state.surface() if state.show != "curve" else None
    if view is None:
        return plot(state)
    x, y = view.the_slice.axes
    row, title = ("value", "loss") if state.of == "value" else ("gradient_x", f"gradient dL/d{glyph(x.symbol)}")
    line = track(state.view, view.slice)
    return Plane(view, row, (x.label, y.label, title), line, _where(state, view), state.show == "space")


def _at(state: Explore) -> float:
    return state.view.first_at if state.at is None else state.at


def looked_at(state: Explore, result: Curve | Surface) -> tuple[View, tuple[float, ...]]:
    """The example that is looked at: of which view, and where; on a curve as the chart's frame says the sample at its cursor."""
    if isinstance(result, Curve):
        return state.view, (float(f"{np.float32(plot(state).cursor):.6g}"),)
    return result.view, _where(state, result.view)


def _where(state: Explore, plane: View) -> tuple[float, ...]:
    """The example in a plane."""
    where = _point(state, plane).format(**{**state.view.values, **plane.values})
    return tuple(float(part) for part in where.split(","))


def shown(state: Explore, result: Curve | Surface, stamp: str) -> Shown | None:
    """The example at the cursor as a picture, and how to ask for the next; None if there is none."""
    view, where = looked_at(state, result)
    at = str(where[0]) if isinstance(result, Curve) else _point(state, view)
    values = {**state.view.values, **view.values}
    drawing = picture(example(view, where))
    if drawing is None:
        return None
    words = [("loss", view.loss), ("slice", view.slice), *((name, f"{{{name}}}") for name in view.values)]
    return Shown(
        stamp=stamp,
        picture=drawing,
        request="&".join([*(f"{word}={said}" for word, said in words), *_precision(view)]),
        values=values,
        at=at,
        title=f"{view.the_loss.name}, the example at {x_symbol(view)}",
    )


def _across(state: Explore, plane: View) -> dict[str, str] | None:
    """The slider that says where the current slice runs through the plane, and along which of its axes it moves the line."""
    if state.crossing is None:
        return None
    x, _ = plane.the_slice.axes
    return {"slider": state.crossing.name, "axis": "x" if state.crossing.name == x.name else "y"}


def _point(state: Explore, plane: View) -> str:
    """The coordinates of the example in a plane: the cursor's, where the plane has it, else the usual place; a setting that
    moves the curve's slice keeps its name, so that its thumb moves the example too."""
    own, at = state.view.the_slice.axes[0].name, _at(state)
    here = placed(state.view, plane.slice, at)
    found = []
    for k, axis in enumerate(plane.the_slice.axes):
        low, high = plane.range if k == 0 else (axis.lo, axis.hi)
        usual = at if axis.name == own else low + THIRD * (high - low)
        fixed = text_of(float(f"{here[k] if here else usual:.6g}"))
        found.append(f"{{{axis.name}}}" if state.crossing and axis.name == state.crossing.name else fixed)
    return ",".join(found)


def surface_live(state: Explore, figure: Plane, link: str, dark: bool) -> Live:
    """The plane as a heat map that follows the hand."""
    plane = figure.view
    words = [("loss", plane.loss), ("slice", plane.slice), *((name, f"{{{name}}}") for name in plane.values)]
    asked = [*(f"{word}={text}" for word, text in words), f"points={plane.points}", *_precision(plane)]
    values = {p.name: value for p, value in state.numbers.items()}
    return Live(
        stamp=f"{state.choice} {state.of} {dark}",
        figure=figure.figure(dark),
        frame=surface_bytes(figure.surface),
        route="surface",
        request="&".join(asked),
        sliders=_sliders(tuple(state.numbers), values),
        values=values,
        address=link,
        content="surface",
        across=_across(state, plane),
        point=_point(state, plane),
        symbol=x_symbol(plane),
        extra={"triangle": bool(plane.the_slice.corners)},
    )


def space_live(state: Explore, figure: Plane, link: str, dark: bool) -> Live:
    """The plane in three dimensions; it follows on release."""
    return Live(
        stamp=f"{state.choice} {state.of} {dark} {figure.view.params} {state.view.params}",
        figure=figure.figure(dark),
        frame=b"",
        route="surface",
        request="",
        sliders={},
        values={},
        address=link,
        content="space",
    )
