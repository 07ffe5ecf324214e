"""Servers that live as long as a ``with`` block: Lossary and its peers, on free ports of this machine only."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

__all__ = ["ROOT", "Server", "dash", "free_port", "lossary", "serving", "streamlit", "tenfold"]

ROOT = Path(__file__).resolve().parents[1]
PEERS = ROOT / "benchmarks" / "peers"
HOST = "127.0.0.1"
QUIET = {"STREAMLIT_BROWSER_GATHER_USAGE_STATS": "false", "STREAMLIT_SERVER_HEADLESS": "true"}


@dataclass(frozen=True)
class Server:
    """A running server; ``started`` is when its command was given, in seconds of ``time.perf_counter``."""

    port: int
    pid: int
    started: float

    @property
    def url(self) -> str:
        """Where it serves."""
        return f"http://{HOST}:{self.port}"

    def memory(self) -> float:
        """The resident memory of its process, in MB."""
        found = subprocess.run(["ps", "-o", "rss=", "-p", str(self.pid)], capture_output=True, text=True, check=True)
        return int(found.stdout) / 1024


def free_port() -> int:
    """A port on which nobody serves."""
    with socket.socket() as door:
        door.bind((HOST, 0))
        return int(door.getsockname()[1])


@contextmanager
def serving(command: Sequence[str], port: int, where: Path, **environment: str) -> Iterator[Server]:
    """Start a command, wait until its port answers, and end it with all its children."""
    process = subprocess.Popen(
        command,
        cwd=where,
        env={**os.environ, **QUIET, **environment},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    server = Server(port, process.pid, time.perf_counter())
    try:
        _wait(process, server.url)
        yield server
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(5)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _wait(process: subprocess.Popen[bytes], url: str, seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"{process.args!r} ended with {process.returncode}")
        try:
            with urllib.request.urlopen(url, timeout=1):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.01)
    raise TimeoutError(f"{url} did not answer within {seconds} s")


@contextmanager
def lossary() -> Iterator[Server]:
    """The application itself."""
    port = free_port()
    command = [sys.executable, "-m", "streamlit", "run", "app.py", f"--server.port={port}", f"--server.address={HOST}"]
    with serving(command, port, ROOT) as server:
        yield server


@contextmanager
def dash() -> Iterator[Server]:
    """The same chart in Dash."""
    port = free_port()
    with serving([sys.executable, "dash_app.py", str(port)], port, PEERS, PYTHONPATH=str(ROOT)) as server:
        yield server


@contextmanager
def streamlit() -> Iterator[Server]:
    """The same chart in plain Streamlit."""
    with _script("streamlit_app.py") as server:
        yield server


@contextmanager
def tenfold() -> Iterator[Server]:
    """The catalogue's page with ten times the cards, under Lossary's own configuration."""
    with _script(f"{PEERS.relative_to(ROOT)}/catalogue_app.py", ROOT) as server:
        yield server


@contextmanager
def _script(name: str, folder: Path = PEERS) -> Iterator[Server]:
    port = free_port()
    words = ["run", name, f"--server.port={port}", f"--server.address={HOST}"]
    paths = os.pathsep.join(map(str, (ROOT, PEERS)))
    with serving([sys.executable, "-m", "streamlit", *words], port, folder, PYTHONPATH=paths) as server:
        yield server
