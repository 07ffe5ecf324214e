"""The Compare page's controls: the list of curves, what can be done with them, the sliders, and how it all is drawn."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from functools import partial

import streamlit as st

from losslib import ViewError
from losslib.spec import Loss, Param
from losslib.view import number, text_of
from ui import compare, controls
from ui.comparison import Compare, usual_values
from ui.curvelist import curve_list
from ui.words import glyph

__all__ = ["curves", "drawing", "hands", "own", "tools"]

COPIES = (
    ("Pin", "keep", "Leave a copy here, and go on dragging", Compare.pin),
    ("Duplicate", "content_copy", "A copy of this curve, under the sliders", Compare.duplicate),
)


def curves(state: Compare, dark: bool) -> None:
    """The list of curves."""
    values = compare.plot(state).values
    curve_list(compare.items(state, dark), state.active, values, key="curve list", on_act=compare.listed)


def tools(state: Compare) -> None:
    """Pin, duplicate, a family."""
    full = state.is_full
    with st.container(horizontal=True, gap="small"):
        for name, icon, meaning, do in COPIES:
            said = {"icon": f":material/{icon}:", "help": meaning, "disabled": full, "key": f"compare {name.lower()}"}
            st.button(name, on_click=compare.act, args=(do,), **said)
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
        args=(lambda s: _drawn(s, param, values),),
        disabled=not values,
        key="family draw",
    )


def _drawn(state: Compare, param: Param, values: list[float]) -> Compare:
    """The family in its place, with a word on what found no room."""
    beyond = state.beyond(param.name, values)
    if beyond:
        said = ", ".join(map(text_of, beyond))
        st.toast(
            f"No room for {glyph(param.symbol or param.name)} = {said}: twelve curves are the most.", duration="long"
        )
    return state.family(param.name, values)


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
    """The sliders, each to be made where the page wants it: of the active curve, then those that curves share."""
    row = state.rows[state.active]
    params, own, shared = dict(row.params), dict(row.own), dict(state.shared)
    return [
        *(partial(controls.slider, p, params[p.name], compare.ACTIVE + p.name) for p in row.the_loss.params),
        *(
            partial(controls.slider, _of(p, "this curve"), own[p.name], compare.OWN + p.name)
            for p in compare.owned(state)
        ),
        *(
            partial(
                controls.slider, _of(p, "the others") if p.name in own else p, shared[p.name], compare.SHARED + p.name
            )
            for p in compare.shared(state)
            if compare.bends(state, p)
        ),
    ]


def _of(param: Param, whose: str) -> Param:
    return replace(param, meaning=f"{param.meaning}, of {whose}")


def own(state: Compare) -> None:
    """Whether the active curve keeps a setting for itself."""
    if len(state.rows) > 1:
        params = state.rows[state.active].the_loss.kind.slice(state.slice).params
        for param in (p for p in params if compare.bends(state, p)):
            st.toggle(f"{glyph(param.symbol or param.name)} for this curve alone", key=f"compare own {param.name}")


def _ranges(state: Compare) -> None:
    """The ends of x, and of the panels that may stand still, typed."""
    symbol = glyph(state.axis.symbol)
    _ends("x", f"{symbol}", state.range, state.axis.domain)
    if state.scale == "linear":
        frozen = dict(state.ranges)
        for word, panel in (("y", "value"), ("dy", "gradient")):
            if panel in state.panels:
                _ends(word, compare.PANEL_NAMES[panel], frozen.get(word, (None, None)), (-math.inf, math.inf))
    st.button("Reset", icon=":material/undo:", on_click=compare.act, args=(Compare.freed,), key="compare freed")


def _ends(word: str, named: str, ends: tuple[float | None, float | None], domain: tuple[float, float]) -> None:
    """Two fields. Their keys hold the ends: a field that is made while its popover is closed takes its number from nowhere
    else."""
    keys = [f"compare {word} {side} {ends}" for side in ("from", "to")]
    least, most = (end if math.isfinite(end) else None for end in domain)
    told = [
        column.number_input(
            f"{named} {side}", least, most, value, step=None, format="%.6g", placeholder="free", key=key,
            on_change=_within, args=(word, *keys),
        )
        for column, side, value, key in zip(st.columns(2), ("from", "to"), ends, keys, strict=True)
    ]  # fmt: skip
    if None not in told and not told[0] < told[1]:
        st.caption(":red[The first must be below the second.]")


def _within(word: str, *keys: str) -> None:
    lo, hi = (st.session_state[key] for key in keys)
    compare.act(lambda state: state.within(word, lo, hi))


def drawing(state: Compare) -> None:
    """Axis, panels, scale, marks."""
    axes = state.slices()
    if len(axes) > 1:
        choose = st.segmented_control if sum(map(len, axes.values())) <= controls.ROOM else st.pills
        controls.remind("compare slice", axes)
        choose("Axis", list(axes), format_func=axes.__getitem__, key="compare slice", width="stretch")
    names = compare.PANEL_NAMES
    st.pills("Panels", list(names), format_func=names.__getitem__, key="compare panels", selection_mode="multi")
    if "normalised" in state.panels:
        low, high, step = compare.norms(state)
        controls.remind("compare_norm", low, high, step)
        st.slider(
            "Every curve is 1 at",
            low,
            high,
            step=step,
            key="compare_norm",
            format=f"{glyph(state.axis.symbol)} = %.4g",
        )
    with st.popover("Ranges", icon=":material/straighten:"):
        _ranges(state)
    sided = any(row.the_loss.kind.slice(state.slice).right for row in state.rows)
    known = [m for m in compare.MARK_NAMES if m != "easy" or sided]
    controls.remind("compare marks", known)
    st.pills(
        "Shown on it", known, format_func=compare.MARK_NAMES.__getitem__, key="compare marks", selection_mode="multi"
    )
    st.segmented_control("Scale", ["linear", "log", "symlog"], key="compare scale", width="stretch")
    into = {"x": glyph(state.axis.symbol)}
    kind = state.rows[0].the_loss.kind
    into |= {key: glyph(kind.slice(key).axes[0].symbol) for key in state.gradients if key != "x"}
    if len(into) > 1:
        controls.remind("compare gradient", into)
        st.segmented_control(
            "Gradient in", list(into), format_func=into.__getitem__, key="compare gradient", width="stretch"
        )
    named = dict(zip((row.slot for row in state.rows), compare.labels(state), strict=True))
    controls.remind("compare against", named)
    st.selectbox("Ratios and differences refer to", list(named), format_func=named.__getitem__, key="compare against")
