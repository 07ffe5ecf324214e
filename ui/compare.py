"""The Compare page's middle: from its record to what the live chart needs, and from the widgets back."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import streamlit as st

from losslib import LOSSES, Curve, View, ViewError, derived
from losslib.spec import Param
from ui import address, controls
from ui.caching import drawn
from ui.charts.lines import SYMLOG_UNIT, Panel
from ui.charts.template import colour, dash
from ui.compare_address import nearest
from ui.comparison import Compare, Numbers
from ui.live import Live, Rail, heard, heard_zoom, live_of, presented
from ui.plot import NORM, Plot
from ui.words import curve_name, filled, glyph, gradient_title, number, x_symbol
from ui.zoom import zoom_text

__all__ = [
    "ACTIVE",
    "OWN",
    "SHARED",
    "act",
    "arrive",
    "bends",
    "choose",
    "keep",
    "labels",
    "leave",
    "listed",
    "live",
    "norms",
    "owned",
    "plot",
    "press",
    "reason",
    "settings",
    "shared",
    "sliders",
    "taken",
    "title",
]

PAGE = "compare"
ACTIVE = "curve_"  # before the name of a parameter, the key of the active curve's slider
SHARED = "shared_"
OWN = "own_"  # before the name of a setting that the active curve keeps for itself
FACTORS = ("weight", "pos_weight")  # they change nothing at 1
REFERRING = ("ratio", "gradient_ratio", "difference")
SIGNED = ("gradient", "difference", "gradient_ratio")


# --- state -----------------------------------------------------------------------------------------------------------


def arrive() -> tuple[Compare, list[ViewError] | None]:
    """What to show now, and what an address asked for and cannot be shown."""
    return address.arrive(PAGE, nearest, _with_widgets, keep)


def keep(state: Compare) -> None:
    """Remember what is shown, and give every widget its value before it is made."""
    st.session_state[PAGE] = state
    for key, value in {**_numbers(state), **_choices(state)}.items():
        controls.seed(key, value)


def _numbers(state: Compare) -> dict[str, float]:
    """The value of every slider by its key."""
    row = state.rows[state.active]
    active = {ACTIVE + name: value for name, value in row.params} | {OWN + name: value for name, value in row.own}
    shared = {SHARED + name: value for name, value in state.shared}
    return {**active, **shared, NORM: _norm(state)}


def norms(state: Compare) -> tuple[float, float, float]:
    """The ends and the step of the slider that says where every curve is 1: round numbers within the range."""
    low, high = state.range
    step = 10.0 ** math.floor(math.log10((high - low) / 100))
    return round(math.ceil(low / step) * step, 10), round(math.floor(high / step) * step, 10), step


def _norm(state: Compare) -> float:
    low, high, step = norms(state)
    middle = round(round(0.5 * (low + high) / step) * step, 10)
    return middle if state.norm is None else min(max(state.norm, low), high)


def _choices(state: Compare) -> dict[str, Any]:
    """The value of every choice by its widget's key."""
    return {
        "compare slice": state.slice,
        "compare gradient": state.gradient,
        "compare scale": state.scale,
        "compare panels": list(state.panels),
        "compare marks": list(state.marks),
        "compare against": state.rows[state.against].slot,
        **{f"compare own {name}": name in dict(state.rows[state.active].own) for name in settings(state)},
    }


def settings(state: Compare) -> list[str]:
    """The settings of the slice that the active curve may keep for itself."""
    return [p.name for p in state.rows[state.active].the_loss.kind.slice(state.slice).params]


def _slid(params: Iterable[Param], prefix: str, numbers: Numbers) -> Numbers:
    found = {p.name: p for p in params}
    return tuple((name, controls.slid(found[name], prefix + name, value)) for name, value in numbers)


def _with_widgets(state: Compare) -> Compare:
    """The state with what sliders, choices and the cursor say now."""
    told = st.session_state
    before = state = replace(state, zoom=heard_zoom("compare chart", state.zoom, state.panes))
    row = state.rows[state.active]
    own = _slid(row.the_loss.kind.slice(state.slice).params, OWN, row.own)
    state = state.changed(state.active, _slid(row.the_loss.params, ACTIVE, row.params), own)
    state = replace(state, shared=_slid(state.shared_params, SHARED, state.shared))
    if "normalised" in state.panels and told.get(NORM, _norm(state)) != _norm(state):
        state = replace(state, norm=float(told[NORM]))
    said = {key: usual if (v := told.get(key)) is None else v for key, usual in _choices(state).items()}
    slots = [r.slot for r in state.rows]
    state = replace(
        state,
        scale=said["compare scale"],
        panels=tuple(p for p in PANEL_NAMES if p in said["compare panels"]) or state.panels[:1],
        marks=tuple(m for m in MARK_NAMES if m in said["compare marks"]),
        against=slots.index(said["compare against"]) if said["compare against"] in slots else state.against,
        gradient=said["compare gradient"] if said["compare gradient"] in state.gradients else "x",
        at=heard("compare chart", state.at),
    )
    for name in settings(state):
        state = state.alone(state.active, name, said[f"compare own {name}"])
    asked = said["compare slice"]
    if asked == state.slice or asked not in state.slices():
        return state.zoomed_as(before)
    found = state.along(asked).zoomed_as(before)
    controls.tell(row.the_loss.kind.slice(asked), found.slice, dict(state.shared))
    return found


def act(do: Callable[[Compare], Compare]) -> None:
    """Something was done by hand: read the widgets, do it, and give the widgets their new values."""
    state = _with_widgets(st.session_state[PAGE])
    keep(do(state).zoomed_as(state))


def press(action: str) -> None:
    """Do what a key says."""
    deeds = {"present": Compare.presented, "gradient": Compare.sloped, "axis": Compare.turned}
    if action in deeds:
        act(deeds[action])


def listed() -> None:
    """Something was done in the list of curves."""
    said = (st.session_state.get("curve list") or {}).get("act") or {}
    place = said.get("place", -1)
    deeds: Mapping[str, Callable[[Compare], Compare]] = {
        "activate": lambda s: s.activate(place),
        "hide": lambda s: s.toggle(place),
        "remove": lambda s: s.remove(place),
        "up": lambda s: s.move(place, -1),
        "down": lambda s: s.move(place, 1),
    }
    if said.get("do") in deeds and 0 <= place < len(st.session_state[PAGE].rows):
        act(deeds[said["do"]])


def choose(loss: str) -> None:
    """What the list does when a loss is picked, before the page runs: one more curve."""
    address.known(PAGE)
    state, _ = arrive()
    keep(state.add(loss))


def leave(state: Compare) -> str:
    """Push the address if something was chosen; returns the full link for the chart to write."""
    return address.leave(PAGE, state.words(), state.choice)


def reason(state: Compare) -> str:
    """Why some losses are not offered, in one sentence."""
    others = len(LOSSES) - len(state.offered())
    low, high = (number(round(end, 3)) for end in (state.axis.lo, state.axis.hi))
    over = f"{glyph(state.axis.label)} from {low} to {high}"
    return f"The other {others} losses have no curve over this axis and range, {over}." if others else ""


# --- words -----------------------------------------------------------------------------------------------------------

PANEL_NAMES = {
    "value": "loss",
    "gradient": "gradient",
    "ratio": "loss ratio",
    "gradient_ratio": "gradient ratio",
    "difference": "difference",
    "area": "area",
    "normalised": "normalised",
}
MARK_NAMES = {"easy": "well classified", "quiet": f"|gradient| < {derived.QUIET:g}", "minimum": "minimum"}


def labels(state: Compare) -> list[str]:
    """The name and the numbers of each curve."""
    return [filled(name, view.values) for name, view in zip(_names(state, None), state.views(), strict=True)]


def _names(state: Compare, active: int | None) -> tuple[str, ...]:
    """Each curve's name with ``{parameter}`` for its numbers; factors that change nothing are left out, but of the active one."""
    found = []
    for place, row in enumerate(state.rows):
        numbers = dict(row.params)
        said = [p for p in row.the_loss.params if place == active or p.name not in FACTORS or numbers[p.name] != 1]
        found.append(", ".join(curve_name(row.the_loss, [*said, *_own(state, place)])))
    return tuple(found)


def title(state: Compare) -> str:
    """The losses that are seen, each once."""
    names = list(dict.fromkeys(state.rows[k].the_loss.name for k in state.shown))
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def _title(row: str, first: View) -> str:
    """The title of a panel, as a figure fills it."""
    return {
        "value": "loss",
        "gradient": gradient_title(first),
        "ratio": "loss / {reference}",
        "gradient_ratio": "gradient / {reference}",
        "difference": "loss − {reference}",
        "area": "area under the loss",
        "normalised": f"loss, 1 at {x_symbol(first)}\N{NO-BREAK SPACE}=\N{NO-BREAK SPACE}{{norm}}",
    }[row]


# --- the chart -------------------------------------------------------------------------------------------------------


def sliders(state: Compare) -> dict[str, Rail]:
    """The rail of every live slider by its key."""
    row = state.rows[state.active]
    found = {ACTIVE + p.name: controls.rail(p, dict(row.params)[p.name]) for p in row.the_loss.params}
    found |= {OWN + p.name: controls.rail(p, dict(row.own)[p.name]) for p in owned(state)}
    found |= {SHARED + p.name: controls.rail(p, dict(state.shared)[p.name]) for p in shared(state)}
    return found | ({NORM: Rail(norms(state))} if "normalised" in state.panels else {})


def owned(state: Compare) -> list[Param]:
    """The settings that the active curve keeps for itself."""
    return _own(state, state.active)


def _own(state: Compare, place: int) -> list[Param]:
    row = state.rows[place]
    return [p for p in row.the_loss.kind.slice(state.slice).params if p.name in dict(row.own)]


def shared(state: Compare) -> list[Param]:
    """The settings that some curve shares: one that every curve has as its own is no word of the request."""
    sharing = {
        p.name for row in state.rows for p in row.the_loss.kind.slice(state.slice).params if p.name not in dict(row.own)
    }
    return [p for p in state.shared_params if p.name in sharing]


def bends(state: Compare, param: Param) -> bool:
    """Whether a shared setting changes any curve: seen from the true class, both labels may give one."""
    if len(param.grid) > 2:
        return True
    first, last = (
        replace(state, shared=tuple({**dict(state.shared), param.name: value}.items())).views()
        for value in (param.lo, param.hi)
    )
    pairs = [(drawn(a), drawn(b)) for a, b in zip(first, last, strict=True)]
    return not all(
        np.allclose(getattr(a, row), getattr(b, row), rtol=1e-6, atol=1e-9, equal_nan=True)
        for a, b in pairs
        for row in ("value", "gradient")
    )


def _scale(state: Compare, row: str) -> str:
    """The scale of one panel: a logarithm has no room for a sign, so rows with both signs go symlog."""
    return "symlog" if state.scale == "log" and row in SIGNED else state.scale


def _panels(state: Compare, first: View) -> tuple[Panel, ...]:
    """The panels from the top; ends are frozen on a linear scale."""
    ranges = {"value" if word == "y" else "gradient": ends for word, ends in state.ranges}
    return tuple(
        Panel(
            row,
            _title(row, first),
            1.5 if row == "value" else 1.0,
            _scale(state, row),
            ranges.get(row) if _scale(state, row) == "linear" else None,
        )
        for row in state.panels
    )


def _held(state: Compare, place: int) -> dict[str, str]:
    """The parameters of a curve that are under a slider, with the slider's key."""
    row = state.rows[place]
    own = dict(row.own)
    common = {p.name: SHARED + p.name for p in row.the_loss.kind.slice(state.slice).params if p.name not in own}
    alone = {n: ACTIVE + n for n, _ in row.params} | {n: OWN + n for n in own}
    return common | (alone if place == state.active else {})


def plot(state: Compare) -> Plot:
    """All curves, what is derived from them, and the panels they are drawn in."""
    views = state.views()
    return Plot(
        views=tuple(views),
        names=_names(state, state.active),
        held=tuple(_held(state, place) for place in range(len(views))),
        panels=_panels(state, views[0]),
        at=views[state.active].first_at if state.at is None else state.at,
        title=glyph(state.axis.label),
        slots=tuple(row.slot for row in state.rows),
        lead=state.active,
        against=state.against,
        norm=_norm(state),
        hidden=tuple(place for place, row in enumerate(state.rows) if row.hidden),
        told=("ratio", "gradient_ratio"),
        marks=tuple((name, MARK_NAMES[name]) for name in state.marks),
        widths=(3.2, 2.0),
    )


def live(state: Compare, link: str, dark: bool) -> tuple[Live, list[Curve]]:
    """What the live chart shows, and the numbers behind it."""
    figure, panels = plot(state), len(state.panels)
    chart = live_of(
        figure,
        dark,
        stamp=f"{state.choice} {state.active} {state.range} {state.ranges} {len(state.rows)} {dark}",
        sliders=sliders(state),
        address=link,
        link=address.link(state.words(every=True)),
        zoom=zoom_text(state.zoom),
        height=f"clamp({140 + 130 * panels}px, calc(100vh - 350px), {280 + 170 * panels}px)",
        extra=_extra(figure),
    )
    return (presented(chart) if state.present else chart), figure.curves


def _extra(figure: Plot) -> dict[str, Any]:
    """What a chart of many curves says more."""
    return {
        "table": "curves",
        "slope": gradient_title(figure.views[0]),
        "lead": figure.lead,
        "reference": figure.against,
        "refers": any(panel.row in REFERRING for panel in figure.panels),
        "losses": [view.the_loss.name for view in figure.views],
        "hidden": list(figure.hidden),
        "symlog": {panel.row: SYMLOG_UNIT for panel in figure.panels if panel.scale == "symlog"},
        "steady": [panel.row for panel in figure.panels if panel.range],
        "marks": dict(figure.marks),
    }


def taken(state: Compare) -> Plot:
    """The figure as it leaves the app."""
    return plot(state).without_hidden().zoomed(state.zoom)


def items(state: Compare, dark: bool) -> list[dict[str, Any]]:
    """The curves for the list: label, colour, dash."""
    return [
        {
            "label": label,
            "colour": colour(row.slot, dark),
            "dash": dash(row.slot),
            "hidden": row.hidden,
            "note": "reference" if place == state.against else "",
        }
        for place, (row, label) in enumerate(zip(state.rows, plot(state).live_labels, strict=True))
    ]
