"""The application served for real: at once, and with one client that floods it."""

from __future__ import annotations

import socket
import statistics
import subprocess
import sys
import threading
import time
from contextlib import suppress

import httpx2
import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from tests.conftest import ROOT, Kept
from ui.api import PLOTLY_PATH
from ui.serving import send_at_once
from ui.shipped import needed_everywhere

FLOOD = 500


def test_no_file_is_taken(server: str) -> None:
    kept = Kept(server)
    for method in ("PUT", "POST"):
        assert kept.get("/_stcore/upload_file/a/b", method, b"x" * 10_000)[0] == 405
    assert kept.get("/_stcore/health")[2] == b"ok"


@pytest.mark.parametrize("path", ["/api/losses", f"/api/{PLOTLY_PATH}"])
@pytest.mark.parametrize(
    ("accepted", "coding"),
    [
        ("gzip;q=0", None),
        ("gzip; q=0.000, deflate", None),
        ("identity;q=0, gzip;q=0.5", "gzip"),
        ("gzip;Q=0.001", "gzip"),
        ("br, gzip", "gzip"),
    ],
)
def test_gzip_is_sent_to_those_who_take_it(server: str, path: str, accepted: str, coding: str | None) -> None:
    with httpx2.stream("GET", server + path, headers={"accept-encoding": accepted}) as answer:
        assert answer.status_code == 200
        assert answer.headers.get("content-encoding") == coding


def test_a_path_of_the_api_without_its_slash_is_not_the_page(server: str) -> None:
    answer = httpx2.get(f"{server}/api")
    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/json")


def test_the_page_names_the_scripts_it_would_find_out_about_late(server: str) -> None:
    page = httpx2.get(server, headers={"accept": "text/html"}).text
    names = needed_everywhere()
    assert {name.partition(".")[0] for name in names} >= {"Html", "BidiComponent"}
    for name in names:
        assert page.count(name) == 1
        script = httpx2.get(f"{server}/static/js/{name}")
        assert "javascript" in script.headers["content-type"], name


def test_a_curve_on_a_kept_connection_does_not_wait_for_an_acknowledgement(server: str) -> None:
    kept = Kept(server)
    path = "/api/curves?curve=focal:gamma={}&curve=bce_with_logits&slice=logit&target=1&points=401&format=binary"
    times = [kept.milliseconds(path.format(i / 100)) for i in range(40)]
    assert statistics.median(times) < 30, "about 2 ms, and 40 ms more where small answers are held back"


def test_listening_sockets_pass_nodelay_on_to_their_connections() -> None:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        assert send_at_once() >= 1
        with socket.create_connection(listening.getsockname()), listening.accept()[0] as accepted:
            assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


@pytest.mark.walk
def test_after_the_start_the_garbage_collector_has_little_to_visit() -> None:
    script = "import gc; from ui.serving import import_and_freeze as f; f(); import plotly, torch; print(len(gc.get_objects()))"
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    assert int(done.stdout) < 5_000, "300 000 where they are not frozen"


def _rerun() -> bytes:
    message = BackMsg()
    message.rerun_script.query_string = ""
    return message.SerializeToString()


def _stream(url: str) -> ClientConnection:
    address = url.replace("http", "ws", 1) + "/_stcore/stream"
    return connect(address, subprotocols=["streamlit"], max_size=None)


def _read_all(stream: ClientConnection) -> None:
    with suppress(ConnectionClosed):
        for _ in stream:
            pass


def test_a_client_that_sends_500_reruns_does_not_stall_the_others(server: str) -> None:
    kept = Kept(server)
    with _stream(server) as stream:
        threading.Thread(target=_read_all, args=(stream,), daemon=True).start()
        for _ in range(FLOOD):
            stream.send(_rerun())
        waits = []
        end = time.monotonic() + 5
        while time.monotonic() < end:
            waits.append(kept.milliseconds("/_stcore/health"))
            time.sleep(0.02)
    assert max(waits) < 3000
    assert statistics.median(waits) < 300
    calm = [kept.milliseconds("/_stcore/health") for _ in range(20)]
    assert statistics.median(calm) < 300, "the flood left with its client"


@pytest.mark.parametrize("frame", [b"\xff" * 10, b"x" * 1_200_000])
def test_a_frame_of_no_use_ends_only_its_own_connection(server: str, frame: bytes) -> None:
    with _stream(server) as stream:
        stream.send(frame)
        _read_all(stream)
        assert stream.close_code in (1002, 1009)
    assert Kept(server).get("/_stcore/health")[2] == b"ok"
