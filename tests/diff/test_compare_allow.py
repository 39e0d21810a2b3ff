"""``allow:`` as it is written: any object takes it, with a reason and a class that there is."""

from __future__ import annotations

import pytest

from fcompile.compiler.bind import bind
from fcompile.compiler.diff.model import Allowed, ChangeClass
from fcompile.compiler.schema.definitions import SHAPES
from tests.diff.shop import FILE, SHOP, bound


def _told(entry: str) -> list[tuple[str, str]]:
    text = SHOP.replace("    ttl: 30d\n", f"    ttl: 30d\n    allow: [{entry}]\n")
    return [(each.code, each.hint) for each in bind({FILE: text}).diagnostics]


WRONG = {
    "{change: tim, reason: x}": ("FC116", "did you mean `time`?"),
    "{change: time}": ("FC114", "add `reason: ...`"),
    "{change: time, reason: ''}": ("FC115", "write a value"),
    "{change: time, reason: ' '}": ("FC550", "say why the change is right"),
    "{change: time, reason: x}, {change: time, reason: y}": ("FC551", "write one, with both reasons"),
    "{change: time, reason: x, until: 2027-01-01}": ("FC103", "known: `change`, `reason`"),
}


@pytest.mark.parametrize("entry", WRONG)
def test_an_entry_says_which_class_and_why(entry: str) -> None:
    ((code, hint),) = _told(entry)
    assert (code, hint) == WRONG[entry]


def test_entries_stand_in_the_order_of_the_classes() -> None:
    text = SHOP.replace(
        "    ttl: 30d\n",
        "    ttl: 30d\n    allow: [{change: removal, reason: b}, {change: value, reason: a}]\n",
    )
    allow = bound(text).feature_views["profile"].meta.allow
    assert allow == (Allowed(ChangeClass.VALUE, "a"), Allowed(ChangeClass.REMOVAL, "b"))


@pytest.mark.parametrize("kind", SHAPES)
def test_every_kind_of_object_takes_it(kind: str) -> None:
    assert "allow" in SHAPES[kind].model_fields


def test_a_feature_is_reviewed_with_its_view() -> None:
    text = SHOP.replace("{name: age, dtype: int32}", "{name: age, dtype: int32, allow: []}")
    assert [each.code for each in bind({FILE: text}).diagnostics] == ["FC103"]
