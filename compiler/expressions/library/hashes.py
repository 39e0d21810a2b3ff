"""Hashes."""

from __future__ import annotations

from fcompile.compiler.expressions import hash_buckets as h
from fcompile.compiler.expressions.function import Function

ENTRIES = (
    Function(
        "hash_bucket",
        "hash_bucket(x, n)",
        (2, 2),
        "an integer, decimal, string, bool, bytes, date or timestamp, and a constant n from 1 to 2147483647",
        "int64",
        h.bucketed,
        "A whole number from 0 to n - 1, the same in every engine: the first 60 bits of the MD5 of the value's "
        "text, modulo n. The text is the digits of a whole number, the digits of a decimal with its whole "
        "scale, the string itself, true or false, the hexadecimal digits of bytes, an ISO date, or the "
        "microseconds of a timestamp since 1970. Not made for secrets.",
        h.bucket_sql,
        plain=(1, 2),
        evaluate=h.bucket,
    ),
)
