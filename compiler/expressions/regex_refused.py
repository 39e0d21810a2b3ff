"""What patterns have elsewhere and not here, with what to write instead."""

from __future__ import annotations

from collections.abc import Mapping

ESCAPES: Mapping[str, str] = {
    "b": "word boundaries differ between engines; write what stands beside the word, as in (^|[^a-z])",
    "B": "word boundaries differ between engines; write what stands beside the word, as in [a-z]",
    "A": "write ^",
    "z": "write $",
    "Z": "write $",
    "p": "classes of Unicode differ between engines; list the characters, as in [a-zäöü]",
    "P": "classes of Unicode differ between engines; list the characters, as in [^a-z]",
    "h": "write [ \\t]",
    "v": "write [\\n\\r]",
    "x": "write the character itself",
    "u": "write the character itself",
}
"""Letters behind a backslash."""

_CONDITIONS = "write two conditions, as in regexp_matches(x, ...) and not regexp_matches(x, ...)"

GROUPS: Mapping[str, tuple[str, str]] = {
    "=": ("look-ahead", _CONDITIONS),
    "!": ("look-ahead", _CONDITIONS),
    "<=": ("look-behind", _CONDITIONS),
    "<!": ("look-behind", _CONDITIONS),
    ">": ("an atomic group", "write (?:...)"),
    "P": ("a named group", "write (...): groups are numbered"),
    "<": ("a named group", "write (...): groups are numbered"),
    "#": ("a comment", "use the feature's `description:`"),
}
"""What stands behind ``(?``: its name, and what to write."""
