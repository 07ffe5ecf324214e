"""One line of the table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

__all__ = ["Row", "quantile"]


def quantile(numbers: Sequence[float], q: float) -> float:
    """The smallest number that at least a share ``q`` of them does not exceed."""
    return sorted(numbers)[max(0, -int(-q * len(numbers) // 1) - 1)]


@dataclass(frozen=True)
class Row:
    """What was measured: its numbers, and the goal if it has one.

    ``at_most`` is the goal for the median. A row without numbers says in ``note`` why it has none.
    """

    part: str
    what: str
    unit: str
    numbers: Sequence[float] = ()
    at_most: float | None = None
    note: str = ""

    @property
    def median(self) -> float:
        """The middle of the numbers."""
        return quantile(self.numbers, 0.5)

    def cells(self) -> list[str]:
        """The row as Markdown cells."""
        if not self.numbers:
            return [self.what, "–", "–", "", self.note]
        goal = ""
        if self.at_most is not None:
            goal = f"≤ {_short(self.at_most)} {self.unit}: {'met' if self.median <= self.at_most else '**missed**'}"
        numbers = [f"{_short(quantile(self.numbers, q))} {self.unit}" for q in (0.5, 0.95)]
        if len(self.numbers) == 1:
            numbers[1] = ""
        return [self.what, *numbers, goal, self.note]


def _short(number: float) -> str:
    return f"{number:.3g}" if abs(number) < 1000 else f"{number:,.0f}"
