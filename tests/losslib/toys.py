"""Small entries made for a test: some right, most wrong on purpose."""

from __future__ import annotations

from collections.abc import Callable

from torch import Tensor

from losslib.kinds import REGRESSION
from losslib.spec import Kind, Loss, Param


def toy(fn: Callable[..., Tensor], kind: Kind = REGRESSION, **claims) -> Loss:
    """An entry for ``fn`` whose formula names all its parameters."""
    params: tuple[Param, ...] = claims.pop("params", ())
    formula = claims.pop("formula", "r" + "".join(f" @{p.name}" for p in params))
    return Loss(fn, fn.__name__.capitalize(), kind, formula, params=params, **claims)
