"""The one vocabulary of engine types, which is DuckDB's, as dtypes; and which type serves which declared dtype.

``STRING`` is the type of an engine that has one for texts and bytes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from fcompile.compiler.dtypes import (
    BOOL,
    BYTES,
    DATE,
    FLOAT32,
    FLOAT64,
    INT32,
    INT64,
    JSON,
    STRING,
    TIMESTAMP,
    DType,
)

_EXACT = {
    "BOOLEAN": BOOL,
    "INTEGER": INT32,
    "BIGINT": INT64,
    "FLOAT": FLOAT32,
    "DOUBLE": FLOAT64,
    "VARCHAR": STRING,
    "STRING": STRING,
    "BLOB": BYTES,
    "DATE": DATE,
    "TIMESTAMP": TIMESTAMP,
    "JSON": JSON,
}
_INTEGERS = re.compile(r"U?(TINY|SMALL|BIG|HUGE)INT|U?INTEGER")
_TIMESTAMPS = re.compile(r"TIMESTAMP(_S|_MS|_NS|_US| WITH TIME ZONE)?")
NANOSECONDS = ("TIMESTAMP_NS", "TIMESTAMPTZ_NS")
_DECIMAL = re.compile(r"DECIMAL\((\d+),\s*(\d+)\)")
_ARRAY = re.compile(r"(.*)\[(\d*)\]", re.DOTALL)
_STRUCT = re.compile(r"STRUCT\((.*)\)", re.DOTALL)
NULL = '"NULL"'
"""The type of a column of which nothing but NULL is known."""


def exact_dtype(engine: str) -> DType | None:
    """Return the dtype whose values ``engine`` holds as they are; None where a cast is needed or none fits."""
    if engine in _EXACT:
        return _EXACT[engine]
    if found := _DECIMAL.fullmatch(engine):
        return DType("decimal", precision=int(found[1]), scale=int(found[2]))
    if (found := _ARRAY.fullmatch(engine)) and not found[2]:
        item = exact_dtype(found[1])
        return None if item is None else DType("list", item=item)
    if found := _STRUCT.fullmatch(engine):
        members = [(name, exact_dtype(kind)) for name, kind in _members(found[1])]
        fields = tuple((name, dtype) for name, dtype in members if dtype is not None)
        return DType("struct", fields=fields) if len(fields) == len(members) else None
    return None


def nearest_dtype(engine: str) -> DType | None:
    """Return the dtype that reads ``engine`` without loss where there is one: what an expression may take it for."""
    exact = exact_dtype(engine)
    if exact is not None:
        return exact
    if _INTEGERS.fullmatch(engine):
        return INT32 if engine.endswith(("TINYINT", "SMALLINT")) else INT64
    if is_timestamp(engine):
        return TIMESTAMP
    return STRING if engine == "UUID" or engine.startswith("ENUM(") else None


def spine_kind(engine: str) -> str:
    """Return ``SpineColumn.kind`` of a column: a dtype's kind, ``timestamptz``, ``nanoseconds`` or ``other``."""
    if engine in NANOSECONDS:
        return "nanoseconds"
    if engine == "TIMESTAMP WITH TIME ZONE":
        return "timestamptz"
    exact = exact_dtype(engine)
    return exact.kind if exact is not None else "other"


def is_timestamp(engine: str) -> bool:
    return _TIMESTAMPS.fullmatch(engine) is not None


def is_time(engine: str) -> bool:
    """Whether a column of this type says when: a timestamp, or a date (midnight UTC)."""
    return engine == "DATE" or engine in NANOSECONDS or is_timestamp(engine)


def serves(engine: str, dtype: DType) -> bool:
    """Whether a column of type ``engine`` holds values of ``dtype``; a number out of range fails when it is read."""
    if engine == NULL:
        return True
    match dtype.kind:
        case "int32" | "int64":
            return _INTEGERS.fullmatch(engine) is not None
        case "float32" | "float64":
            return engine in ("FLOAT", "DOUBLE") or _INTEGERS.fullmatch(engine) is not None
        case "decimal":
            return _serves_decimal(engine, dtype)
        case "string":
            return engine in ("VARCHAR", "STRING", "UUID") or engine.startswith("ENUM(")
        case "bytes":
            return engine in ("BLOB", "STRING")
        case "timestamp":
            return engine == "DATE" or is_timestamp(engine)
        case "json":
            return engine in ("JSON", "VARCHAR", "STRING")
        case "list" | "vector":
            return _serves_list(engine, dtype)
        case "struct":
            return _serves_struct(engine, dtype)
    return exact_dtype(engine) == dtype


def serves_key(engine: str, dtype: DType) -> bool:
    """Whether a spine's column can be compared with a join key: as ``serves``, and whole floats for integers.

    Data frames turn whole numbers beside a missing one into floats, so a float finds the integer it equals.
    """
    if dtype.kind in ("int32", "int64"):
        found = _DECIMAL.fullmatch(engine)
        return (
            engine in ("FLOAT", "DOUBLE") or (found is not None and found[2] == "0") or serves(engine, dtype)
        )
    return serves(engine, dtype)


def _serves_decimal(engine: str, dtype: DType) -> bool:
    if _INTEGERS.fullmatch(engine):
        return True
    found = _DECIMAL.fullmatch(engine)
    if found is None:
        return False
    whole = int(found[1]) - int(found[2])
    return int(found[2]) <= dtype.scale and whole <= dtype.precision - dtype.scale


def _serves_list(engine: str, dtype: DType) -> bool:
    found = _ARRAY.fullmatch(engine)
    if found is None or dtype.item is None:
        return False
    fits = not found[2] or dtype.kind == "list" or int(found[2]) == dtype.length
    return fits and serves(found[1], dtype.item)


def _serves_struct(engine: str, dtype: DType) -> bool:
    found = _STRUCT.fullmatch(engine)
    if found is None:
        return False
    held = dict(_members(found[1]))
    return all(name in held and serves(held[name], member) for name, member in dtype.fields)


def _members(text: str) -> Iterator[tuple[str, str]]:
    """Yield name and type of each member of ``STRUCT(a INTEGER, "b c" VARCHAR[])``."""
    for part in _split(text):
        found = re.match(r'\s*("(?:[^"]|"")*"|\S+)\s+(.*)', part, re.DOTALL)
        if found:
            name = found[1]
            yield (name[1:-1].replace('""', '"') if name.startswith('"') else name), found[2].strip()


def _split(text: str) -> Iterator[str]:
    """Yield what stands between the commas that are in no bracket or quote."""
    depth, start, quote = 0, 0, ""
    for at, sign in enumerate(text):
        if quote:
            quote = "" if sign == quote else quote
        elif sign in "\"'":
            quote = sign
        elif sign == "," and depth == 0:
            yield text[start:at]
            start = at + 1
        else:
            depth += (sign in "([") - (sign in ")]")
    yield text[start:]
