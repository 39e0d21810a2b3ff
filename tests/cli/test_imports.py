"""What a command must not import: each start of it pays for all that it does."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

HEAVY = ("duckdb", "sqlglot", "yaml", "pyarrow", "pandas", "polars", "rich", "jinja2", "redis", "asyncio")
OWN = tuple(f"fcompile.commands.{name}" for name in ("load", "operate", "project", "read", "review"))
UNUSED = ("fcompile.compiler.diff.model", "fcompile.compiler.expressions.regex", "fcompile.runtime.dynamic")


def imported(*argv: str, folder: Path | None = None) -> frozenset[str]:
    """Return the modules that ``fcompile argv`` has imported at its end, which must be a good one."""
    code = (
        "import sys\nfrom fcompile.cli import app\nfrom fcompile.runtime.console.entry import run_command\n"
        f"assert run_command(app, {list(argv)!r}) == 0\nprint(*sys.modules, file=sys.stderr)"
    )
    ended = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        cwd=folder,
        env={**os.environ},
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    return frozenset(ended.stderr.splitlines()[-1].split())


def test_help_imports_nothing_heavy_and_no_command() -> None:
    assert imported("--help") & {*HEAVY, *OWN, "pydantic"} == set()


def test_version_imports_its_topic_and_nothing_of_the_compiler() -> None:
    names = imported("version")
    assert names & {*HEAVY, *OWN} == {"fcompile.commands.project"}
    assert {name for name in names if name.startswith("fcompile.compiler.")} == {
        "fcompile.compiler.errors",
        "fcompile.compiler.version",
    }


@pytest.mark.parametrize(
    ("command", "needed"),
    [("check", {"yaml", "sqlglot"}), ("ls", {"yaml", "sqlglot"}), ("build", {"yaml", "sqlglot", "jinja2"})],
)
def test_a_command_imports_no_other_topic_and_no_engine(shop: Path, command: str, needed: set[str]) -> None:
    names = imported(command, folder=shop)
    assert names & {*HEAVY, *OWN, *UNUSED} == {*needed, "fcompile.commands.review"}


def test_check_and_ls_import_no_lowering(shop: Path) -> None:
    for command in ("check", "ls"):
        names = imported(command, folder=shop)
        assert "fcompile.compiler.compile" not in names, command
        assert not [name for name in names if name.startswith("fcompile.compiler.lower.")], command
