"""What a verdict says: the assumption, the path of a leak, its place in the YAML, and what to write instead."""

# ruff: noqa: E501 - queries stand on one line each, as in a table
from __future__ import annotations

import pytest

from fcompile.compiler.bind import bind
from fcompile.compiler.proof.certificate import Certificate, Verdict
from fcompile.compiler.proof.prove import certificates, prove
from tests.proof.project import FILE, definitions, proof, verdicts
from tests.proof.projects import BANK
from tests.proof.warehouse import SOURCES, Times

HEAD = """\
entities:
  - {name: user, join_keys: {user_id: int64}}
sources:
  - {name: known, table: raw.known, timestamp_field: at, available_at: loaded_at}
  - {name: lagging, table: raw.lagging, timestamp_field: at, availability_lag: 1h}
  - {name: unknown, path: data/unknown.parquet, timestamp_field: at}
feature_views:
"""


def found(views: str) -> dict[str, Certificate]:
    return dict(proof(HEAD + views).certificates)


def view(source: str, features: str, more: str = "", name: str = "v") -> str:
    return f"  - {{name: {name}, entities: [user], source: {source}, {more}features: [{features}]}}\n"


X, Y = "{name: x, dtype: float64}", "{name: y, dtype: float64}"


def test_a_declared_known_time_is_proved() -> None:
    made = found(view("known", X) + view("lagging", X, name="w"))
    assert {name: each.verdict for name, each in made.items()} == {"v:x": "PROVED", "w:x": "PROVED"}


def test_a_source_without_a_known_time_is_assumed_to_be_known_when_it_happens() -> None:
    made = found(view("unknown", X))["v:x"]
    assert made.verdict is Verdict.ASSUMES
    assert made.assumptions == ("rows of source `unknown` are known as soon as they happen (`at`)",)
    assert (made.span.file, made.span.line) == (FILE, 6) if made.span else False


def test_raw_sql_is_assumed_to_read_its_row() -> None:
    raw = "{name: x, dtype: float64, expr: {default: a, bigquery: a + 1}}"
    made = found(view("known", f"{Y}, {raw}"))
    assert made["v:y"].verdict is Verdict.PROVED
    assert made["v:x"].assumptions == ("raw SQL for bigquery in `v:x` reads its row and nothing else",)


def test_what_comes_after_an_assumption_in_a_view_rests_on_ties() -> None:
    raw = "{name: x, dtype: float64, expr: {default: a, bigquery: a + 1}}"
    made = found(view("known", f"{raw}, {Y}"))["v:y"]
    assert made.assumptions == ("no two rows of `v` tie (`x` would choose between them)",)


@pytest.mark.parametrize(
    "column", ["valid_to", "dbt_valid_to", "valid_until", "effective_to", "is_current", "end_date"]
)
def test_a_column_that_may_be_filled_in_later_is_an_assumption(column: str) -> None:
    expected = (f"`{column}` of source `known` is known with its row, not filled in later",)
    as_feature = found(view("known", f"{{name: x, dtype: timestamp, column: {column}}}"))["v:x"]
    as_filter = found(view("known", X, f'filter: "{column} is null", '))["v:x"]
    assert (as_feature.verdict, as_feature.assumptions) == (Verdict.ASSUMES, expected)
    assert (as_filter.verdict, as_filter.assumptions) == (Verdict.ASSUMES, expected)


@pytest.mark.parametrize(
    "column", ["valid_from", "expires_at", "validity", "end_station", "currency", "valid", "updated_at"]
)
def test_other_columns_are_not(column: str) -> None:
    assert (
        found(view("known", f"{{name: x, dtype: string, column: {column}}}"))["v:x"].verdict is Verdict.PROVED
    )


@pytest.mark.parametrize(
    ("column", "dialect"),
    [("rowid", "duckdb"), ("ctid", "postgres"), ("xmin", "postgres"), ("_part", "clickhouse")],
)
def test_a_number_that_a_database_gives_to_rows_is_an_assumption(column: str, dialect: str) -> None:
    text = "a column of its author's: a database's own numbers move when rows are rewritten"
    plain = proof(
        HEAD + view("known", f"{{name: x, dtype: string, column: {column}}}"), dialect
    ).certificates["v:x"]
    assert plain.assumptions == (f"`{column}` of source `known` is {text}",)
    for sql in (
        f"select user_id, made_at, loaded_at, {column} as x from raw.events",
        f"select user_id, made_at, loaded_at, amount as x from raw.events where {column} > '1'",
        f"select user_id, made_at, loaded_at, last_value(amount) over (partition by user_id order by loaded_at, {column}) as x from raw.events",
        f"with c as (select *, e.{column} as r from raw.events e) select user_id, made_at, loaded_at, r as x from c",
    ):
        made = verdicts(sql, Times(), dialect=dialect)["x"]
        assert (made.verdict, made.assumptions) == (
            Verdict.ASSUMES,
            (f"`{column}` of `raw.events` is {text}",),
        )


def test_a_column_of_the_contract_that_is_called_as_such_a_number_is_its_authors() -> None:
    own = HEAD.replace(
        "available_at: loaded_at}", "available_at: loaded_at, columns: {user_id: int64, rowid: float64}}", 1
    )
    made = proof(own + view("known", "{name: x, dtype: float64, column: rowid}")).certificates
    assert made["v:x"].verdict is Verdict.PROVED


def test_what_tells_that_a_row_was_deleted_is_a_leak_in_postgres_and_a_corner_of_a_box_elsewhere() -> None:
    text = definitions("select user_id, made_at, loaded_at, xmax as x from raw.events", Times())
    plain = HEAD + view("known", "{name: x, dtype: float64, column: xmax}")
    for each in (text, plain):
        (problem,) = proof(each, "postgres").diagnostics
        assert (problem.code, "changed or deleted" in problem.message) == ("FC250", True)
        assert proof(each, "duckdb").certificates["v:x"].verdict is Verdict.PROVED


def test_views_of_views_and_on_demand_views_rest_on_what_they_read() -> None:
    leaf = view("unknown", X)
    outer = "  - {name: w, entities: [user], source: {view: v}, features: [{name: z, dtype: float64, expr: x + 1}]}\n"
    computed = (
        "on_demand_feature_views:\n  - name: o\n    request: {r: float64}\n    features_from: [v:x]\n"
        "    features: [{name: a, dtype: float64, expr: x + r}, {name: b, dtype: float64, expr: r + 1}]\n"
    )
    made = found(leaf + outer + computed)
    text = "rows of source `unknown` are known as soon as they happen (`at`)"
    assert made["w:z"].assumptions == made["o:a"].assumptions == (text,)
    assert made["o:b"].verdict is Verdict.PROVED


def test_windows_computed_from_windows_rest_on_them() -> None:
    made = certificates(bind({FILE: BANK}).definitions, "duckdb")
    assert made["account_spend:share_of_day"].verdict is Verdict.PROVED
    doubtful = BANK.replace("available_at: loaded_at\n    created", "created", 1)
    made = certificates(bind({FILE: doubtful}).definitions, "duckdb")
    assert made["account_spend:share_of_day"].verdict is Verdict.ASSUMES


LEAKS = {
    "FC250": "select user_id, made_at, loaded_at,\n  lead(amount) over (partition by user_id order by loaded_at) as x\nfrom raw.events",
    "FC251": "select user_id, made_at, loaded_at, amount - avg(amount) over () as x from raw.events",
    "FC252": "select user_id, date_trunc('hour', loaded_at) as made_at, date_trunc('hour', loaded_at) as loaded_at, 1 as x from raw.events",
    "FC253": "select user_id, made_at, loaded_at, amount as x from raw.events where made_at < now()",
    "FC254": "select o.user_id, o.made_at, o.loaded_at, i.price as x from raw.orders o join raw.items i using (item_id)",
}
PLACES = {
    "FC250": ("lead(amount) over (partition by user_id order by loaded_at)", "look back only"),
    "FC251": ("avg(amount) over ()", "order it by the known time"),
    "FC252": ("raw.events", "availability_lag: 1h"),
    "FC253": ("now()", "leave the time to the join"),
    "FC254": ("raw.items i", "greatest"),
}


@pytest.mark.parametrize("code", LEAKS)
def test_a_leak_is_an_error_at_its_place_in_the_query(code: str) -> None:
    text = definitions(LEAKS[code], Times())
    made = proof(text)
    (problem,) = made.diagnostics
    assert problem.code == code
    assert problem.span is not None
    line = text.splitlines()[problem.span.line - 1]
    start = problem.span.column - 1
    assert line[start : start + problem.span.length] == PLACES[code][0]
    assert PLACES[code][1] in problem.hint
    assert "v:x -> source q -> " in problem.message
    assert made.certificates["v:x"].path[:2] == ("v:x", "source q")
    assert made.certificates["v:x"].span == problem.span


def test_all_leaks_are_told_in_one_run_and_each_once() -> None:
    sql = (
        "select user_id, made_at, loaded_at, lead(amount) over (order by loaded_at) as a, random() as b, "
        "avg(amount) over () as c, amount as d, lead(amount) over (order by loaded_at) + 1 as e from raw.events"
    )
    made = proof(definitions(sql, Times(), ("d", "a", "b", "c", "e")))
    assert [each.code for each in made.diagnostics] == ["FC250", "FC253", "FC251", "FC250"]
    verdict = {name: each.verdict.value for name, each in made.certificates.items()}
    assert verdict == {"v:a": "LEAK", "v:b": "LEAK", "v:c": "LEAK", "v:d": "PROVED", "v:e": "LEAK"}


def test_a_leak_of_the_rows_is_told_once_for_all_features() -> None:
    sql = "select user_id, made_at, loaded_at, amount as a, 1 as b from raw.events limit 5"
    (problem,) = proof(definitions(sql, Times(), ("a", "b"))).diagnostics
    assert problem.message.endswith(" and 1 more")


def test_a_column_that_no_feature_reads_leaks_nothing() -> None:
    sql = "select user_id, made_at, loaded_at, amount as x, lead(amount) over (order by loaded_at) as y from raw.events"
    assert verdicts(sql, Times())["x"].verdict is Verdict.PROVED


DIMENSION = "select e.user_id, e.made_at, e.loaded_at, c.size as x from raw.events e join raw.countries c on c.user_id = e.user_id"


def test_a_table_without_times_is_assumed_not_to_change() -> None:
    made = verdicts(DIMENSION, Times())["x"]
    assert made.assumptions == ("`raw.countries` never changes: no known time of it is declared",)


def test_static_says_that_its_author_knows() -> None:
    made = proof(definitions(DIMENSION, Times(), more="    static: [raw.countries]\n"))
    assert made.certificates["v:x"].assumptions == ("`raw.countries` never changes (`static`)",)
    assert made.diagnostics == ()


def test_static_takes_a_declared_table_and_its_ends_of_validity_for_settled() -> None:
    sql = "select e.user_id, e.made_at, e.loaded_at, t.valid_to as x from raw.events e join raw.tiers t using (user_id)"
    assert verdicts(sql, Times())["x"].verdict is Verdict.LEAK
    made = proof(definitions(sql, Times(), more="    static: [raw.tiers]\n")).certificates["v:x"]
    assert (made.verdict, made.assumptions) == (Verdict.ASSUMES, ("`raw.tiers` never changes (`static`)",))


def test_static_of_a_table_that_is_not_read_is_an_error() -> None:
    (problem,) = proof(definitions(DIMENSION, Times(), more="    static: [raw.country]\n")).diagnostics
    assert (problem.code, problem.hint) == ("FC255", "did you mean `raw.countries`?")


def test_a_group_that_may_grow_is_an_assumption() -> None:
    sql = "select user_id, max(made_at) as made_at, max(loaded_at) as loaded_at, sum(amount) as x from raw.events group by user_id"
    made = verdicts(sql, Times())["x"]
    assert made.assumptions == ("the rows of a group (by user_id) become known together",)


def test_an_outer_join_to_what_may_come_is_an_assumption() -> None:
    sql = (
        "select o.user_id, o.made_at, greatest(o.loaded_at, coalesce(i.loaded_at, o.loaded_at)) as loaded_at, i.price as x "
        "from raw.orders o left join raw.items i on i.item_id = o.item_id"
    )
    assert verdicts(sql, Times())["x"].assumptions == (
        "a row without a match in `raw.items i` gets none later",
    )


@pytest.mark.parametrize(
    ("sql", "text"),
    [
        (
            "with recursive r as (select * from raw.events union all select * from r) select *, amount as x from r",
            "not understood",
        ),
        (
            "select user_id, made_at, loaded_at, my_function(amount) as x from raw.events",
            "the function `my_function`",
        ),
        (
            "select e.user_id, e.made_at, e.loaded_at, x from (pivot raw.events on category using sum(amount)) as e",
            "not understood",
        ),
        (
            "select user_id, made_at, strange(loaded_at) as loaded_at, amount as x from raw.events",
            "`loaded_at` of `q` is not before",
        ),
        (
            "select made_at, loaded_at, user_id, price as x from raw.events e join raw.profiles i using (user_id)",
            "write which table",
        ),
    ],
)
def test_what_is_not_understood_is_assumed_and_said(sql: str, text: str) -> None:
    made = verdicts(sql, Times())["x"]
    assert made.verdict is Verdict.ASSUMES
    assert any(text in each for each in made.assumptions), made.assumptions


def test_known_times_are_held_against_what_the_project_declares_of_the_table() -> None:
    sql = "select user_id, made_at, amount as x from raw.events"
    assert verdicts(sql, Times(known=None, lag="7d"))["x"].verdict is Verdict.LEAK
    assert verdicts(sql, Times(known=None, lag="7d"), sources="")["x"].verdict is Verdict.PROVED


def test_certificates_are_sorted_and_the_same_at_each_call() -> None:
    bound = bind({FILE: definitions(DIMENSION, Times(), sources=SOURCES)}).definitions
    first, second = certificates(bound, "duckdb"), certificates(bound, "duckdb")
    assert list(first.items()) == list(second.items())
    assert list(first) == sorted(first)


def test_hostile_queries_end() -> None:
    deep = "select user_id, made_at, loaded_at, " + "(" * 80 + "amount" + ")" * 80 + " as x from raw.events"
    wide = "with a0 as (select * from raw.events)" + "".join(
        f", a{n} as (select x.* from a{n - 1} x join a{n - 1} y using (user_id))" for n in range(1, 30)
    )
    for sql in (deep, f"{wide} select user_id, made_at, loaded_at, amount as x from a29"):
        assert (
            prove(bind({FILE: definitions(sql, Times())}).definitions, "duckdb").certificates["v:x"].verdict
        )


def test_unions_of_all_columns_are_assumed_to_meet_by_name() -> None:
    both = "select *, amount as x from raw.events union all select *, total as x from raw.orders"
    made = verdicts(both, Times())["x"]
    assert made.verdict is Verdict.ASSUMES
    assert made.assumptions[0].endswith(
        "puts together columns of the same names, known times too: write them out"
    )
    assert (
        verdicts(both.replace("*, total", "* replace (made_at as loaded_at), total"), Times())["x"].verdict
        != "PROVED"
    )


def test_messages_quote_what_the_author_wrote() -> None:
    sql = "select user_id, made_at, loaded_at, Max(amount)  OVER (partition by user_id) as x from raw.events"
    (problem,) = proof(definitions(sql, Times())).diagnostics
    assert problem.message.startswith(
        "`Max(amount) OVER (partition by user_id)` is of every row of its partition"
    )


@pytest.mark.parametrize(
    "clause", ["limit 4", "order by loaded_at desc, id limit 3", "offset 5", "fetch first 5 rows only"]
)
def test_messages_quote_clauses_with_the_word_they_begin_with(clause: str) -> None:
    text = definitions(f"select user_id, made_at, loaded_at, amount as x from raw.events {clause}", Times())
    (problem,) = proof(text).diagnostics
    quoted = problem.message.split("`")[1]
    assert quoted and clause.startswith(quoted) and " " in quoted
    assert problem.span is not None
    line = text.splitlines()[problem.span.line - 1]
    assert line[problem.span.column - 1 :].startswith(quoted)


def test_the_latest_match_of_each_row_is_told_how_to_be_proved() -> None:
    sql = (
        "with c as (select e.*, p.score, row_number() over (partition by {} order by p.loaded_at desc) as n "
        "from raw.events e join raw.profiles p on p.user_id = e.user_id and p.loaded_at <= e.loaded_at) "
        "select user_id, made_at, loaded_at, score as x from c where n = 1"
    )
    (problem,) = proof(definitions(sql.format("e.id"), Times())).diagnostics
    assert problem.hint.endswith("partition by that table's known time too")
    assert verdicts(sql.format("e.id, e.loaded_at"), Times())["x"].verdict is Verdict.PROVED
