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
    "FC553": Code(
        "Git does not answer",
        "$ fcompile diff   # in a folder that is in no git repository",
        "Run it in a clone, see what `git status` says there, or compare with a manifest: `--base sql/manifest.json`.",
    ),
    "FC554": Code(
        "Git does not know the ref to compare with",
        "$ fcompile diff --base mian",
        "Correct the name; in a shallow clone fetch more (`fetch-depth: 0` on GitHub), or `git fetch origin REF`.",
    ),
    "FC555": Code(
        "A file to compare with is no manifest, or of another version",
        "$ fcompile diff --base fcompile.yaml",
        "Name a `sql/manifest.json` that this version of fcompile wrote, or a git ref.",
    ),
    "FC556": Code(
        "Definitions to compare with cannot be read",
        "$ fcompile diff --base main   # where a definition on main has a mistake",
        "A warning: the rest is compared, and these count as changed in value, or as gone. Mend them there, or compare "
        "with another ref.",
    ),
    "FC557": Code(
        "There is too much to compare with",
        "A commit with more than 20,000 definition files.",
        "Compare with a manifest that was built there: `--base FILE`.",
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
    "FC570": Code(
        "A file to import cannot be read",
        "$ fcompile import dbt target/manifest.jsn",
        "Name the `target/manifest.json` that `dbt parse`, `dbt run` or `dbt build` wrote.",
    ),
    "FC571": Code(
        "A file to import is no manifest of dbt, or of a version that is not read",
        "$ fcompile import dbt target/catalog.json",
        "Name `target/manifest.json` of dbt 1.6 to 1.11 (versions 10 to 12 of the manifest).",
    ),
    "FC572": Code(
        "A selector or an option names nothing that dbt has",
        "$ fcompile import dbt target/manifest.json --select odrers",
        "Correct the name; methods are name, tag, source, package, path and resource_type.",
    ),
    "FC573": Code(
        "What would be imported is not well formed",
        "A dbt project whose semantic model averages a column of text.",
        "Mend it in dbt, or leave it out with `--select`; nothing is written.",
    ),
    "FC574": Code(
        "A file is not overwritten, since no import made it",
        "$ fcompile import dbt target/manifest.json -o featuredefs/users.yaml",
        "Name another file: an import writes over what an import has written, and nothing else.",
    ),
}
