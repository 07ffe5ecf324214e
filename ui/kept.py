"""Files that never change, answered from memory.

A browser that was never here asks for some sixty of Streamlit's own scripts before it can show anything. Read from the disk,
each takes several turns of a thread, and none is compressed: a lecture hall that opens the page at once would wait for that.
"""

from __future__ import annotations

import gzip
from collections.abc import Iterable
from dataclasses import dataclass

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

__all__ = ["Kept"]

MOST_BYTES = 64_000_000
WORTH_PACKING = 1_000  # bytes; less gains nothing
TEXT = ("text/", "application/javascript", "application/json", "image/svg")


@dataclass(frozen=True)
class Answer:
    """A whole answer: its headers, its body, and its body packed by gzip, if that is for this kind of body."""

    headers: tuple[tuple[bytes, bytes], ...]
    body: bytes
    packed: bytes | None

    def messages(self, packed: bool) -> Iterable[Message]:
        """What a server sends."""
        body = self.packed if packed and self.packed is not None else self.body
        headers = [*self.headers, (b"content-length", str(len(body)).encode())]
        if self.packed is not None:
            headers.append((b"vary", b"Accept-Encoding"))
        if body is self.packed:
            headers.append((b"content-encoding", b"gzip"))
        yield {"type": "http.response.start", "status": 200, "headers": headers}
        yield {"type": "http.response.body", "body": body}


class Kept:
    """The ASGI middleware: an answer that says it is ``immutable`` is asked for once, and then sent again to whoever asks."""

    def __init__(self, app: ASGIApp, most_bytes: int = MOST_BYTES):
        self._app = app
        self._room = most_bytes
        self._answers: dict[str, Answer] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = Headers(scope=scope) if scope["type"] == "http" else None
        if headers is None or scope["method"] != "GET" or scope["query_string"] or "range" in headers:
            await self._app(scope, receive, send)
        elif answer := self._answers.get(scope["path"]):
            for message in answer.messages(packed="gzip" in headers.get("accept-encoding", "")):
                await send(message)
        else:
            await self._ask(scope, receive, send)

    async def _ask(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the answer on, and keep it if it never changes and has come whole."""
        heads: list[Message] = []
        pieces: list[bytes] = []

        async def note(message: Message) -> None:
            if message["type"] == "http.response.start" and _never_changes(message):
                heads.append(message)
            elif heads:
                pieces.append(message.get("body", b""))
            await send(message)

        await self._app(scope, receive, note)
        for head in heads:
            await self._keep(scope["path"], head["headers"], b"".join(pieces))

    async def _keep(self, path: str, said: list[tuple[bytes, bytes]], body: bytes) -> None:
        """Keep an answer as long as there is room."""
        headers = Headers(raw=said)
        if headers.get("content-length") != str(len(body)):
            return
        packing = headers.get("content-type", "").startswith(TEXT) and len(body) >= WORTH_PACKING
        packed = await run_in_threadpool(gzip.compress, body, 9) if packing else None
        room = self._room - len(body) - len(packed or b"")
        if room >= 0 and path not in self._answers:
            self._room = room
            own = tuple((name, value) for name, value in said if name.lower() != b"content-length")
            self._answers[path] = Answer(own, body, packed)


def _never_changes(start: Message) -> bool:
    headers = Headers(raw=start["headers"])
    return (
        start["status"] == 200 and "immutable" in headers.get("cache-control", "") and "content-encoding" not in headers
    )
