"""Random edits of random projects: what an edit is called, held to what it does to values.

No edit that changes a cell of a feature that is still there under its name may be called cosmetic, metadata or
additive; what is cosmetic or metadata leaves every statement as it is.
"""

from __future__ import annotations

import copy
import difflib
import math
import re
from collections.abc import Iterator
from itertools import count, islice
from random import Random

import duckdb
from hypothesis import given
from hypothesis import strategies as st

from fcompile.compiler.bind import bind
from fcompile.compiler.definitions import Definitions
from fcompile.compiler.diff.compare import compare
from fcompile.compiler.diff.model import ChangeClass, ObjectChange
from fcompile.compiler.graph import graph
from fcompile.compiler.materialize import MaterializeSql, compile_materialize
from tests.diff import layouts
from tests.diff.generated import Project, project
from tests.diff.operators import CHANGES
from tests.diff.running import Historical, Values, World
from tests.differential.settings import examples

EDITS = 5
"""Edits of one project: it is run once."""

_QUIET = frozenset({ChangeClass.COSMETIC, ChangeClass.METADATA})
_SAME_CELLS = _QUIET | {ChangeClass.ADDITIVE}


class State:
    """One state of a project. What is compiled and run of it is kept."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.files = {"featuredefs/all.yaml": text}
        found = bind(self.files)
        self.sound = not found.diagnostics
        self.definitions: Definitions = found.definitions
        self.graph = graph(self.definitions)
        self._statements: dict[tuple[str, bool], Historical | MaterializeSql] = {}
        self._values: dict[tuple[str, bool], Values] = {}

    def statement(self, id: str, stored: bool) -> Historical | MaterializeSql:
        """Return the SQL of a training set of an object, or with ``stored`` of a view's table."""
        key = id, stored
        if key not in self._statements:
            name = id.partition(".")[2]
            self._statements[key] = (
                compile_materialize(self.definitions.feature_views[name], "features", "p")
                if stored
                else Historical.of(self.definitions, id)
            )
        return self._statements[key]

    def text_of(self, id: str, stored: bool) -> str:
        """Return the statement without its comments: those name files and words of the definition."""
        made = self.statement(id, stored)
        text = made.sql if isinstance(made, Historical) else "\n".join(step.text for step in made.steps)
        return " ".join(" ".join(re.sub(r"--.*", "", line) for line in text.split("\n")).split())

    def values(self, id: str, stored: bool, world: World) -> Values:
        key = id, stored
        if key not in self._values:
            made = self.statement(id, stored)
            run = world.historical(made) if isinstance(made, Historical) else world.materialized(made)
            self._values[key] = run
        return self._values[key]


class Edited:
    """A project before and after an edit."""

    def __init__(self, name: str, before: State, after: State) -> None:
        self.name, self.before, self.after = name, before, after
        self.changes = compare(before.definitions, after.definitions, before.files, after.files)

    def __str__(self) -> str:
        lines = difflib.unified_diff(self.before.text.split("\n"), self.after.text.split("\n"), lineterm="")
        said = (f"{c.id} {c.change} {[(str(r.change), r.what) for r in c.reasons]}" for c in self.changes)
        return "\n".join((self.name, *said, *lines, self.before.text))

    def about(self, id: str) -> list[ObjectChange]:
        """Return the changes of an object, and of what it is made of."""
        return [change for change in self.changes if id in (change.id, *change.downstream)]

    def differing(self) -> Iterator[tuple[str, bool]]:
        """Yield the objects in both states of which a statement differs, and whether it is the one of its table.

        Equal definitions have equal statements.
        """
        old = self.before.graph.nodes
        for id, node in self.after.graph.nodes.items():
            if node.kind in _WITH_VALUES and id in old and old[id].definition != node.definition:
                for stored in (False, True) if node.kind == "feature_view" else (False,):
                    if self.before.text_of(id, stored) != self.after.text_of(id, stored):
                        yield id, stored


_WITH_VALUES = ("feature_view", "on_demand_view", "feature_service", "label")


def edits(rng: Random, of: Project) -> Iterator[tuple[str, str]]:
    """Yield the names of random edits, without end, and the project's YAML after each."""
    while True:
        edited = copy.deepcopy(of)
        if rng.random() < 0.12:
            name = rng.choice(list(layouts.LAYOUTS))
            if text := layouts.LAYOUTS[name](rng, edited):
                yield name, text
            continue
        names = rng.sample(list(CHANGES), rng.choice([1, 1, 1, 2]))
        if all(CHANGES[name](rng, edited) for name in names):
            yield " + ".join(names), layouts.plain(edited)


def sound_edits(rng: Random, before: State, made: Project) -> Iterator[Edited]:
    """Yield ``EDITS`` edits after which the project has no problem."""
    states = ((name, State(text)) for name, text in edits(rng, made))
    sound = (Edited(name, before, after) for name, after in states if after.sound)
    return islice(sound, EDITS)


def sound_project(rng: Random) -> tuple[Project, State]:
    projects = (project(rng) for _ in count())
    states = ((made, State(layouts.plain(made))) for made in projects)
    return next((made, state) for made, state in states if state.sound)


# 100 edits, and 500 in CI.
@examples(dev=20, ci=100, shrinks=False)
@given(seed=st.integers(0, 2**40))
def test_no_edit_that_changes_a_cell_is_called_less_than_it_is(seed: int) -> None:
    rng = Random(seed)
    made, before = sound_project(rng)
    world = World(rng)
    try:
        for edited in sound_edits(rng, before, made):
            hold(edited, world, rng)
    finally:
        world.close()


def hold(edited: Edited, world: World, rng: Random) -> None:
    """Hold what the edit is called to the statements and values of both states."""
    differing = list(edited.differing())
    if all(change.change in _QUIET for change in edited.changes):
        laid_out = any(reason.what == "query" for change in edited.changes for reason in change.reasons)
        assert not differing or laid_out, f"{differing}\n{edited}"
    for id, stored in differing:
        if stored:
            told = [change for change in edited.about(id) if change.backfill is not None]
            assert told, f"{id} is stored otherwise, and nothing is computed again\n{edited}"
        # Tables and services repeat what training sets of views show.
        if rng.random() < (0.3 if stored or id.startswith("feature_service.") else 1.0):
            _hold_cells(edited, world, id, stored)


def _hold_cells(edited: Edited, world: World, id: str, stored: bool) -> None:
    try:
        old, new = (state.values(id, stored, world).columns for state in (edited.before, edited.after))
    except (duckdb.ConversionException, duckdb.OutOfRangeException, duckdb.BinderException):
        return  # What cannot be computed has no cells.
    said = [change for change in edited.about(id) if change.change not in _SAME_CELLS]
    for column in (name for name in old if name in new):
        if all(map(_same, old[column], new[column])):
            continue
        assert said, f"{id} {column} changed, and no change says so\n{edited}"
        assert any(c.change is not ChangeClass.WIDENING for c in said), (
            f"{id} {column} is not widened\n{edited}"
        )
        reader = f"{id.partition('.')[2]}.{column}"
        assert id.partition(".")[0] != "feature_service" or any(reader in c.columns for c in said), (
            f"{reader} is in no change\n{edited}"
        )


def _same(old: object, new: object) -> bool:
    """Sums of floats over the same rows may differ in the order in which they are made (SPEC 4)."""
    if isinstance(old, float) and isinstance(new, float):
        return math.isclose(old, new, rel_tol=1e-9) or repr(old) == repr(new)
    return repr(old) == repr(new)
