"""The state of a project in one target: leases, load sequences, watermarks, intervals and run results.

Each method is one transaction; a lease is checked inside the transaction that relies on it.
"""

# ruff: noqa: S608 - the texts are put together from constants of this package

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from types import MappingProxyType

from fcompile.compiler.errors import Diagnostic, LockedError
from fcompile.compiler.schema.project import PostgresState, SqliteState
from fcompile.runtime.state.columns import (
    NO_WATERMARK,
    VIEW_COLUMNS,
    erasure_of,
    pending_values,
    run_record_of,
    run_values,
    view_state_of,
    view_values,
    watermark_value,
)
from fcompile.runtime.state.database import Database, Sql
from fcompile.runtime.state.intervals import Interval, coalesce
from fcompile.runtime.state.lease import Lease
from fcompile.runtime.state.leases import GREATER, Leases
from fcompile.runtime.state.records import REBUILD, Erasure, Pending, RunRecord, ViewState
from fcompile.runtime.state.sqlite import SqliteDatabase

RESULTS_KEPT = 100
_OF_VIEW = "WHERE (project, target, view) = (?, ?, ?)"


class State(Leases):
    """Connect with ``open_state``."""

    def reopened(self) -> State:
        """Return another connection to the same state, for another thread."""
        return State(self._database.reopened(), *self._scope)

    def view(self, name: str) -> ViewState:
        """Return what is known of a view; the empty ViewState if it never ran."""
        with self._reading() as sql:
            return self._view(sql, name)

    def views(self) -> Mapping[str, ViewState]:
        """Return all views that ever ran in this target, sorted by name, as of one instant."""
        with self._reading() as sql:
            found = sql.execute("SELECT view FROM views WHERE project = ? AND target = ?", self._scope)
            return MappingProxyType({name: self._view(sql, name) for (name,) in sorted(found.fetchall())})

    def _view(self, sql: Sql, name: str) -> ViewState:
        row = sql.execute(
            f"SELECT {', '.join(VIEW_COLUMNS)} FROM views {_OF_VIEW}", self._key(name)
        ).fetchone()
        return ViewState() if row is None else view_state_of(row, self._intervals(sql, name))

    def begin(self, lease: Lease, view: str, pending: Pending) -> int:
        """Note durably that the warehouse is about to be touched; return the load's own, greater sequence."""
        with self._writing() as sql:
            self._check(sql, lease, view)
            sequence = self._next_sequence(sql, view)
            sql.execute(
                "INSERT INTO views (project, target, view, loaded, store) VALUES (?, ?, ?, 0, '')"
                " ON CONFLICT DO NOTHING",
                self._key(view),
            )
            self._put_pending(sql, view, pending)
        return sequence

    def next_sequence(self, view: str) -> int:
        """Return a load sequence greater than all before it, for rows that come without a lease."""
        with self._writing() as sql:
            return self._next_sequence(sql, view)

    def _next_sequence(self, sql: Sql, view: str) -> int:
        # Targets share the numbers, because two of them may share an online store.
        key, least = (self._scope[0], view), int(sql.now() * 1_000)
        sql.execute(
            "INSERT INTO sequences (project, view, value) VALUES (?, ?, 0) ON CONFLICT DO NOTHING", key
        )
        sql.execute(
            f"UPDATE sequences SET value = {GREATER} WHERE (project, view) = (?, ?)", (least, least, *key)
        )
        row = sql.execute("SELECT value FROM sequences WHERE (project, view) = (?, ?)", key).fetchone()
        return int(row[0]) if row else least

    def commit(self, lease: Lease, view: str, old: ViewState, new: ViewState, record: RunRecord) -> None:
        """Replace ``old`` by ``new`` and add the result, if lease and watermark are as they were.

        Raises:
            LockedError: FC502 the lease is lost, FC508 somebody moved the watermark meanwhile.
        """
        with self._writing() as sql:
            self._check(sql, lease, view)
            sets = ", ".join(f"{column} = ?" for column in VIEW_COLUMNS)
            done = sql.execute(
                f"UPDATE views SET {sets} {_OF_VIEW} AND coalesce(watermark, ?) = ?",
                (*view_values(new), *self._key(view), NO_WATERMARK, watermark_value(old)),
            )
            if done.rowcount != 1:
                message = f"the watermark of `{view}` moved during this run"
                raise LockedError(Diagnostic("FC508", message, hint="run again"))
            self._put_intervals(sql, view, coalesce(new.intervals))
            self._put_record(sql, record)

    def withdraw(self, lease: Lease, view: str, pending: Pending | None) -> None:
        """Take back what ``begin`` noted, after the warehouse has certainly rolled back."""
        with self._writing() as sql:
            self._check(sql, lease, view)
            self._put_pending(sql, view, pending)

    def suspect(self, view: str, as_of: datetime) -> None:
        """Have the next run rebuild the table, which a run without a lease may have written."""
        with self._writing() as sql:
            self._put_pending(sql, view, Pending(as_of, REBUILD))

    def _put_pending(self, sql: Sql, view: str, pending: Pending | None) -> None:
        sql.execute(
            f"UPDATE views SET pending_as_of = ?, pending_fingerprint = ? {_OF_VIEW}",
            (*pending_values(pending), *self._key(view)),
        )

    def forget(self, view: str) -> None:
        """Remove what is known of a view in this target, but its erasures, and its sequence: it must not come back."""
        with self._writing() as sql:
            for table in ("views", "intervals", "results", "leases"):
                sql.execute(f"DELETE FROM {table} {_OF_VIEW}", self._key(view))

    def _intervals(self, sql: Sql, view: str) -> tuple[Interval, ...]:
        rows = sql.execute(f'SELECT "start", "end" FROM intervals {_OF_VIEW}', self._key(view)).fetchall()
        return coalesce((start, end) for start, end in rows)

    def _put_intervals(self, sql: Sql, view: str, intervals: Sequence[Interval]) -> None:
        sql.execute(f"DELETE FROM intervals {_OF_VIEW}", self._key(view))
        sql.executemany(
            'INSERT INTO intervals (project, target, view, "start", "end") VALUES (?, ?, ?, ?, ?)',
            [(*self._key(view), start, end) for start, end in intervals],
        )

    def record(self, record: RunRecord) -> None:
        """Add the result of a run that changed nothing."""
        with self._writing() as sql:
            self._put_record(sql, record)

    def results(self, view: str) -> tuple[RunRecord, ...]:
        """Return the last runs of a view, newest first; at most ``RESULTS_KEPT``."""
        with self._reading() as sql:
            rows = sql.execute(
                "SELECT view, status, rows, seconds, as_of, finished, message"
                f" FROM results {_OF_VIEW} ORDER BY id DESC",
                self._key(view),
            ).fetchall()
        return tuple(run_record_of(row) for row in rows)

    def _put_record(self, sql: Sql, record: RunRecord) -> None:
        key = self._key(record.view)
        sql.execute(
            "INSERT INTO results (project, target, view, status, rows, seconds, as_of, finished, message)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (*key, *run_values(record)),
        )
        sql.execute(
            f"DELETE FROM results {_OF_VIEW}"
            f" AND id NOT IN (SELECT id FROM results {_OF_VIEW} ORDER BY id DESC LIMIT ?)",
            (*key, *key, RESULTS_KEPT),
        )

    def record_erasure(self, view: str, keys: int, rows: int = 0) -> None:
        """Note that ``keys`` entities were erased from the view, and with them ``rows``, by the state's clock."""
        with self._writing() as sql:
            sql.execute(
                "INSERT INTO erasures (project, target, view, erased_at, keys, rows) VALUES (?, ?, ?, ?, ?, ?)",
                (*self._key(view), int(sql.now() * 1_000_000), keys, rows),
            )

    def erasures(self, view: str) -> tuple[Erasure, ...]:
        """Return all that were ever noted, newest first; a teardown does not forget them."""
        with self._reading() as sql:
            rows = sql.execute(
                f"SELECT view, erased_at, keys, rows FROM erasures {_OF_VIEW} ORDER BY id DESC",
                self._key(view),
            ).fetchall()
        return tuple(erasure_of(row) for row in rows)


def open_state(config: SqliteState | PostgresState, root: Path, project: str, target: str) -> State:
    """Open the state that ``state:`` of fcompile.yaml names, making it or bringing it forward if need be.

    Raises:
        FcompileError: FC506 it cannot be used, FC507 it is another program's or a newer one, FC960 other tables.
        UnavailableError: FC961, or FC506 for a locked file.
    """
    return State(_database(config, root), project, target)


def _database(config: SqliteState | PostgresState, root: Path) -> Database:
    if isinstance(config, SqliteState):
        return SqliteDatabase(root / config.path)
    from fcompile.runtime.postgres_server import server_of
    from fcompile.runtime.state.postgres import PostgresDatabase

    return PostgresDatabase(server_of(config), config.schema_)
