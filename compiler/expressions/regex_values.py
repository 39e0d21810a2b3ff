"""What patterns find in Python, in a time that is bounded by the text: by ``re``, or by simulation where it explodes.

The trees of patterns are imported when there is a pattern: few projects write one.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fcompile.compiler.expressions.regex_match import Matcher


def regex_matches(text: str, pattern: str) -> bool:
    """Whether the pattern matches anywhere in the text."""
    matcher = _matcher(pattern, 0)
    if len(text) <= matcher.longest:
        return matcher.quick.search(text) is not None
    return matcher.program.matches(text)


def regex_extract(text: str, pattern: str, group: int = 0) -> str | None:
    """The text of a group (0 = all) in the first match; empty if it takes no part, None without a match."""
    matcher = _matcher(pattern, group)
    if len(text) <= matcher.longest:
        found = matcher.quick.search(text)
        return None if found is None else (found.group(1 if group else 0) or "")
    if not matcher.program.matches(text):
        return None
    return matcher.program.extract(text)


@lru_cache(maxsize=4096)
def _matcher(pattern: str, group: int) -> Matcher:
    from fcompile.compiler.expressions.regex_match import matcher

    return matcher(pattern, group)
