"""The leases of a state file; see ``runtime/state/lease.py`` for what they promise."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from fcompile.compiler.errors import Diagnostic, LockedError
from fcompile.runtime.state.connection import Connected
from fcompile.runtime.state.lease import LEASE_SECONDS, Lease, Owner, this_process


class Leases(Connected):
    """Who may write which view of the target."""

    def acquire(
        self, views: Sequence[str], *, seconds: float = LEASE_SECONDS, owner: Owner | None = None
    ) -> Lease:
        """Take all of ``views`` or none; raise LockedError (FC501) naming who holds which."""
        me = owner or this_process()
        with self._writing() as sql:
            held = [problem for view in views if (problem := self._holder(sql, view))]
            if held:
                raise LockedError(*held)
            sql.execute("UPDATE tokens SET value = value + 1")
            token = int(sql.execute("SELECT value FROM tokens").fetchone()[0])
            expires = self._clock() + seconds
            sql.executemany(
                "INSERT OR REPLACE INTO leases VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                [(*self._scope, v, token, me.host, me.pid, me.started, expires) for v in views],
            )
        return Lease(token, tuple(views), me)

    def _holder(self, sql: sqlite3.Connection, view: str) -> Diagnostic | None:
        row = sql.execute(
            "SELECT host, pid, started, expires FROM leases WHERE (project, target, view) = (?, ?, ?)",
            (*self._scope, view),
        ).fetchone()
        if row is None or row[3] <= self._clock() or Owner(*row[:3]).is_dead():
            return None
        message = f"`{view}` is being materialized by process {row[1]} on {row[0]}"
        return Diagnostic("FC501", message, hint="wait for it to end, then run again")

    def renew(self, lease: Lease, *, seconds: float = LEASE_SECONDS) -> None:
        """Hold the lease for ``seconds`` more; raise LockedError (FC502) if somebody else took it."""
        with self._writing() as sql:
            for view in lease.views:
                self._check(sql, lease, view)
            sql.execute(
                "UPDATE leases SET expires = ? WHERE project = ? AND target = ? AND token = ?",
                (self._clock() + seconds, *self._scope, lease.token),
            )

    def release(self, lease: Lease) -> None:
        """Let go of what is still held; idempotent."""
        with self._writing() as sql:
            sql.execute(
                "DELETE FROM leases WHERE project = ? AND target = ? AND token = ?",
                (*self._scope, lease.token),
            )

    def _check(self, sql: sqlite3.Connection, lease: Lease, view: str) -> None:
        # An expired lease that nobody took is still ours: the token, not the time, decides.
        row = sql.execute(
            "SELECT token FROM leases WHERE (project, target, view) = (?, ?, ?)", (*self._scope, view)
        ).fetchone()
        if row is None or row[0] != lease.token:
            message = f"the lease on `{view}` expired and another run took it; this run changed nothing more"
            raise LockedError(Diagnostic("FC502", message, hint="run again when the other run has ended"))
