"""The catalogue's records as plain data for the page: one card a loss, and what they can be filtered by."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

from losslib import FAMILIES, View
from losslib.catalogue import Family
from losslib.spec import Loss, Param
from losslib.traits import TRAITS
from losslib.view import text_of
from ui.catalogue.mathml import mathml
from ui.catalogue.thumbs import thumb
from ui.words import claims, glyph, number

__all__ = ["cards", "facets", "in_explore", "year"]

YEAR = re.compile(r"\b(1[6-9]\d\d|20\d\d)\b")
ARXIV = re.compile(r"arXiv:(\d{4}\.\d{4,5})")
WHERE = r",\quad"
DOI = re.compile(r"doi:(10\.\S+)")


def in_explore(loss: str, slice_key: str = "", **values: float) -> str:
    """The query that opens a loss, and only says what was asked for."""
    words = [("loss", loss), *([("slice", slice_key)] if slice_key else [])]
    return "?" + urlencode([*words, *((name, text_of(value)) for name, value in values.items())])


def year(loss: Loss) -> int | None:
    """When the first paper that names a year was published."""
    found = [int(match[1]) for ref in loss.refs if (match := YEAR.search(ref))]
    return found[0] if found else None


def paper(ref: str) -> dict[str, str]:
    """A reference without its number, and where to read it."""
    text, url = ref, ""
    if found := ARXIV.search(ref):
        url = f"https://arxiv.org/abs/{found[1]}"
    elif found := DOI.search(ref):
        url = f"https://doi.org/{found[1]}"
    if found:
        text = ref.replace(found[0], "").strip(" ,")
    return {"text": text, "url": url}


def _param(param: Param, default: float) -> dict[str, str]:
    return {
        "name": param.name,
        "symbol": glyph(param.symbol or param.name),
        "range": f"{number(param.lo)} … {number(param.hi)}",
        "default": number(default),
        "meaning": param.meaning,
    }


def _limits(loss: Loss) -> list[dict[str, str]]:
    """What a loss equals in the limit, in words, with the way to see it."""
    found = []
    for limit in loss.limits:
        if limit.words:
            where = limit.slices[0] if limit.slices else ""
            found.append({"words": limit.words, "href": in_explore(loss.key, where, **limit.at)})
    return found


def card(loss: Loss, family: Family) -> dict[str, Any]:
    """Everything the catalogue shows of one loss."""
    return {
        "key": loss.key,
        "name": loss.name,
        "family": family.name,
        "kind": loss.kind.key,
        "year": year(loss),
        "claim": loss.claim.replace("``", ""),
        "formula": [mathml(part) for part in loss.latex().split(WHERE)],
        "params": [_param(p, loss.defaults[p.name]) for p in loss.params],
        "traits": {trait.key: words for trait, words in claims(loss).items()},
        "limits": _limits(loss),
        "conventions": list(loss.conventions),
        "used": loss.used_in,
        "papers": [paper(ref) for ref in loss.refs],
        "also": list(loss.also),
        "documents": list(loss.documents),
        "href": in_explore(loss.key),
        "curve": thumb(loss.key),
        "slice": View(loss.key).the_slice.name,
    }


@lru_cache(maxsize=1)
def cards() -> list[dict[str, Any]]:
    """Every loss, in the catalogue's order."""
    return [card(loss, family) for family in FAMILIES for loss in family.losses]


def facets() -> dict[str, Any]:
    """What the cards can be filtered by: only what at least one of them has."""
    losses = [loss for family in FAMILIES for loss in family.losses]
    kinds = {loss.kind.key: loss.kind.name for loss in losses}
    claimed = {trait for loss in losses for trait in claims(loss)}
    symbols: dict[str, str] = {}
    for param in (p for loss in losses for p in loss.params):
        symbols.setdefault(param.name, glyph(param.symbol or param.name))
    return {
        "kinds": [{"key": key, "name": name} for key, name in kinds.items()],
        "traits": [{"key": t.key, "name": t.name, "meaning": t.meaning} for t in TRAITS if t in claimed],
        "params": [{"key": name, "name": f"{symbols[name]}  {name}"} for name in sorted(symbols)],
    }
