"""What a pull request is told: problems, the diff, stale SQL and changed verdicts. Renderers are functions of this."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from fcompile.compiler.diff.gates import fail_on
from fcompile.compiler.diff.model import ChangeClass, Diff, ObjectChange, Reason
from fcompile.compiler.errors import Diagnostic, Span
from fcompile.compiler.proof.certificate import Certificate, Certificates, Verdict


@dataclass(frozen=True, slots=True)
class VerdictChange:
    """A feature whose proof says something else than before; ``before`` or ``after`` is None where there is none."""

    feature: str
    before: Certificate | None
    after: Certificate | None


@dataclass(frozen=True, slots=True)
class Review:
    """All that is found, places relative to the repository's root.

    Attributes:
        diff: None where there is none, since definitions cannot be read; ``uncompared`` then says why.
        diagnostics: what ``check`` complains of, sorted by place.
        files: text by name, for the lines that problems are about.
        stale: paths of committed files that ``build`` would change, sorted.
        verdicts: sorted by feature.
        edges: (parent, child) ids of both sides' lineage, sorted; for the picture.
        costs: object's id -> an estimate in words, where one was made.
        notes: what has to be known of the comparison, in sentences; ``data_notes``: of the sampled data.
        gate: ``--fail-on``: changes of these classes fail, unless an ``allow:`` entry excuses them.
    """

    diff: Diff | None = None
    diagnostics: tuple[Diagnostic, ...] = ()
    files: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    stale: tuple[str, ...] = ()
    verdicts: tuple[VerdictChange, ...] = ()
    edges: tuple[tuple[str, str], ...] = ()
    costs: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    uncompared: str = ""
    notes: tuple[str, ...] = ()
    data_notes: tuple[str, ...] = ()
    gate: tuple[ChangeClass, ...] = ()
    project_file: str = "fcompile.yaml"

    @property
    def changes(self) -> tuple[ObjectChange, ...]:
        """What changed, leak risks first, then the greatest class first, then by id."""
        changes = self.diff.changes if self.diff else ()
        return tuple(sorted(changes, key=lambda c: (not leaks_of(c), -c.change.rank, c.id)))

    @property
    def gated(self) -> tuple[ObjectChange, ...]:
        """The changes that ``--fail-on`` does not let pass, in the order of ``changes``."""
        return fail_on(self.changes, self.gate)

    @property
    def exit_code(self) -> int:
        """1: ``check`` found problems; 3: the committed SQL is stale or ``--fail-on`` bars a change; else 0."""
        if self.diagnostics:
            return 1
        return 3 if self.stale or self.gated else 0


def leaks_of(change: ObjectChange) -> tuple[Reason, ...]:
    """Return what lets a value be seen earlier than before, and no ``allow:`` entry of its class excuses."""
    excused = {entry.change for entry in change.excused}
    return tuple(r for r in change.reasons if r.leak_risk and r.change not in excused)


def verdict_changes(old: Certificates, new: Certificates) -> tuple[VerdictChange, ...]:
    """Return the features whose verdict or assumptions differ; new ones only where they are not PROVED."""
    return tuple(sorted(_verdict_changes(old, new), key=lambda change: change.feature))


def _verdict_changes(old: Certificates, new: Certificates) -> Iterator[VerdictChange]:
    for feature, after in new.items():
        before = old.get(feature)
        if before is None:
            if after.verdict is not Verdict.PROVED:
                yield VerdictChange(feature, None, after)
        elif (before.verdict, before.assumptions) != (after.verdict, after.assumptions):
            yield VerdictChange(feature, before, after)


def below(review: Review, folder: str) -> Review:
    """Return the review with every place below ``folder``: where the project is no repository's root.

    >>> below(Review(stale=("sql/a.sql",)), "ml").stale
    ('ml/sql/a.sql',)
    """
    if folder in ("", "."):
        return review
    diagnostics = tuple(replace(each, span=_below(each.span, folder)) for each in review.diagnostics)
    return replace(
        review,
        diagnostics=diagnostics,
        files=MappingProxyType({f"{folder}/{name}": text for name, text in review.files.items()}),
        stale=tuple(f"{folder}/{path}" for path in review.stale),
        diff=_diff_below(review.diff, folder),
        project_file=f"{folder}/{review.project_file}",
    )


def _diff_below(diff: Diff | None, folder: str) -> Diff | None:
    if diff is None:
        return None
    changes = tuple(
        replace(
            change,
            span=_below(change.span, folder),
            reasons=tuple(replace(r, span=_below(r.span, folder)) for r in change.reasons),
        )
        for change in diff.changes
    )
    return replace(diff, changes=changes)


def _below(span: Span | None, folder: str) -> Span | None:
    return replace(span, file=f"{folder}/{span.file}") if span else None
