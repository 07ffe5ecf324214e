"""The catalogue's page with ten times the cards."""

import streamlit as st
from cards import tenfold

from ui import page
from ui.catalogue import catalogue

page.frame()
st.header("Catalogue", anchor=False)
catalogue(tenfold)
