"""What Streamlit ships to the browser: its ``index.html``, and the scripts that this does not name though every page needs them.

Streamlit fetches the script of an element when it first meets one. Every page here has a stylesheet (``st.html``) and a
component, so the browser is told of their scripts at once, and has them by the time the page asks.
"""

from __future__ import annotations

import importlib.util
import re
from functools import lru_cache
from pathlib import Path

__all__ = ["index_page", "needed_everywhere"]

ELEMENTS = ("Html", "BidiComponent")
NAMED = re.compile(r'"\./static/js/([\w.-]+\.js)"')
IMPORTED = re.compile(r'(?:\bfrom|\bimport)"\./([\w.-]+\.js)"')


def _static() -> Path:
    spec = importlib.util.find_spec("streamlit")
    assert spec is not None
    assert spec.submodule_search_locations
    return Path(spec.submodule_search_locations[0], "static")


def index_page() -> bytes:
    """Streamlit's own ``index.html``."""
    return (_static() / "index.html").read_bytes()


@lru_cache(maxsize=1)
def needed_everywhere() -> tuple[str, ...]:
    """The names of those scripts and of all that they import, below ``static/js``; none if Streamlit calls them otherwise."""
    folder = _static() / "static" / "js"
    known = set(NAMED.findall(index_page().decode()))
    waiting = [file.name for element in ELEMENTS for file in folder.glob(f"{element}.*.js")]
    found: list[str] = []
    while waiting:
        name = waiting.pop(0)
        if name not in known and (folder / name).is_file():
            known.add(name)
            found.append(name)
            waiting += IMPORTED.findall((folder / name).read_text(encoding="utf-8"))
    return tuple(found)
