"""Law 3 for views of views: runs of several loads, and what is online of them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tests.differential.settings import examples
from tests.laws.test_no_skew import assert_no_skew_after_runs
from tests.oracle.case import Case
from tests.oracle.projects import cases


@examples(dev=8, ci=40)
@given(case=cases(nested=True), data=st.data())
def test_online_views_of_views_equal_historical_after_runs_with_rows_landing_between_them(
    case: Case, data: st.DataObject
) -> None:
    assert_no_skew_after_runs(data, case)
