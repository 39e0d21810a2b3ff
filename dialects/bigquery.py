"""BigQuery (GoogleSQL). Facts marked [RAN] were run on GoogleSQL's reference implementation.

Pages are those of cloud.google.com/bigquery/docs/reference/standard-sql.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from sqlglot import exp

from fcompile.dialects.base import Dialect, Rewrite
from fcompile.dialects.bigquery_floats import with_single_precision


class BigQuery(Dialect):
    name: ClassVar[str] = "bigquery"

    # data-types: INT64 and FLOAT64 alone; TIMESTAMP is an instant in microseconds. Integers of 32 bits are checked
    # where they are cast, floats of 32 bits rounded there. JSON as a type forgets how a number was written.
    scalar_types: ClassVar[Mapping[str, str]] = {
        "bool": "BOOLEAN",
        "int32": "BIGINT",
        "int64": "BIGINT",
        "float32": "FLOAT",
        "float64": "DOUBLE",
        "string": "TEXT",
        "bytes": "BINARY",
        "date": "DATE",
        "timestamp": "TIMESTAMPTZ",
        "json": "TEXT",
    }
    instant_type: ClassVar[str] = "TIMESTAMPTZ"

    rewrites: ClassVar[tuple[Rewrite, ...]] = (with_single_precision,)

    # data-types#decimal_types: NUMERIC has 29 digits before the point and 9 after it, BIGNUMERIC 38 and 38.
    def decimal(self, precision: int, scale: int) -> exp.DataType:
        narrow = scale <= 9 and precision - scale <= 29
        kind = exp.DataType.Type.DECIMAL if narrow else exp.DataType.Type.BIGDECIMAL
        size = [exp.DataTypeParam(this=exp.Literal.number(n)) for n in (precision, scale)]
        return exp.DataType(this=kind, expressions=size)
