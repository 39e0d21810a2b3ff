"""Apache Spark 4 SQL. Facts that were run are marked [RAN]."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from fcompile.dialects.base import Dialect


class Spark(Dialect):
    name: ClassVar[str] = "spark"
    scalar_types: ClassVar[Mapping[str, str]] = {
        "bool": "BOOLEAN",
        "int32": "INT",
        "int64": "BIGINT",
        "float32": "FLOAT",
        "float64": "DOUBLE",
        "string": "TEXT",
        "bytes": "BINARY",
        "date": "DATE",
        "timestamp": "TIMESTAMPNTZ",
        "json": "TEXT",
    }
    instant_type: ClassVar[str] = "TIMESTAMPTZ"
