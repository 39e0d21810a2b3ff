"""The stable codes of diagnostics, each with what it means, what provokes it and what to do.

The list below is the only one: docs/reference/errors.md is made from it (``errors_page``), and
tests/errors holds that every code used is listed, every code listed is used, and every example works.

To add a code, add one entry in its range: FC1xx the shape of YAML, FC2xx names and references,
FC3xx types and expressions, FC4xx data and requests, FC5xx running, FC9xx not yet. An example is
* definitions as YAML (tests bind it; the messages are kept in tests/errors/<code>.txt), or
* a project file, when its first line is ``# fcompile.yaml`` (tests parse it), or
* a command, when it starts with ``$ ``, or plain words: a test elsewhere then names the code.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Code:
    """What one code stands for.

    Attributes:
        title: what is wrong, in general.
        example: the least that provokes it: YAML, a command, or words.
        advice: what to do about it.
    """

    title: str
    example: str
    advice: str


_USER = "entities:\n  - {name: user, join_keys: {user_id: int64}}\n"
_SOURCE = "sources:\n  - {name: purchases, table: raw.purchases, timestamp_field: at}\n"
_TYPED = (
    "sources:\n  - {name: purchases, table: raw.purchases, timestamp_field: at, columns: {amount: float64}}\n"
)


def _view(features: str, more: str = "", source: str = _SOURCE) -> str:
    """Return definitions of one view with ``features`` (the text in its brackets)."""
    head = f"{_USER}{source}feature_views:\n  - name: spend\n    entities: [user]\n    source: purchases\n"
    return f"{head}{more}    features: [{features}]\n"


_AMOUNT = "{name: amount, dtype: float64}"


def _expression(text: str) -> str:
    """Return definitions whose one feature is the expression ``text``."""
    return _view(f'{{name: x, dtype: float64, expr: "{text}"}}', source=_TYPED)


_CODES = {
    # FC1xx: the shape of YAML
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
        _view("{name: age, dtyp: int32}"),
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
    # FC2xx: names and references
    "FC201": Code(
        "A name is not well formed",
        "entities:\n  - {name: User, join_keys: {user_id: int64}}\n",
        "Use a lower-case letter, then lower-case letters, digits and _; at most 63 characters.",
    ),
    "FC202": Code(
        "Two objects of one kind have the same name",
        _USER + "  - {name: user, join_keys: {client_id: int64}}\n",
        "Rename or remove one of the two.",
    ),
    "FC203": Code(
        "There is no such entity",
        _view(_AMOUNT).replace("[user]", "[usr]"),
        "Correct the name or define the entity.",
    ),
    "FC204": Code(
        "There is no such source",
        _view(_AMOUNT).replace("source: purchases", "source: purchase"),
        "Correct the name or define the source.",
    ),
    "FC205": Code(
        "There is no such feature view",
        "feature_services:\n  - {name: fraud_v1, features: [spend]}\n",
        "Correct the name or define the feature view.",
    ),
    "FC206": Code(
        "A feature view has no such feature",
        _view(_AMOUNT) + "feature_services:\n  - {name: fraud_v1, features: [{spend: [amuont]}]}\n",
        "Correct the name or add the feature.",
    ),
    "FC207": Code(
        "Two features of a view have the same name",
        _view(f"{_AMOUNT}, {{name: amount, dtype: int64}}"),
        "Rename or remove one of the two. Letter case does not tell columns apart.",
    ),
    "FC208": Code(
        "A feature is named like a join key", _view("{name: user_id, dtype: int64}"), "Rename the feature."
    ),
    "FC209": Code(
        "Two join keys of a view have the same name",
        _view(_AMOUNT)
        .replace("[user]", "[user, buyer]")
        .replace("sources:", "  - {name: buyer, join_keys: {user_id: int64}}\nsources:"),
        "Rename one of the join keys.",
    ),
    "FC210": Code(
        "A service has a feature twice",
        _view(_AMOUNT) + "feature_services:\n  - {name: fraud_v1, features: [spend, {spend: [amount]}]}\n",
        "Remove one of the two, or give one an alias.",
    ),
    "FC211": Code(
        "A join_key_map names no join key of its view",
        _view(_AMOUNT)
        + "feature_services:\n  - name: fraud_v1\n    features: [{view: spend, join_key_map: {usr_id: payer_id}}]\n",
        "Map join keys of the view to columns of the spine.",
    ),
    "FC212": Code(
        "A name starts with __",
        "sources:\n  - {name: purchases, table: raw.purchases, timestamp_field: __event}\n",
        "Rename the column (in a `query:`, say): names with __ are fcompile's own.",
    ),
    "FC213": Code(
        "A reference cannot be read",
        "tests:\n  - {name: t, features: ['spend:'], given: {}, spine: [], expect: []}\n",
        "Write view:feature, or the name of a feature view or service.",
    ),
    "FC214": Code(
        "Two result columns have the same name",
        "$ fcompile historical -f spend:amount -f refunds:amount --spine spine.parquet",
        "Ask for full feature names (--full-feature-names), or leave one out.",
    ),
    "FC215": Code(
        "There is no such feature view or feature service",
        "$ fcompile historical -f spnd --spine spine.parquet",
        "Correct the name; `fcompile ls` lists what there is.",
    ),
    "FC216": Code(
        "A test names a column that its features do not have",
        _view(_AMOUNT)
        + "tests:\n  - name: t\n    features: [spend:amount]\n    given: {}\n"
        + "    spine: [{user_id: 1, event_timestamp: 2026-01-01}]\n    expect: [{amont: null}]\n",
        "Use the names of the test's features.",
    ),
    "FC217": Code(
        "A test's row lacks a column",
        _view(_AMOUNT)
        + "tests:\n  - name: t\n    features: [spend:amount]\n    given: {purchases: [{user_id: 1, amount: 2.0}]}\n"
        + "    spine: [{user_id: 1, event_timestamp: 2026-01-01}]\n    expect: [{amount: 2.0}]\n",
        "Give every row the join keys, the times and the columns that its features read.",
    ),
    "FC218": Code(
        "A test has not one expected row a spine row",
        _view(_AMOUNT)
        + "tests:\n  - name: t\n    features: [spend:amount]\n    given: {}\n"
        + "    spine: [{user_id: 1, event_timestamp: 2026-01-01}]\n    expect: []\n",
        "Write as many rows under `expect` as under `spine`, in the same order.",
    ),
    "FC280": Code(
        "A selection matches nothing",
        "$ fcompile run -s user_profil",
        "Use a name that `fcompile ls` lists; a name that nothing has is an error even beside others.",
    ),
    "FC281": Code(
        "A selector cannot be read",
        "$ fcompile ls -s tga:daily",
        "Write name, +name+, 2+name or method:value; a space means or, a comma means and.",
    ),
    "FC282": Code(
        "There is no manifest to compare with",
        "$ fcompile ls -s state:modified --state missing.json",
        "Commit sql/manifest.json, or name one with --state.",
    ),
    "FC283": Code(
        "A dialect is not known",
        "$ fcompile build -d snowflak",
        "Use the name of a warehouse type, or `all`.",
    ),
    "FC284": Code(
        "Nothing has this name",
        "$ fcompile show user_profil",
        "Use a name that `fcompile ls` lists.",
    ),
    "FC285": Code(
        "The command line or an argument cannot be read",
        "$ fcompile run --end yesterday",
        "See `fcompile COMMAND --help`; times are ISO 8601, entity rows are key=value.",
    ),
    # FC3xx: types and expressions
    "FC301": Code(
        "An expression is not well formed",
        _expression("amount +"),
        "Write what is missing, or take away what is left over, at the place shown.",
    ),
    "FC302": Code(
        "A function is not known",
        _expression("rounnd(amount, 2)"),
        "Use one of the functions of docs/reference/expressions.md, or compute it in a source's `query:`.",
    ),
    "FC303": Code(
        "A function gives another answer on every run",
        _expression("random() * amount"),
        "Read a column of the source: then training and serving see the same value.",
    ),
    "FC304": Code(
        "SQL that is not part of the expression language",
        _expression("amount::float"),
        "Write it as the message says, or put it into a source's `query:`.",
    ),
    "FC305": Code(
        "A function has too few or too many arguments",
        _expression("nullif(amount)"),
        "Write the function as the message shows it.",
    ),
    "FC306": Code(
        "A function or operator does not take an argument's type",
        _expression("amount + 'one'"),
        "Convert the argument with cast(x as dtype), or use the function that the message names.",
    ),
    "FC307": Code(
        "Two types do not mix",
        _expression("case when amount > 1 then amount else 'none' end"),
        "Bring both to one type with cast(x as dtype); int64 and float64 never mix silently.",
    ),
    "FC308": Code(
        "A comparison with NULL is never true",
        _expression("case when amount = null then 0.0 else amount end"),
        "Write x is null, or x is not null.",
    ),
    "FC309": Code(
        "A constant does not fit its type",
        _expression("amount + 99999999999999999999"),
        "Write a constant within the type's range, and dates and timestamps as ISO text.",
    ),
    "FC310": Code(
        "A cast is not allowed",
        _expression("cast(amount as bool)"),
        "Write what the message says; docs/reference/expressions.md lists the casts there are.",
    ),
    "FC311": Code(
        "An expression is too large",
        "An expression of more than 20,000 bytes, or nested more than 100 deep.",
        "Split it into several features, or write `in (...)` instead of many comparisons.",
    ),
    "FC312": Code(
        "An expression reads a column that its source does not have",
        _expression("amont * 2"),
        "Correct the name, or add the column to the source's `columns:`.",
    ),
    "FC351": Code(
        "A type is not known",
        "entities:\n  - {name: user, join_keys: {user_id: int46}}\n",
        "Use bool, int32, int64, float32, float64, decimal(p,s), string, bytes, date, timestamp, json, "
        "list<T>, struct<name:T,...> or vector<float32,n>.",
    ),
    "FC352": Code(
        "A duration is not well formed",
        "sources:\n  - {name: purchases, table: t, timestamp_field: at, availability_lag: 15 min}\n",
        "Write it as 500ms, 90s, 15m, 1h, 7d or 4w.",
    ),
    "FC353": Code(
        "A join key has a type that has no exact equality",
        "entities:\n  - {name: user, join_keys: {user_id: float64}}\n",
        "Use bool, int32, int64, string, bytes, date or timestamp.",
    ),
    "FC354": Code(
        "A default does not fit its feature's type",
        _view("{name: amount, dtype: int64, default: 0.5}"),
        "Write a default of the feature's dtype, or null.",
    ),
    "FC355": Code(
        "A filter is not a condition", _view(_AMOUNT, "    filter: amount + 1\n", _TYPED), "Compare."
    ),
    "FC356": Code(
        "An expression has another type than its feature",
        _view("{name: big, dtype: int64, expr: amount > 100}", source=_TYPED),
        "Declare the expression's type, or convert it: cast(... as dtype).",
    ),
    "FC357": Code(
        "A query is not exactly one SELECT",
        "sources:\n  - {name: purchases, query: DELETE FROM purchases, timestamp_field: at}\n",
        "Write one SELECT that only reads.",
    ),
    "FC358": Code(
        "A label's function is not known or not well formed",
        "sources:\n  - {name: p, table: t, timestamp_field: at}\n"
        + "entities:\n  - {name: user, join_keys: {user_id: int64}}\n"
        + "labels:\n  - {name: churn, entities: [user], source: p, function: cuont, column: id, horizon: 30d}\n",
        "Use one of the functions that the message lists.",
    ),
    "FC359": Code(
        "A column has another type than the source declares",
        _view("{name: amount, dtype: string}", source=_TYPED),
        "Correct the dtype, or convert: expr: cast(column as dtype).",
    ),
    # FC4xx: data and requests
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
        "A column of the spine is named like a requested feature",
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
        "Install fcompile[pandas] or fcompile[polars], or ask for an Arrow table.",
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
        "The warehouse's file is held by another process",
        "A second `fcompile run` while a notebook has the DuckDB file open.",
        "Wait until it ends, or close it there.",
    ),
    "FC451": Code(
        "The warehouse's file cannot be opened",
        "A `path` that is a text file, or lies in a folder that cannot be made.",
        "Correct `path` of the target's warehouse, or the permissions.",
    ),
    "FC452": Code(
        "The warehouse ran out of memory or disk",
        "A sort that is larger than the disk has room for.",
        "Free disk space for .fcompile/tmp, or ask for fewer features or rows at a time.",
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
    # FC5xx: running
    "FC501": Code(
        "Another run works on a view",
        "$ fcompile run   # while another one is running",
        "Wait for it to end. The lease of a run that died on this machine is free at once, on another after a minute.",
    ),
    "FC502": Code(
        "A run lost its lease",
        "A laptop slept in the middle of a run, and meanwhile another run took over.",
        "Run again; what the other run wrote stands.",
    ),
    "FC503": Code(
        "The end lies in the future",
        "$ fcompile run --end 2999-01-01",
        "Leave `--end` out to run up to the warehouse's now.",
    ),
    "FC504": Code(
        "The end is before the watermark",
        "$ fcompile run --end 2026-01-01   # after: fcompile run --end 2026-02-01",
        "Give a later end, fill the gap with `materialize --start A --end B`, or rebuild: `--full-refresh`.",
    ),
    "FC505": Code(
        "The end is before the start",
        "$ fcompile materialize --start 2026-02-01 --end 2026-01-01",
        "Swap the two.",
    ),
    "FC506": Code(
        "The state or the online store cannot be used",
        "The file is no database, is locked by another program, or its folder cannot be written.",
        "Correct what the message names; `state:` and `online:` in fcompile.yaml hold the paths.",
    ),
    "FC507": Code(
        "A file belongs to another program or another version",
        "`online: {type: sqlite, path: contacts.db}`",
        "Give a path of its own, or use the version of fcompile that wrote the file.",
    ),
    "FC508": Code(
        "The watermark moved during a run",
        "The state file was edited, or copied back, while a run was going on.",
        "Run again.",
    ),
    "FC509": Code(
        "Teardown was not confirmed",
        "$ fcompile teardown",
        "Add `--yes` to drop the tables, online rows and state that the message lists.",
    ),
    "FC510": Code(
        "A view is not served online",
        "$ fcompile online -f spend:amount -e user_id=1   # where the view says online: false",
        "Remove `online: false` and run, or leave the view out.",
    ),
    "FC511": Code(
        "An entity row lacks a join key",
        "$ fcompile online -f spend:amount -e usre_id=1",
        "Give every join key that the message names.",
    ),
    "FC512": Code(
        "A join key's value does not fit its dtype",
        "$ fcompile online -f spend:amount -e user_id=abc",
        "Give a value of the dtype; timestamps and dates as ISO text, bytes as base64.",
    ),
    "FC513": Code(
        "A full refresh takes no start",
        "store.materialize(start, end, full_refresh=True)",
        "Leave out the start: a full refresh covers everything up to the end.",
    ),
    "FC580": Code(
        "A build would overwrite a file that it did not write",
        "A file of your own at sql/duckdb/feature_views/user_profile/historical.sql.",
        "Move the file away, or build into another folder with -o.",
    ),
    "FC581": Code(
        "A new project needs a new or empty folder",
        "$ fcompile init .",
        "Name a folder that does not exist yet.",
    ),
    # FC9xx: not yet
    "FC901": Code(
        "Aggregations are not compiled yet",
        _view(_AMOUNT).replace(
            f"    features: [{_AMOUNT}]\n",
            "    aggregations:\n      - {name: total, function: sum, column: amount, windows: [7d], dtype: float64}\n",
        ),
        "Aggregate in a source's `query:` until a later version brings them.",
    ),
    "FC902": Code(
        "On-demand feature views are not compiled yet",
        "on_demand_feature_views:\n  - name: ratio\n    request: {amount: float64}\n"
        + "    features: [{name: double, dtype: float64, expr: amount * 2}]\n",
        "Compute the value in the model's code until a later version brings them.",
    ),
    "FC903": Code(
        "Views of views are not compiled yet",
        _view(_AMOUNT).replace("source: purchases", "source: {view: profile}"),
        "Name a source until a later version brings them.",
    ),
    "FC951": Code(
        "An online store is not there yet",
        "`online: {type: dynamodb}`",
        "Use `online: {type: sqlite}` until a later version brings it.",
    ),
    "FC952": Code(
        "A kind of state is not there yet",
        "`state: {type: postgres}`",
        "Use `state: {type: sqlite}` until a later version brings it.",
    ),
    "FC910": Code(
        "A dialect is not there yet",
        "$ fcompile build -d snowflake",
        "Build for a dialect that this version has: `-d all` takes those.",
    ),
}

CODES: Mapping[str, Code] = MappingProxyType(dict(sorted(_CODES.items())))
"""Every code, sorted."""

RANGES = {
    "FC1": "The shape of YAML",
    "FC2": "Names and references",
    "FC3": "Types and expressions",
    "FC4": "Data and requests",
    "FC5": "Running",
    "FC9": "Not yet",
}


def errors_page() -> str:
    """Return docs/reference/errors.md: a section for each code, in order."""
    parts = [_INTRODUCTION]
    for prefix, heading in RANGES.items():
        parts.append(f"## {prefix}xx: {heading}\n")
        parts.extend(_section(name, code) for name, code in CODES.items() if name.startswith(prefix))
    return "\n".join(parts)


_INTRODUCTION = """\
# Errors

Made from `compiler/codes.py` by `pytest tests/errors --update-golden`; do not edit by hand.

A code never changes its meaning. All problems of all files are reported in one run, each with the
file, line and column, the line itself, and what to write instead where something is near.
"""


def _section(name: str, code: Code) -> str:
    language = "console" if code.example.startswith("$ ") else "yaml"
    shown = (
        f"```{language}\n{code.example.rstrip()}\n```" if "\n" in code.example else f"Example: {code.example}"
    )
    if code.example.startswith("$ "):
        shown = f"```console\n{code.example}\n```"
    return f"### {name}: {code.title}\n\n{shown}\n\n{code.advice}\n"
