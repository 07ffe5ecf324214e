"""Where the application is mounted: ``server.baseUrlPath``, which Streamlit does not put before the routes of others."""

from __future__ import annotations

__all__ = ["prefix"]


def prefix(base: object) -> str:
    """What comes before the path of every route: nothing, or ``/base``."""
    name = str(base or "").strip("/")
    return f"/{name}" if name else ""
