"""The statement that judges the rows of a key for each window, and chooses which of them are shown."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from fcompile.compiler.definitions import Feature
from fcompile.runtime.why.question import Question, window_of
from fcompile.runtime.why.ranks import NEWEST, OLDEST, RANKINGS
from fcompile.runtime.why.source import condition, expression, key_test, relation_of, times, type_text

MOST_AT_AN_EDGE = 500
"""Rows within the longest window that are shown at each of its ends."""
MOST_OUTSIDE = 10
"""Rows beyond an end that are shown: the next ones say where the window stops. Also taken rows anywhere."""


def window_query(question: Question) -> str:
    """One SELECT, newest row first: counts of all rows, then the columns of ``Found``."""
    marks = [f"{c}_{n}" for n, _ in enumerate(question.features) for c in ("in", "rank", "repeated", "times")]
    shown = ["place", "e", "a", "c", "passes", *_names("t", question.filters), *_names("v", question.inputs)]
    counts = ["count(*) OVER () AS in_all"]
    counts += [f"count(*) FILTER (in_{n}) OVER () AS all_{n}" for n, _ in enumerate(question.features)]
    some_value = "v0" if question.inputs else "NULL"
    newest, oldest = NEWEST.format(v=some_value), OLDEST.format(v=some_value)
    return f"""
WITH found AS (
  SELECT {_listed(_read_columns(question))}
  FROM {relation_of(question.rows)}
  WHERE {key_test(question.join_keys)}
), judged AS (
  SELECT *, {_listed([*_inside(question), *_edges(question), f"{_side(question)} AS side"])}
  FROM found
), ordered AS (
  SELECT *, {_listed([*_orders(question), f"row_number() OVER (ORDER BY {newest}) AS place"])}
  FROM judged
), grouped AS (
  SELECT *, {_listed(_groups(question))}
  FROM ordered
), ranked AS (
  SELECT *, {_listed([*_ranks(question), *counts, *_distances(question, newest, oldest)])}
  FROM grouped
)
SELECT {", ".join(["in_all", *_names("all_", question.features), *shown, *marks])}
FROM ranked
WHERE {_shown(question)}
ORDER BY place"""  # noqa: S608


def _read_columns(question: Question) -> Iterator[str]:
    yield times(question.rows.source)
    yield f"{condition(question.rows.filter)} AS passes"
    for n, each in enumerate(question.filters):
        yield f"{condition(each)} AS t{n}"
    for n, feature in enumerate(question.inputs):
        dtype, value = window_of(feature).input, expression(feature.expr)
        # A row that does not count may hold what cannot be converted.
        yield f"{value if dtype is None else f'TRY_CAST({value} AS {type_text(dtype)})'} AS v{n}"


def _inside(question: Question) -> Iterator[str]:
    """Yield for each feature whether the row counts: SPEC 4, word for word."""
    before = "<" if question.bounds.strict else "<="
    for n, feature in enumerate(question.features):
        window = window_of(feature)
        tests = ["passes", f"e {before} $until", f"a {before} $known_by", f"e {before} $known_by"]
        tests += [f"t{question.filters.index(window.filter)}"] if window.filter is not None else []
        tests += [f"v{question.input_place(feature)} IS NOT NULL"]
        tests += [begin] if (begin := _begun(question, question.lengths.index(window.length))) else []
        yield f"coalesce({' AND '.join(tests)}, FALSE) AS in_{n}"


def _begun(question: Question, length: int) -> str:
    """Return the test that the window of that number has begun; empty for a lifetime."""
    if question.bounds.begin(question.lengths[length]) is None:
        return ""
    return f"e {'>=' if question.bounds.strict else '>'} $begin_{length}"


def _side(question: Question) -> str:
    """Return where the row lies to the longest window."""
    after = ">=" if question.bounds.strict else ">"
    begun = _begun(question, len(question.lengths) - 1) or "TRUE"
    return (
        f"CASE WHEN e IS NULL THEN 'never' WHEN e {after} $until THEN 'after' "
        f"WHEN {begun} THEN 'within' ELSE 'before' END"
    )


def _edges(question: Question) -> Iterator[str]:
    for n, _ in enumerate(question.lengths[:-1]):
        yield f"coalesce({_begun(question, n)}, FALSE) AS begun_{n}"


def _orders(question: Question) -> Iterator[str]:
    """Yield for each feature that ranks values the place of each row among those inside, the newest first."""
    for n, _, value in _ranked(question, values=True):
        yield f"row_number() OVER (PARTITION BY in_{n} ORDER BY {NEWEST.format(v=value)}) AS order_{n}"


def _groups(question: Question) -> Iterator[str]:
    valued = {n: value for n, _, value in _ranked(question, values=True)}
    for n, _ in enumerate(question.features):
        of_value = f"OVER (PARTITION BY in_{n}, {valued[n]})" if n in valued else ""
        yield f"min(order_{n}) {of_value} AS seen_{n}" if of_value else f"NULL AS seen_{n}"
        yield f"count(*) {of_value} AS times_{n}" if of_value else f"1 AS times_{n}"


def _ranks(question: Question) -> Iterator[str]:
    ranked = {n: (RANKINGS[window_of(f).function], value) for n, f, value in _ranked(question)}
    for n, _ in enumerate(question.features):
        if n not in ranked:
            yield f"NULL AS rank_{n}, FALSE AS repeated_{n}"
            continue
        ranking, value = ranked[n]
        order = ranking.by.format(v=value, seen=f"seen_{n}", times=f"times_{n}")
        function = "dense_rank()" if ranking.values else "row_number()"
        yield f"{function} OVER (PARTITION BY in_{n} ORDER BY {order}) AS rank_{n}"
        yield f"{f'order_{n} <> seen_{n}' if ranking.values else 'FALSE'} AS repeated_{n}"


def _ranked(question: Question, values: bool = False) -> Iterator[tuple[int, Feature, str]]:
    """Yield (number, feature, its value's column) of the features that rank; only those of values, if asked."""
    for n, feature in enumerate(question.features):
        ranking = RANKINGS.get(window_of(feature).function)
        if ranking is not None and (ranking.values or not values):
            yield n, feature, f"v{question.input_place(feature)}"


def _distances(question: Question, newest: str, oldest: str) -> Iterator[str]:
    """Yield how far the row is from the ends of the longest window, and from the beginnings of the others."""
    yield f"row_number() OVER (PARTITION BY side ORDER BY {newest}) AS from_newest"
    yield f"row_number() OVER (PARTITION BY side ORDER BY {oldest}) AS from_oldest"
    for n, _ in enumerate(question.lengths[:-1]):
        yield f"row_number() OVER (PARTITION BY side, begun_{n} ORDER BY {oldest}) AS since_{n}"
        yield f"row_number() OVER (PARTITION BY side, begun_{n} ORDER BY {newest}) AS before_{n}"


def _shown(question: Question) -> str:
    """Return which rows are shown: at both ends of the longest window, at every edge, and those taken."""
    tests = [
        f"side = 'after' AND from_oldest <= {MOST_OUTSIDE}",
        f"side IN ('before', 'never') AND from_newest <= {MOST_OUTSIDE}",
        f"side = 'within' AND least(from_newest, from_oldest) <= {MOST_AT_AN_EDGE}",
    ]
    for n, _ in enumerate(question.lengths[:-1]):
        near = f"CASE WHEN begun_{n} THEN since_{n} ELSE before_{n} END"
        tests.append(f"side = 'within' AND {near} <= {MOST_OUTSIDE}")
    for n, feature, _ in _ranked(question):
        last = int((window_of(feature).arguments or (1,))[0])
        tests.append(
            f"in_{n} AND (rank_{n} <= {MOST_OUTSIDE} OR rank_{n} = {last}) AND NOT repeated_{n}"
            if not RANKINGS[window_of(feature).function].all
            else "FALSE"
        )
    return "\n  OR ".join(f"({test})" for test in tests)


def _names(prefix: str, things: Sequence[object]) -> list[str]:
    return [f"{prefix}{n}" for n, _ in enumerate(things)]


def _listed(columns: Iterator[str] | Sequence[str]) -> str:
    return ",\n    ".join(columns)
