"""The same chart in Streamlit with nothing added: a slider and a chart."""

import streamlit as st
from picture import OPENING, picture

gamma = st.slider("gamma", 0.0, 5.0, OPENING, 0.05, key="gamma")
st.plotly_chart(picture(gamma), key="chart")
