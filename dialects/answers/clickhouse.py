"""ClickHouse 26.9: what it has, by its own pages."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from fcompile.dialects.answers.answer import Answer

ANSWERS: Mapping[str, Answer] = MappingProxyType(
    {
        "as_of_join": Answer(
            "`ASOF LEFT JOIN .. ON keys AND t >= v`: a key, one inequality; ties are settled afterwards.",
            "clickhouse.com/docs/sql-reference/statements/select/join#asof-join-usage",
        ),
        "qualify": Answer("Yes.", "clickhouse.com/docs/sql-reference/statements/select/qualify"),
        "merge": Answer(
            "None: a view's table is replaced whole, by one statement.",
            "clickhouse.com/docs/sql-reference/statements",
        ),
        "create_or_replace": Answer(
            "Yes, atomic in databases of the engine Atomic.",
            "clickhouse.com/docs/sql-reference/statements/create/table",
        ),
        "temporary_tables": Answer(
            "Yes, of the session.",
            "clickhouse.com/docs/sql-reference/statements/create/table#temporary-tables",
        ),
        "transactions": Answer(
            "None to rely on; a run needs none.", "clickhouse.com/docs/guides/developer/transactional"
        ),
        "timestamps": Answer(
            "DateTime64(6, 'UTC'), of the years 1 to 9999; before version 26 of 1900 to 2299.",
            "clickhouse.com/docs/sql-reference/data-types/datetime64",
        ),
        "intervals": Answer(
            "`t - INTERVAL '604800' SECOND`.",
            "clickhouse.com/docs/sql-reference/operators#operators-for-working-with-dates-and-times",
        ),
        "null_order": Answer(
            "NULLS LAST by default; written out.",
            "clickhouse.com/docs/sql-reference/statements/select/order-by",
        ),
        "booleans": Answer("Bool.", "clickhouse.com/docs/sql-reference/data-types/boolean"),
        "lists": Answer(
            "Variant(Array(..)): an Array by itself is never NULL.",
            "clickhouse.com/docs/sql-reference/data-types/variant",
        ),
        "structs": Answer("Nullable(Tuple(..)).", "clickhouse.com/docs/sql-reference/data-types/tuple"),
        "json": Answer("String.", "clickhouse.com/docs/sql-reference/functions/json-functions"),
        "identifiers": Answer(
            "Quoted by `; compared with case.", "clickhouse.com/docs/sql-reference/syntax#identifiers"
        ),
        "limits": Answer(
            "256 KiB of text unless the session says more; CTEs are macros: what is read twice is staged.",
            "clickhouse.com/docs/operations/settings/settings#max_query_size",
        ),
    }
)
