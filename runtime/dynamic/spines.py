"""The rows that ask: sampled keys at instants at which something just became known, or just did not.

Everything is drawn in SQL and by hashes: the same data gives the same rows.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from fcompile.compiler.compile import Spine, SpineColumn, dialect_named
from fcompile.compiler.definitions import FeatureView, RequestField, Selected, Table
from fcompile.compiler.dtypes import DType
from fcompile.compiler.expressions.nodes import Column
from fcompile.compiler.lower.types import lower_type
from fcompile.compiler.nested import base_of, views_below
from fcompile.compiler.request import Request
from fcompile.runtime.dynamic.cuts import AT, Cuts, CutSource
from fcompile.runtime.warehouses.base import Parts, scratch_name
from fcompile.runtime.warehouses.duckdb import DuckDBWarehouse, dotted, quoted_name

KEYS = 25
"""Sampled entities: each is asked for at each instant."""
LEAST_KEYS, ENOUGH_ROWS = 3, 20_000
"""So many rows of them are enough, once there are three entities."""
ROW, TIME = "__row", "__t"

_DUCKDB = dialect_named("duckdb")
_DRAWN = {
    "bool": "n % 2 = 0",
    "int32": "CAST(1 + n AS INTEGER)",
    "int64": "1 + n",
    "float32": "CAST(0.5 + n AS FLOAT)",
    "float64": "CAST(0.5 + n AS DOUBLE)",
    "string": "'text ' || n",
    "bytes": "CAST('a' AS BLOB)",
    "date": "DATE '2020-02-29' + CAST(n AS INTEGER)",
    "timestamp": "TIMESTAMP '2020-02-29 12:00:00' + to_days(CAST(n AS INTEGER))",
}
"""Request data of a dtype, by the number of the entity."""


class NotDrawn(Exception):
    """No rows can be made that ask for these features; the words say why."""


@dataclass(frozen=True, slots=True)
class AskedRows:
    """A spine in the session; its relation shows the rows of the session's instant, or all while there is none.

    ``instants``: a table of the session of (n, t), n from 0 to ``count - 1``.
    """

    spine: Spine
    keys: tuple[str, ...]
    rows: Parts
    instants: Parts
    count: int

    def drop(self, warehouse: DuckDBWarehouse) -> None:
        """Let go of its tables."""
        assert isinstance(self.spine.relation, Table)  # noqa: S101  it was made so
        warehouse.execute(f"DROP VIEW {dotted(self.spine.relation.parts)}")
        for table in (self.rows, self.instants):
            warehouse.drop(table)


def asked_rows(warehouse: DuckDBWarehouse, request: Request, cuts: Cuts, sample: int) -> AskedRows:
    """Make the spine for ``request``: at most ``sample`` instants, each with at most 25 entities.

    Raises NotDrawn where request data or keys cannot be drawn.
    """
    data = [(field.name, drawn_value(field)) for field in request.request_fields]
    keys = _keys(warehouse, request.selected, cuts)
    names = tuple(name for each in keys for name, _ in each.columns)
    instants = _instants(warehouse, keys, sample)
    given = [(name, drawn) for name, drawn in data if name not in names]
    rows = _rows(warehouse, keys, given, instants)
    kinds = {name: dtype.kind for each in keys for name, dtype in each.columns}
    kinds.update((f.name, f.dtype.kind) for f in request.request_fields if f.name not in kinds)
    columns = [SpineColumn(ROW, "int64"), *(SpineColumn(n, k) for n, k in kinds.items())]
    view = scratch_name()
    shown = f"SELECT * FROM {dotted(rows)} WHERE {AT} IS NULL OR {TIME} = {AT}"  # noqa: S608
    warehouse.execute(f"CREATE TEMPORARY VIEW {quoted_name(view)} AS {shown}")
    ((count,),) = warehouse.simple_rows(f"SELECT count(*) FROM {dotted(instants)}")  # noqa: S608
    spine = Spine(Table((view,)), (*columns, SpineColumn(TIME, "timestamp")), TIME)
    return AskedRows(spine, names, rows, instants, int(str(count)))


@dataclass(frozen=True, slots=True)
class _Keys:
    """Sampled entities of one view: a table of (n, the spine's columns); ``expressions`` give them in the source."""

    cut: CutSource
    columns: tuple[tuple[str, DType], ...]
    expressions: tuple[str, ...]
    table: Parts


def _keys(warehouse: DuckDBWarehouse, selected: Sequence[Selected], cuts: Cuts) -> list[_Keys]:
    """Sample entities, view by view; a column of the spine comes from the first view that joins on it."""
    found: list[_Keys] = []
    taken: set[str] = set()
    for each in selected:
        cut = cuts.source(base_of(each.view.source))
        pairs = [
            (each.spine_key(k.name), k.dtype, key_expression(each.view, k.name, k.dtype))
            for k in each.view.join_keys
        ]
        pairs = [pair for pair in pairs if pair[0] not in taken]
        taken.update(name for name, _, _ in pairs)
        columns = tuple((name, dtype) for name, dtype, _ in pairs)
        expressions = tuple(expression for _, _, expression in pairs)
        names = [quoted_name(name) for name, _ in columns]
        found.append(_Keys(cut, columns, expressions, _sampled(warehouse, cut.text, names, expressions)))
    return found


def _sampled(
    warehouse: DuckDBWarehouse, text: str, names: Sequence[str], expressions: Sequence[str]
) -> Parts:
    """Return a table of (n, keys). Those with several rows come first: of a single row there is little to see."""
    if not names:
        return warehouse.stage("SELECT 0 AS n")
    read = ", ".join(f"{e} AS {n}" for e, n in zip(expressions, names, strict=True))
    present = " AND ".join(f"{n} IS NOT NULL" for n in names)
    digest = f"md5(concat_ws('|', {', '.join(f'CAST({n} AS VARCHAR)' for n in names)}))"
    listed = ", ".join(names)
    order = f"several DESC, digest, {listed}"
    counted = f"count(*) AS rows, count(*) > 1 AS several, {digest} AS digest"
    grouped = (
        f"SELECT {listed}, {counted} FROM (SELECT {read} FROM {text}) AS r WHERE {present} GROUP BY {listed}"  # noqa: S608
    )
    before = f"sum(rows) OVER (ORDER BY {order} ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS before"
    ranked = f"SELECT {listed}, row_number() OVER (ORDER BY {order}) - 1 AS n, {before} FROM ({grouped}) AS g"  # noqa: S608
    enough = f"n < {LEAST_KEYS} OR (n < {KEYS} AND before < {ENOUGH_ROWS})"
    return warehouse.stage(f"SELECT n, {listed} FROM ({ranked}) AS k WHERE {enough} ORDER BY n")  # noqa: S608


def key_expression(view: FeatureView, key: str, dtype: DType) -> str:
    """Return a join key as read of the rows of the warehouse, down through views of views.

    Raises NotDrawn where a view on the way computes it.
    """
    name = key
    for below in views_below(view.source):
        feature = below.feature(name)
        if name in {k.name for k in below.join_keys} or feature is None:
            continue
        if feature.window is not None or not isinstance(feature.expr, Column):
            raise NotDrawn(f"its key `{key}` is computed by view `{below.name}`")
        name = feature.expr.name
    return f"CAST({quoted_name(name)} AS {lower_type(dtype, _DUCKDB).sql('duckdb')})"


def drawn_value(field: RequestField) -> str:
    """Return SQL for a value of request data, of the entity's number ``n``; raise NotDrawn for nested types."""
    drawn = _DRAWN.get(field.dtype.kind)
    if field.dtype.kind == "decimal":
        drawn = f"CAST(0 AS {lower_type(field.dtype, _DUCKDB).sql('duckdb')})"
    if drawn is None:
        raise NotDrawn(f"no values of {field.dtype} are drawn for its request data `{field.name}`")
    return drawn


def _instants(warehouse: DuckDBWarehouse, keys: Sequence[_Keys], sample: int) -> Parts:
    """Return a table of (n, t): known times, spread evenly, each with the microseconds before and after it."""
    pools = list(dict.fromkeys(pool for each in keys for pool in _pools(each)))
    chosen = warehouse.stage("SELECT CAST(NULL AS TIMESTAMP) AS t LIMIT 0")
    for n, pool in enumerate(pools):
        ((found,),) = warehouse.simple_rows(f"SELECT count(*) FROM {dotted(chosen)}")  # noqa: S608
        share = (sample // 3 - int(str(found))) // (len(pools) - n)
        others = f"SELECT t FROM ({pool}) AS p EXCEPT SELECT t FROM {dotted(chosen)}"  # noqa: S608
        warehouse.execute(f"INSERT INTO {dotted(chosen)} {_evenly(others, max(1, share))}")
    near = "unnest([t - INTERVAL 1 MICROSECOND, t, t + INTERVAL 1 MICROSECOND])"
    distinct = f"SELECT DISTINCT {near} AS t FROM {dotted(chosen)} AS c"  # noqa: S608
    numbered = f"SELECT row_number() OVER (ORDER BY t) - 1 AS n, t FROM ({distinct}) AS d"  # noqa: S608
    instants = warehouse.stage(f"{numbered} ORDER BY t LIMIT {sample}")
    warehouse.drop(chosen)
    return instants


def _pools(keys: _Keys) -> Iterator[str]:
    """Yield SELECTs of instants t: when rows of the sampled entities could be seen, and when those below were known."""
    of_keys = ""
    if keys.columns:
        names = ", ".join(quoted_name(name) for name, _ in keys.columns)
        of_keys = f" WHERE ({', '.join(keys.expressions)}) IN (SELECT ({names}) FROM {dotted(keys.table)})"  # noqa: S608
        if len(keys.columns) == 1:
            of_keys = f" WHERE {keys.expressions[0]} IN (SELECT {names} FROM {dotted(keys.table)})"  # noqa: S608
    yield f"SELECT {keys.cut.visible} AS t FROM {keys.cut.text}{of_keys}"  # noqa: S608
    for table in keys.cut.tables:
        if table.known is not None and table.text != keys.cut.text:
            yield f"SELECT {table.known.at} AS t FROM {table.text}"  # noqa: S608


def _evenly(pool: str, count: int) -> str:
    """Return a SELECT of at most ``count`` of the pool's instants, evenly by rank, the first among them."""
    calendar = "isfinite(t) AND t BETWEEN TIMESTAMP '0001-01-02' AND TIMESTAMP '9999-12-30'"
    times = f"SELECT t FROM ({pool}) AS p WHERE {calendar}"  # noqa: S608
    numbers = "row_number() OVER (ORDER BY t) - 1 AS i, count(*) OVER () AS total"
    ranked = f"SELECT t, {numbers} FROM ({times}) AS q"  # noqa: S608
    return (
        f"SELECT t FROM ({ranked}) AS r WHERE i = 0 OR (i * {count}) // total > ((i - 1) * {count}) // total"  # noqa: S608
    )


def _rows(
    warehouse: DuckDBWarehouse, keys: Sequence[_Keys], data: Sequence[tuple[str, str]], instants: Parts
) -> Parts:
    """Return a table of (row, keys, request data, t): each entity at each instant."""
    sampled = [each for each in keys if each.columns] or list(keys[:1])
    tables = [dotted(each.table) for each in sampled]
    most = ", ".join(f"(SELECT count(*) FROM {table})" for table in tables)  # noqa: S608
    joins = "".join(
        f" LEFT JOIN {table} AS k{i} ON k{i}.n = e.n % greatest(1, (SELECT count(*) FROM {table}))"  # noqa: S608
        for i, table in enumerate(tables)
    )
    columns = [f"k{i}.{quoted_name(name)}" for i, each in enumerate(sampled) for name, _ in each.columns]
    entities = ", ".join(["e.n AS n", *columns])
    drawn = "".join(f", {sql} AS {quoted_name(name)}" for name, sql in data)
    return warehouse.stage(
        f"WITH entities AS (SELECT {entities} FROM range(greatest({most})) AS e(n){joins}) "  # noqa: S608
        f"SELECT row_number() OVER (ORDER BY i.t, e.n) AS {ROW}, e.* EXCLUDE (n){drawn}, i.t AS {TIME} "
        f"FROM (SELECT * FROM entities) AS e CROSS JOIN (SELECT t FROM {dotted(instants)}) AS i"
    )
