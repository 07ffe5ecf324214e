import streamlit as st; st.write("Lossary")
