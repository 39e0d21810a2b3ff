"""What is looked up, guessed or wrapped fast is what the slow way gives."""

from __future__ import annotations

import json
import random
import textwrap

import pytest
from sqlglot import exp

from fcompile.compiler.json_text import json_text
from fcompile.compiler.render import _wrapped, spans_lines
from fcompile.dialects import printer
from fcompile.dialects.leaves import column, plain_type
from fcompile.dialects.registry import DIALECTS


@pytest.mark.parametrize("name", ["duckdb", "postgres"])
def test_a_leaf_that_is_looked_up_reads_like_one_that_is_not_shared(name: str) -> None:
    dialect = DIALECTS[name]
    for alias in (None, "t", 'odd"name'):
        for word in ("a", "A", 'odd"name', "select"):
            own = exp.Column(this=exp.Identifier(this=word, quoted=True))
            if alias is not None:
                own.set("table", exp.Identifier(this=alias, quoted=True))
            assert [dialect.sql(column(word, alias)) for _ in range(3)] == [dialect.sql(own)] * 3
    assert dialect.sql(exp.Column(this=exp.Identifier(this="a", quoted=False))) == "a"
    for kind in ("BIGINT", "TIMESTAMPTZ", "TEXT"):
        own_type = exp.DataType(this=exp.DataType.Type[kind])
        assert [dialect.sql(plain_type(kind)) for _ in range(3)] == [dialect.sql(own_type)] * 3


def test_leaves_that_were_dropped_are_not_mistaken_for_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(printer, "MOST", 5)
    generator = printer.generator_of("duckdb", shares_leaves=True)
    for number in (*range(40), *range(40)):
        assert generator.generate(column(f"c{number}", "t"), copy=False) == f'"t"."c{number}"'


def test_comments_are_wrapped_as_textwrap_does() -> None:
    chance = random.Random(7)
    for _ in range(3000):
        words = [
            "".join(chance.choices("ab.-,é", k=chance.randint(1, 14))) for _ in range(chance.randint(1, 30))
        ]
        text = chance.choice([" ", " ", "  ", "\t"]).join(words)
        if chance.random() < 0.7:
            text = text.replace("-", "_")
        width = chance.randint(8, 40)
        if len(text) > width:
            assert _wrapped(text, width) == textwrap.wrap(text, width), (text, width)


def test_parameters_are_no_strings_and_dollar_quotes_are() -> None:
    assert not spans_lines('SELECT $as_of,\n$since AS "a"')
    assert spans_lines("SELECT $$a\nb$$") and spans_lines("SELECT $tag$a\nb$tag$")
    assert spans_lines("SELECT 'a\nb'") and not spans_lines("SELECT 'it''s',\n'b'")


def test_json_breaks_a_line_just_where_it_does_not_fit() -> None:
    for size in range(80, 130):
        for value in ({"k": "v" * size}, ["v" * size], {"k": {"n": ["v" * size, 1]}}, [[1] * (size // 3)]):
            line = json.dumps(value)
            assert (json_text(value) == f"{line}\n") == (len(line) < 120), (size, value)
