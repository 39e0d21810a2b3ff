"""``expr:`` and ``filter:`` as typed expressions, their problems at their place in the YAML file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from fcompile.compiler.bind.raw import DEFAULT, raw
from fcompile.compiler.bind.scope import Scope, at
from fcompile.compiler.bind.values import check_column
from fcompile.compiler.definitions import JoinKey, Source
from fcompile.compiler.dtypes import BOOL, TIMESTAMP, DType
from fcompile.compiler.errors import Span
from fcompile.compiler.expressions.infer import Columns, Typed, conform, infer
from fcompile.compiler.expressions.nodes import Column, Expr, Literal, Place, column_names
from fcompile.compiler.expressions.parser import parse
from fcompile.compiler.expressions.problems import ExpressionError, Problem
from fcompile.compiler.nested import view_read
from fcompile.compiler.places import place_of
from fcompile.compiler.tree import Node


def known_columns(
    source: Source | None, keys: tuple[JoinKey, ...], plain: dict[str, DType | None] | None = None
) -> Columns:
    """Return what an expression may read: the source's contract, then ``keys``, times and plain features.

    Closed where the source has a contract. Without a source nothing is known.
    """
    types: dict[str, DType | None] = dict(source.columns) if source else {}
    for key in keys:
        types.setdefault(key.name, key.dtype)
    if source and view_read(source) is None:
        for name in (source.timestamp_field, source.created_timestamp_field, source.available_at):
            if name:
                types.setdefault(name, TIMESTAMP)
    for name, dtype in (plain or {}).items():
        types.setdefault(name, dtype)
    return Columns(types, closed=bool(source and source.columns))


def formula(
    scope: Scope, written: str | Mapping[str, str], node: Node, columns: Columns, dtype: DType | None
) -> Expr | None:
    """Return what stands under ``expr``: an expression, or one with raw SQL for single dialects."""
    if isinstance(written, str):
        return expression(scope, written, node, columns, dtype)
    if DEFAULT not in written:
        hint = "every dialect that is not named takes it, and so does Python"
        scope.problem("FC114", f"missing key `{DEFAULT}`", node.span, hint)
    text = written.get(DEFAULT, "null")
    default = expression(scope, text, at(node, DEFAULT), columns, dtype)
    if dtype is None:
        return None
    made = raw(scope, written, node, columns, default or Literal(None, None), dtype)
    return made if default is not None and DEFAULT in written else None


def expression(scope: Scope, text: str, node: Node, columns: Columns, dtype: DType | None) -> Expr | None:
    """Return the expression as ``dtype``, or as it is without one; None after reporting its problems."""
    typed = _typed(scope, text, node, columns)
    if typed is None:
        return None
    return _settled(scope, typed if dtype is None else conform(typed, dtype), node)


def condition(scope: Scope, text: str, node: Node, columns: Columns) -> Expr | None:
    """Return a filter; it must be bool (or unknown, or NULL)."""
    typed = _typed(scope, text, node, columns)
    if typed is None:
        return None
    if typed.dtype not in (None, BOOL):
        message = f"a filter is true or false for each row; this is {typed.dtype}"
        scope.problem(
            "FC355",
            message,
            place_of(node, typed.expr.place.start, typed.expr.place.length),
            "compare it with something",
        )
        return None
    return _settled(scope, conform(typed, BOOL), node)


def plain_column(scope: Scope, name: str, span: Span, columns: Columns, dtype: DType) -> Expr | None:
    """Return a column read as a feature; where the source declares its type, that must fit ``dtype``."""
    declared = columns.types.get(name)
    expr = Column(name, Place(0, len(name)), declared)
    if declared is None or declared == dtype:
        return expr
    typed = conform(Typed(expr, declared), dtype)
    if not typed.problems:
        return typed.expr
    hint = f"declare dtype {declared}, or write expr: cast({name} as {dtype})"
    scope.problem("FC359", f"column `{name}` is {declared}, not {dtype}", span, hint)
    return None


def _typed(scope: Scope, text: str, node: Node, columns: Columns) -> Typed | None:
    try:
        typed = infer(parse(text, node), columns)
    except ExpressionError as error:
        _report(scope, error.problems, node)
        return None
    if typed.problems:
        _report(scope, typed.problems, node)
        return None
    before = len(scope.diagnostics)
    for name in column_names(typed.expr):
        check_column(scope, name, node.span)
    return typed if len(scope.diagnostics) == before else None


def _settled(scope: Scope, typed: Typed, node: Node) -> Expr | None:
    _report(scope, typed.problems, node)
    return None if typed.problems else written_at(typed.expr, node)


def written_at(expr: Expr, node: Node) -> Expr:
    """Return ``expr`` as what stands at ``node``, where conversions have left its root without a place."""
    return expr if expr.place.origin is node else replace(expr, place=replace(expr.place, origin=node))


def _report(scope: Scope, problems: tuple[Problem, ...], node: Node) -> None:
    for problem in problems:
        span = place_of(node, problem.place.start, problem.place.length)
        scope.problem(problem.code, problem.message, span, problem.hint)
