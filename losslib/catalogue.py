"""The catalogue: families are listed, losses are found in them."""

from __future__ import annotations

import copyreg
import difflib
import pickle
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType, ModuleType

from losslib.losses import (
    batch,
    binary,
    box,
    distribution,
    gan,
    image,
    margin,
    mask,
    metric,
    multiclass,
    probability,
    regression,
)
from losslib.spec import Loss, SpecError
from losslib.studies import articles, branches, heatmap, naive, risk, surrogates

__all__ = ["FAMILIES", "LOSSES", "STUDIES", "Family", "UnknownLossError", "entry", "get"]


class UnknownLossError(KeyError):
    """A key that names no loss. ``hint`` suggests the nearest known ones, in words of the catalogue alone."""

    def __init__(self, key: str):
        super().__init__(key)
        near = difflib.get_close_matches(key[:64], LOSSES, n=3, cutoff=0.5)
        self.hint = f"; did you mean {' or '.join(near)}?" if near else ""

    def __str__(self) -> str:
        return f"no loss is called {str(self.args[0])[:64]!r}{self.hint}"


@dataclass(frozen=True)
class Family:
    """A shelf of the catalogue: its key, its title, and its losses in the order they are written."""

    key: str
    name: str
    losses: tuple[Loss, ...]


def _found_in(module: ModuleType) -> tuple[Loss, ...]:
    return tuple(v for v in vars(module).values() if isinstance(v, Loss) and v.fn.__module__ == module.__name__)


def _family(name: str, module: ModuleType) -> Family:
    return Family(module.__name__.rsplit(".", 1)[-1], name, _found_in(module))


FAMILIES: tuple[Family, ...] = (
    _family("Binary classification", binary),
    _family("Probability", probability),
    _family("Margin", margin),
    _family("Classes", multiclass),
    _family("Distributions", distribution),
    _family("Regression", regression),
    _family("Boxes", box),
    _family("Masks", mask),
    _family("Embeddings", metric),
    _family("Adversarial", gan),
    _family("Images", image),
    _family("Batches", batch),
)


def _index(families: tuple[Family, ...]) -> Mapping[str, Loss]:
    found: dict[str, Loss] = {}
    for family in families:
        for loss in family.losses:
            if loss.key in found:
                raise SpecError(f"loss {loss.key}: two entries of one key, the second in family {family.key}")
            found[loss.key] = loss
    for loss in found.values():
        for limit in loss.limits:
            if limit.other not in found:
                raise SpecError(f"loss {loss.key}: its limit {limit.other} is not in the catalogue")
    return MappingProxyType(found)


LOSSES: Mapping[str, Loss] = _index(FAMILIES)

STUDIES: Mapping[str, Loss] = MappingProxyType(
    {
        study.key: study
        for module in (articles, branches, heatmap, naive, risk, surrogates)
        for study in _found_in(module)
    }
)


def get(key: str) -> Loss:
    """The loss called ``key``.

    Raises:
        UnknownLossError: a ``KeyError`` that names the key and the nearest known ones.
    """
    if key in LOSSES:
        return LOSSES[key]
    raise UnknownLossError(key)


def entry(key: str) -> Loss:
    """The loss, or the study beside the losses, called ``key``.

    Raises:
        UnknownLossError: as ``get`` does.
    """
    return STUDIES[key] if key in STUDIES else get(key)


def _by_key(loss: Loss) -> tuple[Callable[[str], Loss], tuple[str]]:
    """An entry travels as its key: a process that unpickles it has the catalogue, and a kind's functions do not travel."""
    if STUDIES.get(loss.key, LOSSES.get(loss.key)) is not loss:
        raise pickle.PicklingError(f"loss {loss.key}: only an entry of the catalogue can be pickled, by its key")
    return entry, (loss.key,)


copyreg.pickle(Loss, _by_key)
