"""Many views and features in one training set: in groups of joins, as many columns as the engine takes."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, ClassVar

import duckdb
import pytest

from fcompile.compiler.bind import bind
from fcompile.compiler.compile import Spine, SpineColumn, historical_script
from fcompile.compiler.definitions import Table
from fcompile.compiler.errors import UsageError
from fcompile.compiler.request import Request, resolve
from fcompile.compiler.stages import Script
from fcompile.dialects.base import PORTABLE, STAGED, Dialect
from fcompile.dialects.duckdb import DuckDB
from fcompile.dialects.registry import DIALECTS
from tests.engines.postgres_cases import PostgresEngine

pytestmark = pytest.mark.engines

START = datetime(2024, 1, 1)
SPINE_ROWS = 40


class Staged(DuckDB):
    """Groups of ten joins, each in a table of its own."""

    point_in_time: ClassVar[str] = PORTABLE
    inline_cte: ClassVar[str | None] = None
    keep_cte: ClassVar[str | None] = STAGED
    most_joins: ClassVar[int] = 10


def definitions(views: int, features: int) -> str:
    """``views`` of ``features`` each, every one of a source of its own; features are multiples of its column."""
    lines = ["entities:", "- {name: user, join_keys: {user_id: int64}}", "sources:"]
    lines += [f"- {{name: s{n}, table: raw.s{n}, timestamp_field: ts}}" for n in range(views)]
    lines.append("feature_views:")
    for n in range(views):
        ttl = ", ttl: 2d" if n % 3 == 0 else ""
        lines.append(f"- {{name: v{n}, entities: [user], source: s{n}{ttl}, features: [")
        made = [f"{{name: v{n}_f{f}, dtype: int64, expr: x + {f}}}" for f in range(features)]
        lines.append(f"    {', '.join(made)}]}}")
    lines += ["feature_services:", "- name: all", "  features:"]
    lines += [f"  - v{n}: [{', '.join(f'v{n}_f{f}' for f in range(features))}]" for n in range(views)]
    return "\n".join(lines)


def request_of(views: int, features: int) -> Request:
    bound = bind({"all.yaml": definitions(views, features)})
    assert not bound.diagnostics
    return resolve(bound.definitions, ("all",))


def script(views: int, features: int, dialect: Dialect) -> Script:
    spine = Spine(
        Table(("spine",)), (SpineColumn("user_id", "int64"), SpineColumn("event_timestamp", "timestamp"))
    )
    return historical_script(request_of(views, features), spine, dialect)


def source_rows(view: int) -> list[dict[str, Any]]:
    """Three users with ten rows each, at hours that differ from view to view."""
    return [
        {"user_id": user, "ts": START + timedelta(hours=7 * n + view % 5), "x": view * 1000 + user * 100 + n}
        for user in range(3)
        for n in range(10)
    ]


def spine_rows() -> list[dict[str, Any]]:
    """A fourth user has no rows at all."""
    return [
        {"user_id": n % 4, "event_timestamp": START + timedelta(hours=3 * n - 6)} for n in range(SPINE_ROWS)
    ]


def expected(views: int, features: int) -> list[tuple[Any, ...]]:
    found = []
    sources = [source_rows(view) for view in range(views)]
    for row in spine_rows():
        values: list[Any] = [row["user_id"], row["event_timestamp"]]
        for view, rows in enumerate(sources):
            t = row["event_timestamp"]
            seen = [r for r in rows if r["user_id"] == row["user_id"] and r["ts"] <= t]
            last = max(seen, key=lambda r: r["ts"], default=None)
            known = last is not None and (view % 3 or last["ts"] >= t - timedelta(days=2))
            values += [last["x"] + f if known and last else None for f in range(features)]
        found.append(tuple(values))
    return found


def test_a_hundred_views_in_staged_groups_are_right_on_duckdb() -> None:
    connection = duckdb.connect()
    connection.execute("CREATE SCHEMA raw; CREATE TABLE spine (user_id BIGINT, event_timestamp TIMESTAMP)")
    connection.executemany("INSERT INTO spine VALUES (?, ?)", [list(r.values()) for r in spine_rows()])
    for n in range(100):
        connection.execute(f"CREATE TABLE raw.s{n} (user_id BIGINT, ts TIMESTAMP, x BIGINT)")
        connection.executemany(
            f"INSERT INTO raw.s{n} VALUES (?, ?, ?)", [list(r.values()) for r in source_rows(n)]
        )
    made = script(100, 4, Staged())
    groups = [stage for stage in made.stages if stage.comment.startswith("group")]
    assert len(groups) == 20
    for stage in made.stages:
        connection.execute(stage.create)
    assert connection.execute(made.text).fetchall() == expected(100, 4)


def test_a_hundred_views_and_2000_features_are_right_in_parts_on_postgres() -> None:
    made = script(100, 20, DIALECTS["postgres"])
    engine = PostgresEngine(DIALECTS["postgres"])
    types = {"user_id": "int64", "ts": "timestamp", "x": "int64"}
    engine.load({f"s{n}": types for n in range(100)}, {f"s{n}": source_rows(n) for n in range(100)})
    engine.create("spine", spine_rows(), {"user_id": "int64", "event_timestamp": "timestamp"})
    (spine,) = made.stages
    engine.connection.execute(spine.create.encode())
    (columns, first), (more, second) = (engine.run(Script((), t), {}) for t in (made.text, *made.beside))
    assert (len(columns), len(more)) == (2 + 1_580, 2 + 420)
    assert [row + others[2:] for row, others in zip(first, second, strict=True)] == expected(100, 20)


def test_parts_are_statements_of_one_script() -> None:
    narrow = type("Narrow", (type(DIALECTS["postgres"]),), {"most_columns": 20})()
    made = script(5, 4, narrow)
    (spine,) = made.stages
    assert "ROW_NUMBER() OVER ()" in spine.create
    whole = made.whole()
    assert whole.index(spine.create) < whole.index("-- Part 1 of 2") < whole.index("-- Part 2 of 2")
    assert whole.rstrip().endswith(f"{spine.drop};")
    assert made.named("_1").beside[0].count(f"{spine.name}_1") == made.beside[0].count(spine.name) > 0


def test_a_spine_with_more_columns_than_the_engine_takes_is_refused_before_anything_runs() -> None:
    columns = tuple(SpineColumn(f"c{n}") for n in range(1_660))
    spine = Spine(
        Table(("spine",)),
        (SpineColumn("user_id", "int64"), SpineColumn("event_timestamp", "timestamp"), *columns),
    )
    with pytest.raises(UsageError) as refused:
        historical_script(request_of(2, 1), spine, DIALECTS["postgres"])
    (problem,) = refused.value.diagnostics
    assert problem.code == "FC394"
    assert "at most 1,664" in problem.message


def test_few_views_are_made_in_one_select() -> None:
    assert '"group"' not in script(10, 2, DIALECTS["postgres"]).text
