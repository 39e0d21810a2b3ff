"""fcompile.yaml as typed configuration. Pure: the environment is passed in."""

from __future__ import annotations

import re
from collections.abc import Mapping as Map
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import get_args

from fcompile.compiler.errors import Diagnostic, Span, UsageError, did_you_mean, listed, near
from fcompile.compiler.load import load
from fcompile.compiler.places import place_of
from fcompile.compiler.schema.base import NAME_PATTERN
from fcompile.compiler.schema.kinds import keys_of
from fcompile.compiler.schema.project import (
    AnyWarehouse,
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


@dataclass(frozen=True, slots=True)
class ProjectRead:
    """fcompile.yaml as far as it can be read.

    Attributes:
        config: None where there is any problem.
        definitions: the folders of definitions; none where the file does not tell.
        dialect: of the target to run on; empty where the file does not tell.
    """

    config: ProjectConfig | None
    definitions: tuple[str, ...] = ()
    dialect: str = ""
    diagnostics: tuple[Diagnostic, ...] = ()


def parse_project(text: str, file: str, env: Map[str, str], target: str | None = None) -> ProjectConfig:
    """Return the configuration; raise UsageError with every problem of the file. See ``read_project``."""
    read = read_project(text, file, env, target)
    if read.config is None:
        raise UsageError(*read.diagnostics, files={file: text})
    return read.config


def read_project(
    text: str, file: str, env: Map[str, str], target: str | None = None, connects: bool = True
) -> ProjectRead:
    """Return the configuration, or every problem of the file; never raises.

    A variable must be set wherever the file is read for ``target`` (None: the default one); in other targets it
    stays as written, so that working in dev needs no secrets of prod. Where nothing ``connects``, it stays as
    written everywhere.
    """
    document = load(text, file)
    problems = list(document.diagnostics)
    if document.root is None and problems:
        return ProjectRead(None, diagnostics=tuple(problems))
    root = document.root if document.root is not None else Mapping(Span(file, 1, 1), {}, {})
    if not isinstance(root, Mapping):
        message = f"expected a mapping, found {described(root)}"
        hint = "begin with `project: NAME`"
        return ProjectRead(None, diagnostics=(*problems, Diagnostic("FC115", message, root.span, hint)))
    shape, settled = check_shape(
        ProjectFile, _for_target(root, _Environment(env, problems, connects), target), problems
    )
    default = _default_target(settled, problems)
    if shape is None or problems:
        folders, dialect = _folders(settled), _dialect(settled, target or default)
        return ProjectRead(None, folders, dialect, tuple(problems))
    config = _config(shape, default, root.span)
    chosen = config.targets.get(target or default)
    return ProjectRead(config, config.definitions, chosen.warehouse.type if chosen else "")


def _folders(root: Mapping) -> tuple[str, ...]:
    """Return the folders of definitions of a file that is wrong otherwise."""
    node = root.items.get("definitions")
    if node is None:
        return tuple(ProjectFile.model_fields["definitions"].default)
    items = node.items if isinstance(node, Sequence) else (node,)
    return tuple(i.value for i in items if isinstance(i, Scalar) and isinstance(i.value, str) and i.value)


def _dialect(root: Mapping, target: str) -> str:
    """Return the warehouse's type as it is written for ``target``."""
    node: Node | None = root
    for key in ("targets", target, "warehouse", "type"):
        node = node.items.get(key) if isinstance(node, Mapping) else None
    known = [keys_of(option)["type"] for option in get_args(get_args(AnyWarehouse)[0])]
    types = [get_args(kind)[0] for kind in known]
    return node.value if isinstance(node, Scalar) and node.value in types else ""  # type: ignore[return-value]


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
        strict = {name: env.strict and chosen in (name, None) for name in targets.items}
        filled = {name: _filled(n, replace(env, strict=strict[name])) for name, n in targets.items.items()}
        items["targets"] = Mapping(targets.span, filled, targets.keys)
    elif targets is not None:
        items["targets"] = targets
    return Mapping(root.span, items, root.keys)


def _filled(node: Node, env: _Environment) -> Node:
    """Return ``node`` with ``${VAR}`` read from ``env``. Recursive: nesting is bounded by the loader."""
    match node:
        case Scalar(value=str() as text) if "${" in text:
            before = len(env.problems)
            value = _VARIABLE.sub(lambda found: _variable(found, node, env), text)
            return replace(node, value=value, sound=len(env.problems) == before)
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


def _config(shape: ProjectFile, default: str, span: Span) -> ProjectConfig:
    targets = {name: _target(name, t.warehouse, t.online) for name, t in shape.targets.items()}
    definitions = tuple(shape.definitions)
    return ProjectConfig(
        shape.project, definitions, default, MappingProxyType(targets), shape.state, shape.sql, span
    )


def _default_target(root: Mapping, problems: list[Diagnostic]) -> str:
    """Return the default target's name after checking those of all; "" where it cannot be told."""
    targets, written = root.items.get("targets"), root.items.get("default_target")
    names = dict(targets.keys) if isinstance(targets, Mapping) else {"dev": root.span}
    problems.extend(bad_name(name, span) for name, span in names.items() if not re.match(NAME_PATTERN, name))
    if isinstance(written, Scalar) and isinstance(written.value, str):
        if written.value in names:
            return written.value
        if targets is None or isinstance(targets, Mapping):
            problems.append(_unknown_target(written.value, names, written.span))
        return ""
    if written is None and len(names) > 1:
        message = "missing key `default_target`: there are several targets"
        hint = f"add one of {listed(list(names))}"
        problems.append(Diagnostic("FC114", message, root.keys.get("targets", root.span), hint))
    return next(iter(names)) if written is None and len(names) == 1 else ""


def _unknown_target(name: str, known: Map[str, object], span: Span | None) -> Diagnostic:
    hint = did_you_mean(name, known) if near(name, known) else f"the targets are {listed(list(known))}"
    return Diagnostic("FC133", f"there is no target `{name}`", span, hint)


def _target(name: str, warehouse: Warehouse, online: Online) -> Target:
    # Each target has a database of its own, so that trying out one never writes to another.
    if isinstance(warehouse, DuckDBWarehouse) and not warehouse.path:
        warehouse = warehouse.model_copy(update={"path": f".fcompile/{name}.duckdb"})
    return Target(name, warehouse, online)
