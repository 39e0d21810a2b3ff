"""Dates and timestamps, all UTC."""

from __future__ import annotations

from fcompile.compiler.expressions import time_builders as b
from fcompile.compiler.expressions import time_signatures as s
from fcompile.compiler.expressions import time_values as v
from fcompile.compiler.expressions.function import Function

_MOMENT = "a date or timestamp"

ENTRIES = (
    Function(
        "add_duration",
        "add_duration(x, '1h')",
        (2, 2),
        f"{_MOMENT}, and a constant duration: `500ms 90s 15m 1h 7d 4w`, also with `-` before it",
        "the type of x",
        s.add_duration,
        "x moved by the duration; days are 24 hours and weeks 7 days. A date moves by whole days only. A result "
        "before year 1 or after year 9999 is an error when it runs.",
        b.add_duration,
        plain=(1,),
        copies=((0, 2),),
        evaluate=v.add_duration,
    ),
    Function(
        "date_diff",
        "date_diff('unit', a, b)",
        (3, 3),
        f"a constant unit of {', '.join(v.DIFFERENCES)}; two dates or two timestamps",
        "int64",
        s.date_diff,
        "How far b lies after a; negative if it lies before. Up to week: the whole units that have passed, the "
        "rest left out towards zero, so a day is 24 hours; for days of the calendar cast both to date. month, "
        "quarter, year: the difference of the calendar's months, quarters or years, whatever the day: from "
        "31 January to 1 February is 1 month. Of dates: day and longer units.",
        b.date_diff,
        plain=(0,),
        evaluate=v.date_diff,
    ),
    Function(
        "date_part",
        "date_part('unit', x)",
        (2, 2),
        f"a constant unit of {', '.join(v.PARTS)}; {_MOMENT}",
        "int64",
        s.date_part,
        "One part of x: quarter 1 to 4, month 1 to 12, day 1 to 31, day_of_year 1 to 366, hour 0 to 23, minute "
        "and second 0 to 59 (without the fraction, which is microsecond, 0 to 999999). week (1 to 53) and "
        "iso_year are those of ISO 8601: week 1 has the year's first Thursday. Of a date: day and longer units.",
        b.date_part,
        plain=(0,),
        evaluate=v.date_part,
    ),
    Function(
        "date_trunc",
        "date_trunc('unit', x)",
        (2, 2),
        f"a constant unit of {', '.join(v.TRUNCATED_TO)}; {_MOMENT}",
        "the type of x",
        s.date_trunc,
        "The beginning of the unit that x lies in; weeks begin on Monday. Of a date: day and longer units.",
        b.date_trunc,
        plain=(0,),
        evaluate=v.date_trunc,
    ),
    Function(
        "day_of_week",
        "day_of_week(x)",
        (1, 1),
        _MOMENT,
        "int64",
        s.moment_to_integer,
        "1 for Monday to 7 for Sunday.",
        b.day_of_week,
        evaluate=v.day_of_week,
    ),
    Function(
        "epoch_seconds",
        "epoch_seconds(x)",
        (1, 1),
        _MOMENT,
        "int64",
        s.timestamp_to_integer,
        "Whole seconds since 1970-01-01 00:00:00 UTC, rounded down, also before it; a date counts as its "
        "midnight.",
        b.epoch_seconds,
        evaluate=v.epoch_seconds,
    ),
)
