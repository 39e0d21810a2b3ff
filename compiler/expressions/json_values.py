"""Texts of JSON in Python: strict JSON of any depth, and numbers written in one way."""

from __future__ import annotations

import json
import re
from functools import lru_cache
from typing import Any, NoReturn

from fcompile.compiler.expressions.json_deep import Number, read_deep
from fcompile.compiler.expressions.json_paths import Path, parse_path

_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")
_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|.)", re.DOTALL)


def json_text(document: str, path: str) -> str | None:
    """The text of the scalar at ``path``; None for everything else, and where ``document`` is not JSON."""
    try:
        value = _read(document)
    except ValueError:
        return None
    return _text(_reached(value, _path(path)))


def is_json(document: str) -> bool:
    """Whether the whole text is strict JSON: what ``json_text`` reads, without half pairs of surrogates."""
    try:
        _read(document)
    except ValueError:
        return False
    return True


@lru_cache(maxsize=4096)
def _path(text: str) -> Path:
    return parse_path(text)


def _read(document: str) -> Any:
    if _SURROGATE.search(document):
        _check_pairs(document)
    try:
        return _DECODER.decode(document)
    except RecursionError:
        return read_deep(document)


def _first_wins(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    return dict(reversed(pairs))


def _refuse(word: str) -> NoReturn:
    raise ValueError(f"{word} is not JSON")


_DECODER = json.JSONDecoder(
    object_pairs_hook=_first_wins, parse_int=Number, parse_float=Number, parse_constant=_refuse
)


def _check_pairs(document: str) -> None:
    """Raise ``ValueError`` if half a pair of surrogates stands alone: it is no character."""
    expected = -1
    for escape in _ESCAPE.finditer(document):
        code = int(escape.group(1) or "0", 16)
        low = 0xDC00 <= code <= 0xDFFF
        if low != (escape.start() == expected):
            raise ValueError("half a pair of surrogates")
        expected = escape.end() if 0xD800 <= code <= 0xDBFF else -1
        if expected >= 0 and not document.startswith("\\u", expected):
            raise ValueError("half a pair of surrogates")


def _reached(value: Any, path: Path) -> Any:
    for step in path:
        if isinstance(step, int):
            value = value[step] if isinstance(value, list) and step < len(value) else None
        else:
            value = value.get(step) if isinstance(value, dict) else None
    return value


def _text(value: Any) -> str | None:
    match value:
        case bool():
            return "true" if value else "false"
        case Number():
            return _number_text(value)
        case str():
            return value
    return None


def _number_text(written: str) -> str:
    """Digits as they are written; with a point or an exponent, the shortest text of the nearest float64."""
    if not any(mark in written for mark in ".eE"):
        return "0" if written == "-0" else str(written)
    number = float(written)
    if number in (float("inf"), float("-inf")):
        return str(written)
    sign = "-" if written[0] == "-" else ""
    mantissa, _, exponent = repr(abs(number)).partition("e")
    whole, _, fraction = mantissa.partition(".")
    digits = (whole + fraction).lstrip("0")
    # The value is 0.DIGITS times ten to the power of `point`.
    point = len(whole) + int(exponent or 0) - (len(whole + fraction) - len(digits))
    return sign + _laid_out(digits.rstrip("0"), point)


def _laid_out(digits: str, point: int) -> str:
    if not digits:
        return "0.0"
    if not -6 < point <= 21:
        tail = f".{digits[1:]}" if len(digits) > 1 else ""
        return f"{digits[0]}{tail}e{point - 1}"
    if point <= 0:
        return "0." + "0" * -point + digits
    if point >= len(digits):
        return digits + "0" * (point - len(digits)) + ".0"
    return f"{digits[:point]}.{digits[point:]}"
