"""axe-core finds nothing against WCAG A and AA. Each page here is looked at in four looks."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.browser.hands import THEMED, rest, visit

RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}}
SIZES = {"laptop": {"width": 1440, "height": 900}, "projector": {"width": 1024, "height": 768}}


LOOKS = {
    "light, laptop": ("light", "laptop"),
    "dark, projector": ("dark", "projector"),
    "light, projector": ("light", "projector"),
    "dark, laptop": ("dark", "laptop"),
}
OTHERS = ["/compare", "/?loss=dice&present=1", "/compare?present=1"]


def assert_no_violation(page: Page, looks: Iterable[str]) -> None:
    """In each of these looks axe finds nothing."""
    for look in looks:
        theme, size = LOOKS[look]
        page.emulate_media(color_scheme=theme)
        page.set_viewport_size(SIZES[size])
        page.wait_for_function(THEMED, arg=theme)
        rest(page)
        found = Axe().run(page, options=RULES).response["violations"]
        assert not found, f"{look}: " + "\n".join(
            f"{v['id']}: {v['help']}: {[n['html'][:160] for n in v['nodes']][:4]}" for v in found
        )


@pytest.mark.walk
@pytest.mark.parametrize("path", ["/", *OTHERS])
def test_explore_and_compare_have_no_violation_in_any_of_the_four_looks(page: Page, server: str, path: str) -> None:
    visit(page, server + path)
    assert_no_violation(page, LOOKS)
