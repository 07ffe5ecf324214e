"""The words of addresses that are not the view's own. A parameter goes by its name in an address, so none may have one of these."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from losslib import LOSSES
from losslib.catalogue import STUDIES
from losslib.spec import Param, SpecError
from ui.scenes import SCENES

__all__ = ["WORDS", "check", "parameters"]

PAGES = frozenset(
    {"view", "of", "scale", "panels", "plane", "at", "present", "zoom", "camera", "embed", "embed_options"}
)
COMPARE = frozenset({"active", "against", "mark", "hide", "ink", "norm", "y", "dy"})
SCENE = frozenset({"scene", "reveal"})
API = frozenset({"format", "derive"})
WORDS = PAGES | COMPARE | SCENE | API


def parameters() -> Iterator[Param]:
    """All that a slider of a page can be made of."""
    for loss in (*LOSSES.values(), *STUDIES.values()):
        yield from loss.params
        for line in loss.kind.slices:
            yield from line.settings
    for scene in SCENES:
        yield from (free.param for free in scene.free)


def check(params: Iterable[Param]) -> None:
    """Refuse a name that would say something else.

    Raises:
        SpecError: naming the first parameter that is called so.
    """
    for param in params:
        if param.name in WORDS:
            raise SpecError(f"parameter {param.name}: the word is taken by the address of a page")
