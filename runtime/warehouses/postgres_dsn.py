"""What a target's settings give libpq, and a DSN that would tell its password."""

from __future__ import annotations

from pydantic import SecretStr

from fcompile.compiler.errors import Diagnostic, FcompileError
from fcompile.compiler.schema.project import PostgresServer
from fcompile.runtime.warehouses.failures import CANNOT_OPEN


def connection_settings(settings: PostgresServer) -> dict[str, str]:
    """Return what libpq is given: the ``dsn`` first, and over it each key that is set beside it."""
    found: dict[str, str] = {} if settings.dsn is None else {"dsn": _plain(settings.dsn)}
    given: dict[str, object] = {
        "user": settings.user,
        "password": settings.password,
        "dbname": settings.database,
        "sslmode": settings.sslmode,
    }
    for name in ("host", "port"):
        # They have values of their own, which are not to stand over those of a dsn.
        if settings.dsn is None or name in settings.model_fields_set:
            given[name] = getattr(settings, name)
    return found | {name: _plain(value) for name, value in given.items() if value is not None}


def _plain(value: object) -> str:
    return value.get_secret_value() if isinstance(value, SecretStr) else str(value)


def has_open_password(dsn: str) -> bool:
    """Whether an ``@`` or ``/`` of a password stands in a URI as it is: the rest would be taken for host or database.

    >>> has_open_password("postgresql://u:p@ss@h/d"), has_open_password("postgresql://u:p%40ss@h/d?host=/a@b")
    (True, False)
    """
    scheme, mark, rest = dsn.partition("://")
    server, _, path = rest.partition("?")[0].partition("/")
    return bool(mark) and scheme in ("postgresql", "postgres") and (server.count("@") > 1 or "@" in path)


def unreadable() -> FcompileError:
    """What a DSN that cannot be read says, with nothing of it: any part may be one of a password."""
    hint = "write it as postgresql://user:password@host:5432/database, with %40 for @ and %2F for / in a password"
    return FcompileError(Diagnostic(CANNOT_OPEN, "the target's dsn cannot be read", hint=hint))
