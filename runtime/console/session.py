"""One call of the command: its settings, its project, and what its selectors mean."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from fcompile.compiler.errors import Diagnostic, UsageError, listed, near
from fcompile.runtime.console.log import Log
from fcompile.runtime.console.settings import Settings

if TYPE_CHECKING:
    from fcompile.compiler.definitions import FeatureView
    from fcompile.compiler.graph import Graph, Node
    from fcompile.compiler.project import Target
    from fcompile.compiler.selectors import Fingerprints
    from fcompile.runtime.console.progress import Progress
    from fcompile.runtime.project import Project
    from fcompile.runtime.project_files import Opened


class Session:
    """``settings`` grow while the arguments are read; the project is loaded when first asked for.

    ``command`` and ``arguments`` are what was called, without the global options.
    ``stale_tuning``: tuning.yaml may name what is gone; for the command that writes it anew. ``connects`` False:
    variables of fcompile.yaml need not be set; for commands that connect to nothing.
    """

    def __init__(self) -> None:
        self.settings = Settings()
        self.stale_tuning = False
        self.command = ""
        self.arguments: Mapping[str, object] = {}
        self.connects = True
        self._opened: Opened | None = None
        self._project: Project | None = None

    def anew(self) -> Session:
        """Return a session of the same call that has read nothing yet."""
        again = Session()
        again.settings, again.stale_tuning, again.connects = self.settings, self.stale_tuning, self.connects
        again.command, again.arguments = self.command, self.arguments
        return again

    @property
    def log(self) -> Log:
        return Log(self.settings)

    @property
    def opened(self) -> Opened:
        """The project's files, which need not be right."""
        if self._opened is None:
            from fcompile.runtime.project_files import open_project

            folder, target = Path(self.settings.project), self.settings.target
            self._opened = open_project(folder, target, connects=self.connects)
        return self._opened

    @property
    def project(self) -> Project:
        if self._project is None:
            from fcompile.runtime.project import loaded

            self._project = loaded(self.opened, self.stale_tuning)
            self.say_where()
        return self._project

    def say_where(self) -> None:
        """Say with -v which project it is, and what it runs on."""
        opened = self.opened
        if opened.config is not None and opened.target is not None:
            _say_where(self.log, opened, opened.config.project, opened.target)

    @property
    def graph(self) -> Graph:
        from fcompile.compiler.graph import graph

        return graph(self.project.definitions)

    def progress(self) -> Progress:
        from fcompile.runtime.console.progress import Progress

        return Progress(self.log)

    def nodes(
        self, selects: Sequence[str], excludes: Sequence[str] = (), state: Path | None = None
    ) -> tuple[Node, ...]:
        """Return the selected objects; raise ``UsageError`` when there are none."""
        from fcompile.compiler.selectors import Context, select

        nodes = self.graph
        texts = (*selects, *excludes)
        results = self._results() if any("result:" in text for text in texts) else None
        if not any("state:" in text for text in texts):
            return select(Context(nodes, results=results), selects, excludes)
        from fcompile.compiler.fingerprints import fingerprints, parts_of_all

        before, parts = self._before(state)
        context = Context(nodes, fingerprints(nodes), before, parts_of_all(nodes), parts, results)
        return select(context, selects, excludes)

    def views(
        self, selects: Sequence[str], excludes: Sequence[str] = (), state: Path | None = None
    ) -> tuple[FeatureView, ...]:
        """Return the selected feature views; raise ``UsageError`` when there are none.

        Where none is selected itself, those next to what is, also through on-demand views of a service; on-demand
        views alone have nothing to be materialized.
        """
        from fcompile.compiler.definitions import FeatureView
        from fcompile.compiler.selectors import nothing_selected, of_kind

        selected = self.nodes(selects, excludes, state)
        _refuse_computed(selected)
        nodes = of_kind(self.graph, _with_computed(self.graph, selected), "feature_view")
        # What is next to the selected objects may be what was excluded.
        left_out = {node.id for node in self.nodes(excludes, (), state)} if excludes else set()
        kept = (node.definition for node in nodes if node.id not in left_out)
        found = tuple(view for view in kept if isinstance(view, FeatureView))
        if not found:
            raise nothing_selected(selects, excludes, "feature view")
        return found

    def node(self, name: str) -> tuple[Node, ...]:
        """Return the objects called ``name``, or ``kind.name``; raise ``UsageError`` with near names."""
        nodes = self.graph.nodes.values()
        found = tuple(n for n in nodes if name in (n.name, n.id))
        if found:
            return found
        known = sorted({n.name for n in nodes})
        close = near(name, known, most=3)
        hint = f"did you mean {listed(close)}?" if close else f"there is {listed(known) or 'nothing'}"
        raise UsageError(Diagnostic("FC284", f"nothing is called `{name}`", hint=hint))

    def _before(self, state: Path | None) -> tuple[Fingerprints | None, dict[str, Fingerprints]]:
        from fcompile.runtime.build import MANIFEST, fingerprints_in, read_manifest

        path = state or self.project.root / self.project.config.sql
        content = read_manifest(path / MANIFEST if path.is_dir() else path)
        return (None, {}) if content is None else fingerprints_in(content)

    def _results(self) -> Mapping[str, str] | None:
        from fcompile.runtime.run_results import statuses_in

        return statuses_in(self.project.root)


def _refuse_computed(nodes: Sequence[Node]) -> None:
    """Raise where all that is selected is computed when it is read."""
    from fcompile.compiler.definitions import OnDemandView

    selected: list[object] = [n.definition for n in nodes]
    views = [each for each in selected if isinstance(each, OnDemandView)]
    if not views or len(views) < len(nodes):
        return
    read = sorted({each.selected.view.name for view in views for each in view.inputs})
    it, is_ = ("it", "is") if len(views) == 1 else ("they", "are")
    message = (
        f"there is nothing to materialize of {listed([v.name for v in views])}: {it} {is_} computed when read"
    )
    hint = f"materialize what {it} read{'s' if it == 'it' else ''}: -s '{' '.join(read)}'" if read else ""
    raise UsageError(Diagnostic("FC280", message, hint=hint))


def _with_computed(graph: Graph, nodes: Sequence[Node]) -> tuple[Node, ...]:
    """Add the views that selected services and tests read only through on-demand views."""
    from fcompile.compiler.definitions import OnDemandView
    from fcompile.compiler.selectors import of_kind

    readers = [n.id for n in nodes if n.kind in ("feature_service", "test")]
    if any(n.kind == "feature_view" for n in nodes) or not readers:
        return tuple(nodes)
    above = graph.sorted(graph.ancestors(readers, 1))
    computed = [n for n in above if isinstance(n.definition, OnDemandView)]
    read = graph.ancestors([n.id for n in computed], 1)
    direct = of_kind(graph, nodes, "feature_view")
    views = [n.id for n in graph.sorted(read) if n.kind == "feature_view"]
    return graph.sorted([*(n.id for n in direct), *views]) if views else tuple(nodes)


def _say_where(log: Log, opened: Opened, name: str, target: Target) -> None:
    count = len(opened.files)
    log.detail(
        f"Project `{name}` in {opened.root}, target `{target.name}`: "
        f"{target.warehouse.type} and {target.online.type}, {count} definition file{'s' if count != 1 else ''}.",
        event="project",
        project=name,
        root=str(opened.root),
        target=target.name,
    )
