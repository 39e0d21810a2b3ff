"""On-demand feature views: names and types of what they read, what is refused, and requests for them."""

from __future__ import annotations

import pytest

from fcompile.compiler.bind import bind
from fcompile.compiler.columns import ComputedColumn
from fcompile.compiler.definitions import Computed, Definitions, OnDemandView, RequestField
from fcompile.compiler.dtypes import FLOAT64, INT64
from fcompile.compiler.errors import UsageError
from fcompile.compiler.expressions.text import to_text
from fcompile.compiler.graph import graph
from fcompile.compiler.request import Request, resolve
from tests.definitions.test_bind import PURCHASES, USER, bound, view

SPEND = view("features: [{name: amount, dtype: float64}, {name: n, dtype: int64, default: 0}]")
PLACES = """\
entities: [{name: place, join_keys: {place_id: int64}}]
feature_views:
  - {name: place, entities: [place], source: purchases,
     features: [{name: temp, dtype: float64}, {name: n, dtype: int64}]}
"""


def odv(body: str, name: str = "ratio") -> str:
    return f"on_demand_feature_views:\n  - {{name: {name}, {body}}}\n"


def defined(*texts: str) -> Definitions:
    return bound(USER, PURCHASES, SPEND, PLACES, *texts)


def made(body: str) -> OnDemandView:
    return defined(odv(body)).on_demand_feature_views["ratio"]


def expressions(found: OnDemandView) -> dict[str, str]:
    return {f.name: to_text(f.expr) for f in found.features}


def problems(*texts: str) -> list[tuple[str, str]]:
    files = {"a": USER, "b": PURCHASES, "c": SPEND, "d": PLACES, **{f"e{i}": t for i, t in enumerate(texts)}}
    found = bind(files).diagnostics
    assert all(d.span and d.render(files) for d in found)
    return [(d.code, d.message) for d in found]


def test_inputs_are_called_by_their_feature_or_by_view_and_feature() -> None:
    found = made(
        "request: {paid: float64}, features_from: ['spend:amount', {place: [temp]}], features: ["
        "{name: a, dtype: float64, expr: 'paid / nullif(amount, 0)'},"
        "{name: b, dtype: float64, expr: 'spend__amount + place__temp + a'}]"
    )
    assert found.request == (RequestField("paid", FLOAT64),)
    assert [each.name for each in found.inputs] == ["spend__amount", "place__temp"]
    assert expressions(found) == {
        "a": "paid / nullif(spend__amount, 0.0)",
        "b": "spend__amount + place__temp + paid / nullif(spend__amount, 0.0)",
    }
    assert [each.name for each in found.reads(found.features[0])] == ["spend__amount"]
    assert found.asks(found.features[1]) == found.request
    assert found.spine_keys == ("user_id", "place_id")


def test_features_from_takes_every_form_of_a_service() -> None:
    found = made(
        "features_from: [spend, {view: place, alias: home, join_key_map: {place_id: home_id}, features: [temp]},"
        "{view: place, alias: work, join_key_map: {place_id: work_id}}],"
        "features: [{name: warmer, dtype: bool, expr: 'home__temp > work__temp'}]"
    )
    assert [each.name for each in found.inputs] == [
        "spend__amount", "spend__n", "home__temp", "work__temp", "work__n",
    ]  # fmt: skip
    assert found.inputs[2].selected.spine_key("place_id") == "home_id"
    assert found.spine_keys == ("user_id", "home_id", "work_id")


def test_request_data_goes_before_an_input_s_own_name() -> None:
    found = made(
        "request: {amount: float64}, features_from: ['spend:amount'], features: ["
        "{name: a, dtype: float64, expr: 'amount - spend__amount'}]"
    )
    assert expressions(found) == {"a": "amount - spend__amount"}


def test_a_feature_may_be_named_like_the_input_that_it_reads() -> None:
    found = made(
        "features_from: ['spend:amount'], features: [{name: amount, dtype: float64, expr: 'amount * 2'}]"
    )
    assert expressions(found) == {"amount": "spend__amount * 2.0"}


def test_nothing_need_be_read() -> None:
    assert expressions(made("features: [{name: one, dtype: int64, expr: '1'}]")) == {"one": "1"}


@pytest.mark.parametrize(
    ("body", "code", "said"),
    [
        (
            "features_from: ['spend:amuont'], features: [{name: a, dtype: int64, expr: '1'}]",
            "FC206",
            "amuont",
        ),
        ("features_from: [spnd], features: [{name: a, dtype: int64, expr: '1'}]", "FC205", "spnd"),
        ("features_from: ['spnd:amount'], features: [{name: a, dtype: int64, expr: '1'}]", "FC205", "spnd"),
        ("features_from: ['spend:'], features: [{name: a, dtype: int64, expr: '1'}]", "FC213", "spend:"),
        (
            "features_from: [spend], features: [{name: a, dtype: float64, expr: 'amuont'}]",
            "FC312",
            "`amuont`",
        ),
        (
            "features_from: [spend, place], features: [{name: a, dtype: int64, expr: 'n'}]",
            "FC312",
            "several inputs",
        ),
        ("features_from: [spend], features: [{name: a, dtype: string, expr: 'amount'}]", "FC356", "float64"),
        ("features_from: [spend], features: [{name: a, dtype: float64, expr: 'a'}]", "FC223", "a -> a"),
        (
            "features: [{name: a, dtype: int64, expr: 'b'}, {name: b, dtype: int64, expr: 'a'}]",
            "FC223",
            "a -> b -> a",
        ),
        ("features: [{name: a, dtype: int64, expr: '1', default: 2}]", "FC123", "takes no default"),
        ("features_from: [spend], features: [{name: a, dtype: int64, column: n}]", "FC123", "no column"),
        ("features: [{name: a, dtype: int64}]", "FC114", "`expr`"),
        ("features: [{name: a, dtype: int64, expr: ''}]", "FC301", ""),
        ("features: [{name: a, dtype: int64, expr: null}]", "FC114", "`expr`"),
        ("features: [{name: a, dtype: int64, expr: {default: '1', duckdb: '1'}}]", "FC341", "raw SQL"),
        ("features: [{name: a, dtype: int46, expr: '1'}]", "FC351", "int46"),
        ("request: {x: int46}, features: [{name: a, dtype: int64, expr: 'x'}]", "FC351", "int46"),
        ("request: {__x: int64}, features: [{name: a, dtype: int64, expr: '1'}]", "FC212", "__x"),
        ("request: {x: int64, X: int64}, features: [{name: a, dtype: int64, expr: 'x'}]", "FC224", "`X`"),
        ("request: {a: int64}, features: [{name: a, dtype: int64, expr: 'a'}]", "FC224", "`a`"),
        (
            "features_from: [spend, 'spend:n'], features: [{name: a, dtype: int64, expr: 'n'}]",
            "FC224",
            "spend:n",
        ),
        (
            "request: {spend__n: int64}, features_from: ['spend:n'], features: [{name: a, dtype: int64, expr: '1'}]",
            "FC224",
            "`spend__n`",
        ),
        (
            "features: [{name: a, dtype: int64, expr: '1'}, {name: a, dtype: int64, expr: '1'}]",
            "FC207",
            "twice",
        ),
        (
            "features_from: [{view: place, join_key_map: {plc_id: x}}], features: [{name: a, dtype: int64, expr: n}]",
            "FC211",
            "plc_id",
        ),
    ],
)
def test_what_is_refused(body: str, code: str, said: str) -> None:
    found = problems(odv(body))
    assert [c for c, _ in found] == [code], found
    assert said in found[0][1]


def test_an_input_of_a_broken_view_brings_no_second_error() -> None:
    broken = {"a": USER, "b": PURCHASES.replace("at}", "at, lag: 1h}"), "c": SPEND}
    text = odv("features_from: [spend], features: [{name: x, dtype: float64, expr: 'amount + other'}]")
    service = "feature_services: [{name: s, features: [ratio, {ratio: [x]}, {view: ratio, alias: r}]}]\n"
    assert [d.code for d in bind({**broken, "d": text, "e": service}).diagnostics] == ["FC103"]


def test_all_mistakes_of_one_view_are_reported() -> None:
    found = problems(
        odv(
            "request: {x: int46}, features_from: [nope, 'spend:nope', spend], features: ["
            "{name: a, dtype: bool, expr: 'amount'}, {name: b, dtype: int64, expr: '1 +'}]"
        )
    )
    assert sorted(code for code, _ in found) == ["FC205", "FC206", "FC301", "FC351", "FC356"]


def two(body: str, features: str) -> str:
    """An on-demand view `ratio`, and `more`, which reads it."""
    return (
        "on_demand_feature_views:\n"
        f"  - {{name: more, {body}, features: [{features}]}}\n"
        "  - {name: ratio, request: {paid: float64}, features_from: [{view: place, alias: here, "
        "join_key_map: {place_id: from_id}}, 'spend:amount'], features: ["
        "{name: share, dtype: float64, expr: 'paid / nullif(amount, 0)'},"
        "{name: heat, dtype: float64, expr: here__temp * amount}, {name: one, dtype: int64, expr: '1'}]}\n"
    )


def test_an_on_demand_view_reads_another_one_by_its_expressions() -> None:
    text = two(
        "features_from: ['ratio:share', {ratio: [one]}, 'place:temp', 'spend:amount']",
        "{name: a, dtype: float64, expr: 'share + temp + amount'},"
        "{name: b, dtype: int64, expr: 'ratio__one + one'}, {name: share, dtype: float64, expr: share * 2}",
    )
    definitions = defined(text)
    found = definitions.on_demand_feature_views["more"]
    assert found.request == (RequestField("paid", FLOAT64),)
    assert found.views == ("ratio",)
    assert [each.name for each in found.inputs] == ["place__temp", "spend__amount"]
    assert expressions(found) == {
        "a": "paid / nullif(spend__amount, 0.0) + place__temp + spend__amount",
        "b": "cast(1 as int64) + cast(1 as int64)",
        "share": "paid / nullif(spend__amount, 0.0) * 2.0",
    }
    assert graph(definitions).nodes["on_demand_view.more"].parents == (
        "feature_view.place",
        "feature_view.spend",
        "on_demand_view.ratio",
    )


def test_an_alias_of_another_on_demand_view_joins_what_it_reads_on_other_columns() -> None:
    member = "{view: ratio, alias: NAME, join_key_map: {from_id: COLUMN}, features: [heat]}"
    members = [member.replace("NAME", n).replace("COLUMN", c) for n, c in (("x", "x_id"), ("y", "y_id"))]
    text = two(f"features_from: [{', '.join(members)}]", "{name: d, dtype: float64, expr: x__heat - y__heat}")
    found = defined(text).on_demand_feature_views["more"]
    assert expressions(found) == {
        "d": "x__here__temp * x__spend__amount - y__here__temp * x__spend__amount",
    }
    assert found.spine_keys == ("x_id", "user_id", "y_id")


@pytest.mark.parametrize(
    ("body", "features", "code", "said"),
    [
        ("features_from: ['ratio:shar']", "{name: a, dtype: int64, expr: '1'}", "FC206", "shar"),
        ("features_from: [ratio]", "{name: a, dtype: string, expr: share}", "FC356", "float64"),
        (
            "features_from: [ratio], request: {paid: int64}",
            "{name: a, dtype: int64, expr: '1'}",
            "FC225",
            "paid",
        ),
        ("features_from: [ratio]", "{name: paid, dtype: int64, expr: '1'}", "FC224", "paid"),
        ("features_from: [ratio, 'ratio:one']", "{name: a, dtype: int64, expr: '1'}", "FC224", "read twice"),
        ("features_from: [more]", "{name: a, dtype: int64, expr: '1'}", "FC226", "more -> more"),
    ],
)
def test_what_of_another_on_demand_view_is_refused(body: str, features: str, code: str, said: str) -> None:
    found = problems(two(body, features))
    assert [c for c, _ in found] == [code], found
    assert said in found[0][1]


def test_on_demand_views_in_a_circle_are_an_error_with_their_path() -> None:
    names = ("a", "b", "c")
    texts = [
        odv(f"features_from: ['{other}:v'], features: [{{name: v, dtype: int64, expr: v}}]", name)
        for name, other in zip(names, (*names[1:], "a"), strict=True)
    ]
    ((code, message),) = problems(*texts)
    assert (code, message) == (
        "FC226",
        "on-demand feature views read one another in a circle: a -> b -> c -> a",
    )


RATIO = odv(
    "request: {paid: float64}, features_from: [spend, place], features: ["
    "{name: share, dtype: float64, expr: 'paid / nullif(amount, 0)'},"
    "{name: warm, dtype: float64, expr: 'temp * 2'}, {name: two, dtype: int64, expr: '2'}]"
)
SERVICES = """\
feature_services:
  - {name: all, features: [spend, ratio]}
  - {name: some, features: [{ratio: [share]}]}
  - {name: two, features: [{view: ratio, alias: x, features: [share, warm], join_key_map: {user_id: payer_id}},
     {view: ratio, alias: y, features: [share], join_key_map: {user_id: payee_id}}, {place: [temp]}]}
"""


def shown(request: Request) -> list[str]:
    return [column.name for column in request.columns]


def hidden(request: Request) -> list[tuple[str, str, str]]:
    return [
        (c.name, c.reference, c.selected.spine_key(c.selected.view.join_keys[0].name)) for c in request.hidden
    ]


def computed(request: Request) -> dict[str, dict[str, str]]:
    return {c.name: dict(c.reads) for c in request.columns if isinstance(c, ComputedColumn)}


def test_a_request_reads_what_computed_columns_need() -> None:
    request = resolve(defined(RATIO), ["ratio"])
    assert shown(request) == ["share", "warm", "two"]
    assert hidden(request) == [
        ("__spend__amount", "spend:amount", "user_id"),
        ("__place__temp", "place:temp", "place_id"),
    ]
    assert computed(request) == {
        "share": {"spend__amount": "__spend__amount"},
        "warm": {"place__temp": "__place__temp"},
        "two": {},
    }
    assert request.request_fields == (RequestField("paid", FLOAT64),)
    assert [part.label for part in request.selected] == ["spend", "place"]
    assert request.spine_keys == ("user_id", "place_id")


def test_only_what_is_asked_for_is_read() -> None:
    request = resolve(defined(RATIO), ["ratio:warm"])
    assert (request.spine_keys, request.request_fields) == (("place_id",), ())
    assert hidden(request) == [("__place__temp", "place:temp", "place_id")]


def test_what_is_shown_is_not_read_twice() -> None:
    request = resolve(defined(RATIO, SERVICES), ["all"])
    assert shown(request) == ["amount", "n", "share", "warm", "two"]
    assert [name for name, *_ in hidden(request)] == ["__place__temp"]
    assert computed(request)["share"] == {"spend__amount": "amount"}
    full = resolve(defined(RATIO, SERVICES), ["all"], full_feature_names=True)
    assert computed(full)["ratio__share"] == {"spend__amount": "spend__amount"}
    assert shown(full)[2:] == ["ratio__share", "ratio__warm", "ratio__two"]


def test_join_keys_of_an_aliased_on_demand_view_are_those_of_its_inputs() -> None:
    definitions = defined(RATIO, SERVICES)
    request = resolve(definitions, ["two"], full_feature_names=True)
    assert shown(request) == ["x__share", "x__warm", "y__share", "place__temp"]
    assert hidden(request) == [
        ("__x__spend__amount", "x__spend:amount", "payer_id"),
        ("__y__spend__amount", "y__spend:amount", "payee_id"),
    ]
    assert computed(request)["x__warm"] == {"place__temp": "place__temp"}
    member = definitions.feature_services["two"].members[0]
    assert isinstance(member, Computed)
    assert (member.label, member.join_key_map) == ("x", (("user_id", "payer_id"),))
    with pytest.raises(UsageError) as error:
        resolve(definitions, ["two"])
    assert [d.code for d in error.value.diagnostics] == ["FC214"]


def test_an_alias_s_join_keys_are_composed_onto_those_of_the_inputs() -> None:
    text = odv(
        "features_from: [{view: place, alias: home, join_key_map: {place_id: home_id}}, place],"
        "features: [{name: d, dtype: float64, expr: 'home__temp - place__temp'}]"
    )
    service = "feature_services: [{name: s, features: [{view: ratio, alias: r, join_key_map: {home_id: flat_id}}]}]\n"
    request = resolve(defined(text, service), ["s"])
    assert hidden(request) == [
        ("__r__home__temp", "r__home:temp", "flat_id"),
        ("__r__place__temp", "r__place:temp", "place_id"),
    ]
    wrong = service.replace("home_id:", "place:")
    assert problems(text, wrong) == [("FC211", "on-demand feature view `ratio` has no join key `place`")]


def test_request_data_of_one_name_is_of_one_type() -> None:
    other = odv("request: {paid: int64}, features: [{name: half, dtype: int64, expr: 'paid // 2'}]", "halves")
    definitions = defined(RATIO, other)
    with pytest.raises(UsageError) as error:
        resolve(definitions, ["ratio", "halves"])
    ((code, message),) = [(d.code, d.message) for d in error.value.diagnostics]
    assert code == "FC225"
    assert message == "`ratio` wants request data `paid` as float64, `halves` wants `paid` as int64"
    assert resolve(definitions, ["ratio:warm", "halves"]).request_fields == (RequestField("paid", INT64),)
    service = "feature_services: [{name: s, features: [ratio, halves]}]\n"
    assert [code for code, _ in problems(RATIO, other, service)] == ["FC225"]


def test_a_result_column_is_not_named_like_request_data() -> None:
    text = odv(
        "request: {amount: float64}, features_from: ['spend:amount'],"
        "features: [{name: a, dtype: float64, expr: 'amount - spend__amount'}]"
    )
    definitions = defined(text)
    assert shown(resolve(definitions, ["ratio"])) == ["a"]
    with pytest.raises(UsageError) as error:
        resolve(definitions, ["ratio", "spend:amount"])
    assert [d.code for d in error.value.diagnostics] == ["FC214"]
    assert shown(resolve(definitions, ["ratio", "spend:amount"], True)) == ["ratio__a", "spend__amount"]


@pytest.mark.parametrize(
    ("reference", "code", "hint"),
    [
        ("ratoi", "FC215", "did you mean `ratio`?"),
        ("ratio:shar", "FC206", "did you mean `share`?"),
        ("share", "FC215", "did you mean `ratio:share`?"),
    ],
)
def test_references_that_mean_nothing(reference: str, code: str, hint: str) -> None:
    with pytest.raises(UsageError) as error:
        resolve(defined(RATIO), [reference])
    assert [(d.code, d.hint) for d in error.value.diagnostics] == [(code, hint)]


def test_tests_name_on_demand_features_and_give_request_data() -> None:
    case = (
        "tests: [{name: t, features: ['ratio:share'], given: {purchases: [{user_id: 1, at: 2026-01-01, amount: 2.0}]},"
        "spine: [{user_id: 1, event_timestamp: 2026-01-02, paid: 1.0}], expect: [{share: 0.5}]}]\n"
    )
    assert defined(RATIO, case).tests["t"].features == ("ratio:share",)
    assert [code for code, _ in problems(RATIO, case.replace(", paid: 1.0", ""))] == ["FC217"]
    assert [code for code, _ in problems(RATIO, case.replace("{share: 0.5}", "{shore: 0.5}"))] == ["FC216"]
    assert [code for code, _ in problems(RATIO, case.replace("ratio:share", "ratio:shore"))] == ["FC206"]


KEYED = "features_from: ['spend:amount'], features: [{name: a, dtype: float64, expr: amount}]"


def test_request_data_named_like_a_join_key_is_of_its_dtype() -> None:
    files = {"a": USER, "b": PURCHASES, "c": SPEND, "d": odv(f"request: {{user_id: string}}, {KEYED}")}
    (found,) = bind(files).diagnostics
    assert (found.code, "`spend` joins on `user_id` as int64" in found.message) == ("FC227", True)
    assert "entity `user` is at a:" in found.hint
    assert made(f"request: {{user_id: int64}}, {KEYED}").request == (RequestField("user_id", INT64),)
    mapped = KEYED.replace("'spend:amount'", "{view: spend, join_key_map: {user_id: payer}}")
    assert [c for c, _ in problems(odv(f"request: {{payer: string}}, {mapped}"))] == ["FC227"]


def test_a_service_or_request_joins_on_no_request_data_of_another_type() -> None:
    alone = odv("request: {user_id: string}, features: [{name: a, dtype: string, expr: user_id}]")
    service = "feature_services: [{name: both, features: [spend, ratio]}]\n"
    ((code, message),) = problems(alone, service)
    assert (code, "`spend` joins on `user_id` as int64" in message) == ("FC225", True)
    with pytest.raises(UsageError) as error:
        resolve(defined(alone), ["spend", "ratio"])
    assert [each.code for each in error.value.diagnostics] == ["FC225"]
    resolve(defined(alone), ["ratio"])


@pytest.mark.parametrize("dtype", ["string", "date", "int64"])
def test_the_time_of_the_request_is_a_timestamp(dtype: str) -> None:
    body = "features: [{name: a, dtype: int64, expr: 'case when event_timestamp is null then 1 else 0 end'}]"
    assert [c for c, _ in problems(odv(f"request: {{event_timestamp: {dtype}}}, {body}"))] == ["FC227"]
    assert made(f"request: {{event_timestamp: timestamp}}, {body}").request
