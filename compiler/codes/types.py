"""FC3xx: types and expressions."""

from __future__ import annotations

from collections.abc import Mapping

from fcompile.compiler.codes.code import AMOUNT, SOURCE, TYPED, Code, expression, view, windows

ENTRIES: Mapping[str, Code] = {
    "FC301": Code(
        "An expression is not well formed",
        expression("amount +"),
        "Write what is missing, or take away what is left over, at the place shown.",
    ),
    "FC302": Code(
        "A function is not known",
        expression("rounnd(amount, 2)"),
        "Use one of the functions of docs/reference/expressions.md, or compute it in a source's `query:`.",
    ),
    "FC303": Code(
        "A function gives another answer on every run",
        expression("random() * amount"),
        "Read a column of the source: then training and serving see the same value.",
    ),
    "FC304": Code(
        "SQL that is not part of the expression language",
        expression("amount::float"),
        "Write it as the message says, or put it into a source's `query:`.",
    ),
    "FC305": Code(
        "A function has too few or too many arguments",
        expression("nullif(amount)"),
        "Write the function as the message shows it.",
    ),
    "FC306": Code(
        "A function or operator does not take an argument's type",
        expression("amount + 'one'"),
        "Convert the argument with cast(x as dtype), or use the function that the message names.",
    ),
    "FC307": Code(
        "Two types do not mix",
        expression("case when amount > 1 then amount else 'none' end"),
        "Bring both to one type with cast(x as dtype); int64 and float64 never mix silently.",
    ),
    "FC308": Code(
        "A comparison with NULL is never true",
        expression("case when amount = null then 0.0 else amount end"),
        "Write x is null, or x is not null.",
    ),
    "FC309": Code(
        "A constant does not fit its type",
        expression("amount + 99999999999999999999"),
        "Write a constant within the type's range, and dates and timestamps as ISO text.",
    ),
    "FC310": Code(
        "A cast is not allowed",
        expression("cast(amount as bool)"),
        "Write what the message says; docs/reference/expressions.md lists the casts there are.",
    ),
    "FC311": Code(
        "An expression is too large",
        "An expression of more than 20,000 bytes, or nested more than 100 deep.",
        "Split it into several features, or write `in (...)` instead of many comparisons.",
    ),
    "FC312": Code(
        "An expression reads a column that its source does not have",
        expression("amont * 2"),
        "Correct the name, or add the column to the source's `columns:`.",
    ),
    "FC313": Code(
        "A pattern is not of the regular expressions that every engine reads alike",
        expression("case when regexp_matches('a1', 'a(?=1)') then amount end"),
        "Write it with what docs/reference/expressions.md lists under Patterns.",
    ),
    "FC314": Code(
        "A path into JSON is not well formed",
        expression("cast(json_text('[1]', '$[*]') as float64)"),
        'Write $ for the whole, then .name or ."any key" for members of objects and [0] for elements of arrays.',
    ),
    "FC341": Code(
        "Raw SQL is not one expression of a row",
        view("{name: a, dtype: int64, expr: {default: 'b + 1', duckdb: 'sum(b) over ()'}}"),
        "Write one scalar expression over the source's columns; put anything else into a source's `query:`.",
    ),
    "FC315": Code(
        "A unit of time is not one of the function's",
        expression("cast(date_part('weekday', date '2024-01-31') as float64)"),
        "Write one of the units that docs/reference/expressions.md lists for the function, as a constant.",
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
        view("{name: amount, dtype: int64, default: 0.5}"),
        "Write a default of the feature's dtype, or null.",
    ),
    "FC355": Code("A filter is not a condition", view(AMOUNT, "    filter: amount + 1\n", TYPED), "Compare."),
    "FC356": Code(
        "An expression has another type than its feature",
        view("{name: big, dtype: int64, expr: amount > 100}", source=TYPED),
        "Declare the expression's type, or convert it: cast(... as dtype).",
    ),
    "FC357": Code(
        "A query is not exactly one SELECT",
        "sources:\n  - {name: purchases, query: DELETE FROM purchases, timestamp_field: at}\n",
        "Write one SELECT that only reads.",
    ),
    "FC358": Code(
        "An aggregation function is not known or not well formed",
        windows("function: percentile(90), column: amount"),
        "Use one of the functions that docs/reference/yaml.md lists, with its argument if it takes one.",
    ),
    "FC359": Code(
        "A column has another type than the source declares",
        view("{name: amount, dtype: string}", source=TYPED),
        "Correct the dtype, or convert: expr: cast(column as dtype).",
    ),
    "FC360": Code(
        "An aggregation function does not take its column's type",
        windows("function: avg, column: bought_on"),
        "Use a function that takes the type, or another column.",
    ),
    "FC361": Code(
        "An aggregation function does not give the declared type",
        windows("function: avg, column: amount, dtype: int64"),
        "Declare the type that the message names, or leave `dtype` out where the source has a contract.",
    ),
    "FC362": Code(
        "The type of an aggregation cannot be told",
        windows("function: max, column: amount", source=SOURCE),
        "Add `dtype`, or declare the column in the source's `columns`.",
    ),
    "FC391": Code(
        "A dialect has no words for a function or a cast",
        "$ fcompile build -d redshift   # where a feature is expr: list_sum(amounts)",
        "Give that dialect SQL of its own (`expr: {default: ..., redshift: ...}`), or use a source with `query:`.",
    ),
    "FC392": Code(
        "A dialect does not hold a dtype",
        "$ fcompile build -d redshift   # where a feature is of dtype list<float64>",
        "Use a dtype that the message does not name, or another warehouse for this view.",
    ),
    "FC393": Code(
        "A dialect has no aggregation of that name",
        "$ fcompile build -d redshift   # where an aggregation is last_n(5)",
        "Use another aggregation: `fcompile dialects` shows which dialect has which.",
    ),
    "FC394": Code(
        "A table or a spine has more columns than the engine takes",
        "$ fcompile historical -t warehouse -f everything --spine orders -o wide   # 1,700 features on PostgreSQL",
        "Write the training set to a file: that is made in parts (`historical -o FILE`), and a table cannot be.",
    ),
    "FC395": Code(
        "Two columns of a table would be one, as the engine keeps only the first bytes of a name",
        "$ fcompile historical --target warehouse -f everything --full-feature-names --spine orders -o out",
        "Shorten one of the names, give one view an alias, or write the training set to a file.",
    ),
}
