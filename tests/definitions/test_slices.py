"""`build` and `check` of what an edit touches: the same as of everything, or not taken at all."""

from __future__ import annotations

import copy
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fcompile.compiler.bind.part import cut
from fcompile.compiler.errors import FcompileError
from fcompile.runtime.build import MANIFEST, Build, plan_build, write_build
from fcompile.runtime.cache import FOLDER
from fcompile.runtime.known import read_known
from fcompile.runtime.project import loaded
from fcompile.runtime.project_files import open_project
from fcompile.runtime.rebuild import USE, Rebuilt, keep, known_after, rebuilt, sought
from fcompile.runtime.slices import known_of
from tests.definitions.edits import PROJECT, SETTINGS, Files, edited, edits, written
from tests.diff import layouts
from tests.diff.generated import project
from tests.diff.operators import CHANGES
from tests.differential.settings import examples


@dataclass
class Shop:
    """A project on disk that is built again and again, each time by what it touches and as a whole."""

    root: Path
    taken: list[frozenset[str]] = field(default_factory=list)

    def write(self, files: Files) -> None:
        written(self.root, files)

    def sooner(self) -> Rebuilt | None:
        return rebuilt(sought(open_project(self.root), ("duckdb",), None))

    def whole(self) -> Build:
        return plan_build(loaded(open_project(self.root)), ("duckdb",))

    def step(self) -> None:
        """Hold a build of what an edit touches to that of all, and write it; wrong definitions are never taken."""
        sooner = self.sooner()
        try:
            whole = self.whole()
        except FcompileError:
            assert sooner is None
            return
        wanted = sought(open_project(self.root), ("duckdb",), None)
        known = known_after(wanted, loaded(wanted.opened), whole)
        if sooner is not None:
            assert sooner.build.files == whole.files
            assert sooner.build.changes == whole.changes
            assert sooner.known == known
            self.taken.append(frozenset(change.path for change in whole.changes))
        write_build(whole)
        if known is not None:
            keep(wanted, known)


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    shop = Shop(tmp_path)
    shop.write(dict(PROJECT))
    shop.step()
    return shop


@given(st.lists(edits(), min_size=1, max_size=8))
@examples(dev=15, ci=30)
def test_after_any_edits_what_is_built_sooner_is_what_is_built(
    steps: list[tuple[str, int, str, str]],
) -> None:
    files: Files = dict(PROJECT)
    with tempfile.TemporaryDirectory() as folder:
        shop = Shop(Path(folder))
        for step in [None, *steps]:
            files = files if step is None else edited(files, step)
            shop.write(files)
            shop.step()


@given(seed=st.integers(0, 2**40))
@examples(dev=10, ci=20, shrinks=False)
def test_after_edits_of_any_project_what_is_built_sooner_is_what_is_built(seed: int) -> None:
    rng = Random(seed)
    made = project(rng)
    with tempfile.TemporaryDirectory() as folder:
        shop = Shop(Path(folder))
        for _ in range(5):
            shop.write({"all.yaml": layouts.plain(made)})
            shop.step()
            made = copy.deepcopy(made)
            CHANGES[rng.choice(list(CHANGES))](rng, made)


TOUCHED = {
    "a comment": ("users.yaml", "feature_views:", "# ours\nfeature_views:", ()),
    "a view that nothing reads": ("shops.yaml", "half, dtype", "halve, dtype", ("on_demand_views/now",)),
    "a view that a service reads": (
        "shops.yaml",
        "page",
        "path",
        ("feature_services/model", "feature_views/seen"),
    ),
    "the source of a view that a service reads": (
        "core.yaml",
        "raw.visits",
        "raw.views",
        ("feature_services/model", "feature_views/seen"),
    ),
    "what views of views read": (
        "users.yaml",
        "amount * 2.0",
        "amount * 3.0",
        (
            *("feature_services/model", "feature_views/profile", "feature_views/rolled"),
            *("on_demand_views/now", "on_demand_views/ratio", "on_demand_views/twice"),
        ),
    ),
    "a service": ("services.yaml", "home_id", "house_id", ("feature_services/model",)),
    "a label": ("services.yaml", "30d", "31d", ("labels/bought",)),
    "another source than before": (
        "shops.yaml",
        "source: visits, features: [{name: page",
        "source: other, features: [{name: page",
        ("feature_services/model", "feature_views/seen"),
    ),
}


@pytest.mark.parametrize("name", TOUCHED)
def test_an_edit_is_built_by_what_it_touches(name: str, shop: Shop) -> None:
    file, before, after, touched = TOUCHED[name]
    others = {**PROJECT, "more.yaml": "sources: [{name: other, table: raw.other, timestamp_field: at}]\n"}
    shop.write(others)
    shop.step()
    assert not shop.taken, "a file more is for a whole build"
    assert before in others[file]
    shop.write({**others, file: others[file].replace(before, after)})
    shop.step()
    (found,) = shop.taken
    folders = {path.rpartition("/")[0].partition("/")[2] for path in found if path != MANIFEST}
    assert folders == {*touched}


def test_what_is_as_it_was_is_read_and_not_bound(shop: Shop) -> None:
    shop.step()
    assert shop.taken == [frozenset()]


WRONG = {
    "an unknown source": ("users.yaml", "source: orders\n    ttl", "source: order\n    ttl"),
    "a feature that a service still reads": ("users.yaml", "name: double", "name: doubled"),
    "a leak": ("core.yaml", "availability_lag: 15m", "availability_lag: -15m"),
    "a column that a test gives and nothing reads now": ("shops.yaml", "name: page", "name: path"),
    "a name that is taken": ("shops.yaml", "name: seen", "name: spend"),
    "what is no YAML": ("shops.yaml", "feature_views:", "feature_views: ["),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_is_said_by_a_whole_build(name: str, shop: Shop) -> None:
    more = (
        "tests:\n  - name: page\n    features: [seen]\n"
        "    given: {visits: [{shop_id: 1, at: 2026-01-01T00:00:00Z, page: a}]}\n"
        "    spine: [{shop_id: 1, event_timestamp: 2026-01-02T00:00:00Z}]\n    expect: [{page: a}]\n"
    )
    files = {**PROJECT, "more.yaml": more}
    shop.write(files)
    shop.step()
    file, before, after = WRONG[name]
    assert before in files[file]
    shop.write({**files, file: files[file].replace(before, after)})
    assert shop.sooner() is None
    with pytest.raises(FcompileError):
        shop.whole()


def test_sql_that_somebody_edited_added_or_removed_is_for_a_whole_build(shop: Shop) -> None:
    path = shop.root / "sql/duckdb/feature_views/seen/historical.sql"
    text = path.read_text("utf-8")
    assert shop.sooner() is not None
    path.write_text(f"{text} ", "utf-8")
    assert shop.sooner() is None
    path.unlink()
    assert shop.sooner() is None
    path.write_text(text, "utf-8")
    assert shop.sooner() is not None
    path.with_name("more.sql").write_text(text, "utf-8")
    assert shop.sooner() is None


def test_a_manifest_that_somebody_edited_is_for_a_whole_build(shop: Shop) -> None:
    path = shop.root / "sql" / MANIFEST
    path.write_text(path.read_text("utf-8") + " ", "utf-8")
    assert shop.sooner() is None


@pytest.mark.parametrize("other", ["project: shop2", "project: shop\nsql: elsewhere"])
def test_other_settings_are_for_a_whole_build(other: str, shop: Shop) -> None:
    (shop.root / "fcompile.yaml").write_text(SETTINGS.replace("project: shop", other), "utf-8")
    assert shop.sooner() is None


def test_tuning_that_comes_changes_or_names_what_is_touched_is_for_a_whole_build(shop: Shop) -> None:
    tuning = shop.root / "tuning.yaml"
    tuning.write_text("version: 1\nwindows: {spend: {form: rows}}\n", "utf-8")
    assert shop.sooner() is None
    shop.step()
    shop.write({**PROJECT, "shops.yaml": PROJECT["shops.yaml"].replace("page", "path")})
    shop.step()
    assert len(shop.taken) == 1
    shop.write({**PROJECT, "users.yaml": PROJECT["users.yaml"].replace("amount > 0", "amount > 1")})
    assert shop.sooner() is None


def test_dialects_that_were_not_built_are_for_a_whole_build(shop: Shop) -> None:
    opened = open_project(shop.root)
    assert rebuilt(sought(opened, ("duckdb", "postgres"), None)) is None
    assert rebuilt(sought(opened, ("duckdb",), shop.root / "other")) is None


@pytest.mark.parametrize("damage", ["", "{}", '{"key": "x"}'])
def test_damaged_knowledge_is_none(damage: str, shop: Shop) -> None:
    path = shop.root / FOLDER / f"{USE}-duckdb.json"
    digest, _, body = path.read_text("utf-8").partition("\n")
    for text in (damage, f"{digest}\n{damage}", f"{digest}\n{body[:-3]}"):
        path.write_text(text, "utf-8")
        assert read_known(open_project(shop.root), USE) is None
        assert shop.sooner() is None


def test_knowledge_is_read_as_it_was_written(shop: Shop) -> None:
    opened = open_project(shop.root)
    known, found = read_known(opened, USE), known_of(loaded(opened), opened)
    assert known is not None
    assert found is not None
    assert (known.files, known.objects) == (found.files, found.objects)
    assert known.verdicts().total() == sum(sum(each.verdicts.values()) for each in found.objects.values())


@pytest.mark.parametrize(
    ("text", "wanted", "expected"),
    [
        ("a:\n- x: 1\n- x: 2\n", [2], "a:\n- x: 1\n\n"),
        ("a:\n  - x: |\n      b: c\n\n      d\n  - x: 2\n", [6], "a:\n\n\n\n\n  - x: 2\n"),
        ("# c\na:\n  - {x: 1}\n# d\nb:\n  - {x: 2}\n", [6], "# c\na:\n\n\nb:\n  - {x: 2}\n"),
    ],
)
def test_a_cut_keeps_places(text: str, wanted: list[int], expected: str) -> None:
    lines = [number for number, line in enumerate(text.split("\n"), 1) if line.lstrip().startswith("- ")]
    assert cut(text, lines, wanted) == expected
