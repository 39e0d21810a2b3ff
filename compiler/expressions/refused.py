"""SQL that is not part of the language, with what to write instead."""

from __future__ import annotations

from collections.abc import Mapping

DRIFTS = "its answer changes from run to run, so training and serving would not agree"

_TIME = "read a timestamp column of the source; in an on-demand view `event_timestamp`, or other request data"
_DRAW = "write hash_bucket(key, n): a draw that is the same for a key each time"
_NUMBER = "write hash_bucket(key, n), or read a column of the source that holds the number"
_SETTING = "read a column of the source; in an on-demand view request data"

NONDETERMINISTIC: Mapping[str, str] = {
    **dict.fromkeys(
        (
            "now",
            "current_timestamp",
            "current_date",
            "current_time",
            "localtime",
            "localtimestamp",
            "today",
            "getdate",
            "sysdate",
            "systimestamp",
            "clock_timestamp",
            "transaction_timestamp",
            "statement_timestamp",
            "unix_timestamp",
            "get_current_time",
            "get_current_timestamp",
            "curdate",
            "curtime",
            "utc_timestamp",
        ),
        _TIME,
    ),
    **dict.fromkeys(("random", "rand", "randn", "setseed"), _DRAW),
    **dict.fromkeys(
        ("uuid", "gen_random_uuid", "generate_uuid", "newid", "nextval", "currval", "txid_current"), _NUMBER
    ),
    **dict.fromkeys(
        ("current_user", "session_user", "current_schema", "current_database", "version"), _SETTING
    ),
}
"""Functions that are refused, by their lower-case name, with what to write instead."""

NOW_WORDS = frozenset(
    (
        "current_timestamp",
        "current_date",
        "current_time",
        "localtime",
        "localtimestamp",
        "current_user",
        "session_user",
    )
)
"""Those that SQL calls without parentheses."""

_PARTS = ("year", "quarter", "month", "week", "day", "hour", "minute", "second", "microsecond")

INSTEAD: Mapping[str, str] = {
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
    "power": "write pow(x, y)",
    "log": "write ln(x) or log10(x)",
    "signum": "write sign(x)",
    "isnan": "write is_nan(x)",
    "width_bucket": "write bucketize(x, b1, b2, ...)",
    "div": "write x // y",
    "max": "for several values of one row write greatest(x, y); over rows use `aggregations:`",
    "min": "for several values of one row write least(x, y); over rows use `aggregations:`",
    "safe_cast": "write try_cast(x as dtype)",
    "convert": "write cast(x as dtype), or try_cast(x as dtype)",
    "to_timestamp": "write cast(x as timestamp)",
    "to_date": "write cast(x as date)",
    "date": "write cast(x as date), or date '2024-01-01' for a constant",
    "timestamp": "write cast(x as timestamp), or timestamp '2024-01-01 00:00:00' for a constant",
    **{part: f"write date_part('{part}', x)" for part in _PARTS},
    **dict.fromkeys(("dayofweek", "weekday", "isodow", "dow"), "write day_of_week(x), from 1 for Monday"),
    **dict.fromkeys(("dayofyear", "doy"), "write date_part('day_of_year', x)"),
    **dict.fromkeys(("weekofyear", "isoweek"), "write date_part('week', x)"),
    **dict.fromkeys(("datepart", "extract"), "write date_part('hour', x)"),
    **dict.fromkeys(("datetrunc", "timestamp_trunc", "time_bucket"), "write date_trunc('hour', x)"),
    **dict.fromkeys(
        ("datediff", "date_sub", "timestampdiff", "timestamp_diff", "timediff", "age", "months_between"),
        "write date_diff('day', a, b)",
    ),
    **dict.fromkeys(
        ("dateadd", "date_add", "timestampadd", "timestamp_add", "timestamp_sub", "add_months"),
        "write add_duration(x, '1d')",
    ),
    **dict.fromkeys(("epoch", "unix_seconds", "to_unixtime"), "write epoch_seconds(x)"),
    **dict.fromkeys(("array_length", "cardinality", "list_count", "size"), "write list_length(x)"),
    **dict.fromkeys(("array_contains", "list_has", "array_position"), "write list_contains(x, y)"),
    **dict.fromkeys(("element_at", "list_extract", "array_extract"), "write list_element(x, n)"),
    **dict.fromkeys(("array_sum", "list_aggregate"), "write list_sum(x)"),
    **dict.fromkeys(
        ("dot_product", "inner_product", "list_inner_product", "array_inner_product"), "write dot(x, y)"
    ),
    **dict.fromkeys(
        ("cosine_distance", "list_cosine_similarity", "array_cosine_similarity"),
        "write cosine_similarity(x, y)",
    ),
    **dict.fromkeys(("euclidean_distance", "list_distance", "array_distance"), "write l2_distance(x, y)"),
    "float": "write cast(x as float64)",
    "int": "write cast(x as int64)",
    "regexp_like": "write regexp_matches(x, 'pattern')",
    "regexp_contains": "write regexp_matches(x, 'pattern')",
    "regexp_full_match": "write regexp_matches(x, '^pattern$')",
    "regexp_substr": "write regexp_extract(x, 'pattern')",
    "regexp_replace": "replacing by pattern is not part of an expression; put it into a source's `query:`",
    "split": "write split_part(x, separator, n)",
    "string_split": "write split_part(x, separator, n)",
    "strpos": "write contains(x, y)",
    "position": "write contains(x, y)",
    "instr": "write contains(x, y)",
    "startswith": "write starts_with(x, y)",
    "prefix": "write starts_with(x, y)",
    "endswith": "write ends_with(x, y)",
    "suffix": "write ends_with(x, y)",
    "json_value": "write json_text(x, '$.name')",
    "json_extract": "write json_text(x, '$.name')",
    "json_extract_string": "write json_text(x, '$.name')",
    "json_extract_scalar": "write json_text(x, '$.name')",
    "get_json_object": "write json_text(x, '$.name')",
    "hash": "write hash_bucket(x, n), which is the same in every engine",
    "md5": "write hash_bucket(x, n), which is the same in every engine",
    "farm_fingerprint": "write hash_bucket(x, n), which is the same in every engine",
    **dict.fromkeys(
        (
            "sum",
            "count",
            "avg",
            "mean",
            "stddev",
            "stddev_samp",
            "variance",
            "var_samp",
            "first",
            "last",
            "any_value",
        ),
        "an expression sees one row; over rows use `aggregations:`",
    ),
    **dict.fromkeys(
        ("row_number", "rank", "dense_rank", "lag", "lead", "first_value", "last_value", "ntile"),
        "window functions are not part of an expression; put them into a source's `query:`",
    ),
}
"""Functions people know from elsewhere."""

WORDS: Mapping[str, str] = {
    "select": "subqueries are not part of an expression; put them into a source's `query:`",
    "exists": "subqueries are not part of an expression; put them into a source's `query:`",
    "over": "window functions are not part of an expression; put them into a source's `query:`",
    "interval": "intervals are not part of an expression; write add_duration(x, '1h')",
    "ilike": "ilike is not part of an expression; write lower(x) like 'a%'",
    "escape": "like has no escape character; % and _ always stand for any text and any character",
    "similar": "similar to is not part of an expression; write regexp_matches(x, '^pattern$')",
    "regexp": "regexp is not part of an expression; write regexp_matches(x, 'pattern')",
    "rlike": "rlike is not part of an expression; write regexp_matches(x, 'pattern')",
    "collate": "collate is not part of an expression; text compares by code point",
    "distinct": "distinct is not part of an expression; to compare NULLs write x is null",
    "at": "at time zone is not part of an expression; timestamps are UTC",
    "from": "from is not part of an expression; write date_part('hour', x), or substr(x, start, length)",
    "filter": "an expression sees one row; use the view's `filter:`",
}
"""Words of SQL that stand where an operator is due."""

SYMBOLS: Mapping[str, str] = {
    "::": "write cast(x as dtype)",
    "->": "write json_text(x, '$.name')",
    "->>": "write json_text(x, '$.name')",
    "||": "write concat(x, y)",
    ";": "one expression only: leave the `;` away",
    "&": "write `and`; there are no bit operators",
    "|": "write `or`; there are no bit operators",
    "^": "there is no power operator; write pow(x, y)",
    "~": "write regexp_matches(x, 'pattern')",
    "!": "write `not`",
    "[": "write list_element(x, n), which counts from 1",
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
