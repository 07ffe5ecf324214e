"""The catalogue with every card ten times, each under a name of its own."""

import json
from functools import lru_cache

import streamlit as st

from ui import page
from ui.catalogue import catalogue, records

TIMES = 10


@lru_cache(maxsize=1)
def tenfold() -> str:
    """The catalogue's records with ten times as many cards."""
    whole = json.loads(records())
    whole["cards"] = [{**card, "key": f"{card['key']}_{k}"} for k in range(TIMES) for card in whole["cards"]]
    return json.dumps(whole, ensure_ascii=False)


page.frame()
st.header("Catalogue", anchor=False)
catalogue(tenfold())
