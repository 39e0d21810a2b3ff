"""``fcompile debug``: a target tried step by step: its driver, connection, rights, sources, stores."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, suppress
from dataclasses import dataclass, field
from datetime import timedelta

from sqlglot import exp

from fcompile.compiler.definitions import FeatureView
from fcompile.compiler.errors import Diagnostic, FcompileError
from fcompile.compiler.lower.sql import identifier
from fcompile.compiler.statements import statement
from fcompile.dialects.base import Dialect
from fcompile.dialects.registry import DIALECTS
from fcompile.runtime.clock import show, utc_now
from fcompile.runtime.online.registry import open_online
from fcompile.runtime.project import Project
from fcompile.runtime.sources import check_sources
from fcompile.runtime.state import open_state
from fcompile.runtime.warehouses.base import Warehouse, scratch_suffix
from fcompile.runtime.warehouses.registry import open_warehouse

OK, FAIL, SKIP = "OK", "FAIL", "SKIP"
_INSTANT = "2026-01-02 03:04:05.678901"
_CLOCKS_APART = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Tried:
    """How one step ended: OK, FAIL or SKIP; ``said`` is what was found, or what went wrong."""

    step: str
    verdict: str
    said: str
    diagnostics: tuple[Diagnostic, ...] = ()


@dataclass
class _Trial:
    """What the steps share; a step raises FcompileError where it fails."""

    project: Project
    open: ExitStack
    warehouse: Warehouse | None = field(default=None)

    @property
    def connected(self) -> Warehouse:
        if self.warehouse is None:
            raise ValueError("no step after a failed connection runs")
        return self.warehouse

    @property
    def engine(self) -> Dialect:
        return DIALECTS[self.project.target.warehouse.type]

    def connect(self) -> str:
        self.warehouse = self.open.enter_context(closing(open_warehouse(self.project)))
        return f"{self.engine.name}, target `{self.project.target_name}`"

    def clock(self) -> str:
        now, here = self.connected.now(), utc_now()
        apart = abs(now - here)
        if apart > _CLOCKS_APART:
            return (
                f"{show(now)}, {apart.total_seconds():.0f} s from this machine's: runs go by the warehouse's"
            )
        return show(now)

    def microseconds(self) -> str:
        instant = exp.Cast(this=exp.Literal.string(_INSTANT), to=self.engine.scalar("timestamp"))
        ((found,),) = self.connected.rows(f"SELECT {self.engine.sql(instant)} AS {self.engine.quoted('at')}")
        if str(found) != _INSTANT:
            raise _failure(f"{_INSTANT} comes back as {found}", "set the session's time zone to UTC")
        return f"{_INSTANT} comes back as it is"

    def read(self) -> str:
        found = self.connected.tables()
        where = self.connected.default_schema
        return f"{len(found)} table{'' if len(found) == 1 else 's'}; one without a schema is of `{where}`"

    def write(self) -> str:
        schema = self.project.target.warehouse.schema_
        name = exp.Table(this=identifier(f"__fcompile_debug_{scratch_suffix()}"), db=identifier(schema))
        table, number = self.engine.sql(name), self.engine.sql(self.engine.scalar("int64"))
        one = f"SELECT CAST(1 AS {number}) AS {self.engine.quoted('n')}"
        self._execute("create_schema", schema=self.engine.quoted(schema))
        self._execute("create_table", table=table, columns=f"  {self.engine.quoted('n')} {number}")
        try:
            self._execute("insert", table=table, select=one)
            ((count,),) = self.connected.simple_rows(f"SELECT COUNT(*) FROM {table}")  # noqa: S608
        finally:
            self._execute("drop_table", table=table)
        if int(str(count)) != 1:
            raise _failure(f"a row was written to {table}, and {count} were read", "")
        return f"a table of schema `{schema}` was made, written, read and dropped"

    def _execute(self, name: str, **parts: str) -> None:
        self.connected.execute(statement(name, self.engine, **parts))

    def load(self) -> str:
        import pyarrow as pa

        parts = self.connected.load(pa.table({"n": pa.array([1, 2, 3], pa.int64())}))
        self.connected.drop(parts)
        return "rows of a data frame were loaded into a temporary table"

    def sources(self) -> str:
        definitions = self.project.definitions
        views: tuple[FeatureView, ...] = tuple(definitions.feature_views.values())
        labels = tuple(definitions.labels.values())
        every = tuple(definitions.sources.values())
        check_sources(self.connected, views, self.project.files, every, labels=labels)
        return f"{len(every)} source{'' if len(every) == 1 else 's'}, as declared"

    def online(self) -> str:
        project = self.project
        with closing(open_online(project.target.online, project.root, project.online_namespace)) as store:
            store.identity()
        return self.project.target.online.type

    def state(self) -> str:
        config, name = self.project.config, self.project.target_name
        with closing(open_state(config.state, self.project.root, config.project, name)):
            return config.state.type


def tried(project: Project) -> Iterator[Tried]:
    """Yield each step as it ends. Without a connection the steps that need it are skipped."""
    with ExitStack() as open_:
        trial = _Trial(project, open_)
        connection = _tried("connection", trial.connect)
        yield connection
        of_warehouse: dict[str, Callable[[], str]] = {
            "clock": trial.clock,
            "microseconds": trial.microseconds,
            "reading": trial.read,
            "writing": trial.write,
            "loading": trial.load,
            "sources": trial.sources,
        }
        for step, run in of_warehouse.items():
            yield _tried(step, run) if connection.verdict == OK else Tried(step, SKIP, "not connected")
        yield _tried("online store", trial.online)
        yield _tried("state", trial.state)
        with suppress(FcompileError):
            open_.close()


def _tried(step: str, run: Callable[[], str]) -> Tried:
    try:
        return Tried(step, OK, run())
    except FcompileError as error:
        said = "; ".join(problem.message for problem in error.diagnostics)
        return Tried(step, FAIL, said, error.diagnostics)


def _failure(message: str, hint: str) -> FcompileError:
    return FcompileError(Diagnostic("FC459", message, hint=hint))
