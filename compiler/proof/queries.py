"""A ``query:`` source: its known time is held against all that its rows and columns rest on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

from fcompile.compiler.bind.sql_text import read_sql
from fcompile.compiler.definitions import Query, Source
from fcompile.compiler.errors import Diagnostic, Span, did_you_mean, listed
from fcompile.compiler.proof.findings import NOTHING, Finding, Leak, assumes, together
from fcompile.compiler.proof.order import relations
from fcompile.compiler.proof.places import span_of
from fcompile.compiler.proof.relation import Need, Relation, Value
from fcompile.compiler.proof.scope import Context, Scope, column_of
from fcompile.compiler.proof.selects import interpret
from fcompile.compiler.proof.tables import Declared, Known, Tables
from fcompile.compiler.proof.terms import (
    FOREVER,
    NULL,
    ZERO,
    End,
    Greatest,
    Made,
    OneOf,
    Over,
    Start,
    Term,
    holds,
    parts,
    rebuilt,
    shifted,
)
from fcompile.compiler.proof.trace import traced
from fcompile.compiler.proof.wording import TEXT, said

if TYPE_CHECKING:
    from sqlglot import exp


def _interpreted(tree: exp.Expr, tables: Tables) -> tuple[Context, Relation]:
    context = Context(tables, interpret)
    return context, interpret(tree, Scope(context))


@lru_cache(maxsize=4096)
def _tree(sql: str, dialect: str) -> exp.Expr | None:
    """Return the query; the tree is shared, and nothing here changes it."""
    statements = read_sql(sql, dialect, "the query")
    if isinstance(statements, str) or len(statements) != 1:
        return None
    statements[0].meta[TEXT] = sql
    return statements[0]


@dataclass
class QueryRows:
    """What is found of a query's rows, and of its columns when they are asked for."""

    source: Source
    context: Context
    relation: Relation
    known: Term | None
    said: str
    rows: Finding = NOTHING
    found: dict[str, Finding] = field(default_factory=dict)

    def column(self, name: str) -> Finding:
        key = name.lower()
        if key not in self.found:
            value = column_of(self.relation, key)
            missing = assumes(
                f"`{name}` is a column of `{self.source.name}` that is known with its row", self.source.span
            )
            self.found[key] = missing if value is None else self.held(value.needs, f"column `{name}`")
        return self.found[key]

    def held(self, needs: Iterable[Need], step: str) -> Finding:
        """Return which of ``needs`` are not met by the known time, and what the others assume."""
        return together(self._held(need, step) for need in needs)

    def _held(self, need: Need, step: str) -> Finding:
        origin = need.origin
        span = span_of(self.source, origin.node)
        if self.known is None:
            return NOTHING if need.term != FOREVER else self._leak(need, step, span)
        if self._met(need.term, self.known):
            return assumes(origin.assumes, span) if origin.assumes else NOTHING
        if need.term != FOREVER and self._made_of(need.term):
            text = f"{self.said} of `{self.source.name}` is not before the times that it is made of"
            return assumes(text, span)
        return self._leak(need, step, span)

    def _met(self, term: Term, known: Term) -> bool:
        # The last of a group is another one when more become known: a condition on it settles nothing.
        facts = () if holds(term, Over) else self.relation.facts
        return self.context.order.never_later(term, known, facts)

    def _made_of(self, term: Term) -> bool:
        """Whether the known time is made of what the need is, by functions of which nothing is known."""
        known = self.known
        if known is None or not holds(known, Made):
            return False
        return bool(relations(term) & _made_from(known))

    def _leak(self, need: Need, step: str, span: Span) -> Finding:
        origin = need.origin
        code, message, hint = origin.code, origin.message, origin.hint
        if need.term != FOREVER and self.known is not None and self._met(need.term, _ended(self.known)):
            code = "FC252"
            message = f"{self.said} is the start of a bucket, and its rows are known at the bucket's end only"
            hint = (
                "add the bucket's width: `availability_lag: 1h`, or `... + interval '1 hour'` as known time"
            )
        path = (step, said(origin.node)) if origin.node is not None else (step,)
        return Finding((), (Leak(code, message, hint, path, span),))


def _made_from(term: Term) -> frozenset[int]:
    if isinstance(term, Made):
        return relations(term)
    return frozenset(use for part in parts(term) for use in _made_from(part))


def _ended(term: Term) -> Term:
    """Return the term with the end of each bucket in place of its start."""
    if isinstance(term, Start):
        return End(_ended(term.term), term.unit)
    return rebuilt(term, _ended)


def query_rows(
    source: Source, declared: Declared, dialect: str
) -> tuple[QueryRows | None, tuple[Diagnostic, ...]]:
    """Return what is found of a query, and what is wrong with ``static:``; None where it cannot be read."""
    query = source.relation
    tree = _tree(query.sql, dialect) if isinstance(query, Query) and dialect else None
    if tree is None:
        return None, ()
    static = frozenset(name.lower() for name in source.static)
    tables = Tables(declared, static, tracing=True, dialect=dialect)
    try:
        context, relation = _interpreted(tree, tables)
        problems = tuple(
            _not_read(source, name, context) for name in source.static if name.lower() not in context.read
        )
        tables = replace(tables, tracing=False, traced=_traced(source, context, relation))
        context, relation = _interpreted(tree, tables)
        return _rows(source, context, relation), problems
    except RecursionError:
        return None, ()


def _rows(source: Source, context: Context, relation: Relation) -> QueryRows:
    times = _times(source, relation)
    known = _known(source, times)
    text = f"`{source.available_at or source.timestamp_field}`"
    made = QueryRows(source, context, relation, known, text)
    created = (
        column_of(relation, source.created_timestamp_field.lower())
        if source.created_timestamp_field
        else None
    )
    told = [value for value in (*times, created) if value is not None]
    needs = (*relation.rows, *(need for value in told for need in value.needs))
    found = [made.held(dict.fromkeys(needs), "its rows")]
    if known is None:
        found.append(
            assumes(
                f"{text} of `{source.name}` is when its rows are known: it was not found in the query",
                source.span,
            )
        )
    if source.available_at is None and not source.availability_lag and not found[0].assumptions:
        found.append(
            assumes(f"rows of source `{source.name}` are known as soon as they happen ({text})", source.span)
        )
    made.rows = together(found)
    return made


def _times(source: Source, relation: Relation) -> list[Value | None]:
    names = [source.timestamp_field, *([source.available_at] if source.available_at else [])]
    return [column_of(relation, name.lower()) for name in names]


def _known(source: Source, times: list[Value | None]) -> Term | None:
    """Return the instant from which a row is visible: the later of event time and known time."""
    terms = [_set(value.term) for value in times if value is not None]
    if len(terms) < len(times):
        return None
    if source.available_at is not None:
        return Greatest(tuple(dict.fromkeys(terms)))
    return shifted_end(terms[0], source.availability_lag)


def _set(term: Term) -> Term:
    """Return the term without the NULLs of a CASE: a row of which a time is NULL is never visible."""
    if not isinstance(term, OneOf):
        return term
    return replace(term, terms=tuple(each for each in term.terms if each != NULL))


def shifted_end(term: Term, lag: timedelta) -> Term:
    """Return ``term`` + ``lag``; a bucket's start with its width or more is its end."""
    if isinstance(term, Start) and not term.unit.months and lag >= term.unit.length:
        return shifted(End(term.term, term.unit), lag - term.unit.length)
    return shifted(term, lag)


def _traced(source: Source, context: Context, relation: Relation) -> Mapping[str, Known]:
    times = _times(source, relation)
    last = times[-1]
    if last is None:
        return {}
    lag = None if source.available_at is not None else source.availability_lag
    found = traced(last.term, context.names, lag, declared=source.available_at is not None or lag != ZERO)
    if source.available_at not in (None, source.timestamp_field) and times[0] is not None:
        event = traced(times[0].term, context.names, None, declared=True)
        return {name: _suspicious(name, known, event.get(name)) for name, known in found.items()}
    return found


def _suspicious(name: str, known: Known, event: Known | None) -> Known:
    """A known time that is the event time by another name says no more than the event time does."""
    if event is not None and event.term == known.term and not known.assumes:
        return replace(known, assumes=f"rows of `{name}` are known as soon as they happen ({known.said})")
    return known


def _not_read(source: Source, name: str, context: Context) -> Diagnostic:
    known = sorted(context.read)
    hint = did_you_mean(name, known) or (f"it reads {listed(known)}" if known else "it reads none")
    return Diagnostic(
        "FC255", f"the query of source `{source.name}` reads no table `{name}`", source.span, hint
    )
