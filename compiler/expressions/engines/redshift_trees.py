"""Trees of Postgres without what Redshift has not: a subquery of one row is written out where its columns stand."""

from __future__ import annotations

from sqlglot import exp

from fcompile.compiler.expressions.builders import atom
from fcompile.compiler.expressions.engines import postgres_trees as p
from fcompile.compiler.expressions.engines.words import Build


def inlined(build: Build) -> Build:
    """What ``build`` makes, written out."""
    return lambda arguments, kinds: spread(build(arguments, kinds))


def spread(tree: exp.Expr) -> exp.Expr:
    """``tree`` with every subquery of one row replaced, and tests of patterns as Redshift has them."""
    for node in reversed(list(tree.find_all(exp.Subquery, exp.RegexpLike))):
        if isinstance(node.parent, exp.From):
            continue
        made = _written_out(node) if isinstance(node, exp.Subquery) else _tested(node)
        if node is tree:
            tree = made
        else:
            node.replace(made)
    return tree


def _written_out(node: exp.Expr) -> exp.Expr:
    select = node.this
    body: exp.Expr = select.expressions[0]
    source = select.args["from_"].this
    known = {value.alias: value.this for value in source.this.expressions}
    held = exp.Paren(this=body)
    for column in list(held.find_all(exp.Column)):
        if column.table == source.alias and column.name in known:
            column.replace(atom(known[column.name].copy()))
    made: exp.Expr = held.this
    return made


def _tested(node: exp.Expr) -> exp.Expr:
    pattern = str(node.expression.this)
    return counted(node.this, pattern.removesuffix("$") + "\\z" if pattern.endswith("$") else pattern)


def counted(value: exp.Expr, pattern: str) -> exp.Expr:
    """Whether a pattern of PCRE matches: REGEXP_COUNT, whose parameter p says so."""
    found = p.call("REGEXP_COUNT", value, p.text(pattern), p.number(1), p.text("p"))
    return exp.GT(this=found, expression=p.number(0))
