"""The Compare page in a real browser: many curves, one of them under the hand, and the address is the state."""

from __future__ import annotations

import itertools
import xml.etree.ElementTree as ET
from urllib.parse import parse_qsl, urlsplit

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from losslib import View, sample
from losslib.derived import derive
from tests.browser.hands import go, holding, raw, rest, settled, trace, traces, visit, words
from tests.browser.test_export import saved

TITLES = "() => [...document.querySelectorAll('.live-plot [class*=ytitle], .live-plot [class*=y2title], .live-plot [class*=y3title]')].filter(n => n.tagName === 'text').map(n => n.textContent)"
# How far labels reach into each other and out of the chart, in pixels, and the words of all of them.
LABELS = """() => {
    const stage = document.querySelector('.live-stage').getBoundingClientRect();
    const boxes = [...document.querySelectorAll('.live-label')].map(n => n.getBoundingClientRect()).sort((a, b) => a.top - b.top);
    const into = boxes.slice(1).map((box, i) => boxes[i].bottom - box.top);
    const out = boxes.flatMap(b => [stage.top - b.top, b.bottom - stage.bottom, b.right - stage.right]);
    return {apart: Math.max(...into) < 0.5, inside: Math.max(...out) < 0.5, count: boxes.length,
            whole: !document.querySelector('.live-labels.cut'),
            words: [...document.querySelectorAll('.live-label')].map(n => n.textContent)};
}"""
SMALL = "/compare?curve=bce_with_logits&curve=focal:gamma=2&slice=logit&target=1"


def curves(page: Page) -> list[str]:
    """The curves as the address says them."""
    return [text for word, text in parse_qsl(urlsplit(page.url).query) if word == "curve"]


def names(page: Page) -> list[str]:
    """The curves as the list says them."""
    return [text.replace("\N{NO-BREAK SPACE}", " ") for text in page.locator(".curve-label").all_inner_texts()]


def do(page: Page, what: str, place: int) -> None:
    """Press a button of the list of curves."""
    row = page.locator(".curve").nth(place)
    row.hover()
    row.locator(f"[data-do={what}]").click()
    rest(page)


def assert_drawn(page: Page, place: int, view: View) -> None:
    """A curve in the chart is the view, to float32 rounding."""
    curve = sample(view)
    for row in ("value", "gradient"):
        drawn = trace(page, row, place)
        np.testing.assert_array_equal(np.float32(drawn["x"]), np.float32(curve.x))
        np.testing.assert_array_equal(np.array(drawn["y"], dtype=np.float32), np.float32(getattr(curve, row)))


def test_it_opens_on_figure_1_and_the_cursor_tells_how_much_less(tab: Page) -> None:
    go(tab, "/compare")
    assert names(tab) == ["BCE", *(f"Focal, γ = {g}" for g in ("0", "0.5", "1", "2", "5"))]
    for place, gamma in ((1, 0.0), (4, 2.0)):
        assert_drawn(tab, place, View.of("focal", "p_t", gamma=gamma, target=1, gradient="logit"))
    cells = tab.locator(".live-table tr").nth(5).locator("th, td").all_inner_texts()
    assert cells[1:] == ["0.001054", "−0.002896", "100× less", "34.52× less"]
    assert tab.locator(".live-region.easy").count() == 2
    heights = tab.locator(".live-label").evaluate_all(
        "ns => ns.map(n => n.getBoundingClientRect()).map(r => [r.top, r.bottom])"
    )
    heights.sort()
    assert all(above[1] <= below[0] + 1 for above, below in itertools.pairwise(heights))


def test_with_the_button_held_every_curve_is_what_losslib_samples(tab: Page) -> None:
    go(tab, SMALL + "&panels=value,gradient,ratio,area")
    with holding(tab, "curve_gamma", 60):
        gamma = raw(tab, "curve_gamma")
        assert gamma > 2.5
        bce, focal = View.of("bce_with_logits", "logit", target=1), View.of("focal", "logit", gamma=gamma, target=1)
        assert_drawn(tab, 0, bce)
        assert_drawn(tab, 1, focal)
        rows = derive([sample(bce), sample(focal)], ["ratio", "area"])[1].rows
        for row in ("ratio", "area"):
            np.testing.assert_array_equal(np.float32(trace(tab, row, 1)["y"]), np.float32(rows[row]))
        assert names(tab)[1] == f"Focal, γ = {gamma:g}"
        assert curves(tab)[1] == "focal:gamma=2"
    assert curves(tab)[1] == f"focal:gamma={gamma:g}"
    with holding(tab, "shared_target", -80):
        target = raw(tab, "shared_target")
        assert target < 1
        assert_drawn(tab, 0, View.of("bce_with_logits", "logit", target=target))
        assert_drawn(tab, 1, View.of("focal", "logit", gamma=gamma, target=target))
    tab.get_by_text("for this curve alone").click()
    rest(tab)
    with holding(tab, "own_target", -60):
        own = raw(tab, "own_target")
        assert own < raw(tab, "shared_target")
        assert_drawn(tab, 0, View.of("bce_with_logits", "logit", target=raw(tab, "shared_target")))
        assert_drawn(tab, 1, View.of("focal", "logit", gamma=gamma, target=own))
        assert names(tab)[1] == f"Focal, γ = {gamma:g}, t = {own:g}"
    assert curves(tab)[1] == f"focal:gamma={gamma:g},target={own:g}"
    tab.get_by_role("button", name="Ranges").click()
    tab.get_by_label("z from").fill("-2")
    tab.keyboard.press("Enter")
    tab.wait_for_function("() => new URLSearchParams(location.search).get('from') === '-2'", timeout=20_000)
    rest(tab)
    assert trace(tab, "value", 1)["x"][0] == -2


def test_add_pin_and_drag_on_then_back(tab: Page) -> None:
    go(tab, SMALL)
    tab.locator("#picker-sigmoid_mse").click()
    tab.wait_for_function("() => new URLSearchParams(location.search).getAll('curve').length === 3")
    rest(tab)
    assert names(tab) == ["BCE", "Focal, γ = 2", "Sigmoid + MSE"]
    tab.locator(".curve-pick").nth(1).click()
    rest(tab)
    tab.get_by_role("button", name="Pin").click()
    rest(tab)
    with holding(tab, "curve_gamma", -50):
        moved = raw(tab, "curve_gamma")
    assert names(tab) == ["BCE", "Focal, γ = 2", f"Focal, γ = {moved:g}", "Sigmoid + MSE"]
    assert_drawn(tab, 1, View.of("focal", "logit", gamma=2, target=1))
    assert_drawn(tab, 2, View.of("focal", "logit", gamma=moved, target=1))
    tab.go_back()
    tab.wait_for_function("() => new URLSearchParams(location.search).getAll('curve').length === 3")
    rest(tab)
    assert names(tab) == ["BCE", "Focal, γ = 2", "Sigmoid + MSE"]
    assert {t["curve"] for t in traces(tab)} == {0, 1, 2}


@pytest.mark.walk
def test_hide_move_remove_and_reload(page: Page, server: str) -> None:
    visit(page, server + "/compare")
    do(page, "hide", 0)
    page.wait_for_function("() => location.search.includes('hide=1')")
    rest(page)
    assert {t["curve"] for t in traces(page)} == {1, 2, 3, 4, 5}
    do(page, "remove", 1)
    do(page, "up", 3)
    assert names(page) == ["BCE", "Focal, γ = 0.5", "Focal, γ = 2", "Focal, γ = 1", "Focal, γ = 5"]
    assert (words(page)["hide"], words(page)["ink"]) == ("1", "1,3,5,4,6")
    before = page.url
    page.reload()
    settled(page)
    page.wait_for_selector(".js-plotly-plot .js-line", state="attached")
    rest(page)
    assert page.url == before
    assert names(page) == ["BCE", "Focal, γ = 0.5", "Focal, γ = 2", "Focal, γ = 1", "Focal, γ = 5"]
    assert raw(page, "curve_gamma") == 2


def titles(page: Page) -> list[str]:
    """The titles of the panels as they are drawn, from the top."""
    return [text.replace("\N{NO-BREAK SPACE}", " ").replace(" ", "") for text in page.evaluate(TITLES)]


@pytest.mark.walk
def test_the_titles_of_a_stack_of_charts_are_equally_large(tab: Page) -> None:
    go(tab, "/compare?curve=focal:gamma=2&curve=bce_with_logits&slice=logit&panels=value,gradient,ratio,area")
    sizes = tab.evaluate(TITLES.replace("n.textContent", "getComputedStyle(n).fontSize"))
    assert len(sizes) >= 3
    assert len(set(sizes)) == 1


@pytest.mark.walk
def test_the_titles_say_the_numbers_under_the_thumbs_held_and_let_go_and_in_the_saved_picture(tab: Page) -> None:
    go(tab, "/compare?curve=focal:gamma=2&curve=bce_with_logits&slice=logit&panels=value,ratio,normalised&active=1")
    assert titles(tab) == ["loss", "loss/Focal,γ=2", "loss,1atz=0"]
    with holding(tab, "curve_gamma", 60):
        gamma = raw(tab, "curve_gamma")
        assert gamma > 2
        wanted = ["loss", f"loss/Focal,γ={gamma:g}", "loss,1atz=0"]
        assert titles(tab) == wanted
    assert titles(tab) == wanted
    with holding(tab, "compare_norm", 30):
        norm = raw(tab, "compare_norm")
        assert norm > 0
        wanted[2] = f"loss,1atz={norm:g}"
        assert titles(tab) == wanted
    assert titles(tab) == wanted
    tree = ET.fromstring(saved(tab, "SVG", width=900, height=900, type_size=13))
    said = {"".join("".join(node.itertext()).split()) for node in tree.iter() if node.tag.endswith("text")}
    assert set(wanted) <= said


@pytest.mark.walk
@pytest.mark.parametrize(("width", "height"), [(1024, 768), (1280, 720), (1440, 900)])
def test_twelve_long_labels_lie_whole_and_apart_inside_the_chart_and_name_the_reference(
    tab: Page, width: int, height: int
) -> None:
    tab.set_viewport_size({"width": width, "height": height})
    curves = "&".join(f"curve=balanced_quality_focal:gamma={0.35 * k:.2f},alpha=0.35" for k in range(12))
    go(tab, f"/compare?{curves}&slice=logit&present=1&panels=value,ratio&active=3&against=2")
    tab.wait_for_function(
        f"() => {{ const l = ({LABELS})(); return l.apart && l.inside && l.whole && l.count === 12; }}"
    )
    said = [text.replace("\N{NO-BREAK SPACE}", " ") for text in tab.evaluate(LABELS)["words"]]
    for k, text in enumerate(said):
        assert f"γ = {0.35 * k:.4g}, α = 0.35" in text
    assert [text.endswith("(reference)") for text in said] == [k == 1 for k in range(12)]
    assert sum(text.startswith("Balanced quality focal") for text in said) >= 1
    assert titles(tab)[1] == "loss/Balancedqualityfocal,γ=0.35,α=0.35"


def test_labels_lie_apart_when_their_type_changes_after_they_were_placed(tab: Page) -> None:
    go(tab, "/compare?" + "&".join(f"curve=focal:gamma={0.4 * k:.1f}" for k in range(12)) + "&slice=logit&target=1")
    assert tab.evaluate(LABELS)["apart"]
    tab.add_style_tag(content=".live .live-labels .live-label { font-size: calc(26px * var(--scale, 1)) !important; }")
    rest(tab)
    tab.wait_for_function(f"() => {{ const l = ({LABELS})(); return l.apart && l.inside && l.count === 12; }}")
    tab.evaluate("() => document.head.lastElementChild.remove()")


def test_a_family_in_one_move(tab: Page) -> None:
    go(tab, SMALL)
    tab.get_by_role("button", name="Family").click()
    tab.get_by_role("button", name="Draw them").click()
    rest(tab)
    assert names(tab) == ["BCE", *(f"Focal, γ = {g}" for g in ("0", "0.5", "1", "2", "5"))]


@pytest.mark.walk
def test_values_of_a_family_that_find_no_room_are_named(tab: Page) -> None:
    five = "&".join(f"curve=focal:gamma={k}" for k in range(5))
    go(tab, f"/compare?{five}&slice=logit&target=1&active=5")
    tab.get_by_role("button", name="Family").click()
    tab.get_by_label("Values of γ").fill("0.1 0.2 0.3 0.4 0.5 0.6 0.7 0.8 0.9 1.1")
    tab.keyboard.press("Enter")
    rest(tab)
    tab.get_by_role("button", name="Draw them").click()
    rest(tab)
    assert len(curves(tab)) == 12
    expect(tab.get_by_test_id("stToast")).to_contain_text("No room for γ = 0.9, 1.1: twelve curves are the most.")


@pytest.mark.walk
def test_the_focus_stays_on_the_button_of_the_curve_that_was_pressed(tab: Page) -> None:
    go(tab, "/compare?curve=bce_with_logits&curve=focal:gamma=1&curve=focal:gamma=2&slice=logit&active=1")

    def press(what: str, place: int) -> None:
        tab.locator(".curve").nth(place).locator(f"[data-do={what}]").focus()
        tab.keyboard.press("Enter")
        rest(tab)

    def focused() -> tuple[str, str]:
        what, row = tab.evaluate(
            "() => [document.activeElement.dataset.do, document.activeElement.closest('.curve')?.querySelector('.curve-label').textContent]"
        )
        return what, row.replace("\N{NO-BREAK SPACE}", " ").split(", w")[0]

    press("hide", 1)
    assert focused() == ("hide", "Focal, γ = 1")
    tab.keyboard.press("Enter")
    rest(tab)
    assert tab.locator(".curve.hidden").count() == 0
    press("down", 0)
    assert focused() == ("down", "BCE")
    tab.keyboard.press("Enter")
    rest(tab)
    assert names(tab)[2].startswith("BCE")
    assert focused() == ("up", "BCE")
    press("remove", 2)
    assert focused()[0] == "activate"


def test_a_bad_curve_is_left_out_with_one_sentence_and_the_rest_is_drawn(tab: Page) -> None:
    go(tab, "/compare?curve=![x](http://elsewhere.example/a.png)&curve=l1&curve=huber:delta=nan&curve=mse")
    assert names(tab) == ["L1", "MSE"]
    (said,) = tab.locator("[data-testid=stAlert]").all_inner_texts()
    assert "2 things that cannot be drawn: first, in curve 1, curve must be written KEY:name=value,name=value." in said
    assert tab.locator("img[src*=elsewhere]").count() == 0


@pytest.mark.walk
@pytest.mark.parametrize(
    ("shown", "floors"),
    [
        ("curve=bce&curve=bce_with_logits&slice=probability&target=1", ["0 at p → 1", "0 at p → 1"]),
        ("curve=bce&curve=bce_with_logits&slice=probability&target=0.3", ["0.6109 at p = 0.3", "0.6109 at p = 0.3"]),
        ("curve=l1&curve=huber&slice=residual", ["0 at r = 0", "0 at r = 0"]),
    ],
)
def test_a_minimum_says_where_it_is_or_what_it_tends_to(tab: Page, shown: str, floors: list[str]) -> None:
    go(tab, f"/compare?{shown}&mark=minimum")
    assert tab.locator(".live-table td:last-child").all_inner_texts() == floors
