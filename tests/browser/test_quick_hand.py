"""A hand that does not wait: whatever it does, and however fast, the page comes to rest and shows what its address says."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from urllib.parse import parse_qsl

import pytest
from playwright.sync_api import Page

from tests.browser.hands import rest, visit, words
from tests.browser.test_explore import assert_drawn
from ui.address import link
from ui.compare_address import nearest
from ui.lecture import Lecture
from ui.state import Explore


def whole(page: str, asked: str) -> str:
    """An address as the page itself writes it."""
    reading = {"": Explore.nearest, "compare": nearest, "scenes": Lecture.nearest}[page]
    state, _ = reading(parse_qsl(asked))
    return f"/{page}{link(state.words())}"


ADDRESSES = (
    whole("", "loss=focal&gamma=2"),
    whole("", "loss=smooth_l1&beta=4"),
    whole("", "loss=penalty_reduced_focal&slice=p_t&beta=9"),
    whole("", "loss=bce_blur&alpha=.001"),
    whole("", "loss=giou&view=surface"),
    whole("", "loss=kl_bernoulli&slice=logit&target=.3"),
    whole("", "loss=dice"),
    whole("compare", "curve=focal:gamma=2&curve=bce_with_logits"),
    whole("compare", "curve=giou&curve=iou&slice=shift"),
    whole("scenes", "scene=s2"),
    "/catalogue",
)
LOSSES = ("focal", "huber", "iou", "contrastive", "hinge", "balanced_bce")
LEAD_ON = "to => { history.pushState(history.state, '', to); dispatchEvent(new PopStateEvent('popstate')); }"
# In one step: a page under way may lose a slider at any moment.
FOCUS = """share => {
    const sliders = [...document.querySelectorAll('[data-testid=stMain] input[type=range]')];
    sliders[Math.floor(share * sliders.length)]?.focus();
}"""
PLACES = """() => [...document.querySelectorAll('[data-testid=stSliderThumbValue]')].map(value => {
    const { x, y, width, height } = value.parentElement.getBoundingClientRect();
    return [x + width / 2, y + height / 2];
}).filter(([, y]) => y > 0 && y < innerHeight)"""


def press(page: Page, chance: Random) -> None:
    page.evaluate(FOCUS, chance.random())
    for _ in range(chance.randint(1, 6)):
        page.keyboard.press(chance.choice(("ArrowRight", "ArrowLeft", "End", "Home")))
        page.wait_for_timeout(chance.choice((0, 5, 30, 100)))


def drag(page: Page, chance: Random) -> None:
    places = page.evaluate(PLACES)
    if places:
        x, y = chance.choice(places)
        page.mouse.move(x, y)
        page.mouse.down()
        for _ in range(chance.randint(1, 8)):
            page.mouse.move(x + chance.randint(-120, 120), y)
            page.wait_for_timeout(chance.choice((0, 8, 60)))
        page.mouse.up()


def zoom(page: Page, chance: Random) -> None:
    box = page.evaluate("() => document.querySelector('.live .nsewdrag')?.getBoundingClientRect().toJSON()")
    if box:
        x, y = box["x"] + 0.3 * box["width"], box["y"] + 0.3 * box["height"]
        page.mouse.move(x, y)
        page.mouse.down()
        page.mouse.move(x + chance.randint(60, 200), y + chance.randint(30, 80), steps=2)
        page.mouse.up()
        if chance.random() < 0.3:
            page.mouse.dblclick(x, y)


def choose(page: Page, chance: Random) -> None:
    page.evaluate("id => document.getElementById(id)?.click()", f"picker-{chance.choice(LOSSES)}")


def turn(page: Page, chance: Random) -> None:
    page.keyboard.press(chance.choice(("x", "g", "x")))


def lead_on(page: Page, chance: Random) -> None:
    page.evaluate(LEAD_ON, chance.choice(ADDRESSES))


def there_and_back(page: Page, chance: Random) -> None:
    lead_on(page, chance)
    page.wait_for_timeout(chance.choice((0, 60, 300)))
    page.evaluate("history.back()")


DEEDS: tuple[Callable[[Page, Random], None], ...] = (
    press,
    press,
    drag,
    zoom,
    choose,
    choose,
    turn,
    lead_on,
    there_and_back,
)


@pytest.mark.walk
@pytest.mark.parametrize("seed", range(2))
def test_whatever_a_quick_hand_does_the_page_comes_to_rest_and_shows_its_address(
    plain_page: Page, server: str, seed: int
) -> None:
    page, chance, errors = plain_page, Random(seed), []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("response", lambda answer: errors.append(answer.url) if answer.status == 422 else None)
    visit(page, f"{server}{ADDRESSES[0]}")
    for _ in range(25):
        page.evaluate(LEAD_ON, chance.choice(ADDRESSES))
        done = chance.choices(DEEDS, k=chance.randint(1, 6))
        for deed in done:
            deed(page, chance)
            page.wait_for_timeout(chance.choice((0, 0, 10, 40, 120, 400)))
        rest(page)
        page.wait_for_timeout(1_800)  # by then the chart has set right what was left behind
        rest(page)
        said = [deed.__name__ for deed in done]
        assert page.locator("[data-testid=stException]").count() == 0, said
        assert errors == [], said
        state, problems = Explore.nearest(list(words(page).items()))
        if page.url.startswith(f"{server}/?"):
            assert problems == [], said
            if state.show == "curve" and state.slopes:
                assert_drawn(page, state.view)
