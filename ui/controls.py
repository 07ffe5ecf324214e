"""Parameters as sliders: one ``st.slider`` a parameter, its exact number beside, and a way back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import streamlit as st

from losslib.spec import Param, Slice
from losslib.view import View
from ui.live import ASTRAY, Rail
from ui.state import Explore
from ui.words import decimals, glyph, number

__all__ = [
    "choices",
    "chosen",
    "exact",
    "rail",
    "readings",
    "remind",
    "seed",
    "slid",
    "slider",
    "stops",
    "tell",
    "tools",
]

ROOM = 26  # characters of names that fit one row of the controls; more of them wrap
SHOWS = {"curve": "Curve", "surface": "Surface", "space": "3-D"}
HEIGHTS = {"value": "loss", "gradient": "gradient"}


def seed(key: str, value: object) -> None:
    """Give a widget its value before it is made, and only if it has another: a remembered one may be out of range."""
    if key not in st.session_state or st.session_state[key] != value:
        st.session_state[key] = value


def slid(param: Param, key: str, usual: float) -> float:
    """What a slider says; ``usual`` where it cannot be this parameter's: a quick hand's browser, which is a run behind,
    still speaks of another slider that had the key."""
    said = float(st.session_state.get(key, usual))
    return said if param.takes(said) else usual


def tell(asked: Slice, found: str, values: Mapping[str, float]) -> None:
    """Say why an axis that was asked for gave way to another: what it cannot take."""
    if asked.key != found:
        refused = [p for p in asked.params if p.name in values and not p.takes(values[p.name])]
        words = " and ".join(f"{p.name} {number(values[p.name])}" for p in refused)
        st.toast(f"{asked.name} is for hard labels only, so the axis is another: {words}.")


def remind(key: str, *shape: object) -> None:
    """To the browser a widget with other ends or options is a new one, which opens on its first until it is told its value again;
    and again after a run of the page overtook the one that said so, which its chart notices."""
    told = st.session_state
    known = (*shape, told.get(ASTRAY))
    if told.get(f"{key} is shaped") != known:
        told[f"{key} is shaped"] = known
        if key in told:
            told[key] = told[key]


def stops(param: Param, value: float) -> list[float] | None:
    """The stops of a slider that has them, the current value among them: a log scale, or a number typed between two steps.
    None where the thumb slides evenly: Streamlit's even slider rounds a number between two steps to the nearest one in the
    browser, so that its thumb would say another number than the page."""
    steps = (value - param.lo) / param.step
    if param.scale == "linear" and abs(steps - round(steps)) < 1e-6:
        return None
    return sorted({*param.grid, value})


def rail(param: Param, value: float) -> Rail:
    """How the browser has the slider of a parameter at a value."""
    found = stops(param, value)
    return Rail((param.lo, param.hi, param.step)) if found is None else Rail((0, len(found) - 1, 1), found)


def chosen(state: Explore) -> dict[str, object]:
    """The value of every choice by its widget's key."""
    return {
        "choose show": state.show,
        "choose plane": state.the_plane.key if state.the_plane else "",
        "choose of": state.of,
        "choose slice": state.view.slice,
        "choose gradient": state.view.gradient,
        "choose scale": state.scale == "log",
        "choose order": state.view.order == 2,
    }


def choices(state: Explore) -> None:
    """Curve or surface; which axis; and how the gradient and the scale are read."""
    is_curve = state.show == "curve"
    if not is_curve:
        _gone("choose gradient")
    _either("View", SHOWS if state.planes else {}, "choose show")
    _either("Height", {} if is_curve else HEIGHTS, "choose of")
    _either("Plane", {} if is_curve else {s.key: s.name for s in state.planes}, "choose plane")
    _either("Axis", {s.key: s.name for s in state.view.the_loss.kind.curves} if is_curve else {}, "choose slice")


def _either(label: str, names: Mapping[str, str], key: str) -> None:
    """One of several, side by side where there is room; nothing where there is nothing to choose."""
    if len(names) < 2:
        _gone(key)
        return
    choose = st.segmented_control if sum(map(len, names.values())) <= ROOM else st.pills
    remind(key, names)
    choose(
        label,
        list(names),
        format_func=names.__getitem__,
        key=key,
        label_visibility="collapsed",
        width="stretch",
    )


def _gone(key: str) -> None:
    """A widget is not drawn now: when it comes again, the browser has to be told its value again."""
    st.session_state.pop(f"{key} is shaped", None)


def readings(state: Explore) -> None:
    """How the curve is read: log scale, second derivative, the gradient in another coordinate."""
    into = {"x": f"d{glyph(state.view.the_slice.axes[0].symbol)}"}
    for key in state.view.the_slice.into:
        into[key] = f"d{glyph(state.view.the_loss.kind.slice(key).axes[0].symbol)}"
    with st.container(horizontal=True):
        st.toggle("log loss", key="choose scale")
        st.toggle("curvature", key="choose order")
    if len(into) == 1:
        _gone("choose gradient")
    else:
        remind("choose gradient", into)
        st.segmented_control(
            "Gradient in",
            list(into),
            format_func=lambda k: f"gradient in {into[k][1:]}",
            key="choose gradient",
            label_visibility="collapsed",
        )


def tools(state: Explore) -> None:
    """Exact numbers, and the way back."""
    if not state.numbers:
        return
    with st.container(horizontal=True):
        with st.popover("Exact", icon=":material/pin:", help="Type the numbers"):
            exact(state.numbers)
        st.button("Reset", icon=":material/undo:", on_click=reset, args=(state,), help="Back to how this loss opens")


def slider(param: Param, value: float, key: str) -> None:
    """A parameter's slider, set to ``value``; ``key`` is the widget's, and the chart's name for it."""
    seed(key, value)
    label = f"{glyph(param.symbol or param.name)}  {param.meaning}"
    found = stops(param, value)
    remind(key, param, found)
    if found is None:
        st.slider(label, param.lo, param.hi, step=param.step, format=f"%.{decimals(param)}f", key=key)
    else:
        st.select_slider(label, found, format_func=lambda v: f"{v:g}", key=key)


def reset(state: Explore) -> None:
    """Back to how this loss opens."""
    fresh = replace(state, view=View(state.view.loss, state.view.slice), over=())
    for param, value in fresh.numbers.items():
        st.session_state[param.name] = value


def _take(name: str, key: str) -> None:
    st.session_state[name] = float(st.session_state[key])


def exact(numbers: Mapping[Param, float]) -> None:
    """Numbers typed instead of slid. The key holds the value: a field that is made while its popover is closed takes its
    number from nowhere else. Closed, it is not in the browser: a field there would speak of the number before while a quick
    hand is on the slider, and take it back."""
    for param, value in numbers.items():
        key = f"exact {param.name} {value!r}"
        st.number_input(
            f"{glyph(param.symbol or param.name)}, {param.lo:g} to {param.hi:g}",
            param.lo,
            param.hi,
            value,
            step=param.step,
            format="%.6g",
            key=key,
            on_change=_take,
            args=(param.name, key),
        )
