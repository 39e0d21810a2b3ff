"""tuning.yaml is read like every other YAML file: each mistake at its place, and what is written reads back."""

from __future__ import annotations

from datetime import timedelta

import pytest

from fcompile.compiler.bind import bind
from fcompile.compiler.definitions import Definitions
from fcompile.compiler.tuning import MIXED, ROWS, TILES, Form, Tuning, default_form
from fcompile.compiler.tuning_file import TuningRead, lengths_of, read_tuning, windowed, write_tuning
from tests.tuning.conftest import DEFINITIONS

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture(scope="module")
def definitions() -> Definitions:
    return bind({"a.yaml": DEFINITIONS}).definitions


def read(definitions: Definitions, entry: str, version: str = "1") -> TuningRead:
    return read_tuning(f"version: {version}\nwindows:\n  {entry}\n", "tuning.yaml", definitions)


@pytest.mark.parametrize(
    ("entry", "code", "column", "says"),
    [
        ("spend: {form: quick}", "FC116", 17, "`rows` or `tiles` or `mixed`"),
        ("spend: {frm: rows}", "FC103", 11, "did you mean `form`?"),
        ("spend: {tile: 1h}", "FC114", 10, "missing key `form`"),
        ("spend: {form: tiles, tile: 1 hour, span: 1d}", "FC352", 30, "`1 hour` is not a duration"),
        ("spend: {form: tiles, tile: 0s, span: 1d}", "FC352", 30, "longer than 0"),
        ("spend: {form: tiles, tile: 1d, span: 90000d}", "FC352", 40, "at most"),
        ("spend: {form: tiles, tile: 1h, span: 90m}", "FC122", 40, "no multiple of the tile 1h"),
        ("spend: {form: tiles, tile: 1h, span: 1h}", "FC122", 40, "write twice the tile"),
        ("spend: {form: tiles, tile: 1h}", "FC122", 24, "add `span`"),
        ("spend: {form: rows, tile: 1h, span: 1d}", "FC122", 23, "has no tiles"),
        ("spend: {form: tiles, hot: 5}", "FC122", 24, "treats all keys alike"),
        ("spend: {form: mixed, hot: 0}", "FC122", 29, "1 or more"),
        ("spend: {form: mixed, hot: many}", "FC115", 29, "expected a whole number"),
        ("spent: {form: rows}", "FC222", 3, "did you mean `spend`? Or run `fcompile tune`"),
        ("gone_for_good: {form: rows}", "FC222", 3, "run `fcompile tune` to write it anew"),
        ("[spend]", "FC115", 3, "expected a mapping"),
    ],
)
def test_a_mistake_is_shown_at_its_place(
    definitions: Definitions, entry: str, code: str, column: int, says: str
) -> None:
    found = read(definitions, entry).diagnostics
    assert code in [d.code for d in found]
    wrong = next(d for d in found if d.code == code)
    assert wrong.span is not None
    assert (wrong.span.file, wrong.span.line, wrong.span.column) == ("tuning.yaml", 3, column)
    assert says in f"{wrong.message} {wrong.hint}"


def test_all_mistakes_come_at_once(definitions: Definitions) -> None:
    text = "version: 1\nwindows:\n  spend: {form: tiles, tile: 1h, span: 90m}\n  gone: {form: rows}\n"
    found = read_tuning(text, "tuning.yaml", definitions)
    assert [d.code for d in found.diagnostics] == ["FC122", "FC222"]


def test_a_view_without_windows_cannot_be_pinned() -> None:
    latest = DEFINITIONS.replace(
        "labels:",
        "  - {name: last, entities: [user], source: buys, features: [{name: amount, dtype: float64}]}\nlabels:",
    )
    found = read(bind({"a.yaml": latest}).definitions, "last: {form: rows}")
    assert [(d.code, d.message) for d in found.diagnostics] == [("FC222", "`last` has no windows")]


@pytest.mark.parametrize("version", ["2", "0"])
def test_another_version_is_not_guessed_at(definitions: Definitions, version: str) -> None:
    assert [d.code for d in read(definitions, "spend: {form: rows}", version).diagnostics] == ["FC121"]


def test_a_file_that_is_no_mapping_is_said_to_be_none(definitions: Definitions) -> None:
    assert [d.code for d in read_tuning("- rows\n", "tuning.yaml", definitions).diagnostics] == ["FC115"]
    assert [d.code for d in read_tuning("{", "tuning.yaml", definitions).diagnostics] == ["FC101"]


@pytest.mark.parametrize("text", ["", "# nothing yet\n", "version: 1\n", "version: 1\nwindows: {}\n"])
def test_a_file_that_pins_nothing_is_fine(definitions: Definitions, text: str) -> None:
    assert read_tuning(text, "tuning.yaml", definitions) == TuningRead(Tuning({}))


def test_names_are_not_looked_up_where_definitions_are_wrong() -> None:
    assert read_tuning("version: 1\nwindows: {x: {form: rows}}\n", "tuning.yaml", None).diagnostics == ()


def test_stale_entries_are_left_out_for_who_writes_the_file_anew(definitions: Definitions) -> None:
    text = "version: 1\nwindows:\n  gone: {form: rows}\n  spend: {form: rows}\n"
    found = read_tuning(text, "tuning.yaml", definitions, stale=True)
    assert (list(found.tuning.forms), found.diagnostics) == (["spend"], ())


def test_tiles_that_are_not_written_are_those_of_the_windows_lengths(definitions: Definitions) -> None:
    form = read(definitions, "quick: {form: tiles}").tuning.forms["quick"]
    usual = default_form(lengths_of(windowed(definitions)["quick"]))
    assert (form.kind, form.tile, form.span) == (TILES, usual.tile, usual.span)


def test_what_is_written_reads_back_as_it_was(definitions: Definitions) -> None:
    lengths = lengths_of(windowed(definitions)["quick"])
    usual = default_form(lengths)
    forms = {
        "spend": Form(MIXED, HOUR, DAY, 750, 'said "so": \\ {é}'),
        "quick": Form(ROWS, usual.tile, usual.span, because="few rows"),
        "more": Form(TILES, timedelta(minutes=10), DAY),
    }
    text = write_tuning(Tuning(forms))
    found = read_tuning(text, "tuning.yaml", definitions)
    assert (found.diagnostics, dict(found.tuning.forms)) == ((), forms)
    assert [f.because for f in found.tuning.forms.values()] == ["", "few rows", 'said "so": \\ {é}']
    assert write_tuning(found.tuning) == text
