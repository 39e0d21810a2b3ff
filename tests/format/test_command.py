"""``fcompile fmt``: what it writes, what it leaves alone, and what it leaves with."""

from __future__ import annotations

from pathlib import Path

import pytest

from fcompile.runtime import formatting
from tests.cli.conftest import Run, run, shop

__all__ = ["run", "shop"]

LOOSE = "entities:\n- join_keys: {id: int64} # keys\n  name: 'other'\n"
LAID_OUT = "entities:\n  - name: other\n    join_keys: {id: int64}  # keys\n"


def test_a_new_project_is_laid_out_already(run: Run, shop: Path) -> None:
    ended = run("fmt", "--check")
    assert (ended.code, ended.out) == (0, "")
    assert "OK: 2 files are as they should be" in ended.err


def test_check_leaves_with_3_and_writes_nothing(run: Run, shop: Path) -> None:
    (shop / "featuredefs/other.yaml").write_text(LOOSE)
    ended = run("fmt", "--check")
    assert ended.code == 3
    assert "~ featuredefs/other.yaml" in ended.err
    assert "1 of 3 files would change: run `fcompile fmt`" in ended.err
    assert (shop / "featuredefs/other.yaml").read_text() == LOOSE


def test_files_are_written_with_their_mode_and_then_stay(run: Run, shop: Path) -> None:
    path = shop / "featuredefs/other.yaml"
    path.write_text(LOOSE)
    path.chmod(0o640)
    assert "OK: 1 of 3 files changed" in run("fmt").err
    assert path.read_text() == LAID_OUT
    assert path.stat().st_mode & 0o777 == 0o640
    assert run("fmt", "--check").code == 0


def test_only_the_files_that_are_named(run: Run, shop: Path) -> None:
    for name in ("one", "two"):
        (shop / f"featuredefs/{name}.yaml").write_text(LOOSE.replace("other", name))
    assert run("fmt", "featuredefs/one.yaml").code == 0
    assert (shop / "featuredefs/one.yaml").read_text() == LAID_OUT.replace("other", "one")
    assert (shop / "featuredefs/two.yaml").read_text() == LOOSE.replace("other", "two")


def test_a_file_may_be_named_from_the_project(
    run: Run, shop: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (shop / "featuredefs/one.yaml").write_text(LOOSE)
    monkeypatch.chdir(tmp_path)
    assert run("fmt", "-p", str(shop), "featuredefs/one.yaml").code == 0
    assert (shop / "featuredefs/one.yaml").read_text() == LAID_OUT


@pytest.mark.parametrize("name", ["featuredefs", ".", "featuredefs/"])
def test_a_folder_is_the_files_in_it(run: Run, shop: Path, name: str) -> None:
    (shop / "featuredefs/one.yaml").write_text(LOOSE)
    assert "OK: 1 of 3 files changed" in run("fmt", name).err


@pytest.mark.parametrize("name", ["fcompile.yaml", "sql", "featuredefs/none.yaml", "../out.yaml"])
def test_other_files_are_refused(run: Run, shop: Path, name: str) -> None:
    ended = run("fmt", name)
    assert ended.code == 2
    assert "error[FC559]" in ended.err


def test_windows_line_ends_stay_and_a_byte_order_mark_goes(run: Run, shop: Path) -> None:
    path = shop / "featuredefs/other.yaml"
    path.write_bytes(b"\xef\xbb\xbf" + LAID_OUT.replace("\n", "\r\n").encode())
    assert "1 of 3 files changed" in run("fmt").err
    assert path.read_bytes() == LAID_OUT.replace("\n", "\r\n").encode()
    assert run("fmt", "--check").code == 0


def test_mistakes_of_definitions_and_unset_variables_do_not_matter(run: Run, shop: Path) -> None:
    (shop / "featuredefs/other.yaml").write_text(
        "entities:\n- {join_keys: {id: int46},   name: other, more: 1}\n"
    )
    (shop / "fcompile.yaml").write_text('project: shop\nstate: {type: postgres, dsn: "${NOT_SET_HERE}"}\n')
    assert run("fmt").code == 0
    written = (shop / "featuredefs/other.yaml").read_text()
    assert written == "entities:\n  - {name: other, join_keys: {id: int46}, more: 1}\n"


def test_a_file_that_is_no_yaml_of_ours_stops_all(run: Run, shop: Path) -> None:
    (shop / "featuredefs/loose.yaml").write_text(LOOSE)
    (shop / "featuredefs/other.yaml").write_text("entities:\n  - &a {name: other}\n  - *a\n")
    ended = run("fmt")
    assert ended.code == 1
    assert ended.err.count("error[FC106]") == 2
    assert (shop / "featuredefs/loose.yaml").read_text() == LOOSE


@pytest.mark.parametrize(
    "broken", ["entities: []\n", LAID_OUT.replace("id: int64", "id: int32"), LAID_OUT + "# more\n"]
)
def test_what_would_mean_something_else_is_never_written(
    run: Run, shop: Path, monkeypatch: pytest.MonkeyPatch, broken: str
) -> None:
    (shop / "featuredefs/other.yaml").write_text(LOOSE)
    monkeypatch.setattr(formatting, "formatted", lambda text: broken if text == LOOSE else text)
    ended = run("fmt")
    assert ended.code == 1
    assert "error[FC558]" in ended.err
    assert (shop / "featuredefs/other.yaml").read_text() == LOOSE


def test_the_example_project_is_laid_out(run: Run) -> None:
    ended = run("fmt", "--check", "-p", str(Path(__file__).parents[2]))
    assert ended.code == 0, ended.err
