"""DuckDB as an engine that keeps no lists: what other engines are asked for, run where it is quick to run.

Every word of partial aggregates as rows and lists is an error here.
"""

from __future__ import annotations

import re
from typing import Any, ClassVar

import pyarrow as pa

from fcompile.compiler.compile import Spine, SpineColumn, historical_script
from fcompile.compiler.definitions import Table
from fcompile.compiler.request import resolve
from fcompile.compiler.stages import Script
from fcompile.compiler.tuning import UNTUNED, Tuning
from fcompile.dialects.base import PORTABLE, STAGED, Dialect
from fcompile.dialects.duckdb import DuckDB
from tests.differential.engine import Engine, definitions_of
from tests.engines.case_engine import CaseEngine
from tests.oracle.case import Case
from tests.oracle.tables import to_arrow


class PlainDuckDB(DuckDB):
    """Windows from rows and plain aggregates, the portable join, and tables for what is computed once."""

    point_in_time: ClassVar[str] = PORTABLE
    keeps_lists: ClassVar[bool] = False
    stores_tiles: ClassVar[bool] = False
    inline_cte: ClassVar[str | None] = None
    keep_cte: ClassVar[str | None] = STAGED

    def __getattribute__(self, name: str) -> Any:
        if name in _LIST_WORDS:
            raise AssertionError(f"`{name}` was asked of an engine that keeps no lists")
        return super().__getattribute__(name)


_LIST_WORDS = (
    *(
        "row",
        "member",
        "list_of",
        "flattened",
        "greatest",
        "sorted_down",
        "each",
        "elements",
        "kept",
        "total",
    ),
    *("percentile", "nth_least", "microseconds", "digest"),
)


class PlainEngine(Engine, CaseEngine):
    """The compiled SQL for ``dialect`` on an in-memory DuckDB."""

    def __init__(self, dialect: Dialect) -> None:
        super().__init__()
        self.dialect = dialect

    def historical_table(self, case: Case, tuning: Tuning = UNTUNED) -> pa.Table:
        self.load(case.types, case.tables)
        self._create("spine", to_arrow(case.spine, case.spine_types))
        script = script_of(case, self.dialect, tuning)
        for stage in script.stages:
            self.connection.execute(stage.create, bound(stage.create, case))
        # Read at once: the stages are dropped before the next statement.
        answer = self.connection.sql(script.text, params=bound(script.text, case)).to_arrow_table()
        for stage in reversed(script.stages):
            self.connection.execute(stage.drop)
        return answer


def bound(text: str, case: Case) -> dict[str, Any]:
    """The parameters that ``text`` reads outside its comments."""
    read = "\n".join(line for line in text.split("\n") if not line.lstrip().startswith("--"))
    return {"as_of": case.as_of} if re.search(r"\$as_of\b", read) else {}


def script_of(case: Case, dialect: Dialect, tuning: Tuning) -> Script:
    columns = tuple(
        SpineColumn(name, dtype.replace("timestamp_utc", "timestamptz"))
        for name, dtype in case.spine_types.items()
    )
    spine = Spine(Table(("spine",)), columns, case.timestamp_column)
    definitions = definitions_of(case)
    request = resolve(definitions, case.features, case.full_feature_names)
    labels = tuple(definitions.labels[name] for name in case.labels)
    return historical_script(request, spine, dialect, labels, tuning)
