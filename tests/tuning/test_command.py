"""``fcompile tune``, and what a pinned form changes in other commands."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Run, run
from tests.tuning.conftest import Folder, skewed

__all__ = ["run"]


@pytest.fixture(autouse=True)
def stand_there(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    folder.rows(skewed(3_000, 400))
    monkeypatch.chdir(folder.root)


def test_tune_writes_what_build_then_builds(run: Run, folder: Folder) -> None:
    assert run("build").code == 0
    assert run("tune", "--check").code == 3
    assert not folder.tuning.exists()
    tuned = run("tune")
    assert (tuned.code, "Wrote tuning.yaml" in tuned.err) == (0, True)
    assert tuned.out.splitlines()[0].split() == [
        "view",
        "rows",
        "keys",
        "largest",
        "key",
        "form",
        "before",
        "why",
    ]
    assert [line.split()[0] for line in tuned.out.splitlines()[2:]] == ["more", "quick", "spend"]
    assert "4,200" in tuned.out and "3,000" in tuned.out
    drift = run("build", "--check")
    assert (drift.code, "feature_views/quick/historical.sql" in drift.err) == (3, True)
    assert run("build").code == 0
    assert run("build", "--check").code == 0


def test_tuning_again_changes_nothing_while_the_forms_stay(run: Run, folder: Folder) -> None:
    run("tune")
    before = folder.tuning.read_bytes()
    folder.rows(skewed(3_100, 410))
    again = run("tune", "--check")
    assert (again.code, again.err) == (0, "OK: tuning.yaml is as it should be\n")
    assert run("tune").code == 0
    assert folder.tuning.read_bytes() == before


def test_entries_of_views_that_are_not_selected_stay(run: Run, folder: Folder) -> None:
    folder.pin("  quick: {form: tiles, tile: 7m, span: 14m, because: mine}\n")
    assert run("tune", "-s", "spend").code == 0
    text = folder.tuning.read_text()
    assert 'quick: {form: tiles, tile: 7m, span: 14m, because: "mine"}' in text
    assert "  spend: {form: mixed, tile: 1h, span: 1d, hot: 500, because: " in text
    assert "  more:" not in text


def test_a_stale_entry_stops_all_commands_but_tune(run: Run, folder: Folder) -> None:
    folder.pin("  gone: {form: rows}\n")
    check = run("check")
    assert (check.code, "FC222" in check.err, "--> tuning.yaml:3:3" in check.err) == (1, True, True)
    assert "run `fcompile tune` to write it anew" in check.err
    assert run("tune").code == 0
    assert "gone" not in folder.tuning.read_text()
    assert run("check").code == 0


def test_mistakes_of_definitions_and_of_tuning_come_together(run: Run, folder: Folder) -> None:
    folder.pin("  spend: {form: tiles, tile: 2h, span: 3h}\n")
    path = folder.root / "featuredefs" / "a.yaml"
    path.write_text(path.read_text().replace("horizon: 1d", "horizon: 1x"))
    check = run("check")
    assert "FC122" in check.err and "FC352" in check.err


def test_show_says_the_form_and_why(run: Run, folder: Folder) -> None:
    assert (
        "computed as: mixed 1h/1d, above 500 rows: the default, no entry in tuning.yaml"
        in run("show", "spend").out
    )
    folder.pin("  spend: {form: rows, because: few rows}\n")
    shown = run("show", "spend").out
    assert "computed as: rows: pinned in tuning.yaml, because few rows" in shown
    assert "tiles" not in shown.partition("materialize.sql")[0]


def test_a_selection_without_windows_is_an_error(run: Run) -> None:
    assert run("tune", "-s", "user").code == 0  # the views of the entity
    assert run("tune", "-s", "nothing").code == 2
    assert run("tune", "--exclude", "spend quick more").code == 2


def test_a_project_without_windows_has_nothing_to_tune(run: Run, folder: Folder) -> None:
    (folder.root / "featuredefs" / "a.yaml").write_text(
        "entities:\n  - {name: user, join_keys: {user_id: int64}}\n"
    )
    tuned = run("tune")
    assert (tuned.code, tuned.out, folder.tuning.exists()) == (0, "", False)


def test_a_source_that_is_not_there_is_explained(run: Run, folder: Folder) -> None:
    (folder.root / ".fcompile" / "dev.duckdb").unlink()
    tuned = run("tune")
    assert (tuned.code, "FC401" in tuned.err) == (1, True)


def test_tuning_yaml_is_no_definition_file_where_definitions_are_all_of_the_project(
    run: Run, folder: Folder
) -> None:
    (folder.root / "fcompile.yaml").write_text("project: p\ndefinitions: [.]\n")
    folder.pin("  spend: {form: rows}\n")
    assert run("check").code == 0


def test_a_link_that_leads_out_of_the_project_is_not_followed(
    run: Run, folder: Folder, tmp_path_factory: pytest.TempPathFactory
) -> None:
    outside: Path = tmp_path_factory.mktemp("outside") / "tuning.yaml"
    outside.write_text("version: 1\n")
    folder.tuning.symlink_to(outside)
    check = run("check")
    assert (check.code, "FC135" in check.err) == (1, True)
