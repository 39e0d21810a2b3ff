"""A piece of text is found in the file however it is quoted, escaped, folded or indented."""

from __future__ import annotations

import pytest

from fcompile.compiler.load import load
from fcompile.compiler.places import place_of
from fcompile.compiler.tree import Mapping, Scalar

WRITTEN = {
    "plain": "v: amount + m * 2\n",
    "plain over lines": "v: amount +\n   m *\n\n   2\n",
    "single quotes": "v: 'amount + m * 2'\n",
    "doubled quotes": "v: 'concat(''it''''s'', m)'\n",
    "single quotes over lines": "v: 'amount\n\n   + m\n   * 2'\n",
    "double quotes": 'v: "amount + m * 2"\n',
    "escapes": 'v: "\\"\\u00e9\\x41\\U0001F600\\t\\\\\\" + m * 2"\n',
    "an escaped line end": 'v: "amount \\\n    + m\\\n    * 2"\n',
    "literal": "v: |\n  amount\n    + m\n  * 2\n",
    "literal with a comment": "v: |-  # why m\n  amount + m * 2\n",
    "folded": "v: >\n  amount\n\n  + m\n  * 2\n",
    "folded and indented": "v: >2-\n    amount\n   + m\n  * 2\n",
    "Windows line ends": "v: |\r\n  amount +\r\n  m * 2\r\n",
    "beyond the basic plane": 'v: "😀\\t" # m\n'.replace("\\t", "\\t m"),
    "byte order mark": "\ufeffv: 'amount''s + m'\n",
}


@pytest.mark.parametrize("text", WRITTEN.values(), ids=WRITTEN)
def test_a_word_is_found_where_it_stands(text: str) -> None:
    root = load(text, "f.yaml").root
    assert isinstance(root, Mapping)
    node = root.items["v"]
    assert isinstance(node, Scalar)
    assert isinstance(node.value, str)
    at = len(node.value) - 1 - node.value[::-1].replace("tnuoma", "t.uo.a").index("m")
    span = place_of(node, at, 1)
    line = text.removeprefix("\ufeff").split("\n")[span.line - 1]
    assert line[span.column - 1] == "m"
    assert span.length == 1


def test_the_end_of_the_text_is_just_behind_its_last_word() -> None:
    for text in ("v: |\n  amount +\n\n", "v: >\n  amount +\n", "v: 'amount\n  +'\n"):
        root = load(text, "f.yaml").root
        assert isinstance(root, Mapping)
        node = root.items["v"]
        assert isinstance(node, Scalar)
        span = place_of(node, len(str(node.value)), 1)
        line = text.split("\n")[span.line - 1]
        assert line[: span.column - 1].rstrip("'").endswith("+")


def test_a_piece_over_several_lines_ends_with_its_first_line() -> None:
    root = load("v: |\n  amount +\n  other\n", "f.yaml").root
    assert isinstance(root, Mapping)
    span = place_of(root.items["v"], 0, 14)
    assert (span.line, span.column, span.length) == (2, 3, len("amount +"))
