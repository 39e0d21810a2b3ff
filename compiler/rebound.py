"""What a manifest holds, back to definitions: a manifest alone is enough to compare against."""

from __future__ import annotations

from collections.abc import Mapping

from fcompile.compiler.bind import Bound, bind
from fcompile.compiler.canonical import list_of
from fcompile.compiler.errors import Diagnostic, Span
from fcompile.compiler.json_text import float_of
from fcompile.compiler.load import MAX_DEPTH, Document, has_disguise
from fcompile.compiler.tree import Mapping as Mapped
from fcompile.compiler.tree import Node, Scalar, Sequence


def rebound(
    objects: Mapping[str, Mapping[str, object]],
    dialect: str = "duckdb",
    file: str = "sql/manifest.json",
) -> Bound:
    """Return what ``objects`` (a node's id to what ``written`` made of it) define; never raises for what they hold.

    ``dialect`` is the one that sources' queries are written in, as of ``bind``. Places are of no line:
    ``sql/manifest.json#feature_view.spend`` is the file of each object.
    """
    return bind(
        {f"{file}#{name}": _document(name, f"{file}#{name}", each) for name, each in objects.items()}, dialect
    )


def _document(node_id: str, file: str, mapping: Mapping[str, object]) -> Document:
    """Return the tree that a file with this one object would be read as."""
    kind = node_id.partition(".")[0]
    span = Span(file, 1, 1)
    try:
        root = _node({list_of(kind, mapping): [mapping]}, span, MAX_DEPTH)
    except ValueError as error:
        return Document(None, (Diagnostic("FC101", str(error), span, "run `fcompile build`"),))
    return Document(root)


def _node(value: object, span: Span, depth: int) -> Node:
    """Recursive: as deep as the loader goes. Raises ``ValueError`` for what YAML would not hold."""
    if not depth:
        raise ValueError(f"nested more than {MAX_DEPTH} levels deep")
    if (number := float_of(value)) is not None:
        return Scalar(span, number)
    match value:
        case None | bool() | int() | float() | str():
            return Scalar(span, value)
        case list() | tuple():
            return Sequence(span, tuple(_node(each, span, depth - 1) for each in value))
        case Mapping():
            if strange := next((key for key in value if not isinstance(key, str) or has_disguise(key)), None):
                raise ValueError(f"the key {strange!a} holds an invisible character")
            items = {key: _node(each, span, depth - 1) for key, each in value.items()}
            return Mapped(span, items, dict.fromkeys(items, span))
    raise ValueError(f"{type(value).__name__} is nothing that YAML holds")
