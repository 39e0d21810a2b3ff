"""Apache Spark as an engine of the expression language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import pyarrow as pa
from pyspark.errors import PySparkException
from pyspark.sql import DataFrame
from pyspark.sql import types as spark_types
from pyspark.sql.pandas.types import to_arrow_schema

from fcompile.compiler.dtypes import DType
from fcompile.compiler.expressions.infer import Typed
from tests.engines.servers import spark
from tests.expressions.engines import Failed, Rows
from tests.expressions.running import to_sql, type_name

_NUMBER = "row number"


class Spark:
    """One SELECT for all that is asked, over rows that the driver holds; its types are checked on the way."""

    dialect = "spark"

    def __init__(self, types: Mapping[str, DType], rows: Rows) -> None:
        spark()
        declared = ", ".join(f"`{name}` {type_name(dtype, self.dialect)}" for name, dtype in types.items())
        schema = spark_types.StructType.fromDDL(f"`{_NUMBER}` BIGINT, {declared}")
        assert isinstance(schema, spark_types.StructType)
        rows = [(i, *map(_naive, row)) for i, row in enumerate(rows)]
        # From Arrow, rows are the plan's own and are computed while it is optimized, which is the fastest; rows
        # of Python objects would start Python workers at each query.
        given = [
            pa.array(column, field.type)
            for column, field in zip(zip(*rows, strict=True), to_arrow_schema(schema), strict=True)
        ]
        self.table(pa.table(given, to_arrow_schema(schema)), schema).createOrReplaceTempView("t")

    def table(self, rows: pa.Table, schema: spark_types.StructType) -> DataFrame:
        return spark().createDataFrame(rows, schema)

    def columns(self, asked: Sequence[Typed], rows: Sequence[int]) -> list[list[Any]]:
        chosen = ", ".join(f"{to_sql(typed, self.dialect)} AS c{i}" for i, typed in enumerate(asked))
        numbers = ", ".join(map(str, rows))
        query = f"SELECT {chosen}, `{_NUMBER}` FROM t WHERE `{_NUMBER}` IN ({numbers})"
        try:
            frame = spark().sql(query)
            _check_types(frame, asked, self.dialect)
            found = sorted(map(tuple, frame.collect()), key=lambda row: row[-1])
        except PySparkException as error:
            if (error.getSqlState() or "")[:2] in _RAISED:
                raise Failed(str(error).partition("\n")[0]) from error
            raise
        return [[_plain(value) for value in column] for column in list(zip(*found, strict=True))[:-1]]

    def fails(self, asked: Typed, row: int) -> bool:
        try:
            self.columns([asked], [row])
        except Failed:
            return True
        return False

    def close(self) -> None:
        spark().catalog.dropTempView("t")


_RAISED = ("22", "P0")
"""Classes of errors that a row's values make, and RAISE_ERROR."""


def _check_types(frame: DataFrame, asked: Sequence[Typed], dialect: str) -> None:
    for typed, field in zip(asked, frame.schema.fields, strict=False):
        assert typed.dtype is not None
        due = spark_types._parse_datatype_string(type_name(typed.dtype, dialect))
        assert _bare(field.dataType) == _bare(due), (to_sql(typed, dialect), field.dataType)


def _bare(kind: spark_types.DataType) -> str:
    return kind.simpleString()


def _naive(value: Any) -> Any:
    """Timestamps as Spark's driver takes them."""
    if isinstance(value, list):
        return [_naive(v) for v in value]
    return value.replace(tzinfo=None) if isinstance(value, datetime) else value


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.replace(tzinfo=UTC)
    if isinstance(value, bytearray):
        return bytes(value)
    return [_plain(v) for v in value] if isinstance(value, list) else value
