"""A source's ``query:`` held to its promise: exactly one SELECT that only reads."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

_MAX_BYTES = 20_000
_MAX_DEPTH = 100
"""Brackets and CASEs within one another. sqlglot's compiled parser overflows the C stack on Python 3.13
at some thousands, where no exception can be caught."""
_OPENING = frozenset(["(", "[", "{", "CASE"])
_CLOSING = frozenset([")", "]", "}", "END"])


def query_problem(sql: str, dialect: str) -> str:
    """Return what is wrong with ``sql`` as one SELECT of ``dialect`` (sqlglot's name), or nothing."""
    if len(sql.encode("utf-8", "surrogatepass")) > _MAX_BYTES:
        return f"the query is longer than {_MAX_BYTES:,} bytes"
    # Deferred: sqlglot takes a tenth of a second to import, and few projects have queries.
    import sqlglot
    from sqlglot import TokenType, errors

    try:
        tokens = sqlglot.tokenize(sql, read=dialect)
        if _depth(t.text for t in tokens if t.token_type is not TokenType.STRING) > _MAX_DEPTH:
            return f"the query is nested more than {_MAX_DEPTH} levels deep"
        statements = [s for s in sqlglot.parse(sql, read=dialect) if s is not None]
        return _statements_problem(statements)
    except RecursionError:
        return "the query is nested too deep"
    except errors.ParseError as error:
        first = error.errors[0] if error.errors else {}
        said = str(first.get("description") or "it cannot be read").splitlines()[0].rstrip(".")
        place = f" (line {first['line']} of the query)" if first.get("line") else ""
        return f"the query is not SQL of {dialect}: {said}{place}"
    except (errors.SqlglotError, ValueError, TypeError, AttributeError, LookupError) as error:
        return f"the query is not SQL of {dialect}: {str(error).splitlines()[0][:100]}"


def _depth(words: Iterable[str]) -> int:
    """Return how deep brackets and CASEs stand within one another at most."""
    depth = deepest = 0
    for text in words:
        word = text.upper()
        depth += (word in _OPENING) - (word in _CLOSING and depth > 0)
        deepest = max(deepest, depth)
    return deepest


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
