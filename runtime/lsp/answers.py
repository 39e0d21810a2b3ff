"""Answers to an editor's questions about a place in a document."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from lsprotocol import types as lsp

from fcompile.compiler.editor.completion import proposals
from fcompile.compiler.editor.cursor import cursor
from fcompile.compiler.editor.expected import key_at
from fcompile.compiler.editor.fixes import Fix, fix_of
from fcompile.compiler.editor.hover import Known, hover_of, hover_of_function, hover_of_key
from fcompile.compiler.editor.lines import Position
from fcompile.compiler.editor.mentions import Mention
from fcompile.compiler.editor.rename import Edit, applied, renamed
from fcompile.compiler.editor.symbols import Symbol, covers, symbol_of
from fcompile.compiler.errors import Diagnostic, Span, UsageError
from fcompile.compiler.tree import Mapping, Node, Sequence
from fcompile.runtime.lsp.convert import to_diagnostic, to_items, to_range, to_text_edit
from fcompile.runtime.lsp.desk import Desk

if TYPE_CHECKING:
    from fcompile.runtime.lsp.server import Server


def completion(server: Server, desk: Desk, file: str, at: Position) -> lsp.CompletionList | None:
    """Return what may be written; names are those of the last texts that could be read."""
    kind, lines = desk.kind(file), server.lines(desk, file)
    column = lines.column(at)
    found = cursor(desk.text(file), lines.lines, at.line, column) if kind else None
    if found is None:
        return None
    place = lines.between(at.line, found.first, found.last)
    colon = lines.line(at.line)[found.last :].lstrip().startswith(":")
    items = to_items(proposals(kind, found, desk.book), place, _takes_snippets(server), colon)
    return lsp.CompletionList(is_incomplete=False, items=items)


def _takes_snippets(server: Server) -> bool:
    document = server.client_capabilities.text_document
    completion = document.completion if document else None
    item = completion.completion_item if completion else None
    return bool(item and item.snippet_support)


def _mentions_at(server: Server, desk: Desk, file: str, at: Position) -> list[Mention]:
    """Return what is named at a position, the shortest first: a feature before the text that it is in."""
    column = server.lines(desk, file).column(at) + 1
    page = desk.page(file)
    found = [
        each for each in page.mentions if page.is_current and covers(each.span, file, at.line + 1, column)
    ]
    return sorted(found, key=lambda each: each.span.length)


def _symbol_at(server: Server, desk: Desk, file: str, at: Position) -> tuple[Mention, Symbol] | None:
    book = desk.book
    for mention in _mentions_at(server, desk, file, at):
        if symbol := symbol_of(mention, book):
            return mention, symbol
    return None


def hover(server: Server, desk: Desk, file: str, at: Position) -> lsp.Hover | None:
    """Return what is at a position: an object, a feature, a column, a function, or a key."""
    lines = server.lines(desk, file)
    text, span = "", None
    if found := _symbol_at(server, desk, file, at):
        text, span = hover_of(found[1], _known(desk)), found[0].span
    for mention in _mentions_at(server, desk, file, at) if not text else ():
        text, span = hover_of_function(mention.name) if mention.kind == "function" else "", mention.span
    if not text:
        text, span = _hover_of_key(desk, file, at.line + 1, lines.column(at) + 1)
    if not text or span is None:
        return None
    return lsp.Hover(lsp.MarkupContent(lsp.MarkupKind.Markdown, text), to_range(lines.range(span)))


def _known(desk: Desk) -> Known:
    config = desk.project.config
    target = config.targets.get(config.default_target) if config else None
    return Known(
        desk.book,
        desk.bound.definitions,
        desk.certificates,
        config.project if config else "project",
        desk.project.dialect,
        target.warehouse.schema_ if target else "features",
    )


def _hover_of_key(desk: Desk, file: str, line: int, column: int) -> tuple[str, Span | None]:
    page = desk.page(file)
    if page.root is None or not page.is_current or not desk.kind(file):
        return "", None
    found = _key_path(page.root, (), file, line, column)
    if found is None:
        return "", None
    key = key_at(desk.kind(file), page.root, found[0])
    return (hover_of_key(key.name, key.description), found[1]) if key else ("", None)


def _key_path(
    node: Node, path: tuple[str | int, ...], file: str, line: int, column: int
) -> tuple[tuple[str | int, ...], Span] | None:
    """Return the path to the key at a place. Recursive: nesting is bounded by the loader."""
    match node:
        case Mapping(items=items, keys=keys):
            for name, span in keys.items():
                if covers(span, file, line, column):
                    return (*path, name), span
            below: Iterable[tuple[str | int, Node]] = items.items()
        case Sequence(items=parts):
            below = enumerate(parts)
        case _:
            return None
    for part, each in below:
        if found := _key_path(each, (*path, part), file, line, column):
            return found
    return None


def definition(server: Server, desk: Desk, file: str, at: Position) -> lsp.Location | None:
    """Return where what is named is made."""
    found = _symbol_at(server, desk, file, at)
    return _location(server, desk, found[1].span) if found else None


def _location(server: Server, desk: Desk, span: Span) -> lsp.Location:
    return lsp.Location(server.uri(desk, span.file), to_range(server.lines(desk, span.file).range(span)))


def references(server: Server, desk: Desk, file: str, at: Position) -> list[lsp.Location] | None:
    """Return every place that names the same, by file and place."""
    found = _symbol_at(server, desk, file, at)
    if found is None:
        return None
    book, place = desk.book, found[1].span
    spans = {
        each.span for each in desk.mentions() if (symbol := symbol_of(each, book)) and symbol.span == place
    }
    return [_location(server, desk, span) for span in sorted(spans)]


def prepare_rename(
    server: Server, desk: Desk, file: str, at: Position
) -> lsp.PrepareRenamePlaceholder | None:
    """Return the name to type over; None where nothing is named that could have another name."""
    found = _symbol_at(server, desk, file, at)
    if found is None or found[1].kind == "column":
        return None
    return lsp.PrepareRenamePlaceholder(
        to_range(server.lines(desk, file).range(found[0].span)), found[1].name
    )


def rename(server: Server, desk: Desk, file: str, at: Position, new: str) -> lsp.WorkspaceEdit | None:
    """Return the edits of a new name; refused where a file cannot be read, or something would be wrong afterwards.

    Raises:
        UsageError: as ``renamed``, or FC101, or what would be wrong.
    """
    found = _symbol_at(server, desk, file, at)
    if found is None:
        return None
    for name in desk.files():
        if not desk.page(name).is_current:
            raise UsageError(Diagnostic("FC101", f"`{name}` cannot be read", None, "mend it, then rename"))
    texts = {name: server.lines(desk, name) for name in desk.files()}
    edits = renamed(found[1], new, desk.book, desk.mentions(), texts)
    mine = {name: [each for each in edits if each.span.file == name] for name in texts}
    _refuse_harm(desk, {name: applied(texts[name], each) for name, each in mine.items() if each})
    changes = {
        server.uri(desk, name): _edits(each, server, desk, name) for name, each in mine.items() if each
    }
    return lsp.WorkspaceEdit(changes=changes)


def _edits(edits: list[Edit], server: Server, desk: Desk, file: str) -> list[lsp.TextEdit]:
    lines = server.lines(desk, file)
    return [to_text_edit(each, lines) for each in edits]


def _refuse_harm(desk: Desk, texts: dict[str, str]) -> None:
    before = desk.problems_with({})
    after = desk.problems_with(texts)
    if len(after) > len(before):
        known = {(each.code, each.message) for each in before}
        first = next((each for each in after if (each.code, each.message) not in known), after[0])
        place = f"{first.span.file}:{first.span.line}: " if first.span else ""
        message = f"the new name would be wrong at {place}{first.message}"
        raise UsageError(Diagnostic(first.code, message, None, first.hint))


def code_actions(server: Server, desk: Desk, file: str, asked: lsp.Range) -> list[lsp.CodeAction] | None:
    """Return the fixes of the problems in a range, by place."""
    lines = server.lines(desk, file)
    made = []
    for problem in desk.problems.get(file, ()):
        fix = fix_of(problem, lines)
        shown = to_diagnostic(problem, lines)
        if fix is not None and _touch(shown.range, asked):
            made.append(_action(fix, shown, server, desk, file))
    return made


def _action(fix: Fix, shown: lsp.Diagnostic, server: Server, desk: Desk, file: str) -> lsp.CodeAction:
    edit = to_text_edit(Edit(fix.span, fix.text), server.lines(desk, file))
    return lsp.CodeAction(
        title=fix.title,
        kind=lsp.CodeActionKind.QuickFix,
        diagnostics=[shown],
        is_preferred=True,
        edit=lsp.WorkspaceEdit(changes={server.uri(desk, file): [edit]}),
    )


def _touch(one: lsp.Range, other: lsp.Range) -> bool:
    def at(place: lsp.Position) -> tuple[int, int]:
        return place.line, place.character

    return at(one.start) <= at(other.end) and at(other.start) <= at(one.end)
