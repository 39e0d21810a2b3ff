"""The Arrow type of each dtype, and Arrow tables as pandas data frames."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fcompile.compiler.dtypes import DType
from fcompile.runtime.extras import require

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa


def arrow_type(dtype: DType) -> pa.DataType:
    """Return the type; timestamps are microseconds in UTC, JSON is text."""
    import pyarrow as pa

    match dtype.kind:
        case "decimal":
            return pa.decimal128(dtype.precision, dtype.scale)
        case "list":
            return pa.list_(arrow_type(dtype.item or dtype))
        case "vector":
            return pa.list_(pa.float32(), dtype.length)
        case "struct":
            return pa.struct([(name, arrow_type(item)) for name, item in dtype.fields])
        case "timestamp":
            return pa.timestamp("us", tz="UTC")
    names = {"bytes": "binary", "date": "date32", "json": "string", "bool": "bool_"}
    return getattr(pa, names.get(dtype.kind, dtype.kind))()


def to_pandas(table: pa.Table) -> pd.DataFrame:
    """Return ``table`` as a data frame that has every digit of it.

    pandas would make floats of integers with a NULL among them: a column becomes ``Int64``, lists and
    structs hold Python's own integers.
    """
    require("pandas")
    import pandas as pd
    import pyarrow as pa

    frame: pd.DataFrame = table.to_pandas(integer_object_nulls=True)
    for name, column in zip(table.column_names, table.columns, strict=True):
        if pa.types.is_integer(column.type) and column.null_count:
            values: Any = column.to_pylist()
            frame[name] = pd.array(values, dtype="Int64")
    return frame
