"""The HTTP face of losslib: curves, surfaces, examples and the catalogue, as JSON or as bytes. Knows no Streamlit."""

from ui.api.endpoints import routes
from ui.api.plotly_js import PLOTLY_PATH

__all__ = ["PLOTLY_PATH", "routes"]
