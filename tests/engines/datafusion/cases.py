"""Random cases on DataFusion: their tables, the compiled text run as it is, and the rows as Python values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from datafusion import SessionConfig, SessionContext

from fcompile.compiler.stages import Script
from fcompile.compiler.tuning import UNTUNED, Tuning
from fcompile.dialects.base import Dialect
from fcompile.runtime.warehouses.bound import bound_text
from tests.differential.engine import Answer
from tests.engines.plain_duckdb import script_of
from tests.oracle.case import Case, Row, Types
from tests.oracle.tables import from_arrow, to_arrow


class DataFusionEngine:
    """Compiles a case's YAML for ``dialect`` and runs it, each case in a session of its own."""

    def __init__(self, dialect: Dialect) -> None:
        self.dialect = dialect

    def historical(self, case: Case, tuning: Tuning = UNTUNED) -> Answer:
        """Return the columns and rows of the training set, in the order in which the engine gives them."""
        session = session_of(case.types, case.tables)
        register(session, "public", "spine", case.spine, case.spine_types)
        return self.run(session, script_of(case, self.dialect, tuning), {"as_of": case.as_of})

    def run(self, session: SessionContext, script: Script, parameters: Mapping[str, Any]) -> Answer:
        for stage in script.stages:
            session.sql(bound_text(stage.create, parameters, self.dialect.name)).collect()
        answer = session.sql(bound_text(script.text, parameters, self.dialect.name)).to_arrow_table()
        for stage in reversed(script.stages):
            session.sql(stage.drop).collect()
        columns, rows = from_arrow(answer)
        return columns, rows


def session_of(types: Mapping[str, Types], tables: Mapping[str, Sequence[Row]]) -> SessionContext:
    """A session with these tables in the schema ``raw``, on one core."""
    session = SessionContext(SessionConfig().with_target_partitions(1))
    session.sql("CREATE SCHEMA raw").collect()
    for name, rows in tables.items():
        register(session, "raw", name, rows, types[name])
    return session


def register(session: SessionContext, schema: str, name: str, rows: Sequence[Row], types: Types) -> None:
    made = session.from_arrow(to_arrow(rows, types), name=f"given_{name}")
    session.catalog().schema(schema).register_table(name, made)
