"""The catalogue's records as JSON."""

from __future__ import annotations

from typing import Any

from losslib import FAMILIES
from losslib.spec import Axis, Limit, Loss, Param, Slice, Trait

__all__ = ["entries"]


def entries() -> list[dict[str, Any]]:
    """Every loss of the catalogue, in its order."""
    return [_loss(loss, family.name) for family in FAMILIES for loss in family.losses]


def _loss(loss: Loss, family: str) -> dict[str, Any]:
    return {
        "key": loss.key,
        "name": loss.name,
        "family": family,
        "kind": loss.kind.key,
        "inputs": list(loss.kind.inputs),
        "claim": loss.claim,
        "formula": loss.latex(),
        "params": [_param(p, loss.defaults[p.name]) for p in loss.params],
        "slices": [_slice(s) for s in loss.kind.slices],
        "opening": loss.opening.slice or loss.kind.curves[0].key,
        "traits": sorted((_trait(t) for t in loss.traits), key=lambda t: str(t["key"])),
        "traits_at": [{**_trait(t), "at": dict(at)} for t, at in loss.traits_at.items()],
        "limits": [_limit(limit) for limit in loss.limits],
        "conventions": list(loss.conventions),
        "refs": list(loss.refs),
        "used_in": loss.used_in,
        "also": list(loss.also),
    }


def _param(param: Param, default: float) -> dict[str, Any]:
    return {
        "name": param.name,
        "symbol": param.symbol,
        "meaning": param.meaning,
        "lo": param.lo,
        "hi": param.hi,
        "step": param.step,
        "default": default,
        "scale": param.scale,
        "whole": param.whole,
    }


def _slice(the_slice: Slice) -> dict[str, Any]:
    return {
        "key": the_slice.key,
        "name": the_slice.name,
        "axes": [_axis(axis) for axis in the_slice.axes],
        "params": [_param(p, the_slice.opening[p.name]) for p in the_slice.settings],
        "gradients": ["x", *the_slice.into],
    }


def _axis(axis: Axis) -> dict[str, Any]:
    return {
        "name": axis.name,
        "symbol": axis.symbol,
        "label": axis.label,
        "lo": axis.lo,
        "hi": axis.hi,
        "domain": list(axis.domain),
    }


def _trait(trait: Trait) -> dict[str, Any]:
    return {"key": trait.key, "name": trait.name, "meaning": trait.meaning}


def _limit(limit: Limit) -> dict[str, Any]:
    return {
        "other": limit.other,
        "at": dict(limit.at),
        "other_at": dict(limit.other_at),
        "factor": limit.factor,
        "region": {name: list(ends) for name, ends in limit.region.items()},
        "slices": list(limit.slices),
        "words": limit.words,
    }
