"""Engines beside DuckDB under one data set, and the best queries by hand that each is known to take."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Protocol

from fcompile.compiler.stages import Script
from tests.engines import servers

FEATURES = ("a", "b", "c", "d")
_VALUES = ", ".join(f"f.{name}" for name in FEATURES)
CHANCE = "as-of join, ties to chance"
_TICKS = os.sysconf("SC_CLK_TCK")


class BenchmarkEngine(Protocol):
    """An engine with the tables ``spine`` and ``events`` in it."""

    def load(self, spine: int, rows: int, keys: int) -> None: ...

    def by_hand(self) -> Mapping[str, str]:
        """Queries that say the same as fcompile's, by name; all end in the spine's order."""

    def seconds(self, script: Script) -> float:
        """Run everything, read every row, and return the engine's CPU seconds."""

    def answer(self, script: Script) -> tuple[object, ...]:
        """Return the count of rows and the sum of each feature."""

    def close(self) -> None: ...


def per_row(interval: str) -> str:
    """Every feature row before the spine row's time, by the key alone; the newest by ROW_NUMBER."""
    order = ", ".join(f"f.{name} DESC NULLS LAST" for name in FEATURES)
    values = ", ".join(FEATURES)
    return f"""SELECT id, user_id, event_timestamp, {values} FROM (
  SELECT s.id, s.user_id, s.event_timestamp, {_VALUES},
    ROW_NUMBER() OVER (PARTITION BY s.id ORDER BY f.event_timestamp DESC NULLS LAST, {order}) AS place
  FROM spine s LEFT JOIN events f ON f.user_id = s.user_id AND f.event_timestamp <= s.event_timestamp
    AND f.event_timestamp >= s.event_timestamp - {interval}
) r WHERE place = 1 ORDER BY id"""


def union_and_join(interval: str) -> str:
    """The instants of both, a running maximum, and the newest row at each instant joined back."""
    order = ", ".join(f"f.{name} DESC NULLS LAST" for name in FEATURES)
    shown = ", ".join(
        f"CASE WHEN p.v >= s.event_timestamp - {interval} THEN w.{name} END AS {name}" for name in FEATURES
    )
    return f"""WITH i AS (
  SELECT DISTINCT user_id, event_timestamp AS t, CAST(NULL AS TIMESTAMP) AS v, 1 AS asks FROM spine
  UNION ALL SELECT user_id, event_timestamp, event_timestamp, 0 FROM events
), p AS (
  SELECT user_id, t, v FROM (SELECT user_id, t, asks,
    MAX(v) OVER (PARTITION BY user_id ORDER BY t, asks ROWS UNBOUNDED PRECEDING) AS v FROM i) m WHERE asks = 1
), w AS (
  SELECT * FROM (SELECT f.*, ROW_NUMBER() OVER (PARTITION BY f.user_id, f.event_timestamp ORDER BY {order}) AS place
    FROM events f WHERE EXISTS (SELECT 1 FROM p WHERE p.user_id = f.user_id AND p.v = f.event_timestamp)) r
  WHERE place = 1
)
SELECT s.id, s.user_id, s.event_timestamp, {shown} FROM spine s
LEFT JOIN p ON p.user_id = s.user_id AND p.t = s.event_timestamp
LEFT JOIN w ON w.user_id = p.user_id AND w.event_timestamp = p.v ORDER BY s.id"""


def union_and_fill(interval: str) -> str:
    """The rows of both in one order, each spine row after its newest feature row, numbered and filled forward."""
    columns = ", ".join(FEATURES)
    nulls = ", ".join(f"CAST(NULL AS DOUBLE PRECISION) AS {name}" for name in FEATURES)
    filled = ", ".join(f"FIRST_VALUE({name}) OVER w AS {name}" for name in FEATURES)
    shown = ", ".join(f"CASE WHEN e >= t - {interval} THEN {name} END AS {name}" for name in FEATURES)
    return f"""WITH i AS (
  SELECT id, user_id, event_timestamp AS t, 1 AS asks, {nulls} FROM spine
  UNION ALL SELECT NULL, user_id, event_timestamp, 0, {columns} FROM events
), g AS (
  SELECT i.*, SUM(1 - asks) OVER (
    PARTITION BY user_id ORDER BY t, asks, {columns} ROWS UNBOUNDED PRECEDING) AS n FROM i
), filled AS (
  SELECT id, user_id, t, asks, CASE WHEN n > 0 THEN FIRST_VALUE(t) OVER w END AS e, {filled} FROM g
  WINDOW w AS (PARTITION BY user_id, n ORDER BY asks ROWS UNBOUNDED PRECEDING)
)
SELECT id, user_id, t AS event_timestamp, {shown} FROM filled WHERE asks = 1 ORDER BY id"""


class Postgres:
    """PostgreSQL on one core, as it comes, with memory to sort in."""

    def __init__(self) -> None:
        self._connection = servers.postgres_connection(servers.postgres_database())
        for setting in ("max_parallel_workers_per_gather = 0", "work_mem = '256MB'", "jit = off"):
            self._connection.execute(f"SET {setting}")
        (self._process,) = self._connection.execute("SELECT pg_backend_pid()").fetchone() or (0,)

    def load(self, spine: int, rows: int, keys: int) -> None:
        moment = "timestamp '2026-01-01' + floor(random() * 90 * 86400 * 1e6) * interval '1 microsecond'"
        user = f"'user_' || floor(random() * {keys})::int"
        self._connection.execute("SELECT setseed(0.5)")
        self._connection.execute(
            f"CREATE TABLE events AS SELECT {user} AS user_id, {moment} AS event_timestamp, "
            f"{', '.join(f'random() AS {name}' for name in FEATURES)} FROM generate_series(1, {rows})"
        )
        self._connection.execute(
            f"CREATE TABLE spine AS SELECT n::bigint AS id, {user} AS user_id, {moment} AS event_timestamp "
            f"FROM generate_series(1, {spine}) n"
        )
        self._connection.execute("ANALYZE")

    def by_hand(self) -> Mapping[str, str]:
        interval = "INTERVAL '60 days'"
        return {
            "union, join back": union_and_join(interval),
            "union, fill forward": union_and_fill(interval),
            "per row": per_row(interval),
        }

    def seconds(self, script: Script) -> float:
        return _of_process(self._process, lambda: self._run(script, "EXPLAIN (ANALYZE, TIMING OFF) "))

    def answer(self, script: Script) -> tuple[object, ...]:
        sums = ", ".join(f"ROUND(SUM({name})::numeric, 6)" for name in FEATURES)
        return self._run(Script(script.stages, f"SELECT COUNT(*), {sums} FROM ({script.text}) r"), "")

    def _run(self, script: Script, prefix: str) -> tuple[object, ...]:
        for stage in script.stages:
            self._connection.execute(stage.create)
        found = self._connection.execute(f"{prefix}{script.text}").fetchone()
        for stage in script.stages:
            self._connection.execute(stage.drop)
        return tuple(found or ())

    def close(self) -> None:
        self._connection.close()


class ClickHouse:
    """ClickHouse in this process, on two threads."""

    def __init__(self) -> None:
        self._client = servers.clickhouse(max_threads=2)

    def load(self, spine: int, rows: int, keys: int) -> None:
        def moment(salt: int) -> str:
            micros = f"toInt64(cityHash64(number, {salt}) % (90 * 86400 * 1000000))"
            return f"fromUnixTimestamp64Micro(1767225600000000 + {micros}, 'UTC')"

        values = ", ".join(
            f"cityHash64(number, {n}) / 18446744073709551615. AS {f}" for n, f in enumerate(FEATURES)
        )
        self._client.command(
            "CREATE TABLE events ENGINE = MergeTree ORDER BY (user_id, event_timestamp) AS SELECT "
            f"concat('user_', toString(cityHash64(number, 9) % {keys})) AS user_id, "
            f"{moment(8)} AS event_timestamp, {values} FROM numbers({rows})"
        )
        self._client.command(
            "CREATE TABLE spine ENGINE = MergeTree ORDER BY id AS SELECT toInt64(number) AS id, "
            f"concat('user_', toString(cityHash64(number, 7) % {keys})) AS user_id, "
            f"{moment(6)} AS event_timestamp FROM numbers({spine})"
        )

    def by_hand(self) -> Mapping[str, str]:
        order = ", ".join(f"{name} DESC" for name in FEATURES)
        one = f"SELECT * FROM events ORDER BY {order} LIMIT 1 BY user_id, event_timestamp"
        columns = ", ".join(f"t.{n} AS {name}" for n, name in enumerate(FEATURES, 1))
        greatest = (
            f"SELECT user_id, event_timestamp, {columns} FROM (SELECT user_id, event_timestamp, "
            f"max(tuple({', '.join(FEATURES)})) AS t FROM events GROUP BY user_id, event_timestamp)"
        )
        interval = "INTERVAL 5184000 SECOND"
        shown = ", ".join(
            f"if(f.event_timestamp >= s.event_timestamp - {interval}, f.{name}, NULL) AS {name}"
            for name in FEATURES
        )
        on = "f.user_id = s.user_id AND s.event_timestamp >= f.event_timestamp"

        def as_of(events: str) -> str:
            return (
                f"SELECT s.id, s.user_id, s.event_timestamp, {shown} FROM spine s ASOF LEFT JOIN {events} f "
                f"ON {on} ORDER BY s.id SETTINGS join_use_nulls = 1"
            )

        return {
            CHANCE: as_of("events"),
            "as-of join, one a time": as_of(f"({one})"),
            "as-of join, greatest a time": as_of(f"({greatest})"),
            "per row": f"{per_row(interval)} SETTINGS join_use_nulls = 1",
        }

    def seconds(self, script: Script) -> float:
        start = time.process_time()
        self._run(script, f"{script.text} FORMAT Null")
        return time.process_time() - start

    def answer(self, script: Script) -> tuple[object, ...]:
        text, _, settings = (
            script.text.partition("\nSETTINGS ")
            if "\nSETTINGS " in script.text
            else script.text.partition(" SETTINGS ")
        )
        sums = ", ".join(f"round(sum({name}), 6)" for name in FEATURES)
        whole = f"SELECT count(), {sums} FROM ({text}) r" + (f" SETTINGS {settings}" if settings else "")
        return self._run(script, whole)

    def _run(self, script: Script, text: str) -> tuple[object, ...]:
        for stage in script.stages:
            self._client.command(stage.create)
        found = (
            self._client.query(text).result_rows if "FORMAT Null" not in text else self._client.command(text)
        )
        for stage in script.stages:
            self._client.command(stage.drop)
        return tuple(found[0]) if isinstance(found, list) and found else ()

    def close(self) -> None:
        self._client.close()


class Spark:
    """Spark on two cores, each query to the sink that drops every row."""

    def __init__(self) -> None:
        self._session = servers.spark()
        self._session.conf.set("spark.sql.join.asofJoin.enabled", "true")

    def load(self, spine: int, rows: int, keys: int) -> None:
        def moment(salt: int) -> str:
            micros = f"pmod(xxhash64(id, {salt}), 90L * 86400 * 1000000)"
            return f"CAST(timestamp_micros(1767225600000000 + {micros}) AS TIMESTAMP_NTZ)"

        values = ", ".join(f"rand({n}) AS {name}" for n, name in enumerate(FEATURES))
        user = f"concat('user_', pmod(xxhash64(id, 9), {keys}))"
        asks = f"SELECT id, {user.replace('9', '7', 1)} AS user_id, {moment(6)} AS event_timestamp FROM range({spine})"
        events = f"SELECT {user} AS user_id, {moment(8)} AS event_timestamp, {values} FROM range({rows})"
        for name, text in {"events": events, "spine": asks}.items():
            self._session.sql(f"DROP TABLE IF EXISTS {name}")
            self._session.sql(f"CREATE TABLE {name} USING parquet AS {text}")

    def by_hand(self) -> Mapping[str, str]:
        interval = "INTERVAL '5184000' SECOND"
        order = ", ".join(f"{name} DESC NULLS LAST" for name in FEATURES)
        one = (
            "(SELECT * FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY user_id, event_timestamp "
            f"ORDER BY {order}) AS place FROM events) WHERE place = 1)"
        )
        shown = ", ".join(
            f"CASE WHEN f.event_timestamp >= s.event_timestamp - {interval} THEN f.{name} END AS {name}"
            for name in FEATURES
        )
        struct = ", ".join(FEATURES)
        last = ", ".join(f"CASE WHEN x.e >= t - {interval} THEN x.{name} END AS {name}" for name in FEATURES)
        fill = f"""SELECT id, user_id, t AS event_timestamp, {last} FROM (
  SELECT id, user_id, t, asks, LAST_VALUE(v, true) OVER (
    PARTITION BY user_id ORDER BY t, asks, v ROWS UNBOUNDED PRECEDING) AS x FROM (
    SELECT id, user_id, event_timestamp AS t, 1 AS asks, NULL AS v FROM spine
    UNION ALL SELECT NULL, user_id, event_timestamp, 0, struct(event_timestamp AS e, {struct}) FROM events) i
) f WHERE asks = 1 ORDER BY id"""
        as_of = (
            f"SELECT s.id, s.user_id, s.event_timestamp, {shown} FROM spine s LEFT ASOF JOIN {one} f "
            "MATCH_CONDITION (s.event_timestamp >= f.event_timestamp) ON s.user_id = f.user_id ORDER BY s.id"
        )
        return {
            "union, last value": fill,
            "as-of join, one a time": as_of,
            "union, join back": union_and_join(interval).replace("TIMESTAMP)", "TIMESTAMP_NTZ)"),
            "per row": per_row(interval),
        }

    def seconds(self, script: Script) -> float:
        def run() -> None:
            for stage in script.stages:
                self._each(stage.create)
            self._session.sql(script.text).write.format("noop").mode("overwrite").save()
            for stage in script.stages:
                self._each(stage.drop)

        return _of_process(_java(), run)

    def answer(self, script: Script) -> tuple[object, ...]:
        for stage in script.stages:
            self._each(stage.create)
        sums = ", ".join(f"round(sum({name}), 6)" for name in FEATURES)
        (found,) = self._session.sql(f"SELECT count(*), {sums} FROM ({script.text}) r").collect()
        for stage in script.stages:
            self._each(stage.drop)
        return tuple(found)

    def _each(self, text: str) -> None:
        for statement in filter(None, (part.strip() for part in text.split(";\n"))):
            self._session.sql(statement)

    def close(self) -> None:
        for name in ("events", "spine"):
            self._session.sql(f"DROP TABLE IF EXISTS {name}")


def _of_process(process: int, run: Callable[[], Any]) -> float:
    """The CPU seconds that a process and its threads take while ``run`` runs."""
    before = _used(process)
    run()
    return _used(process) - before


def _used(process: int) -> float:
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


def _java() -> int:
    """The process of the JVM that this process started."""
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
                name = (folder / "comm").read_text().strip()
            except OSError:
                continue
            if parent == os.getpid() and name == "java":
                return int(folder.name)
    raise RuntimeError("there is no JVM below this process")


ENGINES: Mapping[str, Callable[[], BenchmarkEngine]] = {
    "postgres": Postgres,
    "clickhouse": ClickHouse,
    "spark": Spark,
}
