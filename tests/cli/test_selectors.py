"""The selector grammar, term by term, on a small graph."""

from __future__ import annotations

import pytest

from fcompile.compiler.definitions import (
    Definitions,
    Entity,
    Feature,
    FeatureService,
    FeatureView,
    JoinKey,
    Meta,
    Selected,
    Source,
    Table,
    TestCase,
)
from fcompile.compiler.dtypes import INT64
from fcompile.compiler.errors import Span, UsageError
from fcompile.compiler.expressions.nodes import Column
from fcompile.compiler.fingerprints import fingerprints, parts_of_all
from fcompile.compiler.graph import graph
from fcompile.compiler.selectors import Context, covering_tests, of_kind, select

USER = Entity("user", (JoinKey("user_id", INT64),), span=Span("defs/entities.yaml", 1, 1))
SHOP = Entity("shop", (JoinKey("shop_id", INT64),), span=Span("defs/entities.yaml", 2, 1))
PROFILES = Source("profiles", Table(("profiles",)), "at", span=Span("defs/sources.yaml", 1, 1))
ORDERS = Source("orders", Table(("orders",)), "at", span=Span("defs/sources.yaml", 2, 1))


def view(name: str, entity: Entity, source: Source, owner: str = "", *tags: tuple[str, str]) -> FeatureView:
    features = (Feature("age", INT64, Column("age")),)
    meta = Meta(owner=owner, tags=tags)
    return FeatureView(
        name, (entity,), source, features, meta=meta, span=Span(f"defs/views/{entity.name}.yaml", 1, 1)
    )


PROFILE = view("user_profile", USER, PROFILES, "risk", ("pii", "yes"), ("daily", ""))
SPEND = view("user_spend", USER, ORDERS, "risk")
SALES = view("shop_sales", SHOP, ORDERS, "sales", ("pii", "no"))
FRAUD = FeatureService("fraud_v1", tuple(Selected(v, v.features) for v in (PROFILE, SPEND)))
TEST = TestCase("late_orders", ("user_spend:age",), (("orders", ()),), (), ())
DEFINITIONS = Definitions(
    entities={e.name: e for e in (SHOP, USER)},
    sources={s.name: s for s in (ORDERS, PROFILES)},
    feature_views={v.name: v for v in (SALES, PROFILE, SPEND)},
    feature_services={"fraud_v1": FRAUD},
    tests={"late_orders": TEST},
)
GRAPH = graph(DEFINITIONS)


def names(*selects: str, exclude: tuple[str, ...] = ()) -> list[str]:
    return [node.name for node in select(Context(GRAPH), selects, exclude)]


@pytest.mark.parametrize(
    ("selector", "found"),
    [
        ("user_profile", ["user_profile"]),
        ("user_*", ["user_profile", "user_spend"]),
        ("+user_spend", ["user", "orders", "user_spend"]),
        ("user_spend+", ["user_spend", "fraud_v1", "late_orders"]),
        ("+user_profile+", ["user", "profiles", "user_profile", "fraud_v1"]),
        ("1+fraud_v1", ["user_profile", "user_spend", "fraud_v1"]),
        ("2+fraud_v1", ["user", "orders", "profiles", "user_profile", "user_spend", "fraud_v1"]),
        ("0+fraud_v1", ["fraud_v1"]),
        ("orders+1", ["orders", "shop_sales", "user_spend", "late_orders"]),
        ("tag:pii", ["shop_sales", "user_profile"]),
        ("tag:pii=yes", ["user_profile"]),
        ("tag:pii=*", ["shop_sales", "user_profile"]),
        ("owner:risk", ["user_profile", "user_spend"]),
        ("kind:feature_view", ["shop_sales", "user_profile", "user_spend"]),
        ("kind:entities", ["shop", "user"]),
        ("kind:view,owner:sales", ["shop_sales"]),
        ("path:defs/views", ["shop_sales", "user_profile", "user_spend"]),
        ("path:defs/views/shop.yaml", ["shop_sales"]),
        ("path:defs/*/u*.yaml", ["user_profile", "user_spend"]),
        ("source:orders", ["orders"]),
        ("source:orders+,kind:view", ["shop_sales", "user_spend"]),
        ("service:fraud_v1", ["fraud_v1"]),
        ("+service:fraud_v1,kind:view", ["user_profile", "user_spend"]),
        ("user_profile shop_sales", ["shop_sales", "user_profile"]),
        ("tag:pii owner:risk", ["shop_sales", "user_profile", "user_spend"]),
        ("tag:pii,owner:risk", ["user_profile"]),
        ("test:late_*", ["late_orders"]),
        ("view:user_spend", ["user_spend"]),
    ],
)
def test_a_selector_finds(selector: str, found: list[str]) -> None:
    assert names(selector) == found


def test_several_selects_are_a_union_and_exclude_takes_away() -> None:
    assert names("user_profile", "user_spend", exclude=("user_spend",)) == ["user_profile"]


def test_without_a_selection_everything_is_selected() -> None:
    assert len(names()) == 9


@pytest.mark.parametrize(
    ("selector", "code", "said"),
    [
        ("user_profil", "FC280", "did you mean `user_profile`"),
        ("usre_profile", "FC280", "did you mean `user_profile`"),
        ("user_profile usr_spend", "FC280", "user_spend"),
        ("tag:pij", "FC280", "pii"),
        ("owner:rsik", "FC280", "risk"),
        ("source:order", "FC280", "orders"),
        ("tga:pii", "FC281", "did you mean `tag`"),
        ("tag:", "FC281", "write tag:VALUE"),
        ("++x", "FC281", "is not a selector"),
        ("user_profile,shop_sales", "FC280", "leaves no object"),
        ("state:modifed", "FC281", "did you mean `modified`"),
        ("state:modified", "FC282", "--state"),
        ("state:modified.dta", "FC281", "did you mean `modified.data`"),
        ("result:eror", "FC281", "did you mean `error`"),
    ],
)
def test_a_wrong_selector_says_what_to_type(selector: str, code: str, said: str) -> None:
    with pytest.raises(UsageError) as raised:
        names(selector)
    assert raised.value.exit_code == 2
    assert raised.value.diagnostics[0].code == code
    assert said in str(raised.value)


def test_every_wrong_term_is_reported_at_once() -> None:
    with pytest.raises(UsageError) as raised:
        names("nobody", "tag:none")
    assert len(raised.value.diagnostics) == 2


def test_state_compares_with_another_manifest() -> None:
    before = {**fingerprints(GRAPH), "feature_view.user_spend": "other"}
    del before["feature_view.shop_sales"]
    context = Context(GRAPH, fingerprints(GRAPH), before)
    assert [n.name for n in select(context, ["state:modified"])] == ["shop_sales", "user_spend"]
    assert [n.name for n in select(context, ["state:new"])] == ["shop_sales"]
    modified = [n.name for n in select(context, ["state:modified+"])]
    assert modified == ["shop_sales", "user_spend", "fraud_v1", "late_orders"]


def test_parts_of_the_state_tell_values_columns_and_words_apart() -> None:
    before = {name: dict(found) for name, found in parts_of_all(GRAPH).items()}
    before["feature_view.user_spend"]["data"] = "other"
    before["feature_view.user_profile"]["metadata"] = "other"
    before["entity.user"] |= {"data": "other", "schema": "other"}
    now = fingerprints(GRAPH)
    whole = {name: found["data"] for name, found in before.items() if name != "entity.shop"}
    del before["entity.shop"]
    context = Context(GRAPH, now, whole, parts_of_all(GRAPH), before)

    def found(text: str) -> list[str]:
        return [n.name for n in select(context, [text])]

    assert found("state:modified.data") == found("state:modified.body") == ["shop", "user", "user_spend"]
    assert found("state:modified.schema") == found("state:modified.contract") == ["shop", "user"]
    assert found("state:modified.metadata") == ["shop", "user_profile"]
    assert found("state:new") == ["shop"] and "shop" not in found("state:old")
    assert len(found("state:old")) == len(GRAPH.nodes) - 1


def test_a_manifest_of_version_1_does_not_tell_parts_but_data() -> None:
    before = {**fingerprints(GRAPH), "feature_view.user_spend": "other"}
    context = Context(GRAPH, fingerprints(GRAPH), before, parts_of_all(GRAPH))
    assert [n.name for n in select(context, ["state:modified.data"])] == ["user_spend"]
    with pytest.raises(UsageError) as raised:
        select(context, ["state:modified.schema"])
    assert "fcompile build" in raised.value.diagnostics[0].hint


def test_results_of_the_last_command_select() -> None:
    context = Context(
        GRAPH, results={"feature_view.user_spend": "error", "feature_view.shop_sales": "success"}
    )
    assert [n.name for n in select(context, ["result:error"])] == ["user_spend"]
    assert [n.name for n in select(context, ["result:error+"])] == ["user_spend", "fraud_v1", "late_orders"]
    with pytest.raises(UsageError):
        select(Context(GRAPH), ["result:error"])


def test_a_selected_service_or_source_stands_for_its_views() -> None:
    service = select(Context(GRAPH), ["service:fraud_v1"])
    assert [n.name for n in of_kind(GRAPH, service, "feature_view")] == ["user_profile", "user_spend"]
    source = select(Context(GRAPH), ["source:orders"])
    assert [n.name for n in of_kind(GRAPH, source, "feature_view")] == ["shop_sales", "user_spend"]


def test_a_selected_view_brings_its_tests() -> None:
    assert [n.name for n in covering_tests(GRAPH, select(Context(GRAPH), ["user_spend"]))] == ["late_orders"]
    assert not covering_tests(GRAPH, select(Context(GRAPH), ["user_profile"]))
