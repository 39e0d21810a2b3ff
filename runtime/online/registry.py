"""The online stores by their ``type:``. A new one is an adapter, a line here, a case of the contract test."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import cast

from fcompile.runtime.online.base import OnlineStore, Opener, unknown_store

STORES: Mapping[str, str] = {
    "dynamodb": "fcompile.runtime.online.dynamodb:open_dynamodb",
    "postgres": "fcompile.runtime.online.postgres:open_postgres",
    "redis": "fcompile.runtime.online.redis:open_redis",
    "sqlite": "fcompile.runtime.online.sqlite:open_sqlite",
}
"""Where the function is that opens one; its module is imported when it is asked for."""


def open_online(config: object, root: Path, namespace: str) -> OnlineStore:
    """Open the store that a target's ``online:`` names, for the rows of ``namespace``.

    ``root`` is the folder of fcompile.yaml, which paths are relative to. Raises FcompileError
    (FC951, FC506, FC507) and UsageError (FC422) where its driver is not installed.
    """
    kind = str(getattr(config, "type", ""))
    if kind not in STORES:
        raise unknown_store(kind, tuple(STORES))
    module, _, function = STORES[kind].partition(":")
    opener = cast(Opener, getattr(import_module(module), function))
    return opener(config, root, namespace)
