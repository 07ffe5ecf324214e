"""What leaves the app: the numbers, an offline page with a slider, and scripts that draw the same figure elsewhere."""

from __future__ import annotations

from ui.export.numbers import csv_text, latex_text
from ui.export.taken import Taken

__all__ = ["Taken", "csv_text", "latex_text"]
