"""A source's ``query:`` held to its promise: exactly one SELECT that only reads."""

from __future__ import annotations

from collections.abc import Sequence

from fcompile.compiler.bind.sql_text import read_sql


def query_problem(sql: str, dialect: str) -> str:
    """Return what is wrong with ``sql`` as one SELECT of ``dialect`` (sqlglot's name), or nothing."""
    statements = read_sql(sql, dialect, "the query")
    return statements if isinstance(statements, str) else _statements_problem(statements)


def _statements_problem(statements: Sequence[object]) -> str:
    from sqlglot import exp

    if len(statements) != 1:
        found = f"{len(statements)} statements" if statements else "nothing"
        return f"a query is exactly one SELECT; this is {found}"
    query = statements[0]
    if not isinstance(query, exp.Query):
        word = type(query).__name__.upper()
        return (
            f"a query is exactly one SELECT; this is {word}"
            if word != "BLOCK"
            else "a query is one statement"
        )
    writing = query.find(
        exp.Insert, exp.Update, exp.Delete, exp.Merge, exp.DDL, exp.Drop, exp.Command, exp.Into
    )
    # A query is itself DDL's kind in sqlglot's tree of classes in some versions: only look below it.
    if writing is not None and writing is not query and not isinstance(writing, exp.Query):
        return f"a query only reads; this one holds {type(writing).__name__.upper()}"
    if query.find(exp.Placeholder, exp.Parameter) is not None:
        return "a query takes no parameters"
    return ""
