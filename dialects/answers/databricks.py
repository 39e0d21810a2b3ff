"""Databricks SQL: what it has, by its own pages."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from fcompile.dialects.answers.answer import Answer

ANSWERS: Mapping[str, Answer] = MappingProxyType(
    {
        "as_of_join": Answer(
            "As Spark: the portable form.",
            "docs.databricks.com/aws/en/sql/language-manual/sql-ref-syntax-qry-select-join",
        ),
        "qualify": Answer(
            "Yes; a subquery, as for Spark.",
            "docs.databricks.com/aws/en/sql/language-manual/sql-ref-syntax-qry-select-qualify",
        ),
        "merge": Answer(
            "Yes; not used: a view's table is replaced whole, by one statement.",
            "docs.databricks.com/aws/en/sql/language-manual/delta-merge-into",
        ),
        "create_or_replace": Answer(
            "Yes, of Delta tables, atomic.",
            "docs.databricks.com/aws/en/sql/language-manual/sql-ref-syntax-ddl-create-table-using",
        ),
        "temporary_tables": Answer(
            "Not on every warehouse: staged tables are real ones that are dropped afterwards.",
            "docs.databricks.com/aws/en/sql/language-manual/sql-ref-syntax-ddl-create-table-using",
        ),
        "transactions": Answer(
            "Each statement is one of its own.", "docs.databricks.com/aws/en/lakehouse/acid"
        ),
        "timestamps": Answer(
            "TIMESTAMP_NTZ: microseconds without a zone; the session's zone is UTC.",
            "docs.databricks.com/aws/en/sql/language-manual/data-types/timestamp-ntz-type",
        ),
        "intervals": Answer(
            "`t - INTERVAL '604800' SECOND`.",
            "docs.databricks.com/aws/en/sql/language-manual/data-types/interval-type",
        ),
        "null_order": Answer(
            "NULLs are least by default; written out.",
            "docs.databricks.com/aws/en/sql/language-manual/sql-ref-syntax-qry-select-orderby",
        ),
        "booleans": Answer(
            "BOOLEAN.", "docs.databricks.com/aws/en/sql/language-manual/data-types/boolean-type"
        ),
        "lists": Answer("ARRAY.", "docs.databricks.com/aws/en/sql/language-manual/data-types/array-type"),
        "structs": Answer("STRUCT.", "docs.databricks.com/aws/en/sql/language-manual/data-types/struct-type"),
        "json": Answer("Text.", "docs.databricks.com/aws/en/sql/language-manual/functions/get_json_object"),
        "identifiers": Answer(
            "Quoted by `; compared without case.",
            "docs.databricks.com/aws/en/sql/language-manual/sql-ref-identifiers",
        ),
        "limits": Answer(
            "16 MB of text a statement; views are staged in groups.",
            "docs.databricks.com/aws/en/resources/limits",
        ),
    }
)
