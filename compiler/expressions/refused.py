"""SQL that is not part of the language, with what to write instead."""

from __future__ import annotations

from collections.abc import Mapping

_DRIFTS = "its answer changes from run to run, so training and serving would not agree"

NONDETERMINISTIC: Mapping[str, str] = dict.fromkeys(
    """now current_timestamp current_date current_time localtime localtimestamp today getdate sysdate
    systimestamp clock_timestamp transaction_timestamp statement_timestamp unix_timestamp get_current_time
    get_current_timestamp curdate curtime utc_timestamp random rand randn uuid gen_random_uuid
    generate_uuid newid nextval currval setseed txid_current current_user session_user current_schema
    current_database version""".split(),
    _DRIFTS,
)
"""Functions that are refused, by their lower-case name, with the reason."""

NOW_WORDS = frozenset(
    "current_timestamp current_date current_time localtime localtimestamp current_user session_user".split()
)
"""Those that SQL calls without parentheses."""

INSTEAD: Mapping[str, str] = {
    "ifnull": "write coalesce(x, y)",
    "nvl": "write coalesce(x, y)",
    "isnull": "write x is null, or coalesce(x, y)",
    "zeroifnull": "write coalesce(x, 0)",
    "if": "write case when condition then x else y end",
    "iff": "write case when condition then x else y end",
    "iif": "write case when condition then x else y end",
    "decode": "write case x when a then b else c end",
    "len": "write length(x)",
    "char_length": "write length(x)",
    "character_length": "write length(x)",
    "substring": "write substr(x, start, length)",
    "left": "write substr(x, 1, length)",
    "mid": "write substr(x, start, length)",
    "ceiling": "write ceil(x)",
    "lcase": "write lower(x)",
    "ucase": "write upper(x)",
    "mod": "write x % y",
    "div": "write x // y",
    "max": "for several values of one row write greatest(x, y); over rows use `aggregations:`",
    "min": "for several values of one row write least(x, y); over rows use `aggregations:`",
    "try_cast": "write cast(x as dtype); text that does not fit is an error when it runs",
    "safe_cast": "write cast(x as dtype); text that does not fit is an error when it runs",
    "to_timestamp": "write cast(x as timestamp)",
    "to_date": "write cast(x as date)",
    "date": "write cast(x as date), or date '2024-01-01' for a constant",
    "timestamp": "write cast(x as timestamp), or timestamp '2024-01-01 00:00:00' for a constant",
    "float": "write cast(x as float64)",
    "int": "write cast(x as int64)",
    "regexp_matches": "patterns are written with like: x like 'a%'",
    **dict.fromkeys(
        "sum count avg mean stddev stddev_samp variance var_samp first last any_value".split(),
        "an expression sees one row; over rows use `aggregations:`",
    ),
    **dict.fromkeys(
        "row_number rank dense_rank lag lead first_value last_value ntile".split(),
        "window functions are not part of an expression; put them into a source's `query:`",
    ),
}
"""Functions people know from elsewhere."""

WORDS: Mapping[str, str] = {
    "select": "subqueries are not part of an expression; put them into a source's `query:`",
    "exists": "subqueries are not part of an expression; put them into a source's `query:`",
    "over": "window functions are not part of an expression; put them into a source's `query:`",
    "interval": "intervals are not part of an expression; put time arithmetic into a source's `query:`",
    "ilike": "ilike is not part of an expression; write lower(x) like 'a%'",
    "escape": "like has no escape character: % and _ always stand for any text and any character",
    "similar": "similar to is not part of an expression; patterns are written with like",
    "regexp": "regexp is not part of an expression; patterns are written with like",
    "rlike": "rlike is not part of an expression; patterns are written with like",
    "collate": "collate is not part of an expression; text compares by code point",
    "distinct": "distinct is not part of an expression; to compare NULLs write x is null",
    "at": "at time zone is not part of an expression; timestamps are UTC",
    "filter": "an expression sees one row; use the view's `filter:`",
}
"""Words of SQL that stand where an operator is due."""

SYMBOLS: Mapping[str, str] = {
    "::": "write cast(x as dtype)",
    "->": "fields of json are not part of an expression yet; put them into a source's `query:`",
    "->>": "fields of json are not part of an expression yet; put them into a source's `query:`",
    "||": "write concat(x, y)",
    ";": "one expression only: leave the `;` away",
    "&": "write `and`; there are no bit operators",
    "|": "write `or`; there are no bit operators",
    "^": "there is no power operator; write x * x",
    "~": "patterns are written with like: x like 'a%'",
    "!": "write `not`",
    "[": "lists have no elements in an expression yet; put them into a source's `query:`",
    "{": "there are no structs or templates in an expression; write the column's name",
    ".": "write the column's name alone, without a table",
    "?": "there are no parameters in an expression; write the constant",
    "$": "there are no parameters in an expression; write the constant",
    "@": "there are no parameters in an expression; write the constant",
    ":": "write cast(x as dtype)",
    ":=": "write = to compare",
}

SQL_TYPES: Mapping[str, str] = {
    "bigint": "int64",
    "long": "int64",
    "int": "int64",
    "int8": "int64",
    "integer": "int64",
    "int4": "int32",
    "smallint": "int32",
    "double": "float64",
    "float": "float64",
    "float8": "float64",
    "real": "float32",
    "float4": "float32",
    "number": "decimal(18,4)",
    "numeric": "decimal(18,4)",
    "decimal": "decimal(18,4)",
    "varchar": "string",
    "text": "string",
    "char": "string",
    "str": "string",
    "boolean": "bool",
    "datetime": "timestamp",
    "timestamptz": "timestamp",
    "timestamp_ntz": "timestamp",
    "blob": "bytes",
    "bytea": "bytes",
}
