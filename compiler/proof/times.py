"""Functions of time, as each dialect spells them: what they do to an instant."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from fcompile.compiler.proof.terms import End, Shifted, Start, Term, Unit, shifted

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
_NAMED = re.compile(
    r"^to(?:StartOf|Last)?(Second|Minute|FiveMinutes?|TenMinutes|FifteenMinutes|Hour|Day|ISOWeek|Week|Month|Quarter|Year)$"
    r"|^to(Date|Date32)$",
    re.IGNORECASE,
)
_MULTIPLES = {"five": 5, "ten": 10, "fifteen": 15}
_SAME = frozenset(
    ["to_timestamp_ntz", "to_timestamp_tz", "to_timestamp_ltz", "todatetime", "todatetime64", "to_utc_timestamp",
     "timestamp", "datetime"]
)  # fmt: skip
_UTC = frozenset(["utc", "gmt", "etc/utc", "z", "+00:00", "+00"])


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
    from sqlglot import exp

    if isinstance(node, exp.Neg):
        inner = whole(node.this)
        return None if inner is None else -inner
    if isinstance(node, exp.Paren):
        return whole(node.this)
    text = node.name if isinstance(node, exp.Literal) else ""
    return int(text) if re.fullmatch(r"-?\d{1,9}", text) else None


def moved(term: Term, unit: Unit, sign: int) -> Term:
    """Return ``term`` plus (or with ``sign`` -1 minus) a length; whole buckets after a start lead to an end."""
    months, length = unit.months * sign, unit.length * sign
    exact = isinstance(term, Shifted) and not term.slack
    base, extra = (term.term, term.by) if exact and isinstance(term, Shifted) else (term, timedelta(0))
    if isinstance(base, Start):
        width = base.unit
        if months and months >= width.months > 0:
            # What lies beyond the end is 28 to 31 days a month.
            more = months - width.months
            return shifted(End(base.term, width), timedelta(days=28 * more) + extra, timedelta(days=3 * more))
        if not width.months and length and length + extra >= width.length:
            return shifted(End(base.term, width), length + extra - width.length)
    if months:
        least = timedelta(days=(28 if months > 0 else 31) * months)
        return shifted(term, least, timedelta(days=3 * abs(months)))
    return shifted(term, length)


def bucketed(node: exp.Expr) -> tuple[exp.Expr, Unit] | None:
    """Return what ``node`` rounds down, and to what; None where it rounds nothing, or not as we know it."""
    from sqlglot import exp

    if isinstance(node, exp.TimestampTrunc | exp.DatetimeTrunc | exp.DateTrunc | exp.TimeTrunc):
        zone = node.args.get("zone")
        if zone is not None and zone.name.lower() not in _UTC:
            return None
        return _with(node.this, unit_of(_text(node.args.get("unit"))), _week(node))
    if isinstance(node, exp.TimeSlice):
        count = whole(node.expression)
        kind = node.args.get("kind")
        if count is None or (kind is not None and kind.name.upper() != "START"):
            return None
        return _with(node.this, unit_of(_text(node.args.get("unit")), count), "slice")
    if isinstance(node, exp.DateBin):
        origin = node.args.get("unit") or node.args.get("origin") or node.args.get("zone")
        found = _with(node.expression, interval_of(node.this), "bin")
        return (
            found if found is None or origin is None else (found[0], replace(found[1], aligned=origin.sql()))
        )
    if isinstance(node, exp.Date | exp.TsOrDsToDate | exp.Trunc) and not node.expression and _is_utc(node):
        return _with(node.this, Unit(0, timedelta(days=1)))
    if isinstance(node, exp.Cast) and node.to.is_type(exp.DataType.Type.DATE, exp.DataType.Type.DATE32):
        return _with(node.this, Unit(0, timedelta(days=1)))
    if isinstance(node, exp.Anonymous):
        return _anonymous(node)
    return None


def _anonymous(node: exp.Anonymous) -> tuple[exp.Expr, Unit] | None:
    arguments = node.expressions
    name = node.name.lower()
    if (
        name in ("tostartofinterval", "timestamp_bucket", "datetime_bucket", "date_bucket")
        and len(arguments) == 2
    ):
        return _with(arguments[0], interval_of(arguments[1]), name)
    found = _NAMED.match(node.name)
    if found is None or len(arguments) != 1:
        return None
    word = (found[1] or "day").lower()
    for prefix, count in _MULTIPLES.items():
        if word.startswith(prefix):
            return _with(arguments[0], unit_of("minute", count))
    return _with(arguments[0], unit_of(word))


def _with(node: exp.Expr, unit: Unit | None, aligned: str = "") -> tuple[exp.Expr, Unit] | None:
    """Return the two; ``aligned`` says where buckets begin that are no whole part of a day."""
    if unit is None or (unit.length <= timedelta(0) and not unit.months):
        return None
    parts = not unit.months and not timedelta(days=1) % unit.length
    plain = unit.months and aligned == ""
    return node, unit if parts or plain else replace(unit, aligned=aligned or "week")


def _week(node: exp.Expr) -> str:
    """Weeks begin on a day of their dialect or as named."""
    unit = node.args.get("unit")
    text = unit.sql().lower() if unit is not None else ""
    return text if "week" in text else ""


def _text(node: exp.Expr | None) -> str:
    from sqlglot import exp

    if node is None:
        return ""
    return "week" if isinstance(node, exp.WeekStart | exp.Week) else node.name


def moves(node: exp.Expr) -> tuple[exp.Expr, Unit, int] | None:
    """Return what ``node`` adds a constant length to, the length, and 1 or -1; None where it does nothing of it."""
    from sqlglot import exp

    if isinstance(node, exp.Add | exp.Sub):
        sign = -1 if isinstance(node, exp.Sub) else 1
        for base, by in ((node.this, node.expression), (node.expression, node.this)):
            unit = interval_of(by) if isinstance(_bare(by), exp.Interval | exp.Anonymous) else None
            days = whole(by) if unit is None and _is_date(base) else None
            unit = Unit(0, timedelta(days=days)) if days is not None else unit
            if unit is not None and (sign == 1 or by is node.expression):
                return base, unit, sign
        return None
    adds = (exp.DateAdd, exp.TimestampAdd, exp.DatetimeAdd, exp.TsOrDsAdd)
    if isinstance(node, (*adds, exp.DateSub, exp.TimestampSub, exp.DatetimeSub)):
        return _added(node, 1 if isinstance(node, adds) else -1)
    if isinstance(node, exp.Anonymous) and len(node.expressions) == 2:
        made = re.match(r"^(add|subtract)([a-z]+?)s?$", node.name.lower())
        count = whole(node.expressions[1])
        unit = unit_of(made[2], count) if made and count is not None else None
        return (node.expressions[0], unit, -1 if made and made[1] == "subtract" else 1) if unit else None
    return None


def _added(node: exp.Expr, sign: int) -> tuple[exp.Expr, Unit, int] | None:
    unit = interval_of(node.expression)
    if unit is None:
        count = whole(node.expression)
        unit = None if count is None else unit_of(_text(node.args.get("unit")) or "day", count)
    return None if unit is None else (node.this, unit, sign)


def _bare(node: exp.Expr) -> exp.Expr:
    from sqlglot import exp

    while isinstance(node, exp.Paren | exp.Cast):
        node = node.this
    return node


def _is_date(node: exp.Expr) -> bool:
    from sqlglot import exp

    inner = node.this if isinstance(node, exp.Paren) else node
    if isinstance(inner, exp.Cast):
        return bool(inner.to.is_type(exp.DataType.Type.DATE))
    return isinstance(inner, exp.Date | exp.TsOrDsToDate)


def same_instant(node: exp.Expr) -> exp.Expr | None:
    """Return what ``node`` only converts, keeping the instant; None where it may be another."""
    from sqlglot import exp

    inner: exp.Expr = node.args["timestamp"] if isinstance(node, exp.ConvertTimezone) else node.this
    if isinstance(node, exp.Cast) and node.to.this in _timestamps():
        return None if _rounds(node.to) else inner
    if isinstance(node, exp.AtTimeZone | exp.FromTimeZone):
        return inner if node.args["zone"].name.lower() in _UTC else None
    if isinstance(node, exp.ConvertTimezone):
        zones = [node.args.get(key) for key in ("source_tz", "target_tz")]
        named = [zone.name.lower() for zone in zones if zone is not None]
        return inner if all(name in _UTC for name in named) else None
    if isinstance(node, exp.Timestamp | exp.Datetime | exp.TsOrDsToTimestamp) and not node.expression:
        return inner if _is_utc(node) else None
    if isinstance(node, exp.Anonymous) and node.name.lower() in _SAME and len(node.expressions) == 1:
        first: exp.Expr = node.expressions[0]
        return first
    return None


def _is_utc(node: exp.Expr) -> bool:
    zone = node.args.get("zone")
    return zone is None or zone.name.lower() in _UTC


def _rounds(kind: exp.DataType) -> bool:
    """Whether a type holds less than microseconds, such as TIMESTAMP(0)."""
    return any((whole(each.this) or 0) < 6 for each in kind.expressions)


def _timestamps() -> frozenset[object]:
    from sqlglot import exp

    kinds = exp.DataType.Type
    names = (
        "TIMESTAMP",
        "TIMESTAMPTZ",
        "TIMESTAMPLTZ",
        "TIMESTAMPNTZ",
        "TIMESTAMP_NS",
        "DATETIME",
        "DATETIME64",
    )
    return frozenset(getattr(kinds, name) for name in names)
