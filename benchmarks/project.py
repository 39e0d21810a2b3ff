"""The projects that fcompile compiles here, written as a user would write them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from benchmarks import expressions
from benchmarks.data import FEATURES, VIEWS
from benchmarks.window_data import SHAPES, SKEWED, Shape
from benchmarks.window_query import WINDOWS

SETTINGS = """\
project: bench
targets:
  dev:
    warehouse: {type: duckdb, path: .fcompile/dev.duckdb}
    online: {type: sqlite, path: .fcompile/online.db}
default_target: dev
"""

_SOURCE = """\
  - name: {name}_rows
    path: {name}.parquet
    timestamp_field: ts
    created_timestamp_field: created
"""

_VIEW = """\
  - name: {name}
    entities: [key]
    source: {name}_rows
    ttl: 30d
    features:
"""

_KEY = "entities:\n  - name: key\n    join_keys: {k: int64}\n"

EXACT = {
    "count_distinct": ("count_distinct", "item", ""),
    "min": ("min", "amount", "float64"),
    "max": ("max", "amount", "float64"),
    "percentile": ("percentile(0.9)", "amount", "float64"),
    "last_n": ("last_n(5)", "amount", "list<float64>"),
}
"""Name of a view -> function, column and dtype of its one aggregation, which is named ``v``."""

WIDE = (
    ("spend", "sum", "amount", "float64"),
    ("buys", "count", "", ""),
    ("mean", "avg", "amount", "float64"),
    ("least", "min", "amount", "float64"),
    ("most", "max", "amount", "float64"),
    ("spread", "stddev_samp", "amount", "float64"),
    ("items", "count_distinct", "item", ""),
    ("latest", "last_n(5)", "amount", "list<float64>"),
)
"""A view as teams have it: name, function, column and dtype; the first two are the sums and counts."""
REFRESHED = {"sums": WIDE[:2], "wide": WIDE}
LATE = "_lookback"
"""Ends the name of a view that says how late its rows may come."""

DOMAINS = 20
"""The big project's definitions stand in so many files."""


def measured(folder: Path) -> Path:
    """The project over the generated files of ``folder``: one view a file."""
    names = ("uniform", "zipf", *(f"view_{n}" for n in range(VIEWS)))
    features = "".join(f"      - {{name: {name}, dtype: float64}}\n" for name in FEATURES)
    sources = "".join(_SOURCE.format(name=name) for name in names)
    views = "".join(_VIEW.format(name=name) + features for name in names)
    return _write(folder, {"views.yaml": f"{_KEY}sources:\n{sources}feature_views:\n{views}"})


def computed(folder: Path) -> Path:
    """The same project, with 50 features computed of the ``uniform`` file's: on demand, and in a view of their own."""
    lines = "".join(
        f'      - {{name: {name}, dtype: float64, expr: "{text}"}}\n'
        for name, text in expressions.floats(50).items()
    )
    types = ", ".join(f"{name}: float64" for name in FEATURES)
    source = _SOURCE.format(name="uniform").replace("uniform_rows", "typed_rows")
    source += f"    columns: {{k: int64, ts: timestamp, created: timestamp, {types}}}\n"
    view = _VIEW.format(name="derived").replace("derived_rows", "typed_rows")
    on_demand = f"  - name: computed\n    features_from: [uniform]\n    features:\n{lines}"
    text = f"sources:\n{source}feature_views:\n{view}{lines}on_demand_feature_views:\n{on_demand}"
    return _write(measured(folder), {"computed.yaml": text})


def windows(folder: Path) -> Path:
    """The project over the generated events of ``folder``: for each shape a view a question, four windows each."""
    sums = (("spend", "sum", "amount", "float64"), ("buys", "count", "", ""))
    four = tuple((name, "sum", name, "float64") for name in SKEWED.values)
    views = [_windows("skewed", "sums", sums), _windows("skewed", "one_sum", sums[:1])]
    views.append(_windows("skewed", "four_sums", four))
    for shape in SHAPES:
        views.append(_windows(shape.name, "sums", sums))
        views += [_windows(shape.name, name, (("v", *what),)) for name, what in EXACT.items()]
    sources = _events((*SHAPES, SKEWED))
    return _write(folder, {"windows.yaml": f"{_KEY}sources:\n{sources}feature_views:\n{''.join(views)}"})


def refreshed(folder: Path) -> Path:
    """The project of what is run again and again: ``REFRESHED`` for each shape, without and with a lookback."""
    views = [
        _windows(shape.name, name + ending, aggregations, options)
        for shape in SHAPES
        for name, aggregations in REFRESHED.items()
        for ending, options in (("", ""), (LATE, "    lookback: 1h\n"))
    ]
    return _write(
        folder, {"windows.yaml": f"{_KEY}sources:\n{_events(SHAPES)}feature_views:\n{''.join(views)}"}
    )


def _events(shapes: Sequence[Shape]) -> str:
    return "".join(
        f"  - {{name: {shape.name}_rows, path: {shape.name}.parquet, timestamp_field: ts}}\n"
        for shape in shapes
    )


def _windows(
    source: str, name: str, aggregations: Sequence[tuple[str, str, str, str]], options: str = ""
) -> str:
    """One view; an aggregation is its name, function, column and dtype, the last two may be empty."""
    lines = "".join(
        f"      - {{name: {n}, function: {function}, windows: [{', '.join(WINDOWS)}]"
        f"{', column: ' + column if column else ''}{', dtype: ' + dtype if dtype else ''}}}\n"
        for n, function, column, dtype in aggregations
    )
    head = f"  - name: {source}_{name}\n    entities: [key]\n    source: {source}_rows\n"
    return f"{head}{options}    aggregations:\n{lines}"


def big(folder: Path, views: int) -> Path:
    """``views`` views with ten features each, half of them plain columns, over a source for every ten views."""
    files = {"entities.yaml": _entities()}
    for domain in range(DOMAINS):
        files[f"domain_{domain:02d}.yaml"] = _domain(domain, range(domain, views, DOMAINS))
    return _write(folder, files)


def _entities() -> str:
    return (
        "entities:\n"
        "  - {name: user, join_keys: {user_id: int64}, owner: core, description: A person with an account}\n"
        "  - {name: shop, join_keys: {country: string, shop_id: int64}, owner: core}\n"
    )


def _domain(domain: int, views: range) -> str:
    sources = "".join(_big_source(domain, n) for n in range(max(1, len(views) // 10)))
    return f"sources:\n{sources}feature_views:\n" + "".join(
        _big_view(number, f"events_{domain:02d}_{at % max(1, len(views) // 10)}")
        for at, number in enumerate(views)
    )


def _big_source(domain: int, number: int) -> str:
    keys = "user_id: int64, country: string, shop_id: int64"
    columns = "amount: float64, price: float64, age: int64, city: string, status: string, paid: bool"
    return f"""\
  - name: events_{domain:02d}_{number}
    table: raw.events_{domain:02d}_{number}
    timestamp_field: event_time
    created_timestamp_field: created_at
    columns: {{{keys}, {columns}, event_time: timestamp, created_at: timestamp}}
"""


def _big_view(number: int, source: str) -> str:
    entity = "shop" if number % 3 == 0 else "user"
    options = "    ttl: 30d\n" if number % 2 == 0 else ""
    options += "    filter: \"status <> 'deleted' and amount > 0.0\"\n" if number % 4 == 0 else ""
    options += "    allow_exact_matches: false\n" if number % 10 == 0 else ""
    plain = [
        ("amount", "float64"),
        ("price", "float64"),
        ("age", "int64"),
        ("city", "string"),
        ("paid", "bool"),
    ]
    features = "".join(f"      - {{name: {name}, dtype: {dtype}}}\n" for name, dtype in plain)
    return f"""\
  - name: view_{number:04d}
    description: Generated view {number}
    owner: team_{number % 7}
    tags: {{tier: "{number % 3}"}}
    entities: [{entity}]
    source: {source}
{options}    features:
{features}\
      - {{name: is_adult, dtype: bool, expr: "age >= 18"}}
      - {{name: total, dtype: float64, expr: "amount * price + {number}.0"}}
      - {{name: place, dtype: string, expr: "upper(trim(city))"}}
      - {{name: band, dtype: string, expr: "case when amount > 100.0 then 'high' else 'low' end"}}
      - {{name: unit, dtype: float64, expr: "coalesce(amount / nullif(price, 0.0), 0.0)"}}
"""


def _write(folder: Path, files: dict[str, str]) -> Path:
    definitions = folder / "featuredefs"
    definitions.mkdir(parents=True, exist_ok=True)
    (folder / "fcompile.yaml").write_text(SETTINGS, "utf-8")
    for name, text in files.items():
        (definitions / name).write_text(text, "utf-8")
    return folder
