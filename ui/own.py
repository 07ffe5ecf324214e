"""My own numbers: pasted coordinates and targets, read under the loss on the screen."""

from __future__ import annotations

import re

import streamlit as st

from losslib import View, ViewError, snapshot
from losslib.view import number, on_axis
from ui.words import gradient_title

__all__ = ["numbers", "read"]

MOST = 200


def read(thing: str, text: str) -> list[float]:
    """The numbers in a pasted text, apart by spaces, commas, semicolons or lines.

    Raises:
        ViewError: naming the first that is no number, that there are too many, or that there is none in what is no blank.
    """
    parts = [part for part in re.split(r"[\s,;]+", text.replace("−", "-").strip("[]() \n\t")) if part]
    if not parts and text.strip():
        raise ViewError(thing, "must hold a number")
    if len(parts) > MOST:
        raise ViewError(thing, f"must be at most {MOST} numbers", len(parts))
    return [number(f"{thing}, number {i},", part) for i, part in enumerate(parts, start=1)]


def rows(view: View, xs: list[float], targets: list[float]) -> list[dict[str, float]]:
    """Value of each pasted example along the current slice, and the gradient in the coordinate that is drawn."""
    if targets and len(targets) not in (1, len(xs)):
        raise ViewError("targets", f"must be one, or one for each of the {len(xs)} numbers", len(targets))
    axis = view.the_slice.axes[0]
    found = []
    for i, x in enumerate(xs):
        on_axis(axis, f"number {i + 1}", x)
        at = view.change(target=targets[i % len(targets)]) if targets else view
        shot = snapshot(at, x)
        found.append({axis.name: x, **at.slice_params, "loss": shot.value, "gradient": shot.slope[0]})
    return found


def numbers(view: View) -> None:
    """The place to paste, and the table."""
    axis = view.the_slice.axes[0]
    with st.expander("My own numbers", icon=":material/edit_note:"):
        left, right = st.columns(2)
        xs = left.text_area(axis.label, placeholder="0.9, 0.2, 0.65", key="own x", height=80)
        targets = ""
        if "target" in view.slice_params:
            targets = right.text_area("targets (one, or one each)", placeholder="1, 0, 1", key="own targets", height=80)
        if not xs.strip():
            return
        try:
            found = rows(view, read(axis.name, xs), read("targets", targets))
        except ViewError as problem:
            st.error(problem.sentence + ".")
            return
        st.dataframe(
            found,
            hide_index=True,
            column_config={
                "loss": st.column_config.NumberColumn(format="%.6g"),
                "gradient": st.column_config.NumberColumn(gradient_title(view), format="%.6g"),
            },
        )
        mean = sum(row["loss"] for row in found) / len(found)
        st.caption(f"Mean loss over {len(found)}: {mean:.6g}")
