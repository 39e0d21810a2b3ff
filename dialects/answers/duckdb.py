"""DuckDB 2.0: what it has, by its own pages."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from fcompile.dialects.answers.answer import Answer

ANSWERS: Mapping[str, Answer] = MappingProxyType(
    {
        "as_of_join": Answer(
            "`ASOF LEFT JOIN .. ON keys AND t >= v`: one inequality; ties are settled afterwards.",
            "duckdb.org/docs/stable/sql/query_syntax/from#as-of-joins",
        ),
        "qualify": Answer("Yes.", "duckdb.org/docs/stable/sql/query_syntax/qualify"),
        "merge": Answer(
            "Since 1.4; not used: a view's table is replaced whole, in a transaction.",
            "duckdb.org/docs/stable/sql/statements/merge_into",
        ),
        "create_or_replace": Answer(
            "Yes, in a transaction too.", "duckdb.org/docs/stable/sql/statements/create_table"
        ),
        "temporary_tables": Answer(
            "Yes; not needed for statements: a CTE that must be computed once is MATERIALIZED.",
            "duckdb.org/docs/stable/sql/query_syntax/with#cte-materialization",
        ),
        "transactions": Answer(
            "Yes, of DDL too: a run changes all of a view's tables or none.",
            "duckdb.org/docs/stable/sql/statements/transactions",
        ),
        "timestamps": Answer(
            "TIMESTAMP: microseconds without a zone; the session's zone is UTC.",
            "duckdb.org/docs/stable/sql/data_types/timestamp",
        ),
        "intervals": Answer(
            "`t - INTERVAL '604800' SECOND`, in the largest unit that divides; on TIMESTAMP a day is 24 hours.",
            "duckdb.org/docs/stable/sql/functions/timestamp",
        ),
        "null_order": Answer(
            "NULLS LAST by default; written out where it matters.",
            "duckdb.org/docs/stable/sql/query_syntax/orderby",
        ),
        "booleans": Answer("BOOLEAN.", "duckdb.org/docs/stable/sql/data_types/boolean"),
        "lists": Answer("`T[]`; vectors are `T[n]`.", "duckdb.org/docs/stable/sql/data_types/list"),
        "structs": Answer("STRUCT.", "duckdb.org/docs/stable/sql/data_types/struct"),
        "json": Answer("JSON, a text.", "duckdb.org/docs/stable/data/json/overview"),
        "identifiers": Answer(
            'Quoted by "; compared without case.',
            "duckdb.org/docs/stable/sql/dialect/keywords_and_identifiers",
        ),
        "limits": Answer(
            "None that a request meets; planning time grows with the number of joins.",
            "duckdb.org/docs/stable/operations_manual/limits",
        ),
    }
)
