"""Materialization as SQL: the tables of a view in the warehouse, and the statements of a run. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from sqlglot import exp

from fcompile.compiler.compile import dialect_named
from fcompile.compiler.definitions import FeatureView
from fcompile.compiler.dtypes import INT64, TIMESTAMP, DType
from fcompile.compiler.lower.latest import lower_latest
from fcompile.compiler.lower.names import CREATED, EVENT, SEQUENCE
from fcompile.compiler.lower.sql import column, identifier, select
from fcompile.compiler.lower.types import lower_type
from fcompile.compiler.lower.windows.recomputed import lower_window_table
from fcompile.compiler.lower.windows.stored import Step, StoredWindows
from fcompile.compiler.plan import plan_latest, plan_window_table
from fcompile.compiler.render import Statement
from fcompile.compiler.stages import Script, staged
from fcompile.compiler.statements import statement
from fcompile.dialects.base import Dialect

__all__ = [
    "MaterializeSql",
    "Step",
    "compile_materialize",
    "steps_of",
    "table_content",
    "table_definition",
    "table_name",
]

_INTERNAL = ((EVENT, TIMESTAMP), (CREATED, TIMESTAMP), (SEQUENCE, INT64))


@dataclass(frozen=True, slots=True)
class MaterializeSql:
    """The statements that keep a view's row per entity in the warehouse: its latest values, or its windows.

    The table has the join keys and features under their own names and dtypes, then ``__event``
    (TIMESTAMP), ``__created`` (TIMESTAMP, may be NULL) and ``__sequence`` (BIGINT: the load that last
    changed the row).

    Named parameters (``$name``):
        as_of: TIMESTAMP; values as of this instant (known time <= as_of, < where exact matches are off).
        since: TIMESTAMP or NULL; only entities with a row known after it are looked at. NULL = all.
        previous: TIMESTAMP or NULL, of windows; the instant as of which the table's values are. NULL = unknown.
        sequence: BIGINT of this run, given to the rows whose content changes.
        newest: BOOLEAN; TRUE when as_of >= the watermark: at equal (event, created) the new row wins.
        loaded: BIGINT; rows with a greater sequence are what ``changed`` exports.

    Attributes:
        table: the table's quoted name.
        others: the quoted names of the tables that a run needs beside it: those of tiles and their digests.
        create: statements to run before every run's steps; they change nothing where the tables exist.
        empty: statements that leave the view without rows: a full refresh is ``empty``, ``create`` and the
            steps, in one transaction.
        steps: what a run does, in one transaction.
        changed: SELECT of keys, features, times and sequence; parameter loaded; ordered by key.
        drop: DROP TABLE IF EXISTS, for the table and all that belongs to it.
        columns: the table's keys and features in order, with their dtypes.
    """

    table: str
    others: tuple[str, ...]
    create: tuple[str, ...]
    empty: tuple[str, ...]
    steps: tuple[Step, ...]
    changed: str
    drop: tuple[str, ...]
    columns: tuple[tuple[str, DType], ...]


def table_name(project: str, view: str) -> str:
    """Projects may share a schema: the project's name keeps their tables apart."""
    return f"{project}__{view}"


def _kept(name: str, engine: Dialect) -> str:
    """``name``, or where the engine would cut it one of its own that is not: two tables must not become one."""
    longest = engine.longest_name
    if longest is None or len(name) <= longest:
        return name
    return f"{name[: longest - 9]}_{hashlib.sha256(name.encode()).hexdigest()[:8]}"


def compile_materialize(
    view: FeatureView, schema: str, project: str, dialect: str = "duckdb"
) -> MaterializeSql:
    engine = dialect_named(dialect)
    target = target_table(schema, project, view, engine)
    keys = [k.name for k in view.join_keys]
    columns = _table_columns(view)
    others = []
    if engine.stores_tiles:
        # With windows or without: what it was before, its table may not be the only one.
        others = [engine.sql(name) for name in tables_of_windows(view, schema, project)]
    drop = tuple(statement("drop_table", engine, table=name) for name in (engine.sql(target), *others))
    return MaterializeSql(
        table=engine.sql(target),
        others=_needed(view, others),
        create=table_definition(view, schema, project, engine),
        empty=drop,
        steps=steps_of(view, schema, project, engine),
        changed=engine.sql(_changed([n for n, _ in (*columns, *_INTERNAL)], keys, target, engine)),
        drop=drop,
        columns=columns,
    )


def table_definition(view: FeatureView, schema: str, project: str, engine: Dialect) -> tuple[str, str]:
    """Return ``MaterializeSql.create``: the schema and the view's typed table, if they are not there."""
    name = engine.sql(target_table(schema, project, view, engine))
    return (
        statement("create_schema", engine, schema=engine.sql(identifier(schema))),
        statement("create_table", engine, table=name, columns=_definitions(view, engine)),
    )


def target_table(schema: str, project: str, view: FeatureView, engine: Dialect) -> exp.Table:
    name = _kept(table_name(project, view.name), engine)
    return exp.Table(this=identifier(name), db=identifier(schema))


def _next(schema: str, project: str, view: FeatureView, engine: Dialect) -> exp.Table:
    """What a run makes before it takes the table's place; no two views meet in it, and a view has one run at a time."""
    name = _kept(f"__fcompile_next__{table_name(project, view.name)}", engine)
    return exp.Table(this=identifier(name), db=identifier(schema))


def tables_of_windows(view: FeatureView, schema: str, project: str) -> tuple[exp.Table, ...]:
    """The tables of a windows view's tiles and of their digests: no view's table begins with an underscore."""
    names = (f"__{what}__{table_name(project, view.name)}" for what in ("tiles", "digests"))
    return tuple(exp.Table(this=identifier(name), db=identifier(schema)) for name in names)


def _needed(view: FeatureView, tiles_and_digests: Sequence[str]) -> tuple[str, ...]:
    """With a lookback, what became known since tells which tiles change, and not their digests."""
    if not view.windowed:
        return ()
    return tuple(tiles_and_digests if view.lookback is None else tiles_and_digests[:1])


def _stored(view: FeatureView, schema: str, project: str, engine: Dialect) -> StoredWindows:
    tiles, digests = tables_of_windows(view, schema, project)
    return StoredWindows(
        plan_window_table(view), target_table(schema, project, view, engine), tiles, digests, engine
    )


def _table_columns(view: FeatureView) -> tuple[tuple[str, DType], ...]:
    return (*((k.name, k.dtype) for k in view.join_keys), *((f.name, f.dtype) for f in view.features))


def _definitions(view: FeatureView, engine: Dialect) -> str:
    columns = (*_table_columns(view), *_INTERNAL)
    return ",\n".join(f"  {engine.sql(identifier(n))} {_type_text(t, engine)}" for n, t in columns)


@lru_cache(maxsize=1024)
def _type_text(dtype: DType, engine: Dialect) -> str:
    return engine.sql(lower_type(dtype, engine))


def steps_of(view: FeatureView, schema: str, project: str, engine: Dialect) -> tuple[Step, ...]:
    """Return only ``MaterializeSql.steps``: what `build` writes."""
    if view.windowed and engine.stores_tiles:
        return _stored(view, schema, project, engine).steps()
    target = target_table(schema, project, view, engine)
    content, used = table_content(view, schema, project, engine)
    # Those of a session meet no others.
    prefix = "" if engine.temporary_tables else f"{table_name(project, view.name)}_"
    script = staged(content, engine, schema, prefix)
    made = engine.sql(_next(schema, project, view, engine))
    merge = statement("replace_table", engine, table=engine.sql(target), next=made, select=script.text)
    return (*_made(script, used, engine), Step(merge, _read(merge, used, engine)), *_dropped(script))


def table_content(
    view: FeatureView, schema: str, project: str, engine: Dialect
) -> tuple[Statement, tuple[str, ...]]:
    """Return the SELECT of all that the view's table holds after a run without stored tiles, and its parameters."""
    target = target_table(schema, project, view, engine)
    if view.windowed:
        return lower_window_table(plan_window_table(view), target, engine), ("as_of", "sequence")
    used = ("as_of", "since", "sequence", "newest")
    return lower_latest(plan_latest(view), target, engine), used


def _made(script: Script, known: Sequence[str], engine: Dialect) -> Iterator[Step]:
    """The staged tables. One that an earlier run left behind goes first."""
    for stage in script.stages:
        yield Step(stage.drop, ())
        yield Step(stage.create, _read(stage.create, known, engine), (stage.comment,))


def _read(text: str, known: Sequence[str], engine: Dialect) -> tuple[str, ...]:
    """Those of the ``known`` parameters that stand in ``text``, outside its comments."""
    lines = [line for line in text.split("\n") if not line.lstrip().startswith("--")]
    marks = {name: engine.sql(engine.parameter(name)) for name in known}
    return tuple(name for name, mark in marks.items() if any(mark in line for line in lines))


def _dropped(script: Script) -> Iterator[Step]:
    return (Step(stage.drop, ()) for stage in reversed(script.stages))


def _changed(columns: Iterable[str], keys: list[str], target: exp.Table, engine: Dialect) -> exp.Select:
    newer = exp.GT(this=column(SEQUENCE), expression=engine.parameter("loaded"))
    return select(map(column, columns), target.copy(), where=[newer], order_by=[column(k) for k in keys])
