"""``expr: {default: ..., bigquery: ...}``: what binds, what it becomes in SQL, and what is refused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from fcompile.compiler.bind import bind
from fcompile.compiler.compile import compile_historical
from fcompile.compiler.definitions import Table
from fcompile.compiler.expressions.nodes import Raw, column_names, raw_dialects
from fcompile.compiler.graph import graph
from fcompile.compiler.ir import Spine, SpineColumn
from fcompile.compiler.manifest import manifest
from fcompile.compiler.provable import Unproven, unproven
from fcompile.compiler.request import resolve
from fcompile.runtime.console.inspect import shown
from fcompile.runtime.project import load_project
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


def test_all_of_an_interval_in_raw_sql_is_written() -> None:
    texts = "{default: 'amount', postgres: \"amount * extract(epoch from interval '1 day 02:00:00')\"}"
    assert "'1 day 02:00:00'" in dict(feature(texts).texts)["postgres"]


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
    assert unproven(definitions.feature_views["spend"]) == (Unproven("f", ("bigquery", "duckdb")),)
    objects = json.loads(manifest(definitions, "shop", {}))["objects"]
    assert objects["feature_view.spend"]["not_provable"] == {"f": ["bigquery", "duckdb"]}


ONWARD = """\
feature_views:
  - {name: spend, entities: [user], source: purchases, features: [
      {name: amount, dtype: float64}, {name: f, dtype: float64, expr: {default: amount, duckdb: amount * 2}}]}
  - {name: plain, entities: [user], source: {view: spend}, features: [
      {name: g, dtype: float64, column: f}, {name: amount, dtype: float64}]}
  - {name: windows, entities: [user], source: {view: plain},
     aggregations: [{name: g, function: sum, column: g, windows: [1d]}, {name: n, function: count, windows: [1d]},
       {name: big, function: count, filter: g > 1, windows: [1d]}],
     features: [{name: share, dtype: float64, expr: g_1d / n_1d}, {name: twice, dtype: int64, expr: n_1d * 2}]}
  - {name: kept, entities: [user], source: {view: spend}, filter: f > 1, features: [{name: amount, dtype: float64}]}
  - {name: after, entities: [user], source: {view: kept}, features: [{name: amount, dtype: float64}]}
  - {name: now, entities: [user], source: {view: windows, as_of: query}, features: [
      {name: share, dtype: float64}, {name: twice, dtype: int64}]}
on_demand_feature_views:
  - {name: demand, request: {x: float64}, features_from: [plain], features: [
      {name: a, dtype: float64, expr: g * x}, {name: b, dtype: float64, expr: amount * x}]}
  - {name: more, request: {x: float64}, features_from: [demand], features: [
      {name: c, dtype: float64, expr: a + 1}, {name: d, dtype: float64, expr: b + 1}]}
feature_services:
  - {name: s, features: [{view: plain, alias: p}, more]}
  - {name: sound, features: [{spend: [amount]}, {demand: [b]}]}
"""


def test_what_is_made_of_raw_sql_is_not_provable_either() -> None:
    definitions = bound(USER, PURCHASES, ONWARD)
    objects = json.loads(manifest(definitions, "shop", {}))["objects"]
    marked = {name: sorted(each["not_provable"]) for name, each in objects.items() if "not_provable" in each}
    assert marked == {
        "feature_view.spend": ["f"],
        "feature_view.plain": ["g"],
        "feature_view.windows": ["big_1d", "g_1d", "share"],
        "feature_view.kept": ["amount"],
        "feature_view.after": ["amount"],
        "on_demand_view.now": ["share"],
        "on_demand_view.demand": ["a"],
        "on_demand_view.more": ["c"],
        "feature_service.s": ["more:c", "p:g"],
    }
    through = {
        name: each["not_provable_through"]
        for name, each in objects.items()
        if name in marked and name != "feature_view.spend"
    }
    assert all(each == ["spend:f"] for features in through.values() for each in features.values())
    assert {name: sorted(features) for name, features in through.items()} == {
        name: features for name, features in marked.items() if name != "feature_view.spend"
    }
    assert "not_provable_through" not in objects["feature_view.spend"]


def test_show_names_the_feature_that_raw_sql_comes_through(tmp_path: Path) -> None:
    (tmp_path / "fcompile.yaml").write_text("project: p\n")
    (tmp_path / "featuredefs").mkdir()
    for name, text in (("a", USER), ("b", PURCHASES), ("c", ONWARD)):
        (tmp_path / "featuredefs" / f"{name}.yaml").write_text(text)
    project = load_project(tmp_path)
    said = {
        node.name: text.partition("raw SQL, not provable: ")[2].partition("\n")[0]
        for node in graph(project.definitions).nodes.values()
        for text, _ in shown(project, [node], ())
    }
    assert {
        name: text for name, text in said.items() if name in ("spend", "plain", "demand", "s", "sound")
    } == {
        "spend": "f (duckdb)",
        "plain": "g (duckdb; through spend:f)",
        "demand": "a (duckdb; through spend:f)",
        "s": "p:g (duckdb; through spend:f), more:c (duckdb; through spend:f)",
        "sound": "",
    }
