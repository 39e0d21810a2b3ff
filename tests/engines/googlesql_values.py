"""Values between Python and GoogleSQL's protocol buffers."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Context, Decimal
from typing import Any

from zetasql.wasi._pb2.zetasql.public import type_pb2, value_pb2

_DAY_ONE = date(1970, 1, 1)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_WIDE = Context(prec=100)
_SCALES = {"NUMERIC": 9, "BIGNUMERIC": 38}
_PLAIN = {"BOOL": "bool", "INT64": "int64", "DOUBLE": "double", "STRING": "string", "BYTES": "bytes"}


def kind_name(kind: type_pb2.TypeProto) -> str:
    """``INT64``, ``DOUBLE``, ``ARRAY`` and so on."""
    return str(type_pb2.TypeKind.Name(kind.type_kind)).removeprefix("TYPE_")


def to_proto(value: Any, kind: type_pb2.TypeProto) -> value_pb2.ValueProto:
    """Return a Python value as one of this type; None is NULL, a struct is a dict."""
    made = value_pb2.ValueProto()
    if value is None:
        return made
    match name := kind_name(kind):
        case "ARRAY":
            made.array_value.SetInParent()
            made.array_value.element.extend(to_proto(v, kind.array_type.element_type) for v in value)
        case "STRUCT":
            made.struct_value.SetInParent()
            members = (to_proto(value[f.field_name], f.field_type) for f in kind.struct_type.field)
            made.struct_value.field.extend(members)
        case "DATE":
            made.date_value = (value - _DAY_ONE).days
        case "TIMESTAMP":
            since = value - _EPOCH
            made.timestamp_value.seconds = since // timedelta(seconds=1)
            made.timestamp_value.nanos = since.microseconds * 1000
        case "NUMERIC" | "BIGNUMERIC":
            whole = int(Decimal(value).scaleb(_SCALES[name], _WIDE))
            setattr(made, f"{name.lower()}_value", _least_bytes(whole))
        case _:
            setattr(made, f"{_PLAIN[name]}_value", value)
    return made


def _least_bytes(value: int) -> bytes:
    """Two's complement, the least byte first, in as few bytes as hold it."""
    size = (value if value >= 0 else ~value).bit_length() // 8 + 1
    return value.to_bytes(size, "little", signed=True)


def from_proto(value: value_pb2.ValueProto, kind: type_pb2.TypeProto) -> Any:
    """Return the same in Python: timestamps are aware, structs are dicts."""
    if value.WhichOneof("value") is None:
        return None
    match name := kind_name(kind):
        case "ARRAY":
            return [from_proto(v, kind.array_type.element_type) for v in value.array_value.element]
        case "STRUCT":
            pairs = zip(kind.struct_type.field, value.struct_value.field, strict=True)
            return {f.field_name: from_proto(v, f.field_type) for f, v in pairs}
        case "DATE":
            return _DAY_ONE + timedelta(value.date_value)
        case "TIMESTAMP":
            stamp = value.timestamp_value
            return _EPOCH + timedelta(seconds=stamp.seconds, microseconds=stamp.nanos // 1000)
        case "NUMERIC" | "BIGNUMERIC":
            whole = int.from_bytes(getattr(value, f"{name.lower()}_value"), "little", signed=True)
            return Decimal(whole).scaleb(-_SCALES[name], _WIDE)
    return getattr(value, f"{_PLAIN[name]}_value")
