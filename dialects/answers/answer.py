"""The questions that every dialect answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Answer:
    """``said``: what the engine has and what fcompile does with it; ``page``: the vendor's page, without https://."""

    said: str
    page: str


QUESTIONS: Mapping[str, str] = MappingProxyType(
    {
        "as_of_join": "As-of join",
        "qualify": "QUALIFY",
        "merge": "MERGE",
        "create_or_replace": "CREATE OR REPLACE TABLE",
        "temporary_tables": "Temporary tables",
        "transactions": "Transactions",
        "timestamps": "Timestamps in microseconds",
        "intervals": "Time arithmetic in seconds",
        "null_order": "NULLs in an order",
        "booleans": "Booleans",
        "lists": "Lists",
        "structs": "Structs",
        "json": "JSON",
        "identifiers": "Names",
        "limits": "Limits",
    }
)
"""A question's key -> how a reader sees it."""
