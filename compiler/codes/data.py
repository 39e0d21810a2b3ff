"""FC4xx: data and requests."""

from __future__ import annotations

from collections.abc import Mapping

from fcompile.compiler.codes.code import Code

ENTRIES: Mapping[str, Code] = {
    "FC401": Code(
        "A source's file or table is not there",
        "$ fcompile check --connect",
        "Correct the path (relative to fcompile.yaml) or the table's name, or load the data first.",
    ),
    "FC402": Code(
        "A source does not have a column that is read",
        "A feature `home_city` of a table that has `city`.",
        "Correct the column's name in the definition.",
    ),
    "FC403": Code(
        "A column has another type than the definitions declare",
        "A feature of dtype int64 whose column is DOUBLE, or a timestamp_field that is text.",
        "Declare the type the column has, or convert it in the source's `query:`.",
    ),
    "FC410": Code(
        "The spine cannot be read",
        "$ fcompile historical -f fraud_v1 --spine missing.parquet",
        "Give a Parquet or CSV file, a table, or one SELECT. Paths are relative to the current directory.",
    ),
    "FC411": Code(
        "The spine lacks a join key",
        "A spine without `user_id`, for a view of the entity `user`.",
        "Add the column, rename it, or map it in a feature service (join_key_map).",
    ),
    "FC412": Code(
        "The spine lacks a time",
        "A spine without `event_timestamp` and with two other columns of times.",
        "Name the column that holds the time: --timestamp-column.",
    ),
    "FC413": Code(
        "A column of the spine is named like a requested feature or label",
        "A spine with a column `amount`, asked for `spend:amount`.",
        "Rename the column, or ask for full feature names (--full-feature-names).",
    ),
    "FC414": Code(
        "Two columns of the spine have the same name",
        "A CSV file whose first line is `user_id,user_id`.",
        "Rename one of the two. Letter case does not tell columns apart.",
    ),
    "FC415": Code(
        "A column of the spine has a type that its join key cannot have",
        "A spine with `user_id` as text, for a join key of int64.",
        "Convert the column.",
    ),
    "FC416": Code(
        "A time of the spine does not parse",
        "A CSV file with the time `31.01.2026 12:00`.",
        "Write ISO 8601: 2026-01-31T12:00:00Z.",
    ),
    "FC417": Code(
        "The spine's SQL is not exactly one SELECT",
        "$ fcompile historical -f fraud_v1 --spine 'SELECT 1; SELECT 2'",
        "Give one SELECT that only reads.",
    ),
    "FC418": Code(
        "A row of a CSV file is broken",
        "A row with two fields under a header of three.",
        "Correct the line that the message names; nothing was written.",
    ),
    "FC419": Code(
        "An object is no spine",
        "get_historical_features(entity_df={...}), or a pandas column of numbers and text.",
        "Give a pandas, polars or pyarrow table whose columns have one type each.",
    ),
    "FC420": Code(
        "The output cannot be written",
        "$ fcompile historical -f fraud_v1 --spine spine.parquet -o missing_folder/train.parquet",
        "Name a folder that exists, and end the file in .parquet, .csv or .csv.gz.",
    ),
    "FC421": Code(
        "The output would overwrite a source",
        "$ fcompile historical -f fraud_v1 --spine spine.parquet -o raw.purchases",
        "Write to another file or table.",
    ),
    "FC422": Code(
        "An optional package is not installed",
        "store.get_historical_features(spine, features).to_df()   # without pandas",
        "Install fcompile[pandas] or fcompile[polars], or ask for an Arrow table. A driver is an extra too.",
    ),
    "FC423": Code(
        "The spine lacks request data",
        "A spine without `amount`, for an on-demand view with `request: {amount: float64}`.",
        "Add a column of that name: the value that came, or would have come, with each request.",
    ),
    "FC424": Code(
        "A column of the spine has a type that its request data cannot have",
        "A spine with `amount` as text, for `request: {amount: float64}`.",
        "Convert the column, or declare the request data with the type that it has.",
    ),
    "FC430": Code(
        "A key is not the view's",
        "$ fcompile why user_profile abc --at 2026-01-31T12:00:00Z",
        "Give a value of its dtype for each join key of the view.",
    ),
    "FC440": Code(
        "A test failed",
        "$ fcompile test",
        "Correct the definition, or the rows that the test expects.",
    ),
    "FC441": Code(
        "A value of a test is not of its column's dtype",
        "A test that gives `amount: lots` for a column of float64.",
        "Write a value of the dtype, or null.",
    ),
    "FC450": Code(
        "The warehouse lets nobody in for now",
        "A second `fcompile run` while a notebook has the DuckDB file open; a server without a free connection.",
        "Wait until others end, or close it there.",
    ),
    "FC451": Code(
        "The warehouse cannot be opened",
        "A `path` that is a text file; a server that is not there, or that knows no such user or database.",
        "Correct the target's warehouse in fcompile.yaml, or the permissions.",
    ),
    "FC452": Code(
        "The warehouse ran out of memory or disk",
        "A sort that is larger than the disk has room for.",
        "Free disk space (DuckDB: of .fcompile/tmp), or ask for fewer features or rows at a time.",
    ),
    "FC453": Code(
        "The warehouse was interrupted",
        "Ctrl-C while a query runs.",
        "Run it again: nothing was written.",
    ),
    "FC454": Code(
        "A value does not convert",
        "3000000000 in a column that a feature declares as int32.",
        "Correct the value, or declare the type it has.",
    ),
    "FC459": Code(
        "The warehouse said no",
        "Any other error of the engine; the message is its own.",
        "Look the message up in the engine's documentation.",
    ),
}
