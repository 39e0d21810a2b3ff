"""The form of a view's windows as people read it: which, and why."""

from __future__ import annotations

from fcompile.compiler.definitions import FeatureView, Label
from fcompile.compiler.dtypes import format_duration
from fcompile.compiler.tuning import MIXED, ROWS, Form, Tuning, default_form
from fcompile.compiler.tuning_file import lengths_of
from fcompile.runtime.project_files import TUNING_FILE


def form_text(form: Form) -> str:
    """Return a form in a few words.

    >>> from datetime import timedelta
    >>> form_text(Form("mixed", timedelta(hours=1), timedelta(days=1)))
    'mixed 1h/1d, above 500 rows'
    """
    if form.kind == ROWS:
        return ROWS
    tiles = f"{form.kind} {format_duration(form.tile)}/{format_duration(form.span)}"
    return f"{tiles}, above {form.hot:,} rows" if form.kind == MIXED else tiles


def form_and_why(each: FeatureView | Label, tuning: Tuning) -> str:
    """Return the form of its windows and why it is that one; nothing for what has no windows."""
    lengths = lengths_of(each)
    if not lengths:
        return ""
    pinned = tuning.forms.get(each.name)
    if pinned is None:
        features = each.features if isinstance(each, FeatureView) else (each.feature,)
        functions = (feature.window.function for feature in features if feature.window)
        return f"{form_text(default_form(lengths, functions))}: the default, no entry in {TUNING_FILE}"
    because = f", because {pinned.because}" if pinned.because else ""
    return f"{form_text(pinned)}: pinned in {TUNING_FILE}{because}"
