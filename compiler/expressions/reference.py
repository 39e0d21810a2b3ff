"""docs/reference/expressions.md, written from the tables of functions and casts."""

from __future__ import annotations

from collections.abc import Iterable

from fcompile.compiler.expressions.casts import CASTS
from fcompile.compiler.expressions.functions import FAMILIES, OPERATORS, Function

_INTRODUCTION = """\
# Expressions

Made from `compiler/expressions/` by `pytest tests/expressions/test_reference.py --update-golden`; do not edit by hand.

`expr:` of a feature and `filter:` of a view are written in one small language. It looks like SQL, and each
operator and function has the one meaning given here, in every dialect and online. What is not here is an
error that names it; raw SQL belongs in a source's `query:`, or beside an expression [for single
dialects](yaml.md#raw-sql-for-single-dialects).

```yaml
features:
  - {name: is_adult, dtype: bool, expr: "age >= 18"}
  - {name: amount_per_item, dtype: float64, expr: "round(amount / nullif(items, 0), 2)"}
  - {name: size, dtype: string, expr: "case when amount > 100 then 'large' else 'small' end"}
filter: "country is not null and status in ('paid', 'sent')"
```

An expression sees one row: of the source, of a view's windows, or of the inputs of an
[on-demand feature](../explanation/on-demand.md). Its answer depends on that row alone: functions such as `now()` and
`random()` are refused.

## Writing it

- Keywords and functions are read in any case; column names are exact. A name that is a keyword, or has other
  characters than letters, digits and `_`, stands in double quotes: `"case"`, `"first name"`.
- Text stands in single quotes; a quote inside is doubled: `'it''s'`. There are no backslash escapes.
- `12` is int64; `1.5` and `1e3` are float64; `true`, `false`; `null`.
- `date '2024-01-31'`; `timestamp '2024-01-31 12:00:00'`, with up to six digits of fraction and `Z` or an offset
  such as `+02:00`. Without one it is UTC.
- `case when condition then x [when ...] [else y] end`: the value of the first condition that is true, else y, else
  NULL. `case x when a then b ... end` compares x by `=`.
- From loosest to tightest: `or`; `and`; `not`; comparisons, `is`, `in`, `between`, `like`; `+ -`; `* / // %`; `-x`.
  Comparisons do not chain: write `1 < x and x < 5`.
- At most 20,000 bytes, 100 levels deep. There are no comments.

## Types

int64 and float64 never mix silently: write `cast(x as float64)`. These conversions happen by themselves, and no
others:

- A number constant becomes the number type that it meets, if its value stays the same: in `amount * 2` with a
  float64 amount, 2 is 2.0.
- A text constant becomes a date or timestamp where it meets one and is ISO: `day >= '2024-01-31'`.
- int32 becomes int64 and float32 becomes float64 where it meets that or takes part in arithmetic, which is done in
  int64 and float64 (or decimal) only. A decimal becomes one with more digits.
- `/` reads both sides as float64.

Dates and timestamps are of the years 1 to 9999 and have no time zone but UTC; timestamps have microseconds. A vector
is a list whose length its type says.

The type of a column is known if its source declares it under `columns:`. An unknown type fits everywhere; what
the expression then means is what the warehouse makes of it, so declare the columns that expressions compute with.

## NULL, NaN and errors

Logic is three-valued: a comparison with NULL is NULL, and a filter keeps the rows for which it is true. Comparing
with the constant `null` is an error, as it is never true: write `x is null`. Unless the table says otherwise, a
function of NULL is NULL.

NaN equals NaN and is greater than every other number; -0.0 equals 0.0. float64 beyond its range is infinite;
int64 beyond its range, and a cast that does not fit, are errors when the SQL runs, and in an online request. Functions
give NULL outside their domain: `x / 0`, `sqrt(-1)`, `ln(0)`.

An error beside a NULL, or beside what decides `and`, `or`, `in` or `between`, may or may not be reported in a training
set; online it is not. `case` computes the conditions up to the first that is true, and its value: guard a cast with
it, and by what it reads. What `coalesce` and `ifnull` do not need is computed by some engines all the same, and so is
a part that has no columns, or whose columns a constant rules out.
"""

_PATTERNS = """\
## Patterns

`regexp_matches` and `regexp_extract` take a constant pattern of the regular expressions that RE2, Java, Postgres and
Python read alike. It is checked, and written anew for each engine.

| written | matches |
| --- | --- |
| `a` | the character; one of `\\ . [ ] { } ( ) * + ? ^ $ \\|` behind a backslash. Any punctuation may have one. |
| `\\t \\n \\r \\f` | tab, line feed, carriage return, form feed |
| `.` | any character but a line feed |
| `[a-z0-9_]`, `[^,;]` | any of these characters, any other character (also a line feed) |
| `\\d`, `\\w`, `\\s` | `[0-9]`, `[0-9A-Za-z_]`, `[ \\t\\n\\f\\r]`; `\\D`, `\\W`, `\\S` the others, outside of classes |
| `^`, `$` | the beginning and the very end of the text, never a line's |
| `ab`, `a\\|b` | one after the other; the first that the rest allows |
| `(...)`, `(?:...)` | a group, numbered by its opening parenthesis; one without a number |
| `* + ? {2} {2,} {2,5}` | as often as possible; what is repeated matches at least one character |

The match found is the leftmost; there, an earlier alternative goes before a later one. There are no lazy or
possessive repetitions, look-ahead, look-behind, back-references, flags, word boundaries or classes of Unicode. A
pattern has at most 1,000 characters, groups nested 20 deep, counts to 255, and 1,000 characters once its counts are
written out. No pattern is slow: online too, time is bounded by the text's length.
"""

_CASTS = """\
## Casts

`cast(x as dtype)`; NULL stays NULL, and every type casts to itself. Text must have exactly the form given, without
spaces around it. What does not fit is an error when it runs. `try_cast(x as dtype)` does the same casts and gives
NULL for what does not fit; an error inside x stays an error.
"""


def reference_page() -> str:
    """Return the whole page."""
    parts = [
        _INTRODUCTION,
        "## Operators\n",
        _table(OPERATORS.values()),
        "## Functions\n",
        *(part for name, family in FAMILIES.items() for part in (f"### {name}\n", _table(_by_name(family)))),
        _PATTERNS,
        _CASTS,
        _cast_table(),
    ]
    return "\n".join(parts)


def _by_name(family: Iterable[Function]) -> list[Function]:
    return sorted(family, key=lambda f: f.name)


def _table(functions: Iterable[Function]) -> str:
    head = ("written", "takes", "gives", "means", "NULL")
    rows = [(f"`{f.syntax}`", f.takes, f.gives, _meaning(f), f.nulls) for f in functions]
    return _rows([head, *rows])


def _meaning(function: Function) -> str:
    """What it does, and how exactly, where engines may differ."""
    if not function.ulps:
        return function.meaning
    units = "1 unit" if function.ulps == 1 else f"{function.ulps} units"
    return f"{function.meaning} Engines may differ by {units} in the last place."


def _cast_table() -> str:
    head = ("from", "to", "gives")
    return _rows([head, *((f"`{a}`", f"`{b}`", rule.meaning) for (a, b), rule in CASTS.items())])


def _rows(rows: list[tuple[str, ...]]) -> str:
    lines = ["| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in rows]
    lines.insert(1, "|" + " --- |" * len(rows[0]))
    return "\n".join(lines) + "\n"
