"""The server answers whatever is typed: random edits of real files, a keystroke at a time."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fcompile.compiler.editor.lines import Lines, Position
from fcompile.compiler.steps import result_of
from fcompile.runtime.lsp.desk import Desk
from tests.differential.settings import examples
from tests.lsp.client import Editor, editor
from tests.lsp.conftest import BASE, SERVICES, VIEWS, make_shop
from tests.lsp.right import until_right

FILES = {
    "featuredefs/base.yaml": BASE,
    "featuredefs/views.yaml": VIEWS,
    "featuredefs/services.yaml": SERVICES,
}
PIECES = [
    "",
    " ",
    "\n",
    ":",
    "- ",
    "{",
    "}",
    "[",
    "]",
    '"',
    "'",
    "#",
    "&a",
    "*a",
    "!x",
    "|",
    "\t",
    "😀",
    "\x00",
    "${X}",
]
PIECES += [
    "name",
    "features",
    "null",
    "source: {view: spend}",
    "\n  - name: x",
    "\ud800",
    "\u2028",
    "\r",
    "<<: 1",
]

Edit = tuple[str, int, int, str]


@st.composite
def edits(draw: st.DrawFn) -> Edit:
    """Draw a file, from where to where it is replaced, and by what."""
    file = draw(st.sampled_from(sorted(FILES)))
    start = draw(st.integers(0, len(FILES[file])))
    return file, start, draw(st.sampled_from([0, 0, 1, 5, 80])), draw(st.sampled_from(PIECES))


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = make_shop(tmp_path_factory.mktemp("any"))
    yield folder
    shutil.rmtree(folder)


@examples(40, 250)
@given(typed=st.lists(edits(), min_size=1, max_size=6))
def test_a_desk_checks_any_text_as_a_new_one_would(root: Path, typed: list[Edit]) -> None:
    desk = Desk(root, {})
    desk.check()
    for file, start, length, piece in typed:
        text = desk.text(file)
        desk.buffers[file] = text[:start] + piece + text[start + length :]
        found = desk.check()
        for _ in desk.reading():
            pass
        assert desk.book is not None and list(desk.mentions()) is not None
    anew = Desk(root, {}, dict(desk.buffers))
    assert anew.check() == found


@examples(40, 250)
@given(typed=st.lists(st.tuples(edits(), st.integers(0, 40)), min_size=1, max_size=6))
def test_checks_that_a_key_cuts_short_leave_nothing_behind(root: Path, typed: list[tuple[Edit, int]]) -> None:
    desk = Desk(root, {})
    desk.check()
    for (file, start, length, piece), pauses in typed:
        text = desk.text(file)
        desk.buffers[file] = text[:start] + piece + text[start + length :]
        for pause in islice(desk.checking(file), pauses):
            desk.early(file, pause)
    assert result_of(desk.checking(file)) == Desk(root, {}, dict(desk.buffers)).check()


@pytest.fixture(scope="module")
def typing(root: Path) -> Iterator[Editor]:
    with editor(root) as made:
        for file in FILES:
            made.open(file)
        yield made


@examples(40, 250)
@given(edit=edits(), line=st.integers(0, 40), column=st.integers(0, 80))
def test_every_keystroke_and_every_question_has_an_answer(
    typing: Editor, edit: Edit, line: int, column: int
) -> None:
    file, start, length, piece = edit
    text = FILES[file]
    changed = (text[:start] + piece + text[start + length :]).encode("utf-8", "replace").decode()
    typing.type(file, changed)
    before = changed[: start + len(piece)]
    here = {"line": before.count("\n"), "character": len(before.split("\n")[-1].encode("utf-16-le")) // 2}
    for position in (here, {"line": line, "character": column}):
        asked = {"textDocument": {"uri": typing.uri(file)}, "position": position}
        typing.request("textDocument/completion", asked)
        typing.request("textDocument/hover", asked)
        typing.request("textDocument/definition", asked)
        typing.request("textDocument/prepareRename", asked)
    everything = {"start": {"line": 0, "character": 0}, "end": {"line": 999, "character": 0}}
    params = {"textDocument": asked["textDocument"], "range": everything, "context": {"diagnostics": []}}
    typing.request("textDocument/codeAction", params)
    assert typing.logged == []


@examples(25, 100)
@given(typed=st.lists(edits(), min_size=1, max_size=5))
def test_once_keys_rest_an_editor_shows_what_a_check_from_scratch_finds(
    typing: Editor, typed: list[Edit]
) -> None:
    for file, text in FILES.items():
        typing.type(file, text)
    for file, start, length, piece in typed:
        text = typing.texts[file]
        changed = text[:start] + piece + text[start + length :]
        typing.type(file, changed.encode("utf-8", "replace").decode())
    until_right(typing)
    assert typing.logged == []


@given(text=st.text(st.characters() | st.sampled_from("\r\n😀é"), max_size=30), unit=st.integers(0, 40))
@examples(100, 300)
def test_columns_and_units_are_inverse_at_every_boundary(text: str, unit: int) -> None:
    for encoding in ("utf-8", "utf-16", "utf-32"):
        lines = Lines(text, encoding)
        for number, line in enumerate(lines.lines):
            for column in range(len(line) + 1):
                assert lines.column(Position(number, lines.units(number, column))) == column
            assert 0 <= lines.column(Position(number, unit)) <= len(line)
