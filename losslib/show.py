"""How a curve and a surface show themselves in a notebook, and in small: plain SVG, no drawing library."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

import numpy as np
from numpy.typing import NDArray

__all__ = ["path", "picture_of_curve", "picture_of_surface"]

Array = NDArray[np.float64]
BLUE = np.array([31, 119, 180])
TILES = 48


def path(x: Array, y: Array, width: float, height: float) -> str:
    """The SVG path of a line scaled into a box; it lifts the pen where ``y`` is not finite."""
    seen = y[np.isfinite(y)]
    if not len(seen):
        return ""
    low, high = float(seen.min()), float(seen.max())
    span = high - low or 1.0
    across = (x - x[0]) / (x[-1] - x[0]) * width
    down = height - (y - low) / span * height
    steps, pen = [], "M"
    for a, b in zip(across, down, strict=True):
        if np.isfinite(b):
            steps.append(f"{pen}{a:.1f} {b:.1f}")
            pen = "L"
        else:
            pen = "M"
    return "".join(steps)


def _caption(words: Mapping[str, str]) -> str:
    return escape(", ".join(f"{word} = {text}" for word, text in words.items()))


def picture_of_curve(x: Array, value: Array, gradient: Array, words: Mapping[str, str]) -> str:
    """The loss above and its gradient below, as one SVG with a caption."""
    lines = "".join(
        f'<g transform="translate(8 {top})"><path d="{path(x, y, 384, 110)}" fill="none" stroke="{colour}" stroke-width="2"/></g>'
        for top, y, colour in ((8, value, "#1f77b4"), (132, gradient, "#ff7f0e"))
    )
    return f'<figure><svg viewBox="0 0 400 250" width="400" height="250">{lines}</svg><figcaption>{_caption(words)}; loss above, gradient below</figcaption></figure>'


def picture_of_surface(value: Array, words: Mapping[str, str]) -> str:
    """The values as a small map of tiles, darker where the loss is larger."""
    step = max(1, len(value) // TILES)
    small = value[::step, ::step]
    seen = small[np.isfinite(small)]
    low, span = (float(seen.min()), float(np.ptp(seen)) or 1.0) if len(seen) else (0.0, 1.0)
    side = 320 / len(small)
    tiles = []
    for j, row in enumerate(small):
        for i, v in enumerate(row):
            shade = float(np.clip((v - low) / span, 0, 1)) if np.isfinite(v) else 1.0
            red, green, blue = (255 - shade * (255 - BLUE)).astype(int)
            tiles.append(
                f'<rect x="{i * side:.1f}" y="{320 - (j + 1) * side:.1f}" width="{side:.1f}" height="{side:.1f}" fill="rgb({red},{green},{blue})"/>'
            )
    return f'<figure><svg viewBox="0 0 320 320" width="320" height="320">{"".join(tiles)}</svg><figcaption>{_caption(words)}; darker is larger</figcaption></figure>'
