"""Plain values to YAML in the one layout: for tools that write definition files."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fcompile.compiler.format.nodes import Collection, Comment, Entry, Leaf, Node, Text
from fcompile.compiler.format.scalars import scalar_text
from fcompile.compiler.format.settle import EXPRESSIONS, WIDTH, flow_text, settle
from fcompile.compiler.format.write import write
from fcompile.compiler.schema.definitions import DefinitionFile


def yaml_text(content: Mapping[str, object], heading: str = "", kind: Any = DefinitionFile) -> str:
    """Return a definition file; ``heading`` stands above as comments, a line each.

    Objects stand in block style, short lists and mappings within them in brackets; texts of several lines as ``|-``.
    """
    root = _node(content, 0)
    assert isinstance(root, Collection)  # noqa: S101  a mapping is one
    settle(root, kind)
    if root.entries:
        root.entries[0].above[:0] = [Comment(f"# {line}".rstrip()) for line in heading.splitlines()]
    return write(Text((), root))


def _node(value: object, depth: int, key: str = "") -> Node:
    match value:
        case Mapping():
            pairs = [
                Entry(_key(str(name)), _node(each, depth + 1, str(name))) for name, each in value.items()
            ]
            return _in_brackets(Collection(True, entries=pairs), depth)
        case list() | tuple():
            items = [Entry(None, _node(each, depth + 1)) for each in value]
            return _in_brackets(Collection(False, entries=items), depth)
        case str() if "\n" in value and _is_block(value):
            return Leaf("|-\n" + value, value, "|")
    return _leaf(value, quoted=key in EXPRESSIONS)


def _in_brackets(made: Collection, depth: int) -> Collection:
    """Put what is short into brackets, but neither the lists of a file nor its objects."""
    flat = all(isinstance(e.value, Leaf) or (e.value is not None and e.value.flow) for e in made.entries)
    simple = all(not isinstance(e.value, Leaf) or e.value.one_line for e in made.entries)
    if depth > 2 and flat and simple:
        made.flow = True
        # Deeper ones are indented more: what is too long for its line is told from the text alone.
        made.flow = len(flow_text(made)) <= WIDTH - 4 * (depth - 1)
        made.one_line = made.flow
    return made


def _key(name: str) -> Leaf:
    return _leaf(name)


def _leaf(value: object, quoted: bool = False) -> Leaf:
    # As in brackets, where fewer signs may stand without quotes: the layout takes away what is not needed.
    text = scalar_text(value, flow=True)
    if quoted and isinstance(value, str) and text == value and not value.isidentifier():
        text = f'"{value}"'
    return Leaf(text, value if isinstance(value, str) else text, text[0] if text[0] in "\"'" else "")


def _is_block(text: str) -> bool:
    lines = text.split("\n")
    return all(line.isprintable() for line in lines) and not text[0].isspace() and bool(lines[-1].strip())
