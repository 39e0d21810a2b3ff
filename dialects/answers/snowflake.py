"""Snowflake: what it has, by its own pages."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from fcompile.dialects.answers.answer import Answer

ANSWERS: Mapping[str, Answer] = MappingProxyType(
    {
        "as_of_join": Answer(
            "`ASOF JOIN .. MATCH_CONDITION (t >= v) ON keys`, which keeps every left row; ties are settled afterwards.",
            "docs.snowflake.com/en/sql-reference/constructs/asof-join",
        ),
        "qualify": Answer("Yes.", "docs.snowflake.com/en/sql-reference/constructs/qualify"),
        "merge": Answer(
            "Yes; not used: a view's table is replaced whole, by one statement.",
            "docs.snowflake.com/en/sql-reference/sql/merge",
        ),
        "create_or_replace": Answer("Yes, atomic.", "docs.snowflake.com/en/sql-reference/sql/create-table"),
        "temporary_tables": Answer(
            "Yes, of the session.", "docs.snowflake.com/en/user-guide/tables-temp-transient"
        ),
        "transactions": Answer(
            "Of DML; each DDL statement is one of its own.",
            "docs.snowflake.com/en/sql-reference/transactions",
        ),
        "timestamps": Answer(
            "TIMESTAMP_NTZ(6); the session's zone is UTC.",
            "docs.snowflake.com/en/sql-reference/data-types-datetime",
        ),
        "intervals": Answer(
            "`DATEADD(DAY, -7, t)`: a day of a TIMESTAMP_NTZ has 24 hours.",
            "docs.snowflake.com/en/sql-reference/functions/dateadd",
        ),
        "null_order": Answer(
            "NULLs are greatest by default; written out.",
            "docs.snowflake.com/en/sql-reference/constructs/order-by",
        ),
        "booleans": Answer("BOOLEAN.", "docs.snowflake.com/en/sql-reference/data-types-logical"),
        "lists": Answer(
            "ARRAY, whose elements are VARIANT.",
            "docs.snowflake.com/en/sql-reference/data-types-semistructured",
        ),
        "structs": Answer("OBJECT.", "docs.snowflake.com/en/sql-reference/data-types-semistructured"),
        "json": Answer(
            "VARIANT, which keeps what JSON means and not its text.",
            "docs.snowflake.com/en/sql-reference/functions/parse_json",
        ),
        "identifiers": Answer(
            'Quoted by "; a name in lower case is written in upper case, which is what it means unquoted.',
            "docs.snowflake.com/en/sql-reference/identifiers-syntax",
        ),
        "limits": Answer("1 MB of text a statement.", "docs.snowflake.com/en/user-guide/query-size-limits"),
    }
)
