"""Apache Spark 4: what it has, by its own pages."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from fcompile.dialects.answers.answer import Answer

ANSWERS: Mapping[str, Answer] = MappingProxyType(
    {
        "as_of_join": Answer(
            "Since 4.3, off by default (spark.sql.join.asofJoin.enabled): the portable form.",
            "spark.apache.org/docs/latest/sql-ref-syntax-qry-select-join.html",
        ),
        "qualify": Answer(
            "Since 4.3; a subquery.", "spark.apache.org/docs/latest/sql-ref-syntax-qry-select.html"
        ),
        "merge": Answer(
            "Of Delta and Iceberg tables; not used.", "spark.apache.org/docs/latest/sql-ref-syntax.html"
        ),
        "create_or_replace": Answer(
            "Not of the built-in catalog's tables: made beside the old one and renamed.",
            "spark.apache.org/docs/latest/sql-ref-syntax-ddl-create-table.html",
        ),
        "temporary_tables": Answer(
            "None, only views, computed at each use: staged tables are real ones, dropped afterwards.",
            "spark.apache.org/docs/latest/sql-ref-syntax-ddl-create-view.html",
        ),
        "transactions": Answer("None.", "spark.apache.org/docs/latest/sql-ref-syntax.html"),
        "timestamps": Answer(
            "TIMESTAMP_NTZ: microseconds without a zone; the session's zone is UTC.",
            "spark.apache.org/docs/latest/sql-ref-datatypes.html",
        ),
        "intervals": Answer(
            "`t - INTERVAL '604800' SECOND`.",
            "spark.apache.org/docs/latest/sql-ref-literals.html#interval-literal",
        ),
        "null_order": Answer(
            "NULLs are least by default; written out.",
            "spark.apache.org/docs/latest/sql-ref-syntax-qry-select-orderby.html",
        ),
        "booleans": Answer("BOOLEAN.", "spark.apache.org/docs/latest/sql-ref-datatypes.html"),
        "lists": Answer("ARRAY.", "spark.apache.org/docs/latest/sql-ref-datatypes.html"),
        "structs": Answer("STRUCT.", "spark.apache.org/docs/latest/sql-ref-datatypes.html"),
        "json": Answer("Text.", "spark.apache.org/docs/latest/api/sql/index.html#get_json_object"),
        "identifiers": Answer(
            "Quoted by `; compared without case.", "spark.apache.org/docs/latest/sql-ref-identifier.html"
        ),
        "limits": Answer(
            "None stated; plans grow costly, so views are staged in groups.",
            "spark.apache.org/docs/latest/sql-performance-tuning.html",
        ),
    }
)
