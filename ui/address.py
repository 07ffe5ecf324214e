"""The address is the state: read when it changes from outside, written when a person chooses.

A choice (loss, slice, view) is pushed through ``st.query_params`` and makes one entry in the browser's history. Every step of
a slider is written by the live chart, which replaces the entry; so the words received later may be those of an earlier
step, and only words that were not seen before are news: a new visit, Back, or Forward. Those run the whole page. What a
widget's request says of the address may be older than the last choice: it is never news. A widget of a fragment is known by
running that alone; one that runs the whole page says so in its callback.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar
from urllib.parse import urlencode

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

__all__ = ["arrive", "is_news", "known", "leave", "link", "push", "received", "wrote"]

S = TypeVar("S")  # what a page shows
L = TypeVar("L")  # what had to be left out of an address
Words = Sequence[tuple[str, str]]
KEPT = 100


def received() -> list[tuple[str, str]]:
    """The words of the address, as text."""
    return [(word, text) for word in st.query_params for text in st.query_params.get_all(word)]


def arrive(
    page: str,
    nearest: Callable[[Words], tuple[S, L]],
    with_widgets: Callable[[S], S],
    keep: Callable[[S], None],
    anew: bool = False,
) -> tuple[S, L | None]:
    """What a page shows now: the ``nearest`` to what a new address asks for, and how much of that had to be left out; or what
    it showed last, with what its widgets changed since. It is kept; ``anew`` is whether what it showed last is nothing to go
    on with."""
    words = received()
    if is_news(page, words) or anew or page not in st.session_state:
        state, left = nearest(words)
        st.session_state[f"{page} choice"] = state.choice
        keep(state)
        return state, left
    state = with_widgets(st.session_state[page])
    keep(state)
    return state, None


def is_news(page: str, words: Words) -> bool:
    """Whether the address says something that this page neither read nor wrote before; from then on it has."""
    context = get_script_run_ctx()
    if context and context.fragment_ids_this_run:
        return False
    if not words or list(words) in st.session_state.get(f"{page} address", []):
        return False
    st.session_state[f"{page} address"] = [list(words)]
    return True


def known(page: str) -> None:
    """The request under way is a widget's own: whatever address came with it is no news."""
    wrote(page, received())


def wrote(page: str, words: Words) -> None:
    """The chart has been told to write these words. All that it wrote since the last choice may still come back, for a
    quick hand moves on before the last words are in the address."""
    known = [k for k in st.session_state.get(f"{page} address", []) if k != list(words)]
    st.session_state[f"{page} address"] = [*known[-KEPT:], list(words)]


def push(page: str, words: Words) -> None:
    """Write the address, one entry in the browser's history."""
    found: dict[str, list[str]] = {}
    for word, text in words:
        found.setdefault(word, []).append(text)
    st.session_state[f"{page} address"] = [list(words)]
    st.query_params.from_dict(found)


def leave(page: str, words: Words, choice: object) -> str:
    """Push the address if something was chosen since the page last ran; returns the full link for the chart to write."""
    chosen = st.session_state.get(f"{page} choice")
    if chosen is not None and chosen != choice:
        push(page, words)
    wrote(page, words)
    st.session_state[f"{page} choice"] = choice
    return link(words)


def link(words: Words) -> str:
    """The query of a link that says everything."""
    return "?" + urlencode(list(words), safe=":,=")
