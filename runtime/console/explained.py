"""The command why: finds what it is asked about and prints the report."""

from __future__ import annotations

from datetime import datetime

from fcompile.compiler.definitions import Definitions, Feature, FeatureView, JoinKey, Label
from fcompile.compiler.errors import Diagnostic, UsageError, did_you_mean, listed, near
from fcompile.runtime.console.arguments import key as join_key
from fcompile.runtime.console.inspect import one_of
from fcompile.runtime.console.session import Session
from fcompile.runtime.console.tables import write, write_json

_LABEL = "label."


def explained(
    session: Session, name: str, key: str, at: datetime, as_of: datetime | None, output: str
) -> None:
    """Print the source rows of a key and what decides about each, of a view, one feature of it, or a label.

    ``as_of`` is when a label is asked for; None is the warehouse's now.
    """
    from fcompile.runtime.why import WhyReport, WindowReport, why, why_label, why_windows

    one_of(output, ("table", "json"))
    asked, features = _asked(session.project.definitions, name)
    if as_of is not None and not isinstance(asked, Label):
        hint = "leave it out: a feature's value is as of --at"
        raise UsageError(Diagnostic("FC285", f"--as-of is for labels, and `{name}` is none", hint=hint))
    given = _key(key, asked.join_keys)
    report: WhyReport | WindowReport
    if isinstance(asked, Label):
        report = why_label(session.project, asked, given, at, as_of)
    elif asked.windowed:
        report = why_windows(session.project, asked, given, at, features)
    else:
        report = why(session.project, asked, given, at).only([f.name for f in features or asked.features])
    if output == "json":
        write_json(report.to_dict())
    else:
        write(str(report))


def _key(text: str, join_keys: tuple[JoinKey, ...]) -> dict[str, str]:
    return join_key(text, [each.name for each in join_keys])


def _asked(definitions: Definitions, name: str) -> tuple[FeatureView | Label, tuple[Feature, ...]]:
    """Return the view with the feature named in ``view:feature``, or the label; a view before a label of its name."""
    view_name, colon, feature = name.partition(":")
    view = definitions.feature_views.get(view_name)
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
    known = [*definitions.feature_views, *definitions.labels]
    close = near(name, known, most=3) or sorted(known)
    what = "feature view or label" if definitions.labels else "feature view"
    return UsageError(Diagnostic("FC284", f"there is no {what} `{name}`", hint=f"there is {listed(close)}"))
