"""The comment on a pull request: what stands in it, in which order, and what users' text cannot do to it."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

from fcompile.compiler.diff.model import ChangeClass, Diff, SqlChange
from fcompile.runtime.review.comment import LIMIT, MARKER, comment
from fcompile.runtime.review.comment_text import code, escaped, fenced, harmless, html_code, prose
from fcompile.runtime.review.reviewed import Review
from tests.review.made import CHANGES, HOSTILE, change, hostile, review

GOLDEN = Path(__file__).parent / "golden" / "every_part.md"


def rendered(text: str) -> str:
    """Return Markdown as GitHub reads it: CommonMark with tables, HTML let through."""
    return str(MarkdownIt("commonmark", {"html": True}).enable("table").render(text))


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.texts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append(tag)

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def parsed(text: str) -> _Tags:
    tags = _Tags()
    tags.feed(rendered(text))
    return tags


def test_every_part_is_as_it_was_read(update_golden: bool) -> None:
    made = comment(review())
    if update_golden:
        GOLDEN.write_text(made, encoding="utf-8")
    assert made == GOLDEN.read_text(encoding="utf-8")


def test_the_marker_is_first_and_the_verdict_second_with_the_leaks_first() -> None:
    lines = comment(review()).split("\n\n")
    assert lines[0] == MARKER
    assert lines[1].startswith("⛔ **2 leak risks** - 1 removal, 1 change of keys")
    assert "1 service downstream" in lines[1]


def test_the_table_has_leaks_first_then_the_greatest_class() -> None:
    rows = re.findall(r"(?m)^\| \S+&nbsp;\*\*(\w+)", comment(review()))
    assert rows == [
        "time",
        "time",
        "removal",
        "key",
        "time",
        "value",
        "widening",
        "additive",
        "metadata",
        "cosmetic",
    ]


def test_a_leak_that_is_allowed_with_a_reason_is_no_alarm() -> None:
    excused = change("x", ChangeClass.TIME, "earlier", leak=True, allowed="the feed is faster now")
    made = comment(Review(diff=Diff("main", (excused,))))
    assert "leak risks" not in made.lower()
    assert "time allowed: the feed is faster now" in made
    assert made.split("\n\n")[1].startswith("⚠️")


def test_nothing_changed_is_said_in_a_line() -> None:
    made = comment(Review(diff=Diff("main", ())))
    assert made == f"{MARKER}\n\n✅ No definition changes. Compared with `main`.\n"


def test_sql_that_means_the_same_is_one_line_and_has_no_diff() -> None:
    made = comment(review())
    assert "Formatting only: `duckdb/feature_views/a_cosmetic/historical.sql`." in made
    assert made.count("a_cosmetic/historical.sql") == 1


def test_a_barred_class_is_named_with_the_way_out() -> None:
    gated = review(gate=(ChangeClass.KEY, ChangeClass.REMOVAL))
    assert gated.exit_code == 3
    made = comment(gated)
    assert "`--fail-on` (key, removal) bars `h_key`." in made
    assert "i_removal" not in made.split("### ")[0]  # it is allowed


@pytest.mark.parametrize("tag", ["script", "a", "img", "h1", "details"])
def test_users_text_makes_no_tags(tag: str) -> None:
    tags = parsed(comment(hostile())).found
    ours = parsed(comment(review())).found
    assert tag not in tags or (tag in ours and tags.count(tag) == 1)


def test_users_text_breaks_out_of_no_table_fence_or_fold() -> None:
    made = comment(hostile())
    html = rendered(made)
    assert html.count("<table>") == 2
    body = html.split("<tbody>")[1].split("</tbody>")[0]
    assert (body.count("<tr>"), body.count("<td>")) == (2, 6)
    assert html.count("<details>") == html.count("</details>") == 1
    assert html.count("<pre>") == 2  # the picture and one diff
    assert html.count("<!--") == 1


def test_users_text_shows_as_it_is_written() -> None:
    for made in (escaped(HOSTILE), code(HOSTILE), html_code(HOSTILE)):
        shown = "".join(parsed(made).texts).replace("\u200b", "").strip()
        assert shown == " ".join(HOSTILE.split())


def test_nobody_is_mentioned_and_no_issue_is_linked() -> None:
    # In a fence and in code nothing is a mention; elsewhere a sign without width stands between.
    bare = re.sub(r"(?s)(`{3,}).*?\n\1", "", comment(hostile()))
    bare = re.sub(r"<code>.*?</code>|`[^`\n]*`", "", bare)
    assert not re.search(r"@\w", bare)
    assert not re.search(r"(?<!&)#\d", bare)
    assert "://" not in bare


def test_no_line_is_a_command_of_the_machine_that_prints_it() -> None:
    for line in comment(hostile()).splitlines():
        assert not line.lstrip().startswith("::")
        assert "##[" not in line
    assert harmless("a::b\n\t::error::x ##[group]") == "a::b\n\t:\u200b:error::x #\u200b#[group]"


def test_directions_of_reading_are_not_turned() -> None:
    turned = "admin\u202egnp.exe\u2066"
    for made in (escaped(turned), code(turned), prose(turned), fenced(turned, "diff")):
        assert "\u202e" not in made and "\u2066" not in made


def test_backticks_in_a_sentence_are_code_and_the_odd_one_is_text() -> None:
    assert prose("`a|b` is `c`") == "<code>a&#124;b</code> is `c`"
    assert prose("a ` b") == "a &#96; b"


def _large(files: int, lines: int) -> Review:
    patch = "\n".join(f"+  line {i}" for i in range(lines))
    names = [f"view_{i:03}" for i in range(files)]
    changes = tuple(change(name, ChangeClass.VALUE, "`age`") for name in names)
    sql = tuple(SqlChange(f"d/{n}.sql", f"feature_view.{n}", "duckdb", patch, False) for n in names)
    return Review(diff=Diff("main", (*changes, *CHANGES), sql))


def test_what_does_not_fit_is_left_out_by_whole_sections_and_named() -> None:
    made = comment(_large(30, 400))
    assert len(made) <= LIMIT
    assert made.count("<details>") == made.count("</details>") > 3
    assert "### Leak risks" in made and "### Lineage" in made
    assert "Left out, since a comment holds 60,000 characters: `SQL of view_0" in made
    assert rendered(made).count("<pre>") == 1 + made.count("<details>")


def test_a_thousand_changes_keep_to_the_limit_and_count_what_is_left_out() -> None:
    made = comment(_large(1_000, 1))
    assert len(made) <= LIMIT
    assert re.search(r"and \d{3} more changed objects", made)
    assert "more[" in made  # the picture says so too


def test_one_section_larger_than_all_is_left_out_and_the_rest_stays() -> None:
    made = comment(_large(1, 20_000))
    assert "Left out" in made and "SQL of view_000 in duckdb" in made
    assert "view_000" in made.split("### Lineage")[0]


@pytest.mark.parametrize("line", ["```", " ```", "   ````", "~~~", "+```"])
def test_no_line_of_sql_ends_its_fence(line: str) -> None:
    html = rendered(fenced(f" SELECT 1\n{line}\n<script>\n", "diff"))
    assert html.count("<pre>") == 1
    assert "<script>" not in html
