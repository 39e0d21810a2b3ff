"""A project of one view of one query, and what is proved of it."""

# ruff: noqa: E501 - YAML stands as people write it
from __future__ import annotations

from textwrap import indent

from fcompile.compiler.bind import bind
from fcompile.compiler.proof.certificate import Certificate
from fcompile.compiler.proof.prove import Proof, prove
from tests.proof.warehouse import SOURCES, Times

FILE = "featuredefs/all.yaml"


def definitions(
    sql: str, times: Times, columns: tuple[str, ...] = ("x",), *, sources: str = SOURCES, more: str = ""
) -> str:
    """Return YAML of a view `v` of a source `q` with the query ``sql``, beside ``sources``; ``more`` are keys of `q`."""
    features = "\n".join(f"      - {{name: {each}, dtype: float64}}" for each in columns)
    return (
        f"entities:\n  - {{name: user, join_keys: {{user_id: int64}}}}\nsources:\n{sources}"
        f"  - name: q\n    query: |\n{indent(sql.strip(), '      ')}\n    {times.yaml}\n{more}"
        f"feature_views:\n  - name: v\n    entities: [user]\n    source: q\n    features:\n{features}\n"
    )


def proof(yaml: str, dialect: str = "duckdb") -> Proof:
    bound = bind({FILE: yaml}, dialect)
    assert [each.render({FILE: yaml}) for each in bound.diagnostics] == []
    return prove(bound.definitions, dialect)


def verdicts(
    sql: str, times: Times, columns: tuple[str, ...] = ("x",), dialect: str = "duckdb", sources: str = SOURCES
) -> dict[str, Certificate]:
    found = proof(definitions(sql, times, columns, sources=sources), dialect).certificates
    return {name: found[f"v:{name}"] for name in columns}
