"""Opening a state by one text, which processes can be handed."""

from __future__ import annotations

from pathlib import Path

from fcompile.compiler.schema.project import PostgresState, SqliteState
from fcompile.runtime.state import State, open_state


def open_kind(place: str, project: str = "p", target: str = "dev") -> State:
    """Open the state at a path or a ``postgresql://`` URI."""
    if place.startswith("postgresql://"):
        config = PostgresState.model_validate({"type": "postgres", "dsn": place})
        return open_state(config, Path(), project, target)
    return open_state(SqliteState(path=place), Path("/"), project, target)
