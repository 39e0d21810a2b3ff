"""Plain YAML scalars by the core schema of YAML 1.2, nothing else: ``no``, ``1:30`` and dates are text."""

from __future__ import annotations

import math
import re

from fcompile.compiler.tree import Value

_WORDS: dict[str, Value] = {
    "": None,
    "~": None,
    **dict.fromkeys(("null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    **dict.fromkeys((".nan", ".NaN", ".NAN"), math.nan),
    **{sign + word: math.inf for sign in ("", "+") for word in (".inf", ".Inf", ".INF")},
    **{"-" + word: -math.inf for word in (".inf", ".Inf", ".INF")},
}
_INT = re.compile(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_STARTS = frozenset("+-.0123456789")
_LONGEST = 1000


def resolve(text: str) -> Value:
    """Return what a plain scalar means; raise ``ValueError`` for a number out of range.

    >>> [resolve(t) for t in ("010", "0o10", "1e3", "no", "1:30", "2026-01-01", "~")]
    [10, 8, 1000.0, 'no', '1:30', '2026-01-01', None]
    """
    if text in _WORDS:
        return _WORDS[text]
    if text[0] not in _STARTS:
        return text
    if _INT.fullmatch(text):
        return _int(text)
    if _FLOAT.fullmatch(text):
        return _float(text)
    return text


def _int(text: str) -> int:
    base = {"0o": 8, "0x": 16}.get(text[:2], 10)
    # A long text is refused unread: Python's own limit would raise, and below it the work is quadratic.
    value = int(text, base) if len(text) <= _LONGEST else 2**64
    if not -(2**63) <= value < 2**63:
        raise ValueError("a whole number must fit int64")
    return value


def _float(text: str) -> float:
    value = float(text)
    if math.isinf(value):
        raise ValueError("a number must fit float64")
    return value
