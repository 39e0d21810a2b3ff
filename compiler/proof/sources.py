"""What the rows and the columns of a source rest on: by declaration for tables and files, by proof for queries."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from fcompile.compiler.definitions import Query, Source
from fcompile.compiler.errors import Diagnostic
from fcompile.compiler.proof.findings import NOTHING, Finding, assumes
from fcompile.compiler.proof.rules import of_scan


@dataclass(frozen=True, slots=True)
class Rows:
    """What was found of a source.

    Attributes:
        rows: of its rows and their times: every feature rests on that.
        columns: of single columns besides, by lower-case name; those that are not there rest on nothing more.
        problems: what is wrong with the source itself.
    """

    rows: Finding
    columns: Mapping[str, Finding] = field(default_factory=dict)
    problems: tuple[Diagnostic, ...] = ()

    def column(self, name: str) -> Finding:
        return self.columns.get(name.lower(), NOTHING)


def rows_of(source: Source, declared: Iterable[Source], dialect: str) -> Rows:
    """Return what is found of a source that is no view; ``declared`` are all of the project."""
    if isinstance(source.relation, Query):
        return Rows(assumes(f"the query of source `{source.name}` was not understood", source.span))
    return Rows(of_scan(source))
