"""The HTTP face of losslib: curves, surfaces, examples and the catalogue, as JSON or as bytes. Knows no Streamlit."""

from ui.api.plotly_js import PLOTLY_PATH
from ui.api.routes import routes

__all__ = ["PLOTLY_PATH", "routes"]
