"""Honest features are PROVED, nearly all of them, and each query is seen to be honest by deleting its future."""

from __future__ import annotations

import duckdb
import pytest

from fcompile.compiler.proof.certificate import Verdict
from fcompile.compiler.proof.prove import certificates
from tests.proof.honest import MORE, SHAPES, Honest
from tests.proof.project import verdicts
from tests.proof.projects import HONEST_PROJECTS, bound
from tests.proof.warehouse import changed

QUERIES = (*SHAPES, *MORE)


@pytest.mark.parametrize("query", QUERIES, ids=lambda each: each.name)
def test_an_honest_query_is_proved(query: Honest) -> None:
    found = verdicts(query.sql, query.times, query.columns)
    assert {name: (each.verdict, each.path) for name, each in found.items()} == dict.fromkeys(
        query.columns, (Verdict.PROVED, ())
    )


@pytest.mark.parametrize("query", QUERIES, ids=lambda each: each.name)
def test_an_honest_query_does_not_change_with_its_future(
    shop: duckdb.DuckDBPyConnection, query: Honest
) -> None:
    assert not changed(shop, query.sql, query.times, 4)


def test_at_least_ninety_five_of_a_hundred_honest_features_are_proved() -> None:
    found = [each for query in QUERIES for each in verdicts(query.sql, query.times, query.columns).values()]
    for project in HONEST_PROJECTS:
        found += certificates(bound(project), "duckdb").values()
    proved = sum(each.verdict is Verdict.PROVED for each in found)
    assert len(found) >= 120
    assert proved / len(found) >= 0.95
    assert [each.path for each in found if each.verdict is Verdict.LEAK] == []
