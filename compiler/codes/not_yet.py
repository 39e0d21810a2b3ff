"""FC9xx: what a later version brings."""

from __future__ import annotations

from collections.abc import Mapping

from fcompile.compiler.codes.code import Code

ENTRIES: Mapping[str, Code] = {
    "FC910": Code(
        "A dialect is not there yet",
        "$ fcompile build -d snowflake",
        "Build for a dialect that this version has: `-d all` takes those.",
    ),
    "FC951": Code(
        "There is no online store of that type",
        "`online: {type: memcached}`, of an adapter that this version does not have.",
        "Use one of `sqlite`, `redis`, `postgres` and `dynamodb`.",
    ),
}
