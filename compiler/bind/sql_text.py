"""SQL that people write, read under limits."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlglot import Token, exp

_MAX_BYTES = 20_000
_MAX_DEPTH = 100
"""Brackets and CASEs within one another. sqlglot's compiled parser overflows the C stack on Python 3.13
at some thousands, where no exception can be caught."""
_OPENING = frozenset(["(", "[", "{", "CASE"])
_CLOSING = frozenset([")", "]", "}", "END"])


def read_sql(sql: str, dialect: str, what: str) -> list[exp.Expr] | str:
    """Return the statements of ``sql`` in ``dialect`` (sqlglot's name), or what is wrong with it.

    ``what`` is what the message calls it, such as "the query".
    """
    if len(sql.encode("utf-8", "surrogatepass")) > _MAX_BYTES:
        return f"{what} is longer than {_MAX_BYTES:,} bytes"
    # Deferred: sqlglot takes a tenth of a second to import, and few projects have such SQL.
    import sqlglot
    from sqlglot import TokenType, errors

    try:
        tokens = sqlglot.tokenize(sql, read=dialect)
        if _depth(t.text for t in tokens if t.token_type is not TokenType.STRING) > _MAX_DEPTH:
            return f"{what} is nested more than {_MAX_DEPTH} levels deep"
        parser = sqlglot.Dialect.get_or_raise(dialect).parser()
        return [s for s in parser.parse(whole_intervals(tokens), sql) if s is not None]
    except RecursionError:
        return f"{what} is nested too deep"
    except errors.ParseError as error:
        first = error.errors[0] if error.errors else {}
        said = str(first.get("description") or "it cannot be read").splitlines()[0].rstrip(".")
        place = f" (line {first['line']} of {what})" if first.get("line") else ""
        return f"{what} is not SQL of {dialect}: {said}{place}"
    except (errors.SqlglotError, ValueError, TypeError, AttributeError, LookupError) as error:
        return f"{what} is not SQL of {dialect}: {str(error).splitlines()[0][:100]}"


_PART = re.compile(r"\s*-?[0-9]+(?:\.[0-9]+)?\s*[a-zA-Z]+\s*")


def whole_intervals(tokens: list[Token]) -> list[Token]:
    """Return the tokens with casts for intervals of which sqlglot would drop what it does not understand.

    It reads ``interval '1 day 02:00:00'``, ``'1 day ago'`` and ``'- 1 day'`` all as one day.
    """
    from sqlglot import Token, TokenType

    made: list[Token] = []
    for token, after in zip(tokens, [*tokens[1:], None], strict=True):
        if token.token_type is TokenType.STRING and made and made[-1].token_type is TokenType.INTERVAL:
            parts = _PART.findall(token.text)
            if len(parts) == 1 and parts[0] != token.text and not _is_unit(after):
                word = made.pop()
                kinds = ((TokenType.ALIAS, "AS"), (TokenType.INTERVAL, "INTERVAL"), (TokenType.R_PAREN, ")"))
                place = (word.line, word.col, word.start, word.end)
                made += [Token(TokenType.VAR, "CAST", *place), Token(TokenType.L_PAREN, "(", *place), token]
                made += [Token(kind, text, *place) for kind, text in kinds]
                continue
        made.append(token)
    return made


def _is_unit(token: Token | None) -> bool:
    return token is not None and token.text.upper().rstrip("S") in _UNITS


_UNITS = frozenset(["YEAR", "QUARTER", "MONTH", "WEEK", "DAY", "HOUR", "MINUTE", "SECOND"])


def _depth(words: Iterable[str]) -> int:
    """Return how deep brackets and CASEs stand within one another at most."""
    depth = deepest = 0
    for text in words:
        word = text.upper()
        depth += (word in _OPENING) - (word in _CLOSING and depth > 0)
        deepest = max(deepest, depth)
    return deepest
