"""Definitions to SQL text: the compiler's front door. Pure: same input, same bytes.

``Request + Spine -> TrainingSet -> (passes) -> Statement -> text`` for training sets, and
``FeatureView -> Latest -> Statement -> text`` for materialization.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from sqlglot import exp

from fcompile.compiler.definitions import FeatureView, Label, Table
from fcompile.compiler.dtypes import INT64, TIMESTAMP, DType
from fcompile.compiler.errors import Diagnostic, UsageError, did_you_mean
from fcompile.compiler.ir import Spine, SpineColumn
from fcompile.compiler.lower.historical import lower_training_set, match_labels
from fcompile.compiler.lower.latest import lower_latest
from fcompile.compiler.lower.names import CREATED, EVENT, SEQUENCE
from fcompile.compiler.lower.sql import column, identifier, named, select
from fcompile.compiler.lower.types import lower_type
from fcompile.compiler.plan import plan_latest, plan_training_set
from fcompile.compiler.request import Request
from fcompile.compiler.rewrites import rewrite
from fcompile.compiler.statements import statement
from fcompile.compiler.tuning import UNTUNED, Tuning
from fcompile.dialects.base import Dialect
from fcompile.dialects.registry import DIALECTS, PLANNED

__all__ = [
    "HistoricalSql",
    "MaterializeSql",
    "Spine",
    "SpineColumn",
    "canonical_spine",
    "compile_historical",
    "compile_materialize",
    "dialect_named",
    "table_name",
]


_INTERNAL = ((EVENT, TIMESTAMP), (CREATED, TIMESTAMP), (SEQUENCE, INT64))


@dataclass(frozen=True, slots=True)
class HistoricalSql:
    """The training set as SQL.

    Attributes:
        select: one SELECT: the spine's columns, then the features in the request's order; rows in
            the spine's order.
        counted: the same, followed by a BOOLEAN column for each of ``match_columns``: an event of
            that view matched within its ttl.
        columns: name and dtype of each feature column, then of each label.
        match_columns: (the view's label, its column in ``counted``).
        parameters: named parameters of both: ``as_of``, a TIMESTAMP, where labels are asked for.
    """

    select: str
    counted: str
    columns: tuple[tuple[str, DType], ...]
    match_columns: tuple[tuple[str, str], ...]
    parameters: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MaterializeSql:
    """The statements that keep a view's latest row per entity in the warehouse.

    The table has the join keys and features under their own names and dtypes, then ``__event``
    (TIMESTAMP), ``__created`` (TIMESTAMP, may be NULL) and ``__sequence`` (BIGINT: the load that last
    changed the row).

    Named parameters (``$name``):
        as_of: TIMESTAMP; values as of this instant (known time <= as_of, < where exact matches are off).
        since: TIMESTAMP or NULL; only entities with a row known after it are looked at. NULL = all.
        sequence: BIGINT of this run, given to the rows whose content changes.
        newest: BOOLEAN; TRUE when as_of >= the watermark: at equal (event, created) the new row wins.
        loaded: BIGINT; rows with a greater sequence are what ``changed`` exports.

    Attributes:
        table: the table's quoted name.
        create: statements to run before every merge; they change nothing where the table exists.
        empty: replaces the table by an empty one: a full refresh is ``empty`` then ``merge`` in one transaction.
        merge: CREATE OR REPLACE TABLE ... AS; parameters as_of, since, sequence, newest.
        changed: SELECT of keys, features, times and sequence; parameter loaded; ordered by key.
        floor: SELECT of MIN(__sequence) and the number of rows.
        drop: DROP TABLE IF EXISTS.
        columns: the table's keys and features in order, with their dtypes.
    """

    table: str
    create: tuple[str, ...]
    empty: str
    merge: str
    changed: str
    floor: str
    drop: str
    columns: tuple[tuple[str, DType], ...]


def dialect_named(name: str) -> Dialect:
    """Return the dialect; raise ``UsageError`` for one that does not exist or does not exist yet."""
    if name in DIALECTS:
        return DIALECTS[name]
    if name in PLANNED:
        message = f"the dialect `{name}` is not there yet; this version has {', '.join(DIALECTS)}"
        raise UsageError(Diagnostic("FC910", message))
    hint = did_you_mean(name, [*DIALECTS, *PLANNED])
    raise UsageError(Diagnostic("FC283", f"`{name}` is not a dialect", hint=hint))


def canonical_spine(request: Request, labels: Sequence[Label] = ()) -> Spine:
    """Return the spine that committed SQL is written for: a table ``spine`` of join keys and event_timestamp."""
    kinds: dict[str, str] = {}
    for selected in request.selected:
        for key in selected.view.join_keys:
            kinds.setdefault(selected.spine_key(key.name), key.dtype.kind)
    for label in labels:
        for key in label.join_keys:
            kinds.setdefault(key.name, key.dtype.kind)
    columns = [SpineColumn(name, kind) for name, kind in kinds.items()]
    return Spine(Table(("spine",)), (*columns, SpineColumn("event_timestamp", "timestamp")))


def compile_historical(
    request: Request,
    spine: Spine,
    dialect: str = "duckdb",
    labels: Sequence[Label] = (),
    tuning: Tuning = UNTUNED,
) -> HistoricalSql:
    """Return the SQL that joins ``request`` to ``spine``; the spine's columns were checked against it."""
    engine = dialect_named(dialect)
    plan = rewrite(plan_training_set(request, spine, labels, tuning))
    columns = [(c.name, c.feature.dtype) for c in request.columns]
    return HistoricalSql(
        select=lower_training_set(plan, engine).text(),
        counted=lower_training_set(plan, engine, counted=True).text(),
        columns=(*columns, *((label.name, label.feature.dtype) for label in labels)),
        match_columns=tuple((label, f"__matched_{n}") for n, label in enumerate(match_labels(plan), 1)),
        parameters=("as_of",) if labels else (),
    )


def historical_text(
    request: Request,
    spine: Spine,
    engine: Dialect,
    labels: Sequence[Label] = (),
    tuning: Tuning = UNTUNED,
) -> str:
    """Return only ``HistoricalSql.select``: what `build` writes."""
    return lower_training_set(rewrite(plan_training_set(request, spine, labels, tuning)), engine).text()


def table_name(project: str, view: str) -> str:
    """Projects may share a schema: the project's name keeps their tables apart."""
    return f"{project}__{view}"


def compile_materialize(
    view: FeatureView, schema: str, project: str, dialect: str = "duckdb"
) -> MaterializeSql:
    engine = dialect_named(dialect)
    target = _target(schema, project, view)
    keys = [k.name for k in view.join_keys]
    columns = _table_columns(view)
    return MaterializeSql(
        table=engine.sql(target),
        create=table_definition(view, schema, project, engine),
        empty=statement("empty_table", engine, table=engine.sql(target), columns=_definitions(view, engine)),
        merge=merge_text(view, schema, project, engine),
        changed=engine.sql(_changed([n for n, _ in (*columns, *_INTERNAL)], keys, target)),
        floor=engine.sql(_floor(target)),
        drop=statement("drop_table", engine, table=engine.sql(target)),
        columns=columns,
    )


def table_definition(view: FeatureView, schema: str, project: str, engine: Dialect) -> tuple[str, str]:
    """Return ``MaterializeSql.create``: the schema and the view's typed table, if they are not there."""
    name = engine.sql(_target(schema, project, view))
    return (
        statement("create_schema", engine, schema=engine.sql(identifier(schema))),
        statement("create_table", engine, table=name, columns=_definitions(view, engine)),
    )


def _target(schema: str, project: str, view: FeatureView) -> exp.Table:
    return exp.Table(this=identifier(table_name(project, view.name)), db=identifier(schema))


def _table_columns(view: FeatureView) -> tuple[tuple[str, DType], ...]:
    return (*((k.name, k.dtype) for k in view.join_keys), *((f.name, f.dtype) for f in view.features))


def _definitions(view: FeatureView, engine: Dialect) -> str:
    columns = (*_table_columns(view), *_INTERNAL)
    return ",\n".join(f"  {engine.sql(identifier(n))} {_type_text(t, engine)}" for n, t in columns)


@lru_cache(maxsize=1024)
def _type_text(dtype: DType, engine: Dialect) -> str:
    return engine.sql(lower_type(dtype, engine))


def merge_text(view: FeatureView, schema: str, project: str, engine: Dialect) -> str:
    """Return only ``MaterializeSql.merge``: what `build` writes."""
    target = _target(schema, project, view)
    select_text = lower_latest(plan_latest(view), target, engine).text()
    return statement("replace_table", engine, table=engine.sql(target), select=select_text)


def _changed(columns: Iterable[str], keys: list[str], target: exp.Table) -> exp.Select:
    newer = exp.GT(this=column(SEQUENCE), expression=exp.Placeholder(this="loaded"))
    return select(map(column, columns), target.copy(), where=[newer], order_by=[column(k) for k in keys])


def _floor(target: exp.Table) -> exp.Select:
    lowest = named(exp.Min(this=column(SEQUENCE)), "lowest")
    return select([lowest, named(exp.Count(this=exp.Star()), "entities")], target.copy())
