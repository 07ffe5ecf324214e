"""The routes below /api: what they answer, what they refuse, and in which words."""

from __future__ import annotations

import json
import re
import struct
from collections.abc import Iterator, Mapping
from typing import Any

import jsonschema
import numpy as np
import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

import losslib
from losslib import LOSSES, Curve, Surface, View
from losslib.spec import Loss, Slice
from ui import api
from ui.api import endpoints
from ui.api.openapi import document
from ui.mount import prefix

client = TestClient(Starlette(routes=api.routes()))

CURVES = [(key, s.key) for key, loss in LOSSES.items() for s in loss.kind.curves]
SURFACES = [(key, s.key) for key, loss in LOSSES.items() for s in loss.kind.surfaces]
RESULTS = [
    "/api/curve?loss=focal",
    "/api/curve?loss=focal&format=binary",
    "/api/curves?curve=focal&curve=hinge&slice=logit",
    "/api/surface?loss=focal&slice=plane&points=9",
    "/api/example?loss=giou&at=3",
    "/api/picture?scene=s7&beta=2&at=3",
    "/api/losses",
    "/api/openapi.json",
]


def ask(path: str, **words: object) -> Any:
    """The JSON of an answer that must be a good one."""
    answer = client.get(f"/api/{path}", params=words)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/json"
    return answer.json()


def refused(path: str, query: str = "") -> str:
    """The one sentence of a refusal."""
    answer = client.get(f"/api/{path}?{query}")
    assert answer.status_code == 422, answer.text[:200]
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["cache-control"] == "no-store"
    body = answer.json()
    assert list(body) == ["error"]
    assert "\n" not in body["error"]
    return str(body["error"])


def unpacked(body: bytes) -> tuple[dict[str, Any], np.ndarray]:
    """The header of a binary answer, and all its numbers."""
    (length,) = struct.unpack_from("<I", body)
    assert (4 + length) % 4 == 0
    return json.loads(body[4 : 4 + length]), np.frombuffer(body, "<f4", offset=4 + length)


def curves_in(body: bytes) -> list[dict[str, np.ndarray]]:
    """The rows of each curve of a binary answer."""
    header, numbers = unpacked(body)
    found, at = [], 0
    for one in header["curves"]:
        rows = {}
        for name in one["rows"]:
            rows[name], at = numbers[at : at + one["points"]], at + one["points"]
        found.append(rows)
    assert at == len(numbers)
    return found


def same(numbers: list[float | None], array: np.ndarray) -> bool:
    """Whether JSON holds the array exactly, with null where it is not finite."""
    found = np.array(numbers, dtype=object)
    finite = np.isfinite(array)
    return bool((found[finite] == array[finite]).all() and all(x is None for x in found[~finite]))


# --- every loss --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("loss", "the_slice"), CURVES)
def test_a_curve_is_what_losslib_samples(loss: str, the_slice: str) -> None:
    view = View.of(loss, the_slice, points=41, order=2)
    curve = losslib.sample(view)
    assert isinstance(curve, Curve)
    body = ask("curve", loss=loss, slice=the_slice, points=41, order=2)
    assert same(body["x"], curve.x)
    assert same(body["value"], curve.value)
    assert same(body["gradient"], curve.gradient)
    assert curve.curvature is not None
    assert same(body["curvature"], curve.curvature)
    assert body["kinks"] == list(curve.kinks)
    assert body["breaks"] == list(curve.breaks)
    assert body["jumps"] == list(curve.jumps)
    assert body["view"] == dict(view.words())
    assert body["place"].keys() == {"device", "dtype", "note"}


@pytest.mark.parametrize(("loss", "the_slice"), CURVES)
def test_the_binary_form_is_the_curve_rounded_to_float32(loss: str, the_slice: str) -> None:
    curve = losslib.sample(View.of(loss, the_slice, points=41))
    assert isinstance(curve, Curve)
    answer = client.get("/api/curve", params={"loss": loss, "slice": the_slice, "points": 41, "format": "binary"})
    assert answer.headers["content-type"] == "application/octet-stream"
    header, _ = unpacked(answer.content)
    (rows,) = curves_in(answer.content)
    assert list(rows) == ["x", "value", "gradient"]
    with np.errstate(over="ignore"):
        np.testing.assert_array_equal(rows["x"], np.float32(curve.x))
        np.testing.assert_array_equal(rows["value"], np.float32(curve.value))
        np.testing.assert_array_equal(rows["gradient"], np.float32(curve.gradient))
    assert header["curves"][0]["breaks"] == list(curve.breaks)
    assert header["curves"][0]["jumps"] == list(curve.jumps)
    assert header["curves"][0]["kinks"] == list(curve.kinks)
    assert header["place"] == {
        "device": curve.place.device,
        "dtype": curve.place.dtype,
        "note": curve.place.note,
    }


@pytest.mark.parametrize(("loss", "the_slice"), SURFACES)
def test_a_surface_is_what_losslib_samples_in_both_forms(loss: str, the_slice: str) -> None:
    surface = losslib.sample(View.of(loss, the_slice, points=9))
    assert isinstance(surface, Surface)
    arrays = dict(zip(("x", "y", "value"), (surface.x, surface.y, surface.value), strict=True))
    arrays |= dict(zip(("gradient_x", "gradient_y"), surface.gradients, strict=True))
    body = ask("surface", loss=loss, slice=the_slice, points=9)
    for name, array in arrays.items():
        assert same(np.array(body[name], dtype=object).ravel().tolist(), array.ravel()), name
    answer = client.get("/api/surface", params={"loss": loss, "slice": the_slice, "points": 9, "format": "binary"})
    header, numbers = unpacked(answer.content)
    assert header["rows"] == list(arrays)
    assert header["points"] == 9
    with np.errstate(over="ignore"):
        np.testing.assert_array_equal(numbers, np.float32(np.concatenate([a.ravel() for a in arrays.values()])))


@pytest.mark.parametrize("loss", LOSSES)
def test_an_example_is_what_losslib_snaps(loss: str) -> None:
    the_slice = LOSSES[loss].kind.curves[0]
    at = (the_slice.axes[0].lo + the_slice.axes[0].hi) / 2 + 0.125
    shot = losslib.snapshot(View.of(loss, the_slice.key), at)
    body = ask("example", loss=loss, slice=the_slice.key, at=at)
    assert list(body["inputs"]) == list(LOSSES[loss].kind.inputs)
    for name, array in shot.inputs.items():
        assert np.shape(body["inputs"][name]) == array.shape
        assert same(np.ravel(np.array(body["inputs"][name], dtype=object)).tolist(), array.ravel())
        assert same(np.ravel(np.array(body["gradients"][name], dtype=object)).tolist(), shot.gradients[name].ravel())
    assert body["value"] == shot.value
    assert body["slope"] == list(shot.slope)
    assert body["at"] == [at]


def test_the_slope_of_an_example_is_in_the_coordinate_that_is_asked_for() -> None:
    asked = {"loss": "bce_with_logits", "slice": "probability", "target": 1, "at": 0.25}
    assert ask("example", **asked)["slope"] == pytest.approx([-4.0])
    assert ask("example", **asked, gradient="logit")["slope"] == pytest.approx([-0.75])


# --- several curves ----------------------------------------------------------------------------------------------------


def test_curves_come_in_the_order_they_were_asked_for() -> None:
    query = "curve=focal:gamma=2&curve=bce_with_logits&curve=focal:gamma=0&slice=logit&target=1&points=21"
    body = client.get(f"/api/curves?{query}").json()
    assert [c["view"]["loss"] for c in body["curves"]] == ["focal", "bce_with_logits", "focal"]
    assert body["curves"][2]["value"] == pytest.approx(body["curves"][1]["value"])
    binary = curves_in(client.get(f"/api/curves?{query}&format=binary").content)
    for one, rows in zip(body["curves"], binary, strict=True):
        np.testing.assert_array_equal(rows["value"], np.float32(one["value"]))


def test_curves_of_different_sizes_follow_one_another_in_the_binary_form() -> None:
    answer = client.get("/api/curves?curve=mse&curve=hinge&points=7&order=2&format=binary")
    first, second = curves_in(answer.content)
    assert list(first) == ["x", "value", "gradient", "curvature"]
    assert (first["x"][0], second["x"][0]) == (-5, -6)


# --- inf and nan -------------------------------------------------------------------------------------------------------


def test_json_has_null_where_the_loss_is_infinite_and_the_binary_form_keeps_it() -> None:
    query = "loss=exponential&slice=margin&from=-745&to=0&points=3"
    curve = losslib.sample(View.of("exponential", "margin", lo=-745, hi=0, points=3))
    assert isinstance(curve, Curve)
    assert (curve.value[0], curve.gradient[0]) == (np.inf, -np.inf)
    body = client.get(f"/api/curve?{query}").json()
    assert (body["value"][0], body["gradient"][0]) == (None, None)
    (rows,) = curves_in(client.get(f"/api/curve?{query}&format=binary").content)
    assert (rows["value"][0], rows["gradient"][0]) == (np.inf, -np.inf)


def test_a_value_beyond_float32_is_inf_in_the_binary_form_only() -> None:
    query = "loss=exponential&slice=margin&from=-600&to=0&points=3"
    assert client.get(f"/api/curve?{query}").json()["value"][0] > 1e200
    (rows,) = curves_in(client.get(f"/api/curve?{query}&format=binary").content)
    assert rows["value"][0] == np.inf


# --- the catalogue -----------------------------------------------------------------------------------------------------


def test_the_catalogue_lists_every_loss_with_its_parameters_and_slices() -> None:
    body = {entry["key"]: entry for entry in ask("losses")}
    assert list(body) == list(LOSSES)
    for key, loss in LOSSES.items():
        assert {p["name"]: p["default"] for p in body[key]["params"]} == loss.defaults
        assert [s["key"] for s in body[key]["slices"]] == [s.key for s in loss.kind.slices]
        assert body[key]["claim"]
        assert "@" not in body[key]["formula"]


def _first_word(loss: Loss, the_slice: Slice) -> Iterator[Mapping[str, object]]:
    for p in loss.params:
        yield {p.name: p.hi}
    for p in the_slice.params:
        yield {p.name: p.lo}


@pytest.mark.parametrize("loss", LOSSES)
def test_what_the_catalogue_promises_can_be_asked_for(loss: str) -> None:
    entry = LOSSES[loss]
    the_slice = entry.kind.curves[0]
    for word in _first_word(entry, the_slice):
        ask("curve", loss=loss, slice=the_slice.key, points=3, **word)


# --- refusals ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("", "the loss must be given"),
        ("loss=focale", "is not in the catalogue"),
        ("loss=focal&gamma=99", "gamma must be between 0 and"),
        ("loss=focal&gamma=nan", "gamma must be a plain number"),
        ("loss=focal&gamma=inf", "gamma must be a plain number"),
        ("loss=focal&gamma=1_0", "gamma must be a plain number"),
        ("loss=focal&gamma=0x10", "gamma must be a plain number"),
        ("loss=focal&gamma=%202", "gamma must be a plain number"),
        ("loss=focal&gamma=" + "1" * 40, "gamma must be a plain number of at most 32 characters, not of 40"),
        ("loss=focal&gamma=1e999", "gamma must be a finite number"),
        ("loss=focal&gamma=", "gamma must be a plain number"),
        ("loss=focal&gamma=1&gamma=2", "was given twice"),
        ("loss=focal&loss=mse", "was given twice"),
        ("loss=focal&format=json&format=binary", "the word 'format' was given twice"),
        ("loss=focal&format=xml", "format must be json or binary"),
        ("loss=focal&zeta=1", "is not known to focal"),
        ("loss=focal&LOSS=focal", "is not known to focal"),
        ("loss=focal&slice=nowhere", "slice must be"),
        ("loss=focal&points=1", "points must be"),
        ("loss=focal&points=4002", "points must be"),
        ("loss=focal&points=1e3", "points must be a whole number"),
        ("loss=focal&order=3", "order must be"),
        ("loss=focal&dtype=int8", "dtype must be"),
        ("loss=focal&gradient=margin", "gradient must be"),
        ("loss=focal&slice=logit&from=3&to=2", "from must be below to"),
        ("loss=dice&points=4001", "must stay within 4000000"),
        ("loss=focal&at=3", "is not known to focal"),
    ],
)
def test_what_cannot_be_drawn_is_refused_in_one_sentence(query: str, sentence: str) -> None:
    assert sentence in refused("curve", query)


def test_a_surface_is_not_a_curve_and_the_sentence_says_where_to_ask() -> None:
    assert "ask /api/surface" in refused("curve", "loss=focal&slice=plane")
    assert "ask /api/curve" in refused("surface", "loss=focal&slice=logit")
    assert "ask /api/surface" in refused("curves", "curve=focal&slice=plane")


@pytest.mark.parametrize("loss", LOSSES)
def test_a_surface_of_no_slice_is_over_the_first_plane_of_the_loss(loss: str) -> None:
    planes = LOSSES[loss].kind.surfaces
    if not planes:
        assert "has no slice of two coordinates, ask /api/curve for it, got" in refused("surface", f"loss={loss}")
        return
    assert ask("surface", loss=loss, points=3) == ask("surface", loss=loss, slice=planes[0].key, points=3)


def test_a_surface_that_names_no_loss_is_refused_as_a_curve_is() -> None:
    for query in ("", "loss=focale", "loss=focal&loss=mse", "loss=focal&zeta=1"):
        told, curve = refused("surface", query), refused("curve", query)
        assert told.split(" on slice ")[0] == curve.split(" on slice ")[0]


@pytest.mark.parametrize("points", [202, 5000, 10**7])
def test_a_surface_has_one_limit_of_points_which_its_description_tells_too(points: int) -> None:
    told = {p["name"]: p["schema"] for p in document()["paths"]["/surface"]["get"]["parameters"]}
    most = told["points"]["maximum"]
    assert client.get(f"/api/surface?loss=focal&slice=plane&points={most}&format=binary").status_code == 200
    assert f"between 2 and {most}, got" in refused("surface", f"loss=focal&slice=plane&points={points}")
    assert told["order"]["enum"] == [1]


def test_a_surface_has_no_second_derivative() -> None:
    assert "order must be 1 on slice plane" in refused("surface", "loss=focal&slice=plane&order=2")
    assert "order must be 1 on slice plane" in refused("example", "loss=focal&slice=plane&at=1,0.5&order=2")


def test_curves_need_one_to_twelve_curves() -> None:
    assert "between 1 and 12 times" in refused("curves", "slice=logit")
    assert "between 1 and 12 times" in refused("curves", "&".join(["curve=mse"] * 13))


def test_the_budget_is_that_of_all_curves_together() -> None:
    assert client.get("/api/curves?curve=dice&points=900").status_code == 200
    assert "over all curves must stay within" in refused("curves", "curve=dice&curve=dice&curve=dice&points=900")


def test_an_example_needs_its_place_inside_the_domain() -> None:
    assert "at must be one number" in refused("example", "loss=giou")
    assert "at must be one number" in refused("example", "loss=giou&at=1,2")
    assert "at must be two numbers" in refused("example", "loss=focal&slice=plane&at=1")
    assert "at must be between" in refused("example", "loss=bce&slice=probability&at=2")
    assert "at must be a plain number" in refused("example", "loss=giou&at=1_0")
    assert "given twice" in refused("example", "loss=giou&at=1&at=2")


def test_a_query_is_at_most_eight_kilobytes() -> None:
    assert "at most 8192 bytes" in refused("curve", "loss=focal&x=" + "a" * 8200)


@pytest.mark.parametrize("path", ["", "/", "/nope", "/curve/", "/plotly-0.0.0.min.js"])
@pytest.mark.parametrize("base", ["", "a/b"])
def test_an_unknown_path_is_404_in_json_and_says_where_they_are_told(base: str, path: str) -> None:
    here = f"{prefix(base)}/api"
    below = TestClient(Starlette(routes=api.routes(base)))
    answer = below.get(here + path)
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/json"
    assert answer.json() == {"error": "there is no such path below /api; openapi.json there tells them all"}
    assert below.get(f"{here}/openapi.json").status_code == 200


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS"])
def test_the_api_only_reads(method: str) -> None:
    answer = client.request(method, "/api/curve?loss=focal")
    assert answer.status_code == 405
    assert set(answer.headers["allow"].split(", ")) == {"GET", "HEAD"}
    assert "GET" in answer.json()["error"]


@pytest.mark.parametrize("path", RESULTS)
def test_head_is_get_without_the_body(path: str) -> None:
    head, get = client.head(path), client.get(path)
    assert head.status_code == 200
    assert head.content == b""
    assert head.headers == get.headers


def test_a_failure_inside_is_500_in_json_and_says_nothing_of_the_inside(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(view: View) -> Curve:
        raise RuntimeError("/secret/path")

    monkeypatch.setattr(endpoints, "drawn", broken)
    quiet = TestClient(Starlette(routes=api.routes()), raise_server_exceptions=False)
    answer = quiet.get("/api/curve?loss=focal")
    assert answer.status_code == 500
    assert list(answer.json()) == ["error"]
    assert "secret" not in answer.text


# --- what may be kept --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", RESULTS)
def test_results_are_pure_and_may_be_kept_for_an_hour(path: str) -> None:
    assert client.get(path).headers["cache-control"] == "private, max-age=60"


def test_plotly_js_is_the_installed_one_zipped_and_kept_forever() -> None:
    zipped = client.get(f"/api/{api.PLOTLY_PATH}", headers={"accept-encoding": "gzip"})
    plain = client.get(f"/api/{api.PLOTLY_PATH}", headers={"accept-encoding": "identity"})
    assert re.fullmatch(r"plotly-\d+\.\d+\.\d+\.min\.js", api.PLOTLY_PATH)
    assert zipped.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    assert zipped.content == plain.content
    assert int(zipped.headers["content-length"]) < len(plain.content) / 3
    for answer in (zipped, plain):
        assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
        assert answer.headers["vary"] == "Accept-Encoding"
        assert answer.headers["content-type"].startswith("text/javascript")


# --- the base path, the description ------------------------------------------------------------------------------------


@pytest.mark.parametrize("base", ["lossary", "/lossary/", "a/b"])
def test_the_routes_stand_below_the_base_path(base: str) -> None:
    below = TestClient(Starlette(routes=api.routes(base)))
    assert below.get(f"/{base.strip('/')}/api/losses").status_code == 200
    assert below.get("/api/losses").status_code == 404
    assert below.get(f"/{base.strip('/')}/api/openapi.json").json()["servers"] == [{"url": f"/{base.strip('/')}/api"}]


def _schema(name: str) -> dict[str, Any]:
    return {"$ref": f"#/components/schemas/{name}", "components": document()["components"]}


def test_the_description_is_valid_and_every_reference_in_it_resolves() -> None:
    body = ask("openapi.json")
    assert body == json.loads(json.dumps(document()))
    assert body["openapi"].startswith("3.1")
    for schema in body["components"]["schemas"].values():
        jsonschema.Draft202012Validator.check_schema(schema)
    for name in re.findall(r'"#/components/schemas/(\w+)"', json.dumps(body)):
        assert name in body["components"]["schemas"]
    for path, item in body["paths"].items():
        assert {"200", "422"} <= item["get"]["responses"].keys(), path
        names = [p["name"] for p in item["get"]["parameters"]]
        assert len(names) == len(set(names)), path


def test_the_description_knows_every_parameter_of_every_loss() -> None:
    names = {p["name"] for p in ask("openapi.json")["paths"]["/curve"]["get"]["parameters"]}
    for loss in LOSSES.values():
        assert {p.name for p in loss.params} <= names
        assert {p.name for s in loss.kind.slices for p in s.params} <= names


@pytest.mark.parametrize(
    ("schema", "query"),
    [
        ("Losses", "losses"),
        ("Curve", "curve?loss=focal"),
        ("Curve", "curve?loss=bce&slice=probability&from=0&order=2"),
        ("Curves", "curves?curve=l1&curve=hinge"),
        ("Curves", "curves?curve=l1&curve=mse&derive=ratio,difference,area,normalised,quiet,minimum&against=2&norm=1"),
        ("Surface", "surface?loss=focal&slice=plane&points=5"),
        ("Example", "example?loss=dice&at=3"),
        ("Example", "example?loss=focal&slice=plane&at=1,0.5"),
        ("Error", "curve?loss=nothing"),
        ("Error", "nowhere"),
    ],
)
def test_the_answers_are_as_described(schema: str, query: str) -> None:
    jsonschema.validate(client.get(f"/api/{query}").json(), _schema(schema), jsonschema.Draft202012Validator)
