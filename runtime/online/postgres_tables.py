"""The tables of online rows in PostgreSQL, and what is said to them.

A generation whose rows are to be deleted has no number and no role any more.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fcompile.compiler.errors import Diagnostic, FcompileError
from fcompile.runtime.online.packed import VERSION_BYTES

if TYPE_CHECKING:
    import psycopg

VERSION = 1
"""Of the tables; another one is for another fcompile."""

_CREATE = (
    "CREATE TABLE {s}.about (identity text NOT NULL, version int NOT NULL)",
    "CREATE TABLE {s}.generations (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, project text NOT NULL,"
    " view text NOT NULL, number bigint, schema text NOT NULL, ttl bigint, role text,"
    " UNIQUE (project, view, number), UNIQUE (project, view, role))",
    "CREATE TABLE {s}.rows (generation bigint NOT NULL, key bytea NOT NULL, value bytea NOT NULL,"
    " PRIMARY KEY (generation, key))",
    "INSERT INTO {s}.about VALUES (replace(gen_random_uuid()::text, '-', ''), {version})",
)
# By key, as all who write do: nobody waits for each other in a circle.
_UPSERT = """
INSERT INTO {s}.rows AS r
SELECT %(held)s, key, value FROM unnest(%(keys)b, %(values)b) AS sent (key, value) ORDER BY key
ON CONFLICT (generation, key) DO UPDATE SET value = excluded.value
WHERE substring(excluded.value FROM 1 FOR {v}) > substring(r.value FROM 1 FOR {v})
"""
# A subquery a key is a look-up in the index, whatever the planner thinks of the table.
_READ = """
SELECT g.number, g.schema, g.ttl, ARRAY(
    SELECT (
        SELECT r.value FROM {s}.rows AS r
        WHERE r.generation = g.id AND r.key = k.key AND octet_length(r.value) > {v}
    )
    FROM unnest((%(keys)b::bytea[])[a.first:a.last]) WITH ORDINALITY AS k (key, place) ORDER BY k.place
)
FROM unnest(%(views)b::text[], %(firsts)b::int[], %(lasts)b::int[]) WITH ORDINALITY AS a (view, first, last, place)
LEFT JOIN {s}.generations AS g ON g.project = %(project)s AND g.view = a.view AND g.role = 'current'
ORDER BY a.place
"""
_ERASE = """
WITH held AS MATERIALIZED (
    SELECT r.generation, r.key FROM {s}.generations AS g JOIN {s}.rows AS r ON r.generation = g.id
    WHERE g.project = %(project)s AND g.view = %(view)s AND r.key = ANY(%(keys)b)
    ORDER BY r.generation, r.key FOR UPDATE OF r
), erased AS (
    UPDATE {s}.rows AS r SET value = substring(r.value FROM 1 FOR {v})
    FROM held WHERE (r.generation, r.key) = (held.generation, held.key)
)
SELECT count(DISTINCT key) FROM held
"""
_CLEAR = """
WITH part AS MATERIALIZED (
    SELECT key FROM {s}.rows WHERE generation = %(held)s AND key > %(last)b ORDER BY key LIMIT %(rows)s
), cleared AS (
    DELETE FROM {s}.rows AS r USING part WHERE r.generation = %(held)s AND r.key = part.key
)
SELECT key FROM part ORDER BY key DESC LIMIT 1
"""


class Statements:
    """The statements for the tables in one schema; in those with several values or of one kind, what they are."""

    def __init__(self, schema: str) -> None:
        self._schema = schema
        self.about = self._of("SELECT identity FROM {s}.about")
        self.generations = self._of(
            "SELECT role, number, schema, ttl FROM {s}.generations"
            " WHERE project = %s AND view = %s AND role IS NOT NULL"
        )
        self.find = self._of(
            "SELECT id, role FROM {s}.generations WHERE project = %s AND view = %s AND number = %s"
        )
        self.upsert = self._of(_UPSERT)
        self.copy = self._of("COPY {s}.rows (generation, key, value) FROM STDIN (FORMAT BINARY)")
        self.read = self._of(_READ)
        self.page = self._of(
            "SELECT key, value FROM {s}.rows WHERE generation = %s AND key > %b ORDER BY key LIMIT %s"
        )
        self.erase = self._of(_ERASE)
        # Roles are unique: none may stand in the way of another's change.
        self.release = self._of(
            "UPDATE {s}.generations SET role = NULL, number = CASE WHEN number = ANY(%s) THEN number END"
            " WHERE project = %s AND view = %s AND number IS NOT NULL"
        )
        self.put = self._of(
            "INSERT INTO {s}.generations (project, view, number, schema, ttl, role)"
            " VALUES (%s, %s, %s, %s, %s, %s) ON CONFLICT (project, view, number)"
            " DO UPDATE SET role = excluded.role"
        )
        self.removed = self._of(
            "SELECT id FROM {s}.generations WHERE project = %s AND view = %s AND number IS NULL"
        )
        self.clear = self._of(_CLEAR)
        self.forget = self._of("DELETE FROM {s}.generations WHERE id = %s AND number IS NULL")

    def create(self, cursor: psycopg.Cursor[Any]) -> None:
        # CREATE SCHEMA IF NOT EXISTS asks for the right to create one also where there is one.
        if not cursor.execute(
            "SELECT 1 FROM pg_catalog.pg_namespace WHERE nspname = %s", (self._schema,)
        ).fetchall():
            cursor.execute(self._of("CREATE SCHEMA {s}"), ())
        for text in _CREATE:
            cursor.execute(self._of(text), ())

    def _of(self, text: str) -> Any:
        return text.format(s=_quoted(self._schema), v=VERSION_BYTES, version=VERSION)


def prepared(sql: psycopg.Connection[Any], schema: str) -> bool:
    """Whether the tables are there; raise FcompileError (FC507) for those of a newer fcompile."""
    ours = sql.execute(
        "SELECT 1 FROM pg_catalog.pg_tables WHERE schemaname = %s AND tablename = 'about'", (schema,)
    )
    if not ours.fetchall():
        return False
    text: Any = f"SELECT version FROM {_quoted(schema)}.about"  # noqa: S608
    ((version,),) = sql.execute(text, ()).fetchall()
    if version == VERSION:
        return True
    message = f"the online store in schema `{schema}` was written by a newer fcompile (version {version})"
    raise FcompileError(Diagnostic("FC507", message, hint="upgrade fcompile, or give another `schema`"))


def _quoted(name: str) -> str:
    """As an identifier of a text with placeholders, where ``%`` is written twice."""
    return '"' + name.replace('"', '""').replace("%", "%%") + '"'
