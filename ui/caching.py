"""Curves and surfaces already drawn: a view is its own key, and the same for every visitor, on a page or over the API.

A result with a note was computed on the CPU because a device failed: it is drawn, but not kept, for the device is tried again.
"""

from __future__ import annotations

from functools import lru_cache

from losslib import Curve, Snapshot, Surface, View, sample, snapshot

__all__ = ["drawn", "example"]

REMEMBERED = 7_000  # points: as many as a surface that follows the hand has


@lru_cache(maxsize=256)
def _drawn(view: View) -> Curve | Surface:
    return sample(view)


@lru_cache(maxsize=256)
def _example(view: View, at: float | tuple[float, ...]) -> Snapshot:
    return snapshot(view, at)


def drawn(view: View) -> Curve | Surface:
    """``losslib.sample``; all but the largest are remembered, for while one curve is dragged its neighbours stand still."""
    if view.count > REMEMBERED:
        return sample(view)
    result = _drawn(view)
    if result.place.note:
        _drawn.cache_clear()
    return result


def example(view: View, at: float | tuple[float, ...]) -> Snapshot:
    """``losslib.snapshot``, remembered."""
    result = _example(view, at)
    if result.place.note:
        _example.cache_clear()
    return result
