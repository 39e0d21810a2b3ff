"""SARIF 2.1.0: what is found, for code scanning (GitHub, Azure, editors)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from urllib.parse import quote

from fcompile.compiler.codes import CODES
from fcompile.compiler.version import VERSION
from fcompile.runtime.review.annotations import Annotation

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"


def sarif(found: Sequence[Annotation]) -> str:
    """Return one run as JSON, ending with a line end; columns count characters, from 1, as ``Span`` does.

    What has no place has no location: viewers list it all the same.
    """
    rules = sorted({each.code for each in found})
    run = {
        "tool": {"driver": _driver(rules)},
        "columnKind": "unicodeCodePoints",
        "results": [_result(each, rules) for each in found],
    }
    return (
        json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2, ensure_ascii=False)
        + "\n"
    )


def _driver(rules: Sequence[str]) -> dict[str, object]:
    return {"name": "fcompile", "semanticVersion": VERSION, "rules": [_rule(code) for code in rules]}


def _rule(code: str) -> dict[str, object]:
    about = CODES.get(code)
    if about is None:
        return {"id": code}
    return {"id": code, "shortDescription": {"text": about.title}, "help": {"text": about.advice}}


def _result(each: Annotation, rules: Sequence[str]) -> dict[str, object]:
    return {
        "ruleId": each.code,
        "ruleIndex": rules.index(each.code),
        "level": each.level.value,
        "message": {"text": each.message},
        **({"locations": [_location(each)]} if each.span else {}),
    }


def _location(each: Annotation) -> dict[str, object]:
    if each.span is None:
        return {}
    span, length = each.span, max(1, each.span.length)
    region = {"startLine": span.line, "startColumn": span.column, "endColumn": span.column + length}
    return {"physicalLocation": {"artifactLocation": {"uri": quote(span.file)}, "region": region}}
