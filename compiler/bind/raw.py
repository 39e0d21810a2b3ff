"""``expr: {default: ..., bigquery: ...}``: an expert's own SQL for single dialects."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from fcompile.compiler.bind.scope import Scope, at
from fcompile.compiler.bind.sql_text import read_sql
from fcompile.compiler.bind.values import check_column
from fcompile.compiler.dtypes import DType
from fcompile.compiler.errors import did_you_mean, listed
from fcompile.compiler.expressions.infer import Columns
from fcompile.compiler.expressions.nodes import Column, Expr, Place, Raw
from fcompile.compiler.tree import Mapping as Written
from fcompile.compiler.tree import Node
from fcompile.dialects.registry import DIALECTS

if TYPE_CHECKING:
    from sqlglot import exp

DEFAULT = "default"
_SET_RETURNING = frozenset(
    (
        "array_join",
        "explode",
        "flatten_outer",
        "generate_subscripts",
        "generate_table",
        "inline_outer",
        "json_array_elements",
        "json_array_elements_text",
        "json_each",
        "json_each_text",
        "json_object_keys",
        "json_populate_recordset",
        "json_to_recordset",
        "json_tree",
        "json_tuple",
        "jsonb_array_elements",
        "jsonb_array_elements_text",
        "jsonb_each",
        "jsonb_each_text",
        "jsonb_object_keys",
        "jsonb_path_query",
        "jsonb_populate_recordset",
        "jsonb_to_recordset",
        "regexp_matches",
        "regexp_split_to_table",
        "string_to_table",
        "table",
        "unnest",
        "variant_explode",
        "variant_explode_outer",
    )
)
"""Functions that return rows, of any dialect, besides those that sqlglot knows as such."""
_NAMES = tuple(DIALECTS)


def raw(
    scope: Scope, texts: Mapping[str, str], node: Node, columns: Columns, default: Expr, dtype: DType
) -> Expr | None:
    """Return ``default`` with the SQL written for single dialects beside it; None after reporting a problem."""
    before = len(scope.diagnostics)
    written: dict[str, str] = {}
    read: dict[str, None] = {}
    for name in texts:
        if name == DEFAULT:
            continue
        if name not in _NAMES:
            hint = did_you_mean(name, (DEFAULT, *_NAMES)) or f"known: {listed(sorted(_NAMES), 12)}"
            span = node.keys[name] if isinstance(node, Written) else node.span
            scope.problem("FC232", f"there is no dialect `{name}`", span, hint)
            continue
        made = _one(scope, name, texts[name], at(node, name), columns)
        if made is not None:
            written[name], names = made
            read.update(dict.fromkeys(names))
    if len(scope.diagnostics) > before:
        return None
    place = Place(origin=node)
    return Raw(tuple(sorted(written.items())), default, tuple(map(Column, read)), dtype, place)


def _one(scope: Scope, dialect: str, text: str, node: Node, columns: Columns) -> tuple[str, list[str]] | None:
    """Return the text as the dialect writes it, without comments, and the columns that it reads."""
    read = read_sql(text, dialect, "the raw SQL")
    problem = read if isinstance(read, str) else _problem(read)
    if isinstance(read, str) or problem:
        scope.problem("FC341", problem, node.span, "write one expression over the source's columns")
        return None
    from sqlglot import exp

    (tree,) = read
    names = list(dict.fromkeys(str(c.name) for c in tree.find_all(exp.Column)))
    known = columns.types if columns.closed else {}
    found = [_known(name, known) for name in names]
    for name, column in zip(names, found, strict=True):
        if columns.closed and column not in columns.types:
            hint = did_you_mean(name, columns.types) or f"known: {listed(list(columns.types))}"
            scope.problem("FC312", f"there is no column `{name}`", node.span, hint)
        check_column(scope, column, node.span)
    return tree.sql(dialect=dialect, comments=False), found


def _known(name: str, known: Mapping[str, object]) -> str:
    """Return the column as the contract spells it: engines read bare names in any letter case."""
    if name in known:
        return name
    return next((other for other in known if other.lower() == name.lower()), name)


def _is_rows(call: exp.Expr) -> bool:
    """Whether a function returns rows. A list is one value: ``range(3)`` is none where it gives a list."""
    from sqlglot import exp

    if isinstance(call, exp.Anonymous):
        return call.name.lower() in _SET_RETURNING
    return isinstance(call, exp.UDTF | exp.ExplodingGenerateSeries)


def _problem(statements: list[exp.Expr]) -> str:
    from sqlglot import exp

    if len(statements) != 1:
        return f"raw SQL is one expression; this is {len(statements) or 'nothing'}"
    tree = statements[0]
    if not isinstance(tree, exp.Condition) or isinstance(tree, exp.Star) or tree.find(exp.Query):
        return "raw SQL is one expression of a row, without SELECT and AS"
    if tree.find(exp.Window, exp.AggFunc):
        return "raw SQL is one expression of a row: other rows are the business of `aggregations`"
    if any(_is_rows(found) for found in tree.find_all(exp.Func)):
        return "raw SQL has one value for a row: a function that returns rows would multiply them"
    if tree.find(exp.Columns, exp.Star):
        return "raw SQL names its columns one by one"
    if any(isinstance(dot.expression, exp.Func) for dot in tree.find_all(exp.Dot)):
        return "raw SQL calls functions by their bare names, with the arguments in brackets"
    if tree.find(exp.Placeholder, exp.Parameter):
        return "raw SQL takes no parameters"
    if any(column.table for column in tree.find_all(exp.Column)):
        return "raw SQL names columns without a table"
    return ""
