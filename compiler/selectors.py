"""dbt's selector grammar over the graph: which objects ``--select`` and ``--exclude`` mean. Pure.

    selection := union              several -s, or words within one: any of them
    union     := all (" " all)*
    all       := term ("," term)*   all of them at once
    term      := [N] ["+"] atom ["+"] [N]      "+x" with all it is made from, "x+1" one step below
    atom      := [method ":"] value            globs * ? [] are read in every value

Methods stand in ``METHODS``; without one the value is a name.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

from fcompile.compiler.errors import Diagnostic, UsageError, did_you_mean, listed, near
from fcompile.compiler.graph import KINDS, Graph, Node
from fcompile.compiler.kinds import NODE_KINDS

Fingerprints = Mapping[str, str]
"""Node id -> fingerprint, as a manifest holds them."""


@dataclass(frozen=True)
class Context:
    """What the methods look at.

    Attributes:
        now: fingerprints of the definitions as they are.
        before: fingerprints of the manifest compared with; None where there is none.
        parts_now, parts_before: the same split into data, schema and metadata; an older manifest has none.
        results: node id -> status of the last command; None where there is none.
    """

    graph: Graph
    now: Fingerprints = field(default_factory=dict)
    before: Fingerprints | None = None
    parts_now: Mapping[str, Fingerprints] = field(default_factory=dict)
    parts_before: Mapping[str, Fingerprints] = field(default_factory=dict)
    results: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Term:
    """``above`` and ``below`` are steps along the graph; None is all the way."""

    method: str
    value: str
    above: int | None = 0
    below: int | None = 0

    def __str__(self) -> str:
        return f"{self.method}:{self.value}" if self.method != "name" else self.value


Match = Callable[[Node, str, Context], bool]


def _by_name(node: Node, value: str, _: Context) -> bool:
    return fnmatchcase(node.name, value)


def _by_tag(node: Node, value: str, _: Context) -> bool:
    return any(fnmatchcase(key, value) or fnmatchcase(f"{key}={v}", value) for key, v in node.meta.tags)


def _by_owner(node: Node, value: str, _: Context) -> bool:
    return bool(node.meta.owner) and fnmatchcase(node.meta.owner, value)


def _by_kind(node: Node, value: str, _: Context) -> bool:
    return fnmatchcase(node.kind, _KIND_WORDS.get(value, value))


def _by_path(node: Node, value: str, _: Context) -> bool:
    folder = value.rstrip("/")
    return fnmatchcase(node.span.file, value) or node.span.file.startswith(f"{folder}/")


def _of_kind(*kinds: str) -> Match:
    return lambda node, value, _: node.kind in kinds and fnmatchcase(node.name, value)


def _by_state(node: Node, value: str, context: Context) -> bool:
    if context.before is None:
        raise UsageError(
            Diagnostic(
                "FC282",
                f"`state:{value}` needs a manifest to compare with, and there is none",
                hint="commit sql/manifest.json (`fcompile build`), or name one with --state PATH",
            )
        )
    before, now = context.before.get(node.id), context.now.get(node.id)
    state, _, part = value.partition(".")
    if part and before is not None:
        before, now = _parts_of(node, _PARTS[part], context)
    return STATES[state](before, now)


def _parts_of(node: Node, part: str, context: Context) -> tuple[str | None, str | None]:
    """Return a part's fingerprint, before and now, of an object that was there; raise where it cannot be told."""
    if part == "data" and node.id not in context.parts_before:
        return (context.before or {}).get(node.id), context.now.get(node.id)
    if part not in context.parts_before.get(node.id, {}):
        message = f"the manifest compared with does not tell the {part} of `{node.id}`"
        hint = "it is of an older version: run `fcompile build` there, or select `state:modified`"
        raise UsageError(Diagnostic("FC282", message, hint=hint))
    return context.parts_before[node.id][part], context.parts_now.get(node.id, {}).get(part)


STATES: Mapping[str, Callable[[str | None, str | None], bool]] = {
    "new": lambda before, now: before is None,
    "old": lambda before, now: before is not None,
    "modified": lambda before, now: before != now,  # a new object counts, as in dbt
    "unmodified": lambda before, now: before == now,
}

_PARTS = {
    "data": "data",
    "schema": "schema",
    "metadata": "metadata",
    # dbt's words for the same
    "body": "data",
    "contract": "schema",
    "persisted_descriptions": "metadata",
}
_STATES = (*STATES, *(f"modified.{part}" for part in _PARTS))


def _by_result(node: Node, value: str, context: Context) -> bool:
    if context.results is None:
        raise UsageError(
            Diagnostic(
                "FC282",
                f"`result:{value}` needs the results of a command, and there are none",
                hint="they are in .fcompile/run_results.json once a `run`, `test` or `build` has ended",
            )
        )
    return fnmatchcase(context.results.get(node.id, ""), value)


RESULTS = ("success", "error", "fail", "skipped")

METHODS: Mapping[str, Match] = {
    "name": _by_name,
    "tag": _by_tag,
    "owner": _by_owner,
    "kind": _by_kind,
    "path": _by_path,
    "entity": _of_kind("entity"),
    "source": _of_kind("source"),
    "view": _of_kind("feature_view", "on_demand_view"),
    "service": _of_kind("feature_service"),
    "label": _of_kind("label"),
    "test": _of_kind("test"),
    "exposure": _of_kind("exposure"),
    "state": _by_state,
    "result": _by_result,
}

_KIND_WORDS = {
    **NODE_KINDS,
    "view": "feature_view",
    "views": "feature_view",
    "on_demand_views": "on_demand_view",
    "on_demand_feature_view": "on_demand_view",
    "service": "feature_service",
    "services": "feature_service",
}

_TERM = re.compile(r"(?:(?P<above>\d+)?(?P<up>\+))?(?P<atom>[^+]+?)(?:(?P<down>\+)(?P<below>\d+)?)?")


def parse(texts: Iterable[str]) -> tuple[tuple[Term, ...], ...]:
    """Return the union of intersections that ``texts`` mean; raise ``UsageError`` with every malformed term.

    >>> parse(["2+spend+ tag:pii,owner:risk"])[1]
    (Term(method='tag', value='pii', above=0, below=0), Term(method='owner', value='risk', above=0, below=0))
    """
    groups = [word.split(",") for text in texts for word in text.split()]
    parsed = [[_term(text) for text in group] for group in groups]
    wrong = [term for group in parsed for term in group if isinstance(term, Diagnostic)]
    if wrong:
        raise UsageError(*wrong)
    return tuple(tuple(t for t in group if isinstance(t, Term)) for group in parsed)


def select(context: Context, selects: Sequence[str] = (), excludes: Sequence[str] = ()) -> tuple[Node, ...]:
    """Return the selected nodes in the graph's order; without ``selects`` all of them.

    Raises:
        UsageError: a malformed term, a term that matches nothing (but ``state:`` and ``result:``), or nothing is left.
    """
    chosen, left_out = parse(selects), parse(excludes)
    _refuse_unmatched(context, [term for group in (*chosen, *left_out) for term in group])
    ids = _union(context, chosen) if chosen else frozenset(context.graph.nodes)
    ids -= _union(context, left_out)
    if not ids and context.graph.nodes:
        raise nothing_selected(selects, excludes)
    return context.graph.sorted(ids)


def of_kind(graph: Graph, nodes: Sequence[Node], kind: str) -> tuple[Node, ...]:
    """Return the nodes of ``kind``; where there is none, those next to the selected ones.

    So ``run -s service:fraud_v1`` runs that service's views, ``run -s source:purchases`` its readers, and
    ``run -s exposure:board`` the views of what it reads.
    """
    direct = tuple(node for node in nodes if node.kind == kind)
    if direct:
        return direct
    ids = [node.id for node in nodes]
    ids += sorted(graph.ancestors([node.id for node in nodes if node.kind == "exposure"], 1))
    around = graph.ancestors(ids, 1) | graph.descendants(ids, 1)
    return tuple(node for node in graph.sorted(around) if node.kind == kind)


_READ = ("feature_view", "on_demand_view", "feature_service")


def covering_tests(graph: Graph, nodes: Sequence[Node]) -> tuple[Node, ...]:
    """Return the selected tests and those that read a selected view or service."""
    read = [node.id for node in nodes if node.kind in _READ]
    ids = {node.id for node in nodes} | graph.descendants(read, 1)
    return tuple(node for node in graph.sorted(ids) if node.kind == "test")


def nothing_selected(selects: Sequence[str], excludes: Sequence[str], what: str = "object") -> UsageError:
    """Return the error of a selection that leaves nothing to work on."""
    asked = " ".join([*(f"-s '{s}'" for s in selects), *(f"--exclude '{e}'" for e in excludes)])
    message = f"the selection {asked} leaves no {what}" if asked else f"the project has no {what}"
    hint = "`fcompile ls` lists what there is"
    if any("result:" in text for text in selects):
        hint = "nothing of the last command ended so; " + hint
    elif any("state:" in text for text in selects):
        hint = "where nothing has changed there is nothing to select; " + hint
    return UsageError(Diagnostic("FC280", message, hint=hint))


def _term(text: str) -> Term | Diagnostic:
    match = _TERM.fullmatch(text)
    if match is None:
        hint = "write name, +name+, 2+name, or method:value with a method of " + listed(list(METHODS))
        return Diagnostic("FC281", f"`{text}` is not a selector", hint=hint)
    method, colon, value = match["atom"].partition(":")
    if not colon:
        method, value = "name", match["atom"]
    problem = _problem(method, value)
    if problem is not None:
        return problem
    return Term(method, value, _steps(match["up"], match["above"]), _steps(match["down"], match["below"]))


def _problem(method: str, value: str) -> Diagnostic | None:
    if method not in METHODS:
        hint = did_you_mean(method, METHODS) or "methods: " + listed(list(METHODS))
        return Diagnostic("FC281", f"`{method}:` is not a selector method", hint=hint)
    if not value:
        return Diagnostic("FC281", f"`{method}:` has no value", hint=f"write {method}:VALUE")
    if method == "result" and value not in RESULTS:
        hint = did_you_mean(value, RESULTS) or "write " + listed([f"result:{s}" for s in RESULTS])
        return Diagnostic("FC281", f"`result:{value}` is not a result", hint=hint)
    if method == "state" and value not in _STATES:
        hint = did_you_mean(value, _STATES) or "write " + listed([f"state:{s}" for s in _STATES[:7]], 7)
        return Diagnostic("FC281", f"`state:{value}` is not a state", hint=hint)
    return None


def _steps(plus: str | None, number: str | None) -> int | None:
    if plus is None:
        return 0
    return int(number) if number else None


def _matches(context: Context, term: Term) -> frozenset[str]:
    match = METHODS[term.method]
    return frozenset(n.id for n in context.graph.nodes.values() if match(n, term.value, context))


def _union(context: Context, groups: Iterable[Sequence[Term]]) -> frozenset[str]:
    found: frozenset[str] = frozenset()
    for group in groups:
        found |= frozenset.intersection(*(_expand(context, term) for term in group))
    return found


def _expand(context: Context, term: Term) -> frozenset[str]:
    ids = _matches(context, term)
    graph = context.graph
    return ids | graph.ancestors(ids, term.above) | graph.descendants(ids, term.below)


def _refuse_unmatched(context: Context, terms: Iterable[Term]) -> None:
    """A name that nobody has is a typo, even where other terms match; "nothing modified" is not."""
    missing = [
        t for t in dict.fromkeys(terms) if t.method not in ("state", "result") and not _matches(context, t)
    ]
    if missing:
        raise UsageError(
            *(Diagnostic("FC280", f"`{term}` matches nothing", hint=_hint(context, term)) for term in missing)
        )


def _hint(context: Context, term: Term) -> str:
    known = list(dict.fromkeys(_values(context, term.method)))
    found = near(term.value, known, most=3)
    if found:
        return f"did you mean {' or '.join(f'`{name}`' for name in found)}?"
    return f"there is {listed(sorted(known))}" if known else "nothing here has one"


def _values(context: Context, method: str) -> Iterable[str]:
    """What a method's value could have been."""
    for node in context.graph.nodes.values():
        match method:
            case "tag":
                for key, value in node.meta.tags:
                    yield from (key, f"{key}={value}")
            case "owner":
                yield from (node.meta.owner,) if node.meta.owner else ()
            case "path":
                yield node.span.file
            case "kind":
                yield from KINDS
            case _ if METHODS[method](node, node.name, context):
                yield node.name
