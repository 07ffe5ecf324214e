"""The application: Streamlit's pages and the API beside them. ``streamlit run app.py`` serves it all."""

import streamlit as st
from starlette.middleware import Middleware

from ui import api, catalogue, lifeline, vocabulary
from ui.guard import Guard
from ui.kept import Kept
from ui.serving import prepared

vocabulary.check(vocabulary.parameters())

BASE = st.get_option("server.baseUrlPath") or ""

app = st.App(
    "pages/router.py",
    routes=[*api.routes(BASE), *lifeline.routes(BASE), *catalogue.routes(BASE)],
    middleware=[Middleware(Guard), Middleware(Kept), Middleware(lifeline.Lifeline, base=BASE)],
    lifespan=prepared,
)
