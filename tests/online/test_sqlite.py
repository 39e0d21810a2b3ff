"""The SQLite file of the embedded online store: what is not ours is left alone."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from fcompile.compiler.errors import FcompileError
from fcompile.runtime.online.registry import open_online


@dataclass(frozen=True)
class Config:
    type: str
    path: str = "online.db"


def test_a_type_that_is_none_is_said_with_a_near_one(tmp_path: Path) -> None:
    with pytest.raises(FcompileError, match="no online store") as error:
        open_online(Config("sqlit"), tmp_path, "p")
    assert error.value.diagnostics[0].code == "FC951"


def test_a_file_of_another_program_is_left_alone(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "online.db")) as other:
        other.execute("CREATE TABLE t (a)")
        other.commit()
    with pytest.raises(FcompileError) as error:
        open_online(Config("sqlite"), tmp_path, "p")
    assert error.value.diagnostics[0].code == "FC507"


def test_a_file_of_a_newer_format_is_left_alone(tmp_path: Path) -> None:
    open_online(Config("sqlite"), tmp_path, "p").close()
    with closing(sqlite3.connect(tmp_path / "online.db")) as newer:
        newer.execute("PRAGMA user_version = 99")
    with pytest.raises(FcompileError, match="a newer fcompile") as error:
        open_online(Config("sqlite"), tmp_path, "p")
    assert error.value.diagnostics[0].code == "FC507"


def test_a_file_that_is_no_database_or_cannot_be_made_is_a_clear_error(tmp_path: Path) -> None:
    (tmp_path / "online.db").write_text("no database" * 1_000)
    (tmp_path / "file").write_text("")
    for path in ("online.db", "file/online.db"):
        with pytest.raises(FcompileError, match="cannot use the online store at") as error:
            open_online(Config("sqlite", path), tmp_path, "p")
        assert error.value.diagnostics[0].code == "FC506"
