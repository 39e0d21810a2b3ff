"""`fcompile state`: a line a view, as table and as JSON."""

from __future__ import annotations

from datetime import datetime

import pytest

from fcompile.runtime.state.report import holes_of
from tests.online.project import DEFINITIONS, OnlineProject, bought
from tests.online.servers import own_valkey

ROWS = [bought(1, 1, 10.0), bought(2, 1, 20.0)]


@pytest.fixture
def loaded(project: OnlineProject) -> OnlineProject:
    project.put(ROWS)
    project.run(6)
    return project


def lines(out: str) -> dict[str, dict[str, str]]:
    """The table by view and heading; cells are separated by two spaces."""
    head, rule, *rows = out.splitlines()
    starts = [n for n, c in enumerate(rule) if c == "-" and (n == 0 or rule[n - 1] == " ")]
    ends = [*starts[1:], None]
    cells = [[line[a:b].strip() for a, b in zip(starts, ends, strict=True)] for line in (head, *rows)]
    return {row[0]: dict(zip(cells[0], row, strict=True)) for row in cells[1:]}


def test_a_line_a_view_says_watermark_generations_and_the_last_run(loaded: OnlineProject) -> None:
    ended = loaded.call("state")
    assert (ended.code, ended.err) == (0, "")
    shown = lines(ended.out)
    assert list(shown) == ["by_shop", "latest", "spend"]
    latest = shown["latest"]
    assert (latest["watermark"], latest["covered"]) == ("2026-01-01T06:00:00Z",) * 2
    assert latest["loaded"] == latest["shown"] != "-"
    assert (latest["previous"], latest["last run"], latest["rows"]) == ("-", "OK", "2")
    assert (latest["erased"], latest["held by"]) == ("0", "-")
    assert latest["ago"].endswith("s")
    assert len(latest["definition"]) == 8


def test_a_view_that_never_ran_says_so(project: OnlineProject) -> None:
    shown = lines(project.call("state").out)["latest"]
    assert shown["watermark"] == "never ran"
    assert {shown[name] for name in ("covered", "definition", "loaded", "shown", "last run", "ago")} == {"-"}


def test_json_has_all_of_it(loaded: OnlineProject) -> None:
    loaded.call("erase", "latest", "1", "2", "--yes")
    loaded.run(6, "--full-refresh")
    ended = loaded.call("state", "-s", "latest", "--output", "json")
    (view,) = ended.json
    assert view["watermark"] == view["covered"] == "2026-01-01T06:00:00Z"
    assert (view["holes"], view["pending"], view["store_lost"], view["held_by"]) == ([], None, False, None)
    assert view["shown"]["number"] == view["generation"]
    assert view["shown"]["features"] == {"amount": "float64", "note": "string"}
    assert view["shown"]["begun"] > view["previous"]["begun"] > "2026"
    assert [(e["entities"], e["rows"]) for e in view["erasures"]] == [(2, 4)]
    assert view["last_run"]["status"] == "OK"


def test_holes_are_listed(loaded: OnlineProject) -> None:
    interval = ("--start", "2026-01-01T08:00:00Z", "--end", "2026-01-01T09:00:00Z")
    project = loaded
    project.define(DEFINITIONS.replace("source: purchases\n", "source: purchases\n    lookback: 1h\n", 1))
    project.run(6)
    assert project.call("materialize", *interval, "-s", "latest").code == 0
    ended = project.call("state", "-s", "latest")
    assert lines(ended.out)["latest"]["covered"] == "2026-01-01T06:00:00Z + 1 hole"
    assert "from 2026-01-01T06:00:00Z to 2026-01-01T07:59:59.999999Z" in ended.err


def test_a_rollback_and_a_lost_store_show(loaded: OnlineProject) -> None:
    loaded.run(6, "--full-refresh")
    loaded.call("rollback", "latest")
    ended = loaded.call("state", "-s", "latest")
    assert "`latest` was rolled back" in ended.err
    shown = lines(ended.out)["latest"]
    assert shown["loaded"] == shown["previous"] > shown["shown"]
    for path in (loaded.root / ".fcompile").glob("online.db*"):
        path.unlink()
    ended = loaded.call("state", "-s", "latest")
    assert "the online store is another one than was loaded" in ended.err


def test_it_names_who_works_on_a_view(loaded: OnlineProject) -> None:
    with loaded.state() as state:
        lease = state.acquire(["latest"])
        held = lines(loaded.call("state").out)
        state.release(lease)
    assert held["latest"]["held by"] == f"{lease.owner.pid} on {lease.owner.host}"
    assert held["spend"]["held by"] == "-"
    assert lines(loaded.call("state").out)["latest"]["held by"] == "-"


def test_a_failed_run_shows_with_its_message(loaded: OnlineProject) -> None:
    with loaded.warehouse() as warehouse:
        warehouse.execute("ALTER TABLE raw.purchases DROP COLUMN note")
    assert loaded.call("run", "--end", "2026-01-01T08:00:00Z", "-s", "latest").code == 1
    ended = loaded.call("state", "-s", "latest")
    assert lines(ended.out)["latest"]["last run"] == "ERROR"
    assert "note" in ended.err


def test_a_view_that_is_no_longer_defined_is_listed_without_a_selection(loaded: OnlineProject) -> None:
    loaded.define(DEFINITIONS.replace("name: latest", "name: newest"))
    ended = loaded.call("state")
    assert list(lines(ended.out)) == ["by_shop", "latest", "newest", "spend"]
    assert "`latest` is no longer defined" in ended.err
    assert list(lines(loaded.call("state", "--exclude", "spend").out)) == ["by_shop", "newest"]


@pytest.mark.engines
def test_what_the_state_knows_is_printed_also_when_the_online_store_is_down(project: OnlineProject) -> None:
    project.put(ROWS)
    with own_valkey() as server:
        project.define(online=f"{{type: redis, url: '{server.url()}'}}")
        project.run(6)
        server.kill()
        ended = project.call("state")
    assert ended.code == 75
    assert lines(ended.out)["latest"]["watermark"] == "2026-01-01T06:00:00Z"
    assert lines(ended.out)["latest"]["shown"] == "-"
    assert "FC521" in ended.err


def test_what_lies_before_and_between_intervals_is_a_hole() -> None:
    assert holes_of(()) == ()
    assert holes_of(((None, 0),)) == ()
    second = datetime(1970, 1, 1, 0, 0, 1)
    assert holes_of(((1_000_000, 2_000_000),)) == ((None, second),)
