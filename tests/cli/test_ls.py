"""``fcompile ls --output json`` tells all that is known of objects, and ``state:`` reads manifests of each version."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.cli.conftest import Run

EXPOSED = "exposures: [{name: board, type: dashboard, url: 'https://x.org', reads: [churn_v1]}]\n"


def listed(run: Run, *argv: str) -> dict[str, dict[str, Any]]:
    return {each["id"]: each for each in json.loads(run("ls", "--output", "json", *argv).out)}


def test_objects_are_listed_with_all_that_is_known_of_them(run: Run, shop: Path) -> None:
    (shop / "featuredefs" / "exposures.yaml").write_text(EXPOSED)
    assert run("build").code == 0
    objects = json.loads((shop / "sql" / "manifest.json").read_text())["objects"]
    found = listed(run)
    assert list(found) != sorted(found) and sorted(found) == sorted(objects)
    for node_id, each in found.items():
        entry = objects[node_id]
        for key in ("kind", "name", "file", "owner", "tags", "depends_on", "fingerprint", "fingerprints"):
            assert each[key] == entry[key]
        assert each["line"] > 0
    view = found["feature_view.last_order"]
    assert view["verdicts"] == {"last_amount": "PROVED", "is_large": "PROVED"}
    assert {"name": "is_large", "dtype": "bool"} in view["features"]
    assert (
        found["exposure.board"]["reads"] == ["churn_v1"] and found["exposure.board"]["url"] == "https://x.org"
    )


def test_a_manifest_of_version_1_is_still_compared_with(run: Run, shop: Path) -> None:
    assert run("build").code == 0
    path = shop / "sql" / "manifest.json"
    content = json.loads(path.read_text())
    content["schema_version"] = 1
    for entry in content["objects"].values():
        for key in ("fingerprints", "definition", "lineage", "certificates"):
            entry.pop(key, None)
    path.write_text(json.dumps(content))
    customers = shop / "featuredefs" / "customers.yaml"
    customers.write_text(customers.read_text().replace("ttl: 30d", "ttl: 31d"))
    assert list(listed(run, "-s", "state:modified")) == ["feature_view.last_order"]
    assert list(listed(run, "-s", "state:modified.data")) == ["feature_view.last_order"]
    ended = run("ls", "-s", "state:modified.schema")
    assert ended.code == 2 and "error[FC282]" in ended.err


def test_words_and_columns_are_told_apart_by_the_state(run: Run, shop: Path) -> None:
    assert run("build").code == 0
    customers = shop / "featuredefs" / "customers.yaml"
    text = customers.read_text().replace("description: Who the customer is.", "description: Who they are.")
    customers.write_text(
        text.replace("name: last_amount, dtype: float64", "name: last_amount, dtype: float32")
    )
    text = customers.read_text().replace("amount: float64", "amount: float32")
    customers.write_text(text)
    assert list(listed(run, "-s", "state:modified.metadata")) == ["feature_view.customer_profile"]
    assert set(listed(run, "-s", "state:modified.schema")) >= {"feature_view.last_order", "source.orders"}
    assert "feature_view.customer_profile" not in listed(run, "-s", "state:modified")


def test_an_exposure_is_shown(run: Run, shop: Path) -> None:
    (shop / "featuredefs" / "exposures.yaml").write_text(EXPOSED)
    shown = run("show", "board").out
    assert "type: dashboard" in shown and "reads: churn_v1" in shown
    assert "1 exposure" in run("check").err
