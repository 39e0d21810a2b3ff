"""JSON as text that reads well in a review: what fits a line is on one, the rest is broken open. Byte-stable.

Keys keep their order. Floats that JSON does not have are written ``{"$float": "nan"}``, and read back so.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping

WIDTH = 120
_FLOAT = "$float"
_encoded = json.JSONEncoder(ensure_ascii=False, allow_nan=False).encode


def json_text(value: object) -> str:
    """Return the text, with a newline at its end.

    >>> print(json_text({"a": [1, 2], "b": float("nan")}), end="")
    {"a": [1, 2], "b": {"$float": "nan"}}
    """
    return _text(value, "", 0) + "\n"


def float_of(value: object) -> float | None:
    """Return the float that a ``{"$float": ...}`` stands for; None for anything else."""
    if isinstance(value, Mapping) and len(value) == 1 and value.get(_FLOAT) in ("nan", "inf", "-inf"):
        return float(value[_FLOAT])
    return None


def _text(value: object, indent: str, before: int) -> str:
    """``before``: how many characters stand before it on its line, ``indent`` included."""
    flat = _flat(value)
    if not isinstance(value, dict | list | tuple) or not value or before + len(flat) < WIDTH:
        return flat
    deeper = indent + "  "
    if isinstance(value, dict):
        keys = [f"{deeper}{_encoded(key)}: " for key in value]
        lines = [key + _text(each, deeper, len(key)) for key, each in zip(keys, value.values(), strict=True)]
        return "{\n" + ",\n".join(lines) + f"\n{indent}}}"
    lines = [deeper + _text(each, deeper, len(deeper)) for each in value]
    return "[\n" + ",\n".join(lines) + f"\n{indent}]"


def _flat(value: object) -> str:
    try:
        return _encoded(value)
    except ValueError:
        return _encoded(_strict(value))


def _strict(value: object) -> object:
    match value:
        case float() if not math.isfinite(value):
            return {_FLOAT: str(value)}
        case dict():
            return {key: _strict(each) for key, each in value.items()}
        case list() | tuple():
            return [_strict(each) for each in value]
    return value
