"""Law 3: what the online store answers after `run --end T` is what a historical join answers at T.

Through the public Python API, with files, a warehouse, the state and the online store on disk.
"""

from __future__ import annotations

import random
import tempfile
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from fcompile import FeatureStore
from fcompile.runtime.project import load_project
from fcompile.runtime.run import materialize
from tests.differential.project_dir import STORAGE, ProjectDir, fits_csv
from tests.differential.settings import examples
from tests.oracle import oracle
from tests.oracle.case import Case, Row, Types
from tests.oracle.projects import cases
from tests.oracle.rows import keys_of
from tests.oracle.same import agrees, alike
from tests.oracle.spines import turning_points
from tests.oracle.tables import to_arrow
from tests.oracle.view_rows import flattened
from tests.oracle.vocabulary import boundaries

MOST_ENTITIES = 40


def entity_rows(case: Case) -> tuple[Types, list[Row]]:
    """Return the spine's key columns, and rows of every value that the data or the spine has in them."""
    types: dict[str, str] = {}
    values: dict[str, list[Any]] = {}
    project, tables = flattened(case.project, case.tables)
    for w in oracle.wanted(project, case.features, True):
        for key in keys_of(project, w.view):
            column = w.join_key_map.get(key, key)
            types[column] = case.spine_types[column]
            found = [row[key] for row in tables[w.view["source"]]] + [row[column] for row in case.spine]
            values.setdefault(column, []).extend(found)
    pick = random.Random(0)
    pools = {c: list({repr(v): v for v in [*found, None]}.values()) for c, found in values.items()}
    drawn = [{c: pick.choice(pool) for c, pool in pools.items()} for _ in range(MOST_ENTITIES)]
    return types, list({repr(row): row for row in drawn}.values())


def historical_at(
    store: FeatureStore, case: Case, types: Types, rows: Sequence[Row], t: datetime
) -> list[Row]:
    """Return what a historical join answers for the entities at ``t``, features only."""
    asked = to_arrow([{**row, "asked_at": t} for row in rows], {**types, "asked_at": "timestamp"})
    asked = asked.rename_columns([*types, "event_timestamp"])
    job = store.get_historical_features(
        entity_df=asked, features=list(case.features), full_feature_names=case.full_feature_names
    )
    return [{n: row[n] for n in row if n not in asked.column_names} for row in job.to_arrow().to_pylist()]


def assert_no_skew(
    store: FeatureStore, case: Case, t: datetime, entities: tuple[Types, list[Row]] | None = None
) -> None:
    types, rows = entities or entity_rows(case)
    expected = oracle.online(
        case.project, case.tables, t, rows, case.features, full_feature_names=case.full_feature_names
    )
    response = store.get_online_features(
        features=list(case.features), entity_rows=rows, full_feature_names=case.full_feature_names, at=t
    )
    online, statuses = response.to_dict(), response.statuses
    offline = historical_at(store, case, types, rows, t)
    assert len(offline) == len(rows)
    for i, (row, wanted) in enumerate(zip(rows, expected, strict=True)):
        for name, (value, status) in wanted.items():
            where = f"{name} of {row} at {t}\n{case}"
            answer = online[name][i]
            assert alike([value], [answer], [offline[i][name]]), f"online is not historical: {where}"
            assert agrees(value, answer), f"{answer!r} is not {value!r}, as SPEC 4 says: {where}"
            assert statuses[name][i] == status, f"status: {where}"


def storage_of(data: st.DataObject, case: Case, *, may_be_csv: bool) -> dict[str, str]:
    return {
        name: data.draw(
            st.sampled_from(STORAGE if may_be_csv and fits_csv(rows, case.types[name]) else STORAGE[:-1])
        )
        for name, rows in case.tables.items()
    }


def ends_of(data: st.DataObject, case: Case, least: int) -> list[datetime]:
    """Draw the ends of a few runs: where values change, and where rows leave windows with nothing new."""
    possible = [*boundaries(["0s"]), *turning_points(case)]
    return sorted(set(data.draw(st.lists(st.sampled_from(possible), min_size=least, max_size=3))))


def with_corrections(data: st.DataObject, case: Case, ends: Sequence[datetime]) -> Case:
    """Add corrections: a row's values once more for its entity and event time, known at a later run's end."""
    more = {}
    for source in case.project["sources"]:
        rows = case.tables[source["name"]]
        entity = [*case_keys(case), source["timestamp_field"]]
        corrected = data.draw(st.lists(st.sampled_from(rows), max_size=3)) if rows else []
        known = {source["available_at"]: data.draw(st.sampled_from(ends))} if "available_at" in source else {}
        values = data.draw(st.sampled_from(rows)) if rows else {}
        more[source["name"]] = [*rows, *({**values, **{n: r[n] for n in entity}, **known} for r in corrected)]
    return case.with_tables(more)


def case_keys(case: Case) -> list[str]:
    return [key for entity in case.project["entities"] for key in entity["join_keys"]]


def assert_no_skew_after_runs(data: st.DataObject, case: Case) -> None:
    """Land the rows in up to three loads, run after each, and ask."""
    ends = ends_of(data, case, least=1)
    case = with_corrections(data, case, ends)
    landing = {n: [data.draw(st.integers(0, len(ends) - 1)) for _ in rows] for n, rows in case.tables.items()}
    with tempfile.TemporaryDirectory() as folder:
        project = ProjectDir(Path(folder) / "p", case, storage_of(data, case, may_be_csv=False))
        for load, end in enumerate(ends):
            landed = {
                n: [r for r, at in zip(rows, landing[n], strict=True) if at <= load]
                for n, rows in case.tables.items()
            }
            project.land(landed)
            loaded = load_project(project.root)
            summary = materialize(loaded, list(loaded.definitions.feature_views.values()), end=end)
            assert summary.exit_code == 0, f"{summary}\n{case}"
            with FeatureStore(project.root) as store:
                assert_no_skew(store, case.with_tables(landed), end)


@examples(dev=6, ci=35)
@given(case=cases(windowed=False), data=st.data())
def test_online_latest_values_equal_historical_after_runs_with_rows_landing_between_them(
    case: Case, data: st.DataObject
) -> None:
    """Rows land in any of three loads, so old events and corrections of what was served come late."""
    assert_no_skew_after_runs(data, case)


@examples(dev=6, ci=22)
@given(case=cases(windowed=True), data=st.data())
def test_online_windows_equal_historical_after_runs_with_rows_landing_between_them(
    case: Case, data: st.DataObject
) -> None:
    """Beside late rows and corrections: rows that only leave a window, and new entities."""
    assert_no_skew_after_runs(data, case)


@examples(dev=5, ci=30)
@given(case=cases(), data=st.data())
def test_online_equals_historical_after_incremental_runs(case: Case, data: st.DataObject) -> None:
    """Each run looks only at what became known or left a window since the last one; nothing lands late here."""
    ends = ends_of(data, case, least=2)
    with tempfile.TemporaryDirectory() as folder:
        project = ProjectDir(Path(folder) / "p", case, storage_of(data, case, may_be_csv=False))
        for end in ends:
            with FeatureStore(project.root) as store:
                store.materialize_incremental(end)
                assert_no_skew(store, case, end)


@examples(dev=5, ci=30)
@given(case=cases(), data=st.data())
def test_a_full_refresh_answers_for_the_rows_that_are_left(case: Case, data: st.DataObject) -> None:
    """Rows and whole entities leave the source; after `run --full-refresh` online forgets them too."""
    end = data.draw(st.sampled_from(boundaries(["0s"])))
    left = {n: [r for r in rows if data.draw(st.booleans())] for n, rows in case.tables.items()}
    with tempfile.TemporaryDirectory() as folder:
        project = ProjectDir(Path(folder) / "p", case, storage_of(data, case, may_be_csv=False))
        loaded = load_project(project.root)
        views = list(loaded.definitions.feature_views.values())
        assert materialize(loaded, views, end=end).exit_code == 0, f"{case}"
        project.land(left)
        assert materialize(loaded, views, end=end, full_refresh=True).exit_code == 0, f"{case}"
        with FeatureStore(project.root) as store:
            assert_no_skew(store, case.with_tables(left), end, entity_rows(case))


def test_what_was_known_exactly_at_the_last_end_is_news_to_a_strict_view(tmp_path: Path) -> None:
    """The run that ends there does not see it (strictly before), so the next one has to."""
    first, second = datetime(2024, 1, 1), datetime(2024, 1, 2)
    case = Case(
        {
            "entities": [{"name": "user", "join_keys": {"k": "int64"}}],
            "sources": [{"name": "s", "table": "raw.s", "timestamp_field": "ts"}],
            "feature_views": [
                {
                    "name": "fv",
                    "entities": ["user"],
                    "source": "s",
                    "allow_exact_matches": False,
                    "features": [{"name": "v", "dtype": "float64"}],
                }
            ],
        },
        {"s": {"k": "int64", "ts": "timestamp", "v": "float64"}},
        {"s": [{"k": 1, "ts": first, "v": 1.0}]},
        {"k": "int64", "event_timestamp": "timestamp"},
        [{"k": 1, "event_timestamp": second}],
        ["fv:v"],
    )
    project = ProjectDir(tmp_path / "p", case, {"s": "parquet"})
    with FeatureStore(project.root) as store:
        for end, value in ((first, None), (second, 1.0)):
            store.materialize_incremental(end)
            assert_no_skew(store, case, end)
            assert store.get_online_features(["fv:v"], [{"k": 1}], at=end).to_dict()["v"] == [value]
