"""A project as ``init`` writes it, and the command in this process."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from fcompile.cli import app
from fcompile.runtime.console.entry import run_command


@dataclass(frozen=True)
class Ended:
    code: int
    out: str
    err: str


Run = Callable[..., Ended]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Return a function that runs the command; the environment is clean of its variables."""
    monkeypatch.setenv("NO_COLOR", "1")
    for name in ("FCOMPILE_PROJECT", "FCOMPILE_TARGET", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)

    def call(*argv: str) -> Ended:
        capsys.readouterr()
        code = run_command(app, argv)
        captured = capsys.readouterr()
        return Ended(code, captured.out, captured.err)

    return call


@pytest.fixture
def shop(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a new quickstart project; the tests stand in it."""
    assert run("init", str(tmp_path / "shop")).code == 0
    monkeypatch.chdir(tmp_path / "shop")
    return tmp_path / "shop"
