"""Each folder holds a feature.yaml and the SQL expected in each dialect; test/differential says that it is right.

``pytest --update-golden`` writes what the compiler now says, for a reviewer to read.
"""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlglot

from fcompile.compiler.bind import bind
from fcompile.compiler.build import build_files
from fcompile.dialects.registry import DIALECTS

HERE = Path(__file__).parent
CASES = sorted(folder.name for folder in HERE.iterdir() if (folder / "feature.yaml").exists())


def built(case: str, dialect: str) -> dict[str, str]:
    bound = bind({"feature.yaml": (HERE / case / "feature.yaml").read_text()})
    assert not bound.diagnostics
    return dict(build_files(bound.definitions, "golden", "features", dialect))


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("case", CASES)
def test_sql_is_as_reviewed(case: str, dialect: str, update_golden: bool) -> None:
    files = built(case, dialect)
    shown = {
        "service.sql": files[f"{dialect}/feature_services/service/historical.sql"],
        "materialize.sql": next(t for p, t in files.items() if p.endswith("/materialize.sql")),
    }
    for name, text in shown.items():
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
