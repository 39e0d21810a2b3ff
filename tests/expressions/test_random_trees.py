"""The text of a tree reads back as the same tree, and any text is an expression or a problem in it.

What the engines that run here make of random trees is compared elsewhere; of the others, that there is SQL.
"""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fcompile.compiler.expressions.parser import parse
from fcompile.compiler.expressions.problems import ExpressionError
from fcompile.compiler.expressions.text import to_text
from fcompile.dialects.registry import DIALECTS
from tests.expressions.agreed_engines import leaves_out
from tests.expressions.running import to_sql, typed
from tests.expressions.trees import Trees


def test_the_canonical_text_reads_back_as_the_same_tree() -> None:
    trees = Trees(seed=1)
    for _ in range(400):
        tree = trees.typed().written
        assert tree is not None
        text = to_text(tree)
        assert parse(text) == tree, text
        assert to_text(parse(text)) == text


@pytest.mark.parametrize("dialect", ["redshift", "snowflake", "trino"])
def test_every_tree_that_a_dialect_does_not_refuse_has_sql(dialect: str) -> None:
    trees = Trees(seed=2)
    taken = [tree for tree in (trees.typed() for _ in range(150)) if not leaves_out(tree, dialect)]
    assert len(taken) > 50
    assert all(to_sql(tree, dialect) for tree in taken)


def test_a_text_of_constants_is_split_in_each_dialect() -> None:
    for dialect in DIALECTS:
        assert to_sql(typed("split_part('a,b', ',', 2)"), dialect)


@settings(max_examples=500, deadline=None)
@given(st.text("ab\"'().,+-*/%<>=! 01e:|andornotiscase", max_size=30))
def test_any_text_is_an_expression_or_a_problem_inside_it(text: str) -> None:
    try:
        parse(text)
    except ExpressionError as error:
        for problem in error.problems:
            assert 0 <= problem.place.start <= len(text)
            assert problem.place.length >= 1
