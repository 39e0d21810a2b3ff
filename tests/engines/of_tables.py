"""Cases whose sources are tables only."""

from __future__ import annotations

import re
from dataclasses import replace

from tests.oracle.case import Case


def of_tables(case: Case) -> Case:
    """With a table for each query, which has all columns of one: cases quote names as DuckDB does."""
    sources = []
    for each in case.project["sources"]:
        query = re.search(r'FROM raw\.("?)(.+)\1$', each.get("query", ""))
        rest = {key: value for key, value in each.items() if key != "query"}
        sources.append({**rest, "table": f"raw.{query[2]}"} if query else each)
    return replace(case, project={**case.project, "sources": sources})
