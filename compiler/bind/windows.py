"""What a window makes of its rows: function, column, types and filter, of an aggregation or a label."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from fcompile.compiler.aggregates import AGGREGATES, Aggregate
from fcompile.compiler.bind.formulas import condition
from fcompile.compiler.bind.scope import Scope, at, has
from fcompile.compiler.bind.values import check_column
from fcompile.compiler.definitions import Feature, Literal, Meta, Window
from fcompile.compiler.dtypes import BOOL, FLOAT64, DType
from fcompile.compiler.errors import Span, did_you_mean, listed
from fcompile.compiler.expressions import nodes
from fcompile.compiler.expressions.conversions import widens
from fcompile.compiler.expressions.infer import Columns
from fcompile.compiler.tree import Node


@dataclass(frozen=True, slots=True)
class Written:
    """An aggregation or a label as written.

    Attributes:
        shape: its model, with ``function``, ``column`` and ``filter``.
        node: what it was read from.
        dtype: its ``dtype``, read; None where there is none or a broken one (reported).
        sourced: its source is known: of another one the contract might tell the type.
    """

    shape: Any
    node: Node
    dtype: DType | None
    sourced: bool

    def span(self, key: str) -> Span:
        return at(self.node, key).span


@dataclass(frozen=True, slots=True)
class Aggregated:
    """A feature with a window, but for its name and the window's length."""

    function: Aggregate
    arguments: tuple[float, ...]
    expr: nodes.Expr
    input: DType | None
    dtype: DType
    filter: nodes.Expr | None

    def feature(
        self,
        name: str,
        length: timedelta | None,
        span: Span,
        default: Literal = None,
        meta: Meta = Meta(),  # noqa: B008  frozen
    ) -> Feature:
        window = Window(self.function.name, self.arguments, length, self.input, self.filter)
        return Feature(name, self.dtype, self.expr, default, meta, span, window)


def aggregated(scope: Scope, written: Written, columns: Columns, readable: Columns) -> Aggregated | None:
    """Return what ``written`` says; None after reporting why it cannot be told.

    ``columns`` are those of the source, ``readable`` what the filter may read.
    """
    where = written.shape.filter
    filter_ = condition(scope, where, at(written.node, "filter"), readable) if where is not None else None
    function, arguments = _function(scope, written)
    known = _column(scope, written, function, columns)
    if function is None or not known:
        return None
    types = _types(scope, written, function, columns)
    if types is None:
        return None
    name = written.shape.column
    expr = nodes.Literal(True, BOOL) if name is None else nodes.Column(name, nodes.Place(0, len(name)))
    return Aggregated(function, arguments, expr, *types, filter_)


def told_by(written: Written) -> DType | None:
    """Return the type that ``written`` declares its column to have, as a plain feature does; None: none."""
    function = AGGREGATES.get(str(written.shape.function).partition("(")[0].strip())
    if function is None or function.gives not in ("value", "list") or written.dtype is None:
        return None
    return function.read_as(written.dtype)


_CALL = re.compile(r"([a-z_]+) *(?:\( *([0-9]{1,6}(?:\.[0-9]{1,17})?) *\))?")
_LIMITS = {"p": " with p from 0 to 1", "n": " with n at least 1", "k": " with k at least 1"}


def _function(scope: Scope, written: Written) -> tuple[Aggregate | None, tuple[float, ...]]:
    """Return the function and its arguments; (None, ()) after reporting (FC358)."""
    text = written.shape.function
    if text is None:
        return None, ()
    call = _CALL.fullmatch(text)
    name = call.group(1) if call else text.partition("(")[0].strip()
    function = AGGREGATES.get(name)
    if function is None:
        hint = did_you_mean(name, AGGREGATES) or f"one of {listed(list(AGGREGATES), 20)}"
        scope.problem("FC358", f"there is no aggregation function `{name}`", written.span("function"), hint)
        return None, ()
    given = call.group(2) if call else None
    wrong = bool(function.parameter) != (given is not None) or not _in_range(function.parameter, given)
    if call is None or wrong:
        form = f"{name}({function.parameter})" if function.parameter else name
        hint = f"write {form}{_LIMITS.get(function.parameter, '')}"
        scope.problem("FC358", f"`{text}` is not well formed", written.span("function"), hint)
        return None, ()
    return function, (float(given),) if given is not None else ()


def _in_range(parameter: str, given: str | None) -> bool:
    if not parameter or given is None:
        return True
    if parameter == "p":
        return 0 <= float(given) <= 1
    return "." not in given and int(given) >= 1


def _column(scope: Scope, written: Written, function: Aggregate | None, columns: Columns) -> bool:
    """Report a column that is missing (FC114), ill-named, or unknown to a contract (FC312); whether all is well.

    A declared ``dtype`` tells of a column that the contract leaves out, as it does for a plain feature.
    """
    name, before = written.shape.column, len(scope.diagnostics)
    if name is None:
        if function is not None and function.name != "count" and not has(written.node, "column"):
            message = f"missing key `column`: {function.name} needs one"
            scope.problem("FC114", message, written.node.span, "add `column: ...`")
        return function is not None and function.name == "count" and not has(written.node, "column")
    check_column(scope, name, written.span("column"))
    unknown = columns.closed and name not in columns.types and not has(written.node, "dtype")
    if unknown and len(scope.diagnostics) == before:
        folded = next((known for known in columns.types if known.lower() == name.lower()), "")
        hint = f"did you mean `{folded}`?" if folded else did_you_mean(name, columns.types)
        hint = hint or f"known: {listed(list(columns.types))}"
        scope.problem("FC312", f"there is no column `{name}`", written.span("column"), hint)
    return len(scope.diagnostics) == before


def _types(
    scope: Scope, written: Written, function: Aggregate, columns: Columns
) -> tuple[DType | None, DType] | None:
    """Return the type in which the column is read and that of the result; None after reporting."""
    held, declared = columns.types.get(written.shape.column or ""), written.dtype
    if declared is None and has(written.node, "dtype"):  # reported
        return None
    if held is None:
        return _declared(scope, written, function)
    if held.kind not in function.takes:
        message = f"{function.name} takes no {held}, as `{written.shape.column}` is"
        hint = f"it takes {listed(function.takes)}"
        scope.problem("FC360", message, written.span("column"), hint)
        return None
    result = function.result(held)
    if declared is None or _fits(function, held, declared):
        return (None if function.counts and not written.shape.column else held), declared or result
    message = f"{function.name} of `{written.shape.column}`, which is {held}, gives {result}, not {declared}"
    scope.problem("FC361", message, written.span("dtype"), f"write dtype: {result}, or leave `dtype` out")
    return None


def _fits(function: Aggregate, held: DType, declared: DType) -> bool:
    """Whether every result over a column of type ``held`` keeps its value as ``declared``.

    A sum may be declared a decimal of fewer digits than 38: one that has more is an error where it runs. It may be
    declared float64 too, as people expect of amounts: the exact sum is rounded once.
    """
    if declared == function.result(held):
        return True
    match function.gives:
        case "value":
            return widens(held, declared)
        case "list":
            return declared.kind == "list" and declared.item is not None and widens(held, declared.item)
        case "sum":
            of_decimals = held.kind == "decimal" and (held == declared or widens(held, declared))
            return of_decimals or declared == FLOAT64
    return False


def _declared(scope: Scope, written: Written, function: Aggregate) -> tuple[DType | None, DType] | None:
    """As ``_types``, for a column of unknown type."""
    declared = written.dtype or function.told
    if declared is None and not written.sourced:  # reported
        return None
    if declared is None:
        message = f"the type of `{written.shape.name}` cannot be told"
        hint = f"add `dtype: ...`, or declare `{written.shape.column}` in the source's `columns`"
        scope.problem("FC362", message, written.node.span, hint)
        return None
    read = function.read_as(declared)
    if _gives(function, declared):
        return read, declared
    gives = {"value": f"one of {listed(function.takes)}", "list": f"a list of {listed(function.takes)}"}
    sums = {"int32": "int64", "float32": "float64"}
    likely = str(function.told or sums.get(declared.kind, ""))
    hint = f"write dtype: {likely}" if likely else f"it gives {gives.get(function.gives, _SUMS)}"
    scope.problem("FC361", f"{function.name} does not give {declared}", written.span("dtype"), hint)
    return None


_SUMS = "int64, float64 or decimal(p,s)"


def _gives(function: Aggregate, declared: DType) -> bool:
    read = function.read_as(declared)
    match function.gives:
        case "sum":
            return declared.kind in ("int64", "float64", "decimal")
        case "value" | "list":
            return read is not None and read.kind in function.takes
    return declared == function.told
