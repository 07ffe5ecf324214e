"""The Compare page's middle: from its record to what the live chart needs, and from the widgets back."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import streamlit as st

from losslib import LOSSES, Curve, View, derived
from losslib.spec import Param
from ui import address, controls
from ui.api.wire import curves_bytes
from ui.caching import drawn
from ui.charts.lines import SYMLOG_UNIT, Line, Panel, line_figure
from ui.charts.template import colour, dash
from ui.comparison import Compare, Left
from ui.export import REFERENCE, Taken
from ui.live import Live, heard, presented
from ui.words import curve_text, glyph, gradient_title, number, one_line, x_symbol

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
NORM = "compare_norm"
REFERRING = ("ratio", "gradient_ratio", "difference")
SIGNED = ("gradient", "difference", "gradient_ratio")


# --- state -----------------------------------------------------------------------------------------------------------


def arrive() -> tuple[Compare, Left]:
    """What to show now: a new address, or what was shown last with what the widgets changed since."""
    words = address.received()
    if address.is_news(PAGE, words) or PAGE not in st.session_state:
        state, left = Compare.nearest(words)
        keep(state)
        st.session_state[f"{PAGE} choice"] = state.choice
        return state, left
    state = _with_widgets(st.session_state[PAGE])
    keep(state)
    return state, Left()


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


def _with_widgets(state: Compare) -> Compare:
    """The state with what sliders, choices and the cursor say now."""
    told = st.session_state
    row = state.rows[state.active]
    own = tuple((n, float(told.get(OWN + n, v))) for n, v in row.own)
    state = state.changed(state.active, tuple((n, float(told.get(ACTIVE + n, v))) for n, v in row.params), own)
    state = replace(state, shared=tuple((n, float(told.get(SHARED + n, v))) for n, v in state.shared))
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
    return state.along(said["compare slice"]) if said["compare slice"] != state.slice else state


def act(do: Callable[[Compare], Compare]) -> None:
    """Something was done by hand: read the widgets, do it, and give the widgets their new values."""
    keep(do(_with_widgets(st.session_state[PAGE])))


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


def labels(state: Compare, sliding: bool = False) -> list[str]:
    """The name and the numbers of each curve; with ``{slider}`` for those of the active one while it slides."""
    found = []
    for place, row in enumerate(state.rows):
        live = sliding and place == state.active
        keys = {n: key + n for key, numbers in ((ACTIVE, row.params), (OWN, row.own)) for n, _ in numbers if live}
        own = {p.name: p for p in row.the_loss.kind.slice(state.slice).params}
        extra = {own[name]: value for name, value in row.own}
        found.append(one_line(row.the_loss, dict(row.params), keys, extra))
    return found


def title(state: Compare) -> str:
    """The losses that are seen, each once."""
    names = list(dict.fromkeys(state.rows[k].the_loss.name for k in state.shown))
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def _title(row: str, first: View, reference: str, norm: str) -> str:
    """The title of a panel; what ratios refer to and where curves are 1 are said as they are given."""
    slope = gradient_title(first)
    return {
        "value": "loss",
        "gradient": slope,
        "ratio": f"loss / {reference}",
        "gradient_ratio": f"gradient / {reference}",
        "difference": f"loss − {reference}",
        "area": "area under the loss",
        "normalised": f"loss, 1 at {x_symbol(first)}\N{NO-BREAK SPACE}=\N{NO-BREAK SPACE}{norm}",
    }[row]


# --- the chart -------------------------------------------------------------------------------------------------------


def sliders(state: Compare) -> dict[str, list[float] | None]:
    """The stops of every live slider by its key."""
    row = state.rows[state.active]
    found = {ACTIVE + p.name: controls.stops(p, dict(row.params)[p.name]) for p in row.the_loss.params}
    found |= {OWN + p.name: controls.stops(p, dict(row.own)[p.name]) for p in owned(state)}
    found |= {SHARED + p.name: controls.stops(p, dict(state.shared)[p.name]) for p in shared(state)}
    return found | ({NORM: None} if "normalised" in state.panels else {})


def owned(state: Compare) -> list[Param]:
    """The settings that the active curve keeps for itself."""
    row = state.rows[state.active]
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


def _request(state: Compare, views: list[View], names: list[str]) -> str:
    """The query that draws these curves again, with the sliders' values left open."""
    parts = []
    for place, row in enumerate(state.rows):
        numbers = [
            (n, f"{{{key}{n}}}" if place == state.active else repr(v))
            for key, said in ((ACTIVE, row.params), (OWN, row.own))
            for n, v in said
        ]
        parts.append(f"curve={curve_text(row.loss, numbers)}")
    lo, hi = state.range
    parts += [f"slice={state.slice}", *(f"{p.name}={{{SHARED}{p.name}}}" for p in shared(state))]
    parts += [f"points={views[0].points}", f"from={lo!r}", f"to={hi!r}", f"gradient={state.gradient}"]
    parts += [f"derive={','.join(names)}", f"against={state.against + 1}"]
    return "&".join([*parts, f"norm={{{NORM}}}"] if "normalised" in names else parts)


def _scale(state: Compare, row: str) -> str:
    """The scale of one panel: a logarithm has no room for a sign, so rows with both signs go symlog."""
    return "symlog" if state.scale == "log" and row in SIGNED else state.scale


def live(state: Compare, link: str, dark: bool) -> tuple[Live, list[Curve]]:
    """All curves, what is derived from them, and the panels they are drawn in."""
    views = state.views()
    curves = [c for c in map(drawn, views) if isinstance(c, Curve)]
    names = list(dict.fromkeys(["ratio", "gradient_ratio", *state.panels, *state.marks]))
    names = [n for n in names if n in (*derived.ROWS, *derived.FACTS)]
    more = derived.derive(curves, names, state.against, _norm(state))
    named = labels(state)
    scales = {row: _scale(state, row) for row in state.panels}
    ranges = {"value" if word == "y" else "gradient": ends for word, ends in state.ranges}
    frozen = {row: ends for row, ends in ranges.items() if scales.get(row) == "linear"}
    now = [_title(row, views[0], named[state.against], number(_norm(state))) for row in state.panels]
    sliding = labels(state, sliding=True)
    figure = line_figure(
        [
            Line(
                curves[k],
                named[k],
                slot=state.rows[k].slot,
                place=k,
                width=3.2 if k == state.active else 2.0,
                rows=more[k].rows,
            )
            for k in state.shown
        ],
        [
            Panel(
                row,
                _sized(title),
                1.5 if row == "value" else 1.0,
                scales[row],
                frozen.get(row),
            )
            for row, title in zip(state.panels, now, strict=True)
        ],
        glyph(state.axis.label),
        dark,
    )
    values = {key: _numbers(state)[key] for key in sliders(state)}
    symbol = x_symbol(views[0])
    chart = Live(
        stamp=f"{state.choice} {state.active} {state.range} {state.ranges} {len(state.rows)} {dark}",
        figure=figure,
        frame=curves_bytes(curves, more),
        route="curves",
        request=_request(state, views, names),
        sliders=sliders(state),
        values=values,
        address=link,
        labels=sliding,
        panels=[_title(row, views[0], sliding[state.against], f"{{{NORM}}}") for row in state.panels],
        symbol=symbol,
        tangent=False,
        cursor=views[state.active].first_at if state.at is None else state.at,
        height=f"clamp({140 + 130 * len(state.panels)}px, calc(100vh - 350px), {280 + 170 * len(state.panels)}px)",
        extra={
            "table": "curves",
            "slope": gradient_title(views[0]),
            "lead": state.active,
            "reference": state.against,
            "refers": any(row in REFERRING for row in state.panels),
            "losses": [row.the_loss.name for row in state.rows],
            "hidden": [k for k in range(len(curves)) if k not in state.shown],
            "symlog": {row: SYMLOG_UNIT for row, scale in scales.items() if scale == "symlog"},
            "steady": list(frozen),
            "marks": {name: MARK_NAMES[name] for name in state.marks},
        },
    )
    chart = replace(chart, link=address.link(state.words(every=True)))
    return (presented(chart) if state.present else chart), curves


def taken(state: Compare) -> Taken:
    """The curves that are not hidden, as they leave the app; a hidden reference comes last, for the others to refer to."""
    places = [*state.shown, *([] if state.against in state.shown else [state.against])]
    views, named = state.views(), labels(state)
    ranges = {"value" if word == "y" else "gradient": ends for word, ends in state.ranges}
    panels = []
    for row in state.panels:
        title = _title(row, views[0], REFERENCE, number(_norm(state)))
        scale = _scale(state, row)
        frozen = ranges.get(row) if scale == "linear" else None
        panels.append(Panel(row, title, 1.5 if row == "value" else 1.0, scale, frozen))
    return Taken(
        tuple(views[k] for k in places),
        tuple(named[k] for k in places),
        tuple(state.rows[k].slot for k in places),
        tuple(panels),
        lead=places.index(state.active),
        at=state.at,
        against=places.index(state.against),
        norm=_norm(state),
        unseen=state.against not in state.shown,
        marks=tuple((name, MARK_NAMES[name]) for name in state.marks),
    )


def _sized(title: str) -> str:
    """A panel is not high: a long title is set smaller."""
    return f'<span style="font-size:12px">{title}</span>' if len(title) > 15 else title


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
        for place, (row, label) in enumerate(zip(state.rows, labels(state, sliding=True), strict=True))
    ]
