"""What an editor is to show once keys rest: what a check from scratch finds."""

from __future__ import annotations

from fcompile.compiler.editor.lines import Lines
from fcompile.runtime.lsp.convert import to_diagnostic
from fcompile.runtime.lsp.desk import Desk
from tests.lsp.client import Editor

Shown = dict[str, list[tuple[str, str, int, int]]]
"""URI -> code, message, line and character of each diagnostic; only of files with one."""


def until_right(editor: Editor) -> None:
    """Wait until the diagnostics are those of a desk that has the editor's texts and has seen nothing before."""
    desk = Desk(editor.root, {}, dict(editor.texts))
    expected: Shown = {}
    for file, problems in desk.check().items():
        shown = [to_diagnostic(each, Lines(desk.text(file))) for each in problems]
        expected[editor.uri(file)] = [
            (str(d.code), d.message, d.range.start.line, d.range.start.character) for d in shown
        ]
    editor.until(lambda: _shown(editor) == expected, f"{expected}")


def _shown(editor: Editor) -> Shown:
    return {
        uri: [
            (d["code"], d["message"], d["range"]["start"]["line"], d["range"]["start"]["character"])
            for d in each
        ]
        for uri, each in editor.diagnostics.items()
        if each
    }
