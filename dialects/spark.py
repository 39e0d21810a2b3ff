"""Apache Spark 4 SQL. Facts that were run are marked [RAN]."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar

from sqlglot import exp

from fcompile.dialects.as_of import with_match_condition
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

    # spark.apache.org/docs/latest/sql-ref-syntax-qry-select-asof-join: only with spark.sql.join.asofJoin.enabled, so
    # ``point_in_time`` stays PORTABLE; ASOF alone is an inner join [RAN].

    def as_of_join(
        self, relation: exp.Table | exp.Subquery, on: Sequence[exp.Expr], match: exp.Expr
    ) -> exp.Join:
        return with_match_condition(relation, on, match, left=True)
