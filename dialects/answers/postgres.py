"""PostgreSQL 15 and later: what it has, by its own pages."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from fcompile.dialects.answers.answer import Answer

ANSWERS: Mapping[str, Answer] = MappingProxyType(
    {
        "as_of_join": Answer(
            "None: the portable form.", "www.postgresql.org/docs/current/queries-table-expressions.html"
        ),
        "qualify": Answer("None: a subquery.", "www.postgresql.org/docs/current/sql-select.html"),
        "merge": Answer(
            "Since 15; not used: a view's table is replaced whole, in a transaction.",
            "www.postgresql.org/docs/current/sql-merge.html",
        ),
        "create_or_replace": Answer(
            "None for tables: made beside the old one and renamed, in one transaction.",
            "www.postgresql.org/docs/current/sql-createtableas.html",
        ),
        "temporary_tables": Answer(
            "Yes; not needed for statements: a CTE that must be computed once is MATERIALIZED.",
            "www.postgresql.org/docs/current/queries-with.html",
        ),
        "transactions": Answer(
            "Yes, of DDL too.", "www.postgresql.org/docs/current/tutorial-transactions.html"
        ),
        "timestamps": Answer(
            "TIMESTAMP(6) without a zone; the session's zone is UTC.",
            "www.postgresql.org/docs/current/datatype-datetime.html",
        ),
        "intervals": Answer(
            "`t - INTERVAL '604800 SECONDS'`; on TIMESTAMP a day is 24 hours.",
            "www.postgresql.org/docs/current/functions-datetime.html",
        ),
        "null_order": Answer(
            "NULLS LAST ascending, FIRST descending; written out.",
            "www.postgresql.org/docs/current/queries-order.html",
        ),
        "booleans": Answer("BOOLEAN.", "www.postgresql.org/docs/current/datatype-boolean.html"),
        "lists": Answer("Arrays.", "www.postgresql.org/docs/current/arrays.html"),
        "structs": Answer(
            "Only of types that are created before: refused.", "www.postgresql.org/docs/current/rowtypes.html"
        ),
        "json": Answer("JSON, which keeps the text.", "www.postgresql.org/docs/current/datatype-json.html"),
        "identifiers": Answer(
            'Quoted by "; unquoted names are lower case; 63 bytes.',
            "www.postgresql.org/docs/current/sql-syntax-lexical.html",
        ),
        "limits": Answer(
            "1,664 columns in a result, 1,600 in a table.", "www.postgresql.org/docs/current/limits.html"
        ),
    }
)
