"""What is marked in a chart, as records: named places and shaded regions. No plotly: they travel over the wire too."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Place", "Region"]


@dataclass(frozen=True)
class Place:
    """A point of a panel with words beside it, ``shift`` pixels away; ``mark`` tells it from the others of its chart."""

    panel: int
    x: float
    y: float
    words: str
    shift: tuple[int, int]
    mark: int = 0


@dataclass(frozen=True)
class Region:
    """A region over x on every panel, or over y on one."""

    lo: float
    hi: float
    words: str
    panel: int | None = None
