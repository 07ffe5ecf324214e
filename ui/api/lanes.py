"""Where a request is computed: tiny ones at once on the event loop, the others on threads, the heaviest on one alone.

A thread costs a tiny curve more than its arithmetic. Two lanes of threads, because a queue of the heaviest legal requests
must not keep a picture that takes 30 ms waiting.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import TypeVar

import anyio.to_thread
from anyio import CapacityLimiter
from anyio.lowlevel import RunVar

from losslib import Curve, Surface, View, ViewError, sample
from losslib.view import BUDGET

__all__ = ["Busy", "cost", "drawn", "in_lane"]

T = TypeVar("T")

INLINE = 20_000
HEAVY = 1_000_000
MAX_WAITING = 64
REMEMBERED = 2_000

_LANES = {"usual": 2, "heavy": 1}
_limiters: RunVar[dict[str, CapacityLimiter]] = RunVar("lossary_lanes")


class Busy(RuntimeError):
    """Too many requests wait in a lane already."""


def cost(views: Sequence[View]) -> int:
    """The elements that a request asks for, all its curves together.

    Raises:
        ViewError: if they are over the budget of one request.
    """
    total = sum(view.count * view.the_loss.kind.size for view in views)
    if total > BUDGET:
        raise ViewError("points", f"over all curves must stay within {BUDGET} numbers", total)
    return total


def _limiter(lane: str) -> CapacityLimiter:
    try:
        return _limiters.get()[lane]
    except LookupError:
        _limiters.set({name: CapacityLimiter(threads) for name, threads in _LANES.items()})
        return _limiters.get()[lane]


async def in_lane(elements: int, work: Callable[[], T]) -> T:
    """``work()``, computed where a request of so many elements belongs.

    Raises:
        Busy: if its lane has a long queue.
    """
    if elements <= INLINE:
        return work()
    limiter = _limiter("heavy" if elements > HEAVY else "usual")
    if limiter.statistics().tasks_waiting >= MAX_WAITING:
        raise Busy("the server is busy with other pictures; ask again in a second")
    return await anyio.to_thread.run_sync(work, limiter=limiter)


@lru_cache(maxsize=256)
def _remembered(view: View) -> Curve | Surface:
    return sample(view)


def drawn(view: View) -> Curve | Surface:
    """``sample(view)``; small results are remembered, for while one curve is dragged its neighbours stand still."""
    if view.count > REMEMBERED or view.the_loss.kind.size > REMEMBERED:
        return sample(view)
    result = _remembered(view)
    if result.place.note:
        _remembered.cache_clear()
    return result
