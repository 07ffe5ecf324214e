"""The example at the cursor as a picture: what a loss is measured on, and its gradient drawn on it.

This is the one place that asks what kind a loss is: a drawer a kind, from a ``Snapshot`` to marks. It knows neither Plotly
nor Streamlit; the page and the API draw the same.
"""

from ui.pictures.drawers import DRAWERS, picture
from ui.pictures.marks import Panel, Picture

__all__ = ["DRAWERS", "Panel", "Picture", "picture"]
