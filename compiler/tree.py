"""YAML as a tree of frozen nodes that know their place; no YAML library beyond ``compiler/load.py``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from fcompile.compiler.errors import Span

Value = None | bool | int | float | str


@dataclass(frozen=True, slots=True)
class Scalar:
    """A leaf.

    Attributes:
        value: by the YAML 1.2 core schema; quoted text is always text.
        verbatim: how many characters after ``span`` the text begins, where the file holds it unchanged
            on one line (0 plain, 1 quoted); -1 otherwise.
        sound: False where an error stands already; ``value`` then means nothing.
        written: the text as the file holds it, quotes and all, where it does not stand there unchanged.
    """

    span: Span
    value: Value
    verbatim: int = -1
    sound: bool = True
    written: str = ""


@dataclass(frozen=True, slots=True)
class Sequence:
    span: Span
    items: tuple[Node, ...] = ()


@dataclass(frozen=True, slots=True)
class Mapping:
    """Keys are unique, in the file's order. ``sound`` False: an entry was left out, its error stands."""

    span: Span
    items: dict[str, Node]
    keys: dict[str, Span]
    sound: bool = True


Node = Scalar | Sequence | Mapping


def step(node: Node, part: str | int) -> Node | None:
    """Return what stands under a key or at an index from 0; None where nothing does."""
    if isinstance(part, str):
        return node.items.get(part) if isinstance(node, Mapping) else None
    return node.items[part] if isinstance(node, Sequence) and part < len(node.items) else None


def follow(node: Node, path: tuple[str | int, ...]) -> Iterator[Node]:
    """Yield the nodes along ``path``, ``node`` first, as far as it goes."""
    yield node
    for part in path:
        below = step(node, part)
        if below is None:
            return
        node = below
        yield node


def is_sound(node: Node) -> bool:
    """Return whether no error was met at or below ``node`` when the file was read."""
    stack: list[Node] = [node]
    while stack:
        top = stack.pop()
        if isinstance(top, Sequence):
            stack.extend(top.items)
        elif not top.sound:
            return False
        elif isinstance(top, Mapping):
            stack.extend(top.items.values())
    return True


def plain(node: Node) -> object:
    """Return the node as dicts, lists and scalars. Recursive: nesting is bounded by the loader (64)."""
    if isinstance(node, Scalar):
        return node.value
    if isinstance(node, Mapping):
        return {key: plain(value) for key, value in node.items.items()}
    return [plain(item) for item in node.items]


def described(value: object) -> str:
    """Return what ``value`` is, in a user's words."""
    match value:
        case None:
            return "nothing"
        case bool():
            return "true or false"
        case int():
            return "a whole number"
        case float():
            return "a number"
        case str():
            return "text"
        case dict() | Mapping():
            return "a mapping"
        case Scalar():
            return described(value.value)
    return "a list"
