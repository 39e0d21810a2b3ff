"""Our types as those of the protocol."""

from __future__ import annotations

import re
from collections.abc import Iterable

from lsprotocol import types as lsp

from fcompile.compiler.editor.lines import Lines, Range
from fcompile.compiler.editor.proposal import Proposal
from fcompile.compiler.editor.rename import Edit
from fcompile.compiler.errors import Diagnostic, Span

SOURCE = "fcompile"

_KINDS = {
    "key": lsp.CompletionItemKind.Property,
    "value": lsp.CompletionItemKind.EnumMember,
    "entity": lsp.CompletionItemKind.Class,
    "source": lsp.CompletionItemKind.Module,
    "view": lsp.CompletionItemKind.Struct,
    "service": lsp.CompletionItemKind.Interface,
    "feature": lsp.CompletionItemKind.Field,
    "column": lsp.CompletionItemKind.Variable,
    "function": lsp.CompletionItemKind.Function,
    "type": lsp.CompletionItemKind.TypeParameter,
    "word": lsp.CompletionItemKind.Keyword,
}
_FIELD = re.compile(r"\$\{[0-9]+:?([^}]*)\}|\$[0-9]+")


def to_range(found: Range) -> lsp.Range:
    return lsp.Range(
        lsp.Position(found.start.line, found.start.character),
        lsp.Position(found.end.line, found.end.character),
    )


def to_diagnostic(problem: Diagnostic, lines: Lines) -> lsp.Diagnostic:
    """Return a problem with its hint; one without a place is at the file's beginning."""
    hint = f"\n{problem.hint}" if problem.hint else ""
    return lsp.Diagnostic(
        range=to_range(lines.range(problem.span or Span("", 1, 1))),
        message=f"{problem.message}{hint}",
        severity=lsp.DiagnosticSeverity.Error,
        code=problem.code,
        source=SOURCE,
    )


def to_items(
    proposals: Iterable[Proposal], place: Range, snippets: bool, colon: bool
) -> list[lsp.CompletionItem]:
    """Return completions that replace ``place``, in their order; ``colon``: one stands behind the word already."""
    return [_item(n, each, to_range(place), snippets, colon) for n, each in enumerate(proposals)]


def _item(n: int, proposal: Proposal, place: lsp.Range, snippets: bool, colon: bool) -> lsp.CompletionItem:
    text = proposal.text or proposal.label
    if colon and text.rstrip().endswith(":"):
        text = proposal.label
    snippet = proposal.snippet and snippets
    return lsp.CompletionItem(
        label=proposal.label,
        kind=_KINDS[proposal.kind],
        detail=proposal.detail or None,
        # Not Markdown: descriptions are people's own words.
        documentation=lsp.MarkupContent(lsp.MarkupKind.PlainText, proposal.doc) if proposal.doc else None,
        sort_text=f"{n:05}",
        filter_text=proposal.label,
        insert_text_format=lsp.InsertTextFormat.Snippet if snippet else lsp.InsertTextFormat.PlainText,
        text_edit=lsp.TextEdit(place, text if snippet or not proposal.snippet else _FIELD.sub(r"\1", text)),
    )


def to_text_edit(edit: Edit, lines: Lines) -> lsp.TextEdit:
    return lsp.TextEdit(to_range(lines.range(edit.span)), edit.text)
