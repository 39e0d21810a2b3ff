"""Why a feature or label has its value at a time: the source rows of a key, and what the rules say of each."""

from fcompile.runtime.why.computed import ComputedReport, ComputedValue, why_computed
from fcompile.runtime.why.label import why_label
from fcompile.runtime.why.latest import explain, why
from fcompile.runtime.why.latest_report import CHOSEN, SourceRow, WhyReport
from fcompile.runtime.why.view import why_windows
from fcompile.runtime.why.window_report import Asked, WindowReport, WindowRow

__all__ = [
    "CHOSEN",
    "Asked",
    "ComputedReport",
    "ComputedValue",
    "SourceRow",
    "WhyReport",
    "WindowReport",
    "WindowRow",
    "explain",
    "why",
    "why_computed",
    "why_label",
    "why_windows",
]
