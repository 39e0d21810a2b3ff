"""Text."""

from __future__ import annotations

from sqlglot import exp

from fcompile.compiler.dtypes import INT64, STRING
from fcompile.compiler.expressions import builders as b
from fcompile.compiler.expressions import signatures as s
from fcompile.compiler.expressions.function import Function

ENTRIES = (
    Function(
        "concat",
        "concat(x, y, ...)",
        (2, None),
        "strings",
        "string",
        s.texts(STRING),
        "The strings one after another. Write coalesce(x, '') where a NULL is to count as nothing.",
        b.joined,
    ),
    Function(
        "length",
        "length(x)",
        (1, 1),
        "a string",
        "int64",
        s.texts(INT64),
        "The number of characters (Unicode code points, so a combined emoji counts several).",
        b.one(exp.Length),
    ),
    Function(
        "lower",
        "lower(x)",
        (1, 1),
        "a string",
        "string",
        s.texts(STRING),
        "Lower case, character by character (Unicode simple case mapping).",
        b.one(exp.Lower),
    ),
    Function(
        "substr",
        "substr(x, start [, length])",
        (2, 3),
        "a string and one or two integers",
        "string",
        s.part_of_text,
        "The characters from position start, counted from 1; at most length of them, all if left out. A "
        "start below 1 is read as 1, a length below 0 as 0 (as constants they are errors).",
        b.substring,
        plain=(1, 2),
        copies=((1, 3), (2, 3)),
    ),
    Function(
        "trim",
        "trim(x)",
        (1, 1),
        "a string",
        "string",
        s.texts(STRING),
        "Without the spaces (U+0020 only) at both ends.",
        b.trimmed,
    ),
    Function(
        "upper",
        "upper(x)",
        (1, 1),
        "a string",
        "string",
        s.texts(STRING),
        "Upper case, character by character (Unicode simple case mapping; what has none, such as ŉ, "
        "stays; ß becomes ẞ).",
        b.one(exp.Upper),
    ),
)
