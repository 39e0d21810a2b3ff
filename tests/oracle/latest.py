"""A feature of a view of latest values on one row of its source."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.oracle.expressions import evaluate
from tests.oracle.rows import Row, typed


def feature_value(feature: Mapping[str, Any], row: Row) -> Any:
    if "expr" in feature:
        return typed(evaluate(feature["expr"], row), feature["dtype"])
    return typed(row[feature.get("column", feature["name"])], feature["dtype"])
