"""The application: Streamlit's pages and the API beside them. ``streamlit run app.py`` serves it all."""

import streamlit as st

from losslib.backend import serve_many
from ui import api

serve_many()

app = st.App("pages/router.py", routes=api.routes(st.get_option("server.baseUrlPath") or ""))
