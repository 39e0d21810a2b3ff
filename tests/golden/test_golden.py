"""Each folder holds a feature.yaml and the SQL expected in each dialect; tests/differential says that it is right.

A tuning.yaml beside it pins the forms of windows; without one they are the default's.

``pytest --update-golden`` writes what the compiler now says, for a reviewer to read.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import sqlglot
from sqlglot import exp

from fcompile.compiler.bind import bind
from fcompile.compiler.build import build_files
from fcompile.compiler.definitions import Definitions
from fcompile.compiler.errors import FcompileError
from fcompile.compiler.refusals import refuse
from fcompile.compiler.stages import PREFIX
from fcompile.compiler.tuning import UNTUNED, Tuning
from fcompile.compiler.tuning_file import read_tuning
from fcompile.dialects.registry import DIALECTS

HERE = Path(__file__).parent
CASES = sorted(folder.name for folder in HERE.iterdir() if (folder / "feature.yaml").exists())


def built(case: str, dialect: str) -> dict[str, str]:
    """The files of a case, or what the dialect refuses of it under the name REFUSED."""
    bound = bind({"feature.yaml": (HERE / case / "feature.yaml").read_text()})
    assert not bound.diagnostics
    try:
        refuse(bound.definitions, DIALECTS[dialect])
    except FcompileError as error:
        return {
            REFUSED: "".join(
                f"{d.code} line {d.span and d.span.line}: {d.message}\n" for d in error.diagnostics
            )
        }
    return dict(
        build_files(bound.definitions, "golden", "features", dialect, tuning_of(case, bound.definitions))
    )


def tuning_of(case: str, definitions: Definitions) -> Tuning:
    file = HERE / case / "tuning.yaml"
    if not file.exists():
        return UNTUNED
    read = read_tuning(file.read_text(), "tuning.yaml", definitions)
    assert not read.diagnostics
    return read.tuning


REFUSED = "refused.txt"
SHOWN = {
    REFUSED: REFUSED,
    "service.sql": "/feature_services/service/historical.sql",
    "materialize.sql": "/materialize.sql",
    "label.sql": "/labels/",
}
"""What is shown of a case: the first file of each kind, where there is one."""


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("case", CASES)
def test_sql_is_as_reviewed(case: str, dialect: str, update_golden: bool) -> None:
    files = built(case, dialect)
    for name, part in SHOWN.items():
        text = next((text for path, text in files.items() if part in path), None)
        if text is None:
            continue
        expected = HERE / case / f"{dialect}.{name}"
        if update_golden:
            expected.write_text(text)
        assert expected.read_text() == text


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("case", CASES)
def test_every_statement_is_one_that_the_dialect_parses_and_names_its_columns(
    case: str, dialect: str
) -> None:
    for path, text in built(case, dialect).items():
        readable = NEAREST.sub(r"LEFT JOIN \1", text)
        for statement in sqlglot.parse(readable, read=dialect) if path != REFUSED else ():
            assert statement is not None
            assert not [star for star in statement.find_all(exp.Star) if not is_named(star)]


NEAREST = re.compile(r"LEFT JOIN NEAREST \(\s+FROM (.*)\n(?:.*\n)+?\s*\)")
"""Trino's as-of join, which sqlglot does not read; tests/engines has a parser of Trino's own grammar."""


def is_named(star: exp.Star) -> bool:
    """Whether it counts rows, or stands for all columns of a staged table, which were named when it was made."""
    if isinstance(star.parent, exp.Count):
        return True
    read = star.find_ancestor(exp.Select)
    table = read.find(exp.Table) if read is not None else None
    return table is not None and table.name.lower().startswith(PREFIX)


def test_the_same_definitions_give_the_same_bytes_whatever_order_they_are_in() -> None:
    text = (HERE / "shared_source" / "feature.yaml").read_text()
    head, views = text.split("feature_views:\n")
    one = {"a.yaml": head, "b.yaml": "feature_views:\n" + views}
    other = {"b.yaml": one["b.yaml"], "a.yaml": head}
    first, second = (
        build_files(bind(files).definitions, "p", "features", "duckdb") for files in (one, other)
    )
    assert list(first.items()) == list(second.items())
