"""The exact state of a page as a QR code, drawn here: a phone in the last row opens what the projector shows."""

from __future__ import annotations

import io
import os
from urllib.parse import urlsplit

import segno

__all__ = ["code", "is_local", "public_address"]

LOCAL = ("localhost", "127.0.0.1", "0.0.0.0", "::1")


def public_address(here: str, base: str = "") -> str:
    """Where this page is for others: ``LOSSARY_PUBLIC_URL`` if it is set, with the page's name behind it, else ``here``.

    ``base`` is the path that the server puts before every page: it is no page's name.
    """
    given = os.environ.get("LOSSARY_PUBLIC_URL", "").strip().rstrip("/")
    if not given:
        where = here.partition("?")[0]
        return where if urlsplit(where).path else f"{where}/"
    path, base = urlsplit(here).path.strip("/"), base.strip("/")
    page = f"{path}/".removeprefix(f"{base}/").rstrip("/")
    return f"{given}/{page.rpartition('/')[2]}"


def is_local(address: str) -> bool:
    """Whether only this machine can open the address."""
    return (urlsplit(address).hostname or "localhost") in LOCAL


def code(address: str) -> str:
    """The code as SVG, dark on white with its quiet zone, on a dark page too: that is what phones read."""
    out = io.BytesIO()
    segno.make(address, error="m").save(
        out, kind="svg", scale=8, border=3, dark="#11161d", light="#ffffff", xmldecl=False
    )
    return out.getvalue().decode()
