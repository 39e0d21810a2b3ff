"""How a diagnostic looks: its line, and the caret under the word."""

from __future__ import annotations

from fcompile.compiler.errors import Diagnostic, Span


def _shown(text: str, column: int, length: int) -> tuple[str, str]:
    """Return the line and what stands under it, both without the gutter."""
    diagnostic = Diagnostic("FC103", "m", Span("f", 1, column, length))
    line, under = diagnostic.render({"f": text}).split("\n")[2:]
    return line.partition("| ")[2], under.partition("| ")[2]


def test_the_caret_stands_under_the_word() -> None:
    assert _shown("  - {name: x, dtyp: y}", 15, 4) == ("  - {name: x, dtyp: y}", " " * 14 + "^^^^")


def test_tabs_before_the_word_are_kept() -> None:
    assert _shown("\t\tword", 3, 4) == ("\t\tword", "\t\t^^^^")


def test_a_long_line_is_cut_around_the_word() -> None:
    for before, after in ((0, 5000), (5000, 0), (3000, 3000), (50, 90), (199, 1)):
        line, under = _shown("x" * before + "word" + "y" * after, before + 1, 4)
        assert len(line) <= 206
        assert line[under.index("^") : under.rindex("^") + 1] == "word"
        assert line.startswith(("...", "x" * min(before, 1)))
    assert _shown("x" * 5000, 10, 5000)[1].count("^") <= 203


def test_what_would_move_the_cursor_is_not_printed() -> None:
    line, under = _shown("\ufeffa\x1b[2J\u202eword", 7, 4)
    assert (line, under) == ("a\ufffd[2J\ufffdword", " " * 6 + "^^^^")
