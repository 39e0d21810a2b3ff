"""JSON as text that reads well in a review: what fits a line is on one, the rest is broken open. Byte-stable.

Keys keep their order. Floats that JSON does not have are written ``{"$float": "nan"}``, and read back so.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass

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


@dataclass(frozen=True, slots=True)
class Laid:
    """A value whose text over several lines is known, as it is laid out where it stands."""

    text: str


def laid(value: object, depth: int, key: str) -> Laid | None:
    """Return ``value`` as it is laid out under ``key``, ``depth`` levels down; None where it fits on a line."""
    text = _text(value, "  " * depth, 2 * depth + len(_encoded(key)) + 2)
    return Laid(text) if "\n" in text else None


def _text(value: object, indent: str, before: int) -> str:
    """``before``: how many characters stand before it on its line, ``indent`` included."""
    if isinstance(value, Laid):
        return value.text
    if isinstance(value, str):
        return _encoded(value)
    if not isinstance(value, dict | list | tuple) or not value:
        return _flat(value)
    if before + _least(value) < WIDTH:
        flat = _flat(value)
        if before + len(flat) < WIDTH:
            return flat
    deeper = indent + "  "
    if isinstance(value, dict):
        keys = [f"{deeper}{_encoded(key)}: " for key in value]
        lines = [key + _text(each, deeper, len(key)) for key, each in zip(keys, value.values(), strict=True)]
        return "{\n" + ",\n".join(lines) + f"\n{indent}}}"
    lines = [deeper + _text(each, deeper, len(deeper)) for each in value]
    return "[\n" + ",\n".join(lines) + f"\n{indent}]"


def _least(value: object) -> int:
    """Return how long ``value`` is on a line at the least: quick to see, where its text is long to make."""
    if isinstance(value, str):
        return len(value) + 2
    if isinstance(value, dict):
        return sum([len(key) + 5 + _some(each) for key, each in value.items()])
    if isinstance(value, list | tuple):
        return sum([1 + _some(each) for each in value])
    return 1


def _some(value: object) -> int:
    if isinstance(value, str):
        return len(value) + 2
    return 3 * len(value) if isinstance(value, dict | list | tuple) else 1


def _flat(value: object) -> str:
    try:
        return _encoded(value)
    except TypeError:  # it holds what is laid out over several lines, and so is itself
        return " " * WIDTH
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
