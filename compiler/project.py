"""fcompile.yaml as typed configuration. Pure: the environment is passed in."""

from __future__ import annotations

import re
from collections.abc import Mapping as Map
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from fcompile.compiler.errors import Diagnostic, Span, UsageError, did_you_mean, listed, near
from fcompile.compiler.load import load
from fcompile.compiler.places import place_of
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


def parse_project(text: str, file: str, env: Map[str, str], target: str | None = None) -> ProjectConfig:
    """Return the configuration; raise UsageError with every problem of the file.

    A variable must be set wherever the file is read for ``target`` (None: the default one); in other targets it
    stays as written, so that working in dev needs no secrets of prod.
    """
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
    filled = _for_target(root, _Environment(env, problems), target)
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


@dataclass(frozen=True, slots=True)
class _Environment:
    variables: Map[str, str]
    problems: list[Diagnostic]
    strict: bool = True


def _for_target(root: Mapping, env: _Environment, target: str | None) -> Mapping:
    """Return the file with its variables filled in: all of them outside the other targets."""
    items = {key: _filled(node, env) for key, node in root.items.items() if key != "targets"}
    targets = root.items.get("targets")
    if isinstance(targets, Mapping):
        default = items.get("default_target")
        chosen = target or (default.value if isinstance(default, Scalar) else None)
        strict = {name: chosen in (name, None) for name in targets.items}
        filled = {name: _filled(n, replace(env, strict=strict[name])) for name, n in targets.items.items()}
        items["targets"] = Mapping(targets.span, filled, targets.keys)
    elif targets is not None:
        items["targets"] = targets
    return Mapping(root.span, items, root.keys)


def _filled(node: Node, env: _Environment) -> Node:
    """Return ``node`` with ``${VAR}`` read from ``env``. Recursive: nesting is bounded by the loader."""
    match node:
        case Scalar(value=str() as text) if "${" in text:
            value = _VARIABLE.sub(lambda found: _variable(found, node, env), text)
            return replace(node, value=value)
        case Mapping():
            items = {key: _filled(value, env) for key, value in node.items.items()}
            return Mapping(node.span, items, node.keys)
        case Sequence():
            return Sequence(node.span, tuple(_filled(item, env) for item in node.items))
    return node


def _variable(found: re.Match[str], node: Scalar, env: _Environment) -> str:
    """Return what one ``${...}`` stands for; its own text after reporting, or where it need not be set."""
    name, default = found.groups()
    if found.group() == "$${":
        return "${"
    if name is None:
        hint = "write ${NAME} or ${NAME:-default}; $${ is a literal ${"
        env.problems.append(Diagnostic("FC132", "`${` begins no variable", _found_span(found, node), hint))
    elif default is not None:
        return env.variables.get(name) or default
    elif name in env.variables:
        return env.variables[name]
    elif env.strict:
        hint = did_you_mean(name, _likely(name, env.variables)) or f"set it, or write ${{{name}:-default}}"
        message = f"the environment variable `{name}` is not set"
        env.problems.append(Diagnostic("FC131", message, _found_span(found, node), hint))
    return found.group()


def _found_span(found: re.Match[str], node: Scalar) -> Span:
    return place_of(node, found.start(), found.end() - found.start())


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
