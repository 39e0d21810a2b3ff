"""Tables of a session where the engine has no temporary ones that keep their rows: those of a schema, by new names.

They are dropped when the session is closed, and by ``clean --warehouse`` where it was killed before.
"""

from __future__ import annotations

from contextlib import suppress

from fcompile.compiler.errors import FcompileError
from fcompile.runtime.warehouses.adapter import Adapter
from fcompile.runtime.warehouses.base import Parts, scratch_name


class OwnTables(Adapter):
    """An adapter that makes them in ``schema``, which is made before the first of them where it is missing."""

    create = "CREATE TABLE"

    def __init__(self, schema: str) -> None:
        self._schema = schema
        self._made: list[Parts] = []
        self._has_schema = False
        self._closed = False

    def new_name(self) -> Parts:
        if not self._has_schema:
            self.make_schema((self._schema,))
            self._has_schema = True
        name = (self._schema, scratch_name())
        self._made.append(name)
        return name

    def drop(self, table: Parts) -> None:
        super().drop(table)
        if table in self._made:
            self._made.remove(table)

    def close(self) -> None:
        if self._closed:
            return
        self._closed = True
        with suppress(FcompileError):  # a session that is gone; `clean --warehouse` drops them then
            for name in self._made[:]:
                self.drop(name)
        self.disconnect()

    def disconnect(self) -> None:
        """Let go of the connection; asked once."""
        raise NotImplementedError
