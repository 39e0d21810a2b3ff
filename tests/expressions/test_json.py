"""json_text: strict JSON, one text a number, and the same on DuckDB and in Python."""

from __future__ import annotations

import json
import random
import struct
import sys
from typing import Any

import duckdb
import pytest

from fcompile.compiler.expressions.json_deep import Number, read_deep
from fcompile.compiler.expressions.json_paths import PathError, parse_path, path_text
from fcompile.compiler.expressions.json_values import json_text
from tests.expressions.agreed import all_agreed, texts
from tests.expressions.running import columns, only_problem, sql


def scalar(document: str, path: str = "$[0]") -> Any:
    (found,) = texts(f"json_text(x, '{path}')", {"x": [document]})
    return found


@pytest.mark.parametrize(
    ("document", "path", "expected"),
    [
        ('{"a": {"b": [7, "x"]}}', "$.a.b[1]", "x"),
        ('{"a": {"b": [7, "x"]}}', "$.a.b", None),
        ('{"a": {"b": [7, "x"]}}', "$.a", None),
        ('{"a": {"b": [7, "x"]}}', "$.a[0]", None),
        ('{"a": {"b": [7, "x"]}}', "$.a.b.c", None),
        ('{"a": {"b": [7, "x"]}}', "$.a.b[2]", None),
        ('{"a": 1}', "$.A", None),
        ('{"a.b": 1, "a": {"b": 2}}', '$."a.b"', "1"),
        ('{"first name": "x", "é": "y"}', '$."first name"', "x"),
        ('{"first name": "x", "é": "y"}', '$."é"', "y"),
        ('{"\\u0061": "x"}', "$.a", "x"),
        ('{"0": "x"}', '$."0"', "x"),
        ('{"0": "x"}', "$[0]", None),
        ('["x"]', '$."0"', None),
        ('"x"', "$", "x"),
        ("12", "$", "12"),
        (" \t\r\n[true, false, null]\n", "$[1]", "false"),
        (" \t\r\n[true, false, null]\n", "$[2]", None),
        ('{"a": 1, "a": 2, "b": {"c": 3}, "b": {}}', "$.a", "1"),
        ('{"a": 1, "a": 2, "b": {"c": 3}, "b": {}}', "$.b.c", "3"),
        ('{"a": "", "": 1}', "$.a", ""),
        (None, "$", None),
    ],
)
def test_a_path_leads_to_one_scalar_or_to_null(document: str, path: str, expected: str | None) -> None:
    assert scalar(document, path) == expected


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ('"\\"\\\\\\/\\b\\f\\n\\r\\t"', '"\\/\b\f\n\r\t'),
        ('"\\u0000x"', "\0x"),
        ('"\\u00e9\\ud83d\\ude00"', "é😀"),
        ('"\u2028\x7f"', "\u2028\x7f"),
        ("9223372036854775807", "9223372036854775807"),
        ("-9223372036854775809", "-9223372036854775809"),
        ("123456789012345678901234567890", "123456789012345678901234567890"),
        ("-0", "0"),
        ("-0.0", "-0.0"),
        ("0e5", "0.0"),
        ("1.50", "1.5"),
        ("1.0", "1.0"),
        ("1e2", "100.0"),
        ("1E+02", "100.0"),
        ("1e21", "1e21"),
        ("1e20", "100000000000000000000.0"),
        ("0.000001", "0.000001"),
        ("1.5e-7", "1.5e-7"),
        ("0.30000000000000004", "0.30000000000000004"),
        ("123456789.12345678901234567890", "123456789.12345679"),
        ("1e999", "1e999"),
        ("-1E999", "-1E999"),
        ("1e-400", "0.0"),
        ("5e-324", "5e-324"),
    ],
)
def test_a_scalar_has_one_text(written: str, text: str) -> None:
    assert scalar(f"[{written}]") == text


@pytest.mark.parametrize(
    "document",
    [
        *("", " ", "x", "{", "[1", "[1,]", "[,]", "[1,,2]", '{"a":1,}', "{'a':1}", "{a:1}", "[1] 2", "[1 2]"),
        *("[01]", "[.5]", "[1.]", "[+1]", "[1e]", "[-]", "[0x1]", "[True]", "[NaN]", "[nan]", "[Infinity]"),
        *("[-inf]", "[-Infinity]", '["a\tb"]', '["a\nb"]', '["\\x41"]', '["\\u00g0"]', '["\\', '["\\"]'),
        *('["\\ud800"]', '["\\udc00"]', '["\\ud800x"]', '["\\ud800\\n"]', '["\\udc00\\ud800"]'),
        *(
            '[1, "\\ud800\\ud800\\udc00"]',
            "\ufeff[1]",
            "[\u00a01]",
            "[\v1]",
            "[1]\0",
            "/* a */[1]",
            "[1]//",
            '{"a"}',
        ),
        *(
            '{"a":}',
            '{"a":1 "b":2}',
            "[1:2]",
            '{1:"a"}',
            "[1}",
            '{"a":1]',
            "nul",
            "[truefalse]",
            '[""""]',
            '["a""b"]',
        ),
    ],
)
def test_what_is_not_strict_json_is_null(document: str) -> None:
    assert scalar(document, "$") is None
    assert scalar(document, "$[0]") is None
    assert is_refused(document) or "\\ud" in document


def test_what_only_looks_lenient_is_json() -> None:
    assert scalar('["NaN, inf,]"]') == "NaN, inf,]"
    assert scalar('{"nan": "\\",]"}', "$.nan") == '",]'
    assert scalar('["\\\\", ",]"]', "$[1]") == ",]"


def test_json_of_any_depth_is_read() -> None:
    depth = sys.getrecursionlimit() * 3
    for opening, closing in (("[", "]"), ('{"a":', "}")):
        deep = opening * depth + "1" + closing * depth
        assert scalar(f'{{"b": {deep}, "c": "x"}}', "$.c") == "x"
        assert scalar(f'{{"b": {deep}], "c": "x"}}', "$.c") is None


def some_json(chance: random.Random, depth: int) -> str:
    space = chance.choice(["", "", " ", "\n"])
    kind = chance.random()
    if depth and kind < 0.3:
        return (
            f"[{space}{','.join(some_json(chance, depth - 1) for _ in range(chance.randint(0, 3)))}]{space}"
        )
    if depth and kind < 0.6:
        keys = chance.choices(["a", "b", "a.b", "\\u0061", "nan"], k=chance.randint(0, 3))
        return "{" + ",".join(f'{space}"{k}":{some_json(chance, depth - 1)}' for k in keys) + "}" + space
    return space + chance.choice(
        [some_number(chance), "true", "null", '"a,]"', '"\\\\"', '"\\""', '"é"', '""']
    )


def some_number(chance: random.Random) -> str:
    kind = chance.random()
    if kind < 0.3:
        number = struct.unpack("<d", chance.randbytes(8))[0]
        return repr(number) if number == number and abs(number) != float("inf") else "7"
    if kind < 0.6:
        return f"{chance.randint(-(10**20), 10 ** chance.randint(0, 25))}.{chance.randint(0, 10**9)}"
    if kind < 0.9:
        return f"{chance.randint(-999, 10 ** chance.randint(0, 20))}{chance.choice('eE')}{chance.randint(-30, 30)}"
    return str(chance.randint(-(10**30), 10 ** chance.randint(0, 30)))


@pytest.mark.parametrize("seed", range(4))
def test_random_documents_read_the_same(seed: int) -> None:
    chance = random.Random(seed)
    documents = [some_json(chance, 3) for _ in range(2_000)]
    # Half of them are broken somewhere.
    for i in range(0, 2_000, 2):
        text = documents[i]
        at = chance.randint(0, len(text))
        documents[i] = text[:at] + chance.choice(',]}[{" \\n1-.e:a') + text[at + chance.randint(0, 1) :]
    paths = ("$", "$.a", "$[0]", '$."a.b"[1]', "$.a.b", "$[1].a")
    all_agreed([f"json_text(x, '{path}')" for path in paths], {"x": ("string", documents)})
    for document in documents:
        try:
            strict = json.dumps(json.loads(document, parse_constant=lambda w: 1 / 0, object_pairs_hook=first))
        except (ValueError, ZeroDivisionError):
            assert is_refused(document), document
            continue
        assert json.dumps(plain(read_deep(document))) == strict, document


def is_refused(document: str) -> bool:
    try:
        read_deep(document)
    except ValueError:
        return True
    return False


def first(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        found.setdefault(key, value)
    return found


def plain(value: Any) -> Any:
    if isinstance(value, list):
        return [plain(v) for v in value]
    if isinstance(value, dict):
        return {k: plain(v) for k, v in value.items()}
    return json.loads(value) if isinstance(value, Number) else value


def test_json_columns_are_read_as_text_is() -> None:
    with duckdb.connect() as connection:
        connection.execute("CREATE TABLE t AS SELECT '{\"a\": [1.50]}'::JSON AS x")
        statement = sql("json_text(x, '$.a[0]')", x="json")
        assert connection.execute(f"SELECT {statement} FROM t").fetchone() == ("1.5",)
    assert json_text('{"a": [1.50]}', "$.a[0]") == "1.5"


BAD = [
    ("", "", "begins with $", ""),
    ("a", "a", "begins with $", "$.name"),
    ("$a", "a", "due", "$.name"),
    ("$.", ".", "missing", ""),
    ("$.a.", ".", "missing", ""),
    ("$..a", "..", "any depth", ""),
    ("$.*", "*", "one value", ""),
    ("$[*]", "*", "one value", ""),
    ("$[-1]", "[-1]", "number in brackets", "not from the end"),
    ("$['a']", "['a']", "number in brackets", '."key"'),
    ("$[a]", "[a]", "number in brackets", "[0]"),
    ("$[1", "[1", "number in brackets", ""),
    ("$[1000001]", "1000001", "at most", ""),
    ('$."a', '"', "not closed", ""),
    ('$.""', '""', "empty", ""),
    ('$."a*"', "*", "differently", ""),
    ('$."a\\b"', "\\", "differently", ""),
    ("$.é", "é", "missing", '"any key"'),
    ("$" + ".a" * 33, "", "more than 32", ""),
    ("$" + "a" * 1000, "", "longer", ""),
]


@pytest.mark.parametrize(("path", "at", "message", "hint"), BAD, ids=[c[0][:10] for c in BAD])
def test_what_is_no_path_is_told_with_its_place(path: str, at: str, message: str, hint: str) -> None:
    with pytest.raises(PathError) as raised:
        parse_path(path)
    error = raised.value
    assert message in error.message
    assert hint in error.hint
    assert not at or path[error.start : error.start + error.length].startswith(at[:1])


def test_a_path_reads_back_from_its_text() -> None:
    path = ("a", 0, "b c", "é.[x]")
    assert parse_path(path_text(path)) == path


@pytest.mark.parametrize(
    ("text", "code", "at"),
    [
        ("json_text(s, s)", "FC306", "s"),
        ("json_text(i, '$')", "FC306", "i"),
        ("json_text(s, '$.a[*]')", "FC314", "*"),
    ],
)
def test_a_path_is_a_constant(text: str, code: str, at: str) -> None:
    assert only_problem(text, columns(s="string", i="int64"))[:2] == (code, at)
