"""The server's resident memory: with one page shown, and what each further open session adds."""

from __future__ import annotations

from contextlib import ExitStack

from playwright.sync_api import Browser
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import connect

from benchmarks.row import Row
from benchmarks.servers import HOST, Server, lossary
from benchmarks.start import PART

__all__ = ["rows"]

SESSIONS = 20


def _open_session(server: Server, open_until: ExitStack) -> None:
    """What a browser's tab is to the server: a websocket, on which the script has run once."""
    socket = open_until.enter_context(
        connect(f"ws://{HOST}:{server.port}/_stcore/stream", subprotocols=["streamlit"], max_size=None)
    )
    message = BackMsg()
    message.rerun_script.query_string = ""
    socket.send(message.SerializeToString())
    while True:
        heard = ForwardMsg()
        heard.ParseFromString(bytes(socket.recv(timeout=60)))
        if heard.WhichOneof("type") == "script_finished":
            return


def rows(browser: Browser) -> list[Row]:
    """A server of its own, so that nothing else has used it."""
    with lossary() as server, ExitStack() as open_until:
        page = browser.new_page()
        page.goto(server.url)
        page.wait_for_selector(".js-line", state="attached", timeout=60_000)
        first = server.memory()
        page.close()
        for _ in range(SESSIONS):
            _open_session(server, open_until)
        grown = server.memory() - first
    return [
        Row(PART, "memory of the server after its first page", "MB", [first], note="resident"),
        Row(PART, "memory of each further open session", "MB", [grown / SESSIONS], note=f"mean of {SESSIONS}"),
    ]
