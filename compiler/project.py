"""fcompile.yaml as typed configuration. Pure: the environment is passed in."""

from __future__ import annotations

import re
from collections.abc import Mapping as Map
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from fcompile.compiler.errors import Diagnostic, Span, UsageError, did_you_mean, listed, near
from fcompile.compiler.load import load
from fcompile.compiler.schema.base import NAME_PATTERN
from fcompile.compiler.schema.project import (
    DuckDBWarehouse,
    Online,
    PostgresState,
    ProjectFile,
    SqliteState,
    Warehouse,
)
from fcompile.compiler.schema.shape import bad_name, check_shape
from fcompile.compiler.tree import Mapping, Node, Scalar, Sequence, described

_VARIABLE = re.compile(r"\$\$\{|\$\{(?:([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?\})?")


@dataclass(frozen=True, slots=True)
class Target:
    """A place to run: ``warehouse`` and ``online`` are models of compiler/schema/project.py, by their ``type``."""

    name: str
    warehouse: Warehouse
    online: Online


@dataclass(frozen=True, slots=True)
class ProjectConfig:
    """fcompile.yaml with every default filled in. Paths are as written, relative to its folder.

    Attributes:
        default_target: always one of ``targets``.
        targets: by name, in the file's order.
    """

    project: str
    definitions: tuple[str, ...]
    default_target: str
    targets: Map[str, Target]
    state: SqliteState | PostgresState
    sql: str
    span: Span = field(default=Span("", 1, 1), compare=False, repr=False)


def parse_project(text: str, file: str, env: Map[str, str]) -> ProjectConfig:
    """Return the configuration; raise UsageError with every problem of the file."""
    document = load(text, file)
    problems = list(document.diagnostics)
    root = document.root if document.root is not None else Mapping(Span(file, 1, 1), {}, {})
    if problems:
        raise UsageError(*problems, files={file: text})
    if not isinstance(root, Mapping):
        message = f"expected a mapping, found {described(root)}"
        raise UsageError(
            Diagnostic("FC115", message, root.span, "begin with `project: NAME`"), files={file: text}
        )
    filled = _filled(root, env, problems)
    shape = check_shape(ProjectFile, filled, problems) if not problems else None
    config = _config(shape, root, problems) if shape is not None else None
    if config is None or problems:
        raise UsageError(*problems, files={file: text})
    return config


def pick_target(config: ProjectConfig, name: str | None, files: Map[str, str] | None = None) -> Target:
    """Return the target of that name, or the default one; raise UsageError with near names (FC133)."""
    wanted = name or config.default_target
    if wanted in config.targets:
        return config.targets[wanted]
    raise UsageError(_unknown_target(wanted, config.targets, None), files=files)


def _filled(node: Node, env: Map[str, str], problems: list[Diagnostic]) -> Node:
    """Return ``node`` with ``${VAR}`` read from ``env``. Recursive: nesting is bounded by the loader."""
    match node:
        case Scalar(value=str() as text) if "${" in text:
            return replace(node, value=_interpolated(text, node, env, problems))
        case Mapping():
            items = {key: _filled(value, env, problems) for key, value in node.items.items()}
            return Mapping(node.span, items, node.keys)
        case Sequence():
            return Sequence(node.span, tuple(_filled(item, env, problems) for item in node.items))
    return node


def _interpolated(text: str, node: Scalar, env: Map[str, str], problems: list[Diagnostic]) -> str:
    def value(found: re.Match[str]) -> str:
        name, default = found.groups()
        if found.group() == "$${":
            return "${"
        if name is None:
            hint = "write ${NAME} or ${NAME:-default}; $${ is a literal ${"
            problems.append(Diagnostic("FC132", "`${` begins no variable", span(found), hint))
        elif default is not None:
            return env.get(name) or default
        elif name not in env:
            hint = did_you_mean(name, _likely(name, env)) or f"set it, or write ${{{name}:-default}}"
            message = f"the environment variable `{name}` is not set"
            problems.append(Diagnostic("FC131", message, span(found), hint))
        return env.get(name or "", "")

    def span(found: re.Match[str]) -> Span:
        if node.verbatim < 0:
            return node.span
        start = node.span.column + node.verbatim + found.start()
        return Span(node.span.file, node.span.line, start, found.end() - found.start())

    return _VARIABLE.sub(value, text)


def _likely(name: str, env: Map[str, str]) -> list[str]:
    """Names of the environment that may be shown: those with the same prefix."""
    prefix = name.partition("_")[0]
    return [other for other in env if other.partition("_")[0] == prefix]


def _config(shape: ProjectFile, root: Mapping, problems: list[Diagnostic]) -> ProjectConfig | None:
    node = root.items.get("targets")
    for name in shape.targets:
        if not re.match(NAME_PATTERN, name) and isinstance(node, Mapping):
            problems.append(bad_name(name, node.keys[name]))
    default = _default_target(shape, root, problems)
    targets = {name: _target(name, t.warehouse, t.online) for name, t in shape.targets.items()}
    return ProjectConfig(
        shape.project,
        tuple(shape.definitions),
        default,
        MappingProxyType(targets),
        shape.state,
        shape.sql,
        root.span,
    )


def _default_target(shape: ProjectFile, root: Mapping, problems: list[Diagnostic]) -> str:
    name = shape.default_target
    if name is None and len(shape.targets) == 1:
        return next(iter(shape.targets))
    if name is None:
        message = "missing key `default_target`: there are several targets"
        hint = f"add one of {listed(list(shape.targets))}"
        problems.append(Diagnostic("FC114", message, root.keys.get("targets", root.span), hint))
    elif name not in shape.targets:
        problems.append(_unknown_target(name, shape.targets, root.items["default_target"].span))
    return name or ""


def _unknown_target(name: str, known: Map[str, object], span: Span | None) -> Diagnostic:
    hint = did_you_mean(name, known) if near(name, known) else f"the targets are {listed(list(known))}"
    return Diagnostic("FC133", f"there is no target `{name}`", span, hint)


def _target(name: str, warehouse: Warehouse, online: Online) -> Target:
    # Each target has a database of its own, so that trying out one never writes to another.
    if isinstance(warehouse, DuckDBWarehouse) and not warehouse.path:
        warehouse = warehouse.model_copy(update={"path": f".fcompile/{name}.duckdb"})
    return Target(name, warehouse, online)
