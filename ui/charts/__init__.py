"""Figures: plotly only. A ``Curve`` or a ``Surface`` in, a ``Figure`` out; nothing is computed but where to draw."""
