"""A dialect that does not come with fcompile: it answers, it refuses, it goes again, and its SQL is as reviewed."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from datafusion import SessionContext

from fcompile.compiler.bind import bind
from fcompile.compiler.build import build_files
from fcompile.compiler.compile import dialect_named
from fcompile.compiler.errors import FcompileError
from fcompile.compiler.expressions.engines import registry as words
from fcompile.compiler.matrix import NAMES
from fcompile.compiler.refusals import refuse
from fcompile.compiler.statements import statement
from fcompile.dialects import registry as dialects
from fcompile.dialects.answers.answer import QUESTIONS
from tests.engines.datafusion.answers import ANSWERS
from tests.engines.datafusion.dialect import DataFusion
from tests.engines.datafusion.words import WORDS

HERE = Path(__file__).parent
CASE = HERE.parents[1] / "golden" / "latest" / "feature.yaml"

YAML = """\
entities: [{name: user, join_keys: {user_id: int64}}]
sources:
- name: events
  table: raw.events
  timestamp_field: at
  columns: {user_id: int64, at: timestamp, n: int64, s: string, tags: list<string>}
- {name: untyped, table: raw.untyped, timestamp_field: at}
feature_views:
- name: latest
  entities: [user]
  source: events
  features:
  - {name: more, dtype: int64, expr: n + 1}
  - {name: loud, dtype: string, expr: upper(s)}
  - {name: number, dtype: int64, expr: try_cast(s as int64)}
  - {name: tags, dtype: list<string>, column: tags}
- name: unknown
  entities: [user]
  source: untyped
  features:
  - {name: more, dtype: int64, expr: n + 1}
- name: windows
  entities: [user]
  source: events
  aggregations:
  - {name: spread, function: stddev_samp, column: n, windows: [7d]}
"""


def test_every_question_has_an_answer_with_its_page() -> None:
    assert list(ANSWERS) == list(QUESTIONS)
    assert all(re.fullmatch(r"[a-z.]+\.(com|org|io)/\S+", answer.page) for answer in ANSWERS.values())


def test_it_is_known_by_its_name_while_the_block_lasts(datafusion: DataFusion) -> None:
    assert dialect_named("datafusion") is datafusion
    assert words.words_of("datafusion") is WORDS
    assert "datafusion" not in NAMES


def test_a_name_is_taken_once(datafusion: DataFusion) -> None:
    with pytest.raises(ValueError, match="datafusion"), dialects.extended(datafusion):
        pass
    for name in ("datafusion", "duckdb", "trino"):
        with pytest.raises(ValueError, match=name), words.extended(name, WORDS):
            pass
    assert "datafusion" in dialects.DIALECTS and words.words_of("datafusion") is WORDS
    assert words.words_of("trino") is not WORDS


def test_the_registries_are_as_before_when_the_block_ends() -> None:
    class Other(DataFusion):
        name = "other"

    before = (list(dialects.DIALECTS), words.words_of("other"))
    with pytest.raises(RuntimeError), dialects.extended(Other()), words.extended("other", WORDS):
        raise RuntimeError
    assert (list(dialects.DIALECTS), words.words_of("other")) == before


def test_what_it_cannot_say_is_refused_with_its_reason(datafusion: DataFusion) -> None:
    bound = bind({"feature.yaml": YAML})
    assert not bound.diagnostics
    with pytest.raises(FcompileError) as raised:
        refuse(bound.definitions, datafusion)
    told = [(d.code, d.span.line, d.message) for d in raised.value.diagnostics if d.span is not None]
    assert [(code, line) for code, line, _ in told] == [
        ("FC391", 14),
        ("FC391", 15),
        ("FC392", 16),
        ("FC391", 21),
        ("FC393", 26),
    ]
    assert "several characters" in told[0][2]
    assert "`columns:`" in told[3][2]


def test_its_statements_run(datafusion: DataFusion) -> None:
    session = SessionContext()
    rows = "SELECT 1 AS a"
    for name, parts in (
        ("create_schema", {"schema": "store"}),
        ("create_table", {"table": "store.typed", "columns": "  a BIGINT"}),
        ("create_table", {"table": "store.t", "columns": "  a BIGINT"}),
        ("insert", {"table": "store.t", "select": rows}),
        ("replace_table", {"table": "store.t", "select": "SELECT * FROM store.typed"}),
        ("create_temporary_table", {"table": "__stage", "select": rows}),
        ("drop_table", {"table": "__stage"}),
    ):
        session.sql(statement(name, datafusion, **parts)).collect()
    assert session.sql("SELECT a FROM store.t").to_arrow_table().num_rows == 0


def test_its_sql_is_as_reviewed(datafusion: DataFusion, update_golden: bool) -> None:
    definitions = bind({"feature.yaml": CASE.read_text()}).definitions
    refuse(definitions, datafusion)
    files = build_files(definitions, "golden", "features", datafusion.name)
    text = next(text for path, text in files.items() if "/feature_services/service/historical.sql" in path)
    expected = HERE / "latest.service.sql"
    if update_golden:
        expected.write_text(text)
    assert expected.read_text() == text
