"""GitLab's Code Quality report: what is found, for the widget and the diff of a merge request.

https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable

from fcompile.runtime.review.annotations import Annotation, Level

_SEVERITIES = {Level.ERROR: "major", Level.WARNING: "minor"}


def code_quality(found: Iterable[Annotation], project_file: str) -> str:
    """Return the report as JSON, ending with a line end; what has no place stands at the top of ``project_file``.

    A fingerprint is of code, file and message, not of the line: a problem that only moved is not a new one. Two
    that are the same in one file are told apart by counting.
    """
    seen: Counter[str] = Counter()
    report = []
    for each in found:
        path, line = (each.span.file, each.span.line) if each.span else (project_file, 1)
        key = f"{each.code}\n{path}\n{each.message}"
        seen[key] += 1
        report.append(
            {
                "description": f"{each.code}: {each.message}",
                "check_name": f"fcompile {each.code}",
                "fingerprint": hashlib.sha256(f"{key}\n{seen[key]}".encode()).hexdigest()[:32],
                "severity": _SEVERITIES[each.level],
                "location": {"path": path, "lines": {"begin": line}},
            }
        )
    return json.dumps(report, indent=2, ensure_ascii=False) + "\n"
