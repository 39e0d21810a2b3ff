"""fcompile.yaml before and after: where tables and online rows are, and what has to be loaded again for it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from pydantic import BaseModel, SecretStr

from fcompile.compiler.diff.model import PROJECT, Backfill, ChangeClass, ObjectChange, Reason
from fcompile.compiler.diff.pair import shown
from fcompile.compiler.errors import Span
from fcompile.compiler.load import load
from fcompile.compiler.project import ProjectConfig
from fcompile.compiler.tree import Mapping as Written
from fcompile.compiler.tree import Node

REMOVAL, VALUE, METADATA = ChangeClass.REMOVAL, ChangeClass.VALUE, ChangeClass.METADATA

_REACHED_BY = frozenset(
    {
        *(
            "user",
            "password",
            "sslmode",
            "private_key_path",
            "private_key_passphrase",
            "authenticator",
            "token",
        ),
        *("role", "warehouse", "location", "credentials_path", "secure", "http_path", "http_scheme"),
        *("deadline", "cluster"),
    }
)
"""Keys that say who asks, and how: what is found there is the same."""

_LOADED_ANEW = "the next run loads all rows anew"
_SAME = "it is reached otherwise, and is the same"
_LOADED_ELSEWHERE = (
    "rows online are looked for elsewhere: all must be loaded there, and until then readers find none"
)


@dataclass(frozen=True, slots=True)
class ProjectFile:
    """One state of fcompile.yaml, read without variables: secrets are in neither."""

    config: ProjectConfig
    text: str


def project_change(old: ProjectFile, new: ProjectFile) -> ObjectChange | None:
    """Return what changed of the project, as a change of an object ``project.NAME``; None where nothing did."""
    found = sorted(_reasons(old.config, new.config), key=lambda each: -each.reason.change.rank)
    if not found:
        return None
    root = load(new.text, new.config.span.file).root
    reasons = tuple(_placed(each.reason, root, new.config.span) for each in found)
    again = [each.again for each in found if each.again]
    online = _LOADED_ELSEWHERE if _LOADED_ELSEWHERE in again else _LOADED_ANEW
    return ObjectChange(
        id=f"{PROJECT}.{new.config.project}",
        change=reasons[0].change,
        reasons=reasons,
        was=f"{PROJECT}.{old.config.project}" if old.config.project != new.config.project else "",
        span=new.config.span,
        backfill=Backfill(None, online) if again else None,
    )


@dataclass(frozen=True, slots=True)
class _Found:
    """``again``: what it means online that all has to be computed again; "" where nothing has."""

    reason: Reason
    again: str = ""


def _placed(reason: Reason, root: Node | None, otherwise: Span) -> Reason:
    """Return the reason at its key, or the nearest one above that is written."""
    node, span = root, otherwise
    for key in reason.what.split("."):
        node = node.items.get(key) if isinstance(node, Written) else None
        span = node.span if node is not None else span
    return replace(reason, span=span)


def _reasons(old: ProjectConfig, new: ProjectConfig) -> Iterator[_Found]:
    if old.project != new.project:
        text = "rows online and the state are kept under the project's name: all is loaded anew under the new one"
        yield _found(REMOVAL, "project", text, old.project, new.project, again=_LOADED_ELSEWHERE)
    if old.default_target != new.default_target:
        text = "rows online of the default target are under the project's own name, those of others are not"
        before, after = old.default_target, new.default_target
        yield _found(REMOVAL, "default_target", text, before, after, again=_LOADED_ELSEWHERE)
    for name, target in new.targets.items():
        was = old.targets.get(name)
        if was is None:
            yield _found(ChangeClass.ADDITIVE, f"targets.{name}", f"target `{name}` is new")
            continue
        yield from _warehouse(f"targets.{name}.warehouse", was.warehouse, target.warehouse)
        yield from _online(f"targets.{name}.online", was.online, target.online)
    for name in old.targets:
        if name not in new.targets:
            yield _found(REMOVAL, f"targets.{name}", f"target `{name}` is gone: nothing runs there any more")
    yield from _state(old.state, new.state)
    if old.definitions != new.definitions:
        text = "definitions are read from other folders; what comes or goes by it is listed"
        yield _found(ChangeClass.COSMETIC, "definitions", text, old.definitions, new.definitions)
    if old.sql != new.sql:
        yield _found(METADATA, "sql", "SQL is written into another folder", old.sql, new.sql)


def _warehouse(path: str, old: BaseModel, new: BaseModel) -> Iterator[_Found]:
    for key, before, after in _differing(old, new):
        what = f"{path}.{key}"
        if key == "type":
            text = (
                "another engine, with SQL of its own for all that is compiled: every table is made there anew"
            )
            yield _found(VALUE, what, text, before, after, again=_LOADED_ANEW)
            return
        if key == "schema":
            text = "tables are made under other names, from all of history; those that are there stay"
            yield _found(REMOVAL, what, text, before, after, again=_LOADED_ANEW)
        elif key in _REACHED_BY:
            yield _found(METADATA, what, _SAME, before, after)
        else:
            text = "rows are read in another place, and every table is made there anew"
            yield _found(VALUE, what, text, before, after, again=_LOADED_ANEW)


def _online(path: str, old: BaseModel, new: BaseModel) -> Iterator[_Found]:
    for key, before, after in _differing(old, new):
        what = f"{path}.{key}"
        if key in _REACHED_BY:
            yield _found(METADATA, what, _SAME, before, after)
        else:
            yield _found(REMOVAL, what, _LOADED_ELSEWHERE, before, after, again=_LOADED_ELSEWHERE)
        if key == "type":
            return


def _state(old: BaseModel, new: BaseModel) -> Iterator[_Found]:
    for key, before, after in _differing(old, new):
        if key in _REACHED_BY:
            yield _found(METADATA, f"state.{key}", _SAME, before, after)
        else:
            text = (
                "what was run is looked up elsewhere: the next run knows of nothing, and computes all again"
            )
            yield _found(ChangeClass.ADDITIVE, f"state.{key}", text, before, after, again=_LOADED_ANEW)
        if key == "type":
            return


def _differing(old: BaseModel, new: BaseModel) -> Iterator[tuple[str, object, object]]:
    """Yield the keys that differ, as YAML calls them, ``type`` first."""
    before, after = _dumped(old), _dumped(new)
    for key in dict.fromkeys(("type", *after, *before)):
        if before.get(key) != after.get(key):
            yield key, _hidden(key, before.get(key)), _hidden(key, after.get(key))


def _hidden(key: str, value: object) -> object:
    """An address may hold a password or a token."""
    return SecretStr(value) if key.endswith("url") and isinstance(value, str) else value


def _dumped(model: BaseModel) -> Mapping[str, object]:
    return model.model_dump(by_alias=True)


def _found(
    change: ChangeClass, what: str, text: str, before: object = "", after: object = "", *, again: str = ""
) -> _Found:
    return _Found(Reason(change, what, text, _open(before), _open(after, "another secret")), again)


def _open(value: object, hidden: str = "a secret") -> str:
    """Return a value as it is written; of a secret, which may stand in the file after all, only that it is one."""
    return hidden if isinstance(value, SecretStr) else shown(value)
