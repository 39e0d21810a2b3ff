"""What `init` and `schema` write for editors."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from fcompile.cli import app
from fcompile.compiler.load import load
from fcompile.compiler.schema.json_schema import SCHEMA_KINDS, json_schema
from fcompile.compiler.tree import plain
from fcompile.runtime.console.entry import run_command
from fcompile.runtime.init import SCHEMA_FILE, init_project

MODELINE = "# yaml-language-server: $schema="


def test_each_file_of_a_new_project_leads_to_a_schema_beside_it_that_it_satisfies(tmp_path: Path) -> None:
    written = init_project(tmp_path / "shop")
    files = [tmp_path / "shop" / name for name in written if name.endswith(".yaml")]
    assert len(files) >= 3
    for path in files:
        text = path.read_text("utf-8")
        first = text.split("\n")[0]
        assert first.startswith(MODELINE), path
        schema = json.loads((path.parent / first.removeprefix(MODELINE)).read_text("utf-8"))
        root = load(text, path.name).root
        assert root is not None
        assert [e.message for e in Draft202012Validator(schema).iter_errors(plain(root))] == []


def test_the_command_prints_the_schema_that_a_new_project_has(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    init_project(tmp_path / "shop")
    assert run_command(app, ["schema"]) == 0
    assert capsys.readouterr().out == (tmp_path / "shop" / SCHEMA_FILE).read_text("utf-8")


@pytest.mark.parametrize("kind", SCHEMA_KINDS)
def test_the_command_prints_the_schema_of_one_kind_of_file(
    kind: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_command(app, ["schema", "--for", kind]) == 0
    assert json.loads(capsys.readouterr().out) == json_schema(kind)


def test_a_kind_of_file_that_is_not_known_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command(app, ["schema", "--for", "projcet"]) == 2
    assert "did you mean `project`?" in capsys.readouterr().err
