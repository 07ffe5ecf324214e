"""Where a curve is computed, and what happens when that device fails."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from losslib import View, sample, snapshot
from losslib.backend import RETRY_AFTER_S, Backend, best_device, preferred_device, serve_many

CPU = torch.device("cpu")
META = torch.device("meta")


class Clock:
    """A clock that stands still until it is moved."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


class Computation:
    """A computation that fails on every device but the CPU, and remembers where it was tried."""

    def __init__(self, error: Exception):
        self.error, self.tried = error, []

    def __call__(self, device: torch.device, dtype: torch.dtype) -> str:
        self.tried.append(str(device))
        if device.type != "cpu":
            raise self.error
        return str(dtype)


def nothing(device: torch.device, dtype: torch.dtype) -> None:
    """A computation that succeeds anywhere."""


def test_on_the_cpu_there_is_nothing_to_say():
    result, place = Backend(lambda: CPU).run(lambda device, dtype: (device, dtype))
    assert result == (CPU, torch.float64)
    assert (place.device, place.dtype, place.note) == ("cpu", "float64", "")


def test_an_accelerator_that_works_is_named():
    result, place = Backend(lambda: META).run(lambda device, dtype: torch.empty(2, device=device, dtype=dtype))
    assert (result.device.type, place.device, place.dtype, place.note) == ("meta", "meta", "float64", "")


def test_mps_computes_in_single_precision():
    _, place = Backend(lambda: torch.device("mps")).run(nothing)
    assert (place.device, place.dtype) == ("mps", "float32")


@pytest.mark.parametrize(
    "error",
    [
        torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB\nmore\nlines"),
        RuntimeError("CUDA error: device-side assert triggered"),
        NotImplementedError("aten::foo is not implemented for this device"),
        AssertionError("Torch not compiled with CUDA enabled"),
    ],
    ids=lambda e: type(e).__name__,
)
def test_a_device_that_fails_is_left_for_the_cpu_with_a_note(error):
    compute = Computation(error)
    result, place = Backend(lambda: META, Clock()).run(compute)
    assert compute.tried == ["meta", "cpu"]
    assert (result, place.device, place.dtype) == ("torch.float64", "cpu", "float64")
    assert place.note.startswith(f"meta failed ({str(error).splitlines()[0]})")
    assert "\n" not in place.note


def test_a_broken_device_is_not_tried_again_for_a_minute_and_then_it_is():
    clock, compute = Clock(), Computation(RuntimeError("broken"))
    backend = Backend(lambda: META, clock)
    backend.run(compute)
    clock.now += RETRY_AFTER_S - 1
    _, place = backend.run(compute)
    assert compute.tried == ["meta", "cpu", "cpu"]
    assert "broken" in place.note
    clock.now += 2
    backend.run(compute)
    assert compute.tried == ["meta", "cpu", "cpu", "meta", "cpu"]
    assert RETRY_AFTER_S == 60.0


def test_a_device_that_recovers_is_used_without_a_note():
    clock, compute = Clock(), Computation(RuntimeError("broken"))
    backend = Backend(lambda: META, clock)
    backend.run(compute)
    clock.now += RETRY_AFTER_S + 1
    _, place = backend.run(nothing)
    assert (place.device, place.note) == ("meta", "")


def test_an_error_that_is_not_the_devices_is_the_callers():
    backend = Backend(lambda: META, Clock())

    def wrong(device, dtype):
        raise RuntimeError("wrong everywhere")

    with pytest.raises(RuntimeError, match="wrong everywhere"):
        backend.run(wrong)
    _, place = backend.run(nothing)
    assert place.device == "meta", "a mistake in a formula does not condemn the device"


def test_an_error_on_the_cpu_is_the_callers():
    def wrong(device, dtype):
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        Backend(lambda: CPU).run(wrong)


@pytest.mark.parametrize(("text", "device"), [("cpu", "cpu"), ("cuda:1", "cuda:1"), ("mps", "mps"), (" cpu ", "cpu")])
def test_the_environment_chooses_the_device(monkeypatch, text, device):
    monkeypatch.setenv("LOSSLIB_DEVICE", text)
    assert str(preferred_device()) == device


def test_without_a_wish_the_best_device_present_is_taken(monkeypatch, request):
    request.addfinalizer(best_device.cache_clear)
    monkeypatch.delenv("LOSSLIB_DEVICE", raising=False)
    for cuda, mps, expected in [(True, True, "cuda"), (False, True, "mps"), (False, False, "cpu")]:
        monkeypatch.setattr(torch.cuda, "is_available", lambda answer=cuda: answer)
        monkeypatch.setattr(torch.backends.mps, "is_available", lambda answer=mps: answer)
        best_device.cache_clear()
        assert str(preferred_device()) == expected


@pytest.mark.parametrize("text", ["toaster", "cuda:x", "cpu:cpu", "🙂", "meta", "cuda:99", "xla", "mps"])
def test_a_device_that_cannot_be_used_draws_the_same_curve_with_a_note(monkeypatch, text):
    view = View.of("focal", points=9)
    expected = sample(view)
    monkeypatch.setenv("LOSSLIB_DEVICE", text)
    backend = Backend()
    for _ in range(2):
        curve = sample(view, backend)
        assert curve.place.device == "cpu"
        assert curve.place.note
        assert np.array_equal(curve.value, expected.value)
        assert np.array_equal(curve.gradient, expected.gradient)
    assert snapshot(view, 0.5, backend).place.note


def test_a_device_that_dies_half_way_still_gives_the_whole_curve():
    """The meta device allocates, computes, and fails when the numbers are to come back."""
    for view in (View.of("focal", points=9), View.of("mse", "plane", points=5)):
        expected, drawn = sample(view), sample(view, Backend(lambda: META, Clock()))
        assert drawn.place.device == "cpu"
        assert drawn.place.note.startswith("meta failed")
        assert np.array_equal(drawn.value, expected.value)


def test_a_server_gives_each_computation_one_thread():
    threads = torch.get_num_threads()
    try:
        torch.set_num_threads(2)
        serve_many()
        assert torch.get_num_threads() == 1
    finally:
        torch.set_num_threads(threads)
