"""One project as YAML in several layouts, all of which mean the same."""

from __future__ import annotations

import re
from collections.abc import Callable
from random import Random
from typing import Any

import yaml

from tests.diff.generated import Project
from tests.oracle.case import to_yaml


def plain(project: Project) -> str:
    return to_yaml(project)


def _flow(rng: Random, project: Project) -> str:
    return str(
        yaml.safe_dump(project, sort_keys=False, default_flow_style=rng.choice([True, None]), width=10_000)
    )


def _sorted(rng: Random, project: Project) -> str:
    return str(yaml.safe_dump(_shuffled(rng, project), sort_keys=False))


def _shuffled(rng: Random, project: Project) -> Project:
    """The keys of each object in another order; not of join keys and of what else is a map of names."""
    return {
        kind: [dict(rng.sample(list(o.items()), len(o))) for o in objects]
        for kind, objects in project.items()
    }


def _comments(rng: Random, project: Project) -> str:
    lines = to_yaml(project).split("\n")
    for _ in range(5):
        lines.insert(rng.randrange(len(lines)), rng.choice(["# why", "  # how", ""]))
    return "\n".join(lines)


def _quoted(rng: Random, project: Project) -> str:
    return (
        str(yaml.safe_dump(project, sort_keys=False, default_style=rng.choice(["'", '"'])))
        if _texts(project)
        else ""
    )


def _texts(value: Any) -> bool:
    """Whether all values are texts: others would be texts in quotes."""
    if isinstance(value, dict):
        return all(map(_texts, value.values()))
    return all(map(_texts, value)) if isinstance(value, list) else isinstance(value, str)


def _expressions(rng: Random, project: Project) -> str:
    """Keywords in capitals and more spaces, in expressions and filters that hold no text."""

    def loud(found: re.Match[str]) -> str:
        words = re.sub(
            r"\b(and|or|not|case|when|then|else|end|in|is|null|cast|as)\b", lambda m: m[0].upper(), found[2]
        )
        return found[1] + words.replace(" + ", "  +   ") if "'" not in found[2] else found[0]

    return re.sub(r"((?:expr|filter): )(.*)", loud, to_yaml(project))


def _durations(rng: Random, project: Project) -> str:
    """The same times in other units; not of windows, whose columns are named so."""
    same = {"1h": "60m", "2h": "120m", "1d": "24h", "30m": "1800s", "6h": "360m", "15m": "900s"}
    keys = r"((?:ttl|every|lookback|availability_lag|horizon|maturity): )(\w+)"
    return re.sub(keys, lambda m: m[1] + same.get(m[2], m[2]), to_yaml(project))


LAYOUTS: dict[str, Callable[[Random, Project], str]] = {
    "flow": _flow,
    "order of keys": _sorted,
    "comments": _comments,
    "quotes": _quoted,
    "layout of expressions": _expressions,
    "units": _durations,
}
