"""A plain page for who cannot open a websocket: a proxy that strips them would leave Streamlit's page empty for ever.

A script joins Streamlit's ``index.html``. It says where the server is, which Streamlit would otherwise find out by asking
in vain below the path of the page; then it waits, and if no connection comes about it says so and draws the loss of the
address through the API alone: its sliders redraw on release. With it come the names of the scripts to fetch ahead.
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
from ui.mount import prefix
from ui.shipped import needed_everywhere

__all__ = ["Lifeline", "routes"]

SCRIPT = (Path(__file__).parent / "lifeline.js").read_text(encoding="utf-8")
NAME = "lifeline.js"


def routes(base: str = "") -> list[BaseRoute]:
    """The script, told where the API and plotly.js are."""
    where = json.dumps(
        {"base": f"{prefix(base)}/", "api": f"{prefix(base)}/api/", "plotly": f"{prefix(base)}/api/{PLOTLY_PATH}"}
    )
    body = f"const WHERE = {where};\n{SCRIPT}"

    async def script(request: Request) -> Response:
        return Response(body, media_type="text/javascript", headers={"Cache-Control": "no-cache"})

    return [Route(f"{prefix(base)}/{NAME}", script)]


class Lifeline:
    """Middleware that adds both to every HTML page."""

    def __init__(self, app: ASGIApp, base: str = ""):
        self.app = app
        scripts = f"{prefix(base)}/static/js"
        ahead = (f'<link rel="modulepreload" crossorigin href="{scripts}/{name}">' for name in needed_everywhere())
        self.tag = f'{"".join(ahead)}<script src="{prefix(base)}/{NAME}"></script></head>'.encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not _wants_page(scope):
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

        await self.app(_plain(scope), receive, join)

    async def _finish(self, start: Message, body: bytes, send: Send) -> None:
        whole = body.replace(b"</head>", self.tag, 1)
        headers = MutableHeaders(raw=start["headers"])
        headers["content-length"] = str(len(whole))
        if "etag" in headers:
            del headers["etag"]
        await send(start)
        await send({"type": "http.response.body", "body": whole})


def _wants_page(scope: Scope) -> bool:
    return scope["method"] == "GET" and "text/html" in Headers(scope=scope).get("accept", "")


def _plain(scope: Scope) -> Scope:
    """The request without what would bring back a zipped page, a part of one, or none because it is known."""
    dropped = (b"accept-encoding", b"if-none-match", b"if-modified-since", b"range")
    return {**scope, "headers": [(name, value) for name, value in scope["headers"] if name not in dropped]}


def _is_page(message: Message) -> bool:
    return message["status"] == 200 and Headers(raw=message["headers"]).get("content-type", "").startswith("text/html")
