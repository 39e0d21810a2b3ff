"""Parameters as literals, for drivers that bind none, or none in every statement.

>>> print(bound_text("SELECT ':as_of' AS a, x::TEXT WHERE t <= :as_of -- :as_of", {"as_of": True}, "postgres"))
SELECT ':as_of' AS a, x::TEXT WHERE t <= TRUE -- :as_of
"""

from __future__ import annotations

import re
from datetime import datetime
from functools import lru_cache

from sqlglot import exp

from fcompile.compiler.compile import dialect_named
from fcompile.runtime.clock import naive_utc
from fcompile.runtime.warehouses.base import Parameters

_BACKSLASHES = ("bigquery", "spark", "databricks", "clickhouse", "snowflake")
"""In their strings a backslash escapes the next sign: docs of each on string literals."""

_COMMENTS = {"bigquery": "#", "clickhouse": "#", "snowflake": "//"}
"""What begins a comment beside ``--``: docs of each on comments. An apostrophe in one opens no string."""

_DOLLARS = ("postgres", "redshift", "snowflake")
"""Where ``$$`` stands around a string."""


def bound_text(sql: str, parameters: Parameters | None, dialect: str) -> str:
    """Return ``sql`` with each ``:name`` (BigQuery ``@name``) of ``parameters`` replaced by a literal of its type.

    Strings, quoted names and comments stay as they are, and so do casts (``::``), paths (``a:name``) and names that
    are no parameters. Values are datetimes, integers, booleans and None; others raise ValueError.
    """
    if not parameters:
        return sql
    literals = {name: _literal(value, dialect) for name, value in parameters.items()}
    sign = "@" if dialect == "bigquery" else ":"

    def put(found: re.Match[str]) -> str:
        name = found["name"]
        return found[0] if name is None else literals.get(name, found[0])

    comment = _COMMENTS.get(dialect, "--")
    return _tokens(sign, comment, dialect in _BACKSLASHES, dialect in _DOLLARS).sub(put, sql)


@lru_cache(maxsize=8)
def _tokens(sign: str, comment: str, backslashes: bool, dollars: bool) -> re.Pattern[str]:
    """Whatever may hide a parameter's sign, then the parameter; a comment or string without an end goes to the end."""
    within = r"(?:[^{q}\\]|\\.|{q}{q})*(?:{q}|$)" if backslashes else r"(?:[^{q}]|{q}{q})*(?:{q}|$)"
    hidden = [quote + within.format(q=quote) for quote in ("'", '"', "`")]
    # With an E before it a string of Postgres has backslashes too: postgresql.org/docs/current/sql-syntax-lexical.html
    if dollars:
        hidden.insert(0, r"(?<!\w)[eE]'(?:[^'\\]|\\.|'')*(?:'|$)")
        hidden.append(r"(?<!\w)\$(?P<tag>\w*)\$.*?(?:\$(?P=tag)\$|$)")
    hidden += [r"--[^\n]*", rf"{comment}[^\n]*", r"/\*.*?(?:\*/|$)", "::"]
    parameter = rf'(?<![\w"`\]){sign}]){sign}(?P<name>[a-z_][a-z0-9_]*)(?!\w)'
    return re.compile("|".join([*hidden, parameter]), re.DOTALL)


def _literal(value: object, dialect: str) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, datetime):
        engine = dialect_named(dialect)
        text = naive_utc(value).isoformat(sep=" ", timespec="microseconds")
        return engine.sql(exp.Cast(this=exp.Literal.string(text), to=engine.scalar("timestamp")))
    raise ValueError(f"a {type(value).__name__} is no parameter")
