"""What the proof says of one feature."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from fcompile.compiler.errors import Span


class Verdict(StrEnum):
    """``PROVED``: the value at t depends only on rows known by t. ``ASSUMES``: it does, if the assumptions hold."""

    PROVED = "PROVED"
    ASSUMES = "ASSUMES"
    LEAK = "LEAK"


@dataclass(frozen=True, slots=True)
class Certificate:
    """The verdict on one feature.

    Attributes:
        assumptions: sentences, each once, sorted; none where it is PROVED.
        path: for a leak, step by step from the feature down to what sees the future.
        span: where the leak, or the first assumption, is written.
    """

    verdict: Verdict
    assumptions: tuple[str, ...] = ()
    path: tuple[str, ...] = ()
    span: Span | None = None


Certificates = Mapping[str, Certificate]
"""``view:feature`` (views and on-demand views) -> its certificate, sorted."""
