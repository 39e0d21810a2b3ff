"""Functions of dates and timestamps in Python. Timestamps are aware, UTC; years are 1 to 9999."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from types import MappingProxyType

from fcompile.compiler.dtypes import parse_duration
from fcompile.compiler.expressions.function import EvaluationError

_SECOND = timedelta(seconds=1)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def _day(year: int, month: int, day: int) -> datetime:
    # Half the time of `replace`.
    return datetime(year, month, day, 0, 0, 0, 0, UTC)


_STARTS: Mapping[str, Callable[[datetime], datetime]] = MappingProxyType(
    {
        "year": lambda x: _day(x.year, 1, 1),
        "quarter": lambda x: _day(x.year, x.month - (x.month - 1) % 3, 1),
        "month": lambda x: _day(x.year, x.month, 1),
        # The first day of year 1 is a Monday: no week begins before it.
        "week": lambda x: _day(x.year, x.month, x.day) - timedelta(x.weekday()),
        "day": lambda x: _day(x.year, x.month, x.day),
        "hour": lambda x: datetime(x.year, x.month, x.day, x.hour, 0, 0, 0, UTC),
        "minute": lambda x: datetime(x.year, x.month, x.day, x.hour, x.minute, 0, 0, UTC),
        "second": lambda x: x.replace(microsecond=0),
    }
)
TRUNCATED_TO = tuple(_STARTS)
"""Units of ``date_trunc``."""


def date_trunc(unit: str, x: datetime) -> datetime:
    return _STARTS[unit](x)


_DAY_PARTS: Mapping[str, Callable[[date], int]] = MappingProxyType(
    {
        "year": lambda x: x.year,
        "quarter": lambda x: (x.month + 2) // 3,
        "month": lambda x: x.month,
        "day": lambda x: x.day,
        "day_of_year": lambda x: x.timetuple().tm_yday,
        "week": lambda x: x.isocalendar().week,
        "iso_year": lambda x: x.isocalendar().year,
    }
)
_TIME_PARTS: Mapping[str, Callable[[datetime], int]] = MappingProxyType(
    {
        "hour": lambda x: x.hour,
        "minute": lambda x: x.minute,
        "second": lambda x: x.second,
        "microsecond": lambda x: x.microsecond,
    }
)
_PARTS: Mapping[str, Callable[..., int]] = MappingProxyType({**_DAY_PARTS, **_TIME_PARTS})
PARTS = tuple(_PARTS)
"""Units of ``date_part``."""


def date_part(unit: str, x: date) -> int:
    return _PARTS[unit](x)


FIXED: Mapping[str, int] = MappingProxyType(
    {
        "microsecond": 1,
        "millisecond": 1_000,
        "second": 10**6,
        "minute": 60 * 10**6,
        "hour": 3_600 * 10**6,
        "day": 86_400 * 10**6,
        "week": 7 * 86_400 * 10**6,
    }
)
"""Units that are always as long, in microseconds."""

_MONTHS: Mapping[str, Callable[[date], int]] = MappingProxyType(
    {
        "month": lambda x: x.year * 12 + x.month,
        "quarter": lambda x: x.year * 4 + (x.month - 1) // 3,
        "year": lambda x: x.year,
    }
)
DIFFERENCES = (*FIXED, *_MONTHS)
"""Units of ``date_diff``."""

WITHIN_A_DAY = frozenset({"microsecond", "millisecond", "second", "minute", "hour"})
"""Units that a date does not have."""


def date_diff(unit: str, a: datetime, b: datetime) -> int:
    length = FIXED.get(unit)
    if length is None:
        number = _MONTHS[unit]
        return number(b) - number(a)
    apart = b - a
    passed = (apart.days * 86_400 + apart.seconds) * 10**6 + apart.microseconds
    return passed // length if passed >= 0 else -(-passed // length)


@lru_cache(maxsize=1024)
def signed_duration(text: str) -> timedelta:
    """A duration, also with ``-`` before it; raise ``ValueError`` with a sentence."""
    return -parse_duration(text[1:]) if text.startswith("-") else parse_duration(text)


def add_duration(x: datetime, duration: str) -> datetime:
    try:
        return x + signed_duration(duration)
    except OverflowError:
        raise EvaluationError(OUT_OF_RANGE) from None


OUT_OF_RANGE = "add_duration leaves the years 1 to 9999"


def day_of_week(x: date) -> int:
    return x.isoweekday()


def epoch_seconds(x: datetime) -> int:
    return (x - EPOCH) // _SECOND
