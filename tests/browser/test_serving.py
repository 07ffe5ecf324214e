"""The page served under a base path, as behind a proxy that gives it a folder."""

from __future__ import annotations

from playwright.sync_api import Page

from losslib import View, sample
from tests.browser.hands import holding, raw, trace, visit
from tests.conftest import serving


def test_under_a_base_path_the_page_opens_and_the_drag_is_live(page: Page) -> None:
    with serving(base="lossary/inside") as url:
        visit(page, url + "/")
        with holding(page, "gamma", 60):
            gamma = raw(page, "gamma")
            assert trace(page, "value")["y"][100] == float(
                sample(View.of("focal", gamma=gamma, target=1)).value.astype("f4")[100]
            )
