"""The scenes in a real browser: cards, keys, predict and reveal, a drag, the projector."""

from __future__ import annotations

import json
from collections.abc import Callable
from itertools import product
from urllib.parse import parse_qsl, urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from losslib import View, sample, snapshot
from tests.browser.hands import DRAWN, THEMED, go, holding, rest, trace, traces, visit, words
from tests.browser.test_compare_page import LABELS
from ui.cast import asked, beside, curves_of, places_of
from ui.pictures import picture
from ui.scenes import BY_KEY

# The ends of the lines from words to named places: the dots.
DOTS = """() => [...document.querySelectorAll('.annotation-arrow-g > path:first-child')].map(p => {
    const at = p.getPointAtLength(0).matrixTransform(p.getScreenCTM());
    return [at.x, at.y];
})"""
MAP = "() => document.querySelector('.picture image').getAttribute('href')"
PROJECTOR = {"width": 1024, "height": 768}
RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]}}
SMALLEST_TYPE = """() => [...document.querySelectorAll('.scene-head h2, .scene-look, .scene-ask, .live-label, .live .xtick text, .live .ytick text')]
    .filter(e => e.textContent.trim()).map(e => parseFloat(getComputedStyle(e).fontSize)).reduce((a, b) => Math.min(a, b), 99)"""


# All that is written on the sheet, the sliders and the foot too, and the smallest size of it as it is seen.
LEAST = """() => Math.min(...[...document.querySelectorAll('[data-testid=stMain] *')]
    .filter(e => !e.closest('[data-testid=stIconMaterial], script, style') && e.getClientRects().length)
    .filter(e => [...e.childNodes].some(n => n.nodeType === 3 && n.data.trim()) && e.getBoundingClientRect().width > 1)
    .map(e => parseFloat(getComputedStyle(e).fontSize) * (e.ownerSVGElement ? e.ownerSVGElement.getScreenCTM().a : 1)))"""
# What is written beyond the screen, and the pairs of names or of named places that lie on one another.
BEYOND = """() => [...document.querySelectorAll('.scene-head *, .live-label, .annotation-text, .sheet-foot *, .picture text, [data-testid=stSlider] *')]
    .filter(e => e.textContent.trim()).map(e => [e.textContent, e.getBoundingClientRect()])
    .filter(([, b]) => b.width && (b.left < 0 || b.top < 0 || b.right > innerWidth + .5 || b.bottom > innerHeight + .5)).map(([t]) => t)"""
ONE_ON_ANOTHER = """() => ['.live-label', '.annotation-text'].flatMap(kind => {
    const boxes = [...document.querySelectorAll(kind)].filter(e => e.textContent.trim()).map(e => [e.textContent, e.getBoundingClientRect()]);
    return boxes.flatMap(([s, a], i) => boxes.slice(i + 1)
        .filter(([, b]) => Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1 && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 3)
        .map(([t]) => s + ' on ' + t));
})"""
# How far the chart is below the words.
ABOVE = "() => document.querySelector('.live-stage').getBoundingClientRect().top - document.querySelector('.scene-head').getBoundingClientRect().bottom"
# The sheet is as large as the screen, and its chart has been drawn anew for it.
FITS = """([width, height]) => {
    const main = document.querySelector('[data-testid=stMain]');
    return main.scrollWidth <= width && main.scrollHeight <= height && document.querySelector('.live .main-svg').getBoundingClientRect().right <= width;
}"""


def sentence(page: Page) -> str:
    return page.locator(".scene-head h2").inner_text()


def press(page: Page, key: str, scene: str) -> None:
    """Press a key that leads to a scene, and wait until it is there."""
    page.keyboard.press(key)
    page.wait_for_function("s => new URLSearchParams(location.search).get('scene') === s", arg=scene, timeout=20_000)
    rest(page)


def said(page: Page, word: str, text: str | None) -> None:
    """Wait until the address says so."""
    page.wait_for_function(
        "([w, t]) => new URLSearchParams(location.search).get(w) === t", arg=[word, text], timeout=20_000
    )
    rest(page)


def test_a_card_opens_its_scene_and_the_keys_lead_on_and_back(server: str, page: Page) -> None:
    visit(page, f"{server}/scenes", wait=".bill-card")
    expect(page.locator(".bill-card")).to_have_count(11)
    assert page.locator(".bill-card path[d*=L]").count() >= 11
    page.locator("[data-scene=s2]").click()
    page.wait_for_selector(DRAWN, state="attached", timeout=20_000)
    said(page, "scene", "s2")
    assert sentence(page).startswith("A hundred times")
    press(page, "ArrowRight", "s3")
    assert sentence(page).startswith("A squared error")
    press(page, "ArrowLeft", "s2")
    press(page, "ArrowLeft", "s1")
    press(page, "PageUp", "s15")


def test_predict_then_reveal(tab: Page) -> None:
    go(tab, "/scenes?scene=s2")
    assert "Predict first" in tab.locator(".scene-ask").inner_text()
    assert "0.2976" not in tab.locator(".scene-ask").inner_text()
    assert tab.locator(".annotation-text").count() == 0
    tab.keyboard.press("v")
    said(tab, "reveal", "1")
    assert "0.2976" in tab.locator(".scene-ask").inner_text()
    assert tab.locator(".annotation-text").all_text_contents() == ["100× less", "34.5× less", "0.2976"]
    tab.keyboard.press("v")
    said(tab, "reveal", None)
    assert tab.locator(".annotation-text").count() == 0


def test_while_a_slider_is_held_its_curve_follows_and_the_axes_stay(tab: Page) -> None:
    go(tab, "/scenes?scene=s2")
    before = tab.evaluate("() => document.querySelector('.js-plotly-plot').layout.yaxis.range")
    still = trace(tab, "value", 1)["y"]
    with holding(tab, "scene_gamma", 60):
        gamma = float(tab.locator(".st-key-scene_gamma input[type=range]").input_value())
        assert gamma > 2
        moved = trace(tab, "value")["y"]
        curve = sample(View.of("focal", "p_t", gamma=gamma, target=1, lo=1e-6, hi=1 - 1e-6, points=401))
        assert moved == pytest.approx(curve.value.tolist(), rel=1e-5, abs=1e-7)
        assert trace(tab, "value", 1)["y"] == still
    after = tab.evaluate("() => document.querySelector('.js-plotly-plot').layout.yaxis.range")
    assert before == after
    assert float(words(tab)["gamma"]) == gamma


@pytest.mark.walk
def test_while_a_slider_is_held_a_study_follows_too(tab: Page) -> None:
    go(tab, "/scenes?scene=s11")
    with holding(tab, "scene_eta", 40):
        eta = float(tab.locator(".st-key-scene_eta input[type=range]").input_value())
        assert eta > 0.7
        for place, curve in enumerate(curves_of(asked([("scene", "s11"), ("eta", str(eta))]))):
            assert trace(tab, "value", place)["y"] == pytest.approx(curve.value.tolist(), rel=1e-5, abs=1e-7)


@pytest.mark.walk
@pytest.mark.parametrize(("scene", "name", "dx"), [("s2", "gamma", 60)])
def test_while_a_slider_is_held_the_named_places_follow_with_their_numbers(
    tab: Page, scene: str, name: str, dx: int
) -> None:
    go(tab, f"/scenes?scene={scene}&reveal=1")
    before = tab.locator(".annotation-text").all_text_contents()
    with holding(tab, f"scene_{name}", dx):
        value = tab.locator(f".st-key-scene_{name} input[type=range]").input_value()
        picked = asked([("scene", scene), (name, value), ("reveal", "1")])
        wanted = [place.words for place in places_of(picked, curves_of(picked))]
        assert wanted != before
        assert tab.locator(".annotation-text").all_text_contents() == wanted
        held = tab.evaluate(DOTS)
    assert tab.locator(".annotation-text").all_text_contents() == wanted
    for there, here in zip(tab.evaluate(DOTS), held, strict=True):
        assert here == pytest.approx(there, abs=1)


@pytest.mark.walk
def test_a_named_place_that_is_gone_from_the_curves_is_not_shown(tab: Page) -> None:
    go(tab, "/scenes?scene=s2&reveal=1")
    crossing = tab.locator(".annotation").nth(2)
    expect(crossing).to_be_visible()
    with holding(tab, "scene_gamma", -300):
        assert float(tab.locator(".st-key-scene_gamma input[type=range]").input_value()) == 0
        expect(crossing).to_be_hidden()
    expect(tab.locator(".annotation")).to_have_count(2)


@pytest.mark.walk
def test_while_a_slider_is_held_the_map_of_weights_follows(tab: Page) -> None:
    go(tab, "/scenes?scene=s7")
    before = tab.evaluate(MAP)
    with holding(tab, "scene_beta", -40):
        tab.wait_for_function("() => !document.querySelector('.picture').dataset.busy")
        beta = tab.locator(".st-key-scene_beta input[type=range]").input_value()
        assert tab.evaluate(MAP) != before
        wanted = picture(snapshot(beside(asked([("scene", "s7"), ("beta", beta)])), 1.0))
        assert tab.locator(".picture figcaption").inner_text() == wanted.caption


@pytest.mark.walk
def test_where_a_gradient_is_0_the_table_reads_0_and_elsewhere_its_smallest_number(tab: Page) -> None:
    last = ".live-table tr:last-child td"
    go(tab, "/scenes?scene=s12")
    assert abs(sample(View.of("bce_with_logits", "probability", target=0.7)).gradient).min() < 1e-15
    assert tab.locator(last).inner_text() == "0"
    go(tab, "/?loss=focal&slice=p_t&gamma=5&at=0.9975")
    assert tab.locator(".live-table tr").nth(1).locator("td").first.inner_text() == "2.44e−16"


@pytest.mark.walk
def test_on_a_phone_the_title_of_x_keeps_clear_of_the_names_of_the_curves(page: Page, server: str) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    visit(page, f"{server}/scenes?scene=s1")
    title = page.locator(".live-plot text.xtitle").bounding_box()
    assert title
    for label in page.locator(".live-label").all():
        box = label.bounding_box()
        assert box
        assert box["x"] > title["x"] + title["width"]


@pytest.mark.walk
def test_a_focused_slider_has_the_arrows_first_and_escape_gives_them_back(tab: Page) -> None:
    go(tab, "/scenes?scene=s2")
    slider = tab.locator(".st-key-scene_gamma input[type=range]")
    slider.focus()
    tab.keyboard.press("ArrowRight")
    said(tab, "gamma", "2.05")
    assert words(tab)["scene"] == "s2"
    tab.keyboard.press("Escape")
    press(tab, "ArrowRight", "s3")


@pytest.mark.walk
def test_gradient_axis_and_dtype(server: str, page: Page) -> None:
    visit(page, f"{server}/scenes?scene=s2")
    page.keyboard.press("g")
    said(page, "gradient", "0")
    assert {t["row"] for t in traces(page)} == {"value"}
    page.keyboard.press("x")
    said(page, "slice", "logit")
    assert trace(page, "value")["x"][0] == -6
    visit(page, f"{server}/scenes?scene=s10&dtype=float16")
    gone = next(x for x, y in zip(trace(page, "value")["x"], trace(page, "value")["y"], strict=True) if y == 100)
    assert 8.32 <= gone < 8.5


def test_presented_nothing_but_the_scene_is_left(tab: Page) -> None:
    go(tab, "/scenes?scene=s2&present=1&reveal=1")
    for scheme, size in product(("light", "dark"), (PROJECTOR, {"width": 1280, "height": 720})):
        tab.emulate_media(color_scheme=scheme)
        tab.set_viewport_size(size)
        tab.wait_for_function(THEMED, arg=scheme)
        rest(tab)
        for part in ("stSidebar", "stHeader", "stToolbar"):
            expect(tab.get_by_test_id(part).first).to_be_hidden()
        fits = "h => document.querySelector('[data-testid=stMain]').scrollHeight <= h"
        tab.wait_for_function(fits, arg=size["height"])
        assert tab.evaluate(SMALLEST_TYPE) >= 16
        assert tab.locator(".sheet-foot").bounding_box()["y"] < size["height"] - 20


@pytest.mark.walk
@pytest.mark.parametrize("scene", BY_KEY)
def test_presented_and_revealed_every_scene_fits_and_can_be_read_with_its_note(tab: Page, scene: str) -> None:
    go(tab, f"/scenes?scene={scene}&present=1")
    note = tab.locator(".scene-note")
    expect(note).to_have_count(0)
    tab.keyboard.press("v")
    said(tab, "reveal", "1")
    assert note.all_inner_texts() == ([BY_KEY[scene].note] if BY_KEY[scene].note else [])
    for scheme, size in product(("light", "dark"), (PROJECTOR, {"width": 1280, "height": 720})):
        tab.emulate_media(color_scheme=scheme)
        tab.set_viewport_size(size)
        tab.wait_for_function(THEMED, arg=scheme)
        rest(tab)
        tab.wait_for_function(FITS, arg=[size["width"], size["height"]])
        assert tab.evaluate(LEAST) > 15.9
        assert not tab.evaluate(BEYOND)
        assert tab.evaluate(ABOVE) >= 0, "the words and the chart overlap"
        assert not tab.evaluate(ONE_ON_ANOTHER)


def test_p_presents_and_comes_back_and_the_question_mark_shows_the_keys(tab: Page) -> None:
    go(tab, "/scenes?scene=s1")
    tab.keyboard.press("p")
    said(tab, "present", "1")
    expect(tab.get_by_test_id("stSidebar")).to_be_hidden()
    press(tab, "ArrowRight", "s2")
    assert words(tab)["present"] == "1"
    tab.keyboard.press("?")
    expect(tab.get_by_role("dialog", name="Keys")).to_be_visible()
    tab.keyboard.press("Escape")
    tab.keyboard.press("p")
    said(tab, "present", None)
    expect(tab.get_by_test_id("stSidebar")).to_be_visible()


@pytest.mark.walk
def test_the_cards_are_presented_and_open_presented(tab: Page) -> None:
    go(tab, "/scenes")
    tab.wait_for_selector(".bill-card")
    tab.keyboard.press("p")
    said(tab, "present", "1")
    for part in ("stSidebar", "stHeader"):
        expect(tab.get_by_test_id(part).first).to_be_hidden()
    tab.keyboard.press("?")
    assert tab.locator(".keys-help kbd").all_inner_texts() == ["P", "F", "L", "?"]
    tab.keyboard.press("Escape")
    tab.locator("[data-scene=s7]").click()
    said(tab, "scene", "s7")
    assert words(tab)["present"] == "1"
    expect(tab.get_by_test_id("stSidebar")).to_be_hidden()
    tab.keyboard.press("?")
    assert "G" not in tab.locator(".keys-help kbd").all_inner_texts()
    tab.keyboard.press("Escape")
    press(tab, "ArrowRight", "s9")
    tab.keyboard.press("?")
    assert "G" in tab.locator(".keys-help kbd").all_inner_texts()
    tab.keyboard.press("Escape")
    tab.go_back()
    tab.go_back()
    tab.wait_for_selector(".bill-card")
    expect(tab.get_by_test_id("stSidebar")).to_be_hidden()
    tab.keyboard.press("p")
    said(tab, "present", None)
    expect(tab.get_by_test_id("stSidebar")).to_be_visible()


def test_l_copies_the_link_of_this_very_state(server: str, open_page: Callable[..., Page]) -> None:
    page = open_page()
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    visit(page, f"{server}/scenes?scene=s1&gamma=3")
    page.keyboard.press("l")
    expect(page.locator(".keys-said")).to_have_text("The link is copied.")
    copied = page.evaluate("() => navigator.clipboard.readText()")
    assert copied == page.url
    assert "gamma=3" in copied


@pytest.mark.walk
def test_a_click_on_a_choice_leaves_the_arrows_to_the_scenes_but_keys_may_choose(tab: Page) -> None:
    for scene, choice, following in (("s10", "float16", None), ("s1", "logit", "s2")):
        go(tab, f"/scenes?scene={scene}")
        tab.locator("[data-testid=stRadio] label, [role=radio]").filter(has_text=choice).first.click()
        rest(tab)
        assert words(tab)["scene"] == scene
        tab.keyboard.press("ArrowRight")
        tab.wait_for_function(
            "([here, there]) => { const s = new URLSearchParams(location.search).get('scene'); return there ? s === there : s !== here; }",
            arg=[scene, following],
        )
        rest(tab)
    go(tab, "/scenes?scene=s1")
    slider = tab.locator(".st-key-scene_gamma input[type=range]")
    slider.focus()
    tab.keyboard.press("ArrowRight")
    rest(tab)
    assert words(tab)["scene"] == "s1"


def test_the_code_says_when_only_this_machine_can_open_it(tab: Page) -> None:
    go(tab, "/scenes?scene=s1")
    tab.get_by_role("button", name="QR").click()
    expect(tab.get_by_text("only known to this machine")).to_be_visible()
    expect(tab.locator("[data-testid=stDialog] img")).to_be_visible()


@pytest.mark.walk
def test_in_a_frame_of_a_slide_it_is_drawn_and_the_words_stay(server: str, page: Page) -> None:
    frame = "<title>Slide</title><h1>A slide</h1><iframe name=app width=1000 height=620 src='/scenes?scene=s2&present=1&embed=true'></iframe>"
    page.route("**/slide", lambda route: route.fulfill(body=frame, content_type="text/html"))
    page.goto(f"{server}/slide")
    inside = page.frame("app")
    assert inside is not None
    inside.wait_for_selector(DRAWN, state="attached", timeout=30_000)
    inside.wait_for_function("() => location.search.includes('gamma')", timeout=20_000)
    inside.locator(".sheet-key[data-action=reveal]").click()
    inside.wait_for_function("() => new URLSearchParams(location.search).get('reveal') === '1'", timeout=20_000)
    said = dict(parse_qsl(urlsplit(inside.url).query))
    assert (said["scene"], said["present"], said["embed"]) == ("s2", "1", "true")
    inside.wait_for_function("() => document.querySelectorAll('.annotation-text').length === 3")
    for part in ("stToolbar", "stHeader", "stSidebar"):
        assert not any(element.is_visible() for element in inside.get_by_test_id(part).all()), part


@pytest.mark.walk
@pytest.mark.parametrize("query", ["", "?scene=s9&reveal=1", "?scene=s10&present=1"])
def test_no_violation_of_wcag_a_and_aa(server: str, page: Page, query: str) -> None:
    visit(page, f"{server}/scenes{query}", wait=DRAWN if query else ".bill-card")
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        page.wait_for_function(THEMED, arg=scheme)
        rest(page)
        found = Axe().run(page, options=RULES).response["violations"]
        assert not found, scheme + json.dumps(
            [{v["id"]: [n["html"][:200] for n in v["nodes"]]} for v in found], indent=1
        )


@pytest.mark.walk
@pytest.mark.parametrize("scene", ["s1", "s9", "s13"])
def test_every_curve_of_a_scene_is_named_beside_a_piece_of_its_line(tab: Page, scene: str) -> None:
    go(tab, f"/scenes?scene={scene}")
    labels = tab.evaluate(LABELS)
    assert labels["count"] == tab.locator(".live-label .live-piece").count() == len(BY_KEY[scene].curves)
    assert (labels["apart"], labels["inside"]) == (True, True), labels["words"]
