"""How many curves a second the server answers, over kept connections from this machine."""

from __future__ import annotations

import asyncio
import random
import time
from concurrent.futures import ThreadPoolExecutor

from benchmarks.row import Row
from benchmarks.servers import HOST, Server

__all__ = ["rows"]

CLIENTS = (1, 8, 32)
SECONDS = 3.0
MAX_REQUESTS = 6_000
GOOD = b"HTTP/1.1 200"
# What a program asks for one curve, and what the chart asks while gamma is dragged.
ASKED = {
    "`/api/curve`: focal, 401 points, JSON": "curve?loss=focal&gamma={gamma:.6f}",
    "`/api/curves`: focal and BCE, 401 points, binary": "curves?format=binary&curve=focal:gamma={gamma:.6f}&curve=bce_with_logits",
}


def _request(asked: str) -> bytes:
    """One of these requests, at a place that is new to the server."""
    words = asked.format(gamma=random.uniform(0, 5)) + "&slice=logit&target=1&points=401"
    return f"GET /api/{words} HTTP/1.1\r\nHost: {HOST}\r\n\r\n".encode()


async def _ask(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, request: bytes) -> None:
    writer.write(request)
    head = await reader.readuntil(b"\r\n\r\n")
    if not head.startswith(GOOD):
        raise RuntimeError(f"the server answered {head.splitlines()[0]!r} to {request!r}")
    length = next(line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))
    await reader.readexactly(int(length.split(b":")[1]))


async def _client(port: int, asked: str, until: float, budget: int) -> list[float]:
    """Ask, wait for the answer, ask again; returns the milliseconds of each."""
    reader, writer = await asyncio.open_connection(HOST, port)
    found = []
    try:
        while time.perf_counter() < until and len(found) < budget:
            began = time.perf_counter()
            await _ask(reader, writer, _request(asked))
            found.append(1e3 * (time.perf_counter() - began))
    finally:
        writer.close()
    return found


async def _clients(port: int, asked: str, count: int, seconds: float) -> tuple[float, list[float]]:
    """Answers a second, and the milliseconds of every answer."""
    began = time.perf_counter()
    runs = [_client(port, asked, began + seconds, MAX_REQUESTS // count) for _ in range(count)]
    found = [ms for times in await asyncio.gather(*runs) for ms in times]
    return len(found) / (time.perf_counter() - began), found


def rows(server: Server, seconds: float = SECONDS) -> list[Row]:
    """The time of an answer, and answers a second, for a few numbers of clients."""
    found = []
    for part, asked in ASKED.items():
        for count in CLIENTS:
            with ThreadPoolExecutor(1) as thread:  # a loop of its own; the browser's has this thread's
                rate, times = thread.submit(asyncio.run, _clients(server.port, asked, count, seconds)).result()
            clients = "1 client" if count == 1 else f"{count} clients"
            found.append(Row(part, clients, "ms", times, note=f"{rate:,.0f} requests a second"))
    return found
