"""Packages of an emulator are installed once, alone, into a folder that was not there."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.engines.apart import installed

pytestmark = pytest.mark.engines


def test_packages_are_installed_into_an_empty_folder_once_and_made_anew_when_they_change(
    tmp_path: Path,
) -> None:
    one, other = ("iniconfig==2.1.0",), ("iniconfig==2.3.1",)
    folder = installed("emulator", one, tmp_path)
    if isinstance(folder, str):
        pytest.skip(folder)
    assert (folder / "iniconfig" / "__init__.py").is_file()
    assert not (folder / "pytest").exists()
    made = (folder / "made-of").stat().st_mtime_ns
    # As another process finds it.
    assert installed.__wrapped__("emulator", one, tmp_path) == folder
    assert (folder / "made-of").stat().st_mtime_ns == made
    assert installed("emulator", other, tmp_path) == folder
    assert [p.name for p in folder.glob("iniconfig-*")] == ["iniconfig-2.3.1.dist-info"]


def test_what_cannot_be_installed_says_why(tmp_path: Path) -> None:
    said = installed("emulator", ("pytest==0.0.0",), tmp_path)
    assert isinstance(said, str)
    assert "emulator cannot be installed" in said
    assert "pytest==0.0.0" in said
