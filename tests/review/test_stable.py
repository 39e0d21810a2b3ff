"""``build -d all`` gives the same bytes whatever the hash seed, locale, time zone, folder and Python.

Other Pythons are those of FCOMPILE_PYTHONS (interpreters, separated as in PATH) and python3.11 to 3.13 on the PATH, as
far as fcompile's dependencies are installed there; where there is none the test says so and is skipped.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
VERSIONS = tuple(v for v in ("3.11", "3.12", "3.13") if v != f"3.{sys.version_info.minor}")
NEEDED = "import duckdb, jinja2, pydantic, sqlglot, typer, yaml"


def project(folder: Path, backwards: bool = False) -> Path:
    """Make a project with all kinds of objects, in files that are made in one order or the other."""
    (folder / "featuredefs").mkdir(parents=True)
    (folder / "fcompile.yaml").write_text("project: shop\n")
    definitions = yaml.safe_load((ROOT / "tests" / "definitions" / "lineage.yaml").read_text())
    for kind in sorted(definitions, reverse=backwards):
        text = yaml.safe_dump({kind: definitions[kind]}, sort_keys=False)
        (folder / "featuredefs" / f"{kind}.yaml").write_text(text)
    return folder


def digest(folder: Path) -> dict[str, str]:
    files = sorted(path for path in (folder / "sql").rglob("*") if path.is_file())
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files
    }


def built(
    folder: Path, python: str = sys.executable, cwd: Path | None = None, **variables: str
) -> dict[str, str]:
    """Build in a process of its own; return what was written, by path."""
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("LC_", "LANG", "FCOMPILE_"))
    }
    environment = {**kept, "PYTHONPATH": str(ROOT / "src"), "PYTHONDONTWRITEBYTECODE": "1", **variables}
    argv = [python, "-m", "fcompile", "-p", str(folder), "build", "-d", "all", "-q"]
    ended = subprocess.run(
        argv, env=environment, cwd=cwd or folder, capture_output=True, text=True, check=False
    )
    assert ended.returncode == 0, ended.stderr
    return digest(folder)


@pytest.fixture(scope="module")
def expected(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, str]:
    found = built(project(tmp_path_factory.mktemp("first") / "shop"), PYTHONHASHSEED="0")
    dialects = {path.split("/")[1] for path in found} - {"manifest.json"}
    assert len(dialects) == 9 and "sql/manifest.json" in found
    return found


@cache
def locales() -> tuple[str, ...]:
    """Return `C`, and what this machine has of locales that sort, write numbers or encode otherwise."""
    ended = subprocess.run(["locale", "-a"], capture_output=True, text=True, check=False)
    there = {name.lower().replace("utf8", "utf-8"): name for name in ended.stdout.split()}
    wanted = ("de_DE.UTF-8", "tr_TR.UTF-8", "C.UTF-8")
    return ("C", *(name for name in wanted if name.lower() in there))


@pytest.mark.engines
@pytest.mark.parametrize("seed", ["1", "4242"])
def test_hash_seeds_and_the_order_of_files_do_not_show(
    expected: Mapping[str, str], tmp_path: Path, seed: str
) -> None:
    folder = project(tmp_path / "shop", backwards=seed == "1")
    assert built(folder, PYTHONHASHSEED=seed) == expected


@pytest.mark.engines
def test_locales_time_zones_and_folders_do_not_show(expected: Mapping[str, str], tmp_path: Path) -> None:
    zones = ["Asia/Kathmandu", "America/St_Johns"]
    for number, locale in enumerate(locales()):
        folder = project(tmp_path / f"a folder {number}" / "ünïcode")
        zone = zones[number % 2]
        assert built(folder, cwd=tmp_path, LC_ALL=locale, LANG=locale, TZ=zone) == expected, (locale, zone)


@pytest.mark.engines
def test_what_is_remembered_does_not_show(expected: Mapping[str, str], tmp_path: Path) -> None:
    folder = project(tmp_path / "shop")
    assert built(folder) == expected
    assert built(folder) == expected


@pytest.mark.engines
@pytest.mark.parametrize("version", VERSIONS)
def test_pythons_do_not_show(expected: Mapping[str, str], tmp_path: Path, version: str) -> None:
    python = interpreters().get(version)
    if python is None:
        pytest.skip(
            f"there is no Python {version} here with fcompile's dependencies (FCOMPILE_PYTHONS names some)"
        )
    assert built(project(tmp_path / "shop"), python) == expected


@cache
def interpreters() -> Mapping[str, str]:
    """Return version -> an interpreter that can run fcompile."""
    named = [each for each in os.environ.get("FCOMPILE_PYTHONS", "").split(os.pathsep) if each]
    on_path = [shutil.which(f"python{version}") for version in VERSIONS]
    found: dict[str, str] = {}
    for python in (each for each in (*named, *on_path) if each):
        asked = f"import sys; {NEEDED}; print(f'3.{{sys.version_info.minor}}')"
        ended = subprocess.run(
            [python, "-c", asked], capture_output=True, text=True, check=False, env=_bare()
        )
        if ended.returncode == 0:
            found.setdefault(ended.stdout.strip(), python)
    return found


def _bare() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
