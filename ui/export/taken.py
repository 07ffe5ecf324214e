"""What is taken along: the curves of a figure, how each is told from the others, and where the cursor stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from losslib import Curve, View
from ui.caching import drawn
from ui.words import curve_label

__all__ = ["Taken"]


@dataclass(frozen=True)
class Taken:
    """Curves on one x. ``slots`` choose colour and dash; ``lead`` is the curve under the hand; ``scale`` is the loss's, ``slope_scale``
    the gradient's."""

    views: tuple[View, ...]
    labels: tuple[str, ...]
    slots: tuple[int, ...]
    lead: int = 0
    at: float | None = None
    scale: str = "linear"
    slope_scale: str = "linear"

    @classmethod
    def of(cls, views: Sequence[View], at: float | None = None, scale: str = "linear") -> Taken:
        """Curves with the names and colours that they have by themselves."""
        labels = tuple(curve_label(v.the_loss, v.values) for v in views)
        return cls(tuple(views), labels, tuple(range(len(views))), 0, at, scale)

    @property
    def curves(self) -> list[Curve]:
        """The numbers."""
        return [c for c in map(drawn, self.views) if isinstance(c, Curve)]

    @property
    def cursor(self) -> float:
        """The sample at the cursor: the one nearest to where it was put."""
        x = self.curves[self.lead].x
        at = self.at if self.at is not None else self.views[self.lead].first_at
        return float(x[np.abs(x - at).argmin()])

    @property
    def name(self) -> str:
        """The beginning of a file's name."""
        return "-".join(dict.fromkeys(v.loss for v in self.views[:3])) or "curves"
