"""Where a request is computed: short ones at once on the event loop, the others on threads, the longest on one of its own.

A thread costs a small curve more than its arithmetic does. Two lanes of threads, because a queue of the heaviest legal
requests must not keep a picture that takes 30 ms waiting.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

import anyio.to_thread
from anyio import CapacityLimiter
from anyio.lowlevel import RunVar

from losslib import View, ViewError
from losslib.view import BUDGET

__all__ = ["Busy", "cost", "in_lane"]

T = TypeVar("T")

INLINE_MS = 1.5
USUAL_MS = 50.0
MAX_WAITING = 64

# What a request takes, roughly, on one core; only the lane depends on it.
MS_PER_CURVE = 0.4
MS_PER_ELEMENT = 5e-5
MS_PER_NUMBER_IN_JSON = 2e-3
SECOND_ORDER = 3

_LANES = {"usual": 2, "heavy": 1}
_limiters: RunVar[dict[str, CapacityLimiter]] = RunVar("lossary_lanes")


class Busy(RuntimeError):
    """Too many requests wait in a lane already."""


def cost(views: Sequence[View], numbers_in_json: int = 0) -> float:
    """About how many milliseconds an answer takes.

    Raises:
        ViewError: if all the curves together are over the budget of one request.
    """
    elements = sum(view.count * view.the_loss.kind.size for view in views)
    if elements > BUDGET:
        raise ViewError("points", f"over all curves must stay within {BUDGET} numbers", elements)
    computing = len(views) * MS_PER_CURVE + elements * MS_PER_ELEMENT
    if any(view.order == 2 for view in views):
        computing *= SECOND_ORDER
    return computing + numbers_in_json * MS_PER_NUMBER_IN_JSON


def _limiter(lane: str) -> CapacityLimiter:
    try:
        return _limiters.get()[lane]
    except LookupError:
        _limiters.set({name: CapacityLimiter(threads) for name, threads in _LANES.items()})
        return _limiters.get()[lane]


async def in_lane(milliseconds: float, work: Callable[[], T]) -> T:
    """``work()``, computed where a request of that length belongs.

    Raises:
        Busy: if its lane has a long queue.
    """
    if milliseconds <= INLINE_MS:
        return work()
    limiter = _limiter("heavy" if milliseconds > USUAL_MS else "usual")
    if limiter.statistics().tasks_waiting >= MAX_WAITING:
        raise Busy("the server is busy with other pictures; ask again in a second")
    return await anyio.to_thread.run_sync(work, limiter=limiter)
