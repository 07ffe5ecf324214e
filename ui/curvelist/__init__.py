"""The list of the curves on a chart, as a Streamlit component: choose one, hide, move or remove it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from ui.component import component
from ui.words import number

__all__ = ["curve_list"]

HERE = Path(__file__).parent
COMPONENT = component(HERE / "curvelist.js")


def curve_list(
    curves: Sequence[Mapping[str, Any]], active: int, values: Mapping[str, float], key: str, on_act: Callable[[], None]
) -> None:
    """Draw it. Each curve has a ``label`` with ``{slider}`` for live numbers, a ``colour``, a ``dash``, ``hidden`` and ``note``.

    ``on_act`` is called when something was done; ``st.session_state[key].act`` is then ``{"do": …, "place": …}``.
    """
    data = {
        "curves": [dict(curve) for curve in curves],
        "active": active,
        "numbers": {name: number(value) for name, value in values.items()},
    }
    COMPONENT(key=key, data=data, on_act_change=on_act)
