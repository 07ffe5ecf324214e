"""Catalogue: every loss on one page, and the five documents that name them."""

import streamlit as st

from ui.catalogue import catalogue

st.header("Catalogue", anchor=False)
catalogue()
