"""What every request passes first: the headers, the uploads that are refused, the pace of a websocket."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import re
import time
from collections.abc import Iterable
from pathlib import Path

import pytest
import streamlit
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient
from starlette.types import Message, Receive, Scope, Send

from ui.guard import MAX_FRAME_BYTES, Bucket, Guard, Paced, frame_ancestors, inline_script_hashes

INDEX = Path(streamlit.__file__).parent / "static" / "index.html"


async def _hello(request: Request) -> PlainTextResponse:
    return PlainTextResponse("hello", headers={"X-Frame-Options": "ALLOWALL"})


def guarded() -> TestClient:
    methods = ["GET", "PUT", "POST", "DELETE"]
    return TestClient(
        Starlette(routes=[Route("/{rest:path}", _hello, methods=methods)], middleware=[Middleware(Guard)])
    )


def policy(client: TestClient) -> dict[str, list[str]]:
    text = client.get("/").headers["content-security-policy"]
    return {words[0]: words[1:] for words in (part.split() for part in text.split("; "))}


# --- headers -----------------------------------------------------------------------------------------------------------


def test_every_answer_carries_the_security_headers() -> None:
    client = guarded()
    for answer in (client.get("/"), client.get("/nowhere"), client.put("/_stcore/upload_file/a/b")):
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "same-origin"
        assert "camera=()" in answer.headers["permissions-policy"]
        assert "content-security-policy" in answer.headers


def test_everything_comes_from_this_host_and_nothing_is_evaluated() -> None:
    found = policy(guarded())
    assert found["default-src"] == ["'self'"]
    assert found["connect-src"] == ["'self'"], "which lets in the websocket of this host and no other"
    assert found["object-src"] == ["'none'"]
    assert found["base-uri"] == ["'self'"]
    assert "'unsafe-eval'" not in found["script-src"]
    assert "'unsafe-inline'" not in found["script-src"]
    assert not [word for words in found.values() for word in words if word.startswith("http")]


def test_the_inline_script_of_streamlits_page_is_allowed_by_its_hash() -> None:
    page = INDEX.read_text(encoding="utf-8")
    scripts = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    assert scripts
    for script in scripts:
        digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
        assert f"'sha256-{digest}'" in policy(guarded())["script-src"]


def test_only_scripts_without_a_source_are_hashed() -> None:
    page = b'<script type="module" crossorigin src="./a.js"></script><SCRIPT>one</SCRIPT><script type="module">two</script>'
    assert len(inline_script_hashes(page)) == 2


# --- who may show the page in a frame ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "'self'",
        "'none'",
        "*",
        "https:",
        "'self' https://slides.example.org",
        "https://*.example.org:8443 http://localhost:*",
    ],
)
def test_hosts_may_be_named_as_frame_ancestors(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setenv("LOSSARY_FRAME_ANCESTORS", text)
    assert policy(guarded())["frame-ancestors"] == text.split()


@pytest.mark.parametrize(
    "text",
    [
        "'self'; script-src *",
        "https://a.example\nX-Evil: 1",
        "https://a.example\r",
        "'self',https://a.example",
        "'none' https://a.example",
        "'unsafe-inline'",
        "javascript:",
        "https://a.example/path",
        "'self'  https://a.example",
        "ä.example",
        " ",
    ],
)
def test_anything_else_is_refused_at_the_start(text: str) -> None:
    with pytest.raises(ValueError, match="LOSSARY_FRAME_ANCESTORS must be") as caught:
        frame_ancestors(text)
    assert "\n" not in str(caught.value)


def test_without_the_variable_only_this_host_may_frame_the_page(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LOSSARY_FRAME_ANCESTORS", raising=False)
    assert policy(guarded())["frame-ancestors"] == ["'self'"]
    monkeypatch.setenv("LOSSARY_FRAME_ANCESTORS", "")
    assert policy(guarded())["frame-ancestors"] == ["'self'"]


@pytest.mark.parametrize(
    ("ancestors", "old_word"), [("'self'", "SAMEORIGIN"), ("'none'", "DENY"), ("https://a.example", None), ("*", None)]
)
def test_the_old_header_says_the_same_or_nothing(
    monkeypatch: pytest.MonkeyPatch, ancestors: str, old_word: str | None
) -> None:
    monkeypatch.setenv("LOSSARY_FRAME_ANCESTORS", ancestors)
    assert guarded().get("/").headers.get("x-frame-options") == old_word


# --- uploads -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["PUT", "POST", "DELETE", "PATCH"])
@pytest.mark.parametrize("base", ["", "/lossary"])
def test_no_file_is_taken(method: str, base: str) -> None:
    answer = guarded().request(method, f"{base}/_stcore/upload_file/session/file", content=b"x" * 1000)
    assert answer.status_code == 405
    assert "GET" in answer.headers["allow"]


def test_other_paths_take_what_they_took() -> None:
    assert guarded().put("/elsewhere").text == "hello"
    assert guarded().get("/_stcore/upload_file/session/file").text == "hello"


# --- the pace of a websocket -------------------------------------------------------------------------------------------


def test_a_bucket_gives_its_burst_at_once_and_then_its_rate() -> None:
    now = [0.0]
    bucket = Bucket(rate=20, burst=40, clock=lambda: now[0])
    assert [bucket.take() for _ in range(40)] == [0.0] * 40
    assert bucket.take() == pytest.approx(1 / 20)
    assert bucket.take() == pytest.approx(2 / 20)


def test_a_bucket_fills_up_again_but_never_over_its_burst() -> None:
    now = [0.0]
    bucket = Bucket(rate=20, burst=40, clock=lambda: now[0])
    for _ in range(40):
        bucket.take()
    now[0] = 1e6
    assert [bucket.take() for _ in range(40)] == [0.0] * 40
    assert bucket.take() > 0


def frame(data: bytes = b"x") -> Message:
    return {"type": "websocket.receive", "bytes": data}


GONE: Message = {"type": "websocket.disconnect", "code": 1000}


class Connection:
    """A client that sends all its frames at once, and an application that notes what reaches it."""

    def __init__(self, frames: Iterable[Message], rate: float = 1e6, burst: int = 5, flood: int = 1000):
        self._frames = [{"type": "websocket.connect"}, *frames]
        self._rate, self._burst, self._flood = rate, burst, flood
        self.received: list[Message] = []
        self.sent: list[Message] = []

    async def _receive(self) -> Message:
        if not self._frames:
            await asyncio.Event().wait()
        return self._frames.pop(0)

    async def _send(self, message: Message) -> None:
        self.sent.append(message)

    async def _app(self, _: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "websocket.accept"})
        while not self.received or self.received[-1]["type"] != "websocket.disconnect":
            self.received.append(await receive())
        await send({"type": "websocket.send", "bytes": b"too late"})

    def run(self) -> float:
        """Serve it to its end; returns the seconds that took."""
        paced = Paced(self._receive, self._send, Bucket(self._rate, self._burst), self._flood)
        start = time.perf_counter()
        asyncio.run(asyncio.wait_for(paced.run(self._app, {"type": "websocket"}), 10))
        return time.perf_counter() - start

    @property
    def frames(self) -> list[bytes]:
        return [m["bytes"] for m in self.received if m["type"] == "websocket.receive"]


async def _paced_frames(count: int, rate: float, burst: int) -> tuple[list[bytes], float]:
    waiting = [frame(bytes([i])) for i in range(count)]

    async def receive() -> Message:
        if not waiting:
            await asyncio.Event().wait()
        return waiting.pop(0)

    async def send(message: Message) -> None: ...

    got: list[bytes] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        while len(got) < count:
            got.append((await receive())["bytes"])

    start = time.perf_counter()
    await Paced(receive, send, Bucket(rate, burst), 1000).run(app, {"type": "websocket"})
    return got, time.perf_counter() - start


def test_frames_above_the_pace_wait_and_none_is_lost() -> None:
    got, seconds = asyncio.run(_paced_frames(25, rate=200, burst=5))
    assert got == [bytes([i]) for i in range(25)]
    assert seconds >= 20 / 200 * 0.9


def test_frames_within_the_burst_do_not_wait() -> None:
    _, seconds = asyncio.run(_paced_frames(40, rate=0.1, burst=40))
    assert seconds < 1


def test_a_flood_is_shown_out() -> None:
    connection = Connection([frame() for _ in range(100)], rate=1, flood=30)
    assert connection.run() < 5
    assert connection.sent[-1] == {"type": "websocket.close", "code": 1008, "reason": "too many messages"}
    assert connection.received[-1]["type"] == "websocket.disconnect"


def test_a_frame_of_no_use_is_shown_out() -> None:
    connection = Connection([frame(b"x" * (MAX_FRAME_BYTES + 1))])
    connection.run()
    assert connection.frames == []
    assert connection.sent[-1]["code"] == 1009


def test_what_waits_is_bounded_in_bytes_too() -> None:
    connection = Connection([frame(b"x" * MAX_FRAME_BYTES) for _ in range(20)], rate=1)
    connection.run()
    assert connection.sent[-1]["code"] == 1008


def test_who_leaves_takes_the_waiting_frames_along() -> None:
    connection = Connection([*(frame() for _ in range(100)), GONE], rate=1)
    assert connection.run() < 3
    assert len(connection.frames) < 10
    assert connection.received[-1] == GONE


def test_nothing_is_sent_to_one_who_was_shown_out() -> None:
    connection = Connection([frame() for _ in range(100)], rate=1, flood=30)
    connection.run()
    assert [m["type"] for m in connection.sent] == ["websocket.accept", "websocket.close"]


def test_who_left_while_something_was_sent_is_gone_and_no_error() -> None:
    connection = Connection([*(frame() for _ in range(3)), GONE], rate=1, burst=1)

    async def broken(message: Message) -> None:
        raise OSError("the client has left")

    connection._send = broken
    connection.run()
    assert [m["type"] for m in connection.received if m["type"] != "websocket.connect"] == ["websocket.disconnect"]
