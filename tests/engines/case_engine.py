"""Random cases on any engine against the slow reference: what an engine of cases is, and the comparison, once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from hypothesis import reject

from fcompile.compiler.definitions import Definitions
from fcompile.compiler.refusals import refused
from fcompile.compiler.tuning import UNTUNED, Form, Tuning
from fcompile.dialects.base import Dialect
from tests.differential.engine import Answer, definitions_of
from tests.differential.forms import tuning_of
from tests.oracle.case import Case, Row
from tests.oracle.reference import columns_of, reference
from tests.oracle.same import assert_same
from tests.oracle.smaller import smaller


class CaseEngine(Protocol):
    """Compiles a case's YAML for ``dialect`` and runs it in a place of its own."""

    dialect: Dialect

    def historical(self, case: Case, tuning: Tuning = UNTUNED) -> Answer:
        """Return the columns and rows of the training set, in the order in which the engine gives them."""
        ...

    def read_like(
        self, expected: Sequence[Row], rows: Sequence[tuple[Any, ...]]
    ) -> Sequence[tuple[Any, ...]]:
        """Return the rows with types that the engine does not tell apart as ``expected`` has them."""
        return rows


def hold_to_reference(engine: CaseEngine, case: Case, drawn: tuple[Form, ...] = ()) -> None:
    """Compare; where they differ, say so for as few rows as show it. An error of the engine's is a difference.

    A case with something that the dialect refuses is no example.
    """
    if not runs(case, engine.dialect):
        reject()

    def fails(fewer: Case) -> bool:
        try:
            _compare(engine, fewer, drawn)
        except Exception:
            return True
        return False

    if fails(case):
        fewer = smaller(case, fails)
        try:
            _compare(engine, fewer, drawn)
        except AssertionError:
            raise
        except Exception as error:
            raise AssertionError(f"{type(error).__name__}: {error}\n{fewer}") from error


def runs(case: Case, dialect: Dialect) -> bool:
    """Can the dialect say all that the case defines?"""
    return not refused(_all_of(definitions_of(case)), dialect)


def _all_of(definitions: Definitions) -> list[Any]:
    views = (definitions.feature_views, definitions.on_demand_feature_views, definitions.labels)
    return [each for group in views for each in group.values()]


def _compare(engine: CaseEngine, case: Case, drawn: tuple[Form, ...]) -> None:
    columns, rows = engine.historical(case, tuning_of(case, drawn))
    expected = reference(case)
    assert columns == columns_of(case)
    assert_same(case, expected, columns, engine.read_like(expected, rows))
