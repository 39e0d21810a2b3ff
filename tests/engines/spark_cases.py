"""Random cases on Apache Spark: their tables, the compiled text run as it is, and the rows as Python values."""

from __future__ import annotations

import re
from collections.abc import Sequence

import pyarrow as pa
from pyspark.sql import SparkSession

from fcompile.compiler.stages import Script
from fcompile.compiler.tuning import UNTUNED, Tuning
from fcompile.dialects.base import Dialect
from fcompile.runtime.warehouses.base import Parameters
from fcompile.runtime.warehouses.bound import bound_text
from tests.differential.engine import Answer
from tests.engines.case_engine import CaseEngine
from tests.engines.of_tables import of_tables
from tests.engines.plain_duckdb import script_of
from tests.engines.servers import spark
from tests.oracle.case import Case, Row, Types
from tests.oracle.tables import from_arrow, to_arrow

_SMALL = {
    "spark.sql.adaptive.enabled": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.join.asofJoin.enabled": "true",
    "spark.sql.shuffle.partitions": "1",
}
"""Plans of a few rows are interpreted, in one task: compiling Java for each takes half as much CPU again [RAN]."""


class SparkEngine(CaseEngine):
    """Compiles a case's YAML for ``dialect`` and runs it in the session of this process; staged tables are tables.

    The case's own are views of rows that the driver holds, as files for each would take longer than the queries.
    """

    def __init__(self, dialect: Dialect) -> None:
        self.dialect = dialect
        self._of: SparkSession | None = None

    @property
    def session(self) -> SparkSession:
        """A session for small plans, another one where Spark had to be started again."""
        if self._of is not spark():
            self._of = spark()
            self._session = self._of.newSession()
            for name, value in _SMALL.items():
                self._session.conf.set(name, value)
        return self._session

    def historical(self, case: Case, tuning: Tuning = UNTUNED) -> Answer:
        """Return the columns and rows of the training set, in the order in which the engine gives them."""
        for name, rows in case.tables.items():
            self.view(f"raw {name}", rows, case.types[name])
        self.view("spine", case.spine, case.spine_types)
        return self.run(script_of(of_tables(case), self.dialect, tuning), {"as_of": case.as_of})

    def run(self, script: Script, parameters: Parameters) -> Answer:
        return from_arrow(self.run_table(script, parameters))

    def run_table(self, script: Script, parameters: Parameters) -> pa.Table:
        try:
            for stage in script.stages:
                self.session.sql(_with_views(bound_text(stage.drop, parameters, "spark")))
                self.session.sql(_with_views(bound_text(stage.create, parameters, "spark")))
            return self.session.sql(_with_views(bound_text(script.text, parameters, "spark"))).toArrow()
        finally:
            for stage in reversed(script.stages):
                self.session.sql(stage.drop)

    def view(self, name: str, rows: Sequence[Row], types: Types) -> None:
        self.session.createDataFrame(to_arrow(rows, types)).createOrReplaceTempView(f"`{name}`")


def _with_views(text: str) -> str:
    """A temporary view has no schema: ``raw.x`` is `raw x`."""
    return re.sub(r"(?:`raw`|\braw)\.(?:`((?:[^`]|``)*)`|(\w+))", r"`raw \1\2`", text)
