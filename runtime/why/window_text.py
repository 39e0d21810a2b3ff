"""The report of windows as people read it: the windows, the rows in and out, the answer."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from fcompile.compiler.dtypes import format_duration
from fcompile.runtime.clock import show
from fcompile.runtime.why.reasons import BEFORE, LATE, NEVER, UNCOUNTED
from fcompile.runtime.why.text import aligned, cell, key_text, shown
from fcompile.runtime.why.window_report import Asked, WindowReport, WindowRow


def text(report: WindowReport) -> str:
    """Return all of it; rows that are not shown leave a line that counts them."""
    lines = [*_head(report), ""]
    lines += _table(report) if report.rows_in_all else ["The source has no row of this key."]
    if report.left_out:
        shown_rows = f"{len(report.rows)} of {report.rows_in_all} rows are shown"
        verb = "is" if report.left_out == 1 else "are"
        lines += ["", f"{shown_rows}, {report.left_out} {verb} left out"]
    lines += ["", *_ties(report), *_answers(report)]
    lines += [f"{each.name} = {cell(each.answer)} ({each.expression})" for each in report.computed]
    return "\n".join(lines)


def _head(report: WindowReport) -> Iterator[str]:
    bounds = report.bounds
    what = report.name
    if report.maturity is None and len(report.windows) == 1 and not report.computed:
        what = f"{report.name}:{report.windows[0].name}"
    yield f"{what}{key_text(report.key)} at {show(bounds.at)}"
    if bounds.every is not None:
        rounded = "it is one" if bounds.at == bounds.end else f"it is rounded down to {show(bounds.end)}"
        yield f"the time counts in multiples of {format_duration(bounds.every)}: {rounded}"
    if len(report.windows) == 1:
        yield f"{report.windows[0].call} over {report.windows[0].interval}"
    if report.maturity is not None:
        yield _maturity(report)


def _maturity(report: WindowReport) -> str:
    mature = report.maturity
    assert mature is not None  # noqa: S101  the caller looked
    end = f"the horizon ends at {show(report.bounds.end)}"
    is_not = "" if mature.reached else "not "
    return (
        f"{end}; it is mature from {show(mature.at)} on, and as of {show(mature.as_of)} it is {is_not}mature"
    )


def _answers(report: WindowReport) -> Iterator[str]:
    if len(report.windows) == 1:
        window = report.windows[0]
        inside = f"{window.rows_inside} {'row is' if window.rows_inside == 1 else 'rows are'} inside"
        unripe = report.maturity is not None and not report.maturity.reached
        note = f"not mature; so far {inside}" if unripe else inside
        yield f"{window.name} = {cell(window.answer)} ({note})"
        return
    head = ("feature", "value", "rows inside", "aggregation", "window")
    yield from aligned(
        [head, *((w.name, w.answer, w.rows_inside, w.call, w.interval) for w in report.windows)]
    )


def _ties(report: WindowReport) -> list[str]:
    """The order that settles ties, where two rows that are shown need one."""
    orders = [window.order for n, window in enumerate(report.windows) if window.order and _tied(report, n)]
    if not orders:
        return []
    _, *created, value = orders[0]
    by = [*(f"{name} (NULL first)" for name in created), value if len(report.windows) == 1 else "the value"]
    return [f"Rows of one event time rank by {', then '.join(by)}; the greatest is the newest."]


def _tied(report: WindowReport, number: int) -> bool:
    inside = [row for row in report.rows if row.verdicts[number].inside]
    return any(a.event == b.event for a, b in pairwise(inside))


# -- the rows -----------------------------------------------------------------------------------


def _table(report: WindowReport) -> Iterator[str]:
    created = any(row.created is not None for row in report.rows)
    single = len(report.windows) == 1
    spans = [] if single else _spans(report)
    marks = ["", "verdict"] if single else [*(name for name, _ in spans), "why"]
    head = ["event time", "known time", *(["created"] if created else []), *report.inputs]
    table: list[list[object]] = [[*marks[:1], *head, marks[1]] if single else [*head, *marks]]
    for row in report.rows:
        facts = [shown(row.event), shown(row.known), *([shown(row.created)] if created else []), *row.values]
        if single:
            table.append([">" if row.verdicts[0].taken else "", *facts, str(row.verdicts[0])])
        else:
            ins = ["in" if any(row.verdicts[n].inside for n in span) else "-" for _, span in spans]
            table.append([*facts, *ins, _remark(report, row)])
    lines = list(aligned(table))
    yield lines[0]
    before = 0
    for row, line in zip(report.rows, lines[1:], strict=True):
        yield from _gap(row.place - before - 1)
        yield line
        before = row.place
    yield from _gap(report.rows_in_all - before)


def _gap(rows: int) -> Iterator[str]:
    if rows:
        yield f"... {rows} {'row' if rows == 1 else 'rows'} not shown"


def _spans(report: WindowReport) -> list[tuple[str, list[int]]]:
    """Return each length as it is written, with the numbers of its windows: the same rows are in time for them."""
    found: dict[object, tuple[str, list[int]]] = {}
    for n, window in enumerate(report.windows):
        found.setdefault(window.length, (_suffix(window), []))[1].append(n)
    return list(found.values())


def _suffix(window: Asked) -> str:
    """What follows the aggregation in a feature's name: the window as it is written."""
    return window.name.rpartition("_")[2]


def _remark(report: WindowReport, row: WindowRow) -> str:
    """Why the row is out: of all windows, or of an aggregation's."""
    fates = list(zip(report.windows, row.verdicts, strict=True))
    for kind in (NEVER, LATE):
        if reasons := [verdict.reason for _, verdict in fates if verdict.kind == kind]:
            return reasons[0]
    if all(verdict.kind == BEFORE for _, verdict in fates):
        return "before every window"
    uncounted = dict.fromkeys(
        f"{window.name.rpartition('_')[0]}: {verdict.reason}"
        for window, verdict in fates
        if verdict.kind == UNCOUNTED
    )
    return "; ".join(uncounted)
