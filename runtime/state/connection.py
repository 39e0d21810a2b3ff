"""A connection to the state, for one project and target."""

from __future__ import annotations

from contextlib import AbstractContextManager

from fcompile.runtime.state.database import Database, Sql


class Connected:
    """Whoever changes something of a project waits for whoever is at it; reading waits for nobody."""

    def __init__(self, database: Database, project: str, target: str) -> None:
        self._database = database
        self._scope = (project, target)

    def close(self) -> None:
        self._database.close()

    def _writing(self) -> AbstractContextManager[Sql]:
        return self._database.writing(self._scope[0])

    def _reading(self) -> AbstractContextManager[Sql]:
        return self._database.reading()

    def _key(self, view: str) -> tuple[str, str, str]:
        return (*self._scope, view)
