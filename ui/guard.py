"""What every request passes first: security headers, no uploads, and a pace for what a websocket may send.

A Streamlit client that sends rerun messages as fast as it can keeps the event loop from everybody else, and no proxy sees
frames inside a websocket. So each connection has a bucket of tokens: who is faster waits, and who floods is shown out.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import os
import re
import time
from collections.abc import Callable

from starlette.datastructures import MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ui.shipped import index_page

__all__ = ["Bucket", "Guard", "Paced", "content_security_policy", "frame_ancestors", "inline_script_hashes"]

FRAMES_PER_SECOND = 20.0
BURST = 40
FLOOD = 600
MAX_FRAME_BYTES = 1_000_000
MAX_WAITING_BYTES = 4_000_000

UPLOADS = "/_stcore/upload_file"
READING = frozenset({"GET", "HEAD", "OPTIONS"})

ANCESTORS_VARIABLE = "LOSSARY_FRAME_ANCESTORS"
ANCESTOR = re.compile(r"https?:|(https?://)?(\*\.)?[a-z0-9-]+(\.[a-z0-9-]+)*(:(\d{1,5}|\*))?", re.ASCII | re.IGNORECASE)
REFUSED = re.compile(rb";\s*q=0(\.0*)?\s*$", re.IGNORECASE)
INLINE_SCRIPT = re.compile(rb"<script(?![^>]*\ssrc=)[^>]*>(.*?)</script>", re.DOTALL | re.IGNORECASE)


def frame_ancestors(text: str | None) -> str:
    """Who may show the page in a frame: ``'self'`` unless said otherwise.

    Raises:
        ValueError: if the text is anything but ``'self'``, ``'none'``, ``*`` or a list of hosts.
    """
    words = (text or "'self'").split(" ")
    alone = len(words) == 1 and words[0] in ("'none'", "*")
    if not alone and not all(word == "'self'" or ANCESTOR.fullmatch(word) for word in words):
        raise ValueError(
            f"{ANCESTORS_VARIABLE} must be 'none', * or 'self' and hosts with a space between, got {text!r}"
        )
    return " ".join(words)


def inline_script_hashes(page: bytes) -> list[str]:
    """The hashes by which a policy allows the inline scripts of a page."""
    digests = (hashlib.sha256(script).digest() for script in INLINE_SCRIPT.findall(page))
    return [f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests]


def content_security_policy(page: bytes, ancestors: str) -> str:
    """Everything from this host, its websocket too, which ``'self'`` covers; no inline script but those of ``page``, no ``eval``."""
    return "; ".join(
        (
            "default-src 'self'",
            " ".join(["script-src 'self' blob:", *inline_script_hashes(page)]),
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data: blob:",
            "font-src 'self' data:",
            "connect-src 'self'",
            "worker-src 'self' blob:",
            f"frame-ancestors {ancestors}",
            "base-uri 'self'",
            "form-action 'self'",
            "object-src 'none'",
        )
    )


def _security_headers(ancestors: str) -> dict[str, str]:
    headers = {
        "Content-Security-Policy": content_security_policy(index_page(), ancestors),
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",
        "Permissions-Policy": "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
    }
    old_word = {"'self'": "SAMEORIGIN", "'none'": "DENY"}.get(ancestors)
    return headers if old_word is None else {**headers, "X-Frame-Options": old_word}


def _accepted(name: bytes, value: bytes) -> bytes:
    """``Accept-Encoding`` without the codings of quality 0, which a client refuses: Starlette only looks for names."""
    if name != b"accept-encoding":
        return value
    return b",".join(coding for coding in value.split(b",") if not REFUSED.search(coding))


class Bucket:
    """Tokens that trickle in at ``rate`` a second up to ``burst``; each frame takes one."""

    def __init__(self, rate: float, burst: float, clock: Callable[[], float] = time.monotonic):
        self._rate, self._burst, self._clock = rate, burst, clock
        self._tokens, self._at = burst, clock()

    def take(self) -> float:
        """Take a token, and return the seconds to wait until it is there."""
        now = self._clock()
        self._tokens = min(self._burst, self._tokens + (now - self._at) * self._rate) - 1
        self._at = now
        return max(0.0, -self._tokens / self._rate)


class Guard:
    """The ASGI middleware around everything."""

    def __init__(self, app: ASGIApp, rate: float = FRAMES_PER_SECOND, burst: int = BURST, flood: int = FLOOD):
        self._app = app
        self._rate, self._burst, self._flood = rate, burst, flood
        self._headers = _security_headers(frame_ancestors(os.environ.get(ANCESTORS_VARIABLE)))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            await self._http(scope, receive, send)
        elif scope["type"] == "websocket":
            await Paced(receive, send, Bucket(self._rate, self._burst), self._flood).run(self._app, scope)
        else:
            await self._app(scope, receive, send)

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        scope = {**scope, "headers": [(name, _accepted(name, value)) for name, value in scope["headers"]]}

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                del headers["X-Frame-Options"]
                for name, value in self._headers.items():
                    headers[name] = value
            await send(message)

        if UPLOADS in scope["path"] and scope["method"] not in READING:
            refusal = PlainTextResponse("no page takes a file", 405, {"Allow": "GET, HEAD, OPTIONS"})
            await refusal(scope, receive, send_guarded)
        else:
            await self._app(scope, receive, send_guarded)


class Paced:
    """One websocket connection: its frames wait here until the bucket has a token for each.

    A client that has left takes its waiting frames along; one that sends a flood, or a frame of no use, is shown out.
    """

    def __init__(self, receive: Receive, send: Send, bucket: Bucket, flood: int):
        self._receive, self._send = receive, send
        self._bucket, self._flood = bucket, flood
        self._waiting: asyncio.Queue[Message] = asyncio.Queue()
        self._bytes = 0
        self._gone: Message | None = None

    async def run(self, app: ASGIApp, scope: Scope) -> None:
        """Serve the connection by ``app``."""
        reader = asyncio.create_task(self._read())
        try:
            await app(scope, self._next, self._send_open)
        finally:
            reader.cancel()

    async def _read(self) -> None:
        """Take what the client sends, until it leaves or is shown out."""
        try:
            while self._gone is None:
                message = await self._receive()
                if message["type"] == "websocket.disconnect":
                    self._gone = message
                    return
                self._bytes += _size(message)
                self._waiting.put_nowait(message)
                if _size(message) > MAX_FRAME_BYTES:
                    await self._show_out(1009, "the message is too big")
                elif self._waiting.qsize() > self._flood or self._bytes > MAX_WAITING_BYTES:
                    await self._show_out(1008, "too many messages")
        finally:
            self._gone = self._gone or {"type": "websocket.disconnect", "code": 1011}
            while not self._waiting.empty():
                self._waiting.get_nowait()
            self._waiting.put_nowait(self._gone)

    async def _next(self) -> Message:
        message = await self._waiting.get()
        if message["type"] == "websocket.receive":
            self._bytes -= _size(message)
            await asyncio.sleep(self._bucket.take())
        return self._gone or message

    async def _send_open(self, message: Message) -> None:
        """Send while there is someone to send to; that there is no more, the application hears when it receives."""
        try:
            if self._gone is None:
                await self._send(message)
        except OSError:
            self._gone = self._gone or {"type": "websocket.disconnect", "code": 1006}

    async def _show_out(self, code: int, reason: str) -> None:
        self._gone = {"type": "websocket.disconnect", "code": code, "reason": reason}
        await self._send({"type": "websocket.close", "code": code, "reason": reason})


def _size(message: Message) -> int:
    return len(message.get("bytes") or message.get("text") or "")
