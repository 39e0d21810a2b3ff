"""The queries a careful person would write by hand for this data: what fcompile is measured against.

They know what fcompile cannot: that no value is NULL, that ``created`` settles every tie, and that
``spine_id`` is the spine's order.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.data import END, FEATURES

SPINE = ("spine_id", "k", "event_timestamp", "label")
_TTL = "INTERVAL 30 DAY"
_PACKED = "epoch_us({ts})::HUGEINT * 9223372036854775808 + {created}"


@dataclass(frozen=True, slots=True)
class View:
    """One feature file; its columns get ``prefix`` in the result."""

    file: Path
    prefix: str = ""

    def columns(self, table: str, visible_from: str) -> list[str]:
        """The features as the result names them, NULL where the row is older than the ttl."""
        return [
            f"CASE WHEN {table}.ts >= {visible_from} THEN {table}.{name} END AS {self.prefix}{name}"
            for name in FEATURES
        ]


def composite(spine: Path, views: Sequence[View], ordered: bool) -> str:
    """ASOF on the struct (event time, created)."""
    return _asof(
        spine,
        views,
        ordered,
        lambda v: f"row(s.event_timestamp, TIMESTAMP '9999-01-01') >= row({v}.ts, {v}.created)",
    )


def packed(spine: Path, views: Sequence[View], ordered: bool) -> str:
    """ASOF on one 128-bit number made of (event time, created)."""
    probe = _PACKED.format(ts="s.event_timestamp", created="9223372036854775807")

    def condition(table: str) -> str:
        return f"{probe} >= {_PACKED.format(ts=f'{table}.ts', created=f'epoch_us({table}.created)')}"

    return _asof(spine, views, ordered, condition)


def two_step(spine: Path, views: Sequence[View], ordered: bool) -> str:
    """ASOF on the event time alone, then only the instants that have several rows are settled."""
    numbered = list(enumerate(views))
    carried = [f"v{n}.ts AS ts{n}" for n, _ in numbered]
    carried += [f"v{n}.{name} AS v{n}_{name}" for n, _ in numbered for name in FEATURES]
    joins = "\n".join(
        f"ASOF LEFT JOIN '{v.file}' AS v{n} ON s.k = v{n}.k AND s.event_timestamp >= v{n}.ts"
        for n, v in numbered
    )
    settle = ",\n".join(_settle(n, v) for n, v in numbered)
    columns = [f"m.{name}" for name in SPINE]
    columns += [_settled(n, v, name) for n, v in numbered for name in FEATURES]
    last = "\n".join(f"LEFT JOIN best{n} AS b{n} ON m.k = b{n}.k AND m.ts{n} = b{n}.ts" for n, _ in numbered)
    return f"""
WITH m AS MATERIALIZED (
SELECT {", ".join(f"s.{name}" for name in SPINE)}, {", ".join(carried)}
FROM '{spine}' AS s
{joins}
),
{settle}
SELECT {", ".join(columns)}
FROM m
{last}
{"ORDER BY m.spine_id" if ordered else ""}"""


def _settle(n: int, view: View) -> str:
    best = ", ".join(f"best.{name}" for name in FEATURES)
    return f"""tied{n} AS MATERIALIZED (
SELECT k, ts FROM '{view.file}' SEMI JOIN (SELECT k, ts{n} AS ts FROM m) USING (k, ts)
GROUP BY k, ts HAVING count(*) > 1
),
best{n} AS (
SELECT k, ts, {best} FROM (
SELECT k, ts, arg_max(struct_pack({", ".join(f"{f} := {f}" for f in FEATURES)}), created) AS best
FROM '{view.file}' SEMI JOIN tied{n} USING (k, ts) GROUP BY k, ts)
)"""


def _settled(n: int, view: View, name: str) -> str:
    chosen = f"CASE WHEN b{n}.k IS NULL THEN m.v{n}_{name} ELSE b{n}.{name} END"
    return f"CASE WHEN m.ts{n} >= m.event_timestamp - {_TTL} THEN {chosen} END AS {view.prefix}{name}"


def _asof(spine: Path, views: Sequence[View], ordered: bool, condition: Callable[[str], str]) -> str:
    columns = [f"s.{name}" for name in SPINE]
    for n, view in enumerate(views):
        columns += view.columns(f"v{n}", f"s.event_timestamp - {_TTL}")
    joins = "\n".join(
        f"ASOF LEFT JOIN '{view.file}' AS v{n} ON s.k = v{n}.k AND {condition(f'v{n}')}"
        for n, view in enumerate(views)
    )
    return f"SELECT {', '.join(columns)}\nFROM '{spine}' AS s\n{joins}\n{'ORDER BY s.spine_id' if ordered else ''}"


HISTORICAL = {"ASOF struct": composite, "ASOF 128-bit": packed, "ASOF, then ties": two_step}


def latest(features: Path) -> dict[str, str]:
    """Name -> SELECT of the latest row of each key up to END: key, features, event time, created."""
    source = f"(SELECT * FROM '{features}' WHERE ts <= TIMESTAMP '{END}')"
    columns = ", ".join(("k", *FEATURES, "ts", "created"))
    packed_row = ", ".join(f"{c} := {c}" for c in (*FEATURES, "ts", "created"))
    unpacked = ", ".join(f"best.{c}" for c in (*FEATURES, "ts", "created"))
    return {
        "row_number": f"SELECT {columns} FROM {source}\n"
        "QUALIFY row_number() OVER (PARTITION BY k ORDER BY ts DESC, created DESC) = 1",
        "arg_max": f"SELECT k, {unpacked} FROM\n"
        f"(SELECT k, arg_max(struct_pack({packed_row}), row(ts, created)) AS best FROM {source} GROUP BY k)",
        "max, then join": f"SELECT k, {unpacked} FROM (\n"
        f"SELECT k, arg_max(struct_pack({packed_row}), created) AS best FROM {source}\n"
        f"SEMI JOIN (SELECT k, max(ts) AS ts FROM {source} GROUP BY k) USING (k, ts) GROUP BY k)",
    }
