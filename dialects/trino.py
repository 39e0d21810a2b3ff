"""Trino. Facts that were run are marked [RAN]."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from fcompile.dialects.base import Dialect


class Trino(Dialect):
    name: ClassVar[str] = "trino"
    scalar_types: ClassVar[Mapping[str, str]] = {
        "bool": "BOOLEAN",
        "int32": "INT",
        "int64": "BIGINT",
        "float32": "FLOAT",
        "float64": "DOUBLE",
        "string": "VARCHAR",
        "bytes": "VARBINARY",
        "date": "DATE",
        "timestamp": "TIMESTAMP",
        "json": "JSON",
    }
    instant_type: ClassVar[str] = "TIMESTAMPTZ"
