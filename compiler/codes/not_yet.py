"""FC9xx: what a later version brings."""

from __future__ import annotations

from collections.abc import Mapping

from fcompile.compiler.codes.code import AMOUNT, Code, view

ENTRIES: Mapping[str, Code] = {
    "FC901": Code(
        "A view has features and aggregations",
        view(
            AMOUNT,
            "    aggregations: [{name: total, function: sum, column: n, windows: [7d], dtype: int64}]\n",
        ),
        "Split it into two views: one with `features`, one with `aggregations`.",
    ),
    "FC902": Code(
        "On-demand feature views are not compiled yet",
        "on_demand_feature_views:\n  - name: ratio\n    request: {amount: float64}\n"
        + "    features: [{name: double, dtype: float64, expr: amount * 2}]\n",
        "Compute the value in the model's code until a later version brings them.",
    ),
    "FC903": Code(
        "Views of views are not compiled yet",
        view(AMOUNT).replace("source: purchases", "source: {view: profile}"),
        "Name a source until a later version brings them.",
    ),
    "FC910": Code(
        "A dialect is not there yet",
        "$ fcompile build -d snowflake",
        "Build for a dialect that this version has: `-d all` takes those.",
    ),
    "FC951": Code(
        "An online store is not there yet",
        "`online: {type: dynamodb}`",
        "Use `online: {type: sqlite}` until a later version brings it.",
    ),
    "FC952": Code(
        "A kind of state is not there yet",
        "`state: {type: postgres}`",
        "Use `state: {type: sqlite}` until a later version brings it.",
    ),
}
