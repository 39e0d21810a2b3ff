"""BigQuery (GoogleSQL). Facts that were run are marked [RAN]."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from fcompile.dialects.base import Dialect


class BigQuery(Dialect):
    name: ClassVar[str] = "bigquery"
    scalar_types: ClassVar[Mapping[str, str]] = {
        "bool": "BOOLEAN",
        "int32": "BIGINT",
        "int64": "BIGINT",
        "float32": "DOUBLE",
        "float64": "DOUBLE",
        "string": "TEXT",
        "bytes": "BINARY",
        "date": "DATE",
        "timestamp": "TIMESTAMPTZ",
        "json": "JSON",
    }
    instant_type: ClassVar[str] = "TIMESTAMPTZ"
