"""Columns that are filled in after their row was written: the end of a row's validity, and what follows from it.

A table that keeps history by closing rows (a slowly changing dimension) writes ``valid_to`` into a row when the
next one comes: the row is known long before this column of it. Names are all there is to go by.
"""

from __future__ import annotations

import re

_CLOSING = re.compile(
    r"^_*(dbt_|scd2?_|row_|record_|sys_|system_|version_)?"
    r"(valid_(to|until|till|thru|through|end|end_(date|at|time|ts))(_(date|at|time|ts|dttm|utc))?"
    r"|(effective|eff)_(to|until|thru|end)(_(date|at|time|ts|dt))?"
    r"|(is_)?(current|latest|active)_(row|record|version|flag)|is_(current|latest)|superseded_(at|by)"
    r"|(row|record|version|sys|system|scd2?)_end(_(date|at|time|ts))?)$",
    re.IGNORECASE,
)
_ENDING = re.compile(
    r"^(end_(date|at|time|ts|dt)|(ended|closed|deleted|terminated|deactivated)_(date|at|on|time|ts))$",
    re.IGNORECASE,
)


def closes_its_row(name: str) -> bool:
    """Whether a column of this name is, as tables go, written when the row is superseded.

    >>> closes_its_row("dbt_valid_to"), closes_its_row("end_date"), closes_its_row("valid_from")
    (True, False, False)
    """
    return _CLOSING.match(name) is not None


def may_be_later(name: str) -> bool:
    """Whether a column of this name may be filled in later than its row: it closes it, or says when it ended."""
    return closes_its_row(name) or _ENDING.match(name) is not None
