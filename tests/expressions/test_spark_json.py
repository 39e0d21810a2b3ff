"""Spark reads JSON as the language does: strictly, and with numbers written in one way."""

from __future__ import annotations

import pytest

from fcompile.compiler.dtypes import STRING
from tests.expressions.agreement import differences, expected
from tests.expressions.engine_spark import Spark
from tests.expressions.running import typed

pytestmark = pytest.mark.engines

_NUMBERS = (
    "0 -0 -0.0 0.0 1.50 1e2 1E+5 123456789012345678901234567890123456789012345 12345678901234567.5 1e7 1.5e7 1e15 "
    "1e20 1e21 1.25e21 -9.5e22 1e-3 1e-4 1.5e-5 -1e-6 1.25e-6 1e-7 1.5e-7 1.7976931348623157e308 0.1e-7"
)

_NO_JSON = [
    *(
        "",
        "NaN",
        "Infinity",
        "01",
        "+1",
        ".5",
        "1.",
        "[1,]",
        '{"a":1,}',
        "1 2",
        "1],[2",
        "1}",
        '1},{"k":2',
        "{} {}",
    ),
    *(
        "'x'",
        "{'a':1}",
        '{"b":1,\'a\':"x"}',
        "{a:1}",
        "/*c*/1",
        "//c\n1",
        "\u00a01",
        "\ufeff1",
        '"a\tb"',
        '"a\nb"',
    ),
    *(
        '"\\x"',
        '"\\ud800"',
        '"\\udc00\\ud800"',
        '"\\ud800x"',
        '{"a":"\\ud800"}',
        "truex",
        "nul",
        '"a',
        "[1] x",
    ),
]

_SCALARS = [
    *(
        '"x"',
        '"{}"',
        '"[1]"',
        '"null"',
        '"1.50"',
        '""',
        '"\\u00e9\\n\\"\\\\\\/"',
        '"\\ud83d\\ude00"',
        '"\\\\ud800"',
    ),
    *(
        '"it\'s"',
        " 1 ",
        '\t"x"\n',
        "true",
        "false",
        "null",
        "{}",
        "[]",
        "[1]",
        '{"a":1}',
        '"a\x7fb"',
        '"é👨"',
    ),
]

_HELD = [
    *('{"a":%s}', '{"b":"\'","a":%s}', "[%s]", '{"a":[0,%s]}', '{"a":{"b c":%s}}', '{"a":{"x.y":{"z":%s}}}'),
    '{"a":%s,"a":2}',
]
_PATHS = ("$", "$.a", "$[0]", "$.a[1]", '$.a."b c"', '$.a."x.y".z')


def test_json_is_read_strictly_and_written_in_one_way() -> None:
    parts = [*_NUMBERS.split(), *_SCALARS]
    documents = [*parts, *_NO_JSON, *(held % part for held in _HELD for part in parts if part != "null")]
    rows = [(None,), *((each,) for each in documents)]
    asked = [typed(f"json_text(x, '{path}')", x="string") for path in _PATHS]
    cases = [expected(each, {"x": STRING}, rows) for each in asked]
    assert differences(cases, engines=(Spark,)) == []


def test_a_long_text_in_json_needs_no_stack() -> None:
    rows = [('{"a": "' + "\\n" * 200_000 + '", "b": 7}',)]
    cases = [expected(typed("json_text(x, '$.b')", x="string"), {"x": STRING}, rows)]
    assert differences(cases, engines=(Spark,)) == []
