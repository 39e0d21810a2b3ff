"""Labels: windows that look forward. Bound and checked; a later version compiles them."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

from fcompile.compiler.bind.formulas import condition, known_columns
from fcompile.compiler.bind.scope import Item, Scope, at
from fcompile.compiler.bind.values import check_column, dtype_of, duration_of, meta_of
from fcompile.compiler.bind.views import entities_of
from fcompile.compiler.definitions import Label
from fcompile.compiler.errors import did_you_mean, listed

PARAMETERS = {
    "count": "",
    "sum": "",
    "avg": "",
    "min": "",
    "max": "",
    "stddev_samp": "",
    "var_samp": "",
    "first": "",
    "last": "",
    "count_distinct": "",
    "approx_count_distinct": "",
    "percentile": "p",
    "last_n": "n",
    "last_distinct_n": "n",
    "top_k": "k",
}
"""Aggregation functions of SPEC 3, and the name of the parameter that one takes."""

_CALL = re.compile(r"([a-z_]+) *(?:\( *([0-9]{1,6}(?:\.[0-9]{1,17})?) *\))?")


def bind_label(scope: Scope, item: Item) -> Label | None:
    shape = item.shape
    entities = entities_of(scope, item)
    source = scope.find("sources", shape.source, item.span("source"))
    function, arguments = _function(scope, item)
    if shape.column is not None:
        check_column(scope, shape.column, item.span("column"))
    elif function and function != "count" and not item.has("column"):
        message = f"missing key `column`: {function} needs one"
        scope.problem("FC114", message, item.node.span, "add `column: ...`")
    columns = known_columns(source, tuple(k for e in entities for k in e.join_keys))
    if len(entities) != len(shape.entities):
        columns = replace(columns, closed=False)  # the keys of a broken entity are not known
    where = shape.filter
    filter_ = condition(scope, where, at(item.node, "filter"), columns) if where is not None else None
    dtype = dtype_of(scope, shape.dtype, item.span("dtype")) if shape.dtype is not None else None
    horizon = duration_of(scope, item, "horizon", shape.horizon)
    maturity = duration_of(scope, item, "maturity", shape.maturity, positive=False)
    if source is None or horizon is None or len(entities) != len(shape.entities):
        return None
    return Label(
        item.name,
        entities,
        source,
        function,
        arguments,
        shape.column,
        horizon,
        maturity or timedelta(0),
        filter_,
        dtype,
        meta_of(item),
        item.span("name"),
    )


def _function(scope: Scope, item: Item) -> tuple[str, tuple[float, ...]]:
    """Return name and arguments; ("", ()) after reporting."""
    text = item.shape.function
    if text is None:
        return "", ()
    call = _CALL.fullmatch(text)
    name = call.group(1) if call else text.partition("(")[0]
    if name not in PARAMETERS:
        hint = did_you_mean(name, PARAMETERS) or f"one of {listed(list(PARAMETERS), 20)}"
        scope.problem("FC358", f"there is no aggregation function `{name}`", item.span("function"), hint)
        return "", ()
    parameter = PARAMETERS[name]
    given = call.group(2) if call else None
    if call is None or bool(parameter) != (given is not None) or not _in_range(parameter, given):
        form = f"{name}({parameter})" if parameter else name
        limits = {"p": " with p from 0 to 1", "n": " with n at least 1", "k": " with k at least 1"}
        hint = f"write {form}{limits.get(parameter, '')}"
        scope.problem("FC358", f"`{text}` is not well formed", item.span("function"), hint)
        return "", ()
    return name, (float(given),) if given is not None else ()


def _in_range(parameter: str, given: str | None) -> bool:
    if not parameter or given is None:
        return True
    if parameter == "p":
        return 0 <= float(given) <= 1
    return "." not in given and int(given) >= 1
