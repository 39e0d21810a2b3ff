"""Reviews made by hand: one change of each class, two leak risks, SQL, data and verdicts."""

from __future__ import annotations

from datetime import timedelta

from fcompile.compiler.diff.model import (
    Allowed,
    Backfill,
    ChangeClass,
    Diff,
    FeatureDelta,
    ObjectChange,
    Reason,
    SqlChange,
)
from fcompile.compiler.errors import Diagnostic, Span
from fcompile.compiler.proof.certificate import Certificate, Verdict
from fcompile.runtime.review.reviewed import Review, VerdictChange

HOSTILE = "x`|</details><script>alert(1)</script> @everyone #1 ```\n::error::a\n| b | [c](https://d.example) <!-- -->"
VIEWS = "featuredefs/views.yaml"


def change(
    name: str,
    cls: ChangeClass,
    text: str,
    *,
    kind: str = "feature_view",
    leak: bool = False,
    backfill: Backfill | None = None,
    downstream: tuple[str, ...] = (),
    columns: tuple[str, ...] = (),
    allowed: str = "",
    before: str = "",
    after: str = "",
    what: str = "",
) -> ObjectChange:
    span = Span(VIEWS, 10, 5, 4)
    reason = Reason(cls, what, text, before, after, span, leak)
    excuse = Allowed(cls, allowed) if allowed else None
    entries = (excuse,) if excuse else ()
    return ObjectChange(
        f"{kind}.{name}", cls, (reason,), "", span, backfill, downstream, columns, excuse, entries
    )


SERVICE = ("feature_service.fraud_v1",)
CHANGES = (
    change("a_cosmetic", ChangeClass.COSMETIC, "only formatting"),
    change(
        "b_metadata", ChangeClass.METADATA, "it has another owner", what="owner", before="ml", after="data"
    ),
    change("c_additive", ChangeClass.ADDITIVE, "the feature `city` is new"),
    change(
        "d_widening",
        ChangeClass.WIDENING,
        "it holds more",
        what="features.age.dtype",
        before="int32",
        after="int64",
    ),
    change(
        "e_value",
        ChangeClass.VALUE,
        "another condition",
        what="features.is_adult.expr",
        before="age >= 18",
        after="age > 18",
        backfill=Backfill(timedelta(days=30), "its rows are loaded again under a new generation"),
        downstream=SERVICE,
        columns=("fraud_v1.is_adult",),
    ),
    change(
        "f_time",
        ChangeClass.TIME,
        "values are withheld sooner",
        before="30d",
        after="7d",
        backfill=Backfill(None),
    ),
    change(
        "g_leak",
        ChangeClass.TIME,
        "`allow_exact_matches` is true now: a row of the very instant is seen",
        leak=True,
        downstream=SERVICE,
    ),
    change(
        "purchases",
        ChangeClass.TIME,
        "known at once, no longer 15m later",
        kind="source",
        leak=True,
        before="15m",
        after="",
    ),
    change("h_key", ChangeClass.KEY, "the entities are others", before="user", after="user, place"),
    change("i_removal", ChangeClass.REMOVAL, "it is gone", allowed="nobody reads it since March"),
)
EDGES = (
    ("entity.user", "feature_view.e_value"),
    ("source.purchases", "feature_view.e_value"),
    ("source.purchases", "feature_view.g_leak"),
    ("source.profiles", "feature_view.f_time"),
    ("feature_view.e_value", "feature_service.fraud_v1"),
    ("feature_view.g_leak", "feature_service.fraud_v1"),
    ("feature_service.fraud_v1", "exposure.fraud_model"),
)
PATCH = "--- a/x.sql\n+++ b/x.sql\n@@ -1,2 +1,2 @@\n SELECT\n-  age >= 18\n+  age > 18\n"
SQL = (
    SqlChange("duckdb/feature_views/e_value/historical.sql", "feature_view.e_value", "duckdb", PATCH, False),
    SqlChange("duckdb/feature_views/e_value/materialize.sql", "feature_view.e_value", "duckdb", PATCH, False),
    SqlChange("trino/feature_views/e_value/historical.sql", "feature_view.e_value", "trino", PATCH, False),
    SqlChange(
        "duckdb/feature_views/a_cosmetic/historical.sql", "feature_view.a_cosmetic", "duckdb", PATCH, True
    ),
)
DATA = (
    FeatureDelta("e_value:is_adult", 1_000, 12, 40, 52),
    FeatureDelta("d_widening:age", 1_000, 0, 3, 3, 0.0),
    FeatureDelta("f_time:score", 1_000_000, 1, 0, 999_999, 0.25),
)
VERDICTS = (
    VerdictChange(
        "g_leak:delay",
        Certificate(Verdict.PROVED),
        Certificate(Verdict.ASSUMES, ("`planes` is static",)),
    ),
)


def review(**given: object) -> Review:
    """Return the review of everything above; ``given`` are attributes of Review instead."""
    values: dict[str, object] = {
        "diff": Diff("main", CHANGES, SQL, DATA),
        "stale": ("sql/duckdb/feature_views/e_value/historical.sql", "sql/manifest.json"),
        "verdicts": VERDICTS,
        "edges": EDGES,
        "costs": {"feature_view.e_value": "reads about 12 GB"},
        **given,
    }
    return Review(**values)  # type: ignore[arg-type]


def hostile() -> Review:
    """Return a review in which every text of users tries to break out."""
    one = change(HOSTILE, ChangeClass.VALUE, HOSTILE, before=HOSTILE, after=HOSTILE, allowed=HOSTILE)
    leak = change(HOSTILE, ChangeClass.TIME, HOSTILE, leak=True)
    return Review(
        diff=Diff(
            HOSTILE,
            (one, leak),
            (SqlChange(HOSTILE, f"feature_view.{HOSTILE}", "duckdb", f"+{HOSTILE}\n  ::add-mask::x", False),),
            (FeatureDelta(HOSTILE, 1, 1, 0, 0),),
        ),
        diagnostics=(Diagnostic("FC103", HOSTILE, Span(HOSTILE, 1, 1), HOSTILE),),
        files={HOSTILE: HOSTILE},
        stale=(HOSTILE,),
        verdicts=(VerdictChange(HOSTILE, None, Certificate(Verdict.ASSUMES, (HOSTILE,))),),
        edges=((f"source.{HOSTILE}", f"feature_view.{HOSTILE}"),),
        costs={f"feature_view.{HOSTILE}": HOSTILE},
        uncompared=HOSTILE,
    )
