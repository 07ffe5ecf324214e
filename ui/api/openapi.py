"""The API described in OpenAPI 3.1, generated from the records."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from losslib import LOSSES, __version__
from losslib.derived import FACTS, ROWS
from losslib.spec import Param
from losslib.view import DTYPES, MAX_CURVES, MAX_POINTS, MAX_SIDE
from ui.scenes import SCENES

__all__ = ["document"]

Schema = dict[str, Any]

STRING: Schema = {"type": "string"}
NUMBER: Schema = {"type": "number"}
FINITE_OR_NULL: Schema = {"type": ["number", "null"], "description": "null where it is inf, -inf or nan"}


def document(root: str = "/api") -> Schema:
    """The whole description, of the API that is served below the path ``root``."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Lossary",
            "version": __version__,
            "summary": "Loss functions, their curves and their gradients.",
            "description": "Every answer is a pure function of its query. A question that cannot be answered gets one sentence.",
        },
        "servers": [{"url": root}],
        "paths": {
            "/losses": _path("losses", "The catalogue", [], _json("Losses")),
            "/curve": _path("curve", "One loss along a slice of one coordinate", _view(1), _drawn("Curve")),
            "/curves": _path("curves", "Several losses along one slice", _together(), _drawn("Curves")),
            "/scene": _path("scene", "The curves of a lecture scene", _scene(), _bytes()),
            "/surface": _path("surface", "One loss over a slice of two coordinates", _view(2), _drawn("Surface")),
            "/example": _path(
                "example", "One example of a slice, and the gradient there", _example(), _json("Example")
            ),
            "/picture": _path(
                "picture", "One example of a slice as a picture, its gradient drawn on it", _picture(), _json("Picture")
            ),
            "/openapi.json": _path(
                "openapi", "This description", [], {"application/json": {"schema": {"type": "object"}}}
            ),
        },
        "components": {"schemas": _schemas()},
    }


# --- paths -----------------------------------------------------------------------------------------------------------


def _path(name: str, summary: str, parameters: list[Schema], content: Schema) -> Schema:
    responses = {
        "200": {"description": summary, "content": content},
        "422": {"description": "what was asked cannot be drawn", "content": _json("Error")},
        "default": {"description": "busy, or failed", "content": _json("Error")},
    }
    return {"get": {"operationId": name, "summary": summary, "parameters": parameters, "responses": responses}}


def _json(schema: str) -> Schema:
    return {"application/json": {"schema": {"$ref": f"#/components/schemas/{schema}"}}}


def _drawn(schema: str) -> Schema:
    return {**_json(schema), **_bytes()}


def _bytes() -> Schema:
    form = (
        "uint32 little-endian length of the header; the header, JSON padded with spaces to a multiple of four bytes; "
        "then the rows it names, little-endian float32, one after the other"
    )
    return {"application/octet-stream": {"schema": {"description": form}}}


# --- parameters ------------------------------------------------------------------------------------------------------


def _word(name: str, schema: Schema, meaning: str, required: bool = False) -> Schema:
    return {"name": name, "in": "query", "required": required, "description": meaning, "schema": schema}


def _slice_keys(coordinates: Iterable[int]) -> list[str]:
    slices = [s for loss in LOSSES.values() for s in loss.kind.slices if len(s.axes) in coordinates]
    return list(dict.fromkeys(s.key for s in slices))


def _settings(coordinates: tuple[int, ...]) -> list[Schema]:
    most = MAX_POINTS if 1 in coordinates else MAX_SIDE
    orders = [1, 2] if 1 in coordinates else [1]
    usual = "the one that it opens with" if 1 in coordinates else "its first plane"
    gradients = {word: None for loss in LOSSES.values() for s in loss.kind.slices for word in s.into}
    return [
        _word(
            "slice",
            {"enum": _slice_keys(coordinates)},
            f"the line or plane; each loss has those of its kind; without it, {usual}",
        ),
        _word("gradient", {"enum": ["x", *gradients]}, "the coordinate that the slope is in; x is the one drawn"),
        _word("order", {"type": "integer", "enum": orders}, "2 asks for the second derivative as well, of a curve"),
        _word("points", {"type": "integer", "minimum": 2, "maximum": most}, "per coordinate"),
        _word("from", NUMBER, "where the first axis begins"),
        _word("to", NUMBER, "where the first axis ends"),
        _word("dtype", {"enum": list(DTYPES)}, "the precision it is computed in"),
    ]


def _format() -> Schema:
    return _word("format", {"enum": ["json", "binary"]}, "binary keeps inf and nan")


def _numbers(of_losses: bool) -> list[Schema]:
    """One word for each name a parameter has anywhere, with the range that holds all of theirs."""
    found: dict[str, list[Param]] = {}
    for loss in LOSSES.values():
        for param in (*(loss.params if of_losses else ()), *(p for s in loss.kind.slices for p in s.settings)):
            found.setdefault(param.name, []).append(param)
    return _ranges(found)


def _ranges(found: Mapping[str, list[Param]]) -> list[Schema]:
    return [
        _word(
            name,
            {"type": "number", "minimum": min(p.lo for p in same), "maximum": max(p.hi for p in same)},
            "; ".join(dict.fromkeys(p.meaning for p in same)),
        )
        for name, same in sorted(found.items())
    ]


def _loss() -> Schema:
    return _word("loss", {"enum": list(LOSSES)}, "a key of the catalogue", required=True)


def _view(coordinates: int) -> list[Schema]:
    return [_loss(), *_settings((coordinates,)), _format(), *_numbers(of_losses=True)]


def _together() -> list[Schema]:
    schema = {"type": "array", "items": STRING, "minItems": 1, "maxItems": MAX_CURVES}
    curve = _word("curve", schema, "KEY or KEY:name=value,name=value; once for each curve", required=True)
    names = {"type": "array", "items": {"enum": [*ROWS, *FACTS]}}
    derived = [
        {**_word("derive", names, "what to tell beside the curves"), "style": "form", "explode": False},
        _word("against", {"type": "integer", "minimum": 1, "maximum": MAX_CURVES}, "the curve that ratios refer to"),
        _word("norm", NUMBER, "where every normalised curve is 1; without it, the middle"),
    ]
    many = {**curve, "style": "form", "explode": True}
    return [many, *derived, *_settings((1,)), _format(), *_numbers(of_losses=False)]


def _example() -> list[Schema]:
    at = _word("at", STRING, "the coordinate, or two with a comma between", required=True)
    return [_loss(), at, *_settings((1, 2)), *_numbers(of_losses=True)]


def _scene() -> list[Schema]:
    axes = dict.fromkeys(axis for scene in SCENES for axis in scene.frames)
    free: dict[str, list[Param]] = {}
    for param in (f.param for scene in SCENES for f in scene.free):
        free.setdefault(param.name, []).append(param)
    return [
        _word("scene", {"enum": [scene.key for scene in SCENES]}, "the scene", required=True),
        _word("slice", {"enum": list(axes)}, "one of its axes; without it, the one that it opens with"),
        _word("dtype", {"enum": list(DTYPES)}, "the precision it is computed in, where the scene leaves the choice"),
        _word("reveal", {"enum": ["0", "1"]}, "1 for the named places too, which tell the answer"),
        _word("format", {"enum": ["binary"]}, "nothing else is served here", required=True),
        *_ranges(free),
    ]


def _picture() -> list[Schema]:
    loss, *others = _example()
    scenes = [scene.key for scene in SCENES if scene.beside is not None]
    return [
        {**loss, "required": False, "description": f"{loss['description']}, unless a scene is named"},
        _word("scene", {"enum": scenes}, "a scene with a picture beside its curves, with the words of its curves"),
        *others,
    ]


# --- answers ---------------------------------------------------------------------------------------------------------


def _record(properties: dict[str, Schema], optional: Iterable[str] = ()) -> Schema:
    required = [name for name in properties if name not in set(optional)]
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}


def _list(items: Schema) -> Schema:
    return {"type": "array", "items": items}


def _map(values: Schema) -> Schema:
    return {"type": "object", "additionalProperties": values}


def _ref(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


def _schemas() -> dict[str, Schema]:
    strings, numbers, row = _list(STRING), _list(NUMBER), _list(_ref("Number"))
    trait = {"key": STRING, "name": STRING, "meaning": STRING}
    pair = {**numbers, "minItems": 2, "maxItems": 2}
    view = {**_map(STRING), "description": "every word of the view, as a query would say it"}
    curve = {
        "view": view,
        "x": numbers,
        "value": row,
        "gradient": row,
        "curvature": row,
        "kinks": {**numbers, "description": "where the loss declares that its gradient jumps"},
        "breaks": {**_list({"type": "integer"}), "description": "the gradient jumps between x[i] and x[i + 1]"},
        "jumps": {**_list({"type": "integer"}), "description": "the loss itself jumps between x[i] and x[i + 1]"},
    }
    minimum = _record({"lo": NUMBER, "hi": NUMBER, "value": NUMBER})
    derived = {
        **dict.fromkeys(ROWS, row),
        "regions": {**_map(_list(pair)), "description": "parts of x, by name"},
        "minimum": {
            **minimum,
            "description": "the least value, taken from lo to hi; an open end, beyond x, is approached",
        },
    }
    return {
        "Error": _record({"error": {"type": "string", "description": "the thing, the rule, the value"}}),
        "Number": FINITE_OR_NULL,
        "Array": {"anyOf": [_ref("Number"), _list(_ref("Array"))]},
        "Place": _record({"device": STRING, "dtype": STRING, "note": STRING}),
        "Curve": _record({**curve, "place": _ref("Place")}, optional=["curvature"]),
        "Curves": _record(
            {
                "curves": _list(_record({**curve, **derived}, optional=["curvature", *derived])),
                "place": _ref("Place"),
            }
        ),
        "Surface": _record(
            {
                "view": view,
                "x": numbers,
                "y": numbers,
                "value": _list(row),
                "gradient_x": _list(row),
                "gradient_y": _list(row),
                "path": {**_list(row), "description": "x, y and the value along a descent, where the plane has one"},
                "place": _ref("Place"),
            },
            optional=["path"],
        ),
        "Example": _record(
            {
                "view": view,
                "at": numbers,
                "inputs": _map(_ref("Array")),
                "value": _ref("Number"),
                "gradients": _map(_ref("Array")),
                "slope": row,
                "place": _ref("Place"),
            }
        ),
        "Mark": {
            "type": "object",
            "properties": {"mark": STRING, "at": {"type": "array"}, "role": STRING},
            "required": ["mark", "at", "role"],
            "description": "a shape in its panel's coordinates; `down` is minus the gradient of the numbers it is drawn for",
        },
        "Panel": _record(
            {
                "view": {**numbers, "minItems": 4, "maxItems": 4, "description": "left, right, bottom, top"},
                "aspect": NUMBER,
                "title": STRING,
                "x_ticks": _list({"type": "array"}),
                "y_ticks": _list({"type": "array"}),
                "boxed": {"type": "boolean"},
                "marks": _list(_ref("Mark")),
            }
        ),
        "Picture": _record(
            {
                "caption": STRING,
                "legend": _list(_record({"role": STRING, "form": STRING, "text": STRING})),
                "rows": _list(_list(_ref("Panel"))),
            }
        ),
        "Param": _record(
            {
                "name": STRING,
                "symbol": STRING,
                "meaning": STRING,
                "lo": NUMBER,
                "hi": NUMBER,
                "step": NUMBER,
                "default": NUMBER,
                "scale": {"enum": ["linear", "log"]},
                "whole": {"type": "boolean"},
            }
        ),
        "Axis": _record(
            {"name": STRING, "symbol": STRING, "label": STRING, "lo": NUMBER, "hi": NUMBER, "domain": pair}
        ),
        "Slice": _record(
            {
                "key": STRING,
                "name": STRING,
                "axes": _list(_ref("Axis")),
                "params": _list(_ref("Param")),
                "gradients": strings,
            }
        ),
        "Limit": _record(
            {
                "other": STRING,
                "at": _map(NUMBER),
                "other_at": _map(NUMBER),
                "factor": NUMBER,
                "region": _map(pair),
                "slices": strings,
                "words": STRING,
            }
        ),
        "Losses": _list(
            _record(
                {
                    "key": STRING,
                    "name": STRING,
                    "family": STRING,
                    "kind": STRING,
                    "inputs": strings,
                    "claim": STRING,
                    "formula": {"type": "string", "description": "LaTeX"},
                    "params": _list(_ref("Param")),
                    "slices": _list(_ref("Slice")),
                    "opening": {"type": "string", "description": "the slice it is best met on"},
                    "traits": _list(_record(trait)),
                    "traits_at": _list(_record({**trait, "at": _map(NUMBER)})),
                    "limits": _list(_ref("Limit")),
                    "conventions": strings,
                    "refs": strings,
                    "used_in": STRING,
                    "also": strings,
                }
            )
        ),
    }
