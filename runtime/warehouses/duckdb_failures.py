"""DuckDB's errors as ours: what went wrong in the engine's own words, shortened, with a code."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

from fcompile.compiler.errors import FcompileError
from fcompile.runtime.warehouses import failures

_RULES: tuple[tuple[str, str, str], ...] = (
    # (pattern of the engine's text, code, hint): the first that fits decides.
    (
        r"Could not set lock on file|different configuration than existing",
        failures.LOCKED,
        "wait until it ends, or close it there, and try again",
    ),
    (
        r"(Conversion|Invalid Input) Error: (CSV Error|Error when sniffing file)",
        failures.BROKEN_CSV,
        "correct that line of the file",
    ),
    (r"INTERRUPT Error", failures.INTERRUPTED, ""),
    (
        r"Out of Memory Error|No space left|max_temp_directory_size",
        failures.NO_SPACE,
        "free disk space under .fcompile/tmp, or run it with fewer features or rows at a time",
    ),
    (r"No files found that match", failures.MISSING_RELATION, "paths are relative to fcompile.yaml"),
    (r"Catalog Error: (Table|Schema|View)", failures.MISSING_RELATION, ""),
    (r"Binder Error: Referenced column|does not have a column named", failures.MISSING_COLUMN, ""),
    (
        r"Cannot open (file|database)|not a valid DuckDB database|database does not exist|Permission denied",
        failures.CANNOT_OPEN,
        "",
    ),
    (r"(Conversion|Out of Range) Error", *failures.VALUE),
)


@contextmanager
def engine_errors(doing: str = "") -> Iterator[None]:
    """Turn what DuckDB raises inside the block into an FcompileError; ``doing`` starts the message."""
    import duckdb

    try:
        yield
    except duckdb.Error as error:
        raise failure(str(error), doing) from error
    except RuntimeError as error:
        if str(error) == "Query interrupted":  # what DuckDB makes of a KeyboardInterrupt [RAN]
            raise KeyboardInterrupt from None
        raise
    except OSError as error:  # what pyarrow raises when a stream of DuckDB's breaks
        raise failure(str(error), doing) from error


def failure(text: str, doing: str = "") -> FcompileError:
    code, hint = next(((c, h) for pattern, c, h in _RULES if re.search(pattern, text)), failures.UNKNOWN)
    if code == failures.BAD_VALUE and _NOT_OF.search(text):
        hint = _NO_CAST
    sentence = {
        failures.LOCKED: _locked,
        failures.BROKEN_CSV: _broken_csv,
        failures.BAD_VALUE: _bad_value,
    }.get(code, shortened)(text)
    return failures.failed((code, hint), f"{doing}: {sentence}" if doing else sentence)


def shortened(text: str) -> str:
    """Return the first paragraph of an engine's message, its candidates kept, on one line.

    >>> shortened("Binder Error: no column \\"a\\"\\nCandidate bindings: \\"b\\"\\n\\nLINE 1: SELECT\\n ^")
    'no column "a"; Candidate bindings: "b"'
    """
    paragraph = text.strip().split("\n\n")[0]
    paragraph = re.split(r"\nLINE \d+:", paragraph)[0]
    paragraph = re.sub(r"^(\w+ )?(\w+ )?\w+ Error: ", "", paragraph)
    line = "; ".join(part.strip() for part in paragraph.splitlines() if part.strip())
    # The engine's fixes for a CSV are options of its own function, which nobody here calls.
    return line.replace("!;", ";").split("; Possible fixes:")[0][:500]


_NOT_OF = re.compile(
    r"""(['"])not ([a-z][a-z0-9]*(?:\(\d+,\s?\d+\))?): (.*?)\1(?= to |, expected)""", re.DOTALL
)
"""What our own SQL gives a cast to fail on, where the engine would have read the text more freely than we do."""
_NO_CAST = "correct the value; in an expression, try_cast gives NULL for it"


def _bad_value(text: str) -> str:
    """Say which value is none of which dtype, if our own SQL found it.

    >>> _bad_value("Conversion Error: Could not convert string 'not int64: 1.5' to INT64 when casting from ...")
    "'1.5' is no int64"
    """
    found = _NOT_OF.search(text)
    return f"'{found[3][:60]}' is no {found[2]}" if found else shortened(text)


def _broken_csv(text: str) -> str:
    """Say which file; what the engine's sniffer tried is nothing to its reader."""
    if found := re.search(r'Error when sniffing file "([^"]+)"', text):
        return f"{found[1]} is no regular CSV: a row has too few or too many values, or a quote is left open"
    found = re.search(r"^  file = (.+)$", text, re.MULTILINE)
    return f"{found[1].strip()}: {shortened(text)}" if found else shortened(text)


def _locked(text: str) -> str:
    found = re.search(r'lock on file "([^"]+)".*?(?:PID (\d+))', text, re.DOTALL)
    if found is None:
        return "this process has the warehouse's file open in another mode"
    return f"another process holds {found[1]} (process id {found[2]})"
