"""What the reference answers a case, and the columns it has."""

from __future__ import annotations

from tests.oracle import oracle
from tests.oracle.case import Case, Row


def reference(case: Case) -> list[Row]:
    """Return the training set: the spine's rows with features and labels."""
    return oracle.historical(
        case.project,
        case.tables,
        case.spine,
        case.features,
        full_feature_names=case.full_feature_names,
        timestamp_column=case.timestamp_column,
        labels=case.labels,
        as_of=case.as_of,
    )


def columns_of(case: Case) -> list[str]:
    """Return the training set's columns, in order: the spine's, then features, then labels."""
    wanted = oracle.wanted(case.project, case.features, case.full_feature_names)
    return [*case.spine_types, *(w.column for w in wanted), *case.labels]
