"""Why a feature has its value at a time: the source rows of a key, and what the rules say of each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from fcompile.compiler.compile import dialect_named
from fcompile.compiler.definitions import FeatureView, Source
from fcompile.compiler.dtypes import format_duration
from fcompile.compiler.errors import Diagnostic, UsageError, did_you_mean, listed
from fcompile.compiler.expressions.lower import lower
from fcompile.compiler.expressions.nodes import Expr
from fcompile.compiler.lower.events import csv_types, time_of
from fcompile.compiler.lower.sql import column
from fcompile.compiler.lower.types import lower_type
from fcompile.compiler.plan import events_of
from fcompile.dialects.base import Dialect
from fcompile.runtime.clock import MICROSECOND, naive_utc, show
from fcompile.runtime.defaults import default_value
from fcompile.runtime.keys import read_key
from fcompile.runtime.sources import check_sources, relation_text
from fcompile.runtime.warehouses.base import Warehouse
from fcompile.runtime.warehouses.duckdb import quoted_name
from fcompile.runtime.warehouses.registry import open_warehouse

if TYPE_CHECKING:
    from fcompile.runtime.project import Project

MOST_ROWS = 1000
MOST_LATER_ROWS = 10
"""Rows after the time asked for say little: only the first ones are shown."""
CHOSEN = "chosen"
_DUCKDB = "duckdb"


@dataclass(frozen=True, slots=True)
class SourceRow:
    """A source row of the key. Times are naive UTC; ``known`` is its known time; ``verdict`` says its fate."""

    event: datetime | None
    known: datetime | None
    created: datetime | None
    values: tuple[object, ...]
    verdict: str

    @property
    def chosen(self) -> bool:
        return self.verdict == CHOSEN


@dataclass(frozen=True, slots=True)
class WhyReport:
    """The rows of one key, newest event first, and what the view answers at ``at`` (naive UTC).

    Attributes:
        features: names of the view's features, in declared order; ``values`` of each row follow it.
        answer: the values at ``at``: those of the chosen row, else the defaults.
        rows: at most the 1000 newest that are not later than ``at``, the 10 next later ones, and the chosen
            one in any case; ``rows_in_all`` counts the key's rows, and ``cut`` tells that some are left out.
    """

    view: str
    key: Mapping[str, object]
    at: datetime
    features: tuple[str, ...]
    answer: tuple[object, ...]
    rows: tuple[SourceRow, ...]
    rows_in_all: int

    @property
    def cut(self) -> bool:
        return self.rows_in_all > len(self.rows)

    def to_dict(self) -> dict[str, object]:
        """Return it for JSON: times as ISO 8601 text with Z, other values as they are."""
        return {
            "view": self.view,
            "key": dict(self.key),
            "at": show(self.at),
            "answer": dict(zip(self.features, self.answer, strict=True)),
            "cut": self.cut,
            "rows_in_all": self.rows_in_all,
            "rows": [
                {
                    "event_time": _shown(row.event),
                    "known_time": _shown(row.known),
                    "created": _shown(row.created),
                    "values": dict(zip(self.features, row.values, strict=True)),
                    "verdict": row.verdict,
                }
                for row in self.rows
            ],
        }

    def table(self) -> tuple[tuple[str, ...], list[tuple[object, ...]]]:
        """Return the head and the rows of a table for people; the chosen row has a ``>``."""
        created = any(row.created is not None for row in self.rows)
        head = ("", "event time", "known time", *(["created"] if created else []), *self.features, "verdict")
        rows = [
            (
                ">" if row.chosen else "",
                _shown(row.event),
                _shown(row.known),
                *([_shown(row.created)] if created else []),
                *row.values,
                row.verdict,
            )
            for row in self.rows
        ]
        return head, rows

    def __str__(self) -> str:
        key = ", ".join(f"{k}={v}" for k, v in self.key.items())
        lines = [f"{self.view} for {key} at {show(self.at)}"]
        head, rows = self.table()
        if rows:
            lines += ["", *_aligned([head, *rows])]
        else:
            lines += ["", "The source has no row of this key."]
        if self.cut:
            lines.append(f"... {len(self.rows)} of {self.rows_in_all} rows are shown")
        answer = ", ".join(f"{f} = {_cell(v)}" for f, v in zip(self.features, self.answer, strict=True))
        reason = "" if any(row.chosen for row in self.rows) else " (no row matches)"
        return "\n".join([*lines, "", f"{answer}{reason}"])


def why(project: Project, view: FeatureView, key: Mapping[str, object], at: datetime) -> WhyReport:
    """Return what decides the values of ``view`` for ``key`` at ``at`` (naive is UTC).

    Raises UsageError (FC430) where the key is not the view's, and what ``check_sources`` raises.
    """
    values = _key_values(view, key)
    with closing(open_warehouse(project, read_only=True)) as warehouse:
        found = check_sources(warehouse, [view], project.files)
        return explain(warehouse, found.view(view), values, naive_utc(at))


def explain(warehouse: Warehouse, view: FeatureView, key: Mapping[str, object], at: datetime) -> WhyReport:
    """As ``why``, on an open warehouse, with the key's values as Python has them."""
    parameters = {f"key_{n}": value for n, value in enumerate(key.values())}
    found = warehouse.rows(_query(view), {**parameters, "at": at})
    rows = tuple(_verdicts(view, found, at))
    chosen = next((row.values for row in rows if row.chosen), None)
    answer = chosen if chosen is not None else tuple(default_value(f) for f in view.features)
    features = tuple(f.name for f in view.features)
    rows_in_all = found[0][1] if found else 0
    assert isinstance(rows_in_all, int)  # noqa: S101  it is a count
    return WhyReport(view.name, key, at, features, answer, rows, rows_in_all)


def _key_values(view: FeatureView, key: Mapping[str, object]) -> dict[str, object]:
    names = [k.name for k in view.join_keys]
    problems = [
        Diagnostic("FC430", f"`{name}` is no join key of `{view.name}`", hint=did_you_mean(name, names))
        for name in key
        if name not in names
    ]
    values: dict[str, object] = {}
    for join_key in view.join_keys:
        try:
            values[join_key.name] = read_key(key.get(join_key.name), join_key.dtype)
        except ValueError as error:
            problems.append(Diagnostic("FC430", f"join key `{join_key.name}`: {error}"))
    if missing := [name for name in names if name not in key or values.get(name, 0) is None]:
        hint = "a NULL key matches nothing" if all(name in key for name in missing) else ""
        problems.append(Diagnostic("FC430", f"no value for the join key {listed(missing)}", hint=hint))
    if problems:
        raise UsageError(*problems)
    return values


# -- the rows ---------------------------------------------------------------------------------

_FIXED = 8
"""Columns before the feature values: place, all, e, known, created, passes, eligible, rank."""


def _query(view: FeatureView) -> str:
    """One SELECT: the key's rows, newest first, each with its place among all and among the eligible."""
    engine, source = dialect_named(_DUCKDB), view.source
    types = dict(csv_types(source, (events_of(view),)))
    keys = " AND ".join(
        f"{quoted_name(k.name)} = CAST($key_{n} AS {engine.sql(lower_type(k.dtype, engine))})"
        for n, k in enumerate(view.join_keys)
    )
    values = ", ".join(
        f"CAST({_text(f.expr, engine)} AS {engine.sql(lower_type(f.dtype, engine))}) AS f{n}"
        for n, f in enumerate(view.features)
    )
    order = ", ".join(
        f"{c} DESC NULLS LAST" for c in ("e", "c", *(f"f{n}" for n in range(len(view.features))))
    )
    compare = "<=" if view.allow_exact_matches else "<"
    features = ", ".join(f"f{n}" for n in range(len(view.features)))
    return f"""
WITH found AS (
  SELECT {_times(source, engine)}, {_filter(view, engine)} AS passes, {values}
  FROM {relation_text(source.relation, types, _DUCKDB)} AS source
  WHERE {keys or "TRUE"}
), judged AS (
  SELECT *, coalesce(passes AND e {compare} $at AND a {compare} $at, FALSE) AS eligible,
    coalesce(e > $at, FALSE) AS later
  FROM found
), placed AS (
  SELECT row_number() OVER (ORDER BY {order}) AS place, count(*) OVER () AS rows_in_all, *,
    row_number() OVER (PARTITION BY eligible ORDER BY {order}) AS rank,
    row_number() OVER (PARTITION BY later ORDER BY {order}) AS from_newest,
    row_number() OVER (PARTITION BY later ORDER BY e) AS from_later
  FROM judged
)
SELECT place, rows_in_all, e, a, c, passes, eligible, rank, {features}
FROM placed
WHERE (later AND from_later <= {MOST_LATER_ROWS}) OR (NOT later AND from_newest <= {MOST_ROWS})
  OR (eligible AND rank = 1)
ORDER BY place"""  # noqa: S608


def _times(source: Source, engine: Dialect) -> str:
    event = engine.sql(time_of(source.timestamp_field, source, engine))
    known = event
    if source.available_at:
        known = engine.sql(time_of(source.available_at, source, engine))
    elif source.availability_lag:
        microseconds = source.availability_lag // MICROSECOND
        known = f"{event} + to_microseconds({microseconds})"
    created = source.created_timestamp_field
    made = engine.sql(time_of(created, source, engine)) if created else "CAST(NULL AS TIMESTAMP)"
    return f"{event} AS e, {known} AS a, {made} AS c"


def _filter(view: FeatureView, engine: Dialect) -> str:
    return "TRUE" if view.filter is None else f"coalesce({_text(view.filter, engine)}, FALSE)"


def _text(expr: Expr, engine: Dialect) -> str:
    tree = lower(expr, column, overrides=engine.functions, types=lambda dtype: lower_type(dtype, engine))
    return engine.sql(tree)


# -- the verdicts -------------------------------------------------------------------------------


def _verdicts(view: FeatureView, found: list[tuple[object, ...]], at: datetime) -> Iterator[SourceRow]:
    best = next((row for row in found if row[6] and row[7] == 1), None)
    for row in found:
        event, known, created = (_as_time(value) for value in row[2:5])
        verdict = _refused(view, row, at) or _ranked(view, row, best, at)
        yield SourceRow(event, known, created, row[_FIXED:], verdict)


def _refused(view: FeatureView, row: tuple[object, ...], at: datetime) -> str:
    """Why the row cannot count at all at ``at``; empty where it can."""
    event, known, passes = _as_time(row[2]), _as_time(row[3]), row[5]
    if not passes:
        return "filtered out"
    if event is None:
        return "event time is NULL"
    if known is None:
        return "known time is NULL"
    if event > at:
        return f"later than {show(at)}"
    if known > at:
        return f"not yet known at {show(at)}: known at {show(known)}"
    if not row[6]:
        what = "happened" if event == at else "known"
        return f"{what} exactly at {show(at)}, and exact matches are off"
    return ""


def _ranked(view: FeatureView, row: tuple[object, ...], best: tuple[object, ...] | None, at: datetime) -> str:
    """The fate of a row that could count."""
    event = _as_time(row[2])
    assert event is not None and best is not None  # noqa: S101  it is eligible, so one is the best
    if view.ttl is not None and event < at - view.ttl:
        return f"past ttl: more than {format_duration(view.ttl)} old"
    if row is best:
        return CHOSEN
    if row[2] != best[2]:
        return "older than the chosen row"
    if row[4] != best[4]:
        return "loses the tie: created earlier"
    if row[_FIXED:] != best[_FIXED:]:
        return "loses the tie: lower in feature order"
    return "loses the tie: an exact copy"


def _as_time(value: object) -> datetime | None:
    assert value is None or isinstance(value, datetime)  # noqa: S101  the query casts it
    return value


def _shown(time: datetime | None) -> str | None:
    return None if time is None else show(time)


def _cell(value: object) -> str:
    match value:
        case None:
            return "NULL"
        case bool():
            return "true" if value else "false"
        case datetime():
            return show(value)
    return str(value)


def _aligned(rows: list[tuple[object, ...]]) -> Iterator[str]:
    cells = [[_cell(value) for value in row] for row in rows]
    widths = [max(len(row[n]) for row in cells) for n in range(len(cells[0]))]
    for row in cells:
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
