"""Scans and events: a source's rows, and the feature values they hold."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from sqlglot import exp

from fcompile.compiler.definitions import File, Query, Relation, Source, Table, ViewRows
from fcompile.compiler.dtypes import KINDS, TIMESTAMP, DType, format_duration
from fcompile.compiler.expressions.lower import lower as lower_expression
from fcompile.compiler.expressions.nodes import Column, Expr, column_names, raw_dialects
from fcompile.compiler.ir import RAW, Events, EventValue, Rows, Scan
from fcompile.compiler.lower.names import CREATED, EVENT, VISIBLE, kept_apart
from fcompile.compiler.lower.sql import (
    Tree,
    aliased,
    cast,
    column,
    identifier,
    is_not_null,
    named,
    select,
    table,
)
from fcompile.compiler.lower.types import lower_type
from fcompile.compiler.render import Cte, spans_lines
from fcompile.dialects.base import Dialect

_CSV_KINDS = tuple(kind for kind in KINDS if kind not in ("list", "struct", "vector", "json", "bytes"))


def visible_name(source: Source) -> str:
    """The column with the instant from which a row is visible: the event time itself where nothing delays it."""
    return VISIBLE if source.available_at or source.availability_lag else EVENT


@lru_cache(maxsize=8192)
def scan_cte(scan: Scan, name: str, types: tuple[tuple[str, DType], ...], dialect: Dialect) -> Cte:
    """Return the source's rows that have an event time and a known time, with the columns that are read.

    Grain: a row of the source. ``types`` are the dtypes in which a CSV's columns must be read.
    """
    source = scan.source
    times = [time_of(source.timestamp_field, source, dialect)]
    where: list[Tree] = [is_not_null(column(source.timestamp_field))]
    columns: list[Tree] = [column(c) for c in scan.columns]
    columns.append(named(times[0], EVENT))
    if visible_name(source) == VISIBLE:
        columns.append(named(_visible(source, dialect), VISIBLE))
    if source.available_at and source.available_at != source.timestamp_field:
        where.append(is_not_null(column(source.available_at)))
    if source.created_timestamp_field:
        columns.append(named(time_of(source.created_timestamp_field, source, dialect), CREATED))
    tree = select(columns, relation(source.relation, types, dialect), where=where)
    hint = dialect.keep_cte if _is_slow(source.relation) else dialect.inline_cte
    return Cte(name, _scan_comment(source, dialect), dialect.sql(tree), hint or "")


def _is_slow(where: Relation) -> bool:
    """Is it worth memory to read it once? Text is parsed, and a query is whatever the user made of it.

    Tables and Parquet files give only the columns that a reader needs, at little cost.
    """
    return isinstance(where, Query) or (isinstance(where, File) and where.format == "csv")


def relation(
    where: Relation, types: tuple[tuple[str, DType], ...], dialect: Dialect, alias: str | None = None
) -> exp.Table | exp.Subquery:
    """Return what FROM reads."""
    match where:
        case Table(parts):
            names = [identifier(part) for part in parts]
            tree = exp.Table(this=names[-1])
            for key, part in zip(("db", "catalog"), reversed(names[:-1]), strict=False):
                tree.set(key, part)
            return aliased(tree, alias)
        case File(_, name) if name and not dialect.reads_files:
            return table(name, alias)
        case File(path):
            read_as = [(n, _csv_type(t, dialect)) for n, t in types]
            return aliased(exp.Table(this=dialect.read_file(path, where.format, read_as)), alias)
        case Query(sql):
            return _subquery(sql, alias or "query", dialect)
        case ViewRows(view):
            raise ValueError(f"the rows of `{view.name}` are a scan of their own (`view_rows`)")


def _subquery(sql: str, alias: str, dialect: Dialect) -> exp.Subquery:
    """The user's own SELECT, word for word as written: it is checked when it is loaded, not rewritten."""
    text = f"\n{sql.strip().rstrip(';').rstrip()}\n"
    if spans_lines(text, dialect.escapes_by_backslash):
        # Indenting would put spaces into the user's string: the mark keeps it out.
        text = text.replace("\n", dialect.kept_line_break)
    raw = exp.Var(this=text)
    return exp.Subquery(this=raw, alias=exp.TableAlias(this=identifier(alias)))


def relation_words(where: Relation) -> tuple[str, ...]:
    """Words that name what the relation reads: a CTE of that name would hide it."""
    match where:
        case Table(parts):
            return parts
        case File(_, name) if name:
            return (name,)
        case Query(sql):
            return tuple(sorted(Dialect.words(sql)))
        case ViewRows(view):
            return relation_words(view.source.relation)
    return ()


def csv_types(source: Source, readers: tuple[Rows, ...]) -> tuple[tuple[str, DType], ...]:
    """Return how a CSV's columns must be read: as the contract, the keys and the plain features declare."""
    if not isinstance(source.relation, File) or source.relation.format != "csv":
        return ()
    types: dict[str, DType] = {}
    for each in readers:
        values = each.values if isinstance(each, Events) else each.inputs
        types.update((v.expr.name, v.dtype) for v in values if isinstance(v.expr, Column) and v.dtype)
        types.update((k.name, k.dtype) for k in each.keys)
    types.update(source.columns)
    times = (source.timestamp_field, source.created_timestamp_field, source.available_at)
    types.update((name, TIMESTAMP) for name in times if name)
    return tuple((n, t) for n, t in sorted(types.items()) if t.kind in _CSV_KINDS)


def _csv_type(dtype: DType, dialect: Dialect) -> exp.DataType:
    return dialect.instant() if dtype == TIMESTAMP else lower_type(dtype, dialect)


def time_of(name: str, source: Source, dialect: Dialect) -> Tree:
    """A time column as a UTC timestamp; text only where the contract says that it is text."""
    tree: Tree = column(name)
    if name in source.nanoseconds:
        return dialect.from_nanoseconds(tree, up=True)
    if dict(source.columns).get(name, TIMESTAMP).kind == "string":
        tree = cast(tree, dialect.instant())
    return dialect.utc(tree)


def _visible(source: Source, dialect: Dialect) -> Tree:
    event = time_of(source.timestamp_field, source, dialect)
    if source.available_at:
        return dialect.later(event, time_of(source.available_at, source, dialect))
    return dialect.after(event, source.availability_lag)


def _scan_comment(source: Source, dialect: Dialect) -> str:
    known = "as it happens"
    if source.available_at:
        known = f"at {source.available_at}"
    elif source.availability_lag:
        known = f"{format_duration(source.availability_lag)} later"
    text = f"Source {source.name}: a row an event at {source.timestamp_field}, known {known}."
    if isinstance(source.relation, File) and not dialect.reads_files:
        text += f" The table holds what is in {source.relation.path}."
    return text


@lru_cache(maxsize=8192)
def events_cte(events: Events, name: str, scan: str, dialect: Dialect) -> Cte:
    """Return ``events`` read from the scan's CTE: keys, times, then a column a feature value."""
    columns: list[Tree] = [
        named(cast(column(k.name), lower_type(k.dtype, dialect)), k.name) for k in events.keys
    ]
    columns += [column(t) for t in time_names(events.source)]
    columns += [
        named(_value(value, dialect), column_name)
        for value, column_name in zip(events.values, value_names(events, dialect), strict=True)
    ]
    columns += [
        named(column(c), name) for c, name in zip(events.raw, raw_names(events, dialect), strict=True)
    ]
    where: list[Tree] = [is_not_null(column(k.name)) for k in events.keys]
    if events.filter is not None:
        where.insert(0, exp.Paren(this=value_of(events.filter, dialect)))
    views = ", ".join(dict.fromkeys(v.view for v in events.values))
    plural = "views" if "," in views else "view"
    comment = f"Feature {plural} {views}: the values each event carries, by {_key_words(events)}."
    comment += _raw_words(events, dialect)
    return Cte(
        name, comment, dialect.sql(select(columns, table(scan), where=where)), dialect.inline_cte or ""
    )


def _raw_words(events: Events, dialect: Dialect) -> str:
    """Name the features whose value here is what an expert wrote, and not what the language says."""
    raw = [value.feature for value in events.values if dialect.name in raw_dialects(value.expr)]
    return f" Raw SQL, which proves nothing: {', '.join(dict.fromkeys(raw))}." if raw else ""


def time_names(source: Source) -> tuple[str, ...]:
    """The time columns that a source's scan and events have."""
    names = dict.fromkeys((EVENT, visible_name(source)))
    if source.created_timestamp_field:
        names[CREATED] = None
    return tuple(names)


@lru_cache(maxsize=8192)
def value_names(events: Events, dialect: Dialect) -> tuple[str, ...]:
    """The column of each value: the feature's own name, or ``view__feature`` where views share events."""
    if len({value.view for value in events.values}) == 1:
        return tuple(value.feature for value in events.values)
    names = [f"{value.view}__{value.feature}" for value in events.values]
    return kept_apart(names, dialect.longest_name, (key.name for key in events.keys))


def raw_names(events: Events, dialect: Dialect) -> tuple[str, ...]:
    """The columns that come along as the source has them."""
    return kept_apart([f"{RAW}{name}" for name in events.raw], dialect.longest_name)


def _value(value: EventValue, dialect: Dialect, read: Callable[[str], Tree] = column) -> Tree:
    return cast(value_of(value.expr, dialect, read), lower_type(value.dtype, dialect))


def value_of(expr: Expr, dialect: Dialect, read: Callable[[str], Tree] = column) -> Tree:
    """An expression over a source's columns, under their own names, or as ``read`` gives them."""
    return lower_expression(expr, read, lambda dtype: lower_type(dtype, dialect), dialect.name)


def values_of_raw(events: Events, alias: str, dialect: Dialect) -> list[Tree] | None:
    """The values again, from the columns that come along; None where they do not tell all of them."""
    read = (name for value in events.values for name in column_names(value.expr))
    if not set(read) <= set(events.raw) or any(raw_dialects(value.expr) for value in events.values):
        return None
    return [
        named(_value(value, dialect, lambda name: column(f"{RAW}{name}", alias)), column_name)
        for value, column_name in zip(events.values, value_names(events, dialect), strict=True)
    ]


def _key_words(events: Events) -> str:
    return ", ".join(key.name for key in events.keys) or "no key (one value for all)"
