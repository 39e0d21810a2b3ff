"""Forms of text that are cast: patterns for a whole text that engines and Python (``re.ASCII``) read alike."""

from __future__ import annotations

# 2024-01-01T24:00 is the next day to DuckDB, and year 0000 is 1 BC [RAN].
_YEAR = "([1-9][0-9]{3}|0[1-9][0-9]{2}|00[1-9][0-9]|000[1-9])"
_HOUR = "([01][0-9]|2[0-3])"
_DIGITS = "[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)"

INTEGER = "[+-]?[0-9]+"
DECIMAL = _DIGITS
FLOAT = f"(?i){_DIGITS}(e[+-]?[0-9]+)?|[+-]?(nan|inf|infinity)"
BOOL = "(?i)true|false"
DATE = f"{_YEAR}-[0-9]{{2}}-[0-9]{{2}}"
TIMESTAMP = f"{DATE}([ T]{_HOUR}:[0-9]{{2}}(:[0-9]{{2}}([.][0-9]{{1,6}})?)?Z?)?"
