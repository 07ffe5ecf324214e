"""The catalogue in a browser: found by words, kinds and traits without the server, opened in Explore, and back where one was."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page

from losslib import LOSSES, sample
from losslib.errata import ERRATA, draw
from tests.browser.hands import DRAWN, THEMED, go, holding, raw, rest, trace
from tests.browser.test_accessible import RULES
from tests.browser.test_export import download, open_menu
from ui.catalogue import records

Open = Callable[..., Page]
SHOWN = ".cat[data-shown]"
CARDS = json.loads(records())["cards"]
SIZES = {
    "laptop": {"width": 1440, "height": 900},
    "projector": {"width": 1024, "height": 768},
    "phone": {"width": 390, "height": 844},
}


# How many cards there are when the first of them are put on the page.
FIRST = """() => {
    window.first = 0;
    const seen = new MutationObserver(() => {
        window.first ||= document.querySelectorAll('.cat-card').length;
        if (window.first) seen.disconnect();
    });
    seen.observe(document.body, { subtree: true, childList: true });
}"""


@pytest.fixture
def catalogue(tab: Page) -> Open:
    """Open the catalogue with some words in its address."""

    def opened(words: str = "") -> Page:
        go(tab, f"/catalogue{words}")
        tab.wait_for_selector(SHOWN, timeout=30_000)
        return tab

    return opened


def keys(page: Page) -> list[str]:
    """The cards that are shown, in their order."""
    return list(page.locator(".cat-card").evaluate_all("cards => cards.map(card => card.dataset.key)"))


def words(page: Page) -> list[tuple[str, str]]:
    """The words of the address, as the page has them now: ``page.url`` hears of it later."""
    return parse_qsl(page.evaluate("location.search").removeprefix("?"))


def search_of(said: list[tuple[str, str]]) -> str:
    """The words as an address ends in them."""
    return f"?{urlencode(said)}" if said else ""


def choice(page: Page, name: str) -> Locator:
    """One of the boxes with choices."""
    return page.get_by_role("combobox", name=name)


def test_every_loss_is_there_and_its_formula_fits(catalogue: Open) -> None:
    page = catalogue()
    assert keys(page) == list(LOSSES)
    box = page.locator(".cat-card[data-key=smooth_l1] math").bounding_box()
    assert box is not None
    assert box["height"] > 30, "two cases, one above the other"
    assert page.evaluate("document.fonts.check('16px \"Lossary Math\"')")
    page.add_style_tag(content=".cat-card { content-visibility: visible !important; }")
    wide = page.locator(".cat-formula span").evaluate_all(
        "all => all.filter(f => f.scrollWidth > 340).map(f => f.textContent)"
    )
    assert not wide, "formulas far too long for a card"


@pytest.mark.walk
def test_a_screenful_of_cards_is_there_before_the_others_are_made(tab: Page) -> None:
    tab.evaluate(FIRST)
    go(tab, "/catalogue")
    tab.wait_for_selector(SHOWN, timeout=30_000)
    assert 0 < tab.evaluate("window.first") <= 12
    assert keys(tab) == list(LOSSES)


@pytest.mark.walk
def test_a_garbled_address_is_one_sentence_and_then_clean(catalogue: Open) -> None:
    page = catalogue("?kind=box&trait=<script>&document=99&more=1")
    alert = page.get_by_role("alert").filter(has_text="means nothing here")
    assert alert.is_visible()
    assert "script" not in str(alert.text_content())
    assert words(page) == [("kind", "box")]
    assert {card["kind"] for card in CARDS if card["key"] in keys(page)} == {"box"}
    go(page, "/catalogue?trait=convex")
    page.wait_for_selector(SHOWN)
    page.reload()
    page.wait_for_selector(SHOWN)
    assert page.locator(".cat-odd").is_hidden()


@pytest.mark.walk
def test_where_the_other_cards_do_not_come_the_page_says_so_and_tries_again(tab: Page) -> None:
    tab.route("**/catalogue.json*", lambda route: route.fulfill(status=200, content_type="text/html", body="<html>"))
    go(tab, "/catalogue")
    again = tab.get_by_role("button", name="Try again")
    again.wait_for(timeout=30_000)
    assert f"Only the first of {len(CARDS)} losses" in str(tab.locator(".cat-status").text_content())
    assert keys(tab) == list(LOSSES)[:12]
    tab.unroute("**/catalogue.json*")
    again.click()
    tab.wait_for_selector(SHOWN)
    assert keys(tab) == list(LOSSES)
    assert again.is_hidden()


def test_a_chinese_name_finds_its_losses(catalogue: Open) -> None:
    page = catalogue()
    page.get_by_role("searchbox", name="Search").fill("交叉熵")
    found = [card["key"] for card in CARDS if any("交叉熵" in name for name in card["also"])]
    assert keys(page) == found
    assert "cross_entropy" in found
    assert page.locator(".cat-status").text_content() == f"{len(found)} of {len(CARDS)} losses"
    assert words(page) == [("q", "交叉熵")]


@pytest.mark.walk
def test_who_says_loss_after_a_name_finds_it_too(catalogue: Open) -> None:
    page = catalogue()
    page.get_by_role("searchbox", name="Search").fill("Hinge losses")
    assert keys(page) == ["hinge"]


@pytest.mark.walk
def test_kind_trait_parameter_and_document_narrow_it_down(catalogue: Open) -> None:
    page = catalogue()
    choice(page, "Kind").select_option("binary")
    page.get_by_role("button", name="convex").click()
    choice(page, "Parameter").select_option("alpha")
    choice(page, "Document").select_option("001")
    expected = [
        c["key"]
        for c in CARDS
        if c["kind"] == "binary"
        and "convex" in c["traits"]
        and any(p["name"] == "alpha" for p in c["params"])
        and "001" in c["documents"]
    ]
    assert keys(page) == expected == ["balanced_bce"]
    assert words(page) == [("kind", "binary"), ("param", "alpha"), ("document", "001"), ("trait", "convex")]
    page.reload()
    page.wait_for_selector(SHOWN)
    assert keys(page) == expected
    page.get_by_role("button", name="Clear the filters").click()
    assert len(keys(page)) == len(LOSSES)
    assert not words(page)


@pytest.mark.walk
def test_back_undoes_one_choice_after_another_and_forward_brings_them_again(catalogue: Open) -> None:
    page = catalogue()
    said = [words(page)]
    choices = (
        lambda: choice(page, "Kind").select_option("binary"),
        lambda: page.get_by_role("button", name="proper").click(),
        lambda: page.get_by_role("searchbox", name="Search").press_sequentially("bce"),
        lambda: choice(page, "Sort by").select_option("name"),
        lambda: page.get_by_role("button", name="Clear the filters").click(),
    )
    for choose in choices:
        choose()
        said.append(words(page))
    assert said[3] == [("kind", "binary"), ("q", "bce"), ("trait", "proper")]
    entries = [said[0], said[1], *said[3:]]  # the letters of a search belong to the choice before them
    shown = "words => location.search === words && document.querySelector('[name=kind]').value === (new URLSearchParams(words).get('kind') ?? '')"
    for before in reversed(entries[:-1]):
        page.go_back()
        page.wait_for_function(shown, arg=search_of(before))
    assert keys(page) == list(LOSSES)
    for after in entries[1:3]:
        page.go_forward()
        page.wait_for_function(shown, arg=search_of(after))
    assert keys(page) == ["bce_with_logits"]
    assert page.get_by_role("button", name="proper").get_attribute("aria-pressed") == "true"
    assert "proper at w₊ = 1" in str(page.locator("[data-key=bce_with_logits] .cat-badges").text_content())


def test_sorting(catalogue: Open) -> None:
    page = catalogue("?sort=year")
    years = [next(c["year"] for c in CARDS if c["key"] == key) for key in keys(page)]
    assert years == sorted(years)
    assert not page.locator(".cat-family").count()
    choice(page, "Sort by").select_option("newest")
    assert words(page) == [("sort", "newest")]
    assert [next(c["year"] for c in CARDS if c["key"] == key) for key in keys(page)] == sorted(years, reverse=True)
    choice(page, "Sort by").select_option("name")
    names = page.locator(".cat-card h4").all_text_contents()
    assert names == sorted(names, key=str.casefold)


@pytest.mark.walk
def test_a_click_opens_the_loss_and_back_returns_to_the_filtered_list_and_a_limit_opens_where_it_is_reached(
    catalogue: Open,
) -> None:
    page = catalogue("?trait=convex&sort=name")
    before = keys(page)
    page.locator(".cat-card[data-key=hinge] h4 a").click()
    page.wait_for_selector(DRAWN, state="attached", timeout=30_000)
    rest(page)
    assert urlsplit(page.url).path == "/"
    assert dict(words(page))["loss"] == "hinge"
    assert page.get_by_role("heading", name="Hinge").is_visible()
    page.go_back()
    page.wait_for_selector(SHOWN)
    assert words(page) == [("trait", "convex"), ("sort", "name")]
    assert keys(page) == before
    assert page.evaluate("document.activeElement.closest('[data-key]')?.dataset.key") == "hinge"
    page.locator(".cat-card[data-key=label_smoothed_bce] .cat-limits a").first.click()
    page.wait_for_selector(DRAWN, state="attached", timeout=30_000)
    rest(page)
    assert dict(words(page))["loss"] == "label_smoothed_bce"
    assert dict(words(page))["epsilon"] == "0"


@pytest.mark.walk
def test_words_that_mean_nothing_are_ignored_and_nothing_of_them_is_shown(catalogue: Open) -> None:
    page = catalogue(f"?kind=nonsense&trait=<b>&sort=up&view=zzz&document=9&param=x&q={quote('<img src=x>')}")
    assert page.locator(".cat-status").text_content().startswith("0 of")
    assert "img" not in page.locator(".cat").inner_text()
    assert not page.locator(".cat img").count()
    page.get_by_role("button", name="Clear the filters").click()
    assert keys(page) == list(LOSSES)


def test_the_documents_and_back(catalogue: Open) -> None:
    page = catalogue("?kind=binary")
    page.get_by_role("button", name="From the documents").click()
    assert ("view", "documents") in words(page)
    assert page.locator(".cat-document:visible").count() == 5
    page.get_by_role("button", name="CenterNet").click()
    assert page.locator(".cat-document:visible").count() == 1
    figure = page.get_by_role("img", name="max(½r², |r| − ½)")
    assert figure.is_visible()
    page.go_back()
    page.wait_for_function("document.querySelectorAll('.cat-document:not([hidden])').length === 5")
    page.go_back()
    page.wait_for_selector(".cat[data-shown=losses]")
    assert words(page) == [("kind", "binary")]


@pytest.mark.walk
def test_an_error_opens_in_compare_where_it_is_taken_along_and_follows_the_hand(catalogue: Open) -> None:
    page = catalogue("?view=documents")
    (drawing,) = next(e.drawings for e in ERRATA if e.key == "E22")
    page.locator("#E22 .cat-drawing a").click()
    page.wait_for_selector(DRAWN, state="attached", timeout=30_000)
    rest(page)
    assert urlsplit(page.url).path == "/compare"
    x, *lines = draw(drawing)
    for place, y in enumerate(lines):
        drawn = trace(page, "value", place)
        np.testing.assert_array_equal(np.float32([drawn["x"], drawn["y"]]), np.float32([x, y]))
    open_menu(page)
    _, *rows = csv.reader(io.StringIO(download(page, "Numbers, CSV")))
    columns = np.array(rows, dtype=float).T
    np.testing.assert_array_equal(columns[[0, 1, 3]], [x, *lines])
    page.keyboard.press("Escape")
    with holding(page, "curve_excess", 40):
        excess = raw(page, "curve_excess")
        assert excess > 0.5
        said = sample(drawing.views[0].change(excess=excess))
        np.testing.assert_array_equal(np.float32(trace(page, "value")["y"]), np.float32(said.value))
    page.go_back()
    page.wait_for_selector(".cat[data-shown=documents]")


def test_the_keyboard_is_enough(catalogue: Open) -> None:
    page = catalogue()
    search = page.get_by_role("searchbox", name="Search")
    search.focus()
    page.keyboard.type("r")  # alone it is Streamlit's shortcut for a rerun
    page.keyboard.type("everse")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.closest('[data-key]').dataset.key") == keys(page)[0]
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Space")
    assert not words(page), "the last stop before the cards clears the filters"
    assert keys(page) == list(LOSSES)


@pytest.mark.walk
def test_no_violation_and_nothing_sticks_out(page: Page, server: str) -> None:
    page.goto(f"{server}/catalogue?document=003")
    page.wait_for_selector(SHOWN, timeout=30_000)
    rest(page)
    for size, theme in (("laptop", "light"), ("projector", "dark"), ("phone", "light")):
        page.emulate_media(color_scheme=theme)
        page.set_viewport_size(SIZES[size])
        page.wait_for_function(THEMED, arg=theme)
        for view in ("Losses", "From the documents"):
            page.get_by_role("button", name=view).click()
            main = "document.querySelector('[data-testid=stMain]')"
            assert page.evaluate(f"{main}.scrollWidth <= {main}.clientWidth")
            found = Axe().run(page, context=".cat", options=RULES).response["violations"]
            assert not found, "\n".join(f"{v['id']}: {[n['html'][:160] for n in v['nodes']][:4]}" for v in found)
