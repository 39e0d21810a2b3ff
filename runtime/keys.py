"""Join key values as people give them, made values of the key's dtype.

>>> from fcompile.compiler.dtypes import parse_dtype
>>> read_key("1001", parse_dtype("int64"))
1001
>>> read_key("x", parse_dtype("int64"))
Traceback (most recent call last):
ValueError: 'x' is no int64
"""

from __future__ import annotations

import base64
import operator
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

from fcompile.compiler.dtypes import DType
from fcompile.runtime.clock import aware_utc

_BITS = {"int32": 31, "int64": 63}
_WHOLE = re.compile(r"[+-]?[0-9]{1,19}", re.ASCII)


def read_key(value: Any, dtype: DType) -> Any:
    """Return ``value`` as the dtype's Python value, None for NULL (None, NaN, NaT, NA); raise ValueError.

    Text is read where the dtype is another: whole numbers, true and false, ISO dates and timestamps
    (a naive one is UTC), base64 for bytes. A date is a timestamp, its midnight in UTC. Nothing else is
    converted: 1 is no string, and 1 is no bool. Text with half a pair of surrogates is none: no file could hold it.
    """
    if is_null(value):
        return None
    try:
        return _READERS[dtype.kind](value, dtype)
    except (TypeError, KeyError, ValueError, OverflowError) as error:
        raise ValueError(f"{shown_value(value)} is no {dtype}") from error


def is_plain(values: Sequence[Any], dtype: DType) -> bool:
    """Tell whether ``read_key``, and ``read_value`` of request data, would return each value as it is.

    False where that is not certain. One look at the whole column: most have values of one type.
    """
    kinds = set(map(type, values))
    if dtype.kind in _BITS:
        limit = 1 << _BITS[dtype.kind]
        return kinds == {int} and -limit <= min(values) and max(values) < limit
    if dtype.kind == "string":
        return kinds == {str} and "".join(values).isascii()
    return dtype.kind == "float64" and kinds == {float}


def is_null(value: Any) -> bool:
    """Tell whether the value is None or one of pandas' and NumPy's nulls."""
    if value is None:
        return True
    try:
        return bool(value != value)
    except TypeError:  # pandas.NA refuses to be a condition
        return True
    except (ValueError, ArithmeticError):  # an array is no key, but no null either; nor is a signalling NaN
        return False


def _int(value: Any, dtype: DType) -> int:
    if isinstance(value, bool):
        raise ValueError
    if isinstance(value, str):
        if _WHOLE.fullmatch(value.strip()) is None:
            raise ValueError
        number = int(value)
    elif isinstance(value, float):
        # pandas turns a column of whole numbers with a gap into floats; beyond 2**53 they are not exact.
        if not value.is_integer() or abs(value) > 2**53:
            raise ValueError
        number = int(value)
    else:
        number = operator.index(value)
    limit = 1 << _BITS[dtype.kind]
    if not -limit <= number < limit:
        raise OverflowError
    return number


def _bool(value: Any, _: DType) -> bool:
    if isinstance(value, bool) or type(value).__name__ in ("bool", "bool_"):
        return bool(value)
    return {"true": True, "false": False}[value] if isinstance(value, str) else bool(no_value(value))


def no_value(value: Any) -> Any:
    """Raise ValueError: the value is none of its dtype."""
    raise ValueError(value)


def _string(value: Any, _: DType) -> str:
    text = str(value) if isinstance(value, str) else str(no_value(value))
    text.encode()
    return text


def _bytes(value: Any, _: DType) -> bytes:
    if isinstance(value, str):
        return base64.b64decode(value, validate=True)
    return bytes(value) if isinstance(value, bytes | bytearray | memoryview) else no_value(value)


def _date(value: Any, _: DType) -> date:
    if isinstance(value, str):
        return date.fromisoformat(value)
    return value if isinstance(value, date) and not isinstance(value, datetime) else no_value(value)


def _timestamp(value: Any, _: DType) -> datetime:
    if isinstance(value, str):
        return aware_utc(datetime.fromisoformat(value))
    if isinstance(value, date) and not isinstance(value, datetime):
        return datetime(value.year, value.month, value.day, tzinfo=UTC)
    if not isinstance(value, datetime):
        raise ValueError
    # pandas' Timestamp is a datetime with nanoseconds; keys have microseconds.
    to_plain = getattr(value, "to_pydatetime", None)
    return aware_utc(to_plain(warn=False) if to_plain else value)


def shown_value(value: Any) -> str:
    """Return it as an error names it, cut at 60 characters."""
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."


_READERS: Mapping[str, Callable[[Any, DType], Any]] = {
    "bool": _bool,
    "int32": _int,
    "int64": _int,
    "string": _string,
    "bytes": _bytes,
    "date": _date,
    "timestamp": _timestamp,
}
