"""The part of a script that draws with matplotlib, the same in every dialect."""

from __future__ import annotations

import json
from textwrap import fill

import numpy as np

from ui.charts.lines import AS_THE_LOSS, SYMLOG_UNIT, Panel, range_of
from ui.charts.template import colour
from ui.export.plane import Plane
from ui.plot import Plot

__all__ = ["draw_curves", "draw_surface", "quoted"]

LONG = 20  # letters of a title on one line
CURVES = """
figure, axes = plt.subplots(len(panels), sharex=True, squeeze=False, figsize={size}, height_ratios={heights})
axes = axes[:, 0]
print("curve", "x", *(row for row, *_ in panels), sep="\\t")
for c in curves:
    i = int(np.abs(c["x"] - AT).argmin())
    print(c["style"]["label"], float(c["x"][i]), *(float(c[row][i]) for row, *_ in panels), sep="\\t")
for axis, (row, title, scale, ends) in zip(axes, panels):
    for c in curves:
        x, y = c["x"], c[row]
        if row != "area":  # the pen is lifted where the row jumps
            after = np.asarray(c["jumps" if row in {values} else "breaks"], dtype=int) + 1
            x, y = np.insert(x, after, x[after]), np.insert(y, after, np.nan)
        axis.plot(x, y, **c["style"])
    axis.set_yscale(**scale)
    axis.set(ylabel=title, ylim=ends)
    axis.axvline(AT, color="0.6", linewidth=0.8)
    for c in curves:
        i = int(np.abs(c["x"] - AT).argmin())
        axis.plot(c["x"][i], c[row][i], "o", color=c["style"]["color"])
"""
TANGENT = """
c = curves[{lead}]
i = int(np.abs(c["x"] - AT).argmin())
x = c["x"][i] + np.array([{low!r}, {high!r}])
axes[0].plot(x, c["value"][i] + c["gradient"][i] * (x - c["x"][i]), color="0.3", linewidth=1.2)  # the tangent
"""

SURFACE = """
figure, axis = plt.subplots(figsize=(7, 5.4))
mesh = axis.pcolormesh(u, v, z, vmin={low!r}, vmax={high!r}, cmap="{colours}", shading="gouraud")
axis.contour(u, v, z, levels=np.linspace({low!r}, {high!r}, 17), colors="white", linewidths=0.6, alpha=0.6)
figure.colorbar(mesh, label={title})
"""

SPACE = """
figure, axis = plt.subplots(figsize=(7, 5.4), subplot_kw=dict(projection="3d"))
mesh = axis.plot_surface(u, v, z.clip({low!r}, {high!r}), cmap="{colours}", rcount=80, ccount=80)
axis.set_zlabel({title})
"""

PRINTED = """
print("x", "y", "loss", "gradient in x", "gradient in y", sep="\\t")
for i, j in {places}:
    print(*map(float, (x[i], y[j], value[j, i], gradients[0][j, i], gradients[1][j, i])), sep="\\t")
"""


def quoted(words: str) -> str:
    """A text as Python's source has it."""
    return json.dumps(words, ensure_ascii=False)


def _short(number: float) -> float:
    return float(f"{number:.6g}")


# --- curves -----------------------------------------------------------------------------------------------------------


def draw_curves(taken: Plot) -> str:
    """The panels, with all that is marked on them."""
    panels = "".join(f"    {_panel(taken, *both)},\n" for both in zip(taken.panels, taken.titles, strict=True))
    size = (7, round(1.6 + 1.9 * sum(panel.height for panel in taken.panels), 1))
    view = taken.views[0]
    lines = [
        f"AT = {taken.cursor!r}  # the cursor",
        f"panels = [\n{panels}]",
        CURVES.strip("\n").format(size=size, heights=[panel.height for panel in taken.panels], values=AS_THE_LOSS),
        *_tangent(taken),
        *_regions(taken),
        *_minima(taken),
        *_places(taken),
        f"axes[-1].set(xlabel={quoted(taken.title)}, xlim={taken.ends or view.range!r})",
        "axes[0].legend()",
        "figure.tight_layout()",
        "plt.show()",
    ]
    return "\n".join(lines)


def _panel(taken: Plot, panel: Panel, title: str) -> str:
    """Its row, its title in lines that fit it, its scale, and its ends in the units of the row."""
    low, high = panel.range or range_of([line.row(panel.row) for line in taken.lines], panel.scale)
    scale = f'dict(value="{panel.scale}")'
    if panel.scale == "log":
        low, high = 10**low, 10**high
    elif panel.scale == "symlog":
        scale = f'dict(value="asinh", linear_width={2 * SYMLOG_UNIT!r})'
        low, high = (2 * SYMLOG_UNIT * float(np.sinh(end * np.log(10))) for end in (low, high))
    ends = (float(low), float(high)) if panel.range else (_short(low), _short(high))
    return f"({quoted(panel.row)}, {quoted(fill(title, LONG))}, {scale}, {ends!r})"


def _tangent(taken: Plot) -> list[str]:
    if taken.touching is None:
        return []
    low, high = (float(end) for end in taken.touching[0] - taken.cursor)
    return [TANGENT.strip("\n").format(lead=taken.lead, low=low, high=high)]


def _regions(taken: Plot) -> list[str]:
    """Tinted regions: over x on every panel, or over y on one. Each kind has its words on a line of its own."""
    lines = []
    kinds = list(dict.fromkeys(region.words for region in taken.shades))
    tint = f'color="{colour(taken.slots[taken.lead], False)}", alpha=0.1, linewidth=0'
    for region in taken.shades:
        ends = f"{region.lo!r}, {region.hi!r}, {tint}"
        if region.panel is None:
            lines += ["for axis in axes:", f"    axis.axvspan({ends})"]
            place = f"axes[0].text({0.5 * (region.lo + region.hi)!r}, {0.97 - 0.1 * kinds.index(region.words):.2f}"
            across = "transform=axes[0].get_xaxis_transform()"
        else:
            lines.append(f"axes[{region.panel}].axhspan({ends})")
            place = f"axes[{region.panel}].text(0.8, {region.lo!r}"
            across = f"transform=axes[{region.panel}].get_yaxis_transform()"
        lines.append(f'{place}, {quoted(region.words)}, {across}, ha="center", va="top", color="0.3", clip_on=True)')
    return lines


def _minima(taken: Plot) -> list[str]:
    """A diamond at each curve's minimum, a bar along its plateau."""
    rows = [panel.row for panel in taken.panels]
    found = [(k, taken.derived[k].minimum) for k in taken.seen if "value" in rows]
    return [
        f'axes[{rows.index("value")}].plot([{least.lo!r}, {least.hi!r}], [{least.value!r}] * 2, "D-", '
        f'color="{colour(taken.slots[k], False)}")'
        for k, least in found
        if least
    ]


def _places(taken: Plot) -> list[str]:
    """A dot and words at each named place."""
    return [
        f"axes[{place.panel}].annotate({quoted(place.words)}, ({place.x!r}, {place.y!r}), "
        f'{(0.75 * place.shift[0], -0.75 * place.shift[1])!r}, textcoords="offset points", ha="center", '
        'arrowprops=dict(arrowstyle="-"), fontweight="bold")'
        for place in taken.places
    ]


# --- a surface --------------------------------------------------------------------------------------------------------


def draw_surface(plane: Plane) -> str:
    """The heat map with its contours, or the surface in three dimensions; its corners, its middle and the example are printed."""
    low, high = plane.limits
    title = quoted(plane.titles[2])
    row = {"value": "value", "gradient_x": "gradients[0]", "gradient_y": "gradients[1]"}[plane.row]
    corners = plane.view.the_slice.corners
    parts = [
        _printed(plane),
        f"z = {row}",
        "u, v = np.meshgrid(x, y)",
        *(["u = u * (1 - v) + v / 2  # a triangle: its upper edge is one point"] if corners else []),
        (SPACE if plane.space else SURFACE)
        .strip("\n")
        .format(
            low=_short(low),
            high=_short(high),
            colours="viridis" if plane.row == "value" else "RdBu",
            title=title,
        ),
    ]
    parts += _lines(plane, low, high)
    if plane.at and not plane.space:
        x, y = plane.placed(plane.at)
        parts.append(f'axis.plot({x!r}, {y!r}, "o", markerfacecolor="none", markeredgecolor="white")')
    if corners:
        parts += ["axis.set_axis_off()", *_corners(plane, low)]
    else:
        parts.append(f"axis.set(xlabel={quoted(plane.titles[0])}, ylabel={quoted(plane.titles[1])})")
    return "\n".join([*parts, *_look(plane), "figure.tight_layout()", "plt.show()"])


def _look(plane: Plane) -> list[str]:
    """The piece that is shown; in three dimensions the side that it is seen from."""
    if plane.space:
        eye = plane.figure().layout.scene.camera.eye
        up, around = np.degrees([np.arctan2(eye.z, np.hypot(eye.x, eye.y)), np.arctan2(eye.y, eye.x)])
        return [f"axis.view_init(elev={up:.1f}, azim={around:.1f})"]
    ends = ", ".join(f"{name}lim={ends!r}" for name, ends in plane.zoom)
    return [f"axis.set({ends})"] if ends else []


def _lines(plane: Plane, low: float, high: float) -> list[str]:
    """The curve's slice, and the descent."""
    lines = []
    for trace in plane.figure().data:
        if trace.name == "the curve's slice":
            rows = [trace.x, trace.y, *([trace.z] if plane.space else [])]
            few = np.unique(np.linspace(0, len(trace.x) - 1, 41).round().astype(int))
            said = ", ".join(repr([_short(float(c)) for c in np.asarray(row)[few]]) for row in rows)
            style = 'color="black", linewidth=3' if plane.space else 'color="white", linewidth=2, linestyle="--"'
            lines.append(f"axis.plot({said}, {style})  # the curve's slice")
    if plane.surface.path and (not plane.space or plane.row == "value"):
        rows_ = (
            f"path[0], path[1], path[2].clip({_short(low)!r}, {_short(high)!r})" if plane.space else "path[0], path[1]"
        )
        lines.append(f'axis.plot({rows_}, "o-", color="tab:orange", markersize=3)  # the descent')
    if lines and not plane.space:
        lines.append("axis.set(xlim=(u.min(), u.max()), ylim=(v.min(), v.max()))")
    return lines


def _corners(plane: Plane, low: float) -> list[str]:
    """The words at the corners of a triangle."""
    places = ((0, 0, "top"), (1, 0, "top"), (0.5, 1, "bottom"))
    height = f"{_short(low)!r}, " if plane.space else ""
    return [
        f'axis.text({x}, {y}, {height}{quoted(words)}, ha="center", va="{va}")'
        for (x, y, va), words in zip(places, plane.view.the_slice.corners, strict=True)
    ]


def _printed(plane: Plane) -> str:
    """The four corners, the middle, and the sample nearest to the example."""
    last = plane.view.points - 1
    places = [(0, 0), (last, 0), (0, last), (last, last), (last // 2, last // 2)]
    if plane.at:
        surface = plane.surface
        a, b = (int(np.abs(row - at).argmin()) for row, at in zip((surface.x, surface.y), plane.at, strict=True))
        places.append((a, b))
    return PRINTED.strip("\n").format(places=places)
