"""The scans of a statement: each source once, and the rows of views, made of the scans of what those read."""

from __future__ import annotations

from collections.abc import Sequence

from fcompile.compiler.definitions import Source
from fcompile.compiler.ir import Rows, Scan, source_columns
from fcompile.compiler.lower.events import csv_types, scan_cte
from fcompile.compiler.lower.names import Names
from fcompile.compiler.lower.view_rows import rows_read, view_rows_ctes
from fcompile.compiler.nested import view_read, views_below
from fcompile.compiler.render import Cte
from fcompile.dialects.base import Dialect


def scan_ctes(
    wanted: Sequence[Scan], readers: Sequence[Rows], names: Names, dialect: Dialect
) -> tuple[dict[Source, str], list[Cte]]:
    """Return the CTEs of ``wanted`` and of all that they are made of, and the name of each source's scan.

    A source is scanned once, however many views and views of views read it; what is read stands before what
    reads it. ``readers`` say in which types a CSV's columns are read.
    """
    columns: dict[Source, dict[str, None]] = {}
    for scan in wanted:
        columns.setdefault(scan.source, {}).update(dict.fromkeys(scan.columns))
    read: dict[Source, list[Rows]] = {}
    for each in readers:
        read.setdefault(each.source, []).append(each)
    # The deepest first: what a view's rows read is known when all that reads those is.
    for depth in range(max((len(views_below(source)) for source in columns), default=0), 0, -1):
        for source in [source for source in columns if len(views_below(source)) == depth]:
            rows = rows_read(source, tuple(columns[source]))
            columns.setdefault(rows.source, {}).update(dict.fromkeys(source_columns(rows)))
            read.setdefault(rows.source, []).append(rows)
    found: dict[Source, str] = {}
    ctes: list[Cte] = []
    for source in sorted(columns, key=lambda each: len(views_below(each))):
        scan = Scan(source, tuple(columns[source]))
        view = view_read(source)
        if view is None:
            found[source] = names.fresh(f"source_{source.name}")
            ctes.append(
                scan_cte(scan, found[source], csv_types(source, tuple(read.get(source, ()))), dialect)
            )
        else:
            more, found[source] = view_rows_ctes(scan, view, found[view.source], names, dialect)
            ctes += more
    return found, ctes
