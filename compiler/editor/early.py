"""What is known of one file before all of a project is bound."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from fcompile.compiler.bind.scope import Item
from fcompile.compiler.errors import Diagnostic
from fcompile.compiler.tree import Mapping, Node, Scalar


def early(
    file: str,
    found: Iterable[Diagnostic],
    waiting: Sequence[Item],
    before: Iterable[Diagnostic],
    leaks: Collection[Diagnostic],
) -> tuple[Diagnostic, ...]:
    """Return the file's problems by place: those ``found``, and of those ``before`` what is not looked at yet.

    That is what stands in objects that are ``waiting`` to be bound, and the ``leaks``, which are found last.
    """
    known = [each for each in found if each.span is not None and each.span.file == file]
    kept = [each for each in before if each.span is not None]
    places = [(item.node.span.line, _last_line(item.node)) for item in waiting] if kept else []
    for each in kept:
        line = each.span.line if each.span is not None else 0
        if each in leaks or any(first <= line <= last for first, last in places):
            known.append(each)
    return tuple(sorted(dict.fromkeys(known), key=Diagnostic.sort_key))


def _last_line(node: Node) -> int:
    """Return the last line in which something begins. Recursive: nesting is bounded by the loader."""
    if isinstance(node, Scalar):
        return node.span.line
    parts = node.items.values() if isinstance(node, Mapping) else node.items
    return max((_last_line(part) for part in parts), default=node.span.line)
