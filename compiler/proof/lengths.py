"""Lengths of time, as each dialect writes them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING

from fcompile.compiler.proof.terms import Unit

if TYPE_CHECKING:
    from sqlglot import exp

_LENGTHS: Mapping[str, timedelta] = {
    "microsecond": timedelta(microseconds=1),
    "millisecond": timedelta(milliseconds=1),
    "second": timedelta(seconds=1),
    "minute": timedelta(minutes=1),
    "hour": timedelta(hours=1),
    "day": timedelta(days=1),
    "week": timedelta(weeks=1),
    "isoweek": timedelta(weeks=1),
}
_MONTHS = {"month": 1, "quarter": 3, "year": 12, "isoyear": 13}
_SHORT = {
    "us": "microsecond", "ms": "millisecond", "s": "second", "sec": "second", "m": "minute", "min": "minute",
    "mi": "minute", "h": "hour", "hh": "hour", "hh24": "hour", "d": "day", "dd": "day", "date": "day", "w": "week",
    "ww": "week", "iw": "week", "mon": "month", "mm": "month", "q": "quarter", "y": "year", "yy": "year",
    "yyyy": "year", "yr": "year",
}  # fmt: skip


def unit_of(text: str, count: int = 1) -> Unit | None:
    """Return ``count`` of a unit by its name, such as HOUR, hours, 'DAY' or WEEK(MONDAY); None for no unit."""
    name = re.sub(r"\(.*", "", text.strip().strip("'\"").lower())
    name = _SHORT.get(name, name)
    name = name[:-1] if name.endswith("s") and name[:-1] in {**_LENGTHS, **_MONTHS} else name
    if name in _LENGTHS:
        return Unit(0, _LENGTHS[name] * count)
    return Unit(_MONTHS[name] * count) if name in _MONTHS else None


def interval_of(node: exp.Expr | None) -> Unit | None:
    """Return the length of a constant interval; None for all else."""
    from sqlglot import exp

    if isinstance(node, exp.Paren | exp.Cast):
        return interval_of(node.this)
    if isinstance(node, exp.Anonymous):
        made = re.match(r"^(?:tointerval|to_)([a-z]+?)s?$", node.name.lower())
        count = whole(node.expressions[0]) if len(node.expressions) == 1 else None
        return unit_of(made[1], count) if made and count is not None else None
    if isinstance(node, exp.Literal) and node.is_string:
        return _of_text(node.name)
    if not isinstance(node, exp.Interval):
        return None
    if node.unit is None:
        return _of_text(node.this.name) if isinstance(node.this, exp.Literal) else None
    count = whole(node.this)
    return None if count is None else unit_of(node.unit.name, count)


def _of_text(text: str) -> Unit | None:
    found = re.fullmatch(r"\s*(-?\d+)\s*([a-zA-Z]+)\s*", text)
    return unit_of(found[2], int(found[1])) if found else None


def whole(node: exp.Expr | None) -> int | None:
    """Return a whole number that is written out; None for all else."""
    from sqlglot import exp

    if isinstance(node, exp.Neg):
        inner = whole(node.this)
        return None if inner is None else -inner
    if isinstance(node, exp.Paren):
        return whole(node.this)
    text = node.name if isinstance(node, exp.Literal) else ""
    return int(text) if re.fullmatch(r"-?\d{1,9}", text) else None


def name_of_unit(node: exp.Expr | None) -> str:
    """Return the name of a unit that a function is given; "" for none."""
    from sqlglot import exp

    if node is None:
        return ""
    return "week" if isinstance(node, exp.WeekStart | exp.Week) else node.name
