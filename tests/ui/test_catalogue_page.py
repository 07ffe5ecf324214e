"""The catalogue page: it runs, it has every loss, and what it sends to the browser is whole."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from urllib.parse import parse_qsl
from xml.etree import ElementTree

import numpy as np
import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient
from streamlit.testing.v1 import AppTest

from losslib import LOSSES, View
from losslib.errata import ERRATA, Drawing, draw
from losslib.traits import PROPER, TRAITS
from ui.catalogue import _opening, records, routes
from ui.catalogue.card import facets, in_explore, paper, year
from ui.catalogue.document import in_compare
from ui.catalogue.mathml import mathml, rich
from ui.catalogue.thumbs import drawn_as, path
from ui.compare import plot
from ui.compare_address import nearest
from ui.state import Explore
from ui.words import claims

ROOT = Path(__file__).parents[2]
DATA = json.loads(records())
CARDS = {card["key"]: card for card in DATA["cards"]}
STROKES = re.compile(r"(M-?[\d.]+ -?[\d.]+(L-?[\d.]+ -?[\d.]+)+)+")
DRAWINGS = [pytest.param(d, id=f"{e.key}-{i}") for e in ERRATA for i, d in enumerate(e.drawings)]
every_loss = pytest.mark.parametrize("loss", LOSSES.values(), ids=LOSSES)


def test_the_page_runs():
    page = AppTest.from_file(str(ROOT / "pages" / "catalogue.py"), default_timeout=30).run()
    assert not page.exception
    assert page.header[0].value == "Catalogue"


def test_the_page_is_in_the_navigation():
    assert '"catalogue.py"' in (ROOT / "pages" / "router.py").read_text(encoding="utf-8")


def test_every_loss_has_one_card_in_the_catalogues_order():
    assert list(CARDS) == list(LOSSES)


@every_loss
def test_a_card_says_what_the_record_says(loss):
    card = CARDS[loss.key]
    assert card["name"] == loss.name
    assert [p["name"] for p in card["params"]] == [p.name for p in loss.params]
    assert set(card["traits"]) == {t.key for t in (*loss.traits, *loss.traits_at)}
    assert [limit["words"] for limit in card["limits"]] == [limit.words for limit in loss.limits if limit.words]
    assert card["also"] == list(loss.also)
    assert len(card["papers"]) == len(loss.refs)


@every_loss
def test_a_card_has_a_curve_and_a_formula(loss):
    card = CARDS[loss.key]
    assert STROKES.fullmatch(card["curve"]["value"])
    assert STROKES.fullmatch(card["curve"]["gradient"])
    for formula in card["formula"]:
        assert ElementTree.fromstring(formula).tag == "math"
        assert "\\" not in formula
        assert "merror" not in formula


@every_loss
def test_every_link_of_a_card_opens_in_explore(loss):
    card = CARDS[loss.key]
    for href in (card["href"], *(limit["href"] for limit in card["limits"])):
        assert View.parse(parse_qsl(href.removeprefix("?"))).loss == loss.key


@every_loss
def test_a_click_on_a_card_opens_its_very_curve(loss):
    state, problems = Explore.nearest(parse_qsl(CARDS[loss.key]["href"].removeprefix("?")))
    small = drawn_as(loss.key)
    assert not problems
    assert (state.show, state.scale) == ("curve", "linear")
    assert replace(state.view, points=small.points) == small


@every_loss
def test_every_paper_has_a_year(loss):
    assert 1700 < year(loss) < 2100


def test_every_word_that_filters_is_borne_by_a_card():
    for word, of in (
        ("kinds", lambda card: [card["kind"]]),
        ("traits", lambda card: card["traits"]),
        ("params", lambda card: [p["name"] for p in card["params"]]),
        ("documents", lambda card: card["documents"]),
    ):
        offered = {facet["key"] for facet in DATA[word]}
        assert offered == {key for card in CARDS.values() for key in of(card)}, word
    assert [t["key"] for t in facets()["traits"]] == [
        t.key for t in TRAITS if any(t in x.traits or t in x.traits_at for x in LOSSES.values())
    ]


def test_a_claim_at_some_values_says_so_on_the_card_and_in_explore():
    assert CARDS["bce_with_logits"]["traits"]["proper"] == "proper at w₊ = 1"
    assert CARDS["cross_entropy"]["traits"]["proper"] == "proper at ε = 0"
    assert CARDS["bce"]["traits"]["proper"] == "proper"
    for loss in LOSSES.values():
        assert list(claims(loss).values()) == list(CARDS[loss.key]["traits"].values())
        assert not any(PROPER.name in words for words in loss.conventions), "a claim is tested, a convention is not"
    page = AppTest.from_string(
        "from losslib import get; from ui.card import badges; badges(get('cross_entropy'))"
    ).run()
    assert ":green-badge[proper at ε = 0]" in page.markdown[0].value


def test_every_document_lists_what_it_names_and_where_it_errs():
    for document in DATA["documents"]:
        linked = {parse_qsl(x["href"].removeprefix("?"))[0][1] for m in document["mentions"] for x in m["losses"]}
        assert linked >= {key for key, card in CARDS.items() if document["key"] in card["documents"]}
        assert document["errata"]
        assert document["zh"]
        assert document["en"]
        for mention in document["mentions"]:
            assert mention["losses"] or mention["note"]
        for drawing in (d for e in document["errata"] for d in e["drawings"]):
            assert STROKES.fullmatch(drawing["said"]["d"])
            assert STROKES.fullmatch(drawing["right"]["d"])
            assert drawing["apart"] or 2 <= len(drawing["ticks"]) <= 6


@pytest.mark.parametrize("drawing", DRAWINGS)
def test_a_drawing_of_an_error_opens_in_compare_with_its_own_numbers(drawing: Drawing):
    page, _, words = in_compare(drawing).partition("?")
    state, left = nearest(parse_qsl(words))
    assert (page, left) == ("compare", [])
    figure, row = plot(state), "gradient" if drawing.slope else "value"
    assert figure.panels[0].row == row
    assert (figure.lead, figure.against) == (0, 1), "what is said is under the hand, what is right is the reference"
    for curve, y in zip(figure.curves, draw(drawing)[1:], strict=True):
        np.testing.assert_array_equal(curve.x, draw(drawing)[0])
        np.testing.assert_array_equal(getattr(curve, row), y)


def test_what_goes_to_the_browser_stays_small():
    assert len(records().encode()) < 4_000 * len(CARDS) + 100_000


def test_the_page_brings_a_screenful_however_many_cards_there_are():
    many = json.dumps({**DATA, "cards": DATA["cards"] * 10}, ensure_ascii=False)
    few, lots = (_opening(whole) for whole in (records(), many))
    assert json.loads(few["first"])["cards"] == DATA["cards"][:12]
    assert few["first"] == lots["first"]
    assert (few["total"], lots["total"]) == (len(CARDS), 10 * len(CARDS))
    assert few["whole"] != lots["whole"], "another catalogue is fetched anew"


@pytest.mark.parametrize("base", ["", "glossary"])
def test_the_whole_may_be_kept_only_under_the_address_that_names_it(base):
    client = TestClient(Starlette(routes=routes(base)))
    below = f"/{base}/" if base else "/"
    answer = client.get(below + _opening(records())["whole"])
    assert answer.json() == DATA
    assert "immutable" in answer.headers["cache-control"]
    assert client.get(f"{below}catalogue.json?v=older").headers["cache-control"] == "no-cache"


def test_a_link_says_only_what_was_asked():
    assert in_explore("focal") == "?loss=focal"
    assert in_explore("focal", "logit", gamma=0.0) == "?loss=focal&slice=logit&gamma=0"


def test_a_paper_is_linked_by_its_number():
    assert paper("Lin et al. 2017, Focal Loss, arXiv:1708.02002") == {
        "text": "Lin et al. 2017, Focal Loss",
        "url": "https://arxiv.org/abs/1708.02002",
    }
    assert (
        paper("Huber 1964, Location, doi:10.1214/aoms/1177703732")["url"] == "https://doi.org/10.1214/aoms/1177703732"
    )
    assert paper("Laplace 1774, Mémoire") == {"text": "Laplace 1774, Mémoire", "url": ""}


# --- formulas ---------------------------------------------------------------------------------------------------------


def test_a_name_stands_apart_from_what_it_is_applied_to_and_clings_to_a_bracket():
    assert "<mi>ln</mi><mspace" in mathml(r"\ln p")
    assert "<mi>ln</mi><mo" in mathml(r"\ln(p)")
    assert "mspace" not in mathml(r"(1 - \mathrm{IoU})")
    assert "</mo><mspace" in mathml(r"(1-t)\ln p")


def test_a_prime_stands_beside_its_letter():
    assert "<msup>" not in mathml("t'")
    assert "<msub>" in mathml("t'_k")


def test_a_sign_after_a_bracket_is_a_sign():
    assert 'form="prefix"' in mathml("(-t)")
    assert 'form="prefix"' not in mathml("(s-t)")


def test_words_around_formulas_are_escaped():
    assert rich("a < b and `x < 1`") == "a &lt; b and <code>x &lt; 1</code>"
    assert rich("so $x$.").endswith("</math>.")


# --- paths ------------------------------------------------------------------------------------------------------------


def test_a_straight_line_needs_two_points():
    x = np.linspace(0, 1, 101)
    assert path(x, 2 * x, (0.0, 2.0), 100, 50) == "M0 50L100 0"


def test_a_corner_is_kept_and_a_gap_lifts_the_pen():
    x = np.linspace(-1, 1, 101)
    assert path(x, np.abs(x), (0.0, 1.0), 100, 50) == "M0 0L50 50L100 0"
    y = np.where(np.abs(x) < 0.1, np.nan, 1.0)
    assert path(x, y, (0.0, 1.0), 100, 50).count("M") == 2


def test_a_pole_is_drawn_out_of_sight_and_not_at_infinity():
    drawn = path(np.array([0.0, 0.5, 1.0]), np.array([1e308, 0.5, -np.inf]), (0.0, 1.0), 100, 50)
    assert drawn == "M0 -200L50 25"
