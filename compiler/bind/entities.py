"""Entities and sources."""

from __future__ import annotations

from datetime import timedelta

from fcompile.compiler.bind.query import query_problem
from fcompile.compiler.bind.scope import Item, Scope, at
from fcompile.compiler.bind.values import check_column, dtype_of, duration_of, meta_of
from fcompile.compiler.definitions import Entity, File, JoinKey, Query, Relation, Source, Table
from fcompile.compiler.dtypes import KEY_KINDS, DType
from fcompile.compiler.errors import listed

_FORMATS = (".parquet", ".csv", ".csv.gz", ".tsv")
_TIMES = ("timestamp_field", "created_timestamp_field", "available_at")


def bind_entity(scope: Scope, item: Item) -> Entity | None:
    _tell_apart(scope, item, "join_keys", "join keys")
    keys = []
    for name, text in item.shape.join_keys.items():
        check_column(scope, name, item.key_span("join_keys", name))
        span = item.span("join_keys", name)
        dtype = dtype_of(scope, text, span)
        if dtype is not None and dtype.kind not in KEY_KINDS:
            hint = f"one of {listed(KEY_KINDS)}"
            scope.problem("FC353", f"join key `{name}` cannot be of type {dtype}", span, hint)
        elif dtype is not None:
            keys.append(JoinKey(name, dtype))
    return Entity(item.name, tuple(keys), meta_of(item), item.span("name"))


def bind_source(scope: Scope, item: Item) -> Source | None:
    shape = item.shape
    relation = _relation(scope, item)
    if shape.available_at is not None and shape.availability_lag is not None:
        message = "`available_at` and `availability_lag` exclude one another"
        scope.problem("FC118", message, item.key_span("availability_lag"), "remove one of the two")
    lag = duration_of(scope, item, "availability_lag", shape.availability_lag, positive=False)
    for key in _TIMES:
        if getattr(shape, key) is not None:
            check_column(scope, getattr(shape, key), item.span(key))
    columns = _contract(scope, item)
    if relation is None:
        return None
    return Source(
        item.name,
        relation,
        shape.timestamp_field,
        shape.created_timestamp_field,
        shape.available_at,
        lag or timedelta(0),
        columns,
        meta_of(item),
        item.span("name"),
        static=_static(scope, item),
    )


def _static(scope: Scope, item: Item) -> tuple[str, ...]:
    """Return the tables of its query that the author says never change; what is no query has none."""
    if item.shape.static and item.shape.query is None:
        hint = "remove it; a table that never changes has an event time long ago"
        scope.problem("FC255", "`static` names tables that a `query:` reads", item.key_span("static"), hint)
    return tuple(item.shape.static or ())


def _contract(scope: Scope, item: Item) -> tuple[tuple[str, DType], ...]:
    columns = []
    _tell_apart(scope, item, "columns", "columns")
    for name, text in item.shape.columns.items():
        span = item.span("columns", name)
        check_column(scope, name, item.key_span("columns", name))
        dtype = dtype_of(scope, text, span)
        if dtype is not None:
            columns.append((name, dtype))
    return tuple(columns)


def _tell_apart(scope: Scope, item: Item, key: str, what: str) -> None:
    """Report names that differ in letter case only: most warehouses take them for one."""
    first: dict[str, str] = {}
    for name in getattr(item.shape, key):
        other = first.setdefault(name.lower(), name)
        if other != name:
            message = f"the {what} `{other}` and `{name}` differ in letter case only"
            scope.problem("FC220", message, item.key_span(key, name), "rename one of the two in a `query:`")


def _relation(scope: Scope, item: Item) -> Relation | None:
    shape = item.shape
    given = [key for key in ("table", "path", "query") if key in item.node.items and item.has(key)]
    if len(given) > 1 or (not given and item.node.sound):
        found = f"it has {' and '.join(f'`{k}`' for k in given)}" if given else "it has none"
        span = item.key_span(given[1] if given else "name")
        message = f"{item.title} needs exactly one of `table`, `path` and `query`; {found}"
        scope.problem("FC117", message, span, "keep one" if given else "add `table: ...`")
    if shape.table:
        return _table(scope, item, shape.table)
    if shape.path:
        return _file(scope, item, shape.path, shape.name)
    if shape.query is None:
        return None
    problem = query_problem(shape.query, scope.dialect) if scope.dialect else ""
    if problem:
        scope.problem("FC357", problem, item.span("query"), "write one SELECT that only reads")
    return Query(shape.query, at(item.node, "query"))


def _table(scope: Scope, item: Item, text: str) -> Table:
    parts = tuple(text.split("."))
    if len(parts) > 3 or not all(part.strip() for part in parts):
        hint = "write name, schema.name or catalog.schema.name"
        scope.problem("FC201", f"`{text}` is not a table's name", item.span("table"), hint)
    for part in parts:
        if part.strip():
            check_column(scope, part, item.span("table"))
    return Table(parts)


def _file(scope: Scope, item: Item, path: str, source: str) -> File:
    if not path.endswith(_FORMATS):
        hint = f"it ends in one of {listed(_FORMATS)}"
        scope.problem("FC119", f"`{path}` is of no known format", item.span("path"), hint)
    elif not path.isprintable():
        scope.problem("FC112", f"the path {path!a} holds an invisible character", item.span("path"))
    return File(path, source)
