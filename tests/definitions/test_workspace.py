"""A project open in an editor: what `update` returns is what the files mean as they are typed."""

from __future__ import annotations

from pathlib import Path

import pytest

from fcompile.compiler.bind import bind
from fcompile.compiler.errors import UsageError
from fcompile.runtime.project import load_project
from fcompile.runtime.workspace import Workspace
from tests.definitions.edits import PROJECT, spelled

SETTINGS = "project: shop\ntargets: {dev: {}}\ndefault_target: dev\n"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "fcompile.yaml").write_text(SETTINGS, "utf-8")
    (tmp_path / "featuredefs").mkdir()
    for name, text in PROJECT.items():
        (tmp_path / "featuredefs" / name).write_text(text, "utf-8")
    return tmp_path


def test_a_workspace_opens_with_what_check_finds(root: Path) -> None:
    found = Workspace(root).bound
    assert found.diagnostics == ()
    assert spelled(found.definitions) == spelled(load_project(root).definitions)


def test_text_as_it_is_typed_goes_before_the_disk(root: Path) -> None:
    workspace = Workspace(root)
    path = "featuredefs/users.yaml"
    typed = PROJECT["users.yaml"].replace("amount * 2.0", "amout * 2.0")
    found = workspace.update(path, typed)
    assert [(d.code, d.span.file if d.span else "") for d in found.diagnostics] == [("FC312", path)]
    assert spelled(found) == spelled(bind({**workspace.files, path: typed}))
    assert workspace.close(path).diagnostics == ()


def test_a_file_that_is_only_typed_yet_is_part_of_the_project(root: Path) -> None:
    found = Workspace(root).update(
        "featuredefs/new.yaml", "entities: [{name: car, join_keys: {car_id: string}}]"
    )
    assert "car" in found.definitions.entities


def test_a_file_that_is_not_text_on_disk_is_one_once_it_is_open(root: Path) -> None:
    (root / "featuredefs" / "bad.yaml").write_bytes(b"\xff")
    workspace = Workspace(root)
    assert [d.code for d in workspace.bound.diagnostics] == ["FC100"]
    assert workspace.update("featuredefs/bad.yaml", "").diagnostics == ()


def test_changes_made_elsewhere_are_seen_after_refresh(root: Path) -> None:
    workspace = Workspace(root)
    kept = workspace.bound.definitions.feature_views["spend"]
    (root / "featuredefs" / "shops.yaml").unlink()
    definitions = workspace.refresh().definitions
    assert "rolled" not in definitions.feature_views
    assert definitions.feature_views["spend"] is kept


def test_a_project_file_as_it_is_typed_says_where_definitions_are(root: Path) -> None:
    found = Workspace(root).update("fcompile.yaml", SETTINGS + "definitions: [elsewhere]\n")
    assert [d.code for d in found.diagnostics] == ["FC134"]
    assert not found.definitions.feature_views


def test_without_a_project_file_there_is_no_workspace(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="FC130"):
        Workspace(tmp_path)
