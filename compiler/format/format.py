"""The one entry: text in, text out."""

from __future__ import annotations

from collections import Counter
from typing import Any

from fcompile.compiler.format.nodes import Leaf, Text
from fcompile.compiler.format.read import read
from fcompile.compiler.format.settle import comments_of, settle
from fcompile.compiler.format.write import write
from fcompile.compiler.load import load
from fcompile.compiler.schema.definitions import DefinitionFile
from fcompile.compiler.tree import Mapping, Node, Scalar, Sequence


def formatted(text: str, kind: Any = DefinitionFile) -> str:
    """Return a definition file in the one layout; ``text`` is one that ``load`` takes without a problem.

    Keys of objects stand in the order of docs/reference/yaml.md; everything else stays in its order, comments too.
    A file of one text or number, without keys, stays as it is.
    A file with ``\\r\\n`` at the end of its first line keeps such ends; a byte order mark goes.
    """
    body = text.removeprefix("\ufeff")
    ends = "\r\n" if body.partition("\n")[0].endswith("\r") else "\n"
    nodes = read(body.replace("\r\n", "\n"))
    if isinstance(nodes.root, Leaf):
        return text
    if nodes.root is not None:
        settle(nodes.root, kind)
    return write(nodes).replace("\n", ends)


def means_the_same(before: str, after: str) -> bool:
    """Whether two texts hold the same values and the same comments; the order of keys does not count."""
    a, b = load(before, "a"), load(after, "b")
    if a.diagnostics or b.diagnostics or (a.root is None) != (b.root is None):
        return False
    if a.root is not None and b.root is not None and _value(a.root) != _value(b.root):
        return False
    return _comments(before) == _comments(after)


def _comments(text: str) -> Counter[str]:
    nodes: Text = read(text.removeprefix("\ufeff").replace("\r\n", "\n"))
    return Counter(comment.text for comment in (*nodes.comments, *comments_of(nodes.root)))


def _value(node: Node) -> object:
    """Return the value, in which 1, 1.0 and true differ."""
    match node:
        case Scalar():
            return type(node.value).__name__, repr(node.value)
        case Sequence():
            return [_value(item) for item in node.items]
        case Mapping():
            return {key: _value(item) for key, item in node.items.items()}
