"""PostgreSQL 15 and later. Facts that were run are marked [RAN]."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from fcompile.dialects.base import Dialect


class Postgres(Dialect):
    name: ClassVar[str] = "postgres"
    scalar_types: ClassVar[Mapping[str, str]] = {
        "bool": "BOOLEAN",
        "int32": "INT",
        "int64": "BIGINT",
        "float32": "FLOAT",
        "float64": "DOUBLE",
        "string": "TEXT",
        "bytes": "VARBINARY",
        "date": "DATE",
        "timestamp": "TIMESTAMP",
        "json": "JSONB",
    }
    instant_type: ClassVar[str] = "TIMESTAMPTZ"
