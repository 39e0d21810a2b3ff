"""PostgreSQL 15 and later. Facts that were run are marked [RAN]."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from sqlglot import exp

from fcompile.dialects.base import Dialect
from fcompile.dialects.postgres_keys import tested_cast


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

    # There is no TRY_CAST: postgresql.org/docs/current/sql-expressions.html#SQL-SYNTAX-TYPE-CASTS
    def key_cast(self, key: exp.Expr, kind: str, to_kind: str, to: exp.DataType) -> exp.Expr:
        return tested_cast(key, kind, to_kind, to)
