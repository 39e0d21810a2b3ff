"""The layout of definition files: what is written for what, and that nothing is lost."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from textwrap import dedent

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from fcompile.compiler.bind import bind
from fcompile.compiler.format.format import formatted, means_the_same
from fcompile.compiler.load import load
from tests.differential.settings import examples

ROOT = Path(__file__).parents[2]
FILES = sorted(
    path
    for pattern in (
        "featuredefs/*.yaml",
        "templates/init/**/featuredefs/*.yaml",
        "tests/golden/*/feature.yaml",
    )
    for path in ROOT.glob(pattern)
)


def laid_out(text: str) -> str:
    text = dedent(text).lstrip("\n")
    made = formatted(text)
    assert means_the_same(text, made)
    assert formatted(made) == made
    return made


def test_indentation_brackets_and_empty_lines() -> None:
    before = """
        entities:
        - {name: user,join_keys: { user_id:   int64 }}
        - name: place
          join_keys:
              place_id: int64


        sources:

            - name: purchases
              table: raw.purchases

              timestamp_field: at
            - name: clicks
              table: 'raw.clicks'
              timestamp_field: "at"
        """
    after = """\
        entities:
          - {name: user, join_keys: {user_id: int64}}

          - name: place
            join_keys:
              place_id: int64

        sources:
          - name: purchases
            table: raw.purchases

            timestamp_field: at

          - name: clicks
            table: raw.clicks
            timestamp_field: at
        """
    assert laid_out(before) == dedent(after)


def test_keys_stand_in_the_order_of_the_reference_and_features_in_theirs() -> None:
    before = """
        feature_views:
          - features:
              - {dtype: int64, name: b}
              - {description: The first., dtype: int64, name: a, default: 0}
            entities: [user]
            ttl: 7d
            source: purchases
            name: spend
            description: What was spent.
        """
    after = """\
        feature_views:
          - name: spend
            description: What was spent.
            entities: [user]
            source: purchases
            ttl: 7d
            features:
              - {name: b, dtype: int64}
              - {name: a, dtype: int64, default: 0, description: The first.}
        """
    assert laid_out(before) == dedent(after)


def test_the_order_of_names_that_users_choose_stays() -> None:
    before = "entities:\n  - name: pair\n    join_keys: {b: int64, a: int64}\n"
    assert laid_out(before) == before


def test_comments_stay_with_what_they_are_about() -> None:
    before = """
        # about the file

        # about entities
        entities:   # all of them
        # about user
        - join_keys: {user_id: int64} # keys
          # its name
          name: user
          # the end of user
        # about place
        - name: place
          join_keys: {   # opens
            a: int64,  # one
            # two is next
            b: int64
          }  # closes
        # the end
        """
    after = """\
        # about the file

        # about entities
        entities:   # all of them
          # about user
          # its name
          - name: user
            join_keys: {user_id: int64}  # keys
            # the end of user

          # about place
          - name: place
            join_keys:  # opens
              a: int64  # one
              # two is next
              b: int64
              # closes
          # the end
        """
    assert laid_out(before) == dedent(after)


def test_a_comment_that_is_indented_deeper_than_what_it_follows_belongs_to_that() -> None:
    before = """
        sources:
          # - name: old
          #   table: t
        feature_views:
        - name: a
          ttl: 7d # because of
                  # the law
          source: s
             # deeper
          # the entities
          entities:
          - user
            # - place
          features: [
            f, g]  # all
                   # of them
        # none yet
        labels:
          # later
        """
    after = """\
        sources:
          # - name: old
          #   table: t

        feature_views:
          - name: a
            # the entities
            entities:
              - user
                # - place
            source: s
              # deeper
            ttl: 7d  # because of
                     # the law
            features: [f, g]  # all
                              # of them

        # none yet
        labels:
          # later
        """
    assert laid_out(before) == dedent(after)


def test_comments_around_brackets_stay_in_their_order() -> None:
    before = """
        a: [ # 1
          b, # 2
          # 3
          {c: d, # 4
           e: f} # 5
        ] # 6
          # 7
        g: # 8
          # 9
          [h] # 10
        """
    after = """\
        a:  # 1
          - b  # 2

          # 3
          - c: d  # 4
            e: f
            # 5
          # 6
          # 7

        # 8
        # 9
        g: [h]  # 10
        """
    assert laid_out(before) == dedent(after)


def test_keys_with_a_question_mark_become_plain_keys() -> None:
    before = """
        ? entities
        # above
        : - ? join_keys
            : ? "user_
                id"
              : int64
            ? name # beside
            : user
            ? owner
        """
    after = """\
        entities:
          # above
          - name: user  # beside
            owner:
            join_keys:
              user_ id: int64
        """
    assert laid_out(before) == dedent(after)


def test_a_file_of_one_text_stays_as_it_is() -> None:
    assert laid_out("just  'text' # c\n\n") == "just  'text' # c\n\n"


def test_quotes_stay_where_another_reader_would_see_something_else() -> None:
    texts = [
        "1h",
        "on",
        "0123",
        "12:30",
        "2026-01-01",
        "null",
        "~",
        "1e3",
        "a: b",
        "a #b",
        "it's",
        'say "x"',
        "- a",
        "",
    ]
    rows = "".join(f"  - {{name: n{i}, description: {_quoted(text)}}}\n" for i, text in enumerate(texts))
    made = laid_out(f"entities:\n{rows}")
    read = yaml.safe_load(made)["entities"]
    assert [row["description"] for row in read] == texts
    unquoted = [text for text in texts if f"description: {text}}}" in made]
    assert unquoted == ["1h", "it's", 'say "x"']


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def test_expressions_keep_their_quotes() -> None:
    before = 'feature_views:\n  - {name: a, filter: "x > 1", description: "Plain."}\n'
    assert laid_out(before) == 'feature_views:\n  - {name: a, description: Plain., filter: "x > 1"}\n'


def test_a_text_of_several_lines_moves_with_its_key() -> None:
    before = """
        sources:
        - timestamp_field: at
          name: s
          query: |-   # raw
                SELECT a,
                  -- # no comment
                  b

                FROM t
          description: >
              Folded
              text.
          owner: "double
             quoted"
        """
    after = """\
        sources:
          - name: s
            description: >
              Folded
              text.
            owner: "double
              quoted"
            query: |-   # raw
              SELECT a,
                -- # no comment
                b

              FROM t
            timestamp_field: at
        """
    assert laid_out(before) == dedent(after)


@pytest.mark.parametrize(
    "text",
    [
        "sources:\n- name: s\n  query: |2\n      deep\n    less\n- name: t\n",
        "sources:\n- name: s\n  query: |+\n    a\n\n\n- name: t\n",
        "sources:\n- name: s\n  query: |+\n    a\n- name: t\n  query: |+\n    b\n\n",
        "sources:\n- name: s\n  query: >+\n\n    a\n\n     b\n\n- name: t\n",
        "sources: [{name: s, query: 'a\n\n  b'}]\n",
        "sources:\n- name: s\n  description: plain\n   text\n\n   of lines\n",
        'sources:\n- name: s\n  description: "a \\\n    b\\  \\\n  c"\n',
        "sources: [ # c\n]\n",
        "{sources: [], # c\n entities: []}\n",
        "sources:\n- # c\n  name: s # d\n  # e\n",
        "sources:\n- # c\n  # d\n\n  - # e\n    - a\n",
        "sources:\n  -\n    name: s\n",
        "? sources\n: - ? name\n    : s\n",
        "%YAML 1.2\n# a\n--- # b\n# c\nsources: []\n...\n# d\n",
        "--- {sources: []} # c\n",
        "# nothing\n\n\n# more\n",
        "",
        "\n\n",
        "{}\n",
        "[] # c\n",
        "sources: {a: , b: ~, 'c': null}\n",
        "sources: [a: 1, [b, [c]], {}]\n",
        "sources:\n- {name: s,#c\n   query: 'x'#d\n  }\n",
        "\ufeffsources:\r\n- name: s\r\n  query: |\r\n    a\r\n    b # no\r\n  # c\r\n",
        "sources:\n  - name: s\n    # tail\n   # odd\n  - name: t\n # less\n",
        "sources:\n- {name: s, # a\n   query: x} # b\n",
        "sources:\n- name: s\n- - - a\n    - b\n  - c\n",
        "sources:\n  - 'a b': x\n",
        "sources: # one\n  # two\n  [a] # three\n",
        "sources:\n  - name:\n      # above the value\n      s\n",
        "sources:\n  - name: # one\n      |\n      s\n",
        "sources:\n  - query: >2\n\n       s",
        "sources:\n  - query: |+\n      \n\n  - name: s\n",
        "? sources # a\n# b\n: # c\n  # d\n  - ? name # e\n    : s # f\n    # g\n    ? tags\n    : - a\n",
        "sources:\n  - ? name # a\n    ? table\n      # b\n",
        '? "of two\n  lines: x"\n: 1\n? of\n  two\n: 2\n? >- # c\n  folded\n: 3\n',
        "? " + "k" * 1200 + "\n: - a\n",
        "sources:\n  - {? " + "k" * 1200 + " : a, b: [c]}\n",
        "? --- x\n: 1\n",
        "sources:\n  - name: s\u00a0\n    owner: a\n      \u00a0\n      b\n",
        "sources:\n  ? a\n  : - # a\n# b\n    - b\n",
        'sources: "a\\\\\\  \n  b\\\n  c"\n',
        "\ufeff# a\tb\r\n\r\nsources:\r\n- name:\ts\t# c\td\r\n",
    ],
)
def test_odd_yaml_keeps_its_meaning_and_its_comments(text: str) -> None:
    assert not load(text, "a").diagnostics
    made = formatted(text)
    assert means_the_same(text, made), made
    assert formatted(made) == made


def test_line_ends_stay_and_a_byte_order_mark_goes() -> None:
    made = formatted("\ufeffentities:\r\n- {name: a}\r\n")
    assert made == "entities:\r\n  - {name: a}\r\n"


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.parent.name)
def test_real_definitions_mean_the_same_afterwards(path: Path) -> None:
    text = path.read_text()
    made = formatted(text)
    assert means_the_same(text, made)
    assert formatted(made) == made
    before, after = bind({"a.yaml": text}), bind({"a.yaml": made})
    assert before.definitions == after.definitions
    assert Counter(d.message for d in before.diagnostics) == Counter(d.message for d in after.diagnostics)


def test_a_lost_value_or_comment_is_seen() -> None:
    assert not means_the_same("a: 1 # b\n", "a: 1\n")
    assert not means_the_same("a: 1\n", "a: 1.0\n")
    assert not means_the_same("a: x\n", "a: [\n")
    assert means_the_same("{a: 1, b: 2}\n", "b: 2\na: 1\n")


_TEXTS = st.text("ab:#-'\"{}[], \n\t|>&*!%@`~0123456789.éon", max_size=12)
_SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(-5, 5), st.floats(allow_nan=False, width=16), _TEXTS
)
_NAMES = st.text("abc_ :#'", min_size=1, max_size=4)
_VALUES = st.recursive(
    _SCALARS, lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(_NAMES, inner, max_size=3))
)
_OBJECTS = st.fixed_dictionaries(
    {}, optional=dict.fromkeys(("source", "name", "filter", "features", "tags"), _VALUES)
)
_FILES = st.dictionaries(
    st.sampled_from(["feature_views", "sources", "other"]), st.lists(_OBJECTS, max_size=3)
)


@given(
    _FILES,
    st.sampled_from([None, False, True]),
    st.sampled_from([None, "'", '"', "|", ">"]),
    st.integers(2, 5),
    st.lists(
        st.tuples(st.integers(0, 30), st.integers(0, 9), st.sampled_from(["# c", "#", "", "# d: [", "#'"]))
    ),
)
@examples(150, 400)
def test_any_yaml_keeps_its_meaning_and_its_comments(
    content: object, flow: bool | None, style: str | None, indent: int, notes: list[tuple[int, int, str]]
) -> None:
    text = yaml.safe_dump(
        content, default_flow_style=flow, default_style=style, indent=indent, width=30, sort_keys=False
    )
    lines = text.split("\n")
    for at, column, note in notes:
        kept = [*lines]
        where = at % len(lines)
        note = f"{note} note {len(lines)}." if note else ""
        lines[where] = f"{lines[where]} {note}" if column == 9 else lines[where]
        lines[where:where] = [] if column == 9 else [" " * column + note]
        # A comment within a text of several lines is no comment, or no YAML.
        if load("\n".join(lines), "a").diagnostics:
            lines = kept
    text = "\n".join(lines)
    if load(text, "a").diagnostics:
        return
    made = formatted(text)
    assert means_the_same(text, made), made
    assert formatted(made) == made
    assert _notes(formatted(text, None)) == _notes(text)


def _notes(text: str) -> list[str]:
    return re.findall(r"note \d+\.", text)
