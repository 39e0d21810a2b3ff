"""FC1xx: the shape of YAML, of definitions and of fcompile.yaml."""

from __future__ import annotations

from collections.abc import Mapping

from fcompile.compiler.codes.code import AMOUNT, Code, view, windows

ENTRIES: Mapping[str, Code] = {
    "FC100": Code(
        "A file is not UTF-8 text",
        "A definition file saved as Latin-1 or UTF-16.",
        "Save the file as UTF-8.",
    ),
    "FC101": Code(
        "A file is not valid YAML",
        "entities:\n  - {name: user, join_keys: {user_id: int64}\n",
        "Close the bracket or quote, or line up the indentation, at or before the place shown.",
    ),
    "FC102": Code(
        "A file is larger than 1 MiB",
        "A definition file of 2 MiB.",
        "Split it: a project may have any number.",
    ),
    "FC103": Code(
        "A key is not known here",
        view("{name: age, dtyp: int32}"),
        "Correct the key; docs/reference/yaml.md lists those of each object.",
    ),
    "FC104": Code(
        "YAML is nested more than 64 levels deep",
        "entities: " + "[" * 65 + "]" * 65 + "\n",
        "Flatten the value.",
    ),
    "FC105": Code(
        "A file holds more than 200,000 values",
        "A definition file with 300,000 features.",
        "Split it: a project may have any number.",
    ),
    "FC106": Code(
        "Anchors and aliases are not read",
        "entities:\n  - &user {name: user, join_keys: {user_id: int64}}\n  - *user\n",
        "Write the value out in each place.",
    ),
    "FC107": Code(
        "Merge keys are not read",
        "entities:\n  - {<<: {owner: ml}, name: user, join_keys: {user_id: int64}}\n",
        "Write the keys out in each place.",
    ),
    "FC108": Code(
        "Tags are not read",
        "entities:\n  - {name: !!str user, join_keys: {user_id: int64}}\n",
        "Remove the tag; quote a value that is to be text.",
    ),
    "FC109": Code(
        "A file holds more than one document",
        "entities: []\n---\nsources: []\n",
        "Put each document in its own file.",
    ),
    "FC110": Code(
        "A key stands twice in one mapping",
        "entities:\n  - {name: user, name: client, join_keys: {user_id: int64}}\n",
        "Remove one of the two.",
    ),
    "FC111": Code(
        "A key is not text",
        "entities:\n  - {name: user, join_keys: {1: int64}}\n",
        'Quote the key ("1") if it is meant as text.',
    ),
    "FC112": Code(
        "A name holds a control or text-direction character",
        'entities:\n  - {name: user, join_keys: {"user\\u202Eid": int64}}\n',
        "Remove the character: it makes text look other than it is.",
    ),
    "FC113": Code(
        "A number is out of range",
        "entities:\n  - {name: user, join_keys: {user_id: 99999999999999999999}}\n",
        "Whole numbers fit int64, others float64; quote it if it is text.",
    ),
    "FC114": Code("A key is missing", "entities:\n  - {name: user}\n", "Add the key."),
    "FC115": Code(
        "A value is of another shape than its key takes",
        "entities:\n  name: user\n",
        "Write what the message asks for; quote text that looks like a number.",
    ),
    "FC116": Code(
        "A value is not one of those its key takes",
        "# fcompile.yaml\nproject: fraud\ntargets:\n  dev: {online: {type: sqlte}}\n",
        "Use one of the values that the message lists.",
    ),
    "FC117": Code(
        "A source must have exactly one of table, path and query",
        "sources:\n  - {name: purchases, table: raw.purchases, path: p.csv, timestamp_field: at}\n",
        "Keep the one that says where the rows are.",
    ),
    "FC118": Code(
        "Two keys exclude one another",
        "sources:\n  - {name: purchases, table: t, timestamp_field: at, available_at: loaded, availability_lag: 1h}\n",
        "Keep one of the two.",
    ),
    "FC119": Code(
        "A file path is of no known format",
        "sources:\n  - {name: purchases, path: purchases.xlsx, timestamp_field: at}\n",
        "Use .parquet, .csv, .csv.gz or .tsv.",
    ),
    "FC120": Code(
        "A key does not go with what the view has",
        view(AMOUNT, "    every: 1h\n"),
        "Remove the key, or write `aggregations` in place of `features`.",
    ),
    "FC121": Code(
        "tuning.yaml is of another version",
        "A tuning.yaml that begins with `version: 2`.",
        "Run `fcompile tune` to write it anew, or use the fcompile that wrote it.",
    ),
    "FC122": Code(
        "An entry of tuning.yaml does not fit together",
        "In tuning.yaml: `user_spend: {form: tiles, tile: 1h, span: 90m}`.",
        "Give `tiles` and `mixed` a tile and a span that is a multiple of it, `mixed` alone `hot`, `rows` none.",
    ),
    "FC123": Code(
        "A feature that is computed from others has a column or a default",
        windows("function: sum, column: amount")
        + "    features: [{name: half, dtype: float64, expr: total_7d / 2, default: 0.0}]\n",
        "Write coalesce(x, ...) in its `expr`; a column is read by an aggregation (`function: last`) or a view.",
    ),
    "FC130": Code(
        "There is no project here",
        "$ fcompile check -p /tmp",
        "Name the project with -p, or make one: fcompile init.",
    ),
    "FC131": Code(
        "An environment variable is not set",
        '# fcompile.yaml\nproject: fraud\nstate: {type: postgres, dsn: "${FRAUD_DSN}"}\n',
        "Set the variable, or give a default: ${NAME:-default}.",
    ),
    "FC132": Code(
        "A reference to an environment variable is malformed",
        '# fcompile.yaml\nproject: fraud\nsql: "${SQL DIR}"\n',
        "Write ${NAME} or ${NAME:-default}; $${ stands for a literal ${.",
    ),
    "FC133": Code(
        "There is no such target",
        "# fcompile.yaml\nproject: fraud\ndefault_target: prd\ntargets: {dev: {}, prod: {}}\n",
        "Use a name that stands under `targets`.",
    ),
    "FC134": Code(
        "A definitions folder cannot be read",
        "A project file with `definitions: [../elsewhere]`, or with a folder that does not exist.",
        "Create the folder, or correct `definitions`; it lies inside the project.",
    ),
    "FC135": Code(
        "A file cannot be read",
        "A definition file without read permission, or a link that leads out of the project.",
        "Make the file readable, and keep it inside the project.",
    ),
}
