"""A source's rows of one key, as SQL: their times, and the expressions that are read of them."""

from __future__ import annotations

from collections.abc import Sequence

from fcompile.compiler.compile import dialect_named
from fcompile.compiler.definitions import JoinKey, Source
from fcompile.compiler.dtypes import DType
from fcompile.compiler.expressions.nodes import Expr
from fcompile.compiler.ir import Rows, scans
from fcompile.compiler.lower.events import (
    csv_types,
    relation,
    relation_words,
    time_of,
    value_of,
    visible_name,
)
from fcompile.compiler.lower.names import CREATED, EVENT, Names
from fcompile.compiler.lower.scans import scan_ctes
from fcompile.compiler.lower.types import lower_type
from fcompile.compiler.nested import view_read
from fcompile.compiler.render import Statement
from fcompile.runtime.clock import MICROSECOND
from fcompile.runtime.warehouses.duckdb import quoted_name

_ENGINE = dialect_named("duckdb")


def relation_of(rows: Rows) -> str:
    """Return what FROM reads for ``rows``, called ``source``; of a view of a view the rows of that view."""
    if view_read(rows.source) is not None:
        _, ctes = scan_ctes(scans((rows,)), (rows,), Names(relation_words(rows.source.relation)), _ENGINE)
        return f"({Statement(tuple(ctes[:-1]), ctes[-1].select).text(_ENGINE)}) AS source"
    types = csv_types(rows.source, (rows,))
    return _ENGINE.sql(relation(rows.source.relation, types, _ENGINE, "source"))


def key_test(keys: Sequence[JoinKey]) -> str:
    """Return the condition that a row has the key ``$key_0``, ``$key_1``, ..."""
    tests = (f"{quoted_name(k.name)} = CAST($key_{n} AS {type_text(k.dtype)})" for n, k in enumerate(keys))
    return " AND ".join(tests) or "TRUE"


def times(source: Source) -> str:
    """Return the columns e (event time), a (known time) and c (created): TIMESTAMP, each may be NULL."""
    if view_read(source) is not None:
        created = quoted_name(CREATED) if source.created_timestamp_field else "CAST(NULL AS TIMESTAMP)"
        return f"{quoted_name(EVENT)} AS e, {quoted_name(visible_name(source))} AS a, {created} AS c"
    event = _time(source.timestamp_field, source)
    known = event
    if source.available_at:
        known = _time(source.available_at, source)
    elif source.availability_lag:
        known = f"{event} + to_microseconds({source.availability_lag // MICROSECOND})"
    field = source.created_timestamp_field
    made = _time(field, source) if field else "CAST(NULL AS TIMESTAMP)"
    return f"{event} AS e, {known} AS a, {made} AS c"


def condition(expr: Expr | None) -> str:
    """Return a filter that is TRUE or FALSE, never NULL; no filter is TRUE."""
    return "TRUE" if expr is None else f"coalesce({expression(expr)}, FALSE)"


def expression(expr: Expr) -> str:
    return _ENGINE.sql(value_of(expr, _ENGINE))


def type_text(dtype: DType) -> str:
    return _ENGINE.sql(lower_type(dtype, _ENGINE))


def _time(name: str, source: Source) -> str:
    return _ENGINE.sql(time_of(name, source, _ENGINE))
