"""Text."""

from __future__ import annotations

from sqlglot import exp

from fcompile.compiler.dtypes import BOOL, INT64, STRING
from fcompile.compiler.expressions import builders as b
from fcompile.compiler.expressions import pattern_signatures as p
from fcompile.compiler.expressions import regex_values as r
from fcompile.compiler.expressions import signatures as s
from fcompile.compiler.expressions import text_builders as t
from fcompile.compiler.expressions import text_values as v
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
        evaluate=v.concat,
    ),
    Function(
        "contains",
        "contains(x, y)",
        (2, 2),
        "two strings",
        "bool",
        s.texts(BOOL),
        "Whether y stands anywhere in x; the empty text does in every one. With case.",
        t.called("CONTAINS"),
        evaluate=v.contains,
    ),
    Function(
        "ends_with",
        "ends_with(x, y)",
        (2, 2),
        "two strings",
        "bool",
        s.texts(BOOL),
        "Whether x ends with y; every text ends with the empty one. With case.",
        t.called("ENDS_WITH"),
        evaluate=str.endswith,
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
        evaluate=len,
    ),
    Function(
        "lower",
        "lower(x)",
        (1, 1),
        "a string",
        "string",
        s.texts(STRING),
        "Lower case, character by character (simple case mapping of Unicode 14): Σ becomes σ wherever it "
        "stands, İ becomes i.",
        b.one(exp.Lower),
        evaluate=v.lower,
    ),
    Function(
        "ltrim",
        "ltrim(x)",
        (1, 1),
        "a string",
        "string",
        s.texts(STRING),
        "Without the spaces (U+0020 only) at the beginning.",
        t.trimmed_left,
        evaluate=v.trim_left,
    ),
    Function(
        "regexp_extract",
        "regexp_extract(x, pattern [, group])",
        (2, 3),
        "a string, a constant pattern and the constant number of a group",
        "string",
        p.extracted,
        "The text of the first match of the pattern, or of one of its groups: 1 is the first, 0 the whole "
        "match, which is also meant if left out. Empty if the group takes no part in the match. A group that "
        "repeats cannot be asked for.",
        t.extract,
        "NULL if x is NULL, or nothing matches",
        plain=(1, 2),
        copies=((0, 2),),
        evaluate=r.regex_extract,
    ),
    Function(
        "regexp_matches",
        "regexp_matches(x, pattern)",
        (2, 2),
        "a string and a constant pattern",
        "bool",
        p.matched,
        "Whether the pattern matches anywhere in x; write ^ and $ around it for the whole of x.",
        t.matches,
        plain=(1,),
        evaluate=r.regex_matches,
    ),
    Function(
        "replace",
        "replace(x, y, z)",
        (3, 3),
        "three strings",
        "string",
        s.texts(STRING),
        "x with z for every y in it, from left to right, none overlapping another. x if y is empty.",
        t.called("REPLACE"),
        evaluate=v.replace,
    ),
    Function(
        "rtrim",
        "rtrim(x)",
        (1, 1),
        "a string",
        "string",
        s.texts(STRING),
        "Without the spaces (U+0020 only) at the end.",
        t.trimmed_right,
        evaluate=v.trim_right,
    ),
    Function(
        "split_part",
        "split_part(x, separator, n)",
        (3, 3),
        "two strings and an integer",
        "string",
        p.split,
        "Part n of x, counted from 1, where x is split at every separator. Empty if there is no such part, "
        "and for an n below 1. An empty separator splits nothing. (As constants, an n below 1 and an empty "
        "separator are errors.)",
        t.split,
        plain=(2,),
        copies=((0, 2), (1, 2), (2, 3)),
        evaluate=v.split_part,
    ),
    Function(
        "starts_with",
        "starts_with(x, y)",
        (2, 2),
        "two strings",
        "bool",
        s.texts(BOOL),
        "Whether x starts with y; every text starts with the empty one. With case.",
        t.called("STARTS_WITH"),
        evaluate=str.startswith,
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
        evaluate=v.substr,
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
        evaluate=v.trim,
    ),
    Function(
        "upper",
        "upper(x)",
        (1, 1),
        "a string",
        "string",
        s.texts(STRING),
        "Upper case, character by character (simple case mapping of Unicode 14; what has none, such as ŉ, "
        "stays; ß becomes ẞ, and ᾳ becomes ᾼ).",
        b.one(exp.Upper),
        evaluate=v.upper,
    ),
)
