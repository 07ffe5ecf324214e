"""Answers that never change: asked for once, packed once, and no others."""

from __future__ import annotations

import asyncio
import gzip

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.testclient import TestClient

from ui.kept import Kept

FOR_EVER = {"Cache-Control": "public, immutable, max-age=31536000"}
SCRIPT = "const losses = 49;\n" * 500


class Library:
    """An application that counts how often each of its files was asked for."""

    def __init__(self, most_bytes: int = 10**6):
        self.asked: list[str] = []
        paths = ("/kept.js", "/picture.png", "/page.html", "/missing.js", "/second.js")
        self.client = TestClient(
            Starlette(
                routes=[Route(path, self.answer, methods=["GET", "HEAD", "POST"]) for path in paths],
                middleware=[Middleware(Kept, most_bytes=most_bytes)],
            )
        )

    async def answer(self, request: Request) -> Response:
        path = request.url.path
        self.asked.append(path)
        if path == "/missing.js":
            return Response(SCRIPT, 404, FOR_EVER)
        if path == "/page.html":
            return Response(SCRIPT, media_type="text/html")
        return Response(
            SCRIPT, media_type="image/png" if path == "/picture.png" else "text/javascript", headers=FOR_EVER
        )


@pytest.fixture
def library() -> Library:
    return Library()


@pytest.mark.parametrize("path", ["/kept.js", "/picture.png"])
def test_what_never_changes_is_asked_for_once_and_sent_again_as_it_was(library, path):
    first, *others = [library.client.get(path) for _ in range(3)]
    assert library.asked == [path]
    for other in others:
        assert other.text == first.text == SCRIPT
        for name in ("content-type", "cache-control"):
            assert other.headers[name] == first.headers[name]


def test_text_is_sent_packed_to_who_takes_it_and_plain_to_who_does_not(library):
    library.client.get("/kept.js")
    packed, plain = (library.client.get("/kept.js", headers={"Accept-Encoding": e}) for e in ("br, gzip", "identity"))
    assert packed.headers["content-encoding"] == "gzip"
    assert int(packed.headers["content-length"]) == len(gzip.compress(SCRIPT.encode(), 9)) < len(SCRIPT) / 10
    assert "content-encoding" not in plain.headers
    assert int(plain.headers["content-length"]) == len(SCRIPT)
    assert packed.text == plain.text == SCRIPT
    assert packed.headers["vary"] == plain.headers["vary"] == "Accept-Encoding"


def test_a_picture_is_not_packed_a_second_time(library):
    library.client.get("/picture.png")
    assert "content-encoding" not in library.client.get("/picture.png").headers


def test_a_page_that_may_change_and_an_error_are_asked_for_each_time(library):
    for path, status in (("/page.html", 200), ("/missing.js", 404)):
        assert [library.client.get(path).status_code for _ in range(2)] == [status] * 2
    assert library.asked == ["/page.html"] * 2 + ["/missing.js"] * 2


def test_other_methods_words_after_the_path_and_parts_are_not_answered_from_memory(library):
    library.client.get("/kept.js")
    library.client.head("/kept.js")
    library.client.post("/kept.js")
    library.client.get("/kept.js?x=1")
    library.client.get("/kept.js", headers={"Range": "bytes=0-9"})
    assert library.asked == ["/kept.js"] * 5


def test_when_the_room_is_full_the_rest_is_asked_for_each_time():
    library = Library(most_bytes=len(SCRIPT) + 1000)
    for path in ("/kept.js", "/kept.js", "/second.js", "/second.js"):
        assert library.client.get(path).text == SCRIPT
    assert library.asked == ["/kept.js", "/second.js", "/second.js"]


def test_an_answer_that_broke_off_is_not_kept():
    """A visitor who leaves half-way must not leave half a script to all others."""
    sent = []

    async def app(scope, receive, send):
        headers = [(b"cache-control", b"immutable"), (b"content-length", b"10")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b"half", "more_body": True})

    async def send(message):
        sent.append(message["type"])

    kept = Kept(app)
    scope = {"type": "http", "method": "GET", "path": "/a.js", "query_string": b"", "headers": []}
    for _ in range(2):
        asyncio.run(kept(scope, None, send))
    assert sent == ["http.response.start", "http.response.body"] * 2
