"""A small shop's project, and what a change of its text is called."""

from __future__ import annotations

from fcompile.compiler.bind import bind
from fcompile.compiler.definitions import Definitions
from fcompile.compiler.diff.compare import compare
from fcompile.compiler.diff.model import ChangeClass, ObjectChange, Reason

FILE = "featuredefs/shop.yaml"
SHOP = """\
entities:
  - name: user
    join_keys: {user_id: int64}
  - name: item
    join_keys: {item_id: int64}
  - name: place
    join_keys: {place_id: int64}
sources:
  - name: purchases
    table: raw.purchases
    timestamp_field: bought_at
    available_at: loaded_at
    columns: {amount: float64, quantity: int32, note: string, colour: string}
  - name: profiles
    query: SELECT user_id, ts, age, city, score FROM raw.profiles WHERE ok
    timestamp_field: ts
    availability_lag: 1h
  - name: weather
    path: data/weather.csv
    timestamp_field: ts
feature_views:
  - name: profile
    entities: [user]
    source: profiles
    ttl: 30d
    features:
      - {name: age, dtype: int32}
      - {name: home, dtype: string, column: city}
      - {name: is_adult, dtype: bool, expr: "age >= 18"}
      - {name: score, dtype: float64, default: 0.0}
  - name: spend
    entities: [user]
    source: purchases
    every: 1h
    aggregations:
      - {name: total, function: sum, column: amount, windows: [1h, 7d]}
      - {name: buys, function: count, windows: [7d], filter: "amount > 0"}
      - {name: kinds, function: approx_count_distinct, column: quantity, windows: [1d]}
    features:
      - {name: mean, dtype: float64, expr: "total_7d / nullif(cast(buys_7d as float64), 0.0)"}
  - name: temps
    entities: [place]
    source: weather
    features:
      - {name: temp, dtype: float64}
  - name: visits
    entities: [item]
    source: weather
    features:
      - {name: place, dtype: int64}
      - {name: warmth, dtype: int32}
  - name: moods
    entities: [item]
    source: {view: visits}
    aggregations:
      - {name: warmest, function: max, column: warmth, windows: [14d]}
      - {name: places, function: approx_count_distinct, column: place, windows: [14d]}
  - name: raw_only
    entities: [user]
    source: purchases
    online: false
    features:
      - {name: last_amount, dtype: float64, column: amount}
on_demand_feature_views:
  - name: ratio
    request: {amount: float64}
    features_from: [spend:total_7d, profile:age]
    features:
      - {name: times, dtype: float64, expr: "amount / nullif(total_7d, 0.0)"}
      - {name: years, dtype: string, expr: "cast(age as string)"}
feature_services:
  - name: all_of_it
    features: [profile, ratio]
  - name: picked
    features:
      - spend: [total_1h, mean]
      - {view: temps, alias: at_home, join_key_map: {place_id: home_id}}
labels:
  - {name: buys_later, entities: [user], source: purchases, function: count, horizon: 30d, maturity: 2d}
tests:
  - {name: t, features: [profile], spine: [], expect: []}
"""


def bound(text: str) -> Definitions:
    found = bind({FILE: text})
    assert not found.diagnostics, [each.render({FILE: text}) for each in found.diagnostics]
    return found.definitions


def changes(*edits: tuple[str, str], base: str = SHOP, dialect: str = "duckdb") -> dict[str, ObjectChange]:
    """Return the changes by id when each text in turn is replaced by another one, in the place it first has."""
    text = base
    for old, new in edits:
        assert old in text, old
        text = text.replace(old, new, 1)
    found = compare(bound(base), bound(text), {FILE: base}, {FILE: text}, dialect)
    return {each.id: each for each in found}


def only(*edits: tuple[str, str], base: str = SHOP) -> ObjectChange:
    """Return the one change that there is."""
    found = changes(*edits, base=base)
    assert len(found) == 1, list(found.values())
    return next(iter(found.values()))


def reason(change: ObjectChange, what: str) -> Reason:
    found = [each for each in change.reasons if each.what == what]
    assert len(found) == 1, change.reasons
    return found[0]


def classes(change: ObjectChange) -> dict[str, ChangeClass]:
    """Return the greatest class of each thing that changed."""
    made: dict[str, ChangeClass] = {}
    for each in change.reasons:
        made[each.what] = max(made.get(each.what, each.change), each.change, key=lambda c: c.rank)
    return made
