"""Sources whose rows can be deleted: each base table as a view of the rows known at the instant of the session.

A view of the session stands for each base table of a source. The session's variable ``fcompile_cut`` is the
instant; while it is NULL the views show all rows. Nothing of the user's is written.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from fcompile.compiler.compile import dialect_named
from fcompile.compiler.definitions import FeatureView, File, Query, Source, Table
from fcompile.compiler.lower.events import csv_types, time_of
from fcompile.compiler.nested import views_below
from fcompile.compiler.plan import rows_of
from fcompile.runtime.dynamic.closed import open_again
from fcompile.runtime.dynamic.queries import Base, Names, Read, Views, key_of, read_query
from fcompile.runtime.sources import relation_text
from fcompile.runtime.warehouses.base import Column, scratch_name
from fcompile.runtime.warehouses.duckdb import DuckDBWarehouse, dotted, quoted_name
from fcompile.runtime.warehouses.types import NULL, is_time

VARIABLE = "fcompile_cut"
AT = f"getvariable('{VARIABLE}')"

_DUCKDB = dialect_named("duckdb")


@dataclass(frozen=True, slots=True)
class Known:
    """When rows of a relation were known, as expressions of its columns (naive UTC): NULL is never.

    ``event``: when what they say happened, or began.
    """

    at: str
    event: str


@dataclass(frozen=True, slots=True)
class CutTable:
    """A base table; ``known`` None: nothing says when its rows were known, and all of them stay."""

    shown: str
    text: str
    known: Known | None


@dataclass(frozen=True, slots=True)
class CutSource:
    """A source of which rows can be deleted.

    Attributes:
        source: the same, read through the views that are cut.
        text: its rows, as what FROM reads.
        visible: of its rows: the instant from which each can be seen.
    """

    source: Source
    text: str
    visible: str
    tables: tuple[CutTable, ...]


@dataclass(frozen=True)
class Cuts:
    """Makes cut sources, each once, on an open DuckDB.

    Attributes:
        declared: all sources of the project: one may say when rows were known that the query of another reads.
        views: the feature views that are looked at; their keys tell which rows follow one another.
    """

    warehouse: DuckDBWarehouse
    declared: Sequence[Source]
    views: Sequence[FeatureView]
    made: dict[str, CutSource] = field(default_factory=dict)

    def source(self, source: Source) -> CutSource:
        if source.name not in self.made:
            self.made[source.name] = self._cut(source)
        return self.made[source.name]

    def of_entities(self, source: Source, condition: str, keys: Sequence[str]) -> CutSource:
        """Return the source with only the rows of some entities, where it is a table or a file.

        What its SQL reads of other entities cannot be seen there: it is all made by the compiler, which joins on keys.
        A query is left whole, for it may read anything.
        """
        cut = self.source(source)
        if isinstance(cut.source.relation, Query):
            return cut
        (table,) = cut.tables
        rows = self.warehouse.stage(f"SELECT * FROM {table.text} WHERE {condition}")  # noqa: S608
        few = replace(table, text=dotted(rows))
        name = self._view(few, [keys])
        return CutSource(replace(cut.source, relation=Table((name,))), quoted_name(name), cut.visible, (few,))

    def _cut(self, source: Source) -> CutSource:
        sql = self._query(source)
        if sql is not None:
            return self._cut_query(source, sql)
        types = dict(csv_types(source, tuple(rows_of(view) for view in self._readers(source))))
        text = relation_text(source.relation, types, "duckdb")
        if types:
            text = dotted(self.warehouse.stage(f"SELECT * FROM {text}"))  # noqa: S608
        table = CutTable(_shown(source), text, known_of(source))
        name = self._view(table, self._keys(source))
        visible = f"greatest({table.known.event}, {table.known.at})" if table.known else "NULL"
        return CutSource(replace(source, relation=Table((name,))), quoted_name(name), visible, (table,))

    def _query(self, source: Source) -> str | None:
        """Return the SELECT that the source is, also where that is a view of the database."""
        if isinstance(source.relation, Query):
            return source.relation.sql.strip().rstrip(";")
        if isinstance(source.relation, Table):
            key = key_of(source.relation, self.warehouse.default_schema)
            if key[1:] in self._views:
                return f"SELECT * FROM {relation_text(source.relation, {}, 'duckdb')}"  # noqa: S608
        return None

    def _cut_query(self, source: Source, sql: str) -> CutSource:
        names: dict[Names, str] = {}
        default = self.warehouse.default_schema
        read = read_query(sql, self._views, default, lambda b: names.setdefault(b.key, scratch_name()))
        columns = {n: self.warehouse.describe(f"SELECT * FROM {b.text}") for n, b in read.bases.items()}  # noqa: S608
        times = _Times(source, read, columns, self.declared, default)
        tables = []
        for name, base in read.bases.items():
            table = CutTable(base.text, base.text, times.of(name, base))
            self._view(table, self._keys(source), name)
            tables.append(table)
        text = f"(\n{read.sql}\n) AS query"
        known = known_of(source)
        visible = f"greatest({known.event}, {known.at})"
        return CutSource(replace(source, relation=Query(read.sql)), text, visible, tuple(tables))

    def _view(self, table: CutTable, keys: Sequence[Sequence[str]], name: str = "") -> str:
        """Make the view of the session that is cut, and return its name."""
        name = name or scratch_name()
        if table.known is None:
            self._make(name, f"SELECT * FROM {table.text}")  # noqa: S608
            return name
        columns = self.warehouse.describe(f"SELECT * FROM {table.text}")  # noqa: S608
        rows, shown = open_again(
            self.warehouse, table.text, columns, keys, table.known.at, table.known.event, AT
        )
        self._make(name, f"SELECT {shown} FROM {rows} WHERE {AT} IS NULL OR {table.known.at} <= {AT}")  # noqa: S608
        return name

    def _make(self, name: str, select: str) -> None:
        self.warehouse.execute(f"CREATE TEMPORARY VIEW {quoted_name(name)} AS {select}")

    def _readers(self, source: Source) -> list[FeatureView]:
        ends = ((view, *views_below(view.source))[-1] for view in self.views)
        return [view for view in dict.fromkeys(ends) if view.source.name == source.name]

    def _keys(self, source: Source) -> list[list[str]]:
        return [[key.name for key in view.join_keys] for view in self._readers(source) if view.join_keys]

    @property
    def _views(self) -> Views:
        found = self.warehouse.simple_rows(
            "SELECT lower(schema_name), lower(view_name), sql FROM duckdb_views() "
            "WHERE NOT internal AND NOT temporary AND database_name = current_database()"
        )
        return {(str(schema), str(name)): str(sql) for schema, name, sql in found}


@dataclass(frozen=True, slots=True)
class _Times:
    """Finds when the rows of a query's base tables were known."""

    source: Source
    read: Read
    columns: Mapping[str, Sequence[Column]]
    declared: Sequence[Source]
    default_schema: str

    def of(self, name: str, base: Base) -> Known | None:
        """As the proof sees it: what sources of that table say, then the times of the query's rows, then event times.

        ``static`` tables keep all rows.
        """
        if base.key in {
            key_of(Table(tuple(t.split("."))), self.default_schema) for t in _static(self.source)
        }:
            return None
        same = [s for s in self.declared if key_of(s.relation, self.default_schema) == base.key]
        event = self._traced(self.source.timestamp_field, name)
        if told := [known_of(each) for each in same if each.available_at or each.availability_lag]:
            return Known(_latest([each.at for each in told]), told[0].event)
        known = self._traced(self.source.available_at, name) if self.source.available_at else None
        if known is not None or event is not None:
            return Known(known or event or "", event or known or "")
        return known_of(same[0]) if same else None

    def _traced(self, column: str, name: str) -> str | None:
        """Return the latest of the base table's times from which ``column`` is made; None where there is none."""
        types = {n: {c.name: c.kind for c in columns} for n, columns in self.columns.items()}
        behind = self.read.columns_behind(column, types).get(name, {})
        kinds = {c.name.lower(): c for c in self.columns[name]}
        found = (_as_time(kinds[c.lower()], made) for c, made in behind.items() if c.lower() in kinds)
        times = [time for time in found if time is not None]
        return _latest(times) if times else None


def known_of(source: Source) -> Known:
    """Return when rows of a source were known, as it says itself (SPEC 4)."""
    event = time_of(source.timestamp_field, source, _DUCKDB)
    if source.available_at:
        at = time_of(source.available_at, source, _DUCKDB)
    else:
        at = _DUCKDB.after(event.copy(), source.availability_lag) if source.availability_lag else event
    return Known(_DUCKDB.sql(at), _DUCKDB.sql(event))


def _latest(times: Sequence[str]) -> str:
    distinct = list(dict.fromkeys(times))
    return distinct[0] if len(distinct) == 1 else f"greatest({', '.join(distinct)})"


def _as_time(column: Column, made: str) -> str | None:
    """Return the column as naive UTC; ``made``: as the query makes a time of it, which counts where it is none."""
    name = quoted_name(column.name)
    if is_time(column.kind):
        return f"CAST({name} AS TIMESTAMP)"
    if made:
        return f"CAST({made} AS TIMESTAMP)"
    if column.kind in ("VARCHAR", NULL):
        return f"CAST(TRY_CAST({name} AS TIMESTAMPTZ) AS TIMESTAMP)"
    return None


def _static(source: Source) -> tuple[str, ...]:
    return source.static


def _shown(source: Source) -> str:
    match source.relation:
        case Table(parts):
            return ".".join(parts)
        case File(path):
            return path
    return source.name
