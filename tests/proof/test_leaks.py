"""Queries made to see the future: some hundreds, each by one operator of the table; none of them is called PROVED."""

from __future__ import annotations

import duckdb
import pytest

from fcompile.compiler.proof.certificate import Verdict
from tests.proof.honest import SHAPES, Honest
from tests.proof.mutations import CLOCKS, OPERATORS, Mutant, Operator, mutants
from tests.proof.project import definitions, proof
from tests.proof.warehouse import Times, changed

MUTANTS = tuple(mutants())

NOT_TOLD = {
    "known long ago, undeclared": "`raw.visits` never changes: no known time of it is declared",
    "known when it happened, undeclared": "rows of `raw.visits` are known as soon as they happen (`made_at`)",
}
"""Leaks that nobody can see without a declaration: the assumption is the very thing that the mutation breaks."""


def test_there_are_at_least_two_hundred_leaks() -> None:
    assert len(OPERATORS) >= 60
    assert len({mutant.sql for mutant in MUTANTS}) >= 700


@pytest.mark.parametrize("operator", OPERATORS, ids=lambda each: each.name)
def test_no_leak_is_called_proved(operator: Operator) -> None:
    mine = [mutant for mutant in MUTANTS if mutant.operator is operator]
    found = {mutant.name: _verdict(mutant) for mutant in mine}
    assert {name: told for name, told in found.items() if told != Verdict.LEAK} == {
        name: told for name, told in NOT_TOLD.items() if name in found
    }


def _verdict(mutant: Mutant) -> str:
    """Return LEAK where it is one by a code of the operator's, else what was found instead."""
    made = proof(definitions(mutant.sql, Times()))
    found = made.certificates["v:x"]
    codes = {each.code for each in made.diagnostics}
    if found.verdict is Verdict.LEAK:
        return found.verdict if codes & set(mutant.operator.codes) else f"LEAK by {sorted(codes)}"
    return "; ".join(found.assumptions) or found.verdict


@pytest.mark.parametrize("operator", OPERATORS, ids=lambda each: each.name)
def test_each_operator_makes_a_leak_that_shows(shop: duckdb.DuckDBPyConnection, operator: Operator) -> None:
    made = (operator.change(shape.sql) for shape in SHAPES)
    assert any(changed(shop, sql, Times()) for sql in made if sql is not None)


@pytest.mark.parametrize("expression", CLOCKS)
@pytest.mark.parametrize("shape", SHAPES, ids=lambda each: each.name)
def test_what_differs_from_run_to_run_is_a_leak(expression: str, shape: Honest) -> None:
    sql = f"select user_id, made_at, loaded_at, {expression} as x from ({shape.sql}) as q"
    made = proof(definitions(sql, Times()))
    assert made.certificates["v:x"].verdict is Verdict.LEAK
    assert {each.code for each in made.diagnostics} == {"FC253"}


@pytest.mark.parametrize("expression", CLOCKS)
def test_clocks_and_random_numbers_differ_from_run_to_run(
    shop: duckdb.DuckDBPyConnection, expression: str
) -> None:
    shop.execute("set variable cut = timestamp '2100-01-01'")
    sql = f"select list({expression} order by id) from raw.events"
    assert len({str(shop.execute(sql).fetchone()) for _ in range(5)}) > 1


def test_a_filter_by_the_clock_or_a_sample_is_a_leak() -> None:
    for sql in (
        "select user_id, made_at, loaded_at, amount as x from raw.events where loaded_at > now() - interval '30 days'",
        "select user_id, made_at, loaded_at, amount as x from raw.events where made_at < current_date",
        "select user_id, made_at, loaded_at, amount as x from raw.events tablesample 10%",
        "select user_id, made_at, loaded_at, amount as x from raw.events where random() < 0.1",
        "select user_id, made_at, loaded_at, amount as x from raw.events using sample 5",
    ):
        assert {each.code for each in proof(definitions(sql, Times())).diagnostics} == {"FC253"}, sql
