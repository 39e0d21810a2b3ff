"""FC2xx: names and references."""

from __future__ import annotations

from collections.abc import Mapping

from fcompile.compiler.codes.code import AMOUNT, USER, Code, on_demand, view

_BIG = (
    "  - {name: big, entities: [user], source: {view: spendAS_OF}, "
    "features: [{name: is_big, dtype: bool, expr: amount > 9}]}\n"
)

ENTRIES: Mapping[str, Code] = {
    "FC201": Code(
        "A name is not well formed",
        "entities:\n  - {name: User, join_keys: {user_id: int64}}\n",
        "Use a lower-case letter, then lower-case letters, digits and _; at most 63 characters.",
    ),
    "FC202": Code(
        "Two objects have the same name",
        USER + "  - {name: user, join_keys: {client_id: int64}}\n",
        "Rename or remove one of the two.",
    ),
    "FC203": Code(
        "There is no such entity",
        view(AMOUNT).replace("[user]", "[usr]"),
        "Correct the name or define the entity.",
    ),
    "FC204": Code(
        "There is no such source",
        view(AMOUNT).replace("source: purchases", "source: purchase"),
        "Correct the name or define the source.",
    ),
    "FC205": Code(
        "There is no such feature view",
        "feature_services:\n  - {name: fraud_v1, features: [spend]}\n",
        "Correct the name or define the feature view.",
    ),
    "FC206": Code(
        "A feature view has no such feature",
        view(AMOUNT) + "feature_services:\n  - {name: fraud_v1, features: [{spend: [amuont]}]}\n",
        "Correct the name or add the feature.",
    ),
    "FC207": Code(
        "Two features of a view have the same name",
        view(f"{AMOUNT}, {{name: amount, dtype: int64}}"),
        "Rename or remove one of the two. Letter case does not tell columns apart.",
    ),
    "FC208": Code(
        "A feature is named like a join key", view("{name: user_id, dtype: int64}"), "Rename the feature."
    ),
    "FC209": Code(
        "Two join keys of a view have the same name",
        view(AMOUNT)
        .replace("[user]", "[user, buyer]")
        .replace("sources:", "  - {name: buyer, join_keys: {user_id: int64}}\nsources:"),
        "Rename one of the join keys.",
    ),
    "FC210": Code(
        "A service has a feature twice",
        view(AMOUNT) + "feature_services:\n  - {name: fraud_v1, features: [spend, {spend: [amount]}]}\n",
        "Remove one of the two, or give one an alias.",
    ),
    "FC211": Code(
        "A join_key_map names no join key of its view",
        view(AMOUNT)
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
        view(AMOUNT)
        + "tests:\n  - name: t\n    features: [spend:amount]\n    given: {}\n"
        + "    spine: [{user_id: 1, event_timestamp: 2026-01-01}]\n    expect: [{amont: null}]\n",
        "Use the names of the test's features.",
    ),
    "FC217": Code(
        "A test's row lacks a column",
        view(AMOUNT)
        + "tests:\n  - name: t\n    features: [spend:amount]\n    given: {purchases: [{user_id: 1, amount: 2.0}]}\n"
        + "    spine: [{user_id: 1, event_timestamp: 2026-01-01}]\n    expect: [{amount: 2.0}]\n",
        "Give every row its join keys and its time; other columns may be left out, and are NULL.",
    ),
    "FC218": Code(
        "A test has not one expected row a spine row",
        view(AMOUNT)
        + "tests:\n  - name: t\n    features: [spend:amount]\n    given: {}\n"
        + "    spine: [{user_id: 1, event_timestamp: 2026-01-01}]\n    expect: []\n",
        "Write as many rows under `expect` as under `spine`, in the same order.",
    ),
    "FC219": Code(
        "A test gives a source a column that nothing declares or reads",
        view(AMOUNT)
        + "tests:\n  - name: t\n    features: [spend:amount]\n"
        + "    given: {purchases: [{user_id: 1, at: 2026-01-01, amuont: 2.0}]}\n"
        + "    spine: [{user_id: 1, event_timestamp: 2026-01-01}]\n    expect: [{amount: 2.0}]\n",
        "Use the columns of the source's contract, or those that views read.",
    ),
    "FC220": Code(
        "Two columns of one source or entity differ in letter case only",
        "entities:\n  - {name: user, join_keys: {user_id: int64, USER_ID: int64}}\n",
        "Rename one in a `query:`: most warehouses take the two for one column.",
    ),
    "FC221": Code(
        "A label is read as a feature",
        view(AMOUNT)
        + "labels:\n  - {name: churn, entities: [user], source: purchases, function: count, horizon: 30d}\n"
        + "feature_services:\n  - {name: fraud_v1, features: [spend, churn]}\n",
        "Ask for it beside the features: `fcompile historical -f fraud_v1 --label churn ...`.",
    ),
    "FC222": Code(
        "tuning.yaml names something without windows",
        "A tuning.yaml with an entry of a view that is gone.",
        "Correct the name, or run `fcompile tune`, which leaves out what is gone.",
    ),
    "FC223": Code(
        "Features of a view read one another in a circle",
        view("{name: low, dtype: int64, expr: high - 1}, {name: high, dtype: int64, expr: low + 1}"),
        "Let one of them read columns, or inputs, only.",
    ),
    "FC224": Code(
        "An on-demand feature view has one name for two things",
        on_demand("[{name: amount, dtype: float64, expr: amount * 2}]"),
        "Rename one of the two, or give an input's view an alias. Letter case does not tell names apart.",
    ),
    "FC225": Code(
        "Request data of one name is wanted in two types, or is a join key of another type",
        on_demand("[{name: double, dtype: float64, expr: amount * 2}]")
        + "  - name: rounded\n    request: {amount: int64}\n"
        + "    features: [{name: half, dtype: int64, expr: amount // 2}]\n"
        + "feature_services:\n  - {name: fraud_v1, features: [ratio, rounded]}\n",
        "Rename one of the two, or ask for the views one at a time.",
    ),
    "FC226": Code(
        "On-demand feature views read one another in a circle",
        on_demand("[{name: double, dtype: float64, expr: amount * 2}]").replace(
            "    features:", "    features_from: [more]\n    features:"
        )
        + "  - name: more\n    features_from: [ratio:double]\n"
        + "    features: [{name: four, dtype: float64, expr: double * 2}]\n",
        "Compute in one of them what the other needs.",
    ),
    "FC227": Code(
        "Request data is named like a column of the spine that has another type",
        on_demand("[{name: double, dtype: float64, expr: amount * 2}]").replace(
            "request: {", "request: {event_timestamp: string, "
        ),
        "A join key, the time of the spine and request data of one name are one column: give them one type.",
    ),
    "FC232": Code(
        "Raw SQL is for a dialect that there is not",
        view("{name: a, dtype: int64, expr: {default: 'b + 1', bigquerry: 'b + 1'}}"),
        "Use the name of a warehouse type, such as bigquery, or `default`.",
    ),
    "FC241": Code(
        "Views read one another in a circle",
        view(AMOUNT).replace("source: purchases", "source: {view: spend}"),
        "Let one of them name a source: a view's rows come from one in the end.",
    ),
    "FC242": Code(
        "A view has no rows that another view could read",
        view(AMOUNT, "    allow_exact_matches: false\n") + _BIG.replace("AS_OF", ""),
        "Read the view's source, or its values as of the time of the request: `as_of: query`.",
    ),
    "FC243": Code(
        "Too many views stand between a view and its source",
        "Ten views, each with the one before it as its source.",
        "Compute more in fewer views, or in the source's `query:`: all of them are part of one statement.",
    ),
    "FC244": Code(
        "A join key is not among the columns of the view that is read",
        (view(AMOUNT) + _BIG)
        .replace("[user], source: {", "[buyer], source: {")
        .replace("AS_OF", "")
        .replace("sources:", "  - {name: buyer, join_keys: {buyer_id: int64}}\nsources:"),
        "Join on a key or a feature of the view that is read: add the column to it as a feature.",
    ),
    "FC245": Code(
        "A view of values as of the request has what only rows have",
        view(AMOUNT) + _BIG.replace("AS_OF", ", as_of: query").replace("features:", "ttl: 7d, features:"),
        "Remove the key, or write `as_of: event`: then the view has rows, one for each of the view that it reads.",
    ),
    "FC246": Code(
        "An exposure reads what there is not",
        view(AMOUNT) + "exposures:\n  - {name: board, type: dashboard, reads: [spned]}\n",
        "Correct the name: a feature service, a view, or view:feature.",
    ),
    "FC247": Code(
        "An exposure names the same thing twice",
        view(AMOUNT) + "exposures:\n  - {name: board, type: dashboard, reads: [spend, spend]}\n",
        "Remove one of the two.",
    ),
    "FC248": Code(
        "An exposure's url is not an address of the web",
        view(AMOUNT) + "exposures:\n  - {name: board, type: dashboard, url: board.html, reads: [spend]}\n",
        "Write all of it, from http:// or https:// on, without spaces.",
    ),
    "FC256": Code(
        "A feature changed when rows were deleted that were not known yet",
        "$ fcompile check --dynamic   # where a source's query has `amount / avg(amount) over () as ratio`",
        "Use only rows that were known at t; where the value is honest, the known time of its source is too early.",
    ),
    "FC249": Code(
        "An object has no such column",
        "$ fcompile lineage user_spend:spned_7d",
        "Name one of its columns, or the object alone; entities and tests have none.",
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
}
