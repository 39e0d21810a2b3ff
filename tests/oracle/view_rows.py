"""Views of views: the rows of a view written out as a table, after which it is a source like any other."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from tests.oracle import rows, windows
from tests.oracle.latest import feature_value
from tests.oracle.rows import Project, Row, Tables, instant, keys_of, known_time, named

KNOWN = "known at"
"""No column of a source has this name."""


def flattened(project: Project, tables: Tables) -> tuple[Project, Tables]:
    """Return the project with a source for the rows of each view that another one reads, and their tables."""
    while (view := _first(project)) is not None:
        name = f"rows of {view['name']}"
        source = named(project["sources"], view["source"])
        made = {"name": name, "timestamp_field": source["timestamp_field"], "available_at": KNOWN}
        if "created_timestamp_field" in source:
            made["created_timestamp_field"] = "created at"
        views = [
            {**each, "source": name} if each["source"] == {"view": view["name"]} else each
            for each in project.get("feature_views", ())
        ]
        tables = {**tables, name: _rows_of(project, tables, view)}
        project = {**project, "sources": [*project["sources"], made], "feature_views": views}
    return project, tables


def _first(project: Project) -> Mapping[str, Any] | None:
    """Return a view that is read by another and reads a source itself; None where no view reads another."""
    read = [
        view["source"]["view"]
        for view in project.get("feature_views", ())
        if isinstance(view["source"], dict)
    ]
    found = (named(project.get("feature_views", ()), name) for name in read)
    return next((view for view in found if isinstance(view["source"], str)), None)


def _rows_of(project: Project, tables: Tables, view: Mapping[str, Any]) -> list[Row]:
    source = named(project["sources"], view["source"])
    found = []
    for row in tables[view["source"]]:
        key = [row[name] for name in keys_of(project, view)]
        event, known = row[source["timestamp_field"]], known_time(source, row)
        if event is None or known is None or None in key or not rows.passes(view, row):
            continue
        visible = max(instant(event), instant(known))
        made = {source["timestamp_field"]: event, KNOWN: visible}
        if "created_timestamp_field" in source:
            made["created at"] = row[source["created_timestamp_field"]]
        made |= {name: row[name] for name in keys_of(project, view)}
        found.append(made | _values(project, tables, view, row, visible))
    return found


def _values(
    project: Project, tables: Tables, view: Mapping[str, Any], row: Row, visible: datetime
) -> dict[str, Any]:
    """Return the view's features at the row's own time, of what was known when the row became known."""
    if "aggregations" not in view:
        return {feature["name"]: feature_value(feature, row) for feature in view["features"]}
    source = named(project["sources"], view["source"])
    strict = view.get("allow_exact_matches", True) is False
    time = windows.floored(row[source["timestamp_field"]], view.get("every"))
    by = windows.floored(visible, view.get("every"))
    mine = rows.rows_of_key(project, tables, view, [row[name] for name in keys_of(project, view)])
    known = [each for each in mine if rows.is_visible(source, each, by, strict)]
    return {
        feature["name"]: windows.over(
            [each for each in known if windows.happened(source, each, time, feature["window"], strict)],
            source,
            feature,
        )
        for feature in windows.features_of(view)
    }
