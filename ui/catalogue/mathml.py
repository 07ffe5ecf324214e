"""LaTeX as MathML, which browsers lay out by themselves: a formula costs twenty nodes and no script.

The converter leaves some of TeX's spacing out; what a reader of formulas would stumble over is put right here.
"""

from __future__ import annotations

import re
from functools import lru_cache
from html import escape
from xml.etree import ElementTree

from latex2mathml.converter import convert

__all__ = ["mathml", "rich"]

Node = ElementTree.Element
THIN = "0.167em"
OPENING = frozenset("([{⟨⌈⌊")
CLOSING = frozenset(")]}⟩⌉⌋")
TALL = frozenset({"mfrac", "msqrt", "munder", "munderover", "mtable", "mover"})
BARS = frozenset("|‖")
PRIME = "′"
RELATIONS = frozenset("=<>≤≥≈≠,+−±·×")
MARKED = re.compile(r"\$([^$]+)\$|`([^`]+)`")


@lru_cache(maxsize=1024)
def mathml(latex: str, display: bool = True) -> str:
    """The formula as a ``<math>`` element."""
    style = "block" if display else "inline"
    root = ElementTree.fromstring(
        convert(latex, display=style).replace(' xmlns="http://www.w3.org/1998/Math/MathML"', "")
    )
    _mend(root)
    for row in list(root.iter()):
        _space(row)
    return ElementTree.tostring(root, encoding="unicode")


def rich(text: str) -> str:
    """Words with ``$formula$`` and ```code``` in them, as HTML."""
    out, at = [], 0
    for found in MARKED.finditer(text):
        out.append(escape(text[at : found.start()]))
        out.append(mathml(found[1], display=False) if found[1] else f"<code>{escape(found[2])}</code>")
        at = found.end()
    return "".join([*out, escape(text[at:])])


def _mend(node: Node) -> None:
    """Every node below: primes beside their letter, names upright and in one piece, a real set minus."""
    for child in node:
        _mend(child)
    node[:] = [_without_prime(child) for child in node]
    if node.tag == "mspace" and node.get("width", "").startswith("negative"):
        node.set("width", f"-{THIN}")
    if node.text == "⧵":
        node.tag, node.text = "mo", "∖"
    letters = [child.text or "" for child in node]
    if node.tag == "mrow" and len(letters) > 1 and all(c.get("mathvariant") == "normal" for c in node):
        node.tag, node.text, node[:] = "mi", "".join(letters), []
    if _is_name(node):
        node.tag = "mi"
    if node.tag == "mrow" and not any(inner.tag in TALL for inner in node.iter()):
        for fence in (child for child in node if child.get("fence") == "true"):
            fence.set("stretchy", "false")  # a bracket that may stretch leaves room for its largest form
    if node.tag == "mo" and node.text == "/":
        node.attrib.update(lspace="0", rspace="0")


def _without_prime(node: Node) -> Node:
    """A prime raised as an exponent would stand too high: this font's is already where it belongs."""
    if node.tag not in ("msup", "msubsup") or node[-1].text != PRIME:
        return node
    mark = ElementTree.Element("mo", lspace="0", rspace="0")
    mark.text = PRIME
    marked = ElementTree.Element("mrow")
    marked.extend([node[0], mark])
    if node.tag == "msup":
        return marked
    below = ElementTree.Element("msub")
    below.extend([marked, node[1]])
    return below


def _is_name(node: Node) -> bool:
    """``ln``, ``max``, ``softmax``: a function's name."""
    return node.tag in ("mi", "mo") and len(node.text or "") > 1 and (node.text or "").isalpha()


def _core(node: Node) -> Node:
    """What an atom is at heart: the base of its scripts."""
    while node.tag in ("msub", "msup", "msubsup", "munder", "mover", "munderover") and len(node):
        node = node[0]
    return node


def _space(row: Node) -> None:
    """TeX's spacing in one row: a thin space between a name and its neighbours, none around bars and brackets, a sign that is a sign."""
    if row.tag not in ("mrow", "math", "mtd", "mstyle"):
        return
    spaced: list[Node] = []
    for i, node in enumerate(row):
        core, before = _core(node), _core(row[i - 1]) if i else None
        after = _core(row[i + 1]) if i + 1 < len(row) else None
        if core.tag == "mo" and ((core.text or "") in BARS or core.get("fence") == "true"):
            core.attrib.update(lspace="0", rspace="0")
        if node.tag == "mo" and node.text in ("−", "+", "-") and _opens(before):
            node.attrib.update(form="prefix", lspace="0", rspace="0")
        if _is_name(core) and before is not None and not _no_space(before):
            spaced.append(ElementTree.Element("mspace", width=THIN))
        spaced.append(node)
        if _is_name(core) and after is not None and not _no_space(after) and not _is_name(after) and not _closes(after):
            spaced.append(ElementTree.Element("mspace", width=THIN))
    row[:] = spaced


def _opens(before: Node | None) -> bool:
    """Whether nothing stands before that a sign could join."""
    if before is None or (before.tag == "mo" and before.get("form") == "prefix"):
        return True
    return before.tag == "mo" and (before.text or "") in OPENING | frozenset("=,<≤≥")


def _no_space(node: Node) -> bool:
    """Whether a name needs no space on this side: another space, an opening bracket, an operator that has its own."""
    return node.tag == "mspace" or (node.tag == "mo" and (_fence(node) or (node.text or "") in RELATIONS))


def _closes(node: Node) -> bool:
    return node.tag == "mo" and (node.text or "") in CLOSING


def _fence(node: Node) -> bool:
    text = node.text or ""
    inner = node[0] if node.tag == "mrow" and len(node) else None
    return (node.tag == "mo" and text in OPENING) or (inner is not None and _fence(inner))
