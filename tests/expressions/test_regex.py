"""Patterns: what is refused and where, and that DuckDB and both ways of Python find the same."""

from __future__ import annotations

import random
import time
from typing import Any

import pytest

from fcompile.compiler.dtypes import INT64, STRING
from fcompile.compiler.expressions.infer import infer
from fcompile.compiler.expressions.nodes import Call, Column, Literal
from fcompile.compiler.expressions.regex_chars import RegexError
from fcompile.compiler.expressions.regex_parser import parse_regex
from fcompile.compiler.expressions.regex_program import compile_program
from fcompile.compiler.expressions.regex_text import JAVA, POSTGRES, PYTHON, RE2, regex_text
from fcompile.compiler.expressions.regex_values import regex_extract, regex_matches
from fcompile.compiler.expressions.text import to_text
from tests.expressions.agreed import all_agreed, texts
from tests.expressions.running import columns, only_problem

REFUSED = [
    # pattern, what the place covers, a part of the message, a part of the hint
    ("", "", "empty", ""),
    ("a(?=b)", "(?=", "look-ahead", "conditions"),
    ("a(?!b)", "(?!", "look-ahead", ""),
    ("(?<=a)b", "(?<=", "look-behind", ""),
    ("(?P<n>a)", "(?P", "named group", "(...)"),
    ("(?<n>a)", "(?<", "named group", "(...)"),
    ("(?>a)", "(?>", "atomic", ""),
    ("(?i)a", "(?", "flags", "lower(x)"),
    ("(a)\\1", "\\1", "reference", ""),
    ("\\bcat\\b", "\\b", "\\b", "boundaries"),
    ("\\Aa", "\\A", "\\A", "write ^"),
    ("a\\z", "\\z", "\\z", "write $"),
    ("\\p{L}", "\\p", "\\p", "list"),
    ("\\x41", "\\x", "\\x", "itself"),
    ("\\e", "\\e", "\\e", "write e"),
    ("a*?", "?", "lazy", "[^x]*"),
    ("a++", "+", "possessive", ""),
    ("a{2}{3}", "{", "follows", "(?:...)"),
    ("a**", "*", "follows", ""),
    ("*a", "*", "repeats nothing", "\\*"),
    ("a|*", "*", "repeats nothing", ""),
    ("(a*)*", "*", "match nothing", ""),
    ("(a|b?)+", "+", "match nothing", ""),
    ("^*", "*", "match nothing", ""),
    ("(a", "(", "not closed", ")"),
    ("a)", ")", "closes nothing", "\\)"),
    ("()", ")", "empty", "(...)?"),
    ("a||b", "|", "empty", ""),
    ("a|", "|", "empty", ""),
    ("[a", "[", "not closed", "]"),
    ("[]", "[", "empty", "\\]"),
    ("[]a]", "[", "empty", "\\]"),
    ("[z-a]", "z-a", "not a range", "\\-"),
    ("[a-\\d]", "a-\\d", "not a range", ""),
    ("[[:alpha:]]", "[", "inside a class", "a-z"),
    ("[a[b]]", "[", "inside a class", "\\["),
    ("[\\S]", "\\S", "inside a class", "(.|"),
    ("a{", "{", "no count", "\\{"),
    ("a{,3}", "{", "no count", "{2,5}"),
    ("a{x}", "{", "no count", ""),
    ("a{256}", "{256}", "not a count", ""),
    ("a{3,2}", "{3,2}", "not a count", ""),
    ("a{0}", "{0}", "not a count", ""),
    ("(a{200}){6}", "(a{200}){6}", "more than 1,000", ""),
    ("a\\", "\\", "backslash", "\\\\"),
    ("a\u0001", "\u0001", "control character", ""),
    ("(" * 21 + "a" + ")" * 21, "(", "nested", ""),
    ("a" * 1001, "", "longer", ""),
    ("a{255}" * 4, "", "larger", ""),
]


@pytest.mark.parametrize(("pattern", "at", "message", "hint"), REFUSED, ids=[c[0][:12] for c in REFUSED])
def test_what_engines_read_differently_is_refused_at_its_place(
    pattern: str, at: str, message: str, hint: str
) -> None:
    with pytest.raises(RegexError) as raised:
        parse_regex(pattern)
    error = raised.value
    assert message in error.message
    assert hint in error.hint
    assert not at or pattern[error.start : error.start + error.length] == at


def test_a_mistake_is_shown_inside_the_constant() -> None:
    text = "regexp_matches(s, 'it''s a*? b''')"
    assert only_problem(text, columns(s="string"))[:2] == ("FC313", "?")


@pytest.mark.parametrize(
    ("text", "code", "at"),
    [
        ("regexp_matches(s, s)", "FC306", "s"),
        ("regexp_matches(s, null)", "FC306", "null"),
        ("regexp_matches(i, 'a')", "FC306", "i"),
        ("regexp_extract(s, 'a', i)", "FC306", "i"),
        ("regexp_extract(s, 'a', 1)", "FC309", "1"),
        ("regexp_extract(s, '(a)', -1)", "FC309", "-1"),
        ("regexp_extract(s, '(?:x(a))+', 1)", "FC309", "1"),
        ("regexp_extract(s, '(a){1,2}', 1)", "FC309", "1"),
    ],
)
def test_patterns_and_groups_are_constants_that_fit(text: str, code: str, at: str) -> None:
    assert only_problem(text, columns(s="string", i="int64"))[:2] == (code, at)


@pytest.mark.parametrize(
    ("pattern", "re2", "java"),
    [
        ("^a.b$", "^a.b$", "^a[^\\n]b\\z"),
        ("\\d+\\.\\d{2}", "[0-9]+\\.[0-9]{2}", None),
        ("(a|b)c(d)", "(?:a|b)c(d)", None),
        ("(?:(?:a))", "a", None),
        ("[\\]\\-&\\w]", "[\\&\\-0-9A-Z\\]_a-z]", None),
        ("[^a]\\W", "[^a][^0-9A-Z_a-z]", None),
        ("\\/}]\t", "/\\}\\]\\t", None),
        ("(?:ab)*|c{2,}d{1}", "(?:ab)*|c{2,}d{1}", None),
        ("[aab-c]", "[a-c]", None),
        ("[-a]", "[\\-a]", None),
    ],
)
def test_every_engine_gets_the_same_meaning_in_its_spelling(pattern: str, re2: str, java: str | None) -> None:
    parsed = parse_regex(pattern)
    assert regex_text(parsed.tree, RE2, parsed.groups) == re2
    assert regex_text(parsed.tree, JAVA, parsed.groups) == (java or re2)


def test_ends_and_line_breaks_are_read_as_stated() -> None:
    found = texts("regexp_matches(x, '^a.?$')", {"x": ["a", "a\n", "ab", "a\n\n", "a\r", "ba", None]})
    assert found == [True, False, True, False, True, False, None]
    assert texts("regexp_matches(x, '\\s')", {"x": ["\u00a0", "\v", "\f", " ", "\n"]}) == [
        False,
        False,
        True,
        True,
        True,
    ]
    assert texts("regexp_matches(x, '^\\w$')", {"x": ["é", "_", "٣", "3"]}) == [False, True, False, True]


def test_an_extract_is_null_without_a_match_and_empty_for_a_group_that_takes_no_part() -> None:
    given = ["ab", "b", "c", "", None]
    assert texts("regexp_extract(x, '(a)?b', 1)", {"x": given}) == ["a", "", None, None, None]
    assert texts("regexp_extract(x, '(a)?b')", {"x": given}) == ["ab", "b", None, None, None]
    assert texts("regexp_extract(x, 'a*')", {"x": given}) == ["a", "", "", "", None]
    assert texts("regexp_extract(x, '(a|ab)(c|bcd)?', 0)", {"x": ["xabcd"]}) == ["abcd"]


ATOMS = ["a", "b", "c", "é", "\\.", ".", "[ab]", "[^a]", "\\d", "\\w", "\\s", "[^b-c1]", "\\W", "1"]


def some_pattern(chance: random.Random, depth: int) -> str:
    """A pattern, not always a good one."""
    kind = chance.random()
    if depth == 0 or kind < 0.35:
        return chance.choice(ATOMS)
    if kind < 0.6:
        return "".join(some_pattern(chance, depth - 1) for _ in range(chance.randint(2, 3)))
    if kind < 0.75:
        options = (some_pattern(chance, depth - 1) for _ in range(chance.randint(2, 3)))
        return f"{chance.choice(['(', '(?:'])}{'|'.join(options)})"
    if kind < 0.95:
        inner = some_pattern(chance, depth - 1)
        body = inner if inner in ATOMS else f"{chance.choice(['(', '(?:'])}{inner})"
        return body + chance.choice(["*", "+", "?", "{2}", "{1,3}", "{0,2}", "{1,}"])
    return chance.choice(["^", "$", ""]) + some_pattern(chance, depth - 1) + chance.choice(["$", "", ""])


def good_patterns(count: int, seed: int) -> list[tuple[str, int]]:
    """Patterns that are accepted, with the groups that they have."""
    chance = random.Random(seed)
    found: list[tuple[str, int]] = []
    while len(found) < count:
        pattern = some_pattern(chance, 4)
        try:
            found.append((pattern, parse_regex(pattern).groups))
        except RegexError:
            continue
    return found


def some_texts(seed: int) -> list[str]:
    chance = random.Random(seed)
    return ["", *("".join(chance.choices("aaabbc1é.\n _\0", k=chance.randint(1, 9))) for _ in range(40))]


@pytest.mark.parametrize("seed", range(8))
def test_random_patterns_find_the_same_everywhere(seed: int) -> None:
    given = some_texts(seed)
    simulated: dict[str, list[Any]] = {}
    for pattern, groups in good_patterns(50, seed):
        tree = parse_regex(pattern).tree
        literal = Literal(pattern, STRING)
        program = compile_program(tree, 0)
        matched = to_text(Call("regexp_matches", (Column("x"), literal)))
        simulated[matched] = [program.matches(text) for text in given]
        for group in range(groups + 1):
            call = Call("regexp_extract", (Column("x"), literal, Literal(group, INT64)))
            if not infer(call, columns(x="string")).problems:
                program = compile_program(tree, group)
                simulated[to_text(call)] = [program.extract(text) for text in given]
    found = all_agreed(list(simulated), {"x": ("string", given)})
    assert dict(zip(simulated, found, strict=True)) == simulated


def test_no_pattern_takes_long() -> None:
    before = time.process_time()
    long = "a" * 5_000
    assert not regex_matches(long, "(a|aa)+b")
    assert not regex_matches(long, "(?:a+)+b")
    assert not regex_matches(long, "a*a*a*a*a*b")
    assert not regex_matches("a" * 30, "(?:a?){30}b".replace("(?:a?){30}", "a?" * 30 + "a{30}"))
    assert regex_extract(long[:500], "(a|aa)+$", 0) == long[:500]
    assert regex_extract(long, "([a-z]+)[0-9]", 1) is None
    assert time.process_time() - before < 3


def test_the_largest_patterns_are_taken_by_duckdb() -> None:
    assert texts("regexp_matches(x, '(?:[^é-ü]{40}){25}')", {"x": ["a" * 1000, "a" * 999]}) == [True, False]
    assert texts("regexp_matches(x, '^[^a]{255}[^b]{255}$')", {"x": ["b" * 255 + "a" * 255, ""]}) == [
        True,
        False,
    ]


def test_a_program_forgets_its_moves_before_they_are_too_many() -> None:
    program = compile_program(parse_regex("[^a]b").tree, 0)
    text = "".join(map(chr, range(0x100, 0xD000)))
    assert not program.matches(text)
    assert program.matches(text + "b")


def test_spellings_differ_in_ends_and_dots_only() -> None:
    tree = parse_regex(".$").tree
    assert [regex_text(tree, s) for s in (RE2, PYTHON, JAVA, POSTGRES)] == [
        ".$",
        ".\\Z",
        "[^\\n]\\z",
        "[^\\n]$",
    ]
