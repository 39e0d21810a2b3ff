"""What each dialect says of the language, as tables: `fcompile dialects` and docs/reference/dialects.md."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from fcompile.compiler.aggregates import AGGREGATES
from fcompile.compiler.dtypes import KINDS
from fcompile.compiler.expressions.casts import CASTS
from fcompile.compiler.expressions.engines.registry import words_of
from fcompile.compiler.expressions.function import Function
from fcompile.compiler.expressions.functions import FAMILIES, OPERATORS
from fcompile.dialects.answers.answer import QUESTIONS
from fcompile.dialects.answers.registry import ANSWERS
from fcompile.dialects.registry import DIALECTS

NAMES = tuple(sorted(DIALECTS))
"""The dialects, in the order of all tables."""

TESTED: Mapping[str, str] = {
    "bigquery": "on GoogleSQL's reference implementation; the driver's path on an emulator",
    "clickhouse": "on ClickHouse",
    "databricks": "by Spark's own parser and sqlfluff; Spark is tested on Spark",
    "duckdb": "on DuckDB",
    "postgres": "on PostgreSQL",
    "redshift": "by sqlfluff's parser, and read by people: no engine runs here",
    "snowflake": "by sqlfluff's parser, and read by people; the driver's path on an emulator",
    "spark": "on Spark",
    "trino": "by Trino's own grammar, and read by people: no engine runs here",
}
"""How each dialect's SQL is tested."""


@dataclass(frozen=True, slots=True)
class Row:
    """Something that can be asked of a dialect; ``reasons`` names those that refuse it, and why."""

    name: str
    reasons: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Section:
    title: str
    rows: tuple[Row, ...]


def sections() -> tuple[Section, ...]:
    """Return the whole matrix, in the order of the docs."""
    words = {name: words_of(name) for name in NAMES}

    def functions(of: Iterable[Function]) -> tuple[Row, ...]:
        rows = (
            (f.syntax, {n: w.refused[f.name] for n, w in words.items() if f.name in w.refused}) for f in of
        )
        return tuple(Row(*row) for row in rows)

    return (
        Section("Operators", functions(OPERATORS.values())),
        *(Section(family, functions(of)) for family, of in FAMILIES.items()),
        Section("Casts", tuple(_casts())),
        Section("Aggregations", tuple(_aggregations())),
        Section("Types", tuple(_types())),
        Section("Sources", (Row("Parquet and CSV files", _files()),)),
    )


def _casts() -> Iterator[Row]:
    for source, target in CASTS:
        keys = ((source, target), ("*", target), (source, "*"))
        found = {
            n: next(
                (words_of(n).refused_casts.get(k, "") for k in keys if k in words_of(n).refused_casts), ""
            )
            for n in NAMES
        }
        yield Row(f"{source} to {target}", {name: reason for name, reason in found.items() if reason})
    tried = {n: words_of(n).refused_casts.get(("try", "*"), "") for n in NAMES}
    yield Row("try_cast", {name: reason for name, reason in tried.items() if reason})


def _aggregations() -> Iterator[Row]:
    for function in AGGREGATES:
        refused = {n: DIALECTS[n].refused_aggregations.get(function, "") for n in NAMES}
        yield Row(function, {name: reason for name, reason in refused.items() if reason})


def _types() -> Iterator[Row]:
    for kind in KINDS:
        refused = {n: DIALECTS[n].refused_types.get(kind, "") for n in NAMES}
        yield Row(kind, {name: reason for name, reason in refused.items() if reason})


def _files() -> Mapping[str, str]:
    return {n: "it reads tables" for n in NAMES if not DIALECTS[n].reads_files}


_INTRODUCTION = """\
# Dialects

Made by `pytest tests/engines/test_matrix.py --update-golden`; do not edit by hand. `fcompile dialects` prints the
same, `fcompile dialects postgres` what is said of one.

One plan becomes the SQL of nine dialects. Every function, cast and aggregation has the one meaning that
[Expressions](expressions.md) and [Windows](../explanation/windows.md) give it, or the dialect refuses it, with the
reason: nothing is lowered approximately. A refused one is an error of `build -d` and of a run, at its place in the
YAML (FC391 to FC393).

"""


def dialects_page() -> str:
    """Return docs/reference/dialects.md."""
    parts = [_INTRODUCTION, "## How each is tested\n\n"]
    parts += [f"- **{name}**: {TESTED[name]}.\n" for name in NAMES]
    parts.append("\n## What each says\n\nA cross is a refusal; its reason is below the table.\n")
    for section in sections():
        parts.append(f"\n### {section.title}\n\n{_table(section)}")
    parts.append("\n## What each engine has\n")
    for name in NAMES:
        parts.append(f"\n### {name}\n\n| | | |\n|---|---|---|\n")
        parts += [
            f"| {QUESTIONS[key]} | {_escaped(answer.said)} | [page](https://{answer.page}) |\n"
            for key, answer in ANSWERS[name].items()
        ]
    return "".join(parts)


def _table(section: Section) -> str:
    head = f"| | {' | '.join(NAMES)} |\n|---|{'---|' * len(NAMES)}\n"
    lines = []
    for row in section.rows:
        marks = " | ".join("✗" if name in row.reasons else "✓" for name in NAMES)
        lines.append(f"| `{_escaped(row.name)}` | {marks} |\n")
    return head + "".join(lines) + _reasons(section)


def _reasons(section: Section) -> str:
    said: dict[tuple[str, str], list[str]] = {}
    for row in section.rows:
        for name, reason in row.reasons.items():
            said.setdefault((name, reason), []).append(f"`{row.name}`")
    lines = (f"- {name}: {', '.join(rows)}: {reason}.\n" for (name, reason), rows in sorted(said.items()))
    text = "".join(lines)
    return f"\n{text}" if text else ""


def _escaped(text: str) -> str:
    return text.replace("|", "\\|")
