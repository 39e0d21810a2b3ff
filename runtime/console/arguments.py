"""Texts of the command line as values: times, key=value pairs, lists of feature references."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from fcompile.compiler.errors import Diagnostic, UsageError

_PAIR = re.compile(r"\s*([^=,\s][^=,]*?)\s*=(.*)", re.DOTALL)


def instant(text: str | None, option: str) -> datetime | None:
    """Return ISO 8601 ``text`` as naive UTC; without an offset it is UTC; None stays None.

    >>> instant("2026-01-01T02:00:00+02:00", "--end")
    datetime.datetime(2026, 1, 1, 0, 0)
    """
    if text is None:
        return None
    try:
        value = datetime.fromisoformat(text.strip())
        return value if value.tzinfo is None else value.astimezone(UTC).replace(tzinfo=None)
    except (ValueError, OverflowError):
        hint = "write it as 2026-01-31 or 2026-01-31T12:00:00Z"
        raise UsageError(Diagnostic("FC285", f"{option}: `{text}` is not a time", hint=hint)) from None


def required_instant(text: str, option: str) -> datetime:
    """As ``instant``, for an option that must be given."""
    value = instant(text, option)
    assert value is not None  # noqa: S101
    return value


def references(texts: Iterable[str]) -> list[str]:
    """Return feature references, one by one: several may stand in one text.

    >>> references(["a:b,c:d", "fraud_v1 e:f"])
    ['a:b', 'c:d', 'fraud_v1', 'e:f']
    """
    return [word for text in texts for word in re.split(r"[,\s]+", text) if word]


def pairs(text: str, option: str) -> dict[str, str]:
    """Return ``a=1,b=2`` as a mapping; a comma within a value is part of it where no ``name=`` follows.

    >>> pairs("city=Paris, France,n=2", "-e")
    {'city': 'Paris, France', 'n': '2'}
    """
    found: dict[str, str] = {}
    for part in re.split(r",(?=\s*[^=,\s][^=,]*=)", text):
        match = _PAIR.fullmatch(part)
        if match is None or match[1] in found:
            problem = "is given twice" if match else "is not NAME=VALUE"
            hint = "write one entity row as user_id=1, a composite key as a=1,b=2"
            raise UsageError(Diagnostic("FC285", f"{option}: `{part}` {problem}", hint=hint))
        found[match[1]] = match[2]
    return found


def key(text: str, names: Sequence[str]) -> dict[str, str]:
    """Return the join key that ``text`` gives: ``a=1,b=2``, or the value alone where there is one key.

    >>> key("42", ["user_id"])
    {'user_id': '42'}
    """
    if len(names) == 1 and not text.startswith(f"{names[0]}="):
        return {names[0]: text}
    given = pairs(text, "KEY")
    if sorted(given) != sorted(names):
        shape = ",".join(f"{name}=..." for name in names)
        raise UsageError(
            Diagnostic("FC285", f"KEY: `{text}` does not give the join keys", hint=f"write {shape}")
        )
    return given
