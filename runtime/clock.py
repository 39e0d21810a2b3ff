"""Instants as naive UTC datetimes inside, and as whole microseconds where they are stored.

>>> to_micros(from_micros(-1))
-1
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 1)
_AWARE_EPOCH = _EPOCH.replace(tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


def to_micros(instant: datetime) -> int:
    """Return microseconds since 1970-01-01T00:00:00 UTC; a naive datetime is UTC."""
    return (naive_utc(instant) - _EPOCH) // MICROSECOND


def from_micros(micros: int) -> datetime:
    """Return the naive UTC datetime."""
    return _EPOCH + timedelta(microseconds=micros)


def naive_utc(instant: datetime) -> datetime:
    """Return the same instant without a time zone, in UTC; a naive one is UTC already."""
    if instant.tzinfo is None:
        return instant
    return instant.astimezone(UTC).replace(tzinfo=None)


def aware_utc(instant: datetime) -> datetime:
    """Return the same instant with UTC as its time zone."""
    return naive_utc(instant).replace(tzinfo=UTC)


def aware_of(micros: int) -> datetime:
    """Return the instant of ``from_micros`` with UTC as its time zone."""
    return _AWARE_EPOCH + timedelta(microseconds=micros)


def utc_now() -> datetime:
    """Return this machine's clock, naive UTC."""
    return datetime.now(UTC).replace(tzinfo=None)


def show(instant: datetime) -> str:
    """Return the instant as messages write it.

    >>> show(datetime(2026, 1, 1))
    '2026-01-01T00:00:00Z'
    """
    return naive_utc(instant).isoformat() + "Z"
