"""A training set of 100,000 spine rows from 1M feature rows on other engines: fcompile against hand-written queries.

    python benchmarks/warehouses.py [--engine postgres] [--keys 20000] [--repeats 3]

Each query makes every row and writes none. Seconds of CPU are those of the engine's own process; a ratio is to the
best query by hand of the same run. `per row` is what feature stores commonly generate: every feature row before the
spine row's time, joined by the key alone, and the newest kept by ROW_NUMBER. A query that leaves to chance which of
several rows of one time counts is shown, and is no rival. Exits with 1 where answers differ.
"""

from __future__ import annotations

import argparse
import statistics
import sys
from collections.abc import Mapping
from pathlib import Path

if __package__ in (None, ""):
    sys.path[0] = str(Path(__file__).resolve().parent.parent)

from benchmarks.table import environment
from benchmarks.warehouse_engines import CHANCE, ENGINES, FEATURES
from fcompile.compiler.bind import bind
from fcompile.compiler.compile import Spine, SpineColumn, historical_script
from fcompile.compiler.definitions import Table
from fcompile.compiler.request import resolve
from fcompile.compiler.stages import Script
from fcompile.dialects.registry import DIALECTS

FCOMPILE = "fcompile"
PER_ROW = "per row"
_NO_RIVALS = (FCOMPILE, PER_ROW, CHANCE)
_YAML = f"""\
entities:
  - {{name: user, join_keys: {{user_id: string}}}}
sources:
  - {{name: events, table: events, timestamp_field: event_timestamp}}
feature_views:
  - name: recent
    entities: [user]
    source: events
    ttl: 60d
    features: [{", ".join(f"{{name: {name}, dtype: float64}}" for name in FEATURES)}]
"""


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--engine", choices=sorted(ENGINES))
    parser.add_argument("--keys", type=int, default=20_000)
    parser.add_argument("--spine", type=int, default=100_000)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--repeats", type=int, default=3)
    args = parser.parse_args()
    print(environment(), flush=True)
    names = [args.engine] if args.engine else sorted(ENGINES)
    return max(_measure(name, args.spine, args.rows, args.keys, args.repeats) for name in names)


def _measure(name: str, spine: int, rows: int, keys: int, repeats: int) -> int:
    engine = ENGINES[name]()
    engine.load(spine, rows, keys)
    forms = {FCOMPILE: _compiled(name), **{k: Script((), q) for k, q in engine.by_hand().items()}}
    print(f"\n{name}: {spine:,} spine rows, {rows:,} feature rows, {keys:,} keys", flush=True)
    answers = {form: engine.answer(script) for form, script in forms.items()}
    seconds: dict[str, list[float]] = {form: [] for form in forms}
    for _ in range(repeats):
        for form, script in forms.items():
            seconds[form].append(engine.seconds(script))
    _say({form: statistics.median(each) for form, each in seconds.items()})
    wrong = [form for form, answer in answers.items() if answer != answers[FCOMPILE]]
    if wrong:
        print(f"  other answers than fcompile: {', '.join(wrong)}")
    engine.close()
    return 1 if wrong else 0


def _compiled(name: str) -> Script:
    bound = bind({"featuredefs/all.yaml": _YAML})
    columns = (SpineColumn("user_id", "string"), SpineColumn("event_timestamp", "timestamp"))
    spine = Spine(Table(("spine",)), (SpineColumn("id", "int64"), *columns))
    request = resolve(bound.definitions, [f"recent:{each}" for each in FEATURES])
    return historical_script(request, spine, DIALECTS[name], schema="default")


def _say(seconds: Mapping[str, float]) -> None:
    best = min(each for form, each in seconds.items() if form not in _NO_RIVALS)
    for form, each in sorted(seconds.items(), key=lambda pair: pair[1]):
        print(f"  {form:<28} {each:7.2f} s CPU  {each / best:5.2f}x", flush=True)


if __name__ == "__main__":
    sys.exit(main())
