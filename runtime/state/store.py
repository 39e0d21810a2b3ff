"""The state of a project in one target: leases, load sequences, watermarks, intervals and run results.

One SQLite file. Each method is one transaction; a lease is checked inside the transaction that relies on it.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from types import MappingProxyType

from fcompile.compiler.errors import Diagnostic, FcompileError, LockedError
from fcompile.runtime.clock import from_micros, to_micros
from fcompile.runtime.state.intervals import Interval, coalesce
from fcompile.runtime.state.lease import Lease
from fcompile.runtime.state.leases import Leases
from fcompile.runtime.state.records import REBUILD, Pending, RunRecord, ViewState

RESULTS_KEPT = 100


class State(Leases):
    """Connect with ``open_state``."""

    def reopened(self) -> State:
        """Return another connection to the same state, for another thread."""
        return State(self.path, *self._scope, clock=self._clock)

    def view(self, name: str) -> ViewState:
        """Return what is known of a view; the empty ViewState if it never ran."""
        with self._reading() as sql:
            row = sql.execute(
                "SELECT watermark, loaded, store, fingerprint, pending_as_of, pending_fingerprint"
                " FROM views WHERE (project, target, view) = (?, ?, ?)",
                (*self._scope, name),
            ).fetchone()
            intervals = self._intervals(sql, name)
        return ViewState() if row is None else _view_state(row, intervals)

    def views(self) -> Mapping[str, ViewState]:
        """Return all views that ever ran in this target, sorted by name."""
        with self._reading() as sql:
            names = sql.execute(
                "SELECT view FROM views WHERE project = ? AND target = ? ORDER BY view", self._scope
            ).fetchall()
        return MappingProxyType({name: self.view(name) for (name,) in names})

    def begin(self, lease: Lease, view: str, pending: Pending) -> int:
        """Note durably that the warehouse is about to be touched; return the load's own, greater sequence."""
        with self._writing() as sql:
            self._check(sql, lease, view)
            sequence = self._next_sequence(sql, view)
            sql.execute(
                "INSERT OR IGNORE INTO views VALUES (?, ?, ?, NULL, 0, '', NULL, NULL, NULL)", self._key(view)
            )
            self._put_pending(sql, view, pending)
        return sequence

    def _next_sequence(self, sql: sqlite3.Connection, view: str) -> int:
        # Starting at the milliseconds since 1970, a state file that was lost does not give out the numbers
        # again that rows of the warehouse and the online store still bear. Targets share the numbers,
        # because two of them may share an online store.
        key = (self._scope[0], view)
        sql.execute("INSERT OR IGNORE INTO sequences VALUES (?, ?, ?)", (*key, int(time.time() * 1000)))
        sql.execute("UPDATE sequences SET value = value + 1 WHERE (project, view) = (?, ?)", key)
        row = sql.execute("SELECT value FROM sequences WHERE (project, view) = (?, ?)", key).fetchone()
        return int(row[0])

    def commit(self, lease: Lease, view: str, old: ViewState, new: ViewState, record: RunRecord) -> None:
        """Replace ``old`` by ``new`` and add the result, if lease and watermark are as they were.

        Raises:
            LockedError: FC502 the lease is lost, FC508 somebody moved the watermark meanwhile.
        """
        with self._writing() as sql:
            self._check(sql, lease, view)
            done = sql.execute(
                "UPDATE views SET watermark = ?, loaded = ?, store = ?, fingerprint = ?, pending_as_of = ?,"
                " pending_fingerprint = ? WHERE (project, target, view) = (?, ?, ?) AND watermark IS ?",
                (*_columns(new), *self._key(view), _micros(old.watermark)),
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

    def _put_pending(self, sql: sqlite3.Connection, view: str, pending: Pending | None) -> None:
        sql.execute(
            "UPDATE views SET pending_as_of = ?, pending_fingerprint = ?"
            " WHERE (project, target, view) = (?, ?, ?)",
            (*_pending_columns(pending), *self._key(view)),
        )

    def forget(self, view: str) -> None:
        """Remove everything about a view in this target but its sequence, which must not come back."""
        with self._writing() as sql:
            for table in ("views", "intervals", "results", "leases"):
                sql.execute(
                    f"DELETE FROM {table} WHERE (project, target, view) = (?, ?, ?)",  # noqa: S608
                    self._key(view),
                )

    def _key(self, view: str) -> tuple[str, str, str]:
        return (*self._scope, view)

    def _intervals(self, sql: sqlite3.Connection, view: str) -> tuple[Interval, ...]:
        rows = sql.execute(
            'SELECT "start", "end" FROM intervals WHERE (project, target, view) = (?, ?, ?)', self._key(view)
        )
        return coalesce((row[0], row[1]) for row in rows)

    def _put_intervals(self, sql: sqlite3.Connection, view: str, intervals: Sequence[Interval]) -> None:
        sql.execute("DELETE FROM intervals WHERE (project, target, view) = (?, ?, ?)", self._key(view))
        sql.executemany(
            "INSERT INTO intervals VALUES (?, ?, ?, ?, ?)", [(*self._key(view), s, e) for s, e in intervals]
        )

    def record(self, record: RunRecord) -> None:
        """Add the result of a run that changed nothing."""
        with self._writing() as sql:
            self._put_record(sql, record)

    def results(self, view: str) -> tuple[RunRecord, ...]:
        """Return the last runs of a view, newest first; at most ``RESULTS_KEPT``."""
        with self._reading() as sql:
            rows = sql.execute(
                "SELECT view, status, rows, seconds, as_of, finished, message FROM results"
                " WHERE (project, target, view) = (?, ?, ?) ORDER BY id DESC",
                self._key(view),
            ).fetchall()
        return tuple(_run_record(*row) for row in rows)

    def _put_record(self, sql: sqlite3.Connection, r: RunRecord) -> None:
        key = self._key(r.view)
        values = (r.status, r.rows, r.seconds, _micros(r.as_of), to_micros(r.finished), r.message)
        sql.execute("INSERT INTO results VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?)", (*key, *values))
        sql.execute(
            "DELETE FROM results WHERE (project, target, view) = (?, ?, ?) AND id NOT IN (SELECT id FROM"
            " results WHERE (project, target, view) = (?, ?, ?) ORDER BY id DESC LIMIT ?)",
            (*key, *key, RESULTS_KEPT),
        )


def open_state(config: object, root: Path, project: str, target: str) -> State:
    """Open the state that ``state:`` of fcompile.yaml names; raise FcompileError (FC9xx, FC506, FC507)."""
    kind = str(getattr(config, "type", ""))
    if kind != "sqlite":
        message = f"state of type `{kind}` is not there yet"
        raise FcompileError(Diagnostic("FC952", message, hint="write `state: {type: sqlite}`"))
    return State(root / str(getattr(config, "path", "")), project, target)


def _micros(instant: datetime | None) -> int | None:
    return None if instant is None else to_micros(instant)


def _instant(micros: int | None) -> datetime | None:
    return None if micros is None else from_micros(micros)


def _columns(state: ViewState) -> tuple[object, ...]:
    head = (_micros(state.watermark), state.loaded, state.store, state.fingerprint)
    return (*head, *_pending_columns(state.pending))


def _pending_columns(pending: Pending | None) -> tuple[object, object]:
    return (None, None) if pending is None else (to_micros(pending.as_of), pending.fingerprint)


_ViewRow = tuple[int | None, int, str, str | None, int | None, str | None]


def _view_state(row: _ViewRow, intervals: tuple[Interval, ...]) -> ViewState:
    watermark, loaded, store, fingerprint, as_of, pending_fingerprint = row
    pending = None if as_of is None else Pending(from_micros(as_of), pending_fingerprint or REBUILD)
    return ViewState(_instant(watermark), loaded, store, fingerprint, pending, intervals)


def _run_record(
    view: str, status: str, rows: int, seconds: float, as_of: int | None, finished: int, message: str
) -> RunRecord:
    return RunRecord(view, status, rows, seconds, _instant(as_of), from_micros(finished), message)
