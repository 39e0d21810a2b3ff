"""sqlglot's generator, which looks up the texts of leaves: columns and types are half of what it prints."""

from __future__ import annotations

from collections.abc import Callable

from sqlglot import exp
from sqlglot.dialects.dialect import Dialect as SqlglotDialect
from sqlglot.generator import Generator

from fcompile.dialects.leaves import MOST, is_leaf

_Print = Callable[[Generator, exp.Expr], str]


def generator_of(name: str, *, shares_leaves: bool) -> Generator:
    """Return what prints trees in sqlglot's dialect ``name``, laid out for reading.

    ``shares_leaves``: are they printed as they are, and not copies of them?
    """
    made = SqlglotDialect.get_or_raise(name).generator(pretty=True, max_text_width=96)
    if shares_leaves:
        own = made._dispatch  # compiled classes cannot be derived from
        made._dispatch = {
            **own,
            exp.Column: _looked_up(own[exp.Column]),
            exp.DataType: _looked_up(own[exp.DataType]),
        }
    return made


def _looked_up(print_anew: _Print) -> _Print:
    texts: dict[int, str] = {}
    leaves: list[exp.Expr] = []  # as long as they are here, no other node has their numbers

    def remembered(generator: Generator, node: exp.Expr) -> str:
        text = print_anew(generator, node)
        if is_leaf(node):
            if len(leaves) >= MOST:
                texts.clear()
                leaves.clear()
            leaves.append(node)
            texts[id(node)] = text
        return text

    def text(generator: Generator, node: exp.Expr) -> str:
        return texts.get(id(node)) or remembered(generator, node)

    return text
