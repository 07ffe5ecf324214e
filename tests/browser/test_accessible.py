"""axe-core finds nothing against WCAG A and AA, in both themes, on a laptop and on a projector."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.browser.hands import visit

RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}}
SIZES = {"laptop": {"width": 1440, "height": 900}, "projector": {"width": 1024, "height": 768}}


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
def test_explore_has_no_violation(open_page: Callable[..., Page], server: str, theme: str, size: str) -> None:
    page = open_page(viewport=SIZES[size], color_scheme=theme)
    visit(page, server)
    found = Axe().run(page, options=RULES).response["violations"]
    assert not found, "\n".join(f"{v['id']}: {v['help']}: {[n['html'][:160] for n in v['nodes']][:4]}" for v in found)
