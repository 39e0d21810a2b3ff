"""Functions of time, as each dialect spells them: those that round an instant down, and those that only convert it."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from fcompile.compiler.proof.lengths import interval_of, name_of_unit, unit_of, whole
from fcompile.compiler.proof.terms import Unit

if TYPE_CHECKING:
    from sqlglot import exp

_NAMED = re.compile(
    r"^to(?:StartOf|Last)?(Second|Minute|FiveMinutes?|TenMinutes|FifteenMinutes|Hour|Day|ISOWeek|Week|Month|Quarter|Year)$"
    r"|^to(Date|Date32)$",
    re.IGNORECASE,
)
_MULTIPLES = {"five": 5, "ten": 10, "fifteen": 15}
_SAME = frozenset(
    ["to_timestamp_ntz", "to_timestamp_tz", "to_timestamp_ltz", "to_utc_timestamp",
     "timestamp", "datetime"]
)  # fmt: skip
_UTC = frozenset(["utc", "gmt", "etc/utc", "z", "+00:00", "+00"])


def bucketed(node: exp.Expr) -> tuple[exp.Expr, Unit] | None:
    """Return what ``node`` rounds down, and to what; None where it rounds nothing, or not as we know it."""
    from sqlglot import exp

    if isinstance(node, exp.TimestampTrunc | exp.DatetimeTrunc | exp.DateTrunc | exp.TimeTrunc):
        zone = node.args.get("zone")
        if zone is not None and zone.name.lower() not in _UTC:
            return None
        return _with(node.this, unit_of(name_of_unit(node.args.get("unit"))), _week(node))
    if isinstance(node, exp.TimeSlice):
        count = whole(node.expression)
        kind = node.args.get("kind")
        if count is None or (kind is not None and kind.name.upper() != "START"):
            return None
        return _with(node.this, unit_of(name_of_unit(node.args.get("unit")), count), "slice")
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
