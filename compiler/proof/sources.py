"""What the rows and the columns of a source rest on: by declaration for tables and files, by proof for queries."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from fcompile.compiler.definitions import Query, Source
from fcompile.compiler.errors import Diagnostic
from fcompile.compiler.proof.findings import NOTHING, Finding, Leak, assumes
from fcompile.compiler.proof.numbered import ended, is_ended, is_numbered, numbered
from fcompile.compiler.proof.rules import of_scan
from fcompile.compiler.proof.tables import Declared


def _nothing(_: str) -> Finding:
    return NOTHING


@dataclass(frozen=True, slots=True)
class Rows:
    """What was found of a source.

    Attributes:
        rows: of its rows and their times: every feature rests on that.
        column: of a single column besides.
        problems: what is wrong with the source itself.
    """

    rows: Finding
    column: Callable[[str], Finding] = _nothing
    problems: tuple[Diagnostic, ...] = ()


def rows_of(source: Source, declared: Declared, dialect: str) -> Rows:
    """Return what is found of a source that is no view; ``declared`` are all tables of the project."""
    if not isinstance(source.relation, Query):
        return Rows(of_scan(source), lambda name: _of_table(name, source, dialect))
    from fcompile.compiler.proof.queries import query_rows  # sqlglot: only where there is a query

    found, problems = query_rows(source, declared, dialect)
    if found is None:
        text = f"the query of source `{source.name}` sees no future: it was not understood"
        return Rows(assumes(text, source.span), problems=problems)
    return Rows(found.rows, found.column, problems)


def _of_table(name: str, source: Source, dialect: str) -> Finding:
    """A column of a table is known with its row, unless the database makes it."""
    table = f"source `{source.name}`"
    if not is_numbered(name.lower(), dialect) or name in dict(source.columns):
        return NOTHING
    if is_ended(name.lower(), dialect):
        leak = Leak("FC250", ended(name, table), "leave it out", (f"column `{name}`",), source.span)
        return Finding((), (leak,))
    return assumes(numbered(name, table), source.span)
