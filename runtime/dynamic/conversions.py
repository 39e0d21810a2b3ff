"""How a query makes a time of a column that holds none: of seconds since 1970, or of text in a format of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlglot import exp

_FUNCTIONS = ("try_strptime", "make_timestamp", "make_timestamptz", "make_timestamp_ms", "make_date")


def conversion(expression: exp.Expr, column: str) -> str:
    """Return the part of ``expression`` that makes a time of ``column``, as DuckDB's SQL of the column; "" for none.

    >>> import sqlglot
    >>> conversion(sqlglot.parse_one("date_trunc('hour', to_timestamp(e.secs / 1000))", read="duckdb"), "secs")
    'TO_TIMESTAMP(secs / 1000)'
    """
    from sqlglot import exp

    for found in expression.find_all(exp.Column):
        if found.name != column:
            continue
        node: exp.Expr | None = found.parent
        while node is not None and not isinstance(node, (exp.AggFunc, exp.Window, exp.Query)):
            if _makes_time(node) and len(list(node.find_all(exp.Column))) == 1:
                return _unqualified(node)
            node = node.parent
    return ""


def _makes_time(node: exp.Expr) -> bool:
    from sqlglot import exp

    if isinstance(node, exp.Cast):
        return node.to.this in exp.DataType.TEMPORAL_TYPES
    if isinstance(node, exp.Anonymous):
        return node.name.lower() in _FUNCTIONS
    return isinstance(node, (exp.UnixToTime, exp.StrToTime))


def _unqualified(node: exp.Expr) -> str:
    from sqlglot import exp

    copy = node.copy()
    for column in copy.find_all(exp.Column):
        column.set("table", None)
    return copy.sql("duckdb")
