"""axe-core finds nothing against WCAG A and AA, in both themes, on a laptop and on a projector."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.browser.hands import THEMED, rest, visit

RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}}
SIZES = {"laptop": {"width": 1440, "height": 900}, "projector": {"width": 1024, "height": 768}}


@pytest.mark.parametrize("path", ["/", pytest.param("/compare", marks=pytest.mark.walk)], ids=["explore", "compare"])
def test_there_is_no_violation(page: Page, server: str, path: str) -> None:
    visit(page, server + path)
    for theme in ("light", "dark"):
        page.emulate_media(color_scheme=theme)
        page.wait_for_function(THEMED, arg=theme)
        for size in SIZES.values():
            page.set_viewport_size(size)
            rest(page)
            found = Axe().run(page, options=RULES).response["violations"]
            assert not found, f"{theme}, {size}: " + "\n".join(
                f"{v['id']}: {v['help']}: {[n['html'][:160] for n in v['nodes']][:4]}" for v in found
            )
