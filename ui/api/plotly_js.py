"""plotly.js out of the installed ``plotly`` package, which is found but never imported: no CDN, ever."""

from __future__ import annotations

import gzip
import importlib.metadata
import importlib.util
from functools import lru_cache
from pathlib import Path

__all__ = ["PLOTLY_PATH", "plotly_js"]


def _installed() -> tuple[str, Path] | None:
    """The version of plotly and the file of plotly.js, or None without the package."""
    spec = importlib.util.find_spec("plotly")
    if spec is None or not spec.submodule_search_locations:
        return None
    file = Path(spec.submodule_search_locations[0], "package_data", "plotly.min.js")
    return (importlib.metadata.version("plotly"), file) if file.is_file() else None


_FOUND = _installed()

#: Below ``/api/``; empty without plotly. The version is in the name, so that a browser may keep the file forever.
PLOTLY_PATH = f"plotly-{_FOUND[0]}.min.js" if _FOUND else ""


@lru_cache(maxsize=2)
def plotly_js(zipped: bool) -> bytes:
    """The script, gzipped at most once in the life of the process."""
    if _FOUND is None:
        raise FileNotFoundError("the package plotly is not installed")
    return gzip.compress(plotly_js(False), 6, mtime=0) if zipped else _FOUND[1].read_bytes()
