"""The loss card: what a loss claims, its formula with the current numbers, its limits, conventions, paper and source."""

from __future__ import annotations

import re
from collections.abc import Mapping

import streamlit as st

from losslib import View
from losslib.backend import Place
from losslib.spec import Loss
from losslib.view import text_of
from ui.words import claims

__all__ = ["badges", "card", "formula", "snippet", "where"]


def formula(view: View) -> None:
    """The formula with the numbers under the thumbs."""
    st.markdown(rf"$\displaystyle {view.the_loss.latex(**view.loss_params)}$")


def badges(loss: Loss) -> None:
    """Conventions, proven traits and limits, as small labels."""
    said = [f":blue-badge[{limit.words}]" for limit in loss.limits if limit.words]
    said += [f":gray-badge[{words}]" for words in loss.conventions]
    said += [f":green-badge[{words}]" for words in claims(loss).values()]
    st.markdown(" ".join(said))


def snippet(view: View, at: tuple[float, ...]) -> str:
    """A few lines of torch that print the loss and its gradient there, in the coordinate and the precision of the view."""
    symbols = [re.sub(r"\W", "", axis.name) for axis in view.the_slice.axes]
    made = [f"torch.tensor([{text_of(c)}], dtype=torch.{view.dtype}, requires_grad=True)" for c in at]
    lines = ["import torch", "from losslib import get", "", f'loss = get("{view.loss}")']
    lines.append(f'line = loss.kind.slice("{view.slice}")')
    lines += [f"{symbol} = {tensor}" for symbol, tensor in zip(symbols, made, strict=True)]
    if view.gradient != "x":
        way = f'line.into["{view.gradient}"]({symbols[0]}{_words(view.slice_params)})'
        symbols = [view.gradient]
        lines.append(f"{view.gradient} = {way}.detach().requires_grad_()")
        lines.append(f'line = loss.kind.slice("{view.gradient}")')
    lines.append(
        f"value = loss.fn(*line.fn({', '.join(symbols)}{_words(view.slice_params)}){_words(view.loss_params)})"
    )
    lines.append("value.sum().backward()")
    lines.append(f"print(value.item(), {', '.join(f'{symbol}.grad.item()' for symbol in symbols)})")
    return "\n".join(lines) + "\n"


def _words(values: Mapping[str, float]) -> str:
    return "".join(f", {name}={text_of(value)}" for name, value in values.items())


def _code(title: str, icon: str, text: str) -> None:
    """Code to unfold; while folded it is not sent, for colouring it costs the browser more than the curve."""
    with st.expander(title, icon=icon, key=title, on_change="rerun") as part:
        if part.open:
            st.code(text, language="python")


def card(view: View, at: tuple[float, ...], place: Place) -> None:
    """Everything a reader may ask about the loss on the screen."""
    loss = view.the_loss
    _code("The function itself", ":material/function:", loss.source)
    _code("These numbers in torch", ":material/code:", snippet(view, at))
    if loss.used_in:
        st.caption(f"Used in {loss.used_in}.")
    for ref in loss.refs:
        st.caption(ref)
    if loss.also:
        st.caption("Also called " + ", ".join(loss.also) + ".")
    where(view, place)


def where(view: View, place: Place) -> None:
    """On which device and in which precision a view was computed, and why not on another."""
    dtype = place.dtype if view.dtype == "float64" else view.dtype
    st.caption(f"Computed on {place.device} in {dtype}." + (f" {place.note}." if place.note else ""))
