"""The list of pages."""

import streamlit as st

from ui import page

page.frame()
st.navigation(
    [
        st.Page("explore.py", title="Explore", icon=":material/show_chart:", default=True),
        st.Page("compare.py", title="Compare", icon=":material/stacked_line_chart:", url_path="compare"),
        st.Page("scenes.py", title="Scenes", icon=":material/co_present:", url_path="scenes"),
        st.Page("catalogue.py", title="Catalogue", icon=":material/auto_stories:", url_path="catalogue"),
    ]
).run()
