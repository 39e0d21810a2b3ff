"""Whole statements that ``build`` writes for BigQuery: GoogleSQL's analyzer knows every name, type and clause."""

from __future__ import annotations

import re

import pytest
import yaml

from fcompile.compiler.dtypes import parse_dtype
from tests.engines.googlesql import Refused, Table
from tests.engines.servers import bigquery
from tests.expressions.running import type_name
from tests.golden.test_golden import CASES, HERE, built

pytestmark = pytest.mark.engines

PARAMETERS = {
    "as_of": "TIMESTAMP",
    "since": "TIMESTAMP",
    "previous": "TIMESTAMP",
    "loaded": "BOOL",
    "newest": "BOOL",
    "sequence": "INT64",
}
_TIMES = "at bought_at departed_at event_timestamp known loaded_at observed_at scheduled_at updated_at"
_FLOATS = "amount paid rate score temp wind dep_delay delay price"
_TEXTS = "carrier country from_id home_city origin origin_id dest_id shop Order"
_OTHERS = {"maker": "STRUCT<name STRING, since DATE>", "embedding": "ARRAY<FLOAT64>", "sizes": "ARRAY<INT64>"}
_INTEGERS = "age home_id item_id ms place_id purchase_id user_id x y z"
_TYPES = {
    **dict.fromkeys(_TIMES.split(), "TIMESTAMP"),
    **dict.fromkeys(_FLOATS.split(), "FLOAT64"),
    **dict.fromkeys(_TEXTS.split(), "STRING"),
    **dict.fromkeys(_INTEGERS.split(), "INT64"),
    **_OTHERS,
}
_BY_CASE = {
    "labels": {"paid": "BOOL"},
    "on_demand": {"from_id": "STRING", "home_id": "STRING"},
    "aliases": {"origin_id": "STRING", "dest_id": "STRING"},
    "known_time": {"origin": "STRING"},
    "files_and_queries": {"item_id": "STRING"},
}
"""What columns of the cases' tables are, where no contract says so."""
_SOURCES = "weather routes purchases items prices rates flights orders profiles events clicks"


def tables_of(case: str) -> dict[str, Table]:
    """Every table that some case reads, with all columns of all; keys are of their entity's type."""
    project = yaml.safe_load((HERE / case / "feature.yaml").read_text())
    keys = {
        name: dtype for each in project["entities"] for name, dtype in (each.get("join_keys") or {}).items()
    }
    given = {name: type_name(parse_dtype(dtype), "bigquery") for name, dtype in keys.items()}
    columns = list({**_TYPES, **_BY_CASE.get(case, {}), **given}.items())
    names = [name for word in _SOURCES.split() for name in (word, f"raw.{word}")]
    return {name: Table(columns) for name in ("spine", *names)}


def statements_of(text: str) -> list[str]:
    lines = "\n".join(line for line in text.split("\n") if not line.lstrip().startswith("--"))
    return [each.strip() for each in re.split(r";\n", f"{lines}\n") if each.strip()]


def whole(text: str) -> str:
    """Tables' names quoted as a whole: the engine knows dotted names, and no data sets."""
    text = re.sub(r"\b(?:raw|features)\.(\w+)", lambda found: f"`{found[0]}`", text)
    return re.sub(r"`(raw|features)`\.`(\w+)`", r"`\1.\2`", text)


def analyzed(case: str, text: str) -> None:
    """Go through a script: what a statement makes is known to the next one."""
    tables = tables_of(case)
    for statement in map(whole, statements_of(text)):
        catalog = bigquery().register(tables)
        made = re.match(r"CREATE .*?TABLE (?:IF NOT EXISTS )?`([^`]+)`\s+(AS|\()", statement)
        if made and made[2] == "AS":
            select = statement[made.end() :]
            tables[made[1]] = bigquery().columns(select, catalog, PARAMETERS)
            statement = f"{statement[: made.end()]} SELECT 1 AS x"
        bigquery().analyze(statement, catalog, PARAMETERS)
        if made and made[2] != "AS":
            tables[made[1]] = Table(re.findall(r"^ *`([^`]+)` (.+?),?$", statement, re.MULTILINE))
        bigquery().forget(catalog)


@pytest.mark.parametrize("case", CASES)
def test_every_statement_is_googlesql(case: str) -> None:
    for text in built(case, "bigquery").values():
        # A query of a user's is in the words of one engine; this one's are DuckDB's.
        if "the user's own words" not in text:
            analyzed(case, text)


def test_the_analyzer_refuses_what_is_not() -> None:
    for text in (
        "SELECT nope FROM `spine`",
        "SELECT IFF(TRUE, 1, 2)",
        "SELECT `user_id`::INT64 FROM `spine`",
    ):
        with pytest.raises(Refused):
            analyzed("latest", text)
