"""The statements of a script, for engines that take one at a time."""

from __future__ import annotations

import re

_HIDING = (
    r"'(?:[^'\\]|\\.|'')*(?:'|$)",
    r'"(?:[^"\\]|\\.|"")*(?:"|$)',
    r"`(?:[^`]|``)*(?:`|$)",
    r"--[^\n]*",
    r"/\*.*?(?:\*/|$)",
)
_PIECE = re.compile("|".join([*_HIDING, "(?P<end>;)", "[^'\"`;/-]+", "."]), re.DOTALL)


def statements_of(script: str) -> list[str]:
    """Return the statements between the ``;`` that are in no string, name or comment; backslashes escape.

    >>> statements_of("DROP TABLE a;\\nSELECT ';\\\\';' -- ;\\n;\\n")
    ['DROP TABLE a', "SELECT ';\\\\';' -- ;"]
    """
    found = [""]
    for piece in _PIECE.finditer(script):
        if piece["end"]:
            found.append("")
        else:
            found[-1] += piece[0]
    return [text.strip() for text in found if text.strip()]
