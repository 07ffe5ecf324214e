"""A plain page for who cannot open a websocket: a proxy that strips them would leave Streamlit's page empty for ever.

A script joins Streamlit's ``index.html``. It waits, and if no connection comes about it says so and draws the loss of the
address through the API alone: its sliders redraw on release.
"""

from __future__ import annotations

import json
from pathlib import Path

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ui.api import PLOTLY_PATH

__all__ = ["Lifeline", "routes"]

SCRIPT = (Path(__file__).parent / "lifeline.js").read_text(encoding="utf-8")
NAME = "lifeline.js"


def _prefix(base: str) -> str:
    return f"/{base.strip('/')}" if base.strip("/") else ""


def routes(base: str = "") -> list[BaseRoute]:
    """The script, told where the API and plotly.js are."""
    where = json.dumps({"api": f"{_prefix(base)}/api/", "plotly": f"{_prefix(base)}/api/{PLOTLY_PATH}"})
    body = f"const WHERE = {where};\n{SCRIPT}"

    async def script(request: Request) -> Response:
        return Response(body, media_type="text/javascript", headers={"Cache-Control": "no-cache"})

    return [Route(f"{_prefix(base)}/{NAME}", script)]


class Lifeline:
    """Middleware that adds the script to every HTML page."""

    def __init__(self, app: ASGIApp, base: str = ""):
        self.app = app
        self.tag = f'<script src="{_prefix(base)}/{NAME}" defer></script></body>'.encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "GET" or _encoded(scope):
            await self.app(scope, receive, send)
            return
        start: Message | None = None
        body = b""

        async def join(message: Message) -> None:
            nonlocal start, body
            if message["type"] == "http.response.start" and _is_page(message):
                start = message
            elif start is None:
                await send(message)
            else:
                body += message.get("body", b"")
                if not message.get("more_body", False):
                    await self._finish(start, body, send)

        await self.app(scope, receive, join)

    async def _finish(self, start: Message, body: bytes, send: Send) -> None:
        whole = body.replace(b"</body>", self.tag, 1)
        headers = MutableHeaders(raw=start["headers"])
        headers["content-length"] = str(len(whole))
        if "etag" in headers:
            del headers["etag"]
        await send(start)
        await send({"type": "http.response.body", "body": whole})


def _is_page(message: Message) -> bool:
    headers = Headers(raw=message["headers"])
    return (
        message["status"] == 200
        and headers.get("content-type", "").startswith("text/html")
        and "content-encoding" not in headers
    )


def _encoded(scope: Scope) -> bool:
    """A part of a file, or a file known to be unchanged, is none of our business."""
    return "range" in Headers(scope=scope)
