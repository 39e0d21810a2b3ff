"""Serving the previous generation of a view again, and what generations are in words."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from datetime import datetime

from fcompile.compiler.definitions import FeatureView
from fcompile.runtime.clock import from_micros
from fcompile.runtime.loader import schema_of
from fcompile.runtime.online.base import Generation
from fcompile.runtime.online.codec import read_schema
from fcompile.runtime.online.registry import open_online
from fcompile.runtime.procedure import leased
from fcompile.runtime.project import Project
from fcompile.runtime.state import open_state


@dataclass(frozen=True, slots=True)
class SchemaChange:
    """Features that are served now and were not before, that are no more, and that have another dtype."""

    more: tuple[str, ...] = ()
    fewer: tuple[str, ...] = ()
    other: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RolledBack:
    """What readers see.

    Attributes:
        shown, before: its generation, and the one that they saw.
        change: of the features, from ``before``.
        defined: ``shown`` has the features of the view's definition as it is.
        loaded: runs go on with ``shown``; else with ``before``, until a run builds a new one.
    """

    view: str
    shown: Generation
    before: Generation
    change: SchemaChange
    defined: bool
    loaded: bool


def rollback(project: Project, view: FeatureView) -> RolledBack:
    """Have readers see the previous generation; once more, and they see what they saw.

    Raises:
        FcompileError: FC522 there is none; nothing is changed.
        LockedError: FC501 a run works on the view.
    """
    scope = (project.config.state, project.root, project.config.project, project.target_name)
    with (
        closing(open_state(*scope)) as state,
        leased(state, [view]),
        closing(open_online(project.target.online, project.root, project.online_namespace)) as store,
    ):
        there = store.rollback(view.name)
        known = state.view(view.name)
        loaded = known.generation if known.store == store.identity() else 0
    # Only where both are there anything was changed.
    assert there.current is not None and there.previous is not None  # noqa: S101
    return RolledBack(
        view.name,
        there.current,
        there.previous,
        schema_change(there.previous.schema, there.current.schema),
        there.current.schema == schema_of(view),
        loaded == there.current.number,
    )


def schema_change(before: str, after: str) -> SchemaChange:
    """Return how the features of two generations' schemas differ, in the order of their features."""
    old, new = dict(read_schema(before)), dict(read_schema(after))
    return SchemaChange(
        tuple(name for name in new if name not in old),
        tuple(name for name in old if name not in new),
        tuple(name for name in new if name in old and new[name] != old[name]),
    )


def begun_at(generation: int) -> datetime | None:
    """Return when the run that built a generation began, naive UTC; None for a number that is no time.

    Load sequences are milliseconds since 1970, or the next number where one was given out already.
    """
    return from_micros(generation * 1_000) if generation > _FIRST else None


_FIRST = 1_500_000_000_000
"""2017: a clock that says less was not set."""
