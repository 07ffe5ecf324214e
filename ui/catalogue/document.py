"""The five documents as plain data for the page: what each names, where that is, and where it errs."""

from __future__ import annotations

import math
from typing import Any

from losslib import LOSSES
from losslib.errata import DOCUMENTS, ERRATA, Document, Drawing, Erratum, Mention, draw
from losslib.view import text_of
from ui.address import link
from ui.catalogue.card import in_explore
from ui.catalogue.mathml import rich
from ui.catalogue.thumbs import path
from ui.charts.lines import range_of
from ui.words import curve_text, number

__all__ = ["documents", "in_compare"]

WIDTH, HEIGHT = 320.0, 150.0


def documents() -> list[dict[str, Any]]:
    """The documents in their order."""
    return [_document(document, i) for i, document in enumerate(DOCUMENTS, start=1)]


def _document(document: Document, place: int) -> dict[str, Any]:
    named = {key for mention in document.mentions for key in mention.losses}
    beside = tuple(k for k, loss in LOSSES.items() if document.key in loss.documents and k not in named)
    mentions = [*document.mentions, *([Mention("", "also", beside)] if beside else [])]
    return {
        "key": document.key,
        "number": place,
        "zh": document.zh,
        "en": document.en,
        "about": document.about,
        "mentions": [_mention(m) for m in mentions],
        "errata": [_erratum(e) for e in ERRATA if e.document == document.key],
    }


def _links(losses: tuple[str, ...]) -> list[dict[str, str]]:
    return [{"name": LOSSES[key].name, "href": in_explore(key)} for key in losses]


def _mention(mention: Mention) -> dict[str, Any]:
    return {"zh": mention.zh, "en": mention.en, "losses": _links(mention.losses), "note": mention.note}


def _erratum(erratum: Erratum) -> dict[str, Any]:
    return {
        "key": erratum.key,
        "en": erratum.en,
        "zh": erratum.zh,
        "said": rich(erratum.said),
        "right": rich(erratum.right),
        "drawings": [_drawing(d) for d in erratum.drawings],
        "links": _links(erratum.losses),
    }


def in_compare(drawing: Drawing) -> str:
    """The link that opens both lines of a drawing in Compare, over the same range. Where each has a scale of its own there, one
    logarithmic scale holds both here, and their gradients tell the minima."""
    said, right = drawing.views
    curves = (
        curve_text(v.loss, ((name, text_of(value)) for name, value in v.loss_params.items())) for v in (said, right)
    )
    words = [*(("curve", curve) for curve in curves), ("slice", said.slice)]
    words += [(name, text_of(value)) for name, value in said.slice_params.items()]
    words += [("from", text_of(drawing.lo)), ("to", text_of(drawing.hi))]
    words += [
        ("active", "1"),
        ("against", "2"),
        ("ink", "2,1"),
    ]  # what is said, beside what is right, in the drawing's colours
    if drawing.apart:
        words += [("panels", "value,gradient"), ("scale", "log")]
    else:
        words += [("panels", "gradient" if drawing.slope else "value")]
    return f"compare{link(words)}"


def _drawing(drawing: Drawing) -> dict[str, Any]:
    """Both lines in one box, on one scale, unless they are to be seen apart."""
    x, said, right = draw(drawing)
    scales = [range_of([said]), range_of([right])] if drawing.apart else [range_of([said, right])] * 2
    low, high = scales[0]
    zero = None if drawing.apart or not low < 0 < high else round(HEIGHT * high / (high - low), 1)
    paths = [path(x, y, scale, WIDTH, HEIGHT) for y, scale in zip((said, right), scales, strict=True)]
    return {
        "said": {"label": drawing.said.words, "d": paths[0]},
        "right": {"label": drawing.right.words, "d": paths[1]},
        "x": drawing.x,
        "y": "gradient" if drawing.slope else "loss",
        "apart": drawing.apart,
        "from": number(drawing.lo),
        "to": number(drawing.hi),
        "ticks": [] if drawing.apart else _ticks(low, high),
        "zero": zero,
        "href": in_compare(drawing),
    }


def _ticks(low: float, high: float) -> list[dict[str, Any]]:
    """Two to five round numbers, and how far down each stands, in percent."""
    coarse = 10 ** math.ceil(math.log10(high - low))
    step = next(coarse / part for part in (1, 2, 5, 10, 20) if (high - low) / (coarse / part) >= 2)
    first = math.ceil(low / step)
    values = [k * step for k in range(first, math.floor(high / step) + 1)]
    return [{"text": number(v), "down": round(100 * (high - v) / (high - low), 1)} for v in values]
