"""What an address says beside the view is known, and no parameter is called so."""

from __future__ import annotations

import runpy
from dataclasses import replace

import pytest

from losslib import View
from losslib.spec import VIEW_WORDS, Param, SpecError
from tests.conftest import ROOT
from ui import vocabulary
from ui.api.openapi import document
from ui.comparison import opening
from ui.lecture import Lecture
from ui.scenes import SCENES
from ui.state import Explore
from ui.vocabulary import WORDS, check, parameters

STREAMLIT = {"embed", "embed_options"}


def said() -> set[str]:
    """The words that the pages write and the API reads."""
    explore = replace(Explore(View("focal")), show="surface", zoom=(("x", (0.0, 1.0)),))
    turned = replace(explore, show="space", zoom=(("camera", (1.0, 1.0, 1.0)),))
    first, *others = opening().rows
    many = replace(
        opening(), rows=(replace(first, hidden=True, slot=9), *others), scale="log", norm=0.5,
        ranges=(("y", (0.0, 1.0)), ("dy", (0.0, 1.0))),
    )  # fmt: skip
    scenes = [replace(Lecture.opening(scene), revealed=True, present=True, at=0.0) for scene in SCENES]
    written = [explore.words(every=True), turned.words(), many.words(every=True), *(scene.words() for scene in scenes)]
    read = [path["get"].get("parameters", []) for path in document()["paths"].values()]
    return {word for words in written for word, _ in words} | {word["name"] for words in read for word in words}


def test_the_words_of_the_addresses_are_those_that_the_pages_and_the_api_say():
    assert said() - VIEW_WORDS - {param.name for param in parameters()} == WORDS - STREAMLIT


def test_no_parameter_has_a_word_of_an_address():
    check(parameters())
    assert len({param.name for param in parameters()}) > 30


@pytest.mark.parametrize("word", sorted(WORDS))
def test_a_parameter_that_has_one_is_refused(word):
    with pytest.raises(SpecError, match=f"parameter {word}: the word is taken"):
        check([Param(word, 0.0, 1.0, "x")])


def test_with_such_a_parameter_the_application_does_not_start(monkeypatch):
    monkeypatch.setattr(vocabulary, "parameters", lambda: [Param("hide", 0.0, 1.0, "x")])
    with pytest.raises(SpecError, match="parameter hide"):
        runpy.run_path(str(ROOT / "app.py"))
