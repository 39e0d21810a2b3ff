"""The public entry on a project of files: run, read, tear down, clean."""

from __future__ import annotations

from contextlib import closing
from datetime import datetime
from pathlib import Path

import pytest

from fcompile.compiler.errors import LockedError, RefusedError, UsageError
from fcompile.compiler.request import resolve
from fcompile.runtime.online.registry import open_online
from fcompile.runtime.online.response import OnlineResponse
from fcompile.runtime.project import Project, load_project
from fcompile.runtime.run import materialize
from fcompile.runtime.serving import read_online
from fcompile.runtime.state import open_state
from fcompile.runtime.teardown import clean, teardown
from fcompile.runtime.warehouses.duckdb import connect

PROJECT = """
project: shop
default_target: dev
targets:
  dev:
    warehouse: {type: duckdb, path: .fcompile/dev.duckdb}
    online: {type: sqlite, path: .fcompile/online.db}
"""
DEFINITIONS = """
entities:
  - {name: user, join_keys: {user_id: int64}}
sources:
  - {name: purchases, path: data/purchases.csv, timestamp_field: at}
  - {name: nothing, path: data/nothing.csv, timestamp_field: at}
feature_views:
  - {name: spend, entities: [user], source: purchases, features: [{name: amount, dtype: float64}]}
  - {name: lost, entities: [user], source: nothing, features: [{name: amount, dtype: float64}]}
"""
END = datetime(2026, 1, 2)


@pytest.fixture
def project(tmp_path: Path) -> Project:
    for folder in ("featuredefs", "data"):
        (tmp_path / folder).mkdir()
    (tmp_path / "fcompile.yaml").write_text(PROJECT)
    (tmp_path / "featuredefs" / "shop.yaml").write_text(DEFINITIONS)
    (tmp_path / "data" / "purchases.csv").write_text(
        "user_id,at,amount\n1,2026-01-01T00:00:00Z,1.5\n1,2026-01-01T01:00:00Z,2.5\n2,2026-01-03T00:00:00Z,9\n"
    )
    return load_project(tmp_path, None)


def read(project: Project) -> OnlineResponse:
    request = resolve(project.definitions, ["spend:amount"], False)
    with closing(open_online(project.target.online, project.root, project.online_namespace)) as store:
        return read_online(store, request, [{"user_id": 1}, {"user_id": 2}])


def test_a_project_is_materialized_and_read(project: Project) -> None:
    views = list(project.definitions.feature_views.values())
    summary = materialize(project, views, end=END)
    assert {r.view: (r.status, r.rows) for r in summary.results} == {"lost": ("ERROR", 0), "spend": ("OK", 1)}
    assert [d.code for r in summary.results for d in r.diagnostics] == ["FC401"]
    assert read(project).to_dict() == {"user_id": [1, 2], "amount": [2.5, None]}
    with pytest.raises(RefusedError):
        materialize(project, views, end=datetime(2026, 1, 1))
    with pytest.raises(UsageError):
        materialize(project, views, end=datetime(2999, 1, 1))


def test_a_teardown_takes_back_what_is_the_projects_and_nothing_else(project: Project) -> None:
    view = project.definitions.feature_views["spend"]
    materialize(project, [view], end=END)
    with closing(connect(project)) as warehouse:
        warehouse.execute("CREATE TABLE features.mine AS SELECT 1 AS a")
    with pytest.raises(RefusedError) as error:
        teardown(project, False)
    assert "`spend`" in str(error.value) and error.value.exit_code == 4
    assert read(project).statuses == {"amount": ["PRESENT", "NOT_FOUND"]}
    for _ in range(2):
        done = teardown(project, True)
        assert done.views == ("lost", "spend") and done.left == ()
    assert read(project).statuses == {"amount": ["NOT_FOUND", "NOT_FOUND"]}
    with closing(connect(project)) as warehouse:
        assert warehouse.rows("SELECT table_name FROM information_schema.tables") == [("mine",)]
    assert materialize(project, [view], end=datetime(2026, 1, 1)).exit_code == 0


def test_two_targets_with_one_online_store_do_not_meet_there(project: Project) -> None:
    (project.root / "fcompile.yaml").write_text(f"{PROJECT}  prod: {{warehouse: {{type: duckdb}}}}\n")
    dev, prod = load_project(project.root, "dev"), load_project(project.root, "prod")
    assert dev.target.online == prod.target.online
    view = dev.definitions.feature_views["spend"]
    materialize(dev, [view], end=END)
    assert read(prod).statuses == {"amount": ["NOT_FOUND", "NOT_FOUND"]}
    materialize(prod, [view], end=END)
    teardown(dev, True)
    assert read(dev).statuses == {"amount": ["NOT_FOUND", "NOT_FOUND"]}
    assert read(prod).to_dict() == {"user_id": [1, 2], "amount": [2.5, None]}


def test_a_teardown_waits_for_no_run(project: Project) -> None:
    with closing(open_state(project.config.state, project.root, "shop", "dev")) as state:
        state.acquire(["spend"])
        with pytest.raises(LockedError):
            teardown(project, True)


def test_clean_removes_only_what_can_be_made_again(project: Project) -> None:
    materialize(project, [project.definitions.feature_views["spend"]], end=END)
    folder = project.root / ".fcompile"
    (folder / "cache").mkdir()
    (folder / "cache" / "x").write_text("")
    (folder / "spine.tmp").write_text("")
    (folder / "notes.txt").write_text("mine")
    removed = clean(project)
    assert ".fcompile/cache" in removed and ".fcompile/spine.tmp" in removed
    assert (folder / "notes.txt").exists()
    assert read(project).statuses == {"amount": ["PRESENT", "NOT_FOUND"]}
    assert clean(project) == ()
