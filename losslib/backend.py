"""The one place that picks a device and a dtype, and that leaves a broken device for the CPU.

``LOSSLIB_DEVICE`` (``cpu``, ``cuda``, ``cuda:1``, ``mps``) overrides the choice.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeVar

import torch

__all__ = ["BACKEND", "Backend", "Place", "serve_many"]

T = TypeVar("T")

RETRY_AFTER_S = 60.0


@dataclass(frozen=True)
class Place:
    """Where a result was computed: the device's name, the dtype's name, and a sentence if it was not the preferred one."""

    device: str
    dtype: str
    note: str = ""


def preferred_device() -> torch.device:
    """``LOSSLIB_DEVICE``, read each time; else the best device there is."""
    wanted = os.environ.get("LOSSLIB_DEVICE", "").strip()
    return torch.device(wanted) if wanted else best_device()


@lru_cache(maxsize=1)
def best_device() -> torch.device:
    """Cuda, else mps, else the CPU: looked for once, as a process does not gain one."""
    if torch.cuda.is_available():
        return torch.device("cuda")
    if torch.backends.mps.is_available():
        return torch.device("mps")
    return torch.device("cpu")


class Backend:
    """Runs a computation on the preferred device, or on the CPU while that device is broken."""

    def __init__(
        self, choose: Callable[[], torch.device] = preferred_device, clock: Callable[[], float] = time.monotonic
    ):
        self._choose = choose
        self._clock = clock
        self._lock = threading.Lock()
        self._broken_until = -1.0
        self._why = ""

    def run(self, compute: Callable[[torch.device, torch.dtype], T]) -> tuple[T, Place]:
        """Return ``compute(device, dtype)`` and where it ran.

        An error of an accelerator (out of memory, a failed kernel, a device that is not there) falls back to the CPU
        with a note, and the device is left alone for a minute. An error on the CPU is the caller's.
        """
        cpu = torch.device("cpu")
        try:
            device = self._choose()
        except RuntimeError as error:
            return compute(cpu, torch.float64), Place(
                "cpu", "float64", f"LOSSLIB_DEVICE is not a device: {_first_line(error)}"
            )
        if device.type == "cpu":
            return compute(device, torch.float64), Place("cpu", "float64")
        if self._is_broken():
            return compute(cpu, torch.float64), self._fallback(device)
        dtype = torch.float32 if device.type == "mps" else torch.float64
        try:
            return compute(device, dtype), Place(str(device), str(dtype).removeprefix("torch."))
        except (RuntimeError, AssertionError, NotImplementedError) as error:
            result = compute(cpu, torch.float64)
            self._mark_broken(_first_line(error))
            return result, self._fallback(device)

    def _is_broken(self) -> bool:
        with self._lock:
            return self._clock() < self._broken_until

    def _mark_broken(self, why: str) -> None:
        with self._lock:
            self._broken_until = self._clock() + RETRY_AFTER_S
            self._why = why

    def _fallback(self, device: torch.device) -> Place:
        return Place(
            "cpu",
            "float64",
            f"{device} failed ({self._why}); computed on the CPU, the device is tried again within a minute",
        )


def _first_line(error: BaseException) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:200]


BACKEND = Backend()


def serve_many() -> None:
    """Give each computation one thread: a server draws many small curves at once, not one wide one."""
    torch.set_num_threads(1)
