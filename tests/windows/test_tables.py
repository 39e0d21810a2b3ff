"""What windows keep in the warehouse: made again where it is gone or of another format, never half seen."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from fcompile.compiler.lower.windows import stored_tiles
from fcompile.runtime.events import Event, Note
from fcompile.runtime.project import load_project
from fcompile.runtime.teardown import clean, teardown
from tests.oracle.case import to_yaml
from tests.windows.scratch import Scratch, bought, hours

TABLES = ["__digests__p__spend", "__tiles__p__spend", "p__spend"]


def ran(root: Path, **view: object) -> Scratch:
    project = Scratch(root / "p", view=view)
    project.land(bought(1, 1), bought(2, 10, 2.0), bought(3, -40))
    project.run(hours(11))
    return project


def notes(project: Scratch, hour: float) -> list[str]:
    """Run and return the notes."""
    events: list[Event] = []
    project.run(hours(hour), report=events.append)
    return [event.message for event in events if isinstance(event, Note)]


@pytest.mark.parametrize("lookback", [None, "1h"])
@pytest.mark.parametrize("gone", [[0], [1], [0, 1], [2], [1, 2]])
def test_a_table_that_is_gone_is_made_again_with_a_note(
    gone: list[int], lookback: str | None, tmp_path: Path
) -> None:
    project = ran(tmp_path, **({"lookback": lookback} if lookback else {}))
    assert (
        project.tables() == TABLES[1 if lookback else 0 :]
    )  # with a lookback it looks at times, not at digests
    for number in gone:
        project.query(f"DROP TABLE IF EXISTS features.{TABLES[number]}")
    said = "`spend` is rebuilt: a table of it is missing or has other columns"
    assert notes(project, 12) == ([] if lookback and gone == [0] else [said])
    assert notes(project, 13) == []


@pytest.mark.parametrize("gone", [[], [2], [0, 2], [1, 2], [0, 1, 2]])
def test_without_the_state_what_is_left_of_the_tables_is_not_trusted(gone: list[int], tmp_path: Path) -> None:
    project = ran(tmp_path)
    for number in gone:
        project.query(f"DROP TABLE features.{TABLES[number]}")
    (project.root / ".fcompile" / "state.db").unlink()
    said = ["`spend` is rebuilt: its table is there, but the state does not know it"]
    assert notes(project, 12) == (said if len(gone) < 3 else [])


def test_tiles_of_another_format_are_made_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    project = ran(tmp_path)
    project.query("UPDATE features.__tiles__p__spend SET amount__sum = -1000")
    monkeypatch.setattr(stored_tiles, "TILE_FORMAT", stored_tiles.TILE_FORMAT + 1)
    assert notes(project, 12) == ["`spend` is rebuilt: its definition changed"]
    assert project.query("SELECT DISTINCT __format FROM features.__digests__p__spend") == [(2,)]
    assert project.query("SELECT min(amount__sum) FROM features.__tiles__p__spend") == [(1.0,)]


def test_only_tiles_whose_rows_changed_are_made_again(tmp_path: Path) -> None:
    project = ran(tmp_path)
    project.query("UPDATE features.__tiles__p__spend SET amount__sum = 7 WHERE user_id = 3")
    project.land(*project.rows, bought(1, 12))
    assert project.attempt(hours(12)).exit_code == 0
    tiles = "SELECT user_id, amount__sum FROM features.__tiles__p__spend ORDER BY ALL"
    assert project.query(tiles) == [(1, 2.0), (2, 2.0), (3, 7.0)]


def test_an_unlucky_view_name_is_no_other_views_table(tmp_path: Path) -> None:
    project = Scratch(tmp_path / "p", view={"name": "tiles__p__spend"})
    project.land(bought(1, 1))
    project.run(hours(2))
    assert project.tables() == [
        "__digests__p__tiles__p__spend",
        "__tiles__p__tiles__p__spend",
        "p__tiles__p__spend",
    ]


def test_a_source_may_be_a_table_named_as_what_a_run_makes(tmp_path: Path) -> None:
    for name in ("rows_spend", "source_purchases", "due", "now", "edges_spend"):
        project = Scratch(tmp_path / name)
        file = project.root / "featuredefs" / "all.yaml"
        file.write_text(file.read_text().replace("raw.purchases", name))
        project.query(
            f"CREATE TABLE {name} AS SELECT 1::BIGINT AS user_id, TIMESTAMP '2026-01-01' AS ts,"
            " 2.0::DOUBLE AS amount, 'a' AS note"
        )
        assert project.attempt(hours(1)).exit_code == 0
        assert project.values(1, hours(1))["total_2h"] == 2.0


def test_teardown_drops_tiles_and_digests_and_clean_leaves_them(tmp_path: Path) -> None:
    project = ran(tmp_path)
    loaded = load_project(project.root)
    clean(loaded)
    assert project.tables() == TABLES
    assert project.run(hours(11)) == 0
    teardown(loaded, confirmed=True)
    assert project.tables() == []
    project.run(hours(12))


def test_a_reader_sees_the_table_as_it_was_or_as_it_will_be(tmp_path: Path) -> None:
    project = ran(tmp_path)
    project.land(*(bought(user, 12, 5.0) for user in range(1, 4)))
    seen: set[tuple[object, ...]] = set()

    def look(event: object) -> None:
        seen.add(tuple(reader.execute(looked).fetchall()))

    looked = "SELECT total_lifetime FROM features.p__spend ORDER BY user_id"
    with duckdb.connect(str(project.root / ".fcompile" / "dev.duckdb")) as reader:
        look(None)
        assert project.attempt(hours(13), report=look).exit_code == 0
        look(None)
    assert seen == {((1.0,), (2.0,), (1.0,)), ((5.0,), (5.0,), (5.0,))}


def test_a_view_that_fails_leaves_its_values_and_the_next_view_runs(tmp_path: Path) -> None:
    whole = {"name": "n", "function": "sum", "column": "amount", "windows": ["1d", "lifetime"]}
    types = {"user_id": "int64", "ts": "timestamp", "amount": "int64", "note": "string"}
    project = Scratch(tmp_path / "p", view={"aggregations": [whole]}, source={"columns": types})
    file = project.root / "featuredefs" / "more.yaml"
    file.write_text(to_yaml({"feature_views": [{**project.view, "name": "zebra", "filter": "amount < 10"}]}))
    project.land({**bought(1, 1), "amount": 5})
    assert project.attempt(hours(2)).exit_code == 0
    project.land(*project.rows, *({**bought(1, 3), "amount": 2**62} for _ in range(2)))
    failed, fine = project.attempt(hours(4)).results
    assert (failed.status, failed.diagnostics[0].code, fine.status) == ("ERROR", "FC454", "OK")
    assert project.values(1, hours(4)) == {"n_1d": 5, "n_lifetime": 5}
    project.land(*project.rows[:2])
    assert [result.status for result in project.attempt(hours(5)).results] == ["OK", "OK"]
    assert project.values(1, hours(5)) == {"n_1d": 5 + 2**62, "n_lifetime": 5 + 2**62}
