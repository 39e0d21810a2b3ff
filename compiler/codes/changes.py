"""FC55x and FC57x: what changed, the layout of files, and definitions from elsewhere."""

from __future__ import annotations

from collections.abc import Mapping

from fcompile.compiler.codes.code import Code

ENTRIES: Mapping[str, Code] = {
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
