"""The action, the workflow and the hooks: what a runner or pre-commit would make of them."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from fcompile.cli import app
from fcompile.runtime.console.entry import run_command

ROOT = Path(__file__).parents[2]
HOOKS = ROOT / ".pre-commit-hooks.yaml"


def _yaml(path: str) -> Any:
    return yaml.safe_load((ROOT / path).read_text("utf-8"))


def test_inputs_reach_the_shell_as_variables_only() -> None:
    for step in _yaml("action.yml")["runs"]["steps"]:
        assert "${{" not in step.get("run", "")
        assert not step.get("run") or step["shell"] == "bash"


def test_every_input_is_used_and_every_one_used_is_there() -> None:
    text = (ROOT / "action.yml").read_text("utf-8")
    declared = set(_yaml("action.yml")["inputs"])
    assert set(re.findall(r"inputs\.([a-z-]+)", text)) == declared
    script = (ROOT / "scripts/review").read_text("utf-8")
    given = set(re.findall(r"\b(REVIEW_[A-Z_]+):", text))
    assert given == set(re.findall(r"\bREVIEW_[A-Z_]+[A-Z]", script))


def test_the_script_is_bash_and_may_be_run() -> None:
    script = ROOT / "scripts/review"
    assert os.access(script, os.X_OK)
    assert subprocess.run(["bash", "-n", str(script)], check=False).returncode == 0


def test_the_workflow_asks_for_no_more_than_it_needs() -> None:
    workflow = _yaml(".github/workflows/review.yml")
    assert workflow["permissions"] == {"contents": "read", "pull-requests": "write"}
    # YAML reads the key `on` as true. `pull_request_target` would run a fork's definitions with rights.
    assert workflow[True] == {"pull_request": None}
    steps = workflow["jobs"]["review"]["steps"]
    assert any(step.get("uses") == "./" for step in steps)
    inputs = _yaml("action.yml")["inputs"]
    assert all(set(step.get("with", ())) <= set(inputs) for step in steps if step.get("uses") == "./")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A repository with a new project, built and formatted, and the hooks as a local repository's."""
    assert run_command(app, ["init", "-q", str(tmp_path)]) == 0
    bin_folder = tmp_path / ".git" / "bin"
    hooks = [{**hook, "language": "system"} for hook in yaml.safe_load(HOOKS.read_text("utf-8"))]
    config = {"repos": [{"repo": "local", "hooks": hooks}]}
    (tmp_path / ".pre-commit-config.yaml").write_text(yaml.safe_dump(config), "utf-8")
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    bin_folder.mkdir()
    command = bin_folder / "fcompile"
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m fcompile "$@"\n')
    command.chmod(0o755)
    for argv in (["fmt", "-q"], ["build", "-q"]):
        assert run_command(app, [*argv, "-p", str(tmp_path)]) == 0
    subprocess.run(["git", "-C", str(tmp_path), "add", "-A"], check=True)
    return tmp_path


def _pre_commit(project: Path) -> subprocess.CompletedProcess[str]:
    variables = {
        **os.environ,
        "PATH": f"{project / '.git' / 'bin'}:{os.environ['PATH']}",
        "PRE_COMMIT_HOME": str(project / ".git" / "pre-commit"),
    }
    command = [sys.executable, "-m", "pre_commit", "run", "--all-files", "--color", "never"]
    return subprocess.run(command, cwd=project, capture_output=True, text=True, check=False, env=variables)


def test_pre_commit_takes_the_manifest_of_hooks() -> None:
    command = [sys.executable, "-m", "pre_commit", "validate-manifest", str(HOOKS)]
    assert subprocess.run(command, check=False).returncode == 0


def test_hooks_pass_what_is_well_and_write_what_is_stale(project: Path) -> None:
    first = _pre_commit(project)
    assert first.returncode == 0, first.stdout
    assert [line.rsplit(".", 1)[1] for line in first.stdout.splitlines()] == ["Passed"] * 3

    path = project / "featuredefs" / "customers.yaml"
    path.write_text(path.read_text("utf-8").replace("ttl: 30d", "ttl:    7d"), "utf-8")
    subprocess.run(["git", "-C", str(project), "add", "-A"], check=True)
    second = _pre_commit(project)
    assert second.returncode == 1
    assert second.stdout.count("files were modified by this hook") == 2  # fmt and build
    subprocess.run(["git", "-C", str(project), "add", "-A"], check=True)
    assert _pre_commit(project).returncode == 0


def test_a_hook_stops_a_mistake(project: Path) -> None:
    path = project / "featuredefs" / "customers.yaml"
    path.write_text(path.read_text("utf-8").replace("ttl: 30d", "tll: 30d"), "utf-8")
    subprocess.run(["git", "-C", str(project), "add", "-A"], check=True)
    ended = _pre_commit(project)
    assert ended.returncode == 1
    assert "did you mean `ttl`?" in ended.stdout
