"""How many there are: objects of each kind, and features of each verdict, in words."""

from __future__ import annotations

from collections.abc import Mapping

from fcompile.runtime.console.log import Log

_WORDS = {
    "entities": ("entity", "entities"),
    "sources": ("source", "sources"),
    "feature_views": ("feature view", "feature views"),
    "on_demand_feature_views": ("on-demand feature view", "on-demand feature views"),
    "feature_services": ("feature service", "feature services"),
    "labels": ("label", "labels"),
    "tests": ("test", "tests"),
    "exposures": ("exposure", "exposures"),
}
_RARE = ("labels", "on_demand_feature_views", "exposures")
"""They are named where there are some."""
_VERDICTS = ("PROVED", "ASSUMES", "LEAK")


def summary_of(counted: Mapping[str, int]) -> str:
    """Return "4 entities, 4 sources, 5 feature views, 1 feature service, 3 tests", from numbers by list.

    >>> summary_of({"entities": 1, "labels": 2})
    '1 entity, 0 sources, 0 feature views, 0 feature services, 2 labels, 0 tests'
    """
    found = [(counted.get(kind, 0), kind) for kind in _WORDS]
    return ", ".join(f"{n} {_WORDS[kind][n != 1]}" for n, kind in found if n or kind not in _RARE)


def say_proved(log: Log, counted: Mapping[str, int]) -> None:
    """Say how many features have each verdict; nothing where there are none."""
    told = ", ".join(f"{counted[verdict]} {verdict}" for verdict in _VERDICTS if counted.get(verdict))
    if told:
        fields = {verdict.lower(): counted.get(verdict, 0) for verdict in _VERDICTS}
        log.say(f"Proof: {told}", event="proved", **fields)
