"""Trino: what it has, by its own pages."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from fcompile.dialects.answers.answer import Answer

ANSWERS: Mapping[str, Answer] = MappingProxyType(
    {
        "as_of_join": Answer(
            "Since 481 (NEAREST), planned as a join of all pairs: the portable form, unless tuning.yaml asks for it.",
            "trino.io/docs/current/sql/select.html",
        ),
        "qualify": Answer(
            "None in the versions that this relies on: a subquery.", "trino.io/docs/current/sql/select.html"
        ),
        "merge": Answer("By connector; not used.", "trino.io/docs/current/sql/merge.html"),
        "create_or_replace": Answer(
            "By connector: made beside the old one and renamed.",
            "trino.io/docs/current/sql/create-table-as.html",
        ),
        "temporary_tables": Answer(
            "None: staged tables are real ones that are dropped afterwards.",
            "trino.io/docs/current/sql/create-table-as.html",
        ),
        "transactions": Answer(
            "By connector; a run needs none.", "trino.io/docs/current/sql/start-transaction.html"
        ),
        "timestamps": Answer(
            "TIMESTAMP(6) without a zone; the session's zone is UTC.",
            "trino.io/docs/current/language/types.html#timestamp-p",
        ),
        "intervals": Answer(
            "`DATE_ADD('day', -7, t)`: a day of a TIMESTAMP has 24 hours.",
            "trino.io/docs/current/functions/datetime.html",
        ),
        "null_order": Answer(
            "NULLS LAST by default; written out.", "trino.io/docs/current/sql/select.html#order-by-clause"
        ),
        "booleans": Answer("BOOLEAN.", "trino.io/docs/current/language/types.html#boolean"),
        "lists": Answer("ARRAY.", "trino.io/docs/current/language/types.html#array"),
        "structs": Answer("ROW.", "trino.io/docs/current/language/types.html#row"),
        "json": Answer(
            "JSON, which keeps what it means and not its text.", "trino.io/docs/current/functions/json.html"
        ),
        "identifiers": Answer(
            'Quoted by "; compared without case.', "trino.io/docs/current/language/reserved.html"
        ),
        "limits": Answer(
            "1,000,000 characters a statement (query.max-length), 150 stages; views are staged in groups.",
            "trino.io/docs/current/admin/properties-query-management.html",
        ),
    }
)
