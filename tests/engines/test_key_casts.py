"""A spine's column as a key of another type: what fits is found, what does not is NULL, and nothing raises."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import psycopg
import pytest

from fcompile.compiler.dtypes import KEY_KINDS
from fcompile.compiler.lower.sql import column
from fcompile.dialects.registry import DIALECTS
from tests.engines.servers import postgres_connection, postgres_database

pytestmark = pytest.mark.engines

NOON = datetime(2024, 1, 2, 12)
CASES: list[tuple[str, list[Any], str, list[Any]]] = [
    (
        "string",
        ["12", " -7 ", "+3", "1.5", "1e3", "x", "", None, "9" * 40, str(2**63 - 1), str(2**63)],
        "int64",
        [12, -7, 3, *[None] * 6, 2**63 - 1, None],
    ),
    ("string", [str(2**31 - 1), str(2**31), str(-(2**31))], "int32", [2**31 - 1, None, -(2**31)]),
    ("int64", [5, 2**31, -(2**31), -(2**31) - 1, None], "int32", [5, None, -(2**31), None, None]),
    ("decimal", [Decimal("2.00"), Decimal("2.50"), Decimal("1e30")], "int64", [2, None, None]),
    ("bool", [True, False, None], "int64", [1, 0, None]),
    ("string", ["true", "T", "no", "0", "maybe", None], "bool", [True, True, False, False, None, None]),
    ("int32", [0, 1, 7, None], "bool", [False, True, True, None]),
    (
        "string",
        ["2024-01-02", " 2024-01-02", "2024-02-30", "2024-13-01", "today", "", "x"],
        "date",
        [date(2024, 1, 2), date(2024, 1, 2), *[None] * 5],
    ),
    (
        "string",
        ["2024-01-02 12:00", "2024-01-02T12:00:00", "now", "2024-01-02 25:00"],
        "timestamp",
        [NOON, NOON, None, None],
    ),
    ("timestamptz", [NOON.replace(tzinfo=UTC), None], "date", [date(2024, 1, 2), None]),
    ("timestamptz", [NOON.replace(tzinfo=UTC)], "timestamp", [NOON]),
    ("date", [date(2024, 1, 2)], "timestamp", [datetime(2024, 1, 2)]),
    ("int64", [12, None], "string", ["12", None]),
    ("date", [date(2024, 1, 2)], "string", ["2024-01-02"]),
    ("string", ["abc", "é", "a\\b"], "bytes", [b"abc", None, None]),
    ("date", [date(2024, 1, 2)], "int64", [None]),
    ("bytes", [b"1"], "string", [None]),
    ("other", ["b2f5ff47-4366-4e5d-a1bb-2b5f8d8a3b11"], "string", ["b2f5ff47-4366-4e5d-a1bb-2b5f8d8a3b11"]),
    ("other", ["b2f5ff47-4366-4e5d-a1bb-2b5f8d8a3b11"], "int64", [None]),
]
TYPES = {
    "string": "text",
    "int32": "integer",
    "int64": "bigint",
    "float64": "double precision",
    "decimal": "numeric",
    "bool": "boolean",
    "bytes": "bytea",
    "date": "date",
    "timestamp": "timestamp",
    "timestamptz": "timestamptz",
    "other": "uuid",
}


SAMPLES: dict[str, list[Any]] = {
    "string": ["", "x", "1", "é", "\\", "2024-99-99"],
    "int32": [-1],
    "int64": [2**63 - 1],
    "float64": [float("nan"), 1e300],
    "decimal": [Decimal("-1.5"), Decimal("1e40")],
    "bool": [True],
    "bytes": [b"", b"\xff"],
    "date": [date(1, 1, 1)],
    "timestamp": [NOON],
    "timestamptz": [NOON.replace(tzinfo=UTC)],
}


@pytest.fixture(scope="module")
def postgres() -> psycopg.Connection[Any]:
    return postgres_connection(postgres_database())


def cast(
    postgres: psycopg.Connection[Any], kind: str, values: list[Any], to_kind: str, dialect: str
) -> list[Any]:
    engine = DIALECTS[dialect]
    tree = engine.key_cast(column("k", "s"), kind, to_kind, engine.scalar(to_kind))
    text = f'SELECT {engine.sql(tree)} FROM unnest(%s::{TYPES[kind]}[]) AS "s" ("k")'
    return [row[0] for row in postgres.execute(text.encode(), [values]).fetchall()]


@pytest.mark.parametrize(("kind", "values", "to_kind", "expected"), CASES)
def test_a_key_that_fits_is_found_and_another_is_null(
    postgres: psycopg.Connection[Any], kind: str, values: list[Any], to_kind: str, expected: list[Any]
) -> None:
    assert cast(postgres, kind, values, to_kind, "postgres") == expected


@pytest.mark.parametrize("to_kind", KEY_KINDS)
@pytest.mark.parametrize("kind", list(SAMPLES))
def test_every_kind_becomes_every_key_without_an_error(
    postgres: psycopg.Connection[Any], kind: str, to_kind: str
) -> None:
    values = [*SAMPLES[kind], None]
    if kind != to_kind:
        assert cast(postgres, kind, values, to_kind, "postgres")[-1] is None
