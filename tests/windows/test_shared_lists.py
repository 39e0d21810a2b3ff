"""Two joins over the same rows of which one asks for a longer list of the newest rows than the other."""

from __future__ import annotations

from datetime import timedelta

from fcompile.compiler.tuning import TILES, Form, Tuning
from tests.differential.engine import Engine
from tests.oracle.case import Case
from tests.oracle.reference import reference
from tests.oracle.same import assert_same
from tests.windows.scratch import SOURCE, TYPES, bought, hours


def test_each_finds_the_newest_rows_that_it_asks_for() -> None:
    notes = [
        {"name": "last", "function": "last", "column": "note", "windows": ["2h"]},
        {"name": "lasts", "function": "last_n(3)", "column": "note", "windows": ["1d"]},
    ]
    members = [
        {"spend": ["last_2h"]},
        {"view": "spend", "alias": "b", "join_key_map": {"user_id": "other"}, "features": ["lasts_1d"]},
    ]
    case = Case(
        {
            "entities": [{"name": "user", "join_keys": {"user_id": "int64"}}],
            "sources": [SOURCE],
            "feature_views": [
                {"name": "spend", "entities": ["user"], "source": "purchases", "aggregations": notes}
            ],
            "feature_services": [{"name": "svc", "features": members}],
        },
        {"purchases": TYPES},
        {"purchases": [bought(user, n, 1.0, f"{user}{n}") for user in (1, 2) for n in range(8)]},
        {"user_id": "int64", "other": "int64", "event_timestamp": "timestamp"},
        [{"user_id": 1, "other": 2, "event_timestamp": hours(n)} for n in (0, 3.5, 7, 40)],
        ["svc"],
    )
    tiles = Tuning({"spend": Form(TILES, timedelta(hours=1), timedelta(days=1))})
    columns, rows = Engine().historical(case, tiles)
    assert_same(case, reference(case), columns, rows)
