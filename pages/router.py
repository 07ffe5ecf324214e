"""The list of pages."""

import streamlit as st

st.set_page_config(page_title="Lossary", page_icon="ui/icon.png", layout="wide")

st.navigation(
    [
        st.Page("explore.py", title="Explore", icon=":material/show_chart:", default=True),
    ]
).run()
