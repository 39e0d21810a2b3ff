"""What earlier commands left in .fcompile/cache changes nothing of what a command says, and how it ends."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from fcompile.runtime.cache import FOLDER
from tests.cli.conftest import Ended, Run
from tests.diff.repository import Repository, git

SETTINGS = """\
project: shop
targets: {dev: {warehouse: {type: postgres, schema: "${WARM_SCHEMA:-own}"}}}
default_target: dev
"""
FILES = {
    "core.yaml": """\
entities: [{name: user, join_keys: {user_id: int64}}]
sources: [{name: orders, table: raw.orders, timestamp_field: at}]
""",
    "views.yaml": """\
feature_views:
  - {name: profile, entities: [user], source: orders, features: [{name: city, dtype: string}]}
""",
}


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repository:
    """A project on postgres, committed on main; the tests stand in it."""
    (tmp_path / "featuredefs").mkdir()
    (tmp_path / "fcompile.yaml").write_text(SETTINGS, "utf-8")
    (tmp_path / ".gitignore").write_text(".fcompile/\nsql/\n", "utf-8")
    for name, text in FILES.items():
        (tmp_path / "featuredefs" / name).write_text(text, "utf-8")
    git(tmp_path, "init", "-q", "-b", "main")
    made = Repository(tmp_path, tmp_path)
    made.commit()
    monkeypatch.chdir(tmp_path)
    return made


def held(run: Run, *argv: str) -> Ended:
    """Return how the command ends, held to how it ends without the cache; the cache is gone then."""
    warm = run(*argv)
    shutil.rmtree(FOLDER, ignore_errors=True)
    cold = run(*argv)
    assert warm == cold
    return cold


def test_a_build_for_another_dialect_does_not_tell_what_the_target_cannot_say(
    run: Run, project: Repository
) -> None:
    project.edit("dtype: string", 'dtype: "struct<a: int64>"', "featuredefs/views.yaml")
    for _ in range(2):
        assert run("build", "-d", "duckdb").code == 0
        assert held(run, "check").code == 1


def test_a_base_that_is_not_there_is_said_after_what_is_wrong_with_the_project(
    run: Run, project: Repository
) -> None:
    asked = ("diff", "--base", "nowhere")
    assert run("diff").code == 0
    assert "Project `shop`" in held(run, *asked, "-v").err
    assert run("diff").code == 0
    project.edit("source: orders", "source: order", "featuredefs/views.yaml")
    assert held(run, *asked).code == 1


def test_the_results_list_files_in_one_order_whatever_was_compiled_anew(
    run: Run, project: Repository
) -> None:
    def listed(*argv: str) -> list[list[str]]:
        assert run(*argv).code == 0
        results = json.loads((project.project / ".fcompile/run_results.json").read_text("utf-8"))
        return [each["sql"] for each in results["results"]]

    every = ("build", "-d", "duckdb", "-d", "postgres")
    assert run("build").code == 0
    for folder in ("", "duckdb", "postgres"):
        shutil.rmtree(project.project / "sql" / folder)
        (own,) = listed(*every)
        assert own == sorted(own)
        assert len({path.split("/")[1] for path in own}) == 2
        assert listed(*every) == [own]


def test_where_a_variable_says_another_schema_all_sql_differs(
    run: Run, project: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WARM_SCHEMA", "other")
    text = FILES["views.yaml"].replace("profile", "seen")
    (project.project / "featuredefs/more.yaml").write_text(text, "utf-8")
    project.commit()
    assert run("diff").code == 0
    project.edit("name: city, dtype: string", "name: city, dtype: int64", "featuredefs/views.yaml")
    assert "feature_views/seen/" in held(run, "diff", "--sql").out
