"""What a process does once, before its first visitor, so that no answer waits for nothing."""

from __future__ import annotations

import gc
import importlib
import os
import pkgutil
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import ui
from losslib import LOSSES, View, sample
from losslib.backend import serve_many
from ui import catalogue

__all__ = ["import_and_freeze", "prepared", "send_at_once"]

OPEN_FILES = "/dev/fd"
SWITCH_S = 0.001


@asynccontextmanager
async def prepared(app: object) -> AsyncIterator[None]:
    """For ``st.App(lifespan=…)``: by then the server has its socket, and no connection yet.

    Python's threads take turns of 1 ms, not 5: each operation of torch lets go of the lock, and while another visitor's page
    runs, a curve of thirty operations waits a turn for each. The first gradient of a process takes torch half a second.
    """
    serve_many()
    sys.setswitchinterval(SWITCH_S)
    send_at_once()
    sample(View.of(next(iter(LOSSES))))
    catalogue.prepare()
    import_and_freeze()
    yield


def import_and_freeze() -> None:
    """Import what the pages will, and tell the garbage collector that all of it stays.

    Streamlit collects garbage after each run of a page, and a full collection holds every thread while it visits the 300 000
    objects of torch and plotly: a fifth of a second, for every visitor, at each release of a slider. Frozen, it takes 1 ms.
    """
    for module in pkgutil.walk_packages(ui.__path__, "ui."):
        importlib.import_module(module.name)
    gc.collect()
    gc.freeze()


def send_at_once() -> int:
    """Set ``TCP_NODELAY`` on the listening sockets of this process, whose connections inherit it; return how many.

    asyncio turns Nagle's algorithm off only for sockets that were made with the protocol number of TCP. Streamlit makes its
    listening socket without one, so on a kept connection every answer in two small writes, header and body, waited 40 ms for
    the client's delayed acknowledgement: three frames of a curve that should follow the hand.
    """
    found = 0
    for name in os.listdir(OPEN_FILES) if os.path.isdir(OPEN_FILES) else ():
        with suppress(OSError), _borrowed(int(name)) as sock:
            if sock.type == socket.SOCK_STREAM and sock.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN):
                sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                found += 1
    return found


def _borrowed(number: int) -> socket.socket:
    """A second handle on an open socket; ``OSError`` if the file is none."""
    copy = os.dup(number)
    try:
        return socket.socket(fileno=copy)
    except OSError:
        os.close(copy)
        raise
