"""Dates and times as text: the ISO forms of the language."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_TIMESTAMP = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?:[ T]([0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,6})?)?)"
    r"(Z|[+-][0-9]{2}:[0-9]{2})?)?"
)


def iso_date(text: str) -> str | None:
    """Return the ISO date that ``text`` is, else None."""
    if not _DATE.fullmatch(text):
        return None
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        return None


def iso_timestamp(text: str) -> str | None:
    """Return ``YYYY-MM-DD HH:MM:SS[.ffffff]`` in UTC, else None. A naive text is UTC."""
    m = _TIMESTAMP.fullmatch(text)
    if m is None:
        return None
    try:
        moment = datetime.fromisoformat(f"{m[1]}T{m[2] or '00:00'}{m[3] or 'Z'}")
        return moment.astimezone(UTC).replace(tzinfo=None).isoformat(" ")
    except (ValueError, OverflowError):
        return None
