"""JUnit's XML, which every CI shows as tests: one for each file of definitions, the committed SQL, each change."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from xml.etree import ElementTree

from fcompile.runtime.review.annotations import STALE, UNREAD, Annotation, Level, annotated
from fcompile.runtime.review.reviewed import Review

_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 cannot hold, escaped or not."""


@dataclass(frozen=True, slots=True)
class _Case:
    """A test: it fails with what was found."""

    name: str
    found: Sequence[Annotation]


def junit(review: Review) -> str:
    """Return three suites (check, build, diff) as XML text, ending with a line end.

    A warning fails nothing, and is said in the test's output: so a leak risk fails its object only where
    ``--fail-on`` bars it.
    """
    found = annotated(review)
    suites = {"check": _check(review, found), "build": _build(found), "diff": _diff(review, found)}
    every = [case for cases in suites.values() for case in cases]
    root = ElementTree.Element("testsuites", {"name": "fcompile", **_numbers(every)})
    for name, cases in suites.items():
        suite = ElementTree.SubElement(root, "testsuite", {"name": f"fcompile {name}", **_numbers(cases)})
        for case in cases:
            suite.append(_element(case, f"fcompile.{name}"))
    ElementTree.indent(root)
    text = ElementTree.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="utf-8"?>\n{text}\n'


def _check(review: Review, found: Iterable[Annotation]) -> list[_Case]:
    own = [each for each in found if each.code not in (STALE, UNREAD) and not each.object]
    files = sorted({*review.files, *(each.span.file for each in own if each.span)})
    elsewhere = [each for each in own if each.span is None]
    cases = [_Case(file, [each for each in own if each.span and each.span.file == file]) for file in files]
    return [*cases, _Case("project", elsewhere)] if elsewhere or not cases else cases


def _build(found: Iterable[Annotation]) -> list[_Case]:
    return [_Case("committed SQL", [each for each in found if each.code == STALE])]


def _diff(review: Review, found: Iterable[Annotation]) -> list[_Case]:
    every = list(found)
    unread = [each for each in every if each.code == UNREAD]
    changed = [
        _Case(change.id, [each for each in every if each.object == change.id]) for change in review.changes
    ]
    return [_Case("what it is compared with", unread), *changed] if unread else changed


def _fails(case: _Case) -> bool:
    return any(each.level is Level.ERROR for each in case.found)


def _numbers(cases: Sequence[_Case]) -> dict[str, str]:
    failures = sum(_fails(case) for case in cases)
    return {"tests": str(len(cases)), "failures": str(failures), "errors": "0"}


def _element(case: _Case, suite: str) -> ElementTree.Element:
    element = ElementTree.Element("testcase", {"classname": suite, "name": _text(case.name)})
    if case.found:
        said = "\n".join(_line(each) for each in case.found)
        kind = "failure" if _fails(case) else "system-out"
        first = (
            {"message": _text(case.found[0].message), "type": case.found[0].code} if kind == "failure" else {}
        )
        ElementTree.SubElement(element, kind, first).text = _text(said)
    return element


def _line(each: Annotation) -> str:
    place = f"{each.span.file}:{each.span.line}:{each.span.column}: " if each.span else ""
    return f"{place}{each.level.value}[{each.code}]: {each.message}"


def _text(text: str) -> str:
    return _NO_XML.sub("\ufffd", text)
