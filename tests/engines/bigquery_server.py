"""bqemulator over HTTP and gRPC for the real BigQuery clients; run with the packages of bigquery_emulator.py.

``python bigquery_server.py PORT STORAGE_PORT``. It rests on DuckDB, so what it answers proves nothing of what
BigQuery means. It is for the clients' path: statements, load jobs, results.

What it lacks is put right here, without a fork: temporary tables (they are tables of the default dataset), results
that the Storage Read API can read, and a start without DuckDB's extensions for geography and Avro.
"""

from __future__ import annotations

import re
import sys
from typing import Any

_TEMPORARY = re.compile(r"^(\s*CREATE\s+(?:OR\s+REPLACE\s+)?)TEMP(?:ORARY)?\s+(TABLE\b)", re.IGNORECASE)
_RESULTS = "_bqemu_anonymous"


def serve(port: int, storage_port: int) -> None:
    from bqemulator.api.routes import jobs  # type: ignore[import-not-found]
    from bqemulator.config import Settings  # type: ignore[import-not-found]
    from bqemulator.server import run_forever  # type: ignore[import-not-found]
    from bqemulator.storage.engine import DuckDBEngine  # type: ignore[import-not-found]

    execute = jobs.execute_query_job

    async def executed(project: str, job: str, sql: str, parameters: Any, context: Any, **given: Any) -> Any:
        done = await execute(project, job, _readable(sql), parameters, context, **given)
        await _keep_result(project, job, context)
        return done

    jobs.execute_query_job = executed
    DuckDBEngine._load_spatial = lambda engine: engine.connection.execute("SET memory_limit = '1GB'")
    run_forever(
        Settings(
            rest_port=port,
            grpc_port=storage_port,
            enable_format_extensions=False,
            log_level="critical",
            upload_staging_dir=None,
        )
    )


def _readable(sql: str) -> str:
    """Without TEMP, and with parentheses around sums that are truncated: the emulator's SQL lacks them."""
    import sqlglot

    text = _TEMPORARY.sub(r"\1\2", sql)
    if "TIMESTAMP_TRUNC" not in text:
        return text
    tree = sqlglot.parse_one(text, read="bigquery")
    for node in list(tree.find_all(sqlglot.exp.TimestampTrunc)):
        if not isinstance(node.this, sqlglot.exp.Column):
            node.set("this", sqlglot.exp.Paren(this=node.this))
    return tree.sql("bigquery")


async def _keep_result(project: str, job: str, context: Any) -> None:
    """Make the result a table, as BigQuery does: its client reads that table by the Storage Read API."""
    from bqemulator.jobs.executor import JOB_RESULTS  # type: ignore[import-not-found]
    from bqemulator.storage.sql_identifiers import (  # type: ignore[import-not-found]
        quoted_schema,
        quoted_table_ref,
    )

    found = JOB_RESULTS.get(job)
    if found is None or not found.num_columns:
        return
    connection = context.engine.connection
    async with context.engine.write_lock():
        connection.execute(f"CREATE SCHEMA IF NOT EXISTS {quoted_schema(project, _RESULTS)}")
        connection.register("result_of_job", found)
        name = quoted_table_ref(project, _RESULTS, f"anon{job.replace('-', '')}")
        connection.execute(f"CREATE OR REPLACE TABLE {name} AS SELECT * FROM result_of_job")
        connection.unregister("result_of_job")


if __name__ == "__main__":
    from serving import bounded  # type: ignore[import-not-found]

    bounded()
    serve(int(sys.argv[1]), int(sys.argv[2]))
