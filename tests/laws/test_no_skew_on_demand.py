"""Law 3 for what is computed when it is read: online, in Python, the values of a training set, made by the warehouse.

Random values of every type lie in the online store and come with the requests; expressions use every function
of the language. Few rows and many take different roads through the evaluator, so both are asked.
"""

from __future__ import annotations

import random
import tempfile
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fcompile import FeatureStore
from fcompile.compiler.dtypes import parse_dtype
from fcompile.compiler.errors import FcompileError
from fcompile.compiler.expressions.functions import FUNCTIONS
from fcompile.runtime.arrow import arrow_type
from tests.differential.settings import examples
from tests.oracle.same import Approximate, agrees

INF, NAN = float("inf"), float("nan")
ENTITIES, REQUESTS = 120, 200
END = datetime(2026, 1, 3)

TYPES: Mapping[str, tuple[str, Sequence[Any]]] = {
    "b": ("bool", [True, False]),
    "i": ("int32", [0, 1, -1, 7, -2_147_483_648, 2_147_483_647]),
    "n": ("int64", [0, 1, -3, 10, 100, 2**53 + 1, -(10**12)]),
    "f": ("float32", [0.0, -0.0, 0.5, -1.25, 0.10000000149011612, 1e30, NAN, INF]),
    "x": ("float64", [0.0, -0.0, 0.1, -2.5, 1e-300, 1e15, NAN, INF, -INF]),
    "d": ("decimal(9,3)", [Decimal("0.000"), Decimal("1.005"), Decimal("-999999.999"), Decimal("2.500")]),
    "s": ("string", ["", " a ", "Ab", "été", "a,b,c", "12", "-1.50", "true", "x\ny", "%_", "2026-01-31"]),
    "t": ("timestamp", [datetime(1969, 12, 31, 23, 59, 59, 999_999), datetime(2026, 2, 28, 12), datetime(2024, 2, 29)]),
    "day": ("date", [date(1970, 1, 1), date(2026, 1, 31), date(2024, 2, 29), date(1900, 3, 1)]),
    "l": ("list<int64>", [[], [1], [3, None, -3], [2**40, 7, 7]]),
    "j": ("json", ['{"a": {"b": [1, "x"]}, "c": null}', "[1, 2]", '"text"', '{"a": true}']),
    "v": ("vector<float32,3>", [[0.0, 0.0, 0.0], [1.0, 0.5, -2.0], [3.0, 4.0, 0.0]]),
}  # fmt: skip
"""Suffix -> dtype and values. A stored feature is called v_b, a field of request data r_b; both may be NULL too."""

EXACT = {
    "bool": [
        "v_b and r_b", "v_b or not r_b", "v_b is null", "v_x > r_x", "v_i <= r_n", "v_x = r_x", "v_f <> r_x",
        "v_s < r_s",
        "v_t >= r_t", "v_n between r_i and 100", "v_s in ('Ab', '', '12')", "v_s like '%a%'", "v_d > r_d",
        "is_nan(r_x)",
        "contains(v_s, r_s)", "starts_with(v_s, 'a')", "ends_with(r_s, v_s)", "regexp_matches(r_s, '^[a-z0-9]+$')",
        "list_contains(v_l, r_i)", "try_cast(r_s as bool)",
    ],
    "int64": [
        "seen_2d + r_i", "coalesce(most_30d, r_n)", "v_i + r_i", "v_n - r_i", "v_i * r_i", "v_n // nullif(r_n, 0)",
        "v_n % r_i", "-v_n", "abs(v_n)", "sign(r_x)",
        "length(v_s)", "date_diff('day', v_day, r_day)", "date_diff('hour', v_t, r_t)", "date_part('iso_year', r_t)",
        "day_of_week(v_day)", "epoch_seconds(r_t)", "hash_bucket(r_s, 1000)", "hash_bucket(v_n, 7)",
        "list_length(r_l)",
        "list_element(v_l, 1)", "bucketize(r_x, 0.0, 1.0, 100.0)", "try_cast(r_s as int64)", "coalesce(v_n, r_n, -1)",
        "greatest(v_n, r_n)", "least(v_n, r_i)", "clamp(r_n, -5, 5)",
        "case when v_b then v_n when r_b then r_i else 0 end",
    ],
    "int32": ["v_i", "try_cast(r_n as int32)"],
    "float64": [
        "share * r_x", "case when share is null then r_x else v_x end", "v_x + r_x", "v_x - r_f", "v_x * r_x",
        "v_x / r_x", "v_n / r_n", "v_d / r_x", "floor(v_x)", "ceil(r_x)",
        "round(v_x, 2)",
        "abs(r_x)", "greatest(v_x, r_x)", "least(v_x, r_x)", "nullif(v_x, r_x)", "ifnull(v_x, r_x)",
        "cast(v_n as float64)",
        "try_cast(v_s as float64)", "sqrt(abs(r_x))",
    ],
    "float32": ["v_f", "r_f", "cast(v_f + r_f as float32)"],
    "decimal(9,3)": ["v_d", "abs(r_d)", "coalesce(v_d, r_d)"],
    "string": [
        "lower(v_s)", "upper(r_s)", "trim(v_s)", "ltrim(v_s)", "rtrim(r_s)", "substr(v_s, 2, 2)",
        "replace(v_s, 'a', r_s)",
        "concat(v_s, r_s)", "split_part(v_s, ',', 2)", "regexp_extract(r_s, '([0-9]+)', 1)",
        "json_text(v_j, '$.a.b[1]')",
        "cast(v_d as string)", "cast(r_n as string)", "cast(v_b as string)", "cast(r_t as string)",
    ],
    "timestamp": [
        "date_trunc('month', v_t)", "add_duration(r_t, '90m')", "greatest(v_t, r_t)", "cast(v_day as timestamp)",
    ],
    "date": ["date_trunc('week', r_day)", "add_duration(v_day, '-1d')", "try_cast(r_s as date)", "cast(r_t as date)"],
    "list<int64>": ["v_l", "coalesce(r_l, v_l)"],
}  # fmt: skip
NEAR = {"float64": ["ln(abs(v_x) + 1)", "log10(abs(r_x) + 1)", "exp(least(v_x, 10.0))", "pow(abs(r_f), 0.5)",
                    "dot(v_v, r_v)", "cosine_similarity(v_v, r_v)", "l2_distance(v_v, r_v)"]}  # fmt: skip
"""Functions whose digits the table of functions leaves open at the end."""
WHOLE = {"int64": ["list_sum(v_l)"]}


def features() -> dict[str, tuple[str, str]]:
    """Name -> dtype and expression; those of ``NEAR`` begin with ``near``."""
    groups = (("exact", EXACT), ("near", NEAR), ("whole", WHOLE))
    listed = [(kind, dtype, e) for kind, group in groups for dtype, all_of in group.items() for e in all_of]
    return {f"{kind}_{n}": (dtype, expr) for n, (kind, dtype, expr) in enumerate(listed)}


FEATURES = features()


def definitions() -> str:
    stored = "\n".join(f"      - {{name: v_{n}, dtype: '{dtype}'}}" for n, (dtype, _) in TYPES.items())
    asked = ", ".join(f"r_{n}: '{dtype}'" for n, (dtype, _) in TYPES.items())
    made = "\n".join(
        f"      - {{name: {name}, dtype: '{dtype}', expr: \"{expr}\"}}"
        for name, (dtype, expr) in FEATURES.items()
    )
    return f"""\
entities: [{{name: user, join_keys: {{user_id: int64}}}}]
sources: [{{name: rows, path: rows.parquet, timestamp_field: at}}]
feature_views:
  - name: stored
    entities: [user]
    source: rows
    ttl: 3d
    features:
{stored}
  - name: recent
    entities: [user]
    source: rows
    aggregations:
      - {{name: seen, function: count, windows: [2d, 30d]}}
      - {{name: most, function: max, column: v_n, windows: [30d], dtype: int64, default: 5}}
    features:
      - {{name: share, dtype: float64, expr: "seen_2d / nullif(seen_30d, 0)"}}
on_demand_feature_views:
  - name: made
    request: {{{asked}}}
    features_from: [stored, recent]
    features:
{made}
"""


def drawn(draw: random.Random, rows: int, prefix: str) -> pa.Table:
    """Return a column of random values of each type; a fifth are NULL."""
    columns = {}
    for name, (text, pool) in TYPES.items():
        kind = arrow_type(parse_dtype(text))
        kind = pa.timestamp("us") if pa.types.is_timestamp(kind) else kind
        values = [None if draw.random() < 0.2 else draw.choice(pool) for _ in range(rows)]
        columns[prefix + name] = pa.array(values, kind)
    return pa.table(columns)


def project(root: Path, draw: random.Random) -> Path:
    (root / "featuredefs").mkdir(parents=True)
    (root / "fcompile.yaml").write_text("project: law\n")
    (root / "featuredefs/all.yaml").write_text(definitions())
    stored = drawn(draw, ENTITIES, "v_")
    # Some rows are past the ttl of three days.
    at = [datetime(2025, 12, 30) if n % 10 == 0 else datetime(2026, 1, 2) for n in range(ENTITIES)]
    stored = stored.append_column("user_id", pa.array(range(ENTITIES), pa.int64()))
    pq.write_table(stored.append_column("at", pa.array(at, pa.timestamp("us"))), root / "rows.parquet")
    return root


def same(name: str, one: Any, other: Any) -> bool:
    close = name.startswith("near") and isinstance(one, float)
    return agrees(Approximate(one) if close else one, other)


@examples(dev=2, ci=25)
@given(seed=st.integers(0, 2**32))
def test_computed_values_online_equal_those_of_a_training_set(seed: int) -> None:
    draw = random.Random(seed)
    with tempfile.TemporaryDirectory() as folder:
        root = project(Path(folder) / "p", draw)
        data = drawn(draw, REQUESTS, "r_")
        keys = pa.array(
            [draw.choice([None, draw.randrange(ENTITIES + 5)]) for _ in range(REQUESTS)], pa.int64()
        )
        asked = data.append_column("user_id", keys)
        times = pa.array([END] * REQUESTS, pa.timestamp("us"))
        with FeatureStore(root) as store:
            store.materialize_incremental(END)
            spine = asked.append_column("event_timestamp", times)
            offline = (
                store.get_historical_features(spine, "made").to_arrow().select(list(FEATURES)).to_pylist()
            )
            rows = asked.to_pylist()
            many = store.get_online_features("made", rows, at=END).to_dict()
            few = store.get_online_features("made", rows[:20], at=END).to_dict()
    for name, (_, expr) in FEATURES.items():
        for number, row in enumerate(offline):
            found = [many[name][number], *few[name][number : number + 1]]
            where = f"{expr} of {rows[number]} (seed {seed})"
            assert all(same(name, row[name], each) for each in found), (
                f"{row[name]!r} is not {found!r}: {where}"
            )


def test_every_function_is_among_the_expressions() -> None:
    text = " ".join(expr for _, expr in FEATURES.values())
    assert [name for name in FUNCTIONS if name.isidentifier() and f"{name}(" not in text] == []


FAILING: Mapping[str, dict[str, Any]] = {
    "v_n + 9223372036854775807": {"v_n": 1},
    "v_n * v_n": {"v_n": 2**62},
    "cast(r_s as int64)": {"r_s": "abc"},
    "cast(r_x as int64)": {"r_x": 1e300},
}


def with_value(table: pa.Table, name: str, value: Any) -> pa.Table:
    place = table.column_names.index(name)
    return table.set_column(place, name, pa.array([value], table.schema.field(name).type))


@pytest.mark.parametrize("expr", FAILING)
def test_what_cannot_be_computed_online_fails_in_a_training_set_too(expr: str, tmp_path: Path) -> None:
    root = project(tmp_path / "p", random.Random(0))
    text = definitions().split("    features_from:")[0]
    made = f'    features_from: [stored]\n    features: [{{name: bad, dtype: int64, expr: "{expr}"}}]\n'
    (root / "featuredefs/all.yaml").write_text(text + made)
    stored, asked = pq.read_table(root / "rows.parquet").slice(1, 1), drawn(random.Random(0), 1, "r_")
    for name, value in FAILING[expr].items():
        stored = with_value(stored, name, value) if name.startswith("v_") else stored
        asked = with_value(asked, name, value) if name.startswith("r_") else asked
    pq.write_table(stored, root / "rows.parquet")
    asked = asked.append_column("user_id", pa.array([1], pa.int64()))
    spine = asked.append_column("event_timestamp", pa.array([END], pa.timestamp("us")))
    with FeatureStore(root) as store:
        store.materialize_incremental(END)
        with pytest.raises(FcompileError, match=r"FC516.*`made:bad`"):
            store.get_online_features("made", asked.to_pylist(), at=END)
        with pytest.raises(FcompileError):
            store.get_historical_features(spine, "made").to_arrow()
