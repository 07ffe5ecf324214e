"""The catalogue with ten times the cards, served as Lossary serves its own: the first with the page, the whole on a route."""

import streamlit as st
from cards import tenfold
from starlette.middleware import Middleware

from ui.catalogue import routes
from ui.guard import Guard
from ui.lifeline import Lifeline
from ui.lifeline import routes as lifeline_routes
from ui.serving import prepared

app = st.App(
    "catalogue_page.py",
    routes=[*lifeline_routes(), *routes(whole=tenfold)],
    middleware=[Middleware(Guard), Middleware(Lifeline)],
    lifespan=prepared,
)
