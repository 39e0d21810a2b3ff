"""The diff in a terminal: what stands first, and what is said of each change."""

from __future__ import annotations

from datetime import timedelta

from fcompile.compiler.diff.model import (
    Backfill,
    ChangeClass,
    Diff,
    FeatureDelta,
    ObjectChange,
    Reason,
    SqlChange,
)
from fcompile.runtime.review.diff_text import diff_text


def shown(text: str, style: str) -> str:
    return f"<{style}>{text}</>" if style in ("leak", "+", "-") else text


def changed(name: str, change: ChangeClass, leak_risk: bool = False) -> ObjectChange:
    return ObjectChange(
        f"feature_view.{name}", change, (Reason(change, "ttl", "it differs", leak_risk=leak_risk),)
    )


def test_leak_risks_stand_first_then_the_greatest_class() -> None:
    changes = (
        changed("a", ChangeClass.METADATA),
        changed("b", ChangeClass.REMOVAL),
        changed("c", ChangeClass.VALUE, leak_risk=True),
        changed("d", ChangeClass.VALUE),
    )
    blocks = diff_text(Diff("main", changes), shown).split("\n\n")
    assert blocks[0] == "Compared with main: 4 objects changed (1 removal, 2 value, 1 metadata); 1 leak risk"
    assert [block.split()[2] for block in blocks[1:]] == ["c", "b", "d", "a"]
    assert "<leak>LEAK RISK: </>it differs" in blocks[1]


def test_a_backfill_says_how_far_back() -> None:
    for history, said in (
        (None, "all history"),
        (timedelta(days=6), "the last 6d"),
        (timedelta(0), "nothing"),
    ):
        change = ObjectChange("label.a", ChangeClass.VALUE, (), backfill=Backfill(history, "It is loaded."))
        text = diff_text(Diff("main", (change,)), shown)
        assert f"backfill: {said}\n" in text
        assert "online: It is loaded.\n" in text


def test_texts_of_users_stay_on_one_line_and_steer_nothing() -> None:
    reason = Reason(ChangeClass.VALUE, "filter", "it differs", "a\n\x1b[2Jb", "x" * 500)
    text = diff_text(Diff("main", (ObjectChange("label.a", ChangeClass.VALUE, (reason,)),)), shown)
    assert "\x1b" not in text
    assert f"filter: a \ufffd[2Jb -> {'x' * 57}...  (it differs)\n" in text


def test_sql_is_named_or_shown_and_layout_alone_is_told_apart() -> None:
    sql = (
        SqlChange("duckdb/a.sql", "label.a", "duckdb", "--- a/x\n+++ b/x\n@@ -1 +1 @@\n-old\n+new", False),
        SqlChange("duckdb/b.sql", "label.b", "duckdb", "--- /dev/null\n+++ b/x\n@@ -0,0 +1 @@\n+new", False),
        SqlChange("duckdb/c.sql", "label.c", "duckdb", "--- a/x\n+++ /dev/null\n@@ -1 +0,0 @@\n-old", False),
        SqlChange("duckdb/d.sql", "label.d", "duckdb", "--- a/x\n+++ b/x\n@@ -1 +1 @@\n--- a\n+-- b", True),
    )
    named = diff_text(Diff("main", (), sql), shown)
    assert "SQL: 4 files, 1 of them only in comments or layout; --sql shows what changes\n" in named
    assert named.endswith("= duckdb/d.sql\n~ duckdb/a.sql\n+ duckdb/b.sql\n- duckdb/c.sql\n")
    whole = diff_text(Diff("main", (), sql), shown, sql=True)
    assert "--- a/x\n+++ b/x\n@@ -1 +1 @@\n<->-old</>\n<+>+new</>\n" in whole
    assert "-- b" not in whole


def test_sampled_data_is_a_table_with_the_most_changed_first() -> None:
    data = (FeatureDelta("v:a", 1000, 1, 0, 10), FeatureDelta("v:b", 1000, 1000, 0, 0, 2.5))
    lines = diff_text(Diff("main", (changed("v", ChangeClass.VALUE),), (), data), shown).splitlines()
    at = lines.index("On sampled data")
    assert lines[at + 3].split() == ["v:b", "1000", "1000", "100", "%", "0", "%", "0", "%", "2.5"]
    assert lines[at + 4].split() == ["v:a", "1000", "1", "0.1", "%", "0", "%", "1", "%"]
