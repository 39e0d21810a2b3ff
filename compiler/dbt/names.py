"""Names of dbt as names of ours, and which of its relations are meant."""

from __future__ import annotations

import re
from collections.abc import Sequence
from fnmatch import fnmatchcase

from fcompile.compiler.dbt.manifest import Relation
from fcompile.compiler.schema.base import NAME_PATTERN

METHODS = ("name", "tag", "source", "package", "path", "resource_type")
_IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def name_of(text: str) -> str | None:
    """Return the name that an object of ours has: in lower case, other signs as ``_``; None where it cannot be one.

    >>> name_of("Orders-v2"), name_of("2nd")
    ('orders_v2', None)
    """
    made = re.sub(r"[^a-z0-9_]+", "_", text.lower()).strip("_")
    return made if re.match(NAME_PATTERN, made) else None


def is_column(text: str) -> bool:
    """Whether an ``expr`` is just a column's name.

    >>> is_column("amount"), is_column("amount / 100")
    (True, False)
    """
    return _IDENTIFIER.fullmatch(text) is not None


def unknown_methods(selects: Sequence[str]) -> list[str]:
    """Return the methods that selectors name and that are not known, each once."""
    terms = (term for text in selects for group in text.split() for term in group.split(","))
    methods = dict.fromkeys(term.partition(":")[0] for term in terms if ":" in term)
    return [method for method in methods if method not in METHODS]


def is_selected(relation: Relation, selects: Sequence[str]) -> bool:
    """Whether dbt's selectors mean the relation: a space is or, a comma is and; globs are read. None: all are."""
    groups = [group.split(",") for text in selects for group in text.split()]
    return not groups or any(all(_matches(relation, term) for term in group) for group in groups)


def _matches(relation: Relation, term: str) -> bool:
    method, colon, value = term.partition(":")
    if not colon:
        method, value = "name", term
    if method == "name":
        return fnmatchcase(relation.name, value) or fnmatchcase(relation.name.partition("_v")[0], value)
    found = [known for name, known in relation.selectable if name == method]
    if method == "path":
        folder = value.rstrip("/")
        return any(fnmatchcase(each, value) or each.startswith(f"{folder}/") for each in found)
    return any(fnmatchcase(each, value) for each in found)
