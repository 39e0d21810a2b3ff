"""BigQuery (GoogleSQL): what it has, by its own pages."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from fcompile.dialects.answers.answer import Answer

ANSWERS: Mapping[str, Answer] = MappingProxyType(
    {
        "as_of_join": Answer(
            "None: the portable form.",
            "cloud.google.com/bigquery/docs/reference/standard-sql/query-syntax#join_types",
        ),
        "qualify": Answer(
            "Yes.", "cloud.google.com/bigquery/docs/reference/standard-sql/query-syntax#qualify_clause"
        ),
        "merge": Answer(
            "Yes; not used: a view's table is replaced whole, by one statement.",
            "cloud.google.com/bigquery/docs/reference/standard-sql/dml-syntax#merge_statement",
        ),
        "create_or_replace": Answer(
            "Yes, atomic.",
            "cloud.google.com/bigquery/docs/reference/standard-sql/data-definition-language#create_table_statement",
        ),
        "temporary_tables": Answer(
            "In a session; gone when it ends, after 24 hours at the latest.",
            "cloud.google.com/bigquery/docs/sessions-intro",
        ),
        "transactions": Answer(
            "Of DML in a session; a run needs none.", "cloud.google.com/bigquery/docs/transactions"
        ),
        "timestamps": Answer(
            "TIMESTAMP: microseconds, UTC.",
            "cloud.google.com/bigquery/docs/reference/standard-sql/data-types#timestamp_type",
        ),
        "intervals": Answer(
            "`TIMESTAMP_SUB(t, INTERVAL 604800 SECOND)`.",
            "cloud.google.com/bigquery/docs/reference/standard-sql/timestamp_functions#timestamp_sub",
        ),
        "null_order": Answer(
            "NULLs are least by default; written out where that is not meant.",
            "cloud.google.com/bigquery/docs/reference/standard-sql/query-syntax#order_by_clause",
        ),
        "booleans": Answer(
            "BOOL.", "cloud.google.com/bigquery/docs/reference/standard-sql/data-types#boolean_type"
        ),
        "lists": Answer(
            "ARRAY; a stored one is never NULL and holds no NULL. An empty one is read as NULL.",
            "cloud.google.com/bigquery/docs/reference/standard-sql/data-types#array_type",
        ),
        "structs": Answer(
            "STRUCT.", "cloud.google.com/bigquery/docs/reference/standard-sql/data-types#struct_type"
        ),
        "json": Answer(
            "Text; JSON does not keep it as written.",
            "cloud.google.com/bigquery/docs/reference/standard-sql/json_functions",
        ),
        "identifiers": Answer(
            "Quoted by `; columns are compared without case, tables with it.",
            "cloud.google.com/bigquery/docs/reference/standard-sql/lexical",
        ),
        "limits": Answer(
            "1 MB of text a statement, 10,000 columns; plans fail earlier: views are staged in groups.",
            "cloud.google.com/bigquery/quotas#query_jobs",
        ),
    }
)
