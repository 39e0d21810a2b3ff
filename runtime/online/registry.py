"""The online stores by their ``type:``. A new one is an adapter, a line here, a case of the contract test."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from fcompile.runtime.online.base import OnlineStore, Opener, unknown_store
from fcompile.runtime.online.redis import open_redis
from fcompile.runtime.online.sqlite import open_sqlite

STORES: Mapping[str, Opener] = {"redis": open_redis, "sqlite": open_sqlite}


def open_online(config: object, root: Path, namespace: str) -> OnlineStore:
    """Open the store that a target's ``online:`` names, for the rows of ``namespace``.

    ``root`` is the folder of fcompile.yaml, which paths are relative to. Raises FcompileError
    (FC951, FC506, FC507).
    """
    kind = str(getattr(config, "type", ""))
    opener = STORES.get(kind)
    if opener is None:
        raise unknown_store(kind, tuple(STORES))
    return opener(config, root, namespace)
