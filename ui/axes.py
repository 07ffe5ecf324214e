"""What curves must agree on to be drawn together, an axis and its settings, and the way from one axis to the next."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from losslib.spec import Axis, Loss, Param

__all__ = ["same_axis", "stricter", "turned"]


def same_axis(loss: Loss, slice_key: str, axis: Axis) -> bool:
    """Whether a loss has that curve, over the same coordinate: one symbol, one range."""
    own = [s.axes[0] for s in loss.kind.curves if s.key == slice_key]
    return bool(own) and (own[0].name, own[0].symbol, own[0].lo, own[0].hi) == (
        axis.name, axis.symbol, axis.lo, axis.hi,
    )  # fmt: skip


def stricter(a: Param, b: Param) -> Param:
    """The setting that two curves can both take: the whole-numbered one, or the narrower."""
    if a.whole != b.whole:
        return a if a.whole else b
    return a if (a.lo, -a.hi) >= (b.lo, -b.hi) else b


def turned(shown: Any, axes: Sequence[str], along: Callable[[str], Any]) -> Any:
    """What is seen along a ``slice``, ``along`` the next of the axes that can take its settings: one that cannot gives way to
    another, which may be the one it came from."""
    here = axes.index(shown.slice)
    found = (along(key) for key in (*axes[here + 1 :], *axes[:here]))
    return next((other for other in found if other.slice != shown.slice), shown)
