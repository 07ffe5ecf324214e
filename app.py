"""The application: Streamlit's pages and the API beside them. ``streamlit run app.py`` serves it all."""

import streamlit as st
from starlette.middleware import Middleware

from ui import api
from ui.guard import Guard
from ui.serving import prepared

app = st.App(
    "pages/router.py",
    routes=api.routes(st.get_option("server.baseUrlPath") or ""),
    middleware=[Middleware(Guard)],
    lifespan=prepared,
)
