"""What a query knows of the tables that it reads: from when a row of each is known, and who says so."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from fcompile.compiler.definitions import File, Source, Table
from fcompile.compiler.dtypes import format_duration
from fcompile.compiler.proof.relation import Need, Origin, Relation, Scan, assumption
from fcompile.compiler.proof.terms import Column, Greatest, Term, columns, rebuilt, shifted

if TYPE_CHECKING:
    from sqlglot import exp

    from fcompile.compiler.proof.scope import Context


@dataclass(frozen=True, slots=True)
class Known:
    """From when the rows of a table are known.

    Attributes:
        term: over columns of use 0; None where the table is taken not to change.
        assumes: what that rests on; "" where it is declared.
        said: the same in words, for messages.
        columns: of its contract, lower-case.
        late: whether it is said of them that they may become known after they happened.
    """

    term: Term | None
    assumes: str = ""
    said: str = ""
    columns: frozenset[str] = frozenset()
    late: bool = False


@dataclass(frozen=True, slots=True)
class Declared:
    """Sources that are tables or files: by the lower-case name or path, and these by their last part."""

    named: Mapping[str, Sequence[Source]]
    ends: Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class Tables:
    """``static``: tables that never change; ``traced``: known times that the query's own output tells.

    ``tracing``: these are still to be found, and nothing is known of any table.
    """

    declared: Declared
    static: frozenset[str] = frozenset()
    traced: Mapping[str, Known] = field(default_factory=dict)
    tracing: bool = False
    dialect: str = ""

    def scan(self, context: Context, name: str, node: exp.Expr) -> Relation:
        """Return one use of a table: each row needs its own known time."""
        use = context.number(name)
        context.read[name] = None
        found = self.known(name)
        known = (
            frozenset(each.name for each in columns(found.term)) if found.term is not None else frozenset()
        )
        times = frozenset(source.timestamp_field.lower() for source in self._sources(name)[0])
        scan = Scan(use, name, name in self.static, known, found.columns, found.late, self.dialect, times)
        if self.tracing:
            return Relation(scans=(replace(scan, fixed=True),), uses=frozenset((use,)))
        if found.term is None:
            return Relation(scans=(scan,), rows=(assumption(found.assumes, node),), uses=frozenset((use,)))
        message = f"a row of `{name}` is known at {found.said}, and the query says that it is known before"
        hint = f"let the known time of the query wait for {found.said} too: greatest(...) of all tables, or a condition"
        need = Need(used(found.term, use), Origin("FC254", message, hint, node, found.assumes))
        return Relation(scans=(scan,), rows=(need,), uses=frozenset((use,)))

    def known(self, name: str) -> Known:
        """Return what is known of a table: the author's word, a declared known time, the output's, or nothing."""
        sources, exact = self._sources(name)
        contract = frozenset(column.lower() for source in sources for column, _ in source.columns)
        if name in self.static:
            return Known(None, f"`{name}` never changes (`static`)", "", contract)
        same = "" if exact or not sources else f"`{name}` is the table of source `{sources[0].name}`"
        with_time = [source for source in sources if source.available_at or source.availability_lag]
        if with_time:
            return _declared(with_time, same, contract)
        if name in self.traced:
            return replace(self.traced[name], columns=contract)
        if sources:
            event = sources[0].timestamp_field
            text = same or f"rows of `{name}` are known as soon as they happen (`{event}`)"
            return Known(Column(0, event.lower()), text, f"`{event}`", contract)
        return Known(None, f"`{name}` never changes: no known time of it is declared", "", contract)

    def _sources(self, name: str) -> tuple[Sequence[Source], bool]:
        """Return the sources of a table, and whether they name it just so; one may leave the schema out."""
        if name in self.declared.named:
            return self.declared.named[name], True
        ends = self.declared.ends.get(name.rpartition(".")[2], ())
        likely = [key for key in ends if key.endswith(f".{name}") or name.endswith(f".{key}")]
        return (self.declared.named[likely[0]], False) if len(likely) == 1 else ((), True)


def _declared(sources: Sequence[Source], assumes: str, contract: frozenset[str]) -> Known:
    terms: dict[Term, str] = {}
    for source in sources:
        if source.available_at is not None:
            terms[Column(0, source.available_at.lower())] = f"`{source.available_at}`"
        else:
            text = f"`{source.timestamp_field}` + {format_duration(source.availability_lag)}"
            terms[shifted(Column(0, source.timestamp_field.lower()), source.availability_lag)] = text
    term = next(iter(terms)) if len(terms) == 1 else Greatest(tuple(terms))
    late = any(source.available_at != source.timestamp_field for source in sources)
    return Known(term, assumes, " and ".join(terms.values()), contract, late)


def used(term: Term, use: int) -> Term:
    """Return ``term`` over the columns of one use of the table."""
    return Column(use, term.name) if isinstance(term, Column) else rebuilt(term, lambda part: used(part, use))


def declared_tables(sources: Iterable[Source]) -> Declared:
    found: dict[str, list[Source]] = {}
    for source in sources:
        match source.relation:
            case Table(names):
                found.setdefault(".".join(names).lower(), []).append(source)
            case File(path):
                found.setdefault(path.lower(), []).append(source)
    ends: dict[str, list[str]] = {}
    for name in found:
        ends.setdefault(name.rpartition(".")[2], []).append(name)
    return Declared(found, ends)


def name_of(node: exp.Table) -> str:
    """Return the name of a table as it is written, lower-case."""
    return ".".join(part.name for part in node.parts).lower()
