"""What was drawn is remembered, but not what was drawn in the place of a device that failed."""

from __future__ import annotations

from dataclasses import replace

import pytest
from streamlit.testing.v1 import AppTest

from losslib import View
from losslib.view import MAX_SIDE
from tests.conftest import ROOT
from ui.caching import drawn, example


def test_a_curve_and_an_example_are_computed_once() -> None:
    view = View.of("focal", gamma=1.111)
    assert drawn(view) is drawn(View.of("focal", gamma=1.111))
    assert example(view, 0.5) is example(View.of("focal", gamma=1.111), 0.5)


def test_a_surface_that_follows_the_hand_is_remembered_and_the_largest_is_not() -> None:
    view = View.of("focal", "plane")
    assert drawn(view) is drawn(view)
    largest = replace(view, points=MAX_SIDE)
    assert drawn(largest) is not drawn(largest)


def test_what_was_drawn_without_its_device_is_drawn_anew_when_the_device_is_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    view = View.of("focal", gamma=1.222)
    monkeypatch.setenv("LOSSLIB_DEVICE", "toaster")
    assert "not a device" in drawn(view).place.note
    assert "not a device" in example(view, 0.5).place.note
    monkeypatch.setenv("LOSSLIB_DEVICE", "cpu")
    assert drawn(view).place.note == ""
    assert example(view, 0.5).place.note == ""


@pytest.mark.parametrize("page", ["explore", "compare"])
def test_the_page_says_that_the_device_failed_until_it_works_again(page: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOSSLIB_DEVICE", "toaster")
    app = AppTest.from_file(str(ROOT / "pages" / f"{page}.py"), default_timeout=30)
    app.query_params.update({"gamma": "1.33"} if page == "explore" else {"curve": "focal:gamma=1.44"})
    app.run()
    assert not app.exception
    (said,) = (c.value for c in app.caption if c.value.startswith("Computed on"))
    assert said.startswith("Computed on cpu in float64. LOSSLIB_DEVICE is not a device:")
    monkeypatch.setenv("LOSSLIB_DEVICE", "cpu")
    app.run()
    assert [c.value for c in app.caption if c.value.startswith("Computed on")] == ["Computed on cpu in float64."]
