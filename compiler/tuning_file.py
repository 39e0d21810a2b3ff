"""tuning.yaml: the text to forms, and forms to the text. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping as Map
from dataclasses import dataclass, replace
from datetime import timedelta
from types import MappingProxyType

from fcompile.compiler.definitions import Definitions, FeatureView, Label
from fcompile.compiler.dtypes import format_duration, parse_duration
from fcompile.compiler.errors import Diagnostic, Span, did_you_mean
from fcompile.compiler.load import load
from fcompile.compiler.schema.shape import check_shape
from fcompile.compiler.schema.tuning import PinnedForm, TuningFile
from fcompile.compiler.tree import Mapping, Node, Scalar, described
from fcompile.compiler.tuning import MIXED, ROWS, UNTUNED, Form, Join, Tuning, default_form

VERSION = 1
_HEAD = "# Written by `fcompile tune` from the warehouse's statistics: which form each view's windows take.\n"
_AGAIN = "run `fcompile tune` to write it anew"


@dataclass(frozen=True, slots=True)
class TuningRead:
    """The forms as far as they can be read, and every problem of the file."""

    tuning: Tuning
    diagnostics: tuple[Diagnostic, ...] = ()


def read_tuning(text: str, file: str, definitions: Definitions | None, stale: bool = False) -> TuningRead:
    """Return what ``text`` pins; never raises. An empty file pins nothing.

    Without ``definitions`` (they are wrong themselves) names are not looked up. ``stale`` leaves out entries of
    what is no longer there instead of reporting them.
    """
    document = load(text, file)
    problems = list(document.diagnostics)
    if document.root is None or (isinstance(document.root, Scalar) and document.root.value is None):
        return TuningRead(UNTUNED, tuple(problems))
    if not isinstance(document.root, Mapping):
        message = f"expected a mapping, found {described(document.root)}"
        problems.append(Diagnostic("FC115", message, document.root.span, "begin with `version: 1`"))
        return TuningRead(UNTUNED, tuple(problems))
    shape, root = check_shape(TuningFile, document.root, problems)
    if shape is None:
        return TuningRead(UNTUNED, tuple(problems))
    if shape.version != VERSION:
        message = f"version {shape.version} of tuning.yaml is not known here"
        problems.append(Diagnostic("FC121", message, _at(root, "version"), f"write {VERSION}, or {_AGAIN}"))
        return TuningRead(UNTUNED, tuple(problems))
    reader = _Reader(_entries(root, "windows"), definitions, stale, problems)
    forms = {name: form for name in shape.windows if (form := reader.form(name, shape.windows[name]))}
    reader = _Reader(_entries(root, "joins"), definitions, stale, problems)
    joins = {
        name: Join(each.join, each.because) for name, each in shape.joins.items() if reader.is_latest(name)
    }
    tuning = Tuning(
        MappingProxyType(dict(sorted(forms.items()))), MappingProxyType(dict(sorted(joins.items())))
    )
    return TuningRead(tuning, tuple(problems))


def _entries(root: Mapping, key: str) -> Mapping:
    found = root.items.get(key, Mapping(root.span, {}, {}))
    return found if isinstance(found, Mapping) else root


def write_tuning(tuning: Tuning) -> str:
    """Return the file's text: entries by name, a line each; a form reads back as it is.

    >>> print(write_tuning(Tuning({"spend": Form(ROWS, timedelta(0), timedelta(0), because="few rows")})), end="")
    # Written by `fcompile tune` from the warehouse's statistics: which form each view's windows take.
    # Commit it: what runs is what was reviewed. Entries may be written by hand.
    version: 1
    windows:
      spend: {form: rows, because: "few rows"}
    """
    lines = [f"  {name}: {{{_entry(form)}}}" for name, form in sorted(tuning.forms.items())]
    head = f"{_HEAD}# Commit it: what runs is what was reviewed. Entries may be written by hand.\nversion: {VERSION}\n"
    joins = [f"  {name}: {{{_join_entry(join)}}}" for name, join in sorted(tuning.joins.items())]
    windows = ["windows:", *lines] if lines else ["windows: {}"]
    return head + "\n".join([*windows, *(["joins:", *joins] if joins else [])]) + "\n"


def windowed(definitions: Definitions) -> dict[str, FeatureView | Label]:
    """Return what can be pinned, by name; a label that is named as a view goes with the view."""
    found: dict[str, FeatureView | Label] = dict(definitions.labels)
    found.update((name, view) for name, view in definitions.feature_views.items() if view.windowed)
    return {name: found[name] for name in sorted(found)}


def lengths_of(each: FeatureView | Label) -> tuple[timedelta | None, ...]:
    """Return how long its windows are, each once, shortest first; a lifetime, None, is the longest."""
    features = each.features if isinstance(each, FeatureView) else (each.feature,)
    lengths = {feature.window.length for feature in features if feature.window is not None}
    finite = sorted(length for length in lengths if length is not None)
    return (*finite, *([None] if None in lengths else []))


@dataclass(frozen=True, slots=True)
class _Reader:
    """Entries to forms; what is wrong is added to ``problems``."""

    entries: Mapping
    definitions: Definitions | None
    stale: bool
    problems: list[Diagnostic]

    def form(self, name: str, pinned: PinnedForm) -> Form | None:
        """Return the entry's form; None where it is wrong or of nothing that is there."""
        before = len(self.problems)
        entry = self.entries.items[name]
        known = windowed(self.definitions) if self.definitions is not None else {}
        if self.definitions is not None and name not in known:
            if not self.stale:
                self.problems.append(self._unknown(name, known))
            return None
        default = default_form(lengths_of(known[name]) if name in known else ())
        form = replace(default, kind=pinned.form, because=pinned.because)
        form = self._with_tiles(form, pinned, entry)
        form = self._with_hot(form, pinned, entry)
        return form if len(self.problems) == before else None

    def is_latest(self, name: str) -> bool:
        """Is there a feature view of that name without windows? If not, that is a problem, unless it is ``stale``."""
        views = self.definitions.feature_views if self.definitions is not None else {}
        known = [view.name for view in views.values() if not view.windowed]
        if self.definitions is None or name in known:
            return True
        if not self.stale:
            what = "has windows, and no latest row" if name in views else "is no feature view of this project"
            hint = did_you_mean(name, known)
            self.problems.append(Diagnostic("FC222", f"`{name}` {what}", _key(self.entries, name), hint))
        return False

    def _with_tiles(self, form: Form, pinned: PinnedForm, entry: Node) -> Form:
        given = {
            key: text for key, text in (("tile", pinned.tile), ("span", pinned.span)) if text is not None
        }
        if pinned.form == ROWS:
            for key in given:
                self._misfit("the form `rows` has no tiles", _key(entry, key), f"remove `{key}`")
            return form
        widths = {key: self._duration(key, text, _at(entry, key)) for key, text in given.items()}
        if len(widths) == 1:
            missing = "span" if "tile" in widths else "tile"
            hint = f"add `{missing}`, or remove both for those that the windows' lengths give"
            self._misfit(f"`{next(iter(widths))}` stands without `{missing}`", _key(entry, *widths), hint)
        tile, span = widths.get("tile"), widths.get("span")
        if tile is None or span is None:
            return form
        if span <= tile or span % tile:
            message = f"the span {pinned.span} is no multiple of the tile {pinned.tile}"
            self._misfit(message, _at(entry, "span"), "write twice the tile, or more")
        return replace(form, tile=tile, span=span)

    def _with_hot(self, form: Form, pinned: PinnedForm, entry: Node) -> Form:
        if pinned.hot is None:
            return form
        if pinned.form != MIXED:
            message = f"the form `{pinned.form}` treats all keys alike"
            self._misfit(message, _key(entry, "hot"), "remove `hot`, or write `form: mixed`")
        elif not 1 <= pinned.hot < 2**63:
            self._misfit("`hot` is a number of rows, 1 or more", _at(entry, "hot"))
        return replace(form, hot=pinned.hot)

    def _duration(self, key: str, text: str, span: Span) -> timedelta | None:
        try:
            duration = parse_duration(text)
        except ValueError as error:
            self.problems.append(Diagnostic("FC352", str(error), span))
            return None
        if not duration or duration > _LONGEST:
            message = f"`{key}` must be longer than 0 and at most {format_duration(_LONGEST)}"
            self.problems.append(Diagnostic("FC352", message, span))
            return None
        return duration

    def _misfit(self, message: str, span: Span, hint: str = "") -> None:
        self.problems.append(Diagnostic("FC122", message, span, hint))

    def _unknown(self, name: str, known: Map[str, object]) -> Diagnostic:
        views = self.definitions.feature_views if self.definitions is not None else {}
        what = "has no windows" if name in views else "is no feature view or label of this project"
        hint = did_you_mean(name, known)
        return Diagnostic(
            "FC222", f"`{name}` {what}", _key(self.entries, name), f"{hint} Or {_AGAIN}" if hint else _AGAIN
        )


_LONGEST = timedelta(days=36_500)


def _at(node: Node, key: str) -> Span:
    """Where the value under ``key`` stands."""
    return node.items[key].span if isinstance(node, Mapping) and key in node.items else node.span


def _key(node: Node, key: str) -> Span:
    return node.keys.get(key, node.span) if isinstance(node, Mapping) else node.span


def _join_entry(join: Join) -> str:
    return f"join: {join.kind}" + (f", because: {json.dumps(join.because)}" if join.because else "")


def _entry(form: Form) -> str:
    parts = [f"form: {form.kind}"]
    if form.kind != ROWS:
        parts += [f"tile: {format_duration(form.tile)}", f"span: {format_duration(form.span)}"]
    if form.kind == MIXED:
        parts.append(f"hot: {form.hot}")
    if form.because:
        # A JSON string is a YAML one in double quotes.
        parts.append(f"because: {json.dumps(form.because)}")
    return ", ".join(parts)
