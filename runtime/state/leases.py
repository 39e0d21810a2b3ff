"""The leases of a state; see ``runtime/state/lease.py`` for what they promise."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from fcompile.compiler.errors import Diagnostic, LockedError
from fcompile.runtime.state.connection import Connected
from fcompile.runtime.state.database import Sql
from fcompile.runtime.state.lease import LEASE_SECONDS, Lease, Owner, this_process

GREATER = "CASE WHEN value < ? THEN ? ELSE value + 1 END"
"""The next number, and not less than the milliseconds since 1970: a state that was lost, or came back from a backup,
does not give out again what rows and sleeping runs still bear."""
_DELETE = "DELETE FROM leases WHERE (project, target, view) = (?, ?, ?)"
_INSERT = (
    "INSERT INTO leases (project, target, view, token, host, pid, started, expires)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
)


class Leases(Connected):
    """Who may write which view of the target."""

    def acquire(
        self, views: Sequence[str], *, seconds: float = LEASE_SECONDS, owner: Owner | None = None
    ) -> Lease:
        """Take all of ``views`` or none; raise LockedError (FC501) naming who holds which."""
        me = owner or this_process()
        with self._writing() as sql:
            now = sql.now()
            held = [problem for view in views if (problem := self._holder(sql, view, now))]
            if held:
                raise LockedError(*held)
            token = _next_token(sql)
            process = (token, me.host, me.pid, me.started, now + seconds)
            sql.executemany(_DELETE, [self._key(view) for view in views])
            sql.executemany(_INSERT, [(*self._key(view), *process) for view in dict.fromkeys(views)])
        return Lease(token, tuple(views), me)

    def _holder(self, sql: Sql, view: str, now: float) -> Diagnostic | None:
        row = sql.execute(
            "SELECT host, pid, started, expires FROM leases WHERE (project, target, view) = (?, ?, ?)",
            self._key(view),
        ).fetchone()
        if row is None or row[3] <= now or Owner(*row[:3]).is_dead():
            return None
        message = f"`{view}` is being materialized by process {row[1]} on {row[0]}"
        return Diagnostic("FC501", message, hint="wait for it to end, then run again")

    def holders(self) -> Mapping[str, Owner]:
        """Return who holds which views of the target now; a process that is certainly dead holds none."""
        with self._reading() as sql:
            now = sql.now()
            rows = sql.execute(
                "SELECT view, expires, host, pid, started FROM leases WHERE project = ? AND target = ?",
                self._scope,
            ).fetchall()
        held = {view: Owner(*owner) for view, expires, *owner in rows if expires > now}
        return MappingProxyType({view: owner for view, owner in sorted(held.items()) if not owner.is_dead()})

    def renew(self, lease: Lease, *, seconds: float = LEASE_SECONDS) -> None:
        """Hold the lease for ``seconds`` more; raise LockedError (FC502) if somebody else took it."""
        with self._writing() as sql:
            for view in lease.views:
                self._check(sql, lease, view)
            sql.execute(
                "UPDATE leases SET expires = ? WHERE project = ? AND target = ? AND token = ?",
                (sql.now() + seconds, *self._scope, lease.token),
            )

    def release(self, lease: Lease) -> None:
        """Let go of what is still held; idempotent."""
        with self._writing() as sql:
            sql.execute(
                "DELETE FROM leases WHERE project = ? AND target = ? AND token = ?",
                (*self._scope, lease.token),
            )

    def _check(self, sql: Sql, lease: Lease, view: str) -> None:
        # An expired lease that nobody took is still ours: the token, not the time, decides.
        row = sql.execute(
            "SELECT token FROM leases WHERE (project, target, view) = (?, ?, ?)", self._key(view)
        ).fetchone()
        if row is None or row[0] != lease.token:
            message = f"the lease on `{view}` expired and another run took it; this run changed nothing more"
            raise LockedError(Diagnostic("FC502", message, hint="run again when the other run has ended"))


def _next_token(sql: Sql) -> int:
    # Projects share the numbers. The row stays locked until the transaction ends, so each gets its own.
    least = int(sql.now() * 1_000)
    sql.execute(f"UPDATE tokens SET value = {GREATER}", (least, least))  # noqa: S608
    row = sql.execute("SELECT value FROM tokens").fetchone()
    return int(row[0]) if row else least
