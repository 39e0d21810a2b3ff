from pathlib import Path

import pytest

from tests.online.project import OnlineProject


@pytest.fixture
def project(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> OnlineProject:
    """Return a project without rows; the environment is clean of the command's variables."""
    monkeypatch.setenv("NO_COLOR", "1")
    for name in ("FCOMPILE_PROJECT", "FCOMPILE_TARGET", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    made = OnlineProject(tmp_path, capsys)
    made.define()
    return made
