"""A label read as a feature: the one leak that a definition or a request can name."""

from __future__ import annotations

from fcompile.compiler.errors import Diagnostic, Span


def label_as_feature(name: str, span: Span | None = None) -> Diagnostic:
    """Return the problem of label ``name`` where a feature, a feature view or a source belongs."""
    message = f"`{name}` is a label: it looks at the future and is never a feature"
    return Diagnostic("FC221", message, span, f"ask for it with `historical --label {name}`")
