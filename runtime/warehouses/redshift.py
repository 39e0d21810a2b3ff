"""Amazon Redshift through psycopg 3: the session of PostgreSQL's adapter, with what Redshift has otherwise.

No Redshift runs on a developer's machine: the tests run these statements on PostgreSQL, where the two agree.
Pages are those of docs.aws.amazon.com/redshift/latest/dg. Its COPY reads and UNLOAD writes buckets of S3 only, which a
target does not have: rows go in as literals of INSERT, so that a large spine is better kept as a table, and come out
of a cursor.
"""

from __future__ import annotations

from collections.abc import Generator
from contextlib import nullcontext, suppress
from datetime import datetime
from typing import TYPE_CHECKING, Any, cast

from fcompile.compiler.schema.project import RedshiftWarehouse as Settings
from fcompile.runtime.extras import driver
from fcompile.runtime.warehouses.adapter import batches_of, schema_of
from fcompile.runtime.warehouses.base import Column, Parts
from fcompile.runtime.warehouses.inserts import inserts
from fcompile.runtime.warehouses.postgres import PostgresWarehouse
from fcompile.runtime.warehouses.postgres_failures import cannot_open, postgres_errors, refuses_for_now
from fcompile.runtime.warehouses.redshift_types import arrow_value, column_type, literal
from fcompile.runtime.warehouses.retry import retried

if TYPE_CHECKING:
    import pyarrow as pa

    from fcompile.runtime.project import Project

# r_SET: what changes answers, or the text in which they come.
_SESSION = """
SET timezone TO 'UTC';
SET datestyle TO 'ISO, MDY';
SET extra_float_digits TO 2
"""
_BATCH = 10_000
_MOST_CHARACTERS = 4_000_000
"""c_redshift-sql: a statement has at most 16 MB."""
_CURSOR = "__fcompile_rows"
VARBYTE = 6551
"""The number of the type; its values come as hexadecimal digits."""


def connect(project: Project, read_only: bool = False) -> RedshiftWarehouse:
    """Open the target's cluster or workgroup; a refused connection is tried again for some seconds.

    Raises FcompileError: FC450 it refuses for now, FC451 it cannot be opened; UsageError (FC422) without psycopg.
    """
    settings = cast(Settings, project.target.warehouse)
    driver("psycopg", "redshift")
    import psycopg

    where = f"Redshift at {settings.host}, database {settings.database},"
    try:
        connection = retried(lambda: _opened(settings), refuses_for_now)
        connection.execute(_SESSION)
    except psycopg.Error as error:
        raise cannot_open(error, where) from None
    return RedshiftWarehouse(connection)


def _opened(settings: Settings) -> Any:
    import psycopg

    return psycopg.connect(
        host=settings.host,
        port=settings.port,
        user=settings.user,
        password=settings.password.get_secret_value(),
        dbname=settings.database,
        sslmode=settings.sslmode or "require",
        application_name="fcompile",
        # Redshift calls it UNICODE otherwise, which psycopg does not know.
        client_encoding="utf8",
        autocommit=True,
        prepare_threshold=None,
    )


class RedshiftWarehouse(PostgresWarehouse):
    """A session. Temporary tables are the session's own and are gone with it, also when the process is killed."""

    dialect = "redshift"
    folds_case = True

    def load(self, table: pa.Table | pa.RecordBatchReader) -> Parts:
        name = self.empty_table(table.schema, column_type)
        with nullcontext() if self._in_transaction else self.transaction():
            for statement in inserts(self.dotted(name), batches_of(table), literal, _MOST_CHARACTERS):
                self.execute(statement)
        self._analyze(name)
        return name

    def now(self) -> datetime:
        # r_SYSDATE: in the session's zone.
        ((now,),) = self.simple_rows("SELECT SYSDATE")
        return cast(datetime, now)

    def _streamed(self, text: str, columns: list[Column]) -> Generator[pa.RecordBatch]:
        """declare: a cursor is there within a transaction only."""
        import pyarrow as pa

        schema = schema_of(columns)
        with nullcontext() if self._in_transaction else self.transaction(), postgres_errors():
            self.connection.execute(cast(Any, f"DECLARE {_CURSOR} CURSOR FOR\n{text}"))
            try:
                while rows := self.connection.execute(f"FETCH FORWARD {_BATCH} FROM {_CURSOR}").fetchall():
                    arrays = [
                        pa.array([arrow_value(value, field.type) for value in values], field.type)
                        for values, field in zip(zip(*rows, strict=True), schema, strict=True)
                    ]
                    yield pa.RecordBatch.from_arrays(arrays, schema=schema)
            finally:
                with suppress(Exception):  # after an error the cursor has gone with the transaction
                    self.connection.execute(f"CLOSE {_CURSOR}")

    def _other_type(self, number: int, modifier: int) -> tuple[str, str]:
        return ("BLOB", "varbyte") if number == VARBYTE else super()._other_type(number, modifier)
