"""The routes below ``/api``. Each reads a query into a ``View`` (or refuses it in one sentence), and answers the numbers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache
from typing import Any

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route

from losslib import Curve, View, ViewError, snapshot
from losslib.derived import FACTS, ROWS, Derived, derive, normal_at
from losslib.view import number, on_axis
from ui import pictures
from ui.api import wire
from ui.api.lanes import Busy, cost, in_lane
from ui.api.openapi import document
from ui.api.plotly_js import PLOTLY_PATH, plotly_js
from ui.api.records import entries
from ui.caching import drawn
from ui.cast import asked, beside, curves_of, places_of
from ui.mount import prefix

__all__ = ["MAX_QUERY", "routes"]

MAX_QUERY = 8192
KEEP = "private, max-age=60"  # a hand goes back and forth within it; a new version is seen after it
FORMATS = ("json", "binary")
MS_PER_PICTURE = 2.0
MS_PER_DERIVED = 0.5
MS_PER_CURVE_OF_A_SCENE = 1.0


def routes(base: str = "") -> list[BaseRoute]:
    """The API as routes of a Starlette application; ``base`` is the path under which the whole application is served."""
    api = Starlette(
        routes=[
            Route("/losses", losses),
            Route("/curve", curve),
            Route("/curves", curves),
            Route("/scene", scene),
            Route("/surface", surface),
            Route("/example", example),
            Route("/picture", picture),
            Route("/openapi.json", openapi),
            *([Route(f"/{PLOTLY_PATH}", plotly)] if PLOTLY_PATH else []),
        ],
        exception_handlers={ViewError: _refused, Busy: _busy, HTTPException: _http_error, Exception: _failed},
    )
    api.router.redirect_slashes = False
    return [Route(f"{prefix(base)}/api", api), Mount(f"{prefix(base)}/api", app=api)]


# --- answers ---------------------------------------------------------------------------------------------------------


def _json(body: object, status: int = 200, **headers: str) -> Response:
    kept = {"Cache-Control": KEEP if status == 200 else "no-store", **headers}
    return Response(wire.dumps(body), status, kept, "application/json")


def _error(status: int, sentence: str, **headers: str) -> Response:
    return _json({"error": sentence}, status, **headers)


async def _refused(request: Request, error: Exception) -> Response:
    return _error(422, str(error))


async def _busy(request: Request, error: Exception) -> Response:
    return _error(503, str(error), **{"Retry-After": "1"})


async def _http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    sentences = {
        404: "there is no such path below /api; openapi.json there tells them all",
        405: "this path only answers GET and HEAD",
    }
    return _error(error.status_code, sentences.get(error.status_code, error.detail), **dict(error.headers or {}))


async def _failed(request: Request, error: Exception) -> Response:
    return _error(500, "this could not be computed; the server's log says why")


def _answer(place_note: str, body: bytes, kind: str) -> Response:
    """A result. One computed on a fallback device says so in its note, and is not kept."""
    headers = {"Cache-Control": "no-store" if place_note else KEEP}
    if kind == "binary":
        headers["Content-Encoding"] = "identity"  # float32 hardly shrinks, and gzip would cost more than the curve
        return Response(body, 200, headers, "application/octet-stream")
    return Response(body, 200, headers, "application/json")


# --- questions -------------------------------------------------------------------------------------------------------


def _words(request: Request) -> list[tuple[str, str]]:
    if len(request.scope["query_string"]) > MAX_QUERY:
        raise ViewError("the query", f"must be at most {MAX_QUERY} bytes long", len(request.scope["query_string"]))
    return request.query_params.multi_items()


def _taken(words: list[tuple[str, str]], word: str) -> tuple[str | None, list[tuple[str, str]]]:
    """The text of a word that is the API's own, and the other words."""
    texts = [text for name, text in words if name == word]
    if len(texts) > 1:
        raise ViewError(f"the word '{word}'", "was given twice")
    return (texts[0] if texts else None), [pair for pair in words if pair[0] != word]


def _format(words: list[tuple[str, str]]) -> tuple[str, list[tuple[str, str]]]:
    text, rest = _taken(words, "format")
    if text is not None and text not in FORMATS:
        raise ViewError("format", "must be json or binary", text)
    return text or "json", rest


def _asked(words: list[tuple[str, str]]) -> tuple[dict[str, str | None], list[tuple[str, str]]]:
    """The words about what is derived from several curves, and the other words."""
    asked: dict[str, str | None] = {}
    for word in ("derive", "against", "norm"):
        asked[word], words = _taken(words, word)
    return asked, words


def _derivation(asked: dict[str, str | None], views: list[View]) -> Callable[[list[Curve]], list[Derived]]:
    """What the words ask to be derived from the curves, checked before anything is computed."""
    names = asked["derive"].split(",") if asked["derive"] else []
    for name in names:
        if name not in (*ROWS, *FACTS):
            raise ViewError("derive", f"must be some of {', '.join((*ROWS, *FACTS))}, with commas between", name)
    against = asked["against"] or "1"
    if against not in map(str, range(1, len(views) + 1)):
        raise ViewError("against", f"must be a curve's place, from 1 to {len(views)}", against)
    if names and any((v.range, v.points) != (views[0].range, views[0].points) for v in views):
        raise ViewError("derive", "needs curves over one range; say from and to")
    norm = None if asked["norm"] is None else number("norm", asked["norm"])
    if "normalised" in names:
        for view in views:
            normal_at(view, norm)
    return lambda curves: derive(curves, names, int(against) - 1, norm) if names else []


def _must_be(view: View, surface: bool) -> View:
    if view.is_surface != surface:
        shape, other = ("two coordinates", "surface") if view.is_surface else ("one coordinate", "curve")
        raise ViewError("slice", f"has {shape} for {view.loss}, ask /api/{other} for it", view.slice)
    return view


def _over_plane(words: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """The words, with the first plane of the loss if they name no slice."""
    if "slice" in dict(words):
        return words
    loss = View.parse([pair for pair in words if pair[0] == "loss"]).the_loss
    if not loss.kind.surfaces:
        raise ViewError("the loss", "has no slice of two coordinates, ask /api/curve for it", loss.key)
    return [*words, ("slice", loss.kind.surfaces[0].key)]


def _at(view: View, text: str | None) -> tuple[float, ...]:
    """The coordinates of an example: one number, or two with a comma for a slice of two."""
    axes = view.the_slice.axes
    texts = text.split(",") if text else []
    if len(texts) != len(axes):
        got = [] if text is None else [text]
        raise ViewError("at", f"must be {'one number' if len(axes) == 1 else 'two numbers with a comma'}", *got)
    return tuple(on_axis(axis, "at", number("at", t)) for t, axis in zip(texts, axes, strict=True))


def _cost(views: list[View], kind: str) -> float:
    rows = sum(view.count * (2 + view.order) for view in views)
    return cost(views, rows if kind == "json" else 0)


# --- routes ----------------------------------------------------------------------------------------------------------


async def curve(request: Request) -> Response:
    """One loss along a slice of one coordinate."""
    return await _one(request, False, lambda found: wire.curves_bytes([found]), wire.curve_json)


async def curves(request: Request) -> Response:
    """Several losses along one slice; what a live chart asks while a slider is dragged."""
    kind, words = _format(_words(request))
    asked, words = _asked(words)
    views = [_must_be(view, surface=False) for view in View.parse_many(words)]
    derived = _derivation(asked, views)

    def work() -> Response:
        found = [result for result in map(drawn, views) if isinstance(result, Curve)]
        more = derived(found)
        body = wire.curves_bytes(found, more) if kind == "binary" else wire.dumps(wire.curves_json(found, more))
        return _answer("".join(result.place.note for result in found), body, kind)

    extra = MS_PER_DERIVED * len(views) * len((asked["derive"] or "").split(","))
    return await in_lane(_cost(views, kind) + (extra if asked["derive"] else 0), work)


async def scene(request: Request) -> Response:
    """The curves of a lecture scene, of the catalogue or not, as its live chart asks for them while a slider is dragged; with the
    answer shown, its named places too."""
    kind, words = _format(_words(request))
    if kind != "binary":
        raise ViewError("format", "must be binary here")
    picked = asked(words)

    def work() -> Response:
        found = curves_of(picked)
        body = wire.curves_bytes(found, places=places_of(picked, found))
        return _answer("".join(one.place.note for one in found), body, kind)

    named = len(picked.scene.marks) if picked.revealed else 0
    return await in_lane(MS_PER_CURVE_OF_A_SCENE * (len(picked.scene.curves) + named), work)


async def surface(request: Request) -> Response:
    """One loss over a slice of two coordinates, the first of its kind if none is named."""
    return await _one(request, True, wire.surface_bytes, wire.surface_json)


async def _one(
    request: Request, surface: bool, in_bytes: Callable[[Any], bytes], in_json: Callable[[Any], object]
) -> Response:
    """One loss, in either form."""
    kind, words = _format(_words(request))
    view = _must_be(View.parse(_over_plane(words) if surface else words), surface)

    def work() -> Response:
        found = drawn(view)
        return _answer(found.place.note, in_bytes(found) if kind == "binary" else wire.dumps(in_json(found)), kind)

    return await in_lane(_cost([view], kind), work)


async def example(request: Request) -> Response:
    """One example of a slice: the loss's inputs there, and its gradient in each."""
    text, words = _taken(_words(request), "at")
    view = View.parse(words)
    where = _at(view, text)

    def work() -> Response:
        shot = snapshot(view, where)
        return _answer(shot.place.note, wire.dumps(wire.example_json(shot)), "json")

    return await in_lane(cost([replace(view, points=2)], 2 * view.the_loss.kind.size), work)


async def picture(request: Request) -> Response:
    """The example of a view, or beside a scene, as a picture: marks to be drawn, its gradient among them, and one sentence."""
    text, words = _taken(_words(request), "at")
    view = beside(asked(words)) if "scene" in dict(words) else View.parse(words)
    where = _at(view, text)

    def work() -> Response:
        shot = snapshot(view, where)
        drawn_by_hand = pictures.picture(shot)
        if drawn_by_hand is None:
            raise ViewError("the loss", "has no picture", view.loss)
        return _answer(shot.place.note, wire.dumps(drawn_by_hand.json()), "json")

    return await in_lane(MS_PER_PICTURE + cost([replace(view, points=2)], 2 * view.the_loss.kind.size), work)


@lru_cache
def _catalogue() -> bytes:
    return wire.dumps(entries())


@lru_cache(maxsize=8)
def _description(root: str) -> bytes:
    return wire.dumps(document(root))


def _no_words(request: Request) -> None:
    for word, _ in _words(request):
        raise ViewError("the query", "must be empty here", word)


async def losses(request: Request) -> Response:
    """The catalogue."""
    _no_words(request)
    return _answer("", _catalogue(), "json")


async def openapi(request: Request) -> Response:
    """This API, described."""
    _no_words(request)
    return _answer("", _description(request.scope["root_path"]), "json")


async def plotly(request: Request) -> Response:
    """plotly.js; its version is in the path, so a browser asks once."""
    zipped = "gzip" in request.headers.get("accept-encoding", "")
    headers = {"Cache-Control": "public, max-age=31536000, immutable", "Vary": "Accept-Encoding"}
    if zipped:
        headers["Content-Encoding"] = "gzip"
    body = await run_in_threadpool(plotly_js, zipped)
    return Response(body, 200, headers, "text/javascript")
