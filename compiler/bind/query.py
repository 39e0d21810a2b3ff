"""A source's ``query:`` held to its promise: exactly one SELECT that only reads."""

from __future__ import annotations

from collections.abc import Sequence

_MAX_BYTES = 20_000


def query_problem(sql: str, dialect: str) -> str:
    """Return what is wrong with ``sql`` as one SELECT of ``dialect`` (sqlglot's name), or nothing."""
    if len(sql.encode("utf-8", "surrogatepass")) > _MAX_BYTES:
        return f"the query is longer than {_MAX_BYTES:,} bytes"
    # Deferred: sqlglot takes a tenth of a second to import, and few projects have queries.
    import sqlglot
    from sqlglot import errors

    try:
        statements = [s for s in sqlglot.parse(sql, read=dialect) if s is not None]
        return _statements_problem(statements)
    except RecursionError:
        return "the query is nested too deep"
    except errors.ParseError as error:
        first = error.errors[0] if error.errors else {}
        said = str(first.get("description") or "it cannot be read").splitlines()[0].rstrip(".")
        place = f" (line {first['line']} of the query)" if first.get("line") else ""
        return f"the query is not SQL of {dialect}: {said}{place}"
    except (errors.SqlglotError, ValueError) as error:
        return f"the query is not SQL of {dialect}: {str(error).splitlines()[0][:100]}"


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
