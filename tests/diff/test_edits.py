"""Random edits of random projects: what an edit is called, held to what it does to values.

No edit that changes a cell of a feature that is still there under its name may be called cosmetic, metadata or
additive; what is cosmetic or metadata leaves every statement as it is.
"""

from __future__ import annotations

import copy
import math
import re
from collections.abc import Iterator
from random import Random

import duckdb
from hypothesis import given
from hypothesis import strategies as st

from fcompile.compiler.bind import bind
from fcompile.compiler.build import build_files
from fcompile.compiler.definitions import Definitions
from fcompile.compiler.diff.compare import compare
from fcompile.compiler.diff.model import ChangeClass, ObjectChange
from tests.diff import layouts
from tests.diff.generated import Project, project
from tests.diff.operators import CHANGES
from tests.diff.running import Values, World
from tests.differential.settings import examples

EDITS = 5
"""Edits of one project: it is run once."""

_QUIET = frozenset({ChangeClass.COSMETIC, ChangeClass.METADATA})
_SAME_CELLS = _QUIET | {ChangeClass.ADDITIVE}


class Edited:
    """A project before and after an edit."""

    def __init__(self, name: str, before: State, text: str) -> None:
        self.name = name
        self.before = before
        self.after = State(text)
        self.changes = compare(before.definitions, self.after.definitions, before.files, self.after.files)

    def __str__(self) -> str:
        found = "\n".join(
            f"{c.id} {c.change} {[(r.change, r.what, r.text) for r in c.reasons]}" for c in self.changes
        )
        return f"{self.name}\n{found}\n{self.before.text}\n{self.after.text}"

    def of(self, id: str) -> list[ObjectChange]:
        """The changes that say that values of an object change."""
        return [c for c in self.changes if c.change not in _SAME_CELLS and id in (c.id, *c.downstream)]

    def statements(self) -> Iterator[str]:
        """Yield the paths of statements that are in both states and differ."""
        for path, text in self.before.sql.items():
            if path in self.after.sql and self.after.sql[path] != text:
                yield path


class State:
    """One state of a project, without a problem."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.files = {"featuredefs/all.yaml": text}
        bound = bind(self.files)
        self.sound = not bound.diagnostics
        self.definitions: Definitions = bound.definitions
        self.sql: dict[str, str] = {}
        self.values: dict[str, Values] = {}

    def build(self) -> None:
        made = build_files(self.definitions, "p", "features", "duckdb") if not self.sql else {}
        self.sql |= {path: _bare(text) for path, text in made.items()}


def _bare(sql: str) -> str:
    """SQL without the comments around it: those name files and words of the definition."""
    lines = (line for line in sql.split("\n") if not line.lstrip().startswith("--"))
    return " ".join(" ".join(re.sub(r"--.*", "", line) for line in lines).lower().split())


def edits(rng: Random, of: Project) -> Iterator[tuple[str, str]]:
    """Yield the name of an edit and the project's YAML after it."""
    for _ in range(EDITS):
        edited = copy.deepcopy(of)
        if rng.random() < 0.12:
            name = rng.choice(list(layouts.LAYOUTS))
            yield name, layouts.LAYOUTS[name](rng, edited)
            continue
        names = rng.sample(list(CHANGES), rng.choice([1, 1, 1, 2]))
        if all(CHANGES[name](rng, edited) for name in names):
            yield " + ".join(names), layouts.plain(edited)


@examples(dev=25, ci=150, shrinks=False)
@given(seed=st.integers(0, 2**40))
def test_no_edit_that_changes_a_cell_is_called_less_than_it_is(seed: int) -> None:
    rng = Random(seed)
    made = project(rng)
    before = State(layouts.plain(made))
    if not before.sound:
        return
    world = World(rng)
    try:
        for name, text in edits(rng, made):
            edited = Edited(name, before, text) if text else None
            if edited is not None and edited.after.sound:
                _hold(edited, world, rng)
    finally:
        world.close()


def _hold(edited: Edited, world: World, rng: Random) -> None:
    edited.before.build()
    edited.after.build()
    differing = list(edited.statements())
    if all(change.change in _QUIET for change in edited.changes):
        same_query = [c for c in edited.changes if any(r.what == "query" for r in c.reasons)]
        assert not differing or same_query, f"{differing}\n{edited}"
    for path in differing:
        _, kinds, name, statement = path.split("/")
        id = f"{kinds.removesuffix('s')}.{name}"
        if statement == "materialize.sql":
            assert any(c.backfill is not None for c in _all_of(edited, id)), f"{path}\n{edited}"
            if rng.random() < 0.3:
                _hold_cells(edited, world, id, materialized=True)
        else:
            _hold_cells(edited, world, id)


def _all_of(edited: Edited, id: str) -> list[ObjectChange]:
    return [c for c in edited.changes if id in (c.id, *c.downstream)]


def _hold_cells(edited: Edited, world: World, id: str, *, materialized: bool = False) -> None:
    try:
        old, new = (_values(state, world, id, materialized) for state in (edited.before, edited.after))
    except (duckdb.ConversionException, duckdb.OutOfRangeException):
        return  # What cannot be computed has no cells.
    said = edited.of(id)
    for column in (name for name in old.columns if name in new.columns):
        if all(map(_same, old.columns[column], new.columns[column])):
            continue
        assert said, f"{id} {column} changed, and no change says so\n{edited}"
        assert any(c.change is not ChangeClass.WIDENING for c in said), (
            f"{id} {column} is not widened\n{edited}"
        )
        if id.startswith("feature_service."):
            reader = f"{id.partition('.')[2]}.{column}"
            assert any(reader in c.columns for c in said), f"{reader} is in no change\n{edited}"


def _same(old: object, new: object) -> bool:
    """Sums of floats over the same rows may differ in the order in which they are made (SPEC 4)."""
    if isinstance(old, float) and isinstance(new, float):
        return math.isclose(old, new, rel_tol=1e-9) or repr(old) == repr(new)
    return repr(old) == repr(new)


def _values(state: State, world: World, id: str, materialized: bool) -> Values:
    key = f"{id} {materialized}"
    if key not in state.values:
        name = id.partition(".")[2]
        values = (
            world.materialized(state.definitions, name)
            if materialized
            else world.historical(state.definitions, id)
        )
        state.values[key] = values
    return state.values[key]
