"""Orders in BigQuery, whose NULLs are least: within window and aggregate functions it has no other word for them.

cloud.google.com/bigquery/docs/reference/standard-sql/window-function-calls, .../aggregate-function-calls.
"""

from __future__ import annotations

from sqlglot import exp


def keys_of(order: exp.Ordered) -> list[exp.Ordered]:
    """Return the same order without NULLS FIRST or LAST: a test for NULL goes before, where NULLs are not least.

    One that does not say where NULLs stand has none, or they may stand anywhere.
    """
    descending = bool(order.args.get("desc"))
    said = order.args.get("nulls_first")
    plain = exp.Ordered(this=order.this, desc=descending, nulls_first=not descending)
    if said is None or bool(said) is not descending:
        return [plain]
    absent = exp.Is(this=order.this.copy(), expression=exp.Null())
    return [exp.Ordered(this=absent, desc=bool(said), nulls_first=not said), plain]


def with_least_nulls(tree: exp.Expr) -> exp.Expr:
    """Every ORDER BY in these words."""
    for order in list(tree.find_all(exp.Order)):
        order.set("expressions", [key for each in order.expressions for key in keys_of(each)])
    return tree
