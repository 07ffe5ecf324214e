"""The records: what a loss is, what we claim about it, and the lines along which it is seen.

Nothing here computes. A record checks itself when it is made, so that a wrong entry fails at import and names itself.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import SupportsFloat

import torch
from torch import Tensor

__all__ = [
    "Axis",
    "Kind",
    "Limit",
    "Loss",
    "Opening",
    "Param",
    "ParamError",
    "Slice",
    "SpecError",
    "Trait",
    "written",
]

VIEW_WORDS = frozenset({"loss", "slice", "gradient", "order", "points", "from", "to", "dtype", "curve"})
PLACEHOLDER = re.compile(r"@([A-Za-z_]\w*)")


class SpecError(ValueError):
    """An entry of the catalogue that contradicts itself; raised at import, naming the entry and the rule."""


class ParamError(ValueError):
    """A value that a parameter cannot take: the parameter's ``name``, the ``rule`` and the ``value``, as data and in words."""

    def __init__(self, name: str, rule: str, value: object):
        super().__init__(name, rule, value)
        self.name, self.rule, self.value = name, rule, value

    def __str__(self) -> str:
        return f"{self.name} {self.rule}, got {written(self.value)}"


def written(value: object) -> str:
    """A value as a message shows it: a number by the shortest text that reads back as it, and nothing longer than 60."""
    text = repr(float(value)).removesuffix(".0") if isinstance(value, float) else repr(value)
    return text if len(text) <= 60 else text[:57] + "…"


@dataclass(frozen=True)
class Param:
    """A number that bends a loss or places a slice.

    Two parameters of one name, range and meaning are the same parameter: a person who changes the loss keeps its value.
    """

    name: str
    lo: float
    hi: float
    meaning: str
    symbol: str = ""
    step: float = 0.01
    scale: str = "linear"
    whole: bool = False

    def __post_init__(self) -> None:
        if not self.lo < self.hi:
            raise SpecError(f"parameter {self.name}: lo must be below hi, got {self.lo} and {self.hi}")
        if self.scale not in ("linear", "log"):
            raise SpecError(f"parameter {self.name}: scale must be linear or log, got {self.scale!r}")
        if self.scale == "log" and self.lo <= 0:
            raise SpecError(f"parameter {self.name}: a log scale needs lo > 0, got {self.lo}")
        if self.name in VIEW_WORDS:
            raise SpecError(f"parameter {self.name}: the word is taken by the view")

    @cached_property
    def grid(self) -> tuple[float, ...]:
        """The stops of a log or whole-number slider, both ends included."""
        if self.scale == "log":
            inner = (float(f"{10 ** (k / 40):.3g}") for k in range(-400, 401))
            return (self.lo, *(v for v in inner if self.lo < v < self.hi), self.hi)
        count = round((self.hi - self.lo) / self.step)
        return tuple(round(self.lo + k * self.step, 10) for k in range(count + 1))

    def check(self, value: float) -> float:
        """Return ``value`` as a float; raise ``ParamError`` naming the rule if this parameter cannot take it."""
        number = _number(self.name, value)
        if not self.lo <= number <= self.hi:
            raise ParamError(self.name, f"must be between {self.lo:g} and {self.hi:g}", number)
        if self.whole and abs(number - min(self.grid, key=lambda g: abs(g - number))) > 1e-9:
            stops = f"{self.grid[0]:g}, {self.grid[1]:g}, …, {self.hi:g}" if len(self.grid) > 2 else "0 or 1"
            raise ParamError(self.name, f"must be one of {stops}", number)
        return number

    def takes(self, value: float) -> bool:
        """Whether this parameter can have the value."""
        try:
            self.check(value)
        except ParamError:
            return False
        return True


def _number(name: str, value: object) -> float:
    """One number of any make, NumPy's and torch's too; a text is none, whatever it says."""
    if not isinstance(value, SupportsFloat):
        raise ParamError(name, "must be a number", value)
    try:
        return float(value)
    except (TypeError, ValueError, RuntimeError):
        raise ParamError(name, "must be one number", value) from None


@dataclass(frozen=True)
class Axis:
    """One coordinate of a slice: its word, its LaTeX symbol, the range it is drawn over, and the domain around it.

    ``edge`` is how far the ends of the range stand inside a domain they may not reach: the points between are then the
    round numbers they would be without it.
    """

    name: str
    symbol: str
    label: str
    lo: float
    hi: float
    domain: tuple[float, float] = (-1e4, 1e4)
    edge: float = 0.0

    def __post_init__(self) -> None:
        if not self.domain[0] <= self.lo < self.hi <= self.domain[1]:
            raise SpecError(
                f"axis {self.name}: the range {self.lo}..{self.hi} must lie inside the domain {self.domain}"
            )

    def check(self, word: str, value: float) -> float:
        """Return ``value`` as a float; raise ``ParamError`` under the name ``word`` if the domain does not hold it."""
        number, (low, high) = _number(word, value), self.domain
        if not low <= number <= high:
            raise ParamError(word, f"must be between {low:g} and {high:g} on axis {self.name}", number)
        return number


def _keyword_defaults(fn: Callable[..., object], owner: str) -> dict[str, float]:
    """The keyword-only parameters of ``fn`` with their defaults."""
    found = {}
    for p in inspect.signature(fn).parameters.values():
        if p.kind is inspect.Parameter.KEYWORD_ONLY:
            if p.default is inspect.Parameter.empty:
                raise SpecError(f"{owner}: parameter {p.name} needs a default in the function's signature")
            found[p.name] = float(p.default)
    return found


def _positional(fn: Callable[..., object]) -> tuple[str, ...]:
    kinds = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    return tuple(p.name for p in inspect.signature(fn).parameters.values() if p.kind in kinds)


def _agree(owner: str, fn: Callable[..., object], params: tuple[Param, ...]) -> dict[str, float]:
    """Check that the declared parameters are those of the signature, in range, and return the defaults."""
    defaults = _keyword_defaults(fn, owner)
    declared = [p.name for p in params]
    for name in declared:
        if declared.count(name) > 1:
            raise SpecError(f"{owner}: parameter {name} is declared twice")
        if name not in defaults:
            raise SpecError(f"{owner}: parameter {name} is declared, but {fn.__name__}() has no such keyword")
    for name in defaults:
        if name not in declared:
            raise SpecError(f"{owner}: {fn.__name__}() takes {name}, but no parameter declares it")
    for p in params:
        try:
            p.check(defaults[p.name])
        except ValueError as error:
            raise SpecError(f"{owner}: the default is not allowed: {error}") from None
    return {p.name: defaults[p.name] for p in params}


@dataclass(frozen=True)
class Descent:
    """A walk down a plane by plain gradient descent: where it starts, how many steps it takes, and its step size, which is a
    setting of the plane and opens at ``default``."""

    start: tuple[float, float]
    steps: int
    rate: Param
    default: float


@dataclass(frozen=True)
class Slice:
    """A differentiable map from one or two coordinates, each ``[n]``, to the inputs of a loss, each ``[n, *example]``.

    ``into`` names other coordinates of the same line: ``{"logit": f}`` says that ``f(u, **params)`` is where the slice
    called ``logit`` passes through the same example, so that the slope there can be asked for while ``u`` is drawn: that
    slice has no parameter that this one lacks.
    ``relaxed`` names the slice that takes the values this one cannot: a soft target on an axis that needs a hard one.
    ``within`` says where a line runs in a plane of its kind: ``{"plane": f}`` says that ``f(u, **params)`` are the plane's
    two coordinates of an example with the same loss. A line along a coordinate of the plane need not say so.
    ``corners`` names the corners of a plane that is a triangle: first those at the two ends of the first coordinate, then the
    one where the second is 1. ``descent`` is a walk to be drawn on a plane. ``right(**params)`` is the stretch of a line
    where the example is on its label's side, or None where a label half-way has no side. ``note`` is a sentence on what the
    examples stand for, where that is not what they are.
    """

    key: str
    name: str
    fn: Callable[..., tuple[Tensor, ...]]
    axes: tuple[Axis, ...]
    params: tuple[Param, ...] = ()
    into: Mapping[str, Callable[..., Tensor]] = field(default_factory=dict)
    relaxed: str = ""
    within: Mapping[str, Callable[..., tuple[Tensor, Tensor]]] = field(default_factory=dict)
    corners: tuple[str, ...] = ()
    descent: Descent | None = None
    right: Callable[..., tuple[float, float] | None] | None = None
    note: str = ""

    def __post_init__(self) -> None:
        owner = f"slice {self.key}"
        if len(self.axes) not in (1, 2):
            raise SpecError(f"{owner}: one coordinate gives a curve and two a surface, got {len(self.axes)}")
        if len(_positional(self.fn)) != len(self.axes):
            raise SpecError(f"{owner}: {self.fn.__name__}() must take {len(self.axes)} coordinates")
        if (self.corners or self.descent) and len(self.axes) != 2:
            raise SpecError(f"{owner}: only a plane has corners or a descent")
        if self.corners and len(self.corners) != 3:
            raise SpecError(f"{owner}: a triangle has three corners, got {len(self.corners)}")
        _agree(owner, self.fn, self.params)

    @property
    def settings(self) -> tuple[Param, ...]:
        """The parameters of the function, and the step size of the descent."""
        return (*self.params, self.descent.rate) if self.descent else self.params

    @cached_property
    def _defaults(self) -> dict[str, float]:
        return _agree(f"slice {self.key}", self.fn, self.params)

    @property
    def defaults(self) -> dict[str, float]:
        """The parameters' defaults, as the function's signature gives them; the reader's own copy."""
        return self._defaults.copy()

    @property
    def opening(self) -> dict[str, float]:
        """What each setting opens with: the defaults, and the step size of the descent."""
        return {**self.defaults, self.descent.rate.name: self.descent.default} if self.descent else self.defaults


@dataclass(frozen=True)
class Kind:
    """What one example is: the inputs in order, their shapes, how to draw valid random ones, and the slices through it.

    ``draw(n, generator)`` returns ``n`` valid examples away from the edges of the domain; generated tests live on it.
    ``size`` is the number of elements of one example, the unit of a request's budget.
    """

    key: str
    name: str
    inputs: tuple[str, ...]
    shapes: tuple[tuple[str, ...], ...]
    slices: tuple[Slice, ...]
    draw: Callable[[int, torch.Generator], tuple[Tensor, ...]]
    size: int = 1
    labelled: bool = False

    def __post_init__(self) -> None:
        if len(self.shapes) != len(self.inputs):
            raise SpecError(f"kind {self.key}: {len(self.inputs)} inputs but {len(self.shapes)} shapes")
        keys = [s.key for s in self.slices]
        if len(set(keys)) != len(keys):
            raise SpecError(f"kind {self.key}: two slices of one key in {keys}")
        for line in self.slices:
            for word in line.into:
                if word not in keys:
                    raise SpecError(f"kind {self.key}: slice {line.key} leads into {word}, which is none of {keys}")
                if lacking := set(self.slice(word).defaults) - set(line.defaults):
                    raise SpecError(f"kind {self.key}: slice {line.key} leads into {word}, but has no {min(lacking)}")

    @property
    def curves(self) -> tuple[Slice, ...]:
        """The slices of one coordinate."""
        return tuple(s for s in self.slices if len(s.axes) == 1)

    @property
    def surfaces(self) -> tuple[Slice, ...]:
        """The slices of two coordinates."""
        return tuple(s for s in self.slices if len(s.axes) == 2)

    def slice(self, key: str) -> Slice:
        """The slice called ``key``; ``KeyError`` if this kind has none."""
        for s in self.slices:
            if s.key == key:
                return s
        raise KeyError(key)


@dataclass(frozen=True)
class Trait:
    """A claim about a loss that one test proves for all who make it and refutes for all who do not.

    ``kinds`` are the kinds it says something about; empty means all.
    """

    key: str
    name: str
    meaning: str
    kinds: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Limit:
    """With its parameters at ``at``, a loss is ``factor`` times the loss called ``other`` (at ``other_at``).

    It is claimed along every curve that both losses have, or along ``slices`` only; ``region`` narrows a coordinate to
    where it is claimed; ``tolerance`` is relative to one plus the size of the value.
    """

    other: str
    at: Mapping[str, float] = field(default_factory=dict)
    other_at: Mapping[str, float] = field(default_factory=dict)
    factor: float = 1.0
    region: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    slices: tuple[str, ...] = ()
    tolerance: float = 1e-9
    words: str = ""


@dataclass(frozen=True)
class Opening:
    """How a loss is best met: the slice, the values and the range it opens with, the example on it to look at first, and the
    heights ``y`` of the loss that are drawn, where those that the curve itself would choose hide the story."""

    slice: str = ""
    values: Mapping[str, float] = field(default_factory=dict)
    lo: float | None = None
    hi: float | None = None
    at: float | None = None
    y: tuple[float, float] | None = None

    def __post_init__(self) -> None:
        if self.y is not None and not self.y[0] < self.y[1]:
            raise SpecError(f"opening: the lower end of y must be below the upper one, got {self.y[0]} and {self.y[1]}")


@dataclass(frozen=True)
class Loss:
    """A pure function from ``n`` examples to ``n`` numbers, and what we claim about it.

    ``formula`` is LaTeX in which ``@name`` stands for a parameter: the page puts its symbol or its number there.
    ``kinks`` are functions of the inputs and parameters whose zeros are where the gradient jumps. ``traits`` hold over the whole
    parameter box, ``traits_at`` with some parameters at the values given.
    """

    fn: Callable[..., Tensor]
    name: str
    kind: Kind
    formula: str
    params: tuple[Param, ...] = ()
    traits: frozenset[Trait] = frozenset()
    traits_at: Mapping[Trait, Mapping[str, float]] = field(default_factory=dict)
    unknown: frozenset[Trait] = frozenset()
    kinks: tuple[Callable[..., Tensor], ...] = ()
    limits: tuple[Limit, ...] = ()
    conventions: tuple[str, ...] = ()
    refs: tuple[str, ...] = ()
    used_in: str = ""
    also: tuple[str, ...] = ()
    documents: tuple[str, ...] = ()
    opening: Opening = Opening()

    def __post_init__(self) -> None:
        owner = f"loss {self.key}"
        if _positional(self.fn) != self.kind.inputs:
            raise SpecError(
                f"{owner}: {self.key}{_positional(self.fn)} does not take the inputs of its kind, {self.kind.inputs}"
            )
        if not self.kind.curves:
            raise SpecError(f"{owner}: its kind {self.kind.key} has no slice of one coordinate")
        _agree(owner, self.fn, self.params)
        self._check_formula(owner)
        self._check_slices(owner)
        self._check_traits(owner)

    def _check_traits(self, owner: str) -> None:
        if (self.traits | set(self.traits_at)) & self.unknown:
            raise SpecError(f"{owner}: a trait is claimed and unknown at once")
        params = {p.name: p for p in self.params}
        for trait, at in self.traits_at.items():
            if trait in self.traits or not at:
                raise SpecError(f"{owner}: {trait.key} is claimed for some values and for all")
            for name, value in at.items():
                if name not in params:
                    raise SpecError(f"{owner}: {trait.key} is claimed at {name}, which is no parameter")
                try:
                    params[name].check(value)
                except ParamError as error:
                    raise SpecError(f"{owner}: {trait.key} is claimed where it cannot be: {error}") from None

    def _check_formula(self, owner: str) -> None:
        named = set(PLACEHOLDER.findall(self.formula))
        for p in self.params:
            if p.name not in named:
                raise SpecError(f"{owner}: parameter {p.name} does not appear in the formula as @{p.name}")
        for name in named - {p.name for p in self.params}:
            raise SpecError(f"{owner}: the formula names @{name}, which is no parameter")

    def _check_slices(self, owner: str) -> None:
        for s in self.kind.slices:
            clash = {p.name for p in self.params} & {p.name for p in s.settings}
            if clash:
                raise SpecError(f"{owner}: parameter {min(clash)} clashes with a parameter of slice {s.key}")
        if self.opening.slice and self.opening.slice not in {s.key for s in self.kind.slices}:
            raise SpecError(f"{owner}: it opens on slice {self.opening.slice}, which its kind does not have")

    @property
    def key(self) -> str:
        """The public name: the function's."""
        return self.fn.__name__

    @cached_property
    def _defaults(self) -> dict[str, float]:
        return _agree(f"loss {self.key}", self.fn, self.params)

    @property
    def defaults(self) -> dict[str, float]:
        """The parameters' defaults, as the function's signature gives them; the reader's own copy."""
        return self._defaults.copy()

    def __deepcopy__(self, memo: object) -> Loss:
        return self  # nothing in it changes

    @property
    def claim(self) -> str:
        """The first line of the function's docstring: what a reader should remember."""
        return (inspect.getdoc(self.fn) or "").split("\n", 1)[0]

    @property
    def source(self) -> str:
        """The source of the function: the mathematics as it runs."""
        return inspect.getsource(self.fn)

    def latex(self, **values: float) -> str:
        """The formula with symbols, or with the numbers given."""
        symbols = {p.name: p.symbol or rf"\mathrm{{{p.name}}}" for p in self.params}

        def fill(match: re.Match[str]) -> str:
            name = match[1]
            return f"{values[name]:.6g}" if name in values else symbols[name]

        return PLACEHOLDER.sub(fill, self.formula)
