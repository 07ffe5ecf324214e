"""Who may import whom. Each layer knows those below it, and none knows the browser's side of the house by accident."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@dataclass(frozen=True)
class Layer:
    """The files of a layer, and what they must not import; with ``only``, what they may import beside the standard library."""

    files: str
    never: frozenset[str]
    beside: tuple[str, ...] = ()
    only: frozenset[str] | None = field(default=None)


LAYERS = {
    "losslib": Layer(
        "losslib/**/*.py", frozenset({"streamlit", "plotly", "starlette", "ui", "pages"}),
        only=frozenset({"losslib", "torch", "numpy"}),
    ),
    "ui/charts": Layer(
        "ui/charts/**/*.py", frozenset({"streamlit", "torch", "starlette", "pages"}),
        only=frozenset({"losslib", "numpy", "plotly", "ui.charts"}),
    ),
    "ui/pictures": Layer(
        "ui/pictures/**/*.py", frozenset({"streamlit", "plotly", "torch", "starlette", "pages"}),
        only=frozenset({"losslib", "numpy", "ui.pictures", "ui.words"}),
    ),
    "ui/api": Layer(
        "ui/api*/**/*.py", frozenset({"streamlit", "plotly", "torch", "pages"}),
        only=frozenset({"anyio", "losslib", "numpy", "starlette", "ui.api", "ui.caching", "ui.cast", "ui.mount", "ui.pictures", "ui.scenes"}),
    ),
    "ui": Layer("ui/**/*.py", frozenset({"torch", "pages"}), beside=("ui/charts", "ui/api")),
    "pages": Layer(
        "pages/**/*.py", frozenset({"torch", "numpy", "plotly", "math", "starlette"}),
        only=frozenset({"losslib", "streamlit", "ui"}),
    ),
}  # fmt: skip


def imports(source: str) -> set[str]:
    """The whole names of all that a file imports, at its top or inside a function."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {name.name for name in node.names}
        elif isinstance(node, ast.ImportFrom):
            found |= {"." if node.level else f"{node.module}.{name.name}" for name in node.names}
    return found


def wrong(layer: Layer, imported: set[str]) -> set[str]:
    """What a file of a layer imports and must not."""
    found = {name for name in imported if is_in(name, layer.never)}
    if layer.only is not None:
        found |= {name for name in imported if not is_in(name, layer.only | sys.stdlib_module_names)}
    return found


def is_in(name: str, packages: frozenset[str]) -> bool:
    """Whether it is one of the packages, or a part of one."""
    parts = name.split(".")
    return any(".".join(parts[:k]) in packages for k in range(1, len(parts) + 1))


def files_of(name: str) -> Iterator[Path]:
    """The files of a layer that stand."""
    layer = LAYERS[name]
    for file in sorted(ROOT.glob(layer.files)):
        if not file.relative_to(ROOT).as_posix().startswith(layer.beside or ("\0",)):
            yield file


@pytest.mark.parametrize(
    ("layer", "file"),
    [pytest.param(name, f, id=f.relative_to(ROOT).as_posix()) for name in LAYERS for f in files_of(name)],
)
def test_a_file_imports_only_what_its_layer_may(layer, file):
    assert not wrong(LAYERS[layer], imports(file.read_text()))


@pytest.mark.parametrize("name", LAYERS)
def test_every_layer_has_files(name):
    assert list(files_of(name))


@pytest.mark.parametrize(
    ("layer", "source"),
    [
        ("losslib", "import streamlit"),
        ("losslib", "import scipy"),
        ("losslib", "from ui.words import X"),
        ("losslib", "def f():\n    import plotly.graph_objects as go"),
        ("losslib", "from .kinds import BINARY"),
        ("ui/charts", "import torch.nn"),
        ("ui/charts", "import pandas"),
        ("ui/charts", "from ui import caching"),
        ("ui/charts", "from ui.caching import drawn"),
        ("ui/pictures", "from ui.charts.template import colour"),
        ("ui/api", "import requests"),
        ("ui/api", "from ui.live import Live"),
        ("pages", "import pandas as pd"),
        ("ui/charts", "from streamlit import cache_data"),
        ("ui/api", "from plotly import offline"),
        ("ui", "from torch import Tensor"),
        ("ui", "from pages.explore import x"),
        ("pages", "from math import pi"),
        ("pages", "if True:\n    import numpy as np"),
    ],
)
def test_a_forbidden_import_would_be_found(layer, source):
    assert wrong(LAYERS[layer], imports(source))


def test_allowed_imports_are_allowed():
    assert not wrong(LAYERS["losslib"], imports("import math, torch.nn\nfrom numpy.typing import NDArray"))
    assert not wrong(LAYERS["pages"], imports("import streamlit as st\nfrom losslib import LOSSES"))
    assert not wrong(LAYERS["ui/charts"], imports("import plotly.graph_objects as go\nfrom ui.charts import lines"))
    assert not wrong(
        LAYERS["ui/api"], imports("import json\nfrom ui.api import wire\nfrom starlette.routing import Route")
    )


@pytest.mark.parametrize(
    ("module", "absent"),
    [("losslib", ("streamlit", "plotly", "starlette", "scipy")), ("ui.api", ("streamlit", "plotly"))],
)
def test_a_layer_stays_clean_through_all_that_it_imports(module, absent):
    code = f"import sys, {module}; print(*(m for m in {absent!r} if m in sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.split() == []


# --- no loss in the browser ------------------------------------------------------------------------------------------

# What measures pixels and sizes, which any script may; and where an axis has a scale of its own, a count or an array a square.
PLAIN = frozenset({"abs", "ceil", "floor", "hypot", "max", "min", "round", "sign", "trunc"})
SCALES = {
    "ui/live/chart.js": (
        "Math.asinh(v / (2 * unit)) / Math.LN10",
        "log ? Math.log10(v) : this.scaled(row, v)",
    ),
    "ui/live/frames.js": ("head.points ** 2",),
}
SCRIPT_COMMENT = re.compile(r"/\*.*?\*/|^\s*//[^\n]*$|(?<=[;{}]) //[^\n]*$", re.DOTALL | re.MULTILINE)


def formulas(script: str, named: tuple[str, ...] = ()) -> set[str]:
    """What a script could compute a loss with, beside what is named."""
    code = SCRIPT_COMMENT.sub("", script)
    for scale in named:
        code = code.replace(scale, "")
    functions = {f"Math.{name}" for name in re.findall(r"\bMath\s*\.\s*(\w+)", code) if name not in PLAIN}
    hidden = {"Math as a value"} if re.search(r"\bMath\b(?!\s*\.)", code) else set()
    return functions | hidden | ({"**"} if "**" in code else set())


@pytest.mark.parametrize("file", [pytest.param(f, id=f.name) for f in sorted(ROOT.glob("ui/**/*.js"))])
def test_no_loss_formula_exists_in_javascript(file):
    script = file.read_text()
    named = SCALES.get(file.relative_to(ROOT).as_posix(), ())
    assert not formulas(script, named)
    assert all(scale in script for scale in named), "a scale that is named here and used nowhere"


@pytest.mark.parametrize(
    "line",
    [
        "const y = Math.exp(-z);",
        "return -Math.log1p(p);",
        "Math . pow(1 - p, gamma)",
        "(1 - p) ** gamma",
        "const { exp } = Math;",
        "Math['exp'](1)",
    ],
)
def test_a_formula_in_javascript_would_be_found(line):
    assert formulas(line)
    assert not formulas(f"/** {line} */")
    assert not formulas("Math.max(0, Math.abs(x))")
    assert formulas(f"// said before\n{line}")


# --- leftovers -------------------------------------------------------------------------------------------------------

TEXT = (".py", ".js", ".css", ".md", ".toml", ".yml", ".yaml", ".html")
LEFTOVERS = re.compile(
    r"\b(?:TO" + r"DO|FIX" + r"ME|XX" + r"X|HA" + r"CK)\b"
    r"|break" + r"point\(\)|import p" + r"db\b|debug" + r"ger;|console\.l" + r"og\("
    r"|<<<<" + r"<<<|>>>>" + r">>>"
    r"|(?<![\w./])/(?:wo" + r"rk|ro" + r"ot|Us" + r"ers)/\w"
)


def texts() -> list[Path]:
    """The files that are under version control and meant to be read."""
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False).stdout.split(
        "\n"
    )
    return [ROOT / name for name in listed if name.endswith(TEXT) and (ROOT / name).is_file()]


def test_nothing_was_left_lying_about():
    found = [
        f"{file.relative_to(ROOT)}:{number}: {line.strip()[:80]}"
        for file in texts()
        for number, line in enumerate(file.read_text().splitlines(), 1)
        if LEFTOVERS.search(line)
    ]
    assert not found


@pytest.mark.parametrize(
    "line", ["# TO" + "DO later", "    break" + "point()", "see /wo" + "rk/notes", "<<<<" + "<<< HEAD"]
)
def test_a_leftover_would_be_found(line):
    assert LEFTOVERS.search(line)
    assert not LEFTOVERS.search("a todo list, hacked in a workshop: /api/wo" + "rk/x")
