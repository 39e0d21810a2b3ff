"""Snowflake. Facts that were run are marked [RAN]."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar

from sqlglot import exp

from fcompile.dialects.as_of import with_match_condition
from fcompile.dialects.base import ASOF, Dialect


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

    # docs.snowflake.com/en/sql-reference/constructs/asof-join: keeps left rows; ON is optional, and holds only
    # equalities; of several right rows of one time "the results are nondeterministic".
    point_in_time: ClassVar[str] = ASOF

    def as_of_join(
        self, relation: exp.Table | exp.Subquery, on: Sequence[exp.Expr], match: exp.Expr
    ) -> exp.Join:
        return with_match_condition(relation, on, match, left=False)
