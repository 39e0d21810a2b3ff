"""What a dialect cannot say is refused, each use at its place, and all of them in one run."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import ClassVar

import pytest

from fcompile.compiler.bind import bind
from fcompile.compiler.compile import Spine, SpineColumn, historical_script
from fcompile.compiler.definitions import Definitions, Table
from fcompile.compiler.errors import FcompileError
from fcompile.compiler.expressions.engines import registry
from fcompile.compiler.expressions.engines.words import Words
from fcompile.compiler.refusals import refuse
from fcompile.compiler.request import resolve
from fcompile.dialects.duckdb import DuckDB
from fcompile.dialects.registry import DIALECTS

FILE = "featuredefs/all.yaml"
YAML = """\
entities:
  - {name: user, join_keys: {user_id: int64}}
sources:
  - name: purchases
    path: data/purchases.parquet
    timestamp_field: at
    columns: {amount: float64, tags: "list<string>"}
feature_views:
  - name: spend
    entities: [user]
    source: purchases
    features:
      - {name: rate, dtype: float64, expr: "1.5 + sqrt(amount)"}
      - {name: tags, dtype: "list<string>"}
      - {name: twice, dtype: float64, expr: "sqrt(rate) * 2"}
      - name: own
        dtype: float64
        expr: {default: sqrt(amount), small: amount}
  - name: recent
    entities: [user]
    source: purchases
    aggregations:
      - {name: amounts, function: last_n(3), column: amount, windows: [7d], filter: "cast(amount as int64) > 1"}
"""


SPINE = Spine(
    Table(("spine",)), (SpineColumn("user_id", "int64"), SpineColumn("event_timestamp", "timestamp"))
)


class Small(DuckDB):
    """An engine with little to say."""

    name: ClassVar[str] = "duckdb"
    refused_types: ClassVar[Mapping[str, str]] = {"list": "it has no arrays"}
    refused_aggregations: ClassVar[Mapping[str, str]] = {"last_n": "it has no arrays"}


def definitions() -> Definitions:
    return bind({FILE: YAML.replace("small:", "duckdb:")}).definitions


@pytest.fixture
def few_words(monkeypatch: pytest.MonkeyPatch) -> None:
    few = Words(
        refused={"sqrt": "it has no roots"}, refused_casts={("float64", "int64"): "it rounds as it likes"}
    )
    monkeypatch.setitem(registry._known, "duckdb", few)


def test_every_use_is_told_with_its_place(few_words: None) -> None:
    with pytest.raises(FcompileError) as raised:
        refuse(definitions(), Small())
    told = [(d.code, d.span.line, d.span.column) for d in raised.value.diagnostics if d.span is not None]
    lines = YAML.splitlines()
    assert ("FC391", 13, lines[12].index("sqrt") + 1) in told
    assert ("FC391", 15, lines[14].index("sqrt") + 1) in told
    assert ("FC391", 23, lines[22].index("cast") + 1) in told
    codes = [code for code, _, _ in told]
    assert {"FC391", "FC392", "FC393"} == set(codes)


def test_sql_of_its_own_is_not_refused(few_words: None) -> None:
    with pytest.raises(FcompileError) as raised:
        refuse(definitions(), Small())
    assert all(d.span is None or d.span.line != 18 for d in raised.value.diagnostics)


def test_duckdb_refuses_nothing() -> None:
    refuse(definitions(), DIALECTS["duckdb"])


def test_on_a_warehouse_of_tables_a_source_of_files_is_a_table_of_its_name() -> None:
    script = historical_script(resolve(definitions(), ["spend:rate"]), SPINE, DIALECTS["postgres"])
    assert 'FROM "purchases"' in script.text
    words = " ".join(script.text.replace("--", "").split())
    assert "The table holds what is in data/purchases.parquet." in words


def test_names_within_a_statement_stay_apart_where_the_engine_keeps_their_beginnings() -> None:
    views = [f"what_users_of_the_shop_spend_on_all_of_their_purchases_{n}" for n in ("a", "b", "c")]
    heads, body = YAML.split("feature_views:\n")
    window = body[body.index("  - name: recent") :].replace("last_n(3)", "percentile(0.5)")
    text = f"{heads}feature_views:\n{''.join(window.replace('recent', view) for view in views)}"
    request = resolve(bind({FILE: text}).definitions, [f"{view}:amounts_7d" for view in views], True)
    script = historical_script(request, SPINE, DIALECTS["postgres"])
    ctes = re.findall(r'"(\w+)" AS (?:NOT )?(?:MATERIALIZED )?\(\n', script.text)
    assert len(ctes) > 5
    assert len({name[:63] for name in ctes}) == len(ctes)
    assert max(map(len, ctes)) == 63
