"""Snowflake. Facts that were run are marked [RAN]."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from fcompile.dialects.base import Dialect


class Snowflake(Dialect):
    name: ClassVar[str] = "snowflake"
    scalar_types: ClassVar[Mapping[str, str]] = {
        "bool": "BOOLEAN",
        "int32": "INT",
        "int64": "BIGINT",
        "float32": "DOUBLE",
        "float64": "DOUBLE",
        "string": "VARCHAR",
        "bytes": "VARBINARY",
        "date": "DATE",
        "timestamp": "TIMESTAMPNTZ",
        "json": "VARIANT",
    }
    instant_type: ClassVar[str] = "TIMESTAMPTZ"
