"""What Python sends to a script is what the script says it gets: its JSDoc types are read and held against real data."""

from __future__ import annotations

import importlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from tests.conftest import ROOT
from ui.catalogue import records

TYPEDEF = re.compile(r"@typedef \{(.+?)\} ([A-Z]\w*)$", re.DOTALL | re.MULTILINE)
WORD = re.compile(r'"[^"]*"|\w+|[{}\[\]()<>|:,?]')
PLAIN: Mapping[str, tuple[type, ...]] = {
    "string": (str,),
    "number": (int, float),
    "boolean": (bool,),
    "null": (type(None),),
}


@dataclass
class Record:
    """``{name: type, name?: type}``, open if it has ``[name: string]: any``; it remembers the names that values had."""

    fields: dict[str, Any] = field(default_factory=dict)
    optional: set[str] = field(default_factory=set)
    is_open: bool = False
    seen: set[str] = field(default_factory=set)


class Types:
    """The types that a script defines: a ``Record``, or a tuple of a form and what it is made of."""

    def __init__(self, script: str):
        self._texts = {name: re.sub(r"\n \*", " ", text) for text, name in TYPEDEF.findall(script)}
        self._known: dict[str, Any] = {}

    def misfits(self, value: Any, name: str) -> list[str]:
        """Each place where a value is not of the type of this name."""
        return list(self._misfits(value, self._named(name), name))

    def never_sent(self) -> list[str]:
        """The optional names that no value had, of the types that were met."""
        met = {name: kind for name, kind in self._known.items() if isinstance(kind, Record) and kind.seen}
        return [f"{name}.{word}" for name, kind in met.items() for word in sorted(kind.optional - kind.seen)]

    def _named(self, name: str) -> Any:
        if name not in self._known:
            words = WORD.findall(self._texts[name])
            self._known[name] = self._type(words)
            assert not words, f"{name} ends with {words}"
        return self._known[name]

    def _type(self, words: list[str]) -> Any:
        found = [self._part(words)]
        while words and words[0] in "|[":
            if words.pop(0) == "|":
                found.append(self._part(words))
            else:
                assert words.pop(0) == "]"
                found[-1] = ("list", found[-1])
        return found[0] if len(found) == 1 else ("union", *found)

    def _part(self, words: list[str]) -> Any:
        word = words.pop(0)
        if word == "{":
            return self._record(words)
        if word == "[":
            return ("tuple", *self._several(words, "]"))
        if word == "(":
            return self._several(words, ")")[0]
        if words and words[0] == "<":
            words.pop(0)
            return ("map", self._several(words, ">")[-1])
        return ("literal", word.strip('"')) if word.startswith('"') else ("name", word)

    def _several(self, words: list[str], end: str) -> list[Any]:
        found = []
        while words[0] != end:
            found.append(self._type(words))
            if words[0] == ",":
                words.pop(0)
        words.pop(0)
        return found

    def _record(self, words: list[str]) -> Record:
        found = Record()
        while words[0] != "}":
            name = words.pop(0)
            if name == "[":
                found.is_open = True
                del words[: words.index("]") + 1]
            elif words[0] == "?":
                words.pop(0)
                found.optional.add(name)
            assert words.pop(0) == ":"
            found.fields[name] = self._type(words)
            if words[0] == ",":
                words.pop(0)
        words.pop(0)
        found.fields.pop("[", None)
        return found

    def _misfits(self, value: Any, kind: Any, where: str) -> Iterator[str]:
        if isinstance(kind, Record):
            yield from self._in_record(value, kind, where)
            return
        form, *of = kind
        if form == "name" and of[0] in self._texts:
            yield from self._misfits(value, self._named(of[0]), where)
        elif form == "union":
            tries = [list(self._misfits(value, one, where)) for one in of]
            yield from min(tries, key=len)
        elif form == "map" and isinstance(value, Mapping):
            for name, inside in value.items():
                yield from self._misfits(inside, of[0], f"{where}.{name}")
        elif (form == "list" and isinstance(value, list)) or (form == "tuple" and len(of) == len(value)):
            for k, inside in enumerate(value):
                yield from self._misfits(inside, of[k if form == "tuple" else 0], f"{where}[{k}]")
        elif not (
            (form == "literal" and value == of[0])
            or (form == "name" and (of[0] == "any" or type(value) in PLAIN[of[0]]))
        ):
            yield f"{where} is {value!r:.40}, not {' '.join(map(str, kind))}"

    def _in_record(self, value: Any, kind: Record, where: str) -> Iterator[str]:
        if not isinstance(value, Mapping):
            yield f"{where} is {value!r:.40}, not a record"
            return
        kind.seen |= set(value)
        yield from (f"{where}.{name} is not sent" for name in kind.fields.keys() - kind.optional - value.keys())
        for name, inside in value.items():
            if name in kind.fields:
                yield from self._misfits(inside, kind.fields[name], f"{where}.{name}")
            elif not kind.is_open:
                yield f"{where}.{name} is in no type"


# By script: the module of its component, and addresses at which that is sent all it may get.
SENT: Mapping[str, tuple[str, list[tuple[str, dict[str, str]]]]] = {
    "live/chart.js": (
        "ui.live",
        [
            ("explore", {}),
            ("explore", {"loss": "kl_div", "view": "surface", "plane": "simplex"}),
            ("explore", {"loss": "focal", "view": "space"}),
            ("compare", {"curve": "focal", "panels": "value,gradient,ratio", "mark": "minimum", "present": "1"}),
            ("scenes", {"scene": "s1"}),
        ],
    ),
    "live/picture.js": ("ui.live.picture", [("explore", {"loss": key}) for key in ("ciou", "dice", "ssim")]),
    "bill/bill.js": ("ui.bill", [("scenes", {})]),
    "curvelist/curvelist.js": ("ui.curvelist", [("compare", {})]),
    "picker/picker.js": ("ui.picker", [("explore", {})]),
    "keys/keys.js": ("ui.keys", [("scenes", {})]),
    "catalogue/catalogue.js": ("ui.catalogue", [("catalogue", {})]),
}
# Texts that hold JSON, and the type of that.
WITHIN = {"picture": "Picture", "cards": "Cards", "first": "Opening"}


@pytest.mark.parametrize("script", SENT)
def test_a_script_is_sent_what_its_types_say(script: str, monkeypatch: pytest.MonkeyPatch) -> None:
    module, pages = SENT[script]
    sent: list[dict[str, Any]] = []
    monkeypatch.setattr(importlib.import_module(module), "COMPONENT", lambda **said: sent.append(said["data"]) or {})
    for page, words in pages:
        app = AppTest.from_file(str(ROOT / "pages" / f"{page}.py"), default_timeout=30)
        for word, text in words.items():
            app.query_params[word] = text
        assert not app.run().exception
    assert len(sent) == len(pages)

    types = Types((ROOT / "ui" / script).read_text(encoding="utf-8"))
    found = [misfit for data in sent for misfit in types.misfits(data, "Data")]
    for word, name in WITHIN.items():
        found += [
            misfit
            for data in sent
            if isinstance(data.get(word), str)
            for misfit in types.misfits(json.loads(data[word]), name)
        ]
    assert found == []
    assert types.never_sent() == []


def test_the_whole_catalogue_is_what_its_types_say() -> None:
    types = Types((ROOT / "ui/catalogue/catalogue.js").read_text(encoding="utf-8"))
    assert types.misfits(json.loads(records()), "Contents") == []
    assert types.never_sent() == []


@pytest.mark.parametrize(
    ("said", "value", "misfit"),
    [
        ("{a: number}", {}, "A.a is not sent"),
        ("{a: number}", {"a": 1, "b": 2}, "A.b is in no type"),
        ("{a: number}", {"a": True}, "A.a is True, not name number"),
        ('{a: ("x" | "y")[]}', {"a": ["x", "z"]}, "A.a[1] is 'z', not literal x"),
        ("{a: Record<string, number[] | null>}", {"a": {"k": [1.0, ""]}}, "A.a.k[1] is '', not name number"),
        ("[number, string]", [1, 2], "A[1] is 2, not name string"),
    ],
)
def test_data_of_another_type_would_be_found(said: str, value: Any, misfit: str) -> None:
    assert Types(f"/** @typedef {{{said}}} A\n */").misfits(value, "A") == [misfit]


def test_a_name_that_nobody_sends_would_be_found() -> None:
    types = Types("/** @typedef {{a: number, b?: string}} A\n */")
    assert types.misfits({"a": 1}, "A") == []
    assert types.never_sent() == ["A.b"]
