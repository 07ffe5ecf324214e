"""Results on the wire: JSON, in which inf and nan are ``null``, and bytes, which keep them.

The binary form is a little-endian uint32 ``H``, a JSON header of ``H`` bytes padded with spaces so that ``4 + H`` is a
multiple of four, and then the rows that the header names, each as little-endian float32, one after the other.
"""

from __future__ import annotations

import json
import math
import struct
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

import numpy as np
from numpy.typing import NDArray

from losslib import Curve, Snapshot, Surface
from losslib.derived import Derived
from ui.cast import Place

__all__ = ["curve_json", "curves_bytes", "curves_json", "dumps", "example_json", "surface_bytes", "surface_json"]

Rows = Mapping[str, NDArray[np.float64]]

_ENCODER = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def dumps(body: object) -> bytes:
    """Compact JSON; an inf or nan that was not made ``null`` is a bug, and raises.

    Rows are written one by one: the encoder keeps Python's lock for as long as one call lasts.
    """
    if isinstance(body, dict):
        return (
            b"{" + b",".join(_ENCODER.encode(name).encode() + b":" + dumps(part) for name, part in body.items()) + b"}"
        )
    if isinstance(body, list) and body and isinstance(body[0], dict | list):
        return b"[" + b",".join(map(dumps, body)) + b"]"
    return _ENCODER.encode(body).encode()


def _numbers(array: NDArray[np.float64]) -> Any:
    """The array as nested lists, ``None`` where it is not finite."""
    finite = np.isfinite(array)
    return array.tolist() if finite.all() else np.where(finite, array, None).tolist()


def _number(value: float) -> float | None:
    return value if math.isfinite(value) else None


def _rows(drawn: Curve | Surface) -> Rows:
    if isinstance(drawn, Surface):
        gradient_x, gradient_y = drawn.gradients
        return {
            "x": drawn.x,
            "y": drawn.y,
            "value": drawn.value,
            "gradient_x": gradient_x,
            "gradient_y": gradient_y,
        }
    rows = {"x": drawn.x, "value": drawn.value, "gradient": drawn.gradient}
    return rows if drawn.curvature is None else {**rows, "curvature": drawn.curvature}


def _drawn_json(drawn: Curve | Surface) -> dict[str, Any]:
    return {"view": dict(drawn.view.words()), **{name: _numbers(row) for name, row in _rows(drawn).items()}}


def curve_json(curve: Curve) -> dict[str, Any]:
    """One curve with its view, its kinks and where it was computed."""
    return {
        **_drawn_json(curve),
        "kinks": list(curve.kinks),
        "breaks": list(curve.breaks),
        "jumps": list(curve.jumps),
        "place": asdict(curve.place),
    }


def _facts(derived: Derived) -> dict[str, Any]:
    """What is told of a curve in few numbers: its regions of x, and its minimum."""
    facts: dict[str, Any] = {}
    if derived.regions:
        facts["regions"] = {name: [list(ends) for ends in parts] for name, parts in derived.regions.items()}
    if derived.minimum:
        facts["minimum"] = asdict(derived.minimum)
    return facts


def curves_json(curves: Sequence[Curve], derived: Sequence[Derived] = ()) -> dict[str, Any]:
    """Several curves that were asked for together, with what was derived from them."""
    found = [
        {**curve_json(curve), **{name: _numbers(row) for name, row in more.rows.items()}, **_facts(more)}
        for curve, more in zip(curves, derived or [Derived()] * len(curves), strict=True)
    ]
    return {"curves": [{k: v for k, v in one.items() if k != "place"} for one in found], "place": found[0]["place"]}


def _walk(surface: Surface) -> dict[str, Any]:
    """The places of the descent, if the plane has one, and the loss at each."""
    return {"path": [_numbers(row) for row in surface.path]} if surface.path else {}


def surface_json(surface: Surface) -> dict[str, Any]:
    """One surface; ``value[j][i]`` is at ``(x[i], y[j])``."""
    return {**_drawn_json(surface), **_walk(surface), "place": asdict(surface.place)}


def example_json(shot: Snapshot) -> dict[str, Any]:
    """One example: its inputs, the loss's gradient in each of them, its value, and the slope along the slice."""
    return {
        "view": dict(shot.view.words()),
        "at": list(shot.at),
        "inputs": {name: _numbers(array) for name, array in shot.inputs.items()},
        "value": _number(shot.value),
        "gradients": {name: _numbers(array) for name, array in shot.gradients.items()},
        "slope": [_number(slope) for slope in shot.slope],
        "place": asdict(shot.place),
    }


def _packed(header: dict[str, Any], rows: Sequence[NDArray[np.float64]]) -> bytes:
    text = dumps(header)
    text += b" " * (-(4 + len(text)) % 4)
    with np.errstate(over="ignore"):
        return b"".join([struct.pack("<I", len(text)), text, *(row.astype("<f4").tobytes() for row in rows)])


def curves_bytes(curves: Sequence[Curve], derived: Sequence[Derived] = (), places: Sequence[Place] = ()) -> bytes:
    """The binary form of one curve or several; derived rows follow the curve's own, derived facts and named places stand in
    the header."""
    all_derived = derived or [Derived()] * len(curves)
    rows = [{**_rows(curve), **more.rows} for curve, more in zip(curves, all_derived, strict=True)]
    header: dict[str, Any] = {
        "curves": [
            {
                "rows": list(names),
                "points": len(curve.x),
                "breaks": list(curve.breaks),
                "jumps": list(curve.jumps),
                "kinks": list(curve.kinks),
                **_facts(more),
            }
            for curve, names, more in zip(curves, rows, all_derived, strict=True)
        ],
        "place": asdict(curves[0].place),
    }
    if places:
        header["places"] = [{"mark": p.mark, "x": p.x, "y": p.y, "words": p.words} for p in places]
    return _packed(header, [row for one in rows for row in one.values()])


def surface_bytes(surface: Surface) -> bytes:
    """The binary form of a surface: the two axes, then the planes row by row."""
    rows = _rows(surface)
    header = {"rows": list(rows), "points": len(surface.x), **_walk(surface), "place": asdict(surface.place)}
    return _packed(header, list(rows.values()))
