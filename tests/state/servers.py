"""The server of a state, and what may befall those who use it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from psycopg.conninfo import conninfo_to_dict, make_conninfo

from fcompile.compiler.schema.project import PostgresServer
from fcompile.runtime.postgres_server import server_of
from fcompile.runtime.state.postgres import PostgresDatabase
from tests.engines.servers import postgres_connection, postgres_database

SCHEMA = 'Some "state\'s" schema; DROP'


def database(uri: str, seconds: float = 10.0) -> PostgresDatabase:
    return PostgresDatabase(server_of(PostgresServer.model_validate({"dsn": uri})), SCHEMA, seconds)


def cut(uri: str) -> int:
    """End all other connections to the database; return how many there were."""
    with postgres_connection(uri) as connection:
        found = connection.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
        ).fetchall()
    return len(found)


@dataclass(frozen=True)
class Door:
    """A way to a new database that can be closed: a link to the server's socket in a folder of the test.

    Attributes:
        direct: the database's URI, whatever the door.
    """

    folder: Path
    direct: str

    @property
    def dsn(self) -> str:
        return make_conninfo(self.direct, host=str(self.folder))

    def open(self) -> None:
        known = conninfo_to_dict(self.direct)
        self._link.symlink_to(Path(str(known["host"])) / self._link.name)

    def close(self) -> None:
        """Refuse connections and end those that stand: to who comes this way, the server is down."""
        self._link.unlink()
        cut(self.direct)

    @property
    def _link(self) -> Path:
        return self.folder / f".s.PGSQL.{conninfo_to_dict(self.direct).get('port', 5432)}"


def open_door(folder: Path) -> Door:
    door = Door(folder, postgres_database())
    door.open()
    return door
