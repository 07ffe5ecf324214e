"""What leaves the app: the numbers, an offline page with a slider, and scripts that draw the same figure elsewhere."""

from __future__ import annotations

from ui.export.numbers import csv_text, latex_text
from ui.export.page import page_html
from ui.export.plane import Plane
from ui.export.scripts import DIALECTS, script

__all__ = ["DIALECTS", "Plane", "csv_text", "latex_text", "page_html", "script"]
