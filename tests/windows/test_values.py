"""Values, keys and sources that are easily lost on the way from rows to tiles, to the table, to online."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.windows.scratch import TYPES, Scratch, bought, hours

NAN, INF = float("nan"), float("inf")
FLOATS = ["sum", "avg", "min", "max", "first", "last_n(3)", "percentile(0.5)"]
KEYS: dict[str, list[Any]] = {
    "string": ["a", "", "é", "a'b", "NULL"],
    "date": [date(2024, 1, 2), date(1600, 2, 29)],
    "timestamp": [hours(0), datetime(1969, 12, 31, 23, 59, 59, 999_999)],
    "bytes": [b"a", b"", b"\xff\x00"],
    "bool": [True, False],
    "int32": [1, -1],
}
LISTED: dict[str, list[Any]] = {
    **KEYS,
    "float64": [1.5, NAN, -INF, 0.0],
    "int64": [2**62, -1],
}


def floats() -> dict[str, Any]:
    windows = ["1h", "6h", "1d", "3d", "lifetime"]
    return {
        "aggregations": [
            {"name": f.split("(")[0], "function": f, "column": "amount", "windows": windows} for f in FLOATS
        ]
    }


def test_what_leaves_a_window_takes_no_digits_with_it(tmp_path: Path) -> None:
    project = Scratch(tmp_path / "p", view=floats())
    project.land(
        *(bought(1, 0, 1e16), bought(1, 0.5, 1.0)),
        *(bought(2, 0, 1e300), bought(2, 0.5, -3.0)),
        *(bought(3, 0, NAN), bought(3, 0.5, 2.0)),
        *(bought(4, 0, INF), bought(4, 0.5, -INF), bought(4, 0.6, 2.0)),
        *(bought(5, 0, -0.0), bought(5, 3, 0.0)),
    )
    gone = {"sum_1h": 1, "sum_6h": 6, "sum_1d": 24, "sum_3d": 72}
    for hour in (0, 0.5, 1, 1.2, 6, 6.3, 24, 24.2, 72):
        project.run(hours(hour))
        for name, length in gone.items():
            if length <= hour < length + 0.5:
                assert project.values(1, hours(hour))[name] == 1.0
                assert project.values(2, hours(hour))[name] == -3.0
                assert project.values(3, hours(hour))[name] == 2.0


@pytest.mark.parametrize("dtype", list(KEYS))
def test_keys_of_every_type(dtype: str, tmp_path: Path) -> None:
    source = {"columns": {**TYPES, "user_id": dtype}}
    project = Scratch(tmp_path / "p", source=source, keys={"user_id": dtype})
    values = KEYS[dtype]
    project.land(*(bought(v, 1) for v in values), bought(None, 1), bought(values[0], 2.5, 2.0))
    assert [project.run(hours(h)) for h in (1, 2.5, 3, 3.5)] == [len(values), 1, len(values), 0]


@pytest.mark.parametrize("dtype", list(LISTED))
def test_lists_of_every_type_keep_it_online(dtype: str, tmp_path: Path) -> None:
    lists = [
        {"name": f.split("(")[0], "function": f, "column": "note", "windows": ["2h", "1d", "lifetime"]}
        for f in ("last_n(3)", "last_distinct_n(2)", "top_k(1)", "first", "max")
    ]
    if dtype == "bool":
        lists.pop()
    project = Scratch(
        tmp_path / "p", source={"columns": {**TYPES, "note": dtype}}, view={"aggregations": lists}
    )
    project.land(*(bought(1, n / 2, 1.0, v) for n, v in enumerate(LISTED[dtype])), bought(1, 0.1, 1.0, None))
    for hour in (0, 1, 2.1, 24, 30):
        project.run(hours(hour))


@pytest.mark.parametrize("storage", ["parquet", "csv", "query"])
def test_sources_of_every_kind(storage: str, tmp_path: Path) -> None:
    project = Scratch(tmp_path / "p", storage=storage)
    project.land(bought(1, 1), bought(2, 2.5, 2.0, "b"))
    assert [project.run(hours(2)), project.run(hours(3.1))] == [1, 2]
    project.land(*project.rows, bought(2, 1, 3.0, "c"))
    assert [project.run(hours(3.2)), project.run(hours(40))] == [1, 2]


def test_nanoseconds_are_never_seen_early(tmp_path: Path) -> None:
    """A source's times are rounded up to microseconds, as for training sets."""
    project = Scratch(tmp_path / "p", storage="parquet")
    project.land(bought(1, 1), bought(2, 1))
    file = project.root / "data" / "purchases.parquet"
    with duckdb.connect() as database:
        database.execute(
            "CREATE TABLE t AS SELECT * REPLACE (CASE user_id WHEN 1 THEN TIMESTAMP_NS "
            "'2026-01-01 01:00:00.000000001' ELSE TIMESTAMP_NS '2026-01-01 00:59:59.999999999' END AS ts) "
            f"FROM '{file}'"
        )
        database.execute(f"COPY t TO '{file}'")
    project.rows[0] = {**project.rows[0], "ts": hours(1) + timedelta(microseconds=1)}
    assert [project.run(hours(h)) for h in (0.9999, 1, 1.1, 3, 25.5)] == [0, 1, 1, 1, 2]
