"""ClickHouse 25 and later. Facts that were run are marked [RAN]."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from fcompile.dialects.base import Dialect


class ClickHouse(Dialect):
    name: ClassVar[str] = "clickhouse"
    scalar_types: ClassVar[Mapping[str, str]] = {
        "bool": "BOOLEAN",
        "int32": "INT",
        "int64": "BIGINT",
        "float32": "FLOAT",
        "float64": "DOUBLE",
        "string": "TEXT",
        "bytes": "TEXT",
        "date": "DATE32",
        "timestamp": "DATETIME64",
        "json": "TEXT",
    }
    instant_type: ClassVar[str] = "DATETIME64"
