"""Values as YAML gives them, made columns of their dtypes: the rows of tests."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from fcompile.compiler.dtypes import BOOL, FLOAT64, INT64, STRING, DType
from fcompile.runtime.arrow import arrow_type
from fcompile.runtime.clock import aware_utc

if TYPE_CHECKING:
    import pyarrow as pa

_ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


def column_of(values: Sequence[Any], dtype: DType | None) -> pa.Array:
    """Return the values as one column; None is NULL, a timestamp is UTC without a zone.

    Without a dtype the values decide: whole numbers, numbers, truth, else text; only NULL fits every type.
    Raises ValueError, naming the value that is none of ``dtype``.
    """
    import pyarrow as pa

    dtype = dtype or _decided(values)
    if dtype is None:
        return pa.nulls(len(values))
    read = [None if value is None else _read(value, dtype) for value in values]
    try:
        array = pa.array(read, type=arrow_type(dtype))
    except (pa.ArrowInvalid, pa.ArrowTypeError, OverflowError) as error:
        raise ValueError(f"not all of {values!r} are {dtype}: {error}") from error
    return array.cast(_without_zones(array.type))


def _without_zones(kind: pa.DataType) -> pa.DataType:
    """Return the type with its timestamps, also those in lists and structs, without a zone."""
    import pyarrow as pa

    if pa.types.is_timestamp(kind):
        return pa.timestamp("us")
    if pa.types.is_list(kind):
        return pa.list_(_without_zones(kind.value_type))
    if pa.types.is_struct(kind):
        return pa.struct([(field.name, _without_zones(field.type)) for field in kind])
    return kind


def _decided(values: Sequence[Any]) -> DType | None:
    kinds = {type(value) for value in values if value is not None}
    if not kinds:
        return None
    if kinds == {bool}:
        return BOOL
    if kinds == {int}:
        return INT64
    return FLOAT64 if kinds <= {int, float} else STRING


def _read(value: Any, dtype: DType) -> Any:
    try:
        return _READERS[dtype.kind](value, dtype)
    except (TypeError, ValueError, ArithmeticError, AttributeError) as error:
        raise ValueError(f"{value!r} is no {dtype}") from error


def _whole(value: Any, _: DType) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise ValueError(value)
    return value


def _float(value: Any, _: DType) -> float:
    if isinstance(value, bool):
        raise ValueError(value)
    return float(value)


def _decimal(value: Any, dtype: DType) -> Decimal:
    number = Decimal(str(value))
    return number.quantize(Decimal(1).scaleb(-dtype.scale))


def _bool(value: Any, _: DType) -> bool:
    if not isinstance(value, bool):
        raise ValueError(value)
    return value


def _date(value: Any, _: DType) -> date:
    if not _ISO_DATE.fullmatch(value):
        raise ValueError(value)
    return date.fromisoformat(value)


def _list(value: Any, dtype: DType) -> list[Any]:
    if isinstance(value, str) or dtype.item is None:
        raise ValueError(value)
    item = dtype.item
    return [None if part is None else _read(part, item) for part in value]


def _struct(value: Any, dtype: DType) -> dict[str, Any]:
    members = {name: value.get(name) for name, _ in dtype.fields}
    return {n: None if members[n] is None else _read(members[n], kind) for n, kind in dtype.fields}


_READERS: Mapping[str, Callable[[Any, DType], Any]] = {
    "bool": _bool,
    "int32": _whole,
    "int64": _whole,
    "float32": _float,
    "float64": _float,
    "decimal": _decimal,
    "string": lambda value, _: str(value),
    "bytes": lambda value, _: str(value).encode(),
    "date": _date,
    "timestamp": lambda value, _: aware_utc(datetime.fromisoformat(value)),
    "json": lambda value, _: value if isinstance(value, str) else json.dumps(value),
    "list": _list,
    "vector": _list,
    "struct": _struct,
}
