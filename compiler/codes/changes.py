"""FC55x and FC57x: what changed, the layout of files, and definitions from elsewhere."""

from __future__ import annotations

from collections.abc import Mapping

from fcompile.compiler.codes.code import Code

_ALLOW = "entities:\n  - name: user\n    join_keys: {user_id: int64}\n    allow: "

ENTRIES: Mapping[str, Code] = {
    "FC550": Code(
        "The reason of an `allow` entry is blank",
        f"{_ALLOW}[{{change: key, reason: ' '}}]\n",
        "Say why the change is right: who reviews it reads this in place of the alarm.",
    ),
    "FC551": Code(
        "`allow` has two entries for one class",
        f"{_ALLOW}[{{change: key, reason: New ids.}}, {{change: key, reason: New keys.}}]\n",
        "Write one entry with both reasons.",
    ),
    "FC558": Code(
        "A file would not mean the same in another layout",
        "A file that `fcompile fmt` cannot lay out anew without losing something; nothing is written then.",
        "It is a mistake of fcompile: please report the file. `fcompile fmt FILE...` takes the others.",
    ),
    "FC559": Code(
        "A file is none of the project's definition files",
        "$ fcompile fmt fcompile.yaml",
        "Name files in the folders that `definitions:` lists, or none, for all of them.",
    ),
}
