"""A random or hand-written project with its data and a request: what reference and system are both asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

import yaml

Row = dict[str, Any]
Types = Mapping[str, str]
"""Column name -> dtype in the words of SPEC 3, in the order of the columns."""

PROJECT_FILE = "project: p\n"


@dataclass(frozen=True)
class Case:
    """``project`` is what the YAML says; ``tables`` are the rows by source name, ``types`` their columns."""

    project: Mapping[str, Any]
    types: Mapping[str, Types]
    tables: Mapping[str, Sequence[Row]]
    spine_types: Types
    spine: Sequence[Row]
    features: Sequence[str]
    full_feature_names: bool = False
    timestamp_column: str = "event_timestamp"
    physical: Mapping[str, str] = field(default_factory=dict)
    """Source name -> how it is stored where a test writes files: parquet, csv, table or query."""
    labels: Sequence[str] = ()
    as_of: datetime | None = None
    """When the labels are asked for (naive UTC); None where none are."""

    def definition_files(self) -> dict[str, str]:
        """Return the definitions as files: name relative to the project's root -> YAML text."""
        return {"featuredefs/all.yaml": to_yaml(self.project)}

    def with_tables(self, tables: Mapping[str, Sequence[Row]]) -> Case:
        return replace(self, tables=tables)

    def with_spine(self, spine: Sequence[Row]) -> Case:
        return replace(self, spine=spine)

    def __repr__(self) -> str:
        lines = [to_yaml(self.project)]
        lines += [f"{name}: {dict(self.types[name])}\n" + _lines(rows) for name, rows in self.tables.items()]
        lines += [f"spine: {dict(self.spine_types)}, t is {self.timestamp_column!r}\n" + _lines(self.spine)]
        asked = f"features={list(self.features)} full={self.full_feature_names}"
        return "\n".join([*lines, f"{asked} labels={list(self.labels)} as_of={self.as_of}"])


class _Plain(yaml.CSafeDumper):
    """YAML without anchors, which definitions may not have."""

    def ignore_aliases(self, data: object) -> bool:
        return True


def to_yaml(value: Mapping[str, Any]) -> str:
    return str(yaml.dump(dict(value), Dumper=_Plain, sort_keys=False, allow_unicode=True, width=200))


def _lines(rows: Sequence[Row]) -> str:
    return "\n".join(f"  {row}" for row in rows) or "  (no rows)"
