"""The warehouse of the tests of queries."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import pytest

from tests.proof.warehouse import warehouse


@pytest.fixture(scope="session")
def shop() -> Iterator[duckdb.DuckDBPyConnection]:
    """Small tables, to be read only."""
    with warehouse() as connection:
        yield connection
