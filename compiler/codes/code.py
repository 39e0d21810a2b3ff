"""The shape of an entry, and the pieces of YAML that examples are made of."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Code:
    """What one code stands for.

    Attributes:
        title: what is wrong, in general.
        example: the least that provokes it: YAML, a command, or words.
        advice: what to do about it.
    """

    title: str
    example: str
    advice: str


USER = "entities:\n  - {name: user, join_keys: {user_id: int64}}\n"
SOURCE = "sources:\n  - {name: purchases, table: raw.purchases, timestamp_field: at}\n"
TYPED = (
    "sources:\n  - {name: purchases, table: raw.purchases, timestamp_field: at, columns: {amount: float64}}\n"
)


def view(features: str, more: str = "", source: str = SOURCE) -> str:
    """Return definitions of one view with ``features`` (the text in its brackets)."""
    head = f"{USER}{source}feature_views:\n  - name: spend\n    entities: [user]\n    source: purchases\n"
    return f"{head}{more}    features: [{features}]\n"


AMOUNT = "{name: amount, dtype: float64}"


def expression(text: str) -> str:
    """Return definitions whose one feature is the expression ``text``."""
    return view(f'{{name: x, dtype: float64, expr: "{text}"}}', source=TYPED)


def windows(aggregation: str, source: str = "") -> str:
    """Return definitions of one view with one aggregation over 7 days (the text in its braces)."""
    typed = TYPED.replace("amount: float64", "amount: float64, bought_on: date")
    head = f"{USER}{source or typed}feature_views:\n  - name: spend\n    entities: [user]\n    source: purchases\n"
    return f"{head}    aggregations: [{{name: total, {aggregation}, windows: [7d]}}]\n"


def on_demand(features: str) -> str:
    """Return definitions of one on-demand view of a request's amount, with ``features`` (a list)."""
    return f"on_demand_feature_views:\n  - name: ratio\n    request: {{amount: float64}}\n    features: {features}\n"
