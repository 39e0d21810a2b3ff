"""The command why: finds what it is asked about and prints the report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from fcompile.compiler.definitions import Computed, Definitions, Feature, FeatureView, Label, OnDemandView
from fcompile.compiler.errors import Diagnostic, UsageError, did_you_mean, listed, near
from fcompile.compiler.request import request_of
from fcompile.runtime.console.arguments import key as join_key
from fcompile.runtime.console.inspect import one_of
from fcompile.runtime.console.session import Session
from fcompile.runtime.console.tables import write, write_json

if TYPE_CHECKING:
    from fcompile.runtime.project import Project
    from fcompile.runtime.why import ComputedReport, WhyReport, WindowReport

_LABEL = "label."


def explained(
    session: Session,
    name: str,
    key: str,
    at: datetime,
    as_of: datetime | None,
    data: Mapping[str, object],
    output: str,
) -> None:
    """Print the source rows of a key and what decides about each, of a view, one feature of it, or a label.

    ``as_of`` is when a label is asked for; None is the warehouse's now. ``data`` is request data.
    """
    one_of(output, ("table", "json"))
    asked, features = _asked(session.project.definitions, name)
    if as_of is not None and not isinstance(asked, Label):
        hint = "leave it out: a feature's value is as of --at"
        raise UsageError(Diagnostic("FC285", f"--as-of is for labels, and `{name}` is none", hint=hint))
    if data and not isinstance(asked, OnDemandView):
        hint = "leave it out: only on-demand views read request data"
        raise UsageError(Diagnostic("FC285", f"-r is of no use for `{name}`", hint=hint))
    given = join_key(key, _key_names(asked, features))
    report = _report(session.project, asked, features, given, at, as_of, data)
    if output == "json":
        write_json(report.to_dict())
    else:
        write(str(report))


def _report(
    project: Project,
    asked: FeatureView | OnDemandView | Label,
    features: tuple[Feature, ...],
    key: Mapping[str, str],
    at: datetime,
    as_of: datetime | None,
    data: Mapping[str, object],
) -> WhyReport | WindowReport | ComputedReport:
    from fcompile.runtime.why import why, why_computed, why_label, why_windows

    if isinstance(asked, OnDemandView):
        return why_computed(project, asked, features or asked.features, key, at, data)
    if isinstance(asked, Label):
        return why_label(project, asked, key, at, as_of)
    if asked.windowed:
        return why_windows(project, asked, key, at, features)
    return why(project, asked, key, at).only([f.name for f in features or asked.features])


def _key_names(asked: FeatureView | OnDemandView | Label, features: Sequence[Feature]) -> list[str]:
    if isinstance(asked, OnDemandView):
        return list(request_of((Computed(asked, tuple(features) or asked.features),), False).spine_keys)
    return [each.name for each in asked.join_keys]


def _asked(
    definitions: Definitions, name: str
) -> tuple[FeatureView | OnDemandView | Label, tuple[Feature, ...]]:
    """Return the view with the feature named in ``view:feature``, or the label; a view before a label of its name."""
    view_name, colon, feature = name.partition(":")
    view: FeatureView | OnDemandView | None = definitions.feature_views.get(view_name)
    view = view or definitions.on_demand_feature_views.get(view_name)
    if view is None and not colon and (label := definitions.labels.get(name.removeprefix(_LABEL))):
        return label, ()
    if view is None:
        raise _unknown(definitions, view_name)
    if not colon:
        return view, ()
    found = view.feature(feature)
    if found is None:
        known = [f.name for f in view.features]
        hint = did_you_mean(feature, known) or f"it has {listed(known, 8)}"
        raise UsageError(
            Diagnostic("FC206", f"feature view `{view_name}` has no feature `{feature}`", hint=hint)
        )
    return view, (found,)


def _unknown(definitions: Definitions, name: str) -> UsageError:
    known = [*definitions.feature_views, *definitions.on_demand_feature_views, *definitions.labels]
    close = near(name, known, most=3) or sorted(known)
    what = "feature view or label" if definitions.labels else "feature view"
    return UsageError(Diagnostic("FC284", f"there is no {what} `{name}`", hint=f"there is {listed(close)}"))
