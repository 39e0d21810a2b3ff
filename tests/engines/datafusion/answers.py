"""DataFusion 55: what it has, by its own pages."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from fcompile.dialects.answers.answer import Answer

_SQL = "datafusion.apache.org/user-guide/sql"

ANSWERS: Mapping[str, Answer] = MappingProxyType(
    {
        "as_of_join": Answer("None: the portable form.", f"{_SQL}/select.html"),
        "qualify": Answer("Yes; a subquery is written all the same.", f"{_SQL}/select.html"),
        "merge": Answer("None; not needed.", f"{_SQL}/dml.html"),
        "create_or_replace": Answer("Yes, in memory.", f"{_SQL}/ddl.html"),
        "temporary_tables": Answer(
            "All tables are in memory and end with the session; what must be computed once becomes one.",
            f"{_SQL}/ddl.html",
        ),
        "transactions": Answer("None.", f"{_SQL}/ddl.html"),
        "timestamps": Answer(
            "TIMESTAMP(6) has microseconds, without a zone; TIMESTAMP alone has nanoseconds and ends in 2262.",
            f"{_SQL}/data_types.html",
        ),
        "intervals": Answer("`t - INTERVAL '7 DAY'`; a day is 24 hours.", f"{_SQL}/operators.html"),
        "null_order": Answer("NULLS LAST ascending, FIRST descending; written out.", f"{_SQL}/select.html"),
        "booleans": Answer("BOOLEAN.", f"{_SQL}/data_types.html"),
        "lists": Answer("Yes; refused so far.", f"{_SQL}/data_types.html"),
        "structs": Answer("Yes; refused so far.", f"{_SQL}/data_types.html"),
        "json": Answer("None: refused.", f"{_SQL}/data_types.html"),
        "identifiers": Answer('Quoted by "; unquoted names are lower case.', f"{_SQL}/select.html"),
        "limits": Answer("None is named.", f"{_SQL}/select.html"),
    }
)
