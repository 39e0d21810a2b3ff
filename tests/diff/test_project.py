"""fcompile.yaml before and after: the class of each change, what is loaded again, and that no secret shows."""

from __future__ import annotations

import pytest

from fcompile.compiler.diff.model import ObjectChange
from fcompile.compiler.diff.project import ProjectFile, project_change
from fcompile.compiler.project import read_project
from fcompile.runtime.review.comment_words import reason_words

FILE = """\
project: shop
definitions: [featuredefs]
default_target: dev
targets:
  dev:
    warehouse: {type: duckdb, path: dev.duckdb}
  prod:
    warehouse: {type: postgres, dsn: "${DSN}", host: db, password: "${PASSWORD}", schema: features}
    online: {type: redis, url: "redis://:hunter2@a:6379", deadline: 5s}
state: {type: sqlite, path: state.db}
sql: sql
"""


def _file(text: str) -> ProjectFile:
    read = read_project(text, "fcompile.yaml", {}, None, connects=False)
    assert read.config is not None, read.diagnostics
    return ProjectFile(read.config, text)


def _change(old: str, new: str) -> ObjectChange | None:
    assert old in FILE, old
    return project_change(_file(FILE), _file(FILE.replace(old, new, 1)))


CASES = [
    ("project: shop", "project: store", "project", "removal", True),
    ("default_target: dev", "default_target: prod", "default_target", "removal", True),
    ("[featuredefs]", "[featuredefs, more]", "definitions", "cosmetic", False),
    ("sql: sql", "sql: generated", "sql", "metadata", False),
    ("  prod:\n", "  live:\n", "targets.prod", "removal", False),
    ("path: dev.duckdb", "path: other.duckdb", "targets.dev.warehouse.path", "value", True),
    ("schema: features", "schema: others", "targets.prod.warehouse.schema", "removal", True),
    ("host: db", "host: db2", "targets.prod.warehouse.host", "value", True),
    ("${PASSWORD}", "${OTHER}", "targets.prod.warehouse.password", "metadata", False),
    ("${DSN}", "${OTHER_DSN}", "targets.prod.warehouse.dsn", "value", True),
    ("a:6379", "b:6379", "targets.prod.online.url", "removal", True),
    ("deadline: 5s", "deadline: 9s", "targets.prod.online.deadline", "metadata", False),
    ("path: state.db", "path: other.db", "state.path", "additive", True),
]


@pytest.mark.parametrize(("old", "new", "what", "expected", "again"), CASES, ids=[case[2] for case in CASES])
def test_a_change_of_the_project_has_the_class_of_what_it_means(
    old: str, new: str, what: str, expected: str, again: bool
) -> None:
    change = _change(old, new)
    assert change is not None
    assert (change.change, change.backfill is not None) == (expected, again)
    assert what in [each.what for each in change.reasons]
    assert not any("hunter2" in f"{each.before}{each.after}{each.text}" for each in change.reasons)


def test_another_engine_is_one_reason_and_not_one_for_each_of_its_keys() -> None:
    change = _change("type: duckdb, path: dev.duckdb", "type: trino, user: a, catalog: b")
    assert change is not None
    (reason,) = change.reasons
    assert (reason.what, reason.before, reason.after) == ("targets.dev.warehouse.type", "duckdb", "trino")
    assert (reason.span and reason.span.line) == 6


def test_an_address_may_hold_a_token_and_is_not_told() -> None:
    spark = FILE.replace("type: duckdb, path: dev.duckdb", "type: spark, url: 'sc://a/;token=hunter2'")
    moved = project_change(_file(spark), _file(spark.replace("sc://a", "sc://b")))
    assert moved is not None
    (reason,) = moved.reasons
    assert (reason.what, reason.before) == ("targets.dev.warehouse.url", "a secret")
    assert "hunter2" not in str(moved)


def test_comments_and_what_is_written_out_of_defaults_are_no_change() -> None:
    assert _change("sql: sql\n", "# where SQL is\n") is None
    assert _change("path: dev.duckdb}", "path: dev.duckdb, schema: features}") is None


@pytest.mark.parametrize("case", CASES, ids=[case[2] for case in CASES])
def test_a_comment_names_the_key_or_says_what_it_was(case: tuple[str, str, str, str, bool]) -> None:
    change = _change(case[0], case[1])
    assert change is not None
    told = [reason_words(each) for each in change.reasons]
    assert any(f"`{case[2]}`" in each for each in told) or case[2] in (
        "project",
        "definitions",
        "targets.prod",
    )


def test_of_several_reasons_to_load_again_the_one_that_readers_see_is_told() -> None:
    new = FILE.replace("schema: features", "schema: others").replace("a:6379", "b:6379")
    change = project_change(_file(FILE), _file(new))
    assert change is not None and change.backfill is not None
    assert "until then readers find none" in change.backfill.online
