"""Rewritten statements against the clauses they stand for: DuckDB has all of them, and runs both; Postgres the one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import duckdb
import psycopg
import pytest
import sqlglot
from sqlglot import exp

from fcompile.dialects import rewrites
from fcompile.dialects.base import Rewrite
from tests.engines.servers import postgres_connection, postgres_database

pytestmark = pytest.mark.engines

ALL: tuple[Rewrite, ...] = (
    rewrites.without_filter,
    rewrites.without_semi_joins,
    rewrites.without_qualify,
    rewrites.without_row_comparisons,
    rewrites.without_null_safe_equality,
)

TABLES = """
CREATE TABLE a (k INT, x INT, y INT);
INSERT INTO a VALUES (1, 1, 1), (1, 2, NULL), (1, 2, 3), (2, NULL, NULL), (2, 5, 5), (NULL, 7, 7), (3, 0, 9);
CREATE TABLE b (k INT, x INT, z INT);
INSERT INTO b VALUES (1, 1, 1), (1, 2, 2), (2, NULL, NULL), (NULL, 7, 7), (4, 1, NULL);
"""

FILTERS = [
    "SELECT k, SUM(x) FILTER (WHERE y > 1) AS s, COUNT(*) FILTER (WHERE x > 1 OR y > 1) AS n FROM a GROUP BY k",
    "SELECT k, COUNT(DISTINCT x) FILTER (WHERE y IS NOT NULL) AS n, MAX(x + 1) FILTER (WHERE x < 2) AS m FROM a "
    "GROUP BY k",
    "SELECT k, x, y, SUM(x) FILTER (WHERE y > 1) OVER (PARTITION BY k) AS s FROM a",
    "WITH c AS (SELECT k, MIN(x) FILTER (WHERE y > 1) AS m FROM a GROUP BY k) SELECT m FROM (SELECT m FROM c) AS d",
    "SELECT k FROM a GROUP BY k HAVING COUNT(*) FILTER (WHERE y > 1) > 0",
]
SEMI = [
    "SELECT a.k, a.x FROM a SEMI JOIN b ON a.k = b.k",
    "SELECT a.k, a.x FROM a ANTI JOIN b ON a.k = b.k",
    "SELECT a.k, a.x FROM a ANTI JOIN b ON a.k = b.k AND a.x = b.x WHERE a.y > 1 OR a.x = 5",
    "SELECT a.k, COUNT(*) AS n FROM a SEMI JOIN b ON a.k = b.k GROUP BY a.k HAVING COUNT(*) > 1",
    "SELECT a.k, c.z FROM a SEMI JOIN (SELECT b.k FROM b ANTI JOIN a AS d ON d.k = b.k AND d.x = 5) AS e ON e.k = a.k "
    "LEFT JOIN b AS c ON c.k = a.k AND c.x = a.x",
    "WITH c AS (SELECT a.k FROM a ANTI JOIN b ON a.k = b.k) SELECT k FROM c UNION ALL "
    "SELECT a.k FROM a SEMI JOIN c ON c.k = a.k",
    "SELECT a.k, a.x FROM a SEMI JOIN b ON a.k = b.k AND b.x < a.x",
]
QUALIFIED = [
    "SELECT k, x FROM a QUALIFY ROW_NUMBER() OVER (PARTITION BY k ORDER BY x DESC NULLS LAST, y DESC NULLS LAST) = 1",
    "SELECT k, y FROM a QUALIFY x = MAX(x) OVER (PARTITION BY k)",
    "SELECT e.k AS kk, e.x AS x FROM a AS e QUALIFY ROW_NUMBER() OVER (PARTITION BY e.k ORDER BY e.y, e.x) = 1 "
    "AND e.k < 3",
    "SELECT DISTINCT k FROM a QUALIFY COUNT(*) OVER (PARTITION BY k, x) > 1",
    "SELECT k, COUNT(*) AS n FROM a GROUP BY k QUALIFY ROW_NUMBER() OVER (ORDER BY COUNT(*) DESC, k) <= 2",
    "WITH c AS (SELECT k, x FROM a QUALIFY ROW_NUMBER() OVER (PARTITION BY k ORDER BY x, y) = 1) "
    "SELECT c.k, d.x FROM c JOIN (SELECT k, x FROM b QUALIFY COUNT(*) OVER (PARTITION BY k) = 1) AS d ON d.k = c.k "
    "UNION ALL SELECT k, x FROM b QUALIFY MIN(x) OVER (PARTITION BY k) = x",
    "WITH c AS (SELECT k, x, y FROM a) SELECT x FROM c QUALIFY ROW_NUMBER() OVER (PARTITION BY k ORDER BY x, y) = 1 "
    "ORDER BY k, x LIMIT 2",
    "SELECT k, x, y AS __tested FROM a QUALIFY COUNT(*) OVER (PARTITION BY k) > 1",
    "SELECT e.x FROM a AS e SEMI JOIN b ON b.k = e.k QUALIFY ROW_NUMBER() OVER (PARTITION BY e.k ORDER BY e.x, "
    "e.y) = 1",
]
ROWS = [
    f"SELECT a.k, a.x, b.k AS k2, b.x AS x2 FROM a, b WHERE {negated} (ROW(a.k, a.x) {sign} ROW(b.k, b.x))"
    for sign in ("=", "<>", "<", "<=", ">", ">=", "IS NOT DISTINCT FROM", "IS DISTINCT FROM")
    for negated in ("NOT", "")
] + [
    "SELECT a.k, a.y FROM a, b WHERE (a.k, a.x, a.y) >= (b.k, b.x, b.z) OR a.k = 3",
    "SELECT CASE WHEN ROW(k, x, y) IS NOT DISTINCT FROM ROW(k, y, x) THEN 1 ELSE 0 END AS n FROM a",
]
NULL_SAFE = [
    "SELECT a.x, b.z FROM a JOIN b ON a.y IS NOT DISTINCT FROM b.z AND a.k = b.k",
    "SELECT x, y FROM a WHERE x IS DISTINCT FROM y AND k = 1 OR k = 2",
    "SELECT x, y, NOT (x IS NOT DISTINCT FROM y) AS n, (x > 1) IS NOT DISTINCT FROM (y > 1) AS m FROM a",
    "SELECT x, x + 1 IS NOT DISTINCT FROM y - 1 AS m FROM a",
    "SELECT k FROM a AS e WHERE EXISTS (SELECT 1 FROM b WHERE b.x IS NOT DISTINCT FROM e.x)",
]
GONE: dict[Rewrite, tuple[type[exp.Expr], ...]] = {
    rewrites.without_filter: (exp.Filter,),
    rewrites.without_qualify: (exp.Qualify,),
    rewrites.without_null_safe_equality: (exp.NullSafeEQ, exp.NullSafeNEQ),
}
CASES = [
    *((rewrites.without_filter, text) for text in FILTERS),
    *((rewrites.without_semi_joins, text) for text in SEMI),
    *((rewrites.without_qualify, text) for text in QUALIFIED),
    *((rewrites.without_row_comparisons, text) for text in ROWS),
    *((rewrites.without_null_safe_equality, text) for text in NULL_SAFE),
]


@pytest.fixture(scope="module")
def duck() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    connection.execute(TABLES)
    return connection


@pytest.fixture(scope="module")
def postgres() -> psycopg.Connection[Any]:
    connection = postgres_connection(postgres_database())
    connection.execute(TABLES.encode())
    return connection


def rewritten(text: str, passes: Sequence[Rewrite]) -> exp.Expr:
    tree: exp.Expr = sqlglot.parse_one(text, read="duckdb")
    for each in passes:
        tree = each(tree)
    return tree


def sorted_rows(rows: Sequence[tuple[Any, ...]]) -> list[str]:
    return sorted(map(str, rows))


@pytest.mark.parametrize(("one", "text"), CASES)
def test_the_rewritten_statement_gives_the_same_rows(
    duck: duckdb.DuckDBPyConnection, postgres: psycopg.Connection[Any], one: Rewrite, text: str
) -> None:
    expected = sorted_rows(duck.execute(text).fetchall())
    if one is rewrites.without_row_comparisons:
        # DuckDB compares NULLs as values, the standard does not; where the comparison is NULL-safe they agree.
        standard = sorted_rows(postgres.execute(rewritten(text, []).sql("postgres").encode()).fetchall())
        assert standard == expected or "DISTINCT" not in text
        expected = standard
    alone = rewritten(text, [one])
    assert not any(True for _ in alone.find_all(*GONE.get(one, (exp.TableSample,))))
    assert sorted_rows(duck.execute(alone.sql("duckdb")).fetchall()) == expected
    everywhere = rewritten(text, ALL)
    assert sorted_rows(duck.execute(everywhere.sql("duckdb")).fetchall()) == expected
    assert sorted_rows(postgres.execute(everywhere.sql("postgres").encode()).fetchall()) == expected


@pytest.mark.parametrize("one", ALL)
def test_a_tree_without_the_clause_comes_back_as_it_is(one: Rewrite) -> None:
    text = "WITH c AS (SELECT k, SUM(x) AS s FROM a GROUP BY k) SELECT c.k FROM c LEFT JOIN b ON c.k = b.k WHERE s > 1"
    tree = sqlglot.parse_one(text)
    assert one(tree) is tree
    assert tree.sql() == text


@pytest.mark.parametrize("text", SEMI)
def test_no_semi_or_anti_join_is_left(text: str) -> None:
    joins = rewritten(text, [rewrites.without_semi_joins]).find_all(exp.Join)
    assert {join.kind for join in joins} <= {""}


@pytest.mark.parametrize("text", ROWS)
def test_no_row_is_left_in_a_comparison(text: str) -> None:
    tree = rewritten(text, [rewrites.without_row_comparisons])
    assert "ROW(" not in tree.sql()


def test_row_numbers_in_any_order_name_one() -> None:
    """Spark and Snowflake refuse ROW_NUMBER() without ORDER BY."""
    text = (
        "SELECT k FROM (SELECT k, ROW_NUMBER() OVER () AS n, ROW_NUMBER() OVER (ORDER BY k) AS m FROM a) AS b"
    )
    orders = rewrites.with_ordered_row_numbers(sqlglot.parse_one(text)).find_all(exp.Order)
    assert sorted(order.expressions[0].this.sql() for order in orders) == ["NULL", "k"]


def test_a_filtered_list_is_refused_as_it_would_keep_nulls() -> None:
    text = "SELECT ARRAY_AGG(x) FILTER (WHERE y > 1) AS l FROM a"
    with pytest.raises(ValueError, match="keeps NULLs"):
        rewritten(text, [rewrites.without_filter])


def test_a_condition_on_a_window_stands_alone_in_the_outer_select() -> None:
    """So that Postgres stops at the first row: its run condition is on the window function's own column."""
    tree = rewritten(QUALIFIED[0], [rewrites.without_qualify])
    where = tree.args["where"].this
    assert where.sql() == '"__tested" = 1'


def test_the_users_own_select_is_a_table_that_prints_the_same() -> None:
    raw = exp.Subquery(
        this=exp.Var(this="\nSELECT 1 AS a\n"), alias=exp.TableAlias(this=exp.to_identifier("q"))
    )
    tree = exp.Select(expressions=[exp.column("a")], from_=exp.From(this=raw))
    made = rewrites.with_raw_tables(tree.copy())
    assert made.sql() == tree.sql() == "SELECT a FROM (\nSELECT 1 AS a\n) AS q"
    assert made.sql("snowflake") == made.sql("trino") == made.sql()
