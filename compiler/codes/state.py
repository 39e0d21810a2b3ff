"""FC960 to FC969: the state that runs share."""

from __future__ import annotations

from collections.abc import Mapping

from fcompile.compiler.codes.code import Code

ENTRIES: Mapping[str, Code] = {
    "FC960": Code(
        "The state's tables are not those that fcompile makes",
        "Somebody edited the table `migrations` in the schema `fcompile_state`.",
        "Restore the state from a backup, or name another schema or path in `state:`: the views are then rebuilt.",
    ),
    "FC961": Code(
        "The state's server is down or does not answer in time",
        "PostgreSQL is being restarted, and `state: {type: postgres, ...}`.",
        "Run again when it is back: nothing is lost, and the run goes on where the last one stopped. "
        "The exit code is 75.",
    ),
}
