"""Each folder holds a feature.yaml and the SQL expected in each dialect; tests/differential says that it is right.

A tuning.yaml beside it pins the forms of windows; without one they are the default's.

``pytest --update-golden`` writes what the compiler now says, for a reviewer to read.
"""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlglot

from fcompile.compiler.bind import bind
from fcompile.compiler.build import build_files
from fcompile.compiler.definitions import Definitions
from fcompile.compiler.tuning import UNTUNED, Tuning
from fcompile.compiler.tuning_file import read_tuning
from fcompile.dialects.registry import DIALECTS

HERE = Path(__file__).parent
CASES = sorted(folder.name for folder in HERE.iterdir() if (folder / "feature.yaml").exists())


def built(case: str, dialect: str) -> dict[str, str]:
    bound = bind({"feature.yaml": (HERE / case / "feature.yaml").read_text()})
    assert not bound.diagnostics
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


SHOWN = {
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
    for text in built(case, dialect).values():
        for statement in sqlglot.parse(text, read=dialect):
            assert statement is not None
            stars = [
                s for s in statement.find_all(sqlglot.exp.Star) if not isinstance(s.parent, sqlglot.exp.Count)
            ]
            assert not stars


def test_the_same_definitions_give_the_same_bytes_whatever_order_they_are_in() -> None:
    text = (HERE / "shared_source" / "feature.yaml").read_text()
    head, views = text.split("feature_views:\n")
    one = {"a.yaml": head, "b.yaml": "feature_views:\n" + views}
    other = {"b.yaml": one["b.yaml"], "a.yaml": head}
    first, second = (
        build_files(bind(files).definitions, "p", "features", "duckdb") for files in (one, other)
    )
    assert list(first.items()) == list(second.items())
