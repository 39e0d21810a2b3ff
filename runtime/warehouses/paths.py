"""Relative file names in SQL, made absolute: what they mean must not depend on the caller's directory.

DuckDB's own ``file_search_path`` looks in the current directory first and cannot hold a comma, so
the names are resolved in the text that is sent, and only there: `build` writes them as declared.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from sqlglot.dialects.dialect import Dialect
from sqlglot.tokenizer_core import Token, TokenType

_READER = re.compile(r"(read_|parquet_|csv_)\w+", re.IGNORECASE)
_DATA_FILE = re.compile(r"\.(parquet|csv|tsv|csv\.gz|tsv\.gz|csv\.zst|json|ndjson|jsonl)$", re.IGNORECASE)
_GLOB = re.compile(r"[*?\[]")


def with_absolute_paths(sql: str, root: Path) -> str:
    """Return ``sql`` with the relative paths it reads resolved against ``root``, and nothing else changed.

    A path is the text a reading function starts with (``read_parquet('...')``, a list too), or a
    data file's name after FROM or JOIN. Absolute paths and URLs stay.
    """
    if "'" not in sql:
        return sql
    parts: list[str] = []
    done = 0
    for token in _paths(Dialect.get_or_raise("duckdb").tokenize(sql)):
        if not is_relative(token.text):
            continue
        parts += [sql[done : token.start], "'", absolute(token.text, root).replace("'", "''"), "'"]
        done = token.end + 1
    return "".join([*parts, sql[done:]])


def is_relative(path: str) -> bool:
    return not path.startswith(("/", "~")) and "://" not in path and not re.match(r"[A-Za-z]:[\\/]", path)


def absolute(path: str, root: Path) -> str:
    """Return ``path`` under ``root``; signs in the root that a glob would read as a pattern are escaped."""
    prefix = root.as_posix()
    if _GLOB.search(path):
        prefix = re.sub(r"([*?\[])", r"[\1]", prefix)
    return f"{prefix.rstrip('/')}/{path}"


def _paths(tokens: Sequence[Token]) -> Iterator[Token]:
    for at, token in enumerate(tokens):
        if token.token_type == TokenType.STRING and (_is_argument(tokens, at) or _is_relation(tokens, at)):
            yield token


def _is_argument(tokens: Sequence[Token], at: int) -> bool:
    """Whether ``tokens[at]`` is the first argument of a reader, or stands in the list that is."""
    before = at - 1
    while before > 1 and tokens[before].token_type in (TokenType.COMMA, TokenType.STRING):
        before -= 1
    if before > 1 and tokens[before].token_type == TokenType.L_BRACKET:
        before -= 1
    elif before != at - 1:
        return False
    return (
        before > 0
        and tokens[before].token_type == TokenType.L_PAREN
        and _READER.fullmatch(tokens[before - 1].text) is not None
    )


def _is_relation(tokens: Sequence[Token], at: int) -> bool:
    if at == 0 or not _DATA_FILE.search(tokens[at].text):
        return False
    is_comparison = at > 1 and tokens[at - 2].token_type == TokenType.DISTINCT
    return tokens[at - 1].token_type in (TokenType.FROM, TokenType.JOIN) and not is_comparison
