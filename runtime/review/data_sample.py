"""The spine of a diff of data: sampled rows of the sources, asked for at the times at which definitions differ.

Rows are picked by hashes of their keys and times, so that the same data gives the same sample.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from fcompile.compiler.compile import Spine, SpineColumn
from fcompile.compiler.definitions import FeatureView, Selected, Table
from fcompile.compiler.dtypes import DType
from fcompile.compiler.lower.events import csv_types
from fcompile.compiler.nested import base_of, views_below
from fcompile.compiler.plan import rows_of
from fcompile.compiler.request import Request
from fcompile.runtime.dynamic.cuts import known_of
from fcompile.runtime.dynamic.spines import ROW, TIME, drawn_value, key_expression
from fcompile.runtime.sources import relation_text
from fcompile.runtime.warehouses.base import Parts
from fcompile.runtime.warehouses.duckdb import DuckDBWarehouse, dotted, quoted_name

_MOST_LENGTHS = 12
_CALENDAR = "BETWEEN TIMESTAMP '0001-01-02' AND TIMESTAMP '9000-01-01'"


@dataclass(frozen=True, slots=True)
class Sampled:
    """The spine: a table of the session; ``rows`` may be fewer than were asked for, down to none."""

    spine: Spine
    table: Parts
    rows: int


def sampled(warehouse: DuckDBWarehouse, old: Request, new: Request, sample: int) -> Sampled:
    """Make a spine of at most ``sample`` rows that both requests can be asked with: they have the same spine keys.

    A sampled row is asked for when it could be seen, a microsecond later, when it happened, at the time of another
    row, and as long after it as any ttl or window of either side.
    Raises NotDrawn where request data or keys cannot be drawn.
    """
    fields = {field.name: field for field in (*old.request_fields, *new.request_fields)}
    drawn = {name: drawn_value(field) for name, field in fields.items()}
    parts = list(_parts(old.selected, new.selected))
    lengths = sorted(set(_lengths((*old.selected, *new.selected))))[:_MOST_LENGTHS]
    tables = [_part_table(warehouse, part, lengths, sample) for part in parts]
    kinds = {name: dtype.kind for part in parts for name, dtype in part.columns}
    data = {name: sql for name, sql in drawn.items() if name not in kinds}
    table = warehouse.stage(_joined(parts, tables, data, sample))
    for each in tables:
        warehouse.drop(each)
    columns = [SpineColumn(ROW, "int64"), *(SpineColumn(name, kind) for name, kind in kinds.items())]
    columns.append(SpineColumn(TIME, "timestamp"))
    columns += [SpineColumn(name, fields[name].dtype.kind) for name in data]
    ((rows,),) = warehouse.simple_rows(f"SELECT count(*) FROM {dotted(table)}")  # noqa: S608
    spine = Spine(Table(table), tuple(columns), TIME)
    return Sampled(spine, table, int(str(rows)))


@dataclass(frozen=True, slots=True)
class _Part:
    """Columns of the spine that come from one view; ``pools``: SELECTs of them, an event time e and a visible one v."""

    columns: tuple[tuple[str, DType], ...]
    pools: tuple[str, ...]


def _parts(old: Sequence[Selected], new: Sequence[Selected]) -> Iterator[_Part]:
    """Yield the new views with what they bring to the spine, each with the rows of the old views of the same keys."""
    taken: set[str] = set()
    for each in new:
        keys = [(each.spine_key(k.name), k.dtype) for k in each.view.join_keys]
        names = {name for name, _ in keys}
        like = [o for o in old if {o.spine_key(k.name) for k in o.view.join_keys} == names]
        columns = tuple((name, dtype) for name, dtype in keys if name not in taken)
        taken |= names
        yield _Part(columns, tuple(dict.fromkeys(_pool(one, columns) for one in (each, *like))))


def _pool(selected: Selected, columns: Sequence[tuple[str, DType]]) -> str:
    view = selected.view
    named = {selected.spine_key(k.name): k.name for k in view.join_keys}
    keys = [f"{key_expression(view, named[name], dtype)} AS {quoted_name(name)}" for name, dtype in columns]
    known = known_of(base_of(view.source))
    present = "".join(f" AND {quoted_name(name)} IS NOT NULL" for name, _ in columns)
    times = f"{known.event} AS __e, greatest({known.event}, {known.at}) AS __v, {known.at} AS __a"
    rows = f"SELECT {', '.join([*keys, times])} FROM {_text(view)}"  # noqa: S608
    listed = "".join(f"{quoted_name(name)}, " for name, _ in columns)
    condition = f"__e {_CALENDAR} AND __a {_CALENDAR}{present}"
    return f"SELECT {listed}__e, __v FROM ({rows}) AS r WHERE {condition}"  # noqa: S608


def _text(view: FeatureView) -> str:
    reader = (view, *views_below(view.source))[-1]
    types = dict(csv_types(reader.source, (rows_of(reader),)))
    return relation_text(reader.source.relation, types, "duckdb")


def _lengths(selected: Iterable[Selected]) -> Iterator[timedelta]:
    """Yield how long rows count: a difference shows when one side still sees them and the other does not."""
    for each in selected:
        for view in (each.view, *views_below(each.view.source)):
            yield from (length for length in (view.ttl, view.every) if length is not None)
            windows = (feature.window for feature in view.features)
            yield from (window.length for window in windows if window and window.length is not None)


def _part_table(warehouse: DuckDBWarehouse, part: _Part, lengths: Sequence[timedelta], sample: int) -> Parts:
    """Return a table of (n, the part's columns, t): the sampled rows at each of their times."""
    names = [quoted_name(name) for name, _ in part.columns]
    listed = "".join(f"{name}, " for name in names)
    texts = ", ".join(f"CAST({each} AS VARCHAR)" for each in [*names, "__e", "__v"])
    pool = " UNION ".join(f"SELECT {listed}__e, __v FROM ({text}) AS p" for text in part.pools)  # noqa: S608
    digest = f"md5(concat_ws('|', {texts}))"
    after = [f"__e + INTERVAL {length // timedelta(microseconds=1)} MICROSECOND" for length in lengths]
    times = ["__v", "__v + INTERVAL 1 MICROSECOND", "__e", "other", *after]
    rows = -(-sample // len(times))
    picked = (
        f"SELECT {listed}__e, __v, {digest} AS digest FROM ({pool}) AS u ORDER BY digest, __v LIMIT {rows}"  # noqa: S608
    )
    numbers = "row_number() OVER (ORDER BY digest, __v) AS i, count(*) OVER () AS total"
    numbered = f"SELECT *, {numbers} FROM ({picked}) AS k"  # noqa: S608
    asked = f"unnest([{', '.join(times)}]) AS t, unnest(range({len(times)})) AS choice"
    return warehouse.stage(
        f"WITH numbered AS ({numbered}), "  # noqa: S608
        "paired AS (SELECT a.*, b.__v AS other FROM numbered AS a JOIN numbered AS b "
        "ON b.i = 1 + (a.i - 1 + a.total // 2) % a.total) "
        f"SELECT row_number() OVER (ORDER BY i, choice) - 1 AS n, {listed}t "
        f"FROM (SELECT {listed}i, {asked} FROM paired) AS q"
    )


def _joined(parts: Sequence[_Part], tables: Sequence[Parts], data: Mapping[str, str], sample: int) -> str:
    """Return the spine's SELECT: the rows of all parts side by side, the time of one after the other."""
    names = [dotted(table) for table in tables]
    most = ", ".join(f"(SELECT count(*) FROM {name})" for name in names)  # noqa: S608
    joins = "".join(
        f" LEFT JOIN {name} AS k{i} ON k{i}.n = e.n % greatest(1, (SELECT count(*) FROM {name}))"  # noqa: S608
        for i, name in enumerate(names)
    )
    keys = [f"k{i}.{quoted_name(name)}" for i, part in enumerate(parts) for name, _ in part.columns]
    times = " ".join(f"WHEN {i} THEN k{i}.t" for i in range(len(parts)))
    shown = ", ".join(["e.n AS n", *keys, f"CASE e.n % {len(parts)} {times} END AS {TIME}"])
    side_by_side = f"SELECT {shown} FROM range(least({sample}, greatest({most}))) AS e(n){joins}"  # noqa: S608
    drawn = "".join(f", {sql} AS {quoted_name(name)}" for name, sql in data.items())
    return f"SELECT n + 1 AS {ROW}, * EXCLUDE (n){drawn} FROM ({side_by_side}) AS s"  # noqa: S608
