"""The diff of what differs is the diff of everything, or is not taken at all."""

from __future__ import annotations

import copy
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fcompile.compiler.diff.model import Diff
from fcompile.compiler.errors import FcompileError
from fcompile.compiler.project import read_project
from fcompile.runtime.project import loaded
from fcompile.runtime.project_files import Opened, open_project
from fcompile.runtime.review.compared import diff_of
from fcompile.runtime.review.git_base import CommitRead, base_of
from fcompile.runtime.review.sides import _sides
from fcompile.runtime.slices import known_now, known_of
from tests.definitions.edits import PROJECT, Files, edited, edits, written
from tests.diff import layouts
from tests.diff.generated import project
from tests.diff.operators import CHANGES
from tests.differential.settings import examples


@dataclass
class Shop:
    """A project on disk; ``taken`` are the diffs of no more than what differs."""

    root: Path
    taken: list[Diff] = field(default_factory=list)

    def write(self, files: Files) -> Opened:
        written(self.root, files)
        return open_project(self.root)

    def hold(self, before: Files, known: Files, after: Files) -> None:
        """Hold the diff of ``after`` against ``before``, where another state is known, to that of everything."""
        then, now = self.write(before), self.write(known)
        try:
            project_known = loaded(now)
        except FcompileError:
            return
        found = known_of(project_known, now, proved=False)
        assert found is not None
        opened = self.write(after)
        current = known_now(opened, found, "compared", proved=False)
        read = CommitRead(then.text, read_project(then.text, "fcompile.yaml", {}), None, then.files, (), ())
        sides = _sides(opened, "main", read, current) if current is not None else None
        if sides is None:
            return
        whole = loaded(opened)
        base = base_of(whole, "main", read)
        assert not base.problems
        diff = diff_of(*sides, ["duckdb"])
        assert diff == diff_of(whole, base, ["duckdb"])
        self.taken.append(diff)


@given(st.lists(edits(), min_size=1, max_size=4), st.lists(edits(), max_size=2))
@examples(dev=15, ci=30)
def test_after_any_edits_the_diff_of_a_part_is_the_diff(
    steps: list[tuple[str, int, str, str]], more: list[tuple[str, int, str, str]]
) -> None:
    states: list[Files] = [dict(PROJECT)]
    for step in (*steps, *more):
        states.append(edited(states[-1], step))
    with tempfile.TemporaryDirectory() as folder:
        shop = Shop(Path(folder))
        shop.hold(states[0], states[len(steps)], states[-1])
        shop.hold(states[-1], states[0], states[0])


@given(seed=st.integers(0, 2**40))
@examples(dev=10, ci=20, shrinks=False)
def test_after_edits_of_any_project_the_diff_of_a_part_is_the_diff(seed: int) -> None:
    rng = Random(seed)
    made = project(rng)
    states = [{"all.yaml": layouts.plain(made)}]
    for _ in range(3):
        made = copy.deepcopy(made)
        CHANGES[rng.choice(list(CHANGES))](rng, made)
        states.append({"all.yaml": layouts.plain(made)})
    with tempfile.TemporaryDirectory() as folder:
        shop = Shop(Path(folder))
        for before, known, after in ((0, 1, 1), (0, 0, 2), (1, 2, 3)):
            shop.hold(states[before], states[known], states[after])


CHANGED = {
    "value": ("users.yaml", "amount * 2.0", "amount * 3.0"),
    "cosmetic": ("users.yaml", "feature_views:", "# ours\nfeature_views:"),
    "additive": (
        "users.yaml",
        "  - name: spend\n",
        "      - {name: shop_id, dtype: int64}\n  - name: spend\n",
    ),
    "removal": ("shops.yaml", "half, dtype", "halve, dtype"),
    "time": ("core.yaml", "availability_lag: 15m", "availability_lag: 5m"),
    "metadata": ("services.yaml", "name: model\n", "name: model\n    owner: risk\n"),
}


@pytest.mark.parametrize("change", CHANGED)
def test_an_edit_is_compared_by_what_differs(change: str, tmp_path: Path) -> None:
    file, before, after = CHANGED[change]
    assert before in PROJECT[file]
    shop = Shop(tmp_path)
    files = {**PROJECT, file: PROJECT[file].replace(before, after)}
    shop.hold(dict(PROJECT), dict(PROJECT), files)
    shop.hold(dict(PROJECT), files, files)
    assert len(shop.taken) == 2
    assert change in {str(each.change) for each in shop.taken[0].changes}


def test_a_file_more_or_less_is_compared_as_a_whole(tmp_path: Path) -> None:
    shop = Shop(tmp_path)
    more = {**PROJECT, "more.yaml": "sources: [{name: other, table: raw.other, timestamp_field: at}]\n"}
    shop.hold(dict(PROJECT), more, more)
    shop.hold(more, dict(PROJECT), dict(PROJECT))
    assert shop.taken == []
