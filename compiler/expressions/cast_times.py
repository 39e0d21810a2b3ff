"""Casts of dates and timestamps, in Python."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime

from fcompile.compiler.dtypes import DType
from fcompile.compiler.expressions.cast_forms import DATE, TIMESTAMP
from fcompile.compiler.expressions.cast_values import unfit
from fcompile.compiler.expressions.function import Evaluate


def written_date(source: DType, target: DType) -> Evaluate:
    return date.isoformat


def written_timestamp(source: DType, target: DType) -> Evaluate:
    return lambda value: value.isoformat(" ", "microseconds")[:26]  # without the offset


def midnight(source: DType, target: DType) -> Evaluate:
    return lambda value: datetime(value.year, value.month, value.day, 0, 0, 0, 0, UTC)


def day(source: DType, target: DType) -> Evaluate:
    return datetime.date


_DATE = re.compile(DATE)
_TIMESTAMP = re.compile(TIMESTAMP)


def date_text(source: DType, target: DType) -> Evaluate:
    return _reader(_DATE, date.fromisoformat, target)


def timestamp_text(source: DType, target: DType) -> Evaluate:
    return _reader(_TIMESTAMP, _moment, target)


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text.removesuffix("Z")).replace(tzinfo=UTC)


def _reader(form: re.Pattern[str], read: Callable[[str], date], target: DType) -> Evaluate:
    """What reads texts of this form; some have it and are no day, and no minute."""

    def cast(text: str) -> date:
        if form.fullmatch(text):
            try:
                return read(text)
            except ValueError:
                pass
        raise unfit(text, target)

    return cast
