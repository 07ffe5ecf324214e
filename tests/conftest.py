"""What many tests need: the application, served for real on a port of its own."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest

ROOT = Path(__file__).parent.parent
START_S = 60


class Kept:
    """One connection that is kept, as a browser keeps it."""

    def __init__(self, url: str):
        parts = urlsplit(url)
        self._base = parts.path
        self._http = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=30)

    def get(self, path: str, method: str = "GET", body: bytes | None = None) -> tuple[int, dict[str, str], bytes]:
        self._http.request(method, self._base + path, body)
        answer = self._http.getresponse()
        return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()

    def milliseconds(self, path: str) -> float:
        start = time.perf_counter()
        assert self.get(path)[0] == 200
        return (time.perf_counter() - start) * 1e3


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return int(s.getsockname()[1])


def _is_up(url: str) -> bool:
    try:
        with urllib.request.urlopen(f"{url}/_stcore/health", timeout=2) as answer:
            return bool(answer.read() == b"ok")
    except OSError:
        return False


@contextmanager
def serving(*options: str, base: str = "", **environment: str) -> Iterator[str]:
    """Serve the application, yield its address, and stop it."""
    port = free_port()
    command = [
        sys.executable,
        "-m",
        "streamlit",
        "run",
        "app.py",
        "--server.port",
        str(port),
        "--server.headless",
        "true",
    ]
    command += ["--server.address", "127.0.0.1", *options, *(["--server.baseUrlPath", base] if base else [])]
    server = subprocess.Popen(
        command, cwd=ROOT, env={**os.environ, **environment}, start_new_session=True,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    url = f"http://127.0.0.1:{port}" + (f"/{base}" if base else "")
    try:
        deadline = time.monotonic() + START_S
        while not _is_up(url):
            if server.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"the server did not start: {' '.join(command)}")
            time.sleep(0.2)
        yield url
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        try:
            server.wait(10)
        except subprocess.TimeoutExpired:
            os.killpg(server.pid, signal.SIGKILL)


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """The address of the running application."""
    with serving() as url:
        yield url
