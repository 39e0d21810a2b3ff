"""Every form gives the same answers, through tuning.yaml and the public API."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fcompile import FeatureStore
from tests.tuning.conftest import Folder, skewed

FORMS = (
    "{form: rows}",
    "{form: tiles}",
    "{form: mixed, hot: 20}",
    "{form: mixed, tile: 1m, span: 1h, hot: 1}",
    "{form: tiles, tile: 7m, span: 84m}",
    "{form: tiles, tile: 1s, span: 1w}",
    "{form: tiles, tile: 500ms, span: 1s}",
    "{form: tiles, tile: 50w, span: 5200w}",
)
FEATURES = ["spend", "quick"]


def answers(folder: Folder, spine: pd.DataFrame) -> list[dict[str, object]]:
    job = FeatureStore(folder.root).get_historical_features(spine, FEATURES, labels=["more"])
    return list(job.to_arrow().to_pylist())


def spine(rows: int) -> pd.DataFrame:
    times = pd.Timestamp("2024-01-01") + pd.to_timedelta(
        [n * 79_813 % 950_400 for n in range(rows)], unit="s"
    )
    return pd.DataFrame({"user_id": [1 + n % 4 for n in range(rows)], "event_timestamp": times})


@pytest.mark.parametrize("form", FORMS)
def test_a_pinned_form_changes_no_answer(folder: Folder, form: str) -> None:
    folder.rows(skewed(300, 30))
    expected = answers(folder, spine(40))
    folder.pin("".join(f"  {name}: {form}\n" for name in ("spend", "quick", "more")))
    assert answers(folder, spine(40)) == expected


ROWS = st.lists(
    st.tuples(st.integers(1, 2), st.integers(0, 500_000), st.integers(0, 7_200), st.integers(0, 4)),
    max_size=12,
)


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=ROWS, form=st.sampled_from(FORMS), other=st.sampled_from(FORMS))
def test_two_forms_agree_on_random_rows(
    folder: Folder, rows: list[tuple[int, ...]], form: str, other: str
) -> None:
    values = ", ".join(f"({key}, {at}, {late}, {n})" for key, at, late, n in [*rows, (9, 0, 0, 0)])
    folder.rows(f"""
        SELECT k::BIGINT AS user_id, TIMESTAMP '2024-01-01' + to_seconds(happened) AS bought_at,
          TIMESTAMP '2024-01-01' + to_seconds(happened + late) AS known, n / 2.0 AS amount, 'i' || n AS item
        FROM (VALUES {values}) AS t(k, happened, late, n)""")
    found = []
    for entries in (f"  spend: {form}\n  more: {form}\n", f"  spend: {other}\n  quick: {other}\n"):
        folder.pin(entries)
        found.append(answers(folder, spine(12)))
    assert found[0] == found[1]


def test_views_of_two_forms_share_no_join_and_give_their_answers(folder: Folder) -> None:
    folder.rows(skewed(300, 30))
    together = FeatureStore(folder.root).get_historical_features(spine(5), FEATURES).to_sql()
    folder.pin("  spend: {form: tiles}\n")
    apart = FeatureStore(folder.root).get_historical_features(spine(5), FEATURES).to_sql()
    assert '"pieces_spend_quick"' in together
    assert '"pieces_spend"' in apart and '"pieces_quick"' in apart
