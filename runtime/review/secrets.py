"""Secrets of the environment stay out of what a review writes: a pull request may name any variable in its YAML."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, MutableMapping
from urllib.parse import quote

from fcompile.runtime.review.comment_text import escaped

_NAMES = re.compile(r"TOKEN|SECRET|PASSW|CREDENTIAL|PRIVATE|API_?KEY|ACCESS_?KEY|_DSN|_URL$", re.IGNORECASE)
_SHORTEST = 6
"""Shorter values are words of any text."""

_NOT_SECRET = re.compile(r"https?://[^@]*")
"""Addresses without a user's name and password."""


def take_token(environ: MutableMapping[str, str], form: str = "github") -> str:
    """Return the job's token and leave it, and what makes others, out of the environment; "" where there is none.

    ``form``: for whom it is, github or gitlab.
    """
    for name in [name for name in environ if name.startswith("ACTIONS_") and name.endswith("_TOKEN")]:
        del environ[name]
    tokens = {name: environ.pop(f"{name.upper()}_TOKEN", "") for name in ("github", "gitlab")}
    return tokens.get(form, "")


def without_secrets(text: str, environ: Mapping[str, str]) -> str:
    """Return text with ``***`` for the values of variables that are called as secrets are.

    >>> without_secrets("schema hunter22", {"WAREHOUSE_PASSWORD": "hunter22"})
    'schema ***'
    """
    values = {value for name, value in environ.items() if _NAMES.search(name) and len(value) >= _SHORTEST}
    kept = {value for value in values if not _NOT_SECRET.fullmatch(value)}
    for form in sorted(
        {form for value in kept for form in _forms(value)}, key=lambda each: (-len(each), each)
    ):
        text = text.replace(form, "***")
    return text


def _forms(value: str) -> Iterable[str]:
    """A value as it is, and as Markdown, JSON and URIs have it."""
    return (value, escaped(value, len(value)), json.dumps(value, ensure_ascii=False)[1:-1], quote(value))
