"""The code of a state: the public address if one is set, a word if only this machine knows it, and an SVG that is drawn here."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

from ui.qr import code, is_local, public_address


def test_without_a_public_address_it_is_the_pages_own(monkeypatch):
    monkeypatch.delenv("LOSSARY_PUBLIC_URL", raising=False)
    assert public_address("http://localhost:8501/scenes?scene=s1") == "http://localhost:8501/scenes"
    assert public_address("http://localhost:8501?loss=mse") == "http://localhost:8501/"


@pytest.mark.parametrize("given", ["https://loss.example/app", "https://loss.example/app/"])
def test_a_public_address_takes_the_pages_name(monkeypatch, given):
    monkeypatch.setenv("LOSSARY_PUBLIC_URL", given)
    assert public_address("http://localhost:8501/scenes?scene=s1") == "https://loss.example/app/scenes"


@pytest.mark.parametrize("base", ["", "lossary", "/lossary/", "teams/lossary"])
@pytest.mark.parametrize("page", ["", "scenes", "compare", "lossary"])
def test_the_servers_base_path_is_no_pages_name(monkeypatch, base, page):
    monkeypatch.setenv("LOSSARY_PUBLIC_URL", "https://x.org/lossary")
    within = "/".join(filter(None, ("http://localhost:8501", base.strip("/"), page)))
    for here in (within, within + "/", within + "?loss=mse"):
        assert public_address(here, base) == f"https://x.org/lossary/{page}"


def test_a_page_that_only_begins_as_the_base_does_keeps_its_name(monkeypatch):
    monkeypatch.setenv("LOSSARY_PUBLIC_URL", "https://x.org")
    assert public_address("http://localhost:8501/scenes", "scene") == "https://x.org/scenes"


@pytest.mark.parametrize(
    ("address", "local"),
    [("http://localhost:8501/scenes", True), ("http://127.0.0.1/x", True), ("", True), ("https://loss.example", False)],
)
def test_who_can_open_it(address, local):
    assert is_local(address) == local


def test_the_code_is_svg_and_says_another_thing_for_another_state():
    first, second = code("https://loss.example/scenes?scene=s1"), code("https://loss.example/scenes?scene=s2")
    assert ElementTree.fromstring(first).tag.endswith("svg")
    assert first != second
