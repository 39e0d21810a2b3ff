"""What `check` and `show` say of the proof: verdicts, and what they rest on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from fcompile.compiler.definitions import FeatureView, Label, OnDemandView
from fcompile.compiler.errors import FcompileError
from fcompile.compiler.graph import Node
from fcompile.compiler.proof.certificate import Certificate, Certificates, Verdict
from fcompile.runtime.console.counted import say_proved
from fcompile.runtime.console.session import Session
from fcompile.runtime.console.tables import write

if TYPE_CHECKING:
    from fcompile.runtime.project import Project

_VIEWS = ("feature_view", "on_demand_view")


def check_definitions(session: Session, nodes: Sequence[Node] = ()) -> Certificates:
    """Return the verdicts; raise FcompileError with all that the target's dialect cannot say, and with all leaks.

    Before it raises, those of ``nodes`` are said: with -v what is said of the other features stands beside a leak.
    """
    from fcompile.compiler.refusals import refused
    from fcompile.dialects.registry import DIALECTS

    project = session.project
    definitions, dialect, proof = project.definitions, project.target.warehouse.type, project.proof
    views: list[FeatureView | OnDemandView | Label] = [*definitions.feature_views.values()]
    views += [*definitions.on_demand_feature_views.values(), *definitions.labels.values()]
    unsaid = refused(views, DIALECTS[dialect])
    if unsaid or proof.diagnostics:
        if session.settings.verbose:
            say_verdicts(session, nodes, proof.certificates)
        raise FcompileError(*unsaid, *proof.diagnostics, files=project.files)
    return proof.certificates


def say_verdicts(session: Session, nodes: Sequence[Node], verdicts: Certificates) -> None:
    """Say how many features of ``nodes`` are proved; with -v write each with what it assumes."""
    own = {f"{node.name}:" for node in nodes if node.kind in _VIEWS}
    chosen = {name: each for name, each in verdicts.items() if f"{name.partition(':')[0]}:" in own}
    counted = Counter(each.verdict.value for each in chosen.values())
    say_proved(session.log, counted)
    if session.settings.verbose and chosen:
        write("\n".join(_lines(chosen)))


def _lines(verdicts: Certificates) -> Iterator[str]:
    """Yield a line for each feature, and one for each further assumption; nothing is cut."""
    width = max(map(len, verdicts))
    for name, each in verdicts.items():
        first, *more = each.assumptions or ("",)
        yield f"{name:<{width}}  {each.verdict:<7}  {first}".rstrip()
        yield from (f"{'':<{width}}  {'':<7}  {text}" for text in more)


def verdicts_shown(project: Project, node: Node) -> Iterator[str]:
    """Yield a line for each feature of a view: its verdict, with what it assumes, or how it leaks."""
    if node.kind not in _VIEWS:
        return
    verdicts = project.proof.certificates
    own = f"{node.name}:"
    alike: dict[str, list[str]] = {}
    for name, each in verdicts.items():
        if name.startswith(own):
            alike.setdefault(_told(each), []).append(name.removeprefix(own))
    for told, names in alike.items():
        yield f"  proof of {', '.join(names)}: {told}"


def _told(each: Certificate) -> str:
    if each.verdict is Verdict.LEAK:
        return f"{each.verdict}: {' -> '.join(each.path)}"
    return " ".join(
        (each.verdict, *([f"that {'; that '.join(each.assumptions)}"] if each.assumptions else []))
    )
