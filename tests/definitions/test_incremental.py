"""`build` with what earlier builds left: the same files, whatever was edited, damaged or written by others."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fcompile.compiler.build import Unit, units_of
from fcompile.compiler.digest import sha256
from fcompile.compiler.errors import FcompileError, UsageError
from fcompile.compiler.manifest import assembled, manifest_of
from fcompile.runtime import incremental, manifest_objects
from fcompile.runtime.build import MANIFEST, Build, plan_build, write_build
from fcompile.runtime.cache import FOLDER, MOST, key_of, read_cache, write_cache
from fcompile.runtime.project import Project, load_project
from tests.definitions.edits import PROJECT, SETTINGS, Files, edited, edits, written
from tests.differential.settings import examples


def built(root: Path) -> Build:
    build = plan_build(load_project(root), ["duckdb"])
    write_build(build)
    return build


@pytest.fixture
def root(tmp_path: Path) -> Path:
    written(tmp_path, dict(PROJECT))
    return tmp_path


@given(st.lists(edits(), min_size=1, max_size=6))
@examples(dev=20, ci=50)
def test_after_any_edits_a_cache_changes_nothing_of_what_is_built(
    steps: list[tuple[str, int, str, str]],
) -> None:
    files: Files = dict(PROJECT)
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        for step in [None, *steps]:
            files = files if step is None else edited(files, step)
            written(root, files)
            try:
                project = load_project(root)
                build = plan_build(project, ["duckdb"])
            except FcompileError:
                continue
            units = units_of(project.definitions, "duckdb")
            anew = incremental._compile(project, units)
            assert {path: build.files[path] for path in anew} == anew
            digests = {path: sha256(text) for path, text in anew.items()}
            assert build.files[MANIFEST] == manifest_of(project.definitions, "shop", digests)
            write_build(build)


def compiled(project: Project, folder: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The folders of the units that a build compiles."""
    seen: list[str] = []
    compile_ = incremental._compile

    def noted(project: Project, units: list[Unit]) -> Files:
        seen.extend(unit.folder for unit in units)
        return compile_(project, units)

    monkeypatch.setattr(incremental, "_compile", noted)
    incremental.sql_files(project, units_of(project.definitions, "duckdb"), folder, lambda: None)
    return seen


def test_a_second_build_compiles_nothing(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert built(root).changes
    assert compiled(load_project(root), root / "sql", monkeypatch) == []


def test_only_what_reads_a_changed_view_is_compiled_again(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    built(root)
    written(root, {**PROJECT, "shops.yaml": PROJECT["shops.yaml"].replace("page", "path")})
    found = compiled(load_project(root), root / "sql", monkeypatch)
    assert found == ["duckdb/feature_views/seen", "duckdb/feature_services/model"]


def test_sql_that_somebody_edited_is_written_again(root: Path) -> None:
    first = built(root)
    path = "duckdb/feature_views/profile/historical.sql"
    (root / "sql" / path).write_text("-- fcompile\nSELECT 1;\n", "utf-8")
    again = built(root)
    assert [(change.path, change.kind) for change in again.changes] == [(path, "changed")]
    assert again.files == first.files


@pytest.mark.parametrize("damage", ["", "{}", "x\n{}", "[]", "\x00"])
def test_a_damaged_cache_is_none(root: Path, damage: str) -> None:
    first = built(root)
    path = root / FOLDER / incremental.CACHE
    digest, _, body = path.read_text("utf-8").partition("\n")
    for text in (
        damage,
        f"{digest}\n{damage}",
        f"{digest}\n{body[:-9]}",
        f"{digest}\n{body.replace('duckdb', 'd')}",
    ):
        path.write_text(text, "utf-8")
        assert read_cache(root, incremental.CACHE) == {}
        again = built(root)
        assert (again.files, again.changes) == (first.files, ())


def test_a_cache_that_cannot_be_written_is_no_problem(root: Path) -> None:
    (root / ".fcompile").write_text("a file where a folder belongs", "utf-8")
    assert built(root).files


def test_processes_beside_this_one_compile_the_same(root: Path) -> None:
    project = load_project(root)
    units = units_of(project.definitions, "duckdb")
    found = incremental._forked(project, [units[::2], units[1::2]], lambda: "beside")
    assert found == (incremental._compile(project, units), "beside")


def test_a_cache_keeps_earlier_texts_while_there_is_room(tmp_path: Path) -> None:
    write_cache(tmp_path, "c.json", {}, {"a": "1"})
    write_cache(tmp_path, "c.json", {"a": "1"}, {"b": "2"})
    assert read_cache(tmp_path, "c.json") == {"a": "1", "b": "2"}
    write_cache(tmp_path, "c.json", {str(n): "" for n in range(MOST)}, {"c": "3"})
    assert read_cache(tmp_path, "c.json") == {"c": "3"}
    assert [path.name for path in (tmp_path / FOLDER).iterdir()] == ["c.json"]


def test_keys_tell_values_apart() -> None:
    assert len({key_of(1), key_of("1"), key_of(1, ""), key_of((1, "")), key_of(True)}) == 5


def test_sql_of_another_project_schema_or_tuning_is_not_taken(root: Path) -> None:
    project = load_project(root)
    units = units_of(project.definitions, "duckdb")
    settings = SETTINGS.replace("{}}", "{warehouse: {type: duckdb, schema: other}}}")
    (root / "fcompile.yaml").write_text(settings, "utf-8")
    keys = incremental._keys(project, units)
    assert not set(keys) & set(incremental._keys(load_project(root), units))
    assert len(set(keys)) == len(units)


def test_a_manifest_is_the_same_with_a_cache_and_without(root: Path) -> None:
    files = {path: sha256(text) for path, text in built(root).files.items() if path != MANIFEST}
    changed = {**PROJECT, "shops.yaml": PROJECT["shops.yaml"].replace("page", "path")}
    written(root, changed)
    project = load_project(root)
    assert read_cache(root, manifest_objects.CACHE)
    anew = manifest_of(project.definitions, "shop", files)
    for _ in range(2):
        objects = manifest_objects.manifest_objects(project, files)
        assert assembled(objects, "shop", files) == anew
    assert '"path"' in anew


def test_the_entry_of_what_reads_a_whole_service_follows_the_service(root: Path) -> None:
    built(root)
    changed = {**PROJECT, "services.yaml": PROJECT["services.yaml"].replace("[amount, double]", "[amount]")}
    written(root, changed)
    found = built(root).files
    project = load_project(root)
    digests = {path: sha256(text) for path, text in found.items() if path != MANIFEST}
    assert found[MANIFEST] == manifest_of(project.definitions, "shop", digests)


def test_a_cache_names_no_files_elsewhere(root: Path) -> None:
    secret = root / "secret.sql"
    secret.write_text("x", "utf-8")
    built(root)
    digest = sha256("x")
    for path in ("../secret.sql", "duckdb/feature_views/spend/../../../../secret.sql", str(secret)):
        keys = read_cache(root, incremental.CACHE)
        (root / FOLDER / incremental.CACHE).unlink()
        write_cache(root, incremental.CACHE, {}, dict.fromkeys(keys, f"{digest} {path}"))
        assert all("secret" not in name for name in built(root).files)


def test_what_fails_in_a_process_beside_this_one_fails_here_with_its_own_words(root: Path) -> None:
    project = load_project(root)
    units = units_of(project.definitions, "duckdb")
    with pytest.raises(UsageError, match="FC283"):
        incremental._forked(project, [units, [replace(units[0], dialect="duckbd")]], lambda: None)
