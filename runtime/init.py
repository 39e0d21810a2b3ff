"""``fcompile init``: copies a template project into a new or empty folder, with the schema for editors."""

from __future__ import annotations

import json
import re
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

from fcompile.compiler.errors import Diagnostic, RefusedError, UsageError, did_you_mean, listed

_NAME = "my_project"
"""What the templates call the project; replaced by the folder's name."""

SCHEMA_FILE = "fcompile.schema.json"
"""Beside fcompile.yaml, where each file's first line leads an editor: it works offline, for everyone who clones."""


def templates() -> tuple[str, ...]:
    """Return the names of the templates, sorted."""
    return tuple(sorted(entry.name for entry in _folder().iterdir() if entry.is_dir()))


def init_project(directory: Path, template: str = "quickstart") -> tuple[str, ...]:
    """Write the template's files into ``directory``; return their paths within it, sorted.

    Raises:
        UsageError: FC285 there is no such template.
        RefusedError: FC581 the folder holds something, or the path is no folder.
    """
    known = templates()
    if template not in known:
        hint = did_you_mean(template, known) or f"there is {listed(known)}"
        raise UsageError(Diagnostic("FC285", f"there is no template `{template}`", hint=hint))
    _refuse_used(directory)
    name = project_name(directory)
    written = []
    for path, source in _files(_folder() / template, ""):
        content = source.read_bytes()
        if not path.endswith(".parquet"):
            content = content.replace(_NAME.encode(), name.encode())
        # A wheel or a checkout may drop hidden files: the template has none.
        target = directory / ("." + path.removeprefix("dot_") if path.startswith("dot_") else path)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
        written.append(target.relative_to(directory).as_posix())
    (directory / SCHEMA_FILE).write_text(_schema(), "utf-8", newline="\n")
    return tuple(sorted([*written, SCHEMA_FILE]))


def _schema() -> str:
    from fcompile.compiler.schema.json_schema import json_schema

    return json.dumps(json_schema(), indent=2) + "\n"


def project_name(directory: Path) -> str:
    """Return the folder's name as a project may be called.

    >>> project_name(Path("My Shop-2")), project_name(Path("2026"))
    ('my_shop_2', 'project_2026')
    """
    name = re.sub(r"[^a-z0-9]+", "_", directory.absolute().name.lower()).strip("_")
    if not name:
        return _NAME
    return name if name[0].isalpha() else f"project_{name}"


def _refuse_used(directory: Path) -> None:
    if directory.exists() and not directory.is_dir():
        raise RefusedError(Diagnostic("FC581", f"{directory} is a file", hint="name a new folder"))
    if directory.is_dir() and any(directory.iterdir()):
        message = f"{directory} is not empty; init overwrites nothing"
        raise RefusedError(Diagnostic("FC581", message, hint="name a new or empty folder"))


def _folder() -> Traversable:
    return resources.files("fcompile") / "templates" / "init"


def _files(folder: Traversable, prefix: str) -> list[tuple[str, Traversable]]:
    found: list[tuple[str, Traversable]] = []
    for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if entry.is_dir():
            found.extend(_files(entry, f"{prefix}{entry.name}/"))
        else:
            found.append((prefix + entry.name, entry))
    return found
