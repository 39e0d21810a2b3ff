"""How many there are: objects of each kind, and features of each verdict, in words."""

from __future__ import annotations

from collections.abc import Mapping

from fcompile.compiler.kinds import WORDS
from fcompile.runtime.console.log import Log

_RARE = ("labels", "on_demand_feature_views", "exposures")
"""They are named where there are some."""
_VERDICTS = ("PROVED", "ASSUMES", "LEAK")


def summary_of(counted: Mapping[str, int]) -> str:
    """Return "4 entities, 4 sources, 5 feature views, 1 feature service, 3 tests", from numbers by list.

    >>> summary_of({"entities": 1, "labels": 2})
    '1 entity, 0 sources, 0 feature views, 0 feature services, 2 labels, 0 tests'
    """
    found = [(counted.get(kind, 0), kind) for kind in WORDS]
    return ", ".join(f"{n} {_word(kind, n)}" for n, kind in found if n or kind not in _RARE)


def _word(kind: str, number: int) -> str:
    one = WORDS[kind]
    if number == 1:
        return one
    return f"{one[:-1]}ies" if one.endswith("y") else f"{one}s"


def say_proved(log: Log, counted: Mapping[str, int]) -> None:
    """Say how many features have each verdict; nothing where there are none."""
    told = ", ".join(f"{counted[verdict]} {verdict}" for verdict in _VERDICTS if counted.get(verdict))
    if told:
        fields = {verdict.lower(): counted.get(verdict, 0) for verdict in _VERDICTS}
        log.say(f"Proof: {told}", event="proved", **fields)
