"""``expr: {default: ..., bigquery: ...}``: what binds, what it becomes in SQL, and what is refused."""

from __future__ import annotations

import json

import pytest

from fcompile.compiler.bind import bind
from fcompile.compiler.compile import compile_historical
from fcompile.compiler.definitions import Table, raw_features
from fcompile.compiler.expressions.nodes import Raw, column_names, raw_dialects
from fcompile.compiler.ir import Spine, SpineColumn
from fcompile.compiler.manifest import manifest
from fcompile.compiler.request import resolve
from tests.definitions.test_bind import PURCHASES, USER, bound, view

CONTRACT = (
    "sources: [{name: purchases, table: raw.purchases, timestamp_field: at, "
    "columns: {amount: float64, Tax: float64}}]\n"
)


def feature(expr: str, source: str = PURCHASES) -> Raw:
    found = bound(USER, source, view(f"features: [{{name: f, dtype: float64, expr: {expr}}}]"))
    made = found.feature_views["spend"].features[0].expr
    assert isinstance(made, Raw)
    return made


def problems(expr: str, source: str = PURCHASES) -> list[tuple[str, str]]:
    text = view(f"features: [{{name: f, dtype: float64, expr: {expr}}}]")
    found = bind({"a": USER, "b": source, "c": text}).diagnostics
    assert all(d.span and d.span.file == "c" for d in found)
    return [(d.code, d.message) for d in found]


def historical(expr: str) -> str:
    definitions = bound(USER, PURCHASES, view(f"features: [{{name: f, dtype: float64, expr: {expr}}}]"))
    spine = Spine(
        Table(("spine",)), (SpineColumn("user_id", "int64"), SpineColumn("event_timestamp", "timestamp"))
    )
    return compile_historical(resolve(definitions, ["spend"]), spine, "duckdb").select


def test_a_dialect_takes_its_own_sql_and_the_others_the_default() -> None:
    own = historical("{default: 'amount + 1', duckdb: 'amount +  1.5 /* expert */'}")
    assert "amount + 1.5" in own
    assert "Raw SQL, which proves nothing: f." in " ".join(own.replace("--", " ").split())
    assert "expert" not in own
    other = historical("{default: 'amount + 1', bigquery: 'SAFE_ADD(amount, 1)'}")
    assert '"amount" + 1' in other
    assert "SAFE_ADD" not in other
    assert "Raw SQL" not in other


def test_what_raw_sql_reads_is_read_from_the_source() -> None:
    made = feature("{default: 'amount + 1', duckdb: 'tax * 2', snowflake: 'fee'}")
    assert set(column_names(made)) == {"amount", "tax", "fee"}
    assert raw_dialects(made) == ("duckdb", "snowflake")


def test_a_column_is_spelled_as_the_contract_has_it() -> None:
    assert column_names(feature("{default: 'amount', duckdb: 'TAX'}", CONTRACT)) == ("amount", "Tax")
    assert problems("{default: 'amount', duckdb: 'tex'}", CONTRACT)[0][0] == "FC312"


@pytest.mark.parametrize(
    "raw",
    [
        "sum(amount)",
        "lag(amount) over (order by at)",
        "(select max(x) from other)",
        "select 1",
        "amount as x",
        "amount; drop table t",
        "p.amount",
        "$1",
        "amount +",
        "",
        "drop table t",
        "unnest([amount, 1])",
        "1 + UNNEST([amount, 1])",
        "main.unnest([amount, 1])",
        "[amount, 1].unnest()",
        "amount.upper()",
        "generate_subscripts([amount], 1)",
        "regexp_split_to_table(a, ',')",
        "columns('a.*')",
        "greatest(*)",
    ],
)
def test_raw_sql_is_one_expression_of_a_row(raw: str) -> None:
    assert [code for code, _ in problems(f"{{default: 'amount', duckdb: {raw!r}}}")] == ["FC341"]


@pytest.mark.parametrize(
    ("dialect", "text"),
    [
        ("postgres", "generate_series(1, amount)"),
        ("postgres", "jsonb_array_elements(amount)"),
        ("spark", "posexplode(amount)"),
        ("databricks", "explode_outer(amount)"),
        ("snowflake", "flatten(input => amount)"),
        ("bigquery", "unnest([amount])"),
        ("clickhouse", "arrayJoin([amount])"),
        ("trino", "unnest(amount)"),
    ],
)
def test_raw_sql_does_not_multiply_rows(dialect: str, text: str) -> None:
    ((code, message),) = problems(f"{{default: 'amount', {dialect}: {text!r}}}")
    assert (code, "would multiply them" in message) == ("FC341", True)


def test_a_list_is_one_value() -> None:
    made = feature("{default: 'amount', duckdb: 'list_sum(range(cast(amount as int)))', bigquery: 'amount'}")
    assert raw_dialects(made) == ("bigquery", "duckdb")


def test_an_unknown_dialect_and_a_missing_default_are_told_together() -> None:
    assert problems("{bigquerry: 'amount'}") == [
        ("FC114", "missing key `default`"),
        ("FC232", "there is no dialect `bigquerry`"),
    ]


def test_the_default_is_checked_as_any_expression() -> None:
    assert [code for code, _ in problems("{default: 'upper(1)', duckdb: 'amount'}")] == ["FC306"]


def test_the_manifest_says_what_is_not_provable() -> None:
    text = "{default: 'amount + 1', bigquery: 'amount', duckdb: 'amount'}"
    definitions = bound(
        USER,
        PURCHASES,
        view(f"features: [{{name: f, dtype: float64, expr: {text}}}, {{name: amount, dtype: float64}}]"),
    )
    assert raw_features(definitions.feature_views["spend"]) == (("f", ("bigquery", "duckdb")),)
    objects = json.loads(manifest(definitions, "shop", {}))["objects"]
    assert objects["feature_view.spend"]["not_provable"] == {"f": ["bigquery", "duckdb"]}
