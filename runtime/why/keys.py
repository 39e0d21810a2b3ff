"""The key that is asked about: its values in the types of the join keys."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from fcompile.compiler.definitions import JoinKey
from fcompile.compiler.errors import Diagnostic, UsageError, did_you_mean, listed
from fcompile.runtime.keys import read_key


def key_values(name: str, join_keys: Sequence[JoinKey], key: Mapping[str, object]) -> dict[str, object]:
    """Return a value for each join key, in their order; raise UsageError (FC430) with every problem.

    ``name`` is that of the view or label whose keys they are.
    """
    names = [k.name for k in join_keys]
    problems = [
        Diagnostic("FC430", f"`{given}` is no join key of `{name}`", hint=did_you_mean(given, names))
        for given in key
        if given not in names
    ]
    values: dict[str, object] = {}
    for join_key in join_keys:
        try:
            values[join_key.name] = read_key(key.get(join_key.name), join_key.dtype)
        except ValueError as error:
            problems.append(Diagnostic("FC430", f"join key `{join_key.name}`: {error}"))
    if missing := [each for each in names if each not in key or values.get(each, 0) is None]:
        hint = "a NULL key matches nothing" if all(each in key for each in missing) else ""
        problems.append(Diagnostic("FC430", f"no value for the join key {listed(missing)}", hint=hint))
    if problems:
        raise UsageError(*problems)
    return values


def key_parameters(key: Mapping[str, object]) -> dict[str, object]:
    """Return the key's values under the names that the statements know: key_0, key_1, ..."""
    return {f"key_{n}": value for n, value in enumerate(key.values())}
