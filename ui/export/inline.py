"""The source of functions with all that they use of ``losslib``, in dependency order and without ``losslib``.

A name is followed from the module that uses it to the module that defines it, through the modules' own syntax trees; what
comes from elsewhere stays an import. Where two things of one name meet, one is renamed wherever it is used.
"""

from __future__ import annotations

import ast
import importlib
import inspect
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

__all__ = ["Inlined", "inline"]

HOUSE = "losslib"
Key = tuple[str, str]  # a module, and a name at its top


@dataclass(frozen=True)
class Inlined:
    """``imports`` and ``source`` for the head of a script, and what each function asked for is called in it."""

    imports: tuple[str, ...]
    source: str
    names: tuple[str, ...]


@dataclass
class _Piece:
    """One definition: its text, the names that it uses from its module's top, and those that it binds within."""

    module: str
    name: str
    text: str
    tree: ast.AST
    lambda_: bool = False
    uses: dict[str, Key] = field(default_factory=dict)
    binds: set[str] = field(default_factory=set)


@lru_cache(maxsize=64)
def _module(name: str) -> tuple[str, dict[str, ast.stmt]]:
    """The source of a module and its statements by the names that they bind."""
    source = inspect.getsource(importlib.import_module(name))
    bound: dict[str, ast.stmt] = {}
    for node in ast.parse(source).body:
        for word in _bound(node):
            bound[word] = node
    return source, bound


def _bound(node: ast.stmt) -> Iterator[str]:
    if isinstance(node, ast.Import | ast.ImportFrom):
        yield from (a.asname or a.name.split(".")[0] for a in node.names)
    elif isinstance(node, ast.FunctionDef | ast.ClassDef):
        yield node.name
    elif isinstance(node, ast.Assign | ast.AnnAssign):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        yield from (n.id for t in targets for n in ast.walk(t) if isinstance(n, ast.Name))


def _home(module: str, name: str) -> Key:
    """The module that defines what ``name`` is in ``module``; a foreign thing's is the import that brings it."""
    node = _module(module)[1].get(name)
    if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == HOUSE:
        alias = next(a for a in node.names if (a.asname or a.name) == name)
        return _home(str(node.module), alias.name)
    return module, name


def _foreign(key: Key) -> tuple[str, str] | None:
    """``("from torch import", "nn")`` for something imported from elsewhere."""
    node = _module(key[0])[1][key[1]]
    if not isinstance(node, ast.Import | ast.ImportFrom):
        return None
    alias = next(a for a in node.names if (a.asname or a.name.split(".")[0]) == key[1])
    return (f"from {node.module} import" if isinstance(node, ast.ImportFrom) else "import"), alias.name


class _Gathering:
    """The pieces in the order in which a script must have them."""

    def __init__(self) -> None:
        self.pieces: dict[Key, _Piece] = {}
        self.foreign: dict[Key, tuple[str, str]] = {}
        self.under_way: set[Key] = set()

    def function(self, fn: Callable[..., Any]) -> Key:
        """A function or a lambda, with all that it uses."""
        if fn.__name__ != "<lambda>":
            return self.name(fn.__module__, fn.__name__)
        source, _ = _module(fn.__module__)
        line = fn.__code__.co_firstlineno
        arguments = fn.__code__.co_varnames[: fn.__code__.co_argcount + fn.__code__.co_kwonlyargcount]
        node = next(
            n
            for n in ast.walk(ast.parse(source))
            if isinstance(n, ast.Lambda)
            and n.lineno == line
            and tuple(a.arg for a in (*n.args.args, *n.args.kwonlyargs)) == arguments
        )
        key = (fn.__module__, f"line_{line}")
        self._piece(key, str(ast.get_source_segment(source, node)), is_lambda=True)
        return key

    def name(self, module: str, name: str) -> Key:
        """What a name stands for in a module."""
        key = _home(module, name)
        if key in self.pieces or key in self.under_way or key in self.foreign:
            return key
        source, bound = _module(key[0])
        found = _foreign(key)
        if found:
            self.foreign[key] = found
            return key
        node = bound[key[1]]
        first = min([node.lineno, *(d.lineno for d in getattr(node, "decorator_list", []))])
        self._piece(key, "\n".join(source.splitlines()[first - 1 : node.end_lineno]))
        return key

    def _piece(self, key: Key, text: str, is_lambda: bool = False) -> None:
        self.under_way.add(key)
        tree = ast.parse(f"({text})" if is_lambda else text)
        piece = _Piece(*key, f"({text})" if is_lambda else text, tree, is_lambda)
        top = _module(key[0])[1]
        own = {key[1]}
        for node in ast.walk(tree):
            if isinstance(node, ast.arg):
                piece.binds.add(node.arg)
            elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                piece.binds.add(node.id)
        piece.binds -= own
        for node in ast.walk(tree):
            if isinstance(node, ast.Name) and node.id in top and node.id not in piece.binds:
                piece.uses[node.id] = key if node.id in own else self.name(key[0], node.id)
        self.pieces[key] = piece
        self.under_way.discard(key)


def inline(functions: Iterable[Callable[..., Any]], taken: Iterable[str] = ()) -> Inlined:
    """The functions with all that they use; no name at the top of the text is one of ``taken``."""
    gathering = _Gathering()
    keys = [gathering.function(fn) for fn in functions]
    names = _names(gathering, set(taken))
    imports = sorted({_import(*found, names[key]) for key, found in gathering.foreign.items()})
    texts = [_renamed(piece, key, names) for key, piece in gathering.pieces.items()]
    blocks = []
    for (key, piece), text in zip(gathering.pieces.items(), texts, strict=True):
        blocks.append(f"{names[key]} = {text}" if piece.lambda_ else text)
    return Inlined(tuple(imports), "\n\n\n".join(blocks), tuple(names[key] for key in keys))


def _names(gathering: _Gathering, taken: set[str]) -> dict[Key, str]:
    """A name for everything, the same for the same thing, that no function uses for something of its own."""
    within = {word for piece in gathering.pieces.values() for word in piece.binds}
    names: dict[Key, str] = {}
    brought: dict[tuple[str, str], str] = {}
    used = set(taken)
    for key, found in gathering.foreign.items():
        if found not in brought:
            stem = found[1].replace(".", "_")
            brought[found] = next(n for n in (stem, f"torch_{stem}", f"foreign_{stem}") if n not in used | within)
            used.add(brought[found])
        names[key] = brought[found]
    for module, name in gathering.pieces:
        home = module.rsplit(".", 1)[-1]
        tries = (name, f"{home}_{name.lstrip('_')}", f"{home}_{name.lstrip('_')}_", f"the_{home}_{name.lstrip('_')}")
        names[module, name] = next(n for n in tries if n not in used | within)
        used.add(names[module, name])
    return names


def _import(how: str, what: str, name: str) -> str:
    return f"{how} {what}" if name == what else f"{how} {what} as {name}"


def _renamed(piece: _Piece, key: Key, names: dict[Key, str]) -> str:
    """The text with its names of the top as the script has them."""
    edits: list[tuple[int, int, str, str]] = []
    for node in ast.walk(piece.tree):
        if isinstance(node, ast.Name) and node.id in piece.uses:
            edits.append((node.lineno, node.col_offset, node.id, names[piece.uses[node.id]]))
        elif isinstance(node, ast.Name) and node.id == piece.name:
            edits.append((node.lineno, node.col_offset, node.id, names[key]))
        elif isinstance(node, ast.FunctionDef | ast.ClassDef) and node.name == piece.name and node.col_offset == 0:
            word = "def " if isinstance(node, ast.FunctionDef) else "class "
            edits.append((node.lineno, len(word), node.name, names[key]))
    lines = piece.text.split("\n")
    for line, column, old, new in sorted(set(edits), reverse=True):
        text = lines[line - 1].encode()
        lines[line - 1] = (text[:column] + new.encode() + text[column + len(old.encode()) :]).decode()
    return "\n".join(lines)
