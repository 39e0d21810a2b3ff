"""What `fcompile state` prints: a line a view."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from fcompile.compiler.errors import FcompileError
from fcompile.runtime.clock import show, utc_now
from fcompile.runtime.console.inspect import one_of
from fcompile.runtime.console.session import Session
from fcompile.runtime.console.tables import table, write, write_json
from fcompile.runtime.online.base import Generations

if TYPE_CHECKING:
    from fcompile.runtime.online.base import Generation
    from fcompile.runtime.project import Project
    from fcompile.runtime.state.report import ViewReport

_HEADINGS = (
    *("view", "watermark", "covered", "definition", "loaded", "shown", "previous", "last run", "rows"),
    *("ago", "erased", "held by"),
)


def stated(
    session: Session, selects: Sequence[str], excludes: Sequence[str], manifest: Path | None, output: str
) -> None:
    """Print what the state knows of the selected views; without a selection also of those no longer defined.

    Where the online store is down, what the state itself knows is printed first.
    """
    from fcompile.runtime.state import open_state
    from fcompile.runtime.state.report import view_reports

    one_of(output, ("table", "json"))
    project = session.project
    scope = (project.config.state, project.root, project.config.project, project.target_name)
    with closing(open_state(*scope)) as state:
        defined = sorted(project.definitions.feature_views)
        names = sorted({*defined, *state.views()})
        if selects or excludes:
            names = sorted(view.name for view in session.views(selects, excludes, manifest))
        online = _online(project, names)
        reports = view_reports(state, names, defined, online.generations, online.identity)
    if output == "json":
        write_json([_content(each) for each in reports])
    else:
        write(table(_HEADINGS, [_line(each, utc_now()) for each in reports]))
        for each in reports:
            _say(session, each)
    if online.problem is not None:
        raise online.problem


@dataclass(frozen=True, slots=True)
class _Online:
    """What there is of each view, or why that is not known."""

    generations: Mapping[str, Generations]
    identity: str
    problem: FcompileError | None = None


def _online(project: Project, names: Sequence[str]) -> _Online:
    from fcompile.runtime.online.registry import open_online

    try:
        with closing(open_online(project.target.online, project.root, project.online_namespace)) as store:
            return _Online({name: store.generations(name) for name in names}, store.identity())
    except FcompileError as error:
        return _Online({}, "", error)


def _line(report: ViewReport, now: datetime) -> tuple[object, ...]:
    known, last, holder = report.state, report.last, report.holder
    online = report.online or Generations()
    covered = show(report.covered) if report.covered else "-"
    holes = f" + {len(report.holes)} hole{'s' if len(report.holes) > 1 else ''}" if report.holes else ""
    return (
        report.view,
        show(known.watermark) if known.watermark else "never ran",
        f"{covered}{holes}",
        (known.fingerprint or "-")[:8],
        str(known.generation or "-"),
        _number(online.current),
        _number(online.previous),
        last.status if last else "-",
        str(last.rows) if last else "-",
        _age(now, last.finished) if last else "-",
        str(sum(each.keys for each in report.erasures)),
        f"{holder.pid} on {holder.host}" if holder else "-",
    )


def _number(generation: Generation | None) -> str:
    return str(generation.number) if generation else "-"


def _age(now: datetime, then: datetime) -> str:
    """Return the time since, in its largest unit.

    >>> _age(datetime(2026, 1, 3), datetime(2026, 1, 1, 12))
    '1d'
    """
    seconds = max(0, int((now - then).total_seconds()))
    for size, unit in ((86_400, "d"), (3_600, "h"), (60, "m")):
        if seconds >= size:
            return f"{seconds // size}{unit}"
    return f"{seconds}s"


def _say(session: Session, report: ViewReport) -> None:
    name, known, online = report.view, report.state, report.online
    for start, end in report.holes:
        since = show(start) if start else "its beginning"
        session.log.say(f"`{name}`: no run has looked at what became known from {since} to {show(end)}.")
    if known.pending is not None:
        session.log.say(
            f"`{name}`: a run up to {show(known.pending.as_of)} did not end; the next one makes it good."
        )
    if report.lost:
        session.log.say(f"`{name}`: the online store is another one than was loaded; the next run loads it.")
    elif online and online.current and online.previous and online.previous.number == known.generation:
        session.log.say(
            f"`{name}` was rolled back: readers see an older generation than the one that runs load."
        )
    if report.last is not None and report.last.message:
        session.log.say(f"`{name}`: {report.last.message}")
    if not report.defined:
        session.log.say(
            f"`{name}` is no longer defined; fcompile teardown --yes forgets it with all the others."
        )


def _content(report: ViewReport) -> dict[str, object]:
    known, last, holder = report.state, report.last, report.holder
    online = report.online or Generations()
    return {
        "view": report.view,
        "defined": report.defined,
        "watermark": known.watermark,
        "covered": report.covered,
        "holes": [{"start": start, "end": end} for start, end in report.holes],
        "fingerprint": known.fingerprint,
        "pending": known.pending and known.pending.as_of,
        "generation": known.generation or None,
        "loaded": known.loaded,
        "store_lost": report.lost,
        "shown": _generation(online.current),
        "previous": _generation(online.previous),
        "building": _generation(online.building),
        "last_run": last
        and {
            "status": last.status,
            "rows": last.rows,
            "seconds": last.seconds,
            "as_of": last.as_of,
            "finished": last.finished,
            "message": last.message,
        },
        "erasures": [{"at": e.erased, "entities": e.keys, "rows": e.rows} for e in report.erasures],
        "held_by": holder and {"host": holder.host, "pid": holder.pid},
    }


def _generation(generation: Generation | None) -> dict[str, object] | None:
    from fcompile.runtime.online.codec import read_schema
    from fcompile.runtime.rollback import begun_at

    if generation is None:
        return None
    return {
        "number": generation.number,
        "begun": begun_at(generation.number),
        "features": {name: str(dtype) for name, dtype in read_schema(generation.schema)},
    }
