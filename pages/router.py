"""The list of pages."""

import streamlit as st

from ui import page

page.frame()
st.navigation(
    [
        st.Page("explore.py", title="Explore", icon=":material/show_chart:", default=True),
        st.Page("catalogue.py", title="Catalogue", icon=":material/auto_stories:", url_path="catalogue"),
    ]
).run()
