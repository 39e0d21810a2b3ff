"""New names for objects and features, as edits in every file that names them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from fcompile.compiler.editor.lines import Lines
from fcompile.compiler.editor.mentions import OBJECTS, Mention
from fcompile.compiler.editor.symbols import Symbol, asked, symbol_of
from fcompile.compiler.editor.written import VIEWS, Book, Written, WrittenFeature
from fcompile.compiler.errors import Diagnostic, Span, UsageError
from fcompile.compiler.schema.base import NAME_PATTERN


@dataclass(frozen=True, slots=True, order=True)
class Edit:
    """``text`` in place of what stands at ``span``; of length 0 it is put before it."""

    span: Span
    text: str


def renamed(
    symbol: Symbol, new: str, book: Book, mentions: Iterable[Mention], texts: Mapping[str, Lines]
) -> tuple[Edit, ...]:
    """Return the edits that give ``symbol`` the name ``new``, by place; features keep the columns that they read.

    A window is named after its aggregation: its new name ends as the old one, and the aggregation's others change too.

    Raises:
        UsageError: FC201 ``new`` is no name, FC202 it is taken, FC211 a column is named by the warehouse.
    """
    if symbol.kind == "column":
        message = f"`{symbol.name}` is a column, which the warehouse names"
        raise UsageError(Diagnostic("FC211", message, None, "rename a feature or an object"))
    whole = list(mentions)
    if symbol.kind != "feature":
        _check(new, _names_beside(symbol, book), symbol.name)
        return _sorted(_object_edits(symbol, new, book, whole))
    view = book.view(symbol.owner) or book.find(("labels",), symbol.owner)
    if view is None:
        return ()
    old_stem, new_stem = _stems(symbol, new)
    _check(new_stem, (each.stem or each.name for each in view.features()), old_stem)
    edits = [
        *_feature_edits(symbol, old_stem, new_stem, book, whole),
        *_columns_kept(view, symbol, new, book, texts),
    ]
    return _sorted(edits)


def _sorted(edits: Iterable[Edit]) -> tuple[Edit, ...]:
    return tuple(sorted(set(edits)))


def _check(new: str, taken: Iterable[str], old: str) -> None:
    if re.match(NAME_PATTERN, new) is None:
        message = f"`{new}` is not a name: lower-case letters, digits and _"
        raise UsageError(Diagnostic("FC201", message, None, "begin with a letter; at most 63 characters"))
    if new != old and new in set(taken):
        raise UsageError(Diagnostic("FC202", f"`{new}` is there already", None, "choose another name"))


def _names_beside(symbol: Symbol, book: Book) -> Iterator[str]:
    """Yield the names of the symbol's kind; views, services and labels share what a reference may mean."""
    shared = ("view", "service", "label")
    for kind, word in OBJECTS.items():
        if word == symbol.kind or (word in shared and symbol.kind in shared):
            yield from book.kinds[kind]


def _object_edits(symbol: Symbol, new: str, book: Book, mentions: list[Mention]) -> Iterator[Edit]:
    for mention in mentions:
        if mention.kind in ("result", "column"):
            if symbol.kind == "view" and _is_long(mention, symbol, book):
                yield Edit(_part(mention.span, 0, len(symbol.name)), new)
        elif mention.name == symbol.name and _is_same(symbol_of(mention, book), symbol):
            yield Edit(mention.span, new)


def _is_same(found: Symbol | None, symbol: Symbol) -> bool:
    if found is None:
        return False
    return (found.kind, found.name, found.owner) == (symbol.kind, symbol.name, symbol.owner)


def _is_long(mention: Mention, view: Symbol, book: Book) -> bool:
    """Whether a name in a test or an on-demand view is a feature of ``view`` with the view's name before it."""
    if not mention.name.startswith(f"{view.name}__"):
        return False
    found = symbol_of(mention, book)
    reader = book.find(("tests", *VIEWS), mention.owner)
    labels = {label for each, label in asked(reader, book) if each.name == view.name} if reader else set()
    return found is not None and found.owner == view.name and view.name in labels


def _part(span: Span, start: int, length: int) -> Span:
    return Span(span.file, span.line, span.column + start, length)


def _stems(symbol: Symbol, new: str) -> tuple[str, str]:
    """Return what is written of the name where it is made, old and new."""
    if not symbol.stem or symbol.name == symbol.stem:
        return symbol.name, new
    window = symbol.name.removeprefix(symbol.stem)
    if not new.endswith(window):
        message = f"`{symbol.name}` is the window `{window[1:]}` of `{symbol.stem}`"
        raise UsageError(Diagnostic("FC201", message, None, f"end the name with `{window}`"))
    return symbol.stem, new.removesuffix(window)


def _feature_edits(symbol: Symbol, old: str, new: str, book: Book, mentions: list[Mention]) -> Iterator[Edit]:
    for mention in mentions:
        found = symbol_of(mention, book) if mention.kind in ("feature", "result", "column") else None
        if found is None or (found.kind, found.owner, found.span) != ("feature", symbol.owner, symbol.span):
            continue
        name = found.name if not mention.defines else old
        start = len(mention.name) - len(name)
        yield Edit(_part(mention.span, start, len(old)), new)


def _columns_kept(
    view: Written, symbol: Symbol, new: str, book: Book, texts: Mapping[str, Lines]
) -> Iterator[Edit]:
    """Say the column of plain features whose name told it: of the renamed one, and of those that read it."""
    own = next((each for each in view.features() if each.span == symbol.span), None)
    if view.kind == "feature_views" and own is not None and own.is_plain:
        yield _column_edit(own, symbol.name, texts)
    for outer in book.names("feature_views"):
        for each in outer.features() if outer.inner_view == view.name and not symbol.stem else ():
            if each.name == symbol.name and each.is_plain and "aggregations" not in outer.node.items:
                yield _column_edit(each, new, texts)


def _column_edit(feature: WrittenFeature, column: str, texts: Mapping[str, Lines]) -> Edit:
    node, name = feature.node, feature.node.items["name"].span
    place = Span(name.file, name.line, name.column + name.length, 0)
    if texts[name.file].cut(node.span).startswith("{"):
        return Edit(place, f", column: {column}")
    indent = " " * (node.keys["name"].column - 1)
    line = texts[name.file].line(name.line - 1)
    # Behind a comment at the end of the line.
    return Edit(Span(name.file, name.line, len(line) + 1, 0), f"\n{indent}column: {column}")


def applied(lines: Lines, edits: Iterable[Edit]) -> str:
    """Return the text with the edits of its file made; line ends become LF."""
    found = list(lines.lines)
    for edit in sorted(edits, key=lambda e: (e.span.line, e.span.column, e.span.length), reverse=True):
        at, first = edit.span.line - 1, edit.span.column - 1
        found[at] = found[at][:first] + edit.text + found[at][first + edit.span.length :]
    return "\n".join(found)
