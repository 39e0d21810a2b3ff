"""The lists and tables of a comment. Each keeps to a budget of characters, by leaving whole rows out and saying so."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from fcompile.compiler.diff.model import FeatureDelta, ObjectChange
from fcompile.compiler.errors import Span
from fcompile.compiler.proof.certificate import Certificate
from fcompile.runtime.review.comment_text import code, escaped, prose
from fcompile.runtime.review.comment_words import (
    class_words,
    consequences,
    counted,
    in_order,
    listed_codes,
    object_name,
    online_words,
    place,
    reason_words,
)
from fcompile.runtime.review.reviewed import Review, VerdictChange, leaks_of

_REASONS = 6


def within(rows: Iterable[str], budget: int, what: str) -> str:
    """Return the first rows, a line each, of at most ``budget`` characters; then how many ``what`` are left out.

    >>> within(["- a", "- b", "- c"], 8, "problem")
    '- a\\n- b\\n\\nand 1 more problem'
    """
    kept: list[str] = []
    every = list(rows)
    for row in every:
        budget -= len(row) + 1
        if budget < 0:
            break
        kept.append(row)
    text = "\n".join(kept)
    return (
        text
        if len(kept) == len(every)
        else f"{text}\n\nand {counted(len(every) - len(kept), f'more {what}')}"
    )


def problems(review: Review) -> str:
    """A list of what ``check`` complains of; "" for nothing."""
    rows = [
        f"- {place(each.span)} {code(each.code)}: {prose(each.message)}{_hint(each.hint)}"
        for each in review.diagnostics
    ]
    return _titled("Problems", within(rows, 8_000, "problem"))


def leaks(review: Review) -> str:
    """A list of the changes that let a value be seen earlier than before; "" for none."""
    rows = [
        f"- {object_name(change.id)}{_at(reason.span or change.span)}: {reason_words(reason)}"
        for change in review.changes
        for reason in leaks_of(change)
    ]
    return _titled("Leak risks", within(rows, 6_000, "leak risk"))


def table(review: Review) -> str:
    """The table of changed objects; "" for none."""
    notes = _notes(review)
    rows = [_row(change, review.costs.get(change.id, ""), notes) for change in review.changes]
    if not rows:
        return ""
    head = "| Object | What changes | Consequences |\n|---|---|---|\n"
    below = within((f"- [{number}] online: {prose(said)}" for said, number in notes.items()), 4_000, "note")
    return _titled(
        "Changes", "\n\n".join(filter(None, (head + within(rows, 20_000, "changed object"), below)))
    )


def _notes(review: Review) -> dict[str, int]:
    """What it means online, each sentence once, numbered: the same one goes for most changes."""
    found = (online_words(change.backfill.online)[1] for change in review.changes if change.backfill)
    return {said: number for number, said in enumerate(dict.fromkeys(filter(None, found)), 1)}


def verdicts(review: Review) -> str:
    """A list of features whose proof says something else than before; "" for none."""
    return _titled("What is proved", within(_verdicts(review.verdicts), 5_000, "line"))


def data(review: Review) -> str:
    """The table of what old and new SQL gave on a sample, the most changed first; "" where none was taken."""
    deltas = review.diff.data if review.diff else ()
    told = [each for each in deltas if each.changed or each.nulls_before != each.nulls_after]
    rows = [_delta(each) for each in sorted(told, key=lambda each: (-_share(each), each.feature))]
    head = "| Feature | Rows | Cells changed | NULL before | NULL after | Largest difference |\n"
    head += "|---|--:|--:|--:|--:|--:|\n"
    same = [each.feature for each in deltas if each not in told]
    parts = [
        head + within(rows, 8_000, "feature") if rows else "",
        f"Every value as it was: {listed_codes(same, 8)}." if same else "",
        within((f"- {prose(note)}" for note in review.data_notes), 2_000, "note"),
    ]
    return _titled("On sampled data", "\n\n".join(filter(None, parts)))


def _titled(title: str, text: str) -> str:
    return f"### {title}\n\n{text}" if text else ""


def _hint(hint: str) -> str:
    return f" ({prose(hint)})" if hint else ""


def _at(span: Span | None) -> str:
    return f" ({where})" if (where := place(span)) else ""


def _row(change: ObjectChange, cost: str, notes: Mapping[str, int]) -> str:
    cells = (
        "<br>".join((class_words(change), *_what(change))),
        "<br>".join(_reasons(change)),
        consequences(change, cost, notes),
    )
    return f"| {' | '.join(cells)} |"


def _what(change: ObjectChange) -> Iterator[str]:
    yield object_name(change.id)
    if change.was:
        yield f"was {code(change.was.partition('.')[2])}"
    if change.span and change.span.file:
        yield f"<sub>{escaped(f'{change.span.file}:{change.span.line}')}</sub>"


def _reasons(change: ObjectChange) -> list[str]:
    ordered = in_order(change.reasons)
    shown = [reason_words(reason) for reason in ordered[:_REASONS]]
    return shown if len(ordered) <= _REASONS else [*shown, f"and {len(ordered) - _REASONS:,} more"]


def _verdicts(changes: Iterable[VerdictChange]) -> Iterator[str]:
    """A line for each thing that became of proofs, with the features that it goes for."""
    groups: dict[str, list[str]] = {}
    for change in changes:
        groups.setdefault(_became(change), []).append(change.feature)
    for became, features in groups.items():
        yield f"- {listed_codes(features, 6)}: {became}"


def _became(change: VerdictChange) -> str:
    before, after = change.before.verdict.value if change.before else "new", change.after
    if after is None:
        return f"{before} → gone"
    same = change.before is not None and change.before.verdict is after.verdict
    arrow = f"{before}, other assumptions" if same else f"{before} → **{after.verdict.value}**"
    return f"{arrow}{_why(after)}"


def _why(certificate: Certificate) -> str:
    why = "; ".join(prose(each, 160) for each in (certificate.assumptions or certificate.path)[:3])
    return f": {why}" if why else ""


def _delta(each: FeatureDelta) -> str:
    largest = "-" if each.largest is None else f"{each.largest:.6g}"
    cells = (
        code(each.feature),
        f"{each.rows:,}",
        f"{each.changed:,} ({percent(each.changed, each.rows)})",
        percent(each.nulls_before, each.rows),
        percent(each.nulls_after, each.rows),
        largest,
    )
    return f"| {' | '.join(cells)} |".replace(" %", "&nbsp;%")


def percent(part: int, whole: int) -> str:
    """Return a share that is never rounded to none or to all.

    >>> percent(0, 5), percent(1, 3), percent(1, 100_000), percent(99_999, 100_000), percent(0, 0)
    ('0 %', '33.3 %', '< 0.1 %', '> 99.9 %', '-')
    """
    if not whole:
        return "-"
    share = 100 * part / whole
    if 0 < share < 0.1:
        return "< 0.1 %"
    if 99.9 < share < 100:
        return "> 99.9 %"
    return f"{share:.0f} %" if share in (0, 100) else f"{share:.1f} %"


def _share(each: FeatureDelta) -> float:
    return each.changed / each.rows if each.rows else 0.0


def gated(review: Review) -> str:
    """A sentence on what ``--fail-on`` bars; "" for nothing."""
    if not review.gated:
        return ""
    classes = ", ".join(each.value for each in review.gate)
    names = listed_codes(change.id.partition(".")[2] for change in review.gated)
    excuse = "An `allow:` entry with a reason in the definition lets a change pass."
    return f"🚫 `--fail-on` ({classes}) bars {names}. {excuse}"
