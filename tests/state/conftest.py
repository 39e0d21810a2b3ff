"""A state of each kind: a way to open it, as often as wanted, for a project and target."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from fcompile.runtime.state import State
from tests.engines.servers import postgres_database
from tests.state.kinds import open_kind

Open = Callable[..., State]


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.engines)])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where a state may be made: a path or a URI, which another process understands as well."""
    return str(tmp_path / "state.db") if request.param == "sqlite" else postgres_database()


@pytest.fixture
def opened(place: str) -> Open:
    return lambda project="p", target="dev": open_kind(place, project, target)


@pytest.fixture
def state(opened: Open) -> Iterator[State]:
    with closing(opened()) as state:
        yield state
