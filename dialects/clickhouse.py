"""ClickHouse 25 and later. Facts that were run are marked [RAN]."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar

from sqlglot import exp

from fcompile.dialects.as_of import among_conditions
from fcompile.dialects.base import ASOF, Dialect


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

    # clickhouse.com/docs/sql-reference/statements/select/join#asof-join-usage: at least one equality, one
    # inequality [RAN].
    point_in_time: ClassVar[str] = ASOF
    as_of_needs_keys: ClassVar[bool] = True

    def as_of_join(
        self, relation: exp.Table | exp.Subquery, on: Sequence[exp.Expr], match: exp.Expr
    ) -> exp.Join:
        return among_conditions(relation, on, match)
