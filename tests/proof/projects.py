"""Projects as teams have them, of tables, windows, views of views and on-demand views; every feature is honest."""

# ruff: noqa: E501 - YAML stands as people write it
from __future__ import annotations

from fcompile.compiler.bind import bind
from fcompile.compiler.definitions import Definitions

BANK = """\
entities:
  - {name: account, join_keys: {account_id: int64}}
  - {name: merchant, join_keys: {merchant_id: int64}}
sources:
  - name: payments
    table: core.payments
    timestamp_field: booked_at
    available_at: loaded_at
    created_timestamp_field: loaded_at
    columns: {account_id: int64, merchant_id: int64, booked_at: timestamp, loaded_at: timestamp, amount: float64, country: string, is_card: bool}
  - name: accounts
    table: core.accounts
    timestamp_field: changed_at
    availability_lag: 15m
    columns: {account_id: int64, changed_at: timestamp, kind: string, limit_eur: float64, opened_on: date, contract_expires_at: timestamp}
  - name: hourly
    query: |
      SELECT merchant_id, date_trunc('hour', loaded_at) AS hour,
             date_trunc('hour', loaded_at) + INTERVAL '1 hour' AS known_at,
             count(*) AS payments, sum(amount) AS turnover
      FROM core.payments
      GROUP BY merchant_id, date_trunc('hour', loaded_at)
    timestamp_field: hour
    available_at: known_at
feature_views:
  - name: account_spend
    entities: [account]
    source: payments
    aggregations:
      - {name: spend, function: sum, column: amount, windows: [1h, 1d, 7d, 30d, lifetime]}
      - {name: payments, function: count, windows: [1h, 1d, 7d]}
      - {name: cards, function: count, windows: [1d], filter: "is_card and amount > 10"}
      - {name: countries, function: count_distinct, column: country, windows: [7d, 30d]}
      - {name: biggest, function: max, column: amount, windows: [7d]}
      - {name: recent, function: last_n(3), column: amount, windows: [7d]}
    features:
      - {name: share_of_day, dtype: float64, expr: "spend_1d / nullif(spend_30d, 0)"}
  - name: account_hours
    entities: [account]
    source: payments
    every: 1h
    filter: "amount > 0"
    aggregations:
      - {name: mean, function: avg, column: amount, windows: [1d]}
      - {name: deviation, function: stddev_samp, column: amount, windows: [7d]}
  - name: account_profile
    entities: [account]
    source: accounts
    ttl: 365d
    features:
      - {name: kind, dtype: string}
      - {name: limit_eur, dtype: float64, default: 0.0}
      - {name: is_business, dtype: bool, expr: "kind = 'business'"}
      - {name: opened_on, dtype: date}
  - name: last_payment
    entities: [account]
    source: payments
    allow_exact_matches: false
    features:
      - {name: last_amount, dtype: float64, column: amount}
      - {name: last_country, dtype: string, column: country}
      - {name: last_is_large, dtype: bool, expr: "amount > 1000.0"}
  - name: merchant_hour
    entities: [merchant]
    source: hourly
    features:
      - {name: payments, dtype: int64}
      - {name: turnover, dtype: float64}
      - {name: mean_payment, dtype: float64, expr: "turnover / cast(payments as float64)"}
  - name: payment_sizes
    entities: [account]
    source: {view: last_payment_any}
    features:
      - {name: size, dtype: float64, expr: "amount * 2.0"}
  - name: last_payment_any
    entities: [account]
    source: payments
    features:
      - {name: amount, dtype: float64}
on_demand_feature_views:
  - name: ratio
    request: {amount: float64}
    features_from: [{account_spend: [spend_7d]}, {account_profile: [limit_eur]}]
    features:
      - {name: of_week, dtype: float64, expr: "amount / nullif(spend_7d, 0)"}
      - {name: of_limit, dtype: float64, expr: "amount / nullif(limit_eur, 0)"}
"""

HONEST_PROJECTS: tuple[str, ...] = (BANK,)


def bound(yaml: str) -> Definitions:
    found = bind({"featuredefs/all.yaml": yaml})
    assert [each.render({"featuredefs/all.yaml": yaml}) for each in found.diagnostics] == []
    return found.definitions
