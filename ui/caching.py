"""Curves and surfaces already drawn: a view is its own key, and the same for every visitor."""

from __future__ import annotations

from functools import lru_cache

from losslib import Curve, Snapshot, Surface, View, sample, snapshot

__all__ = ["drawn", "example"]


@lru_cache(maxsize=256)
def drawn(view: View) -> Curve | Surface:
    """``losslib.sample``, remembered."""
    return sample(view)


@lru_cache(maxsize=256)
def example(view: View, at: float | tuple[float, ...]) -> Snapshot:
    """``losslib.snapshot``, remembered."""
    return snapshot(view, at)
