"""The stores that the contract is tested on: a way to open each, as often as wanted, for a project."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from fcompile.runtime.online.base import OnlineStore
from fcompile.runtime.online.registry import open_online

Open = Callable[[str], OnlineStore]
"""Opens the same store for the project of the given name."""


@dataclass(frozen=True)
class SqliteConfig:
    type: str = "sqlite"
    path: str = "online.db"


def _sqlite(folder: Path) -> Open:
    return lambda project: open_online(SqliteConfig(), folder, project)


OPENERS: dict[str, Callable[[Path], Open]] = {"sqlite": _sqlite}
"""By the kind of store; each call of an opener is an empty store of its own."""
