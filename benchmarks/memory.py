"""The server's resident memory: with one page shown, and what each further open session adds.

The first sessions fill what a process keeps for all; those after them are counted, in groups, for memory is given out in lumps.
Each shows another loss.
"""

from __future__ import annotations

from contextlib import ExitStack
from itertools import cycle, islice, pairwise

from playwright.sync_api import Browser
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import connect

from benchmarks.row import Row
from benchmarks.servers import HOST, Server, lossary
from benchmarks.start import PART
from losslib import LOSSES

__all__ = ["rows"]

PAGES = 3
BEFORE, GROUPS, GROUP = 20, 6, 10


def _open_session(server: Server, open_until: ExitStack, loss: str) -> None:
    """What a browser's tab is to the server: a websocket, on which the script has run once for a loss."""
    socket = open_until.enter_context(
        connect(f"ws://{HOST}:{server.port}/_stcore/stream", subprotocols=["streamlit"], max_size=None)
    )
    message = BackMsg()
    message.rerun_script.query_string = f"loss={loss}"
    socket.send(message.SerializeToString())
    while True:
        heard = ForwardMsg()
        heard.ParseFromString(bytes(socket.recv(timeout=60)))
        if heard.WhichOneof("type") == "script_finished":
            return


def _after_a_page(browser: Browser, server: Server) -> float:
    page = browser.new_page()
    page.goto(server.url)
    page.wait_for_selector(".js-line", state="attached", timeout=60_000)
    page.close()
    return server.memory()


def _sessions(server: Server) -> list[float]:
    """What a session adds, in MB: one reading a group."""
    losses = cycle(LOSSES)
    with ExitStack() as open_until:
        seen = []
        for count in (BEFORE, *[GROUP] * GROUPS):
            for loss in islice(losses, count):
                _open_session(server, open_until, loss)
            seen.append(server.memory())
    return [(after - before) / GROUP for before, after in pairwise(seen)]


def rows(browser: Browser) -> list[Row]:
    """Servers of its own, so that nothing else has used them."""
    first = []
    for _ in range(PAGES):
        with lossary() as server:
            first.append(_after_a_page(browser, server))
            if len(first) == PAGES:
                grown = _sessions(server)
    mean = f"{sum(grown) / GROUPS:.2g} MB each over {GROUPS * GROUP}, after {BEFORE}; each shows another loss"
    return [
        Row(PART, "memory of the server after its first page", "MB", first, note="resident"),
        Row(PART, "memory of each further open session", "MB", grown, note=mean),
    ]
