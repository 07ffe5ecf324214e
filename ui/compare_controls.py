"""The Compare page's controls: the list of curves, what can be done with them, the sliders, and how it all is drawn."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import streamlit as st

from losslib import ViewError, derived
from losslib.spec import Loss, Param
from losslib.view import number, text_of
from ui import compare, controls
from ui.comparison import Compare, usual_values
from ui.curvelist import curve_list
from ui.words import glyph

__all__ = ["curves", "drawing", "hands", "tools"]


def curves(state: Compare, dark: bool) -> None:
    """The list of curves."""
    values = {compare.ACTIVE + name: value for name, value in state.rows[state.active].params}
    curve_list(compare.items(state, dark), state.active, values, key="curve list", on_act=compare.listed)


def tools(state: Compare) -> None:
    """Pin, duplicate, a family."""
    full = state.is_full
    with st.container(horizontal=True, gap="small"):
        st.button(
            "Pin",
            icon=":material/keep:",
            help="Leave a copy here, and go on dragging",
            on_click=compare.act,
            args=(Compare.pin,),
            disabled=full,
            key="compare pin",
        )
        st.button(
            "Duplicate",
            icon=":material/content_copy:",
            help="A copy of this curve, under the sliders",
            on_click=compare.act,
            args=(Compare.duplicate,),
            disabled=full,
            key="compare duplicate",
        )
        loss = state.rows[state.active].the_loss
        with st.popover("Family", icon=":material/stacked_line_chart:", disabled=full or not loss.params):
            _family(loss)


def _family(loss: Loss) -> None:
    """One parameter of the active curve at several values.

    The fields have defaults and no seeds: a value set while the popover is closed does not reach its field.
    """
    if not loss.params:
        return
    params = {p.name: p for p in loss.params}
    name = loss.params[0].name
    if len(params) > 1:
        symbols = {n: f"{glyph(p.symbol or n)}  {p.meaning}" for n, p in params.items()}
        name = st.selectbox("Parameter", list(params), format_func=symbols.__getitem__, key=f"family of {loss.key}")
    param = params[name]
    usual = ", ".join(text_of(v) for v in usual_values(param))
    said = st.text_input(
        f"Values of {glyph(param.symbol or param.name)}, {param.lo:g} to {param.hi:g}",
        usual,
        key=f"family {loss.key} {name}",
    )
    try:
        values = _values(param, said)
    except ViewError as problem:
        st.caption(f":red[{problem.sentence}.]")
        values = []
    st.button(
        "Draw them",
        on_click=compare.act,
        args=(lambda s: s.family(param.name, values),),
        disabled=not values,
        key="family draw",
    )


def _values(param: Param, text: str) -> list[float]:
    """The typed values.

    Raises:
        ViewError: with a sentence that repeats nothing of what was typed.
    """
    found = []
    for part in text.replace(",", " ").split():
        value = number("A value", part)
        try:
            found.append(param.check(value))
        except ValueError:
            raise ViewError("A value", f"must be between {param.lo:g} and {param.hi:g}", value) from None
    return found


def hands(state: Compare) -> list[Callable[[], None]]:
    """The sliders, each to be made where the page wants it: of the active curve, then those that all curves share."""
    row = state.rows[state.active]
    own, shared = dict(row.params), dict(state.shared)
    return [
        *(partial(controls.slider, p, own[p.name], compare.ACTIVE + p.name) for p in row.the_loss.params),
        *(partial(controls.slider, p, shared[p.name], compare.SHARED + p.name) for p in state.shared_params),
    ]


def drawing(state: Compare) -> None:
    """Axis, panels, scale, marks."""
    axes = state.slices()
    if len(axes) > 1:
        choose = st.segmented_control if sum(map(len, axes.values())) <= controls.ROOM else st.pills
        choose("Axis", list(axes), format_func=axes.__getitem__, key="compare slice", width="stretch")
    names = compare.PANEL_NAMES
    st.pills("Panels", list(names), format_func=names.__getitem__, key="compare panels", selection_mode="multi")
    if "normalised" in state.panels:
        low, high, step = compare.norms(state)
        st.slider(
            "Every curve is 1 at",
            low,
            high,
            step=step,
            key="compare_norm",
            format=f"{glyph(state.axis.symbol)} = %.4g",
        )
    known = [m for m in compare.MARK_NAMES if m != "easy" or state.axis.name in derived.TURNS]
    st.pills(
        "Shown on it", known, format_func=compare.MARK_NAMES.__getitem__, key="compare marks", selection_mode="multi"
    )
    st.segmented_control("Scale", ["linear", "log", "symlog"], key="compare scale", width="stretch")
    into = {"x": glyph(state.axis.symbol)}
    kind = state.rows[0].the_loss.kind
    into |= {key: glyph(kind.slice(key).axes[0].symbol) for key in state.gradients if key != "x"}
    if len(into) > 1:
        st.segmented_control(
            "Gradient in", list(into), format_func=into.__getitem__, key="compare gradient", width="stretch"
        )
    named = dict(zip((row.slot for row in state.rows), compare.labels(state), strict=True))
    st.selectbox("Ratios and differences refer to", list(named), format_func=named.__getitem__, key="compare against")
