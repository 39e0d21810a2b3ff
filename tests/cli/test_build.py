"""Writing sql/: only what changes, only what is fcompile's, and nothing elsewhere."""

from __future__ import annotations

import json
from pathlib import Path

from tests.cli.conftest import Run

VIEW = "duckdb/feature_views/last_order"


def written(folder: Path) -> dict[str, bytes]:
    return {
        p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()
    }


def without_view(shop: Path) -> None:
    path = shop / "featuredefs" / "customers.yaml"
    text = path.read_text()
    start, end = text.index("  - name: last_order\n"), text.index("feature_services:")
    text = text[:start] + text[end:]
    text = text.replace("      - last_order: [last_amount, is_large]\n", "")
    path.write_text(text[: text.index("tests:")])


def test_building_twice_writes_nothing_the_second_time(run: Run, shop: Path) -> None:
    run("build")
    before = {p: p.stat().st_mtime_ns for p in (shop / "sql").rglob("*")}
    assert "files are as they should be" in run("build").err
    assert {p: p.stat().st_mtime_ns for p in (shop / "sql").rglob("*")} == before


def test_files_of_what_is_gone_are_removed_and_others_stay(run: Run, shop: Path) -> None:
    run("build")
    mine = shop / "sql" / VIEW / "notes.sql"
    mine.write_text("-- my own\nSELECT 1\n")
    (shop / "sql" / "README.md").write_text("Mine.")
    without_view(shop)
    check = run("build", "--check")
    assert check.code == 3
    assert f"- {VIEW}/historical.sql" in check.err
    assert (shop / "sql" / VIEW / "historical.sql").exists()
    assert run("build").code == 0
    assert [p.name for p in (shop / "sql" / VIEW).iterdir()] == ["notes.sql"]
    assert (shop / "sql" / "README.md").exists()


def test_a_folder_that_is_left_empty_goes_too(run: Run, shop: Path) -> None:
    run("build")
    without_view(shop)
    run("build")
    assert not (shop / "sql" / VIEW).exists()


def test_an_edited_file_is_drift_and_is_written_again(run: Run, shop: Path) -> None:
    run("build")
    path = shop / "sql" / VIEW / "historical.sql"
    text = path.read_bytes()
    path.write_text("SELECT 1;\n")
    check = run("build", "--check")
    assert check.code == 3
    assert f"~ {VIEW}/historical.sql" in check.err
    assert run("build").code == 0
    assert path.read_bytes() == text


def test_a_file_that_fcompile_did_not_write_is_not_overwritten(run: Run, shop: Path) -> None:
    path = shop / "sql" / VIEW / "historical.sql"
    path.parent.mkdir(parents=True)
    path.write_text("SELECT 'mine';\n")
    ended = run("build")
    assert ended.code == 4
    assert "FC580" in ended.err
    assert path.read_text() == "SELECT 'mine';\n"


def test_a_manifest_cannot_name_files_elsewhere(run: Run, shop: Path) -> None:
    run("build")
    path = shop / "sql" / "manifest.json"
    content = json.loads(path.read_text())
    content["files"] |= {"../spine.csv": "x", "duckdb/../../data/orders.csv": "x", "/etc/passwd.sql": "x"}
    path.write_text(json.dumps(content))
    run("build")
    assert (shop / "spine.csv").exists()
    assert (shop / "data" / "orders.csv").exists()
    assert all(".." not in name for name in json.loads(path.read_text())["files"])


def test_a_broken_manifest_is_written_anew(run: Run, shop: Path) -> None:
    run("build")
    text = (shop / "sql" / "manifest.json").read_text()
    (shop / "sql" / "manifest.json").write_text("<<<<<<< HEAD\n")
    assert run("build").code == 0
    assert (shop / "sql" / "manifest.json").read_text() == text


def test_folders_of_dialects_not_built_stay_with_their_lines_of_the_manifest(run: Run, shop: Path) -> None:
    run("build")
    other = shop / "sql" / "postgres" / "feature_views" / "last_order" / "historical.sql"
    other.parent.mkdir(parents=True)
    other.write_text("SELECT 1;\n")
    path = shop / "sql" / "manifest.json"
    content = json.loads(path.read_text())
    content["files"]["postgres/feature_views/last_order/historical.sql"] = "digest"
    path.write_text(json.dumps(content))
    assert run("build").code == 0
    assert other.exists()
    assert "postgres/feature_views/last_order/historical.sql" in json.loads(path.read_text())["files"]


def test_the_bytes_are_the_same_in_another_folder_and_under_another_hash_seed(
    run: Run, shop: Path, tmp_path: Path
) -> None:
    run("build")
    run("build", "-o", str(tmp_path / "else"))
    assert written(tmp_path / "else") == written(shop / "sql")
    assert str(tmp_path) not in str(written(shop / "sql"))


def test_state_selectors_compare_with_the_committed_manifest(run: Run, shop: Path) -> None:
    run("build")
    path = shop / "featuredefs" / "customers.yaml"
    path.write_text(path.read_text().replace("ttl: 30d", "ttl: 31d"))
    assert run("ls", "-s", "state:modified", "--output", "names").out == "last_order\n"
    downstream = run("ls", "-s", "state:modified+", "--output", "names").out.split()
    assert downstream == ["last_order", "churn_v1", "an_order_counts_once_it_is_loaded"]
    assert run("run", "-s", "state:modified+").code == 0
    run("build")
    assert run("ls", "-s", "state:modified").code == 2


def test_a_folder_that_cannot_be_written_is_said(run: Run, shop: Path) -> None:
    (shop / "sql").mkdir(exist_ok=True)
    (shop / "sql" / "duckdb").write_text("in the way")
    failed = run("build")
    assert failed.code == 1
    assert "error[FC420]" in failed.err and "cannot be written" in failed.err
