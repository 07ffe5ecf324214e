"""How parameters, numbers, axes and curves are written; one place for each."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterable, Mapping
from decimal import ROUND_HALF_UP, Context

from losslib.spec import Loss, Param, Trait
from losslib.traits import TRAITS
from losslib.view import View

__all__ = [
    "claims",
    "curve_name",
    "curve_text",
    "decimals",
    "filled",
    "glyph",
    "gradient_title",
    "number",
    "second_title",
    "x_symbol",
]

GREEK = re.compile(r"\\(var)?([a-z]+)")
PLAIN = (1e-3, 1e5)
SUBSCRIPTS = str.maketrans("0123456789+-tmxp", "₀₁₂₃₄₅₆₇₈₉₊₋ₜₘₓₚ")


def glyph(symbol: str) -> str:
    r"""A LaTeX symbol as plain characters: ``\gamma`` is γ, ``p_t`` is pₜ, ``\hat y`` is ŷ."""
    text = re.sub(r"\\hat\s*\{?(\w)\}?", lambda m: unicodedata.normalize("NFC", m[1] + "\u0302"), symbol)
    text = re.sub(r"\\Delta\s*", "Δ", text)
    text = re.sub(r"\\(?:mathrm|text)\{([^}]*)\}", r"\1", text)
    text = GREEK.sub(
        lambda m: unicodedata.lookup(f"GREEK SMALL LETTER {m[2].upper().replace('LAMBDA', 'LAMDA')}"), text
    )
    return re.sub(r"_\{?([0-9+\-tmxp])\}?", lambda m: m[1].translate(SUBSCRIPTS), text)


def number(value: float) -> str:
    """Four digits, a true minus, and three digits with a power of ten where zeros would pile up: as the live chart does."""
    if not math.isfinite(value):
        return "–" if math.isnan(value) else "∞" if value > 0 else "−∞"
    piled = value != 0 and not PLAIN[0] <= abs(value) < PLAIN[1]
    rounded = (
        Context(prec=3 if piled else 4, rounding=ROUND_HALF_UP).create_decimal_from_float(value or 0.0).normalize()
    )
    return f"{rounded:{'e' if piled else 'f'}}".replace("e+", "e").replace("-", "−")


def decimals(param: Param) -> int:
    """How many decimals the parameter's steps need."""
    return max(0, len(f"{param.step:.10f}".rstrip("0").split(".")[1]))


def curve_text(loss: str, numbers: Iterable[tuple[str, str]]) -> str:
    """``KEY:name=value,…``, as an address says a curve."""
    said = ",".join(f"{name}={text}" for name, text in numbers)
    return f"{loss}:{said}" if said else loss


def claims(loss: Loss) -> dict[Trait, str]:
    """The traits of a loss, each in words: ``proper``, and ``proper at w₊ = 1`` where it holds there only."""
    symbols = {p.name: glyph(p.symbol or p.name) for p in loss.params}
    found = {}
    for trait in TRAITS:
        if trait in loss.traits:
            found[trait] = trait.name
        elif trait in loss.traits_at:
            where = ", ".join(f"{symbols[name]} = {number(value)}" for name, value in loss.traits_at[trait].items())
            found[trait] = f"{trait.name} at {where}"
    return found


def curve_name(loss: Loss, said: Iterable[Param]) -> list[str]:
    """``Focal`` and ``γ = {gamma}``: the name of a curve, and in one piece each what is said of its numbers."""
    equal = "\N{NO-BREAK SPACE}=\N{NO-BREAK SPACE}"
    return [loss.name, *(f"{glyph(p.symbol or p.name)}{equal}{{{p.name}}}" for p in said)]


def filled(name: str, values: Mapping[str, float | str]) -> str:
    """A name with its numbers, or with other texts in their place."""
    return name.format(**{n: v if isinstance(v, str) else number(v) for n, v in values.items()})


def x_symbol(view: View) -> str:
    """The symbol of the drawn coordinate."""
    return glyph(view.the_slice.axes[0].symbol)


def _slope_symbol(view: View) -> str:
    if view.gradient == "x":
        return x_symbol(view)
    return glyph(view.the_loss.kind.slice(view.gradient).axes[0].symbol)


def gradient_title(view: View) -> str:
    """``gradient dL/dz``, in the coordinate that the view asks for."""
    return f"gradient dL/d{_slope_symbol(view)}"


def second_title(view: View) -> str:
    """``curvature d²L/dz²``."""
    symbol = _slope_symbol(view)
    return f"curvature d²L/d{symbol}²"
