"""A real git history of the example project: ten edits, one of each class and two leaks, each a commit."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

from fcompile.cli import app
from fcompile.compiler.diff.model import ChangeClass
from fcompile.runtime.console.entry import run_command

ROOT = Path(__file__).parents[2]
EVENTS = Path(__file__).parent / "events"
VIEWS, SOURCES = "featuredefs/views.yaml", "featuredefs/sources.yaml"
LABEL = "Mean delay of the flights due at the airport in the hour after t, in minutes."


@dataclass(frozen=True)
class Edit:
    """``old`` stands once in ``file``; where ``new`` is nothing its line goes. ``object`` is what changes by it."""

    title: str
    file: str
    old: str
    new: str
    object: str
    change: ChangeClass
    leak: bool = False


EDITS = (
    Edit(
        "Say what late is",
        VIEWS,
        '{name: origin_late, dtype: bool, expr: "dep_delay > 15"}',
        '{name: origin_late, dtype: bool, expr: "(dep_delay > 15)"}  # as the ministry counts',
        "feature_view.origin_departures",
        ChangeClass.COSMETIC,
    ),
    Edit(
        "Weather is data's",
        VIEWS,
        "owner: weather@example.org",
        "owner: data@example.org",
        "feature_view.origin_weather",
        ChangeClass.METADATA,
    ),
    Edit(
        "The aircraft's model",
        VIEWS,
        "      - {name: engine, dtype: string, default: unknown}",
        "      - {name: engine, dtype: string, default: unknown}\n      - {name: model, dtype: string}",
        "feature_view.aircraft",
        ChangeClass.ADDITIVE,
    ),
    Edit(
        "Room for more seats",
        VIEWS,
        "{name: seats, dtype: int32}",
        "{name: seats, dtype: int64}",
        "feature_view.aircraft",
        ChangeClass.WIDENING,
    ),
    Edit(
        "Long flights are shorter",
        VIEWS,
        "distance >= 1500",
        "distance >= 1200",
        "feature_view.aircraft_departures",
        ChangeClass.VALUE,
    ),
    Edit(
        "Weather is stale sooner",
        VIEWS,
        "ttl: 3h",
        "ttl: 2h",
        "feature_view.origin_weather",
        ChangeClass.TIME,
    ),
    Edit(
        "Delays of the airline, wherever it leaves",
        VIEWS,
        "entities: [carrier, origin]",
        "entities: [carrier]",
        "feature_view.carrier_departures",
        ChangeClass.KEY,
    ),
    Edit(
        "Nobody looks at the visibility",
        VIEWS,
        "      - {name: visibility_miles, dtype: float64}",
        "",
        "feature_view.origin_weather",
        ChangeClass.REMOVAL,
    ),
    Edit(
        "Weather without a lag",
        SOURCES,
        "    availability_lag: 1h",
        "",
        "source.weather",
        ChangeClass.TIME,
        leak=True,
    ),
    Edit(
        "Departures as they are due",
        SOURCES,
        "    available_at: departed_at",
        "",
        "source.departures",
        ChangeClass.TIME,
        leak=True,
    ),
)


@dataclass
class History:
    """The repository's folder, and the commits: of main as the branch found it, of each edit, and of the merge."""

    folder: Path
    base: str = ""
    edits: list[str] = field(default_factory=list)
    merge: str = ""

    def git(self, *arguments: str) -> str:
        variables = {
            **os.environ,
            "GIT_CONFIG_GLOBAL": "/dev/null",
            "GIT_CONFIG_NOSYSTEM": "1",
            **{f"GIT_{who}_{what}": value for who in ("AUTHOR", "COMMITTER") for what, value in _WHO},
        }
        command = ["git", "-C", str(self.folder), *arguments]
        ended = subprocess.run(command, capture_output=True, text=True, check=False, env=variables)
        assert ended.returncode == 0, ended.stderr
        return ended.stdout.strip()

    def commit(self, title: str) -> str:
        """Build and commit everything; return the commit."""
        assert run_command(app, ["build", "-q", "-p", str(self.folder)]) == 0
        self.git("add", "-A")
        self.git("commit", "-q", "-m", title)
        return self.git("rev-parse", "HEAD")

    def edit(self, edit: Edit) -> str:
        path = self.folder / edit.file
        text = path.read_text(encoding="utf-8")
        assert text.count(edit.old) == 1, edit.title
        lines = [line for line in text.splitlines() if edit.new or edit.old not in line]
        path.write_text("\n".join(lines).replace(edit.old, edit.new) + "\n", encoding="utf-8")
        return self.commit(edit.title)

    def event(self, base: str, head: str, name: str = "pull_request", fork: bool = False) -> Path:
        """Write the recorded event for these commits, outside of the work tree."""
        text = (EVENTS / f"{name}.json").read_text(encoding="utf-8")
        content = json.loads(text.replace("BASE_SHA", base).replace("HEAD_SHA", head))
        if fork:
            origin = content["pull_request"]["head"]["repo"]
            origin.update(full_name="eve/flights", fork=True, owner={"login": "eve", "id": 3, "type": "User"})
        path = self.folder.parent / "event.json"
        path.write_text(json.dumps(content), encoding="utf-8")
        return path


_WHO = (("NAME", "Ada"), ("EMAIL", "ada@example.org"), ("DATE", "2026-01-02T03:04:05Z"))


def make_history(folder: Path) -> History:
    """Make main, a branch of the ten edits, a commit on main meanwhile, and GitHub's merge of the two."""
    (folder / "featuredefs").mkdir(parents=True)
    shutil.copy(ROOT / "fcompile.yaml", folder)
    for path in sorted((ROOT / "featuredefs").glob("*.yaml")):
        shutil.copy(path, folder / "featuredefs")
    (folder / ".gitignore").write_text(".fcompile/\n/featuredefs/data\n", "utf-8")
    history = History(folder)
    history.git("init", "-q", "-b", "main")
    history.base = history.commit("The example")
    history.git("checkout", "-q", "-b", "delays")
    history.edits = [history.edit(edit) for edit in EDITS]
    history.git("checkout", "-q", "main")
    path = folder / "featuredefs/labels.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace(LABEL, "Mean delay in the next hour."), "utf-8")
    history.commit("Meanwhile on main")
    history.git("checkout", "-q", "--detach")
    history.git("merge", "-q", "--no-ff", "-s", "recursive", "-X", "theirs", "--no-commit", "delays")
    history.merge = history.commit("Merge delays into main")
    (folder / "featuredefs/data").symlink_to(ROOT / "featuredefs/data")
    return history
