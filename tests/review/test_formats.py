"""What machines read of a review: workflow commands, SARIF, JUnit and GitLab's report."""

from __future__ import annotations

import json
import re
from pathlib import Path
from xml.etree import ElementTree

from fcompile.compiler.codes import CODES
from fcompile.compiler.diff.model import ChangeClass
from fcompile.compiler.errors import Diagnostic, Span
from fcompile.runtime.review.annotations import Annotation, Level, annotated
from fcompile.runtime.review.github import workflow_commands
from fcompile.runtime.review.gitlab import code_quality
from fcompile.runtime.review.junit import junit
from fcompile.runtime.review.reviewed import Review, below
from fcompile.runtime.review.sarif import sarif
from tests.review.made import HOSTILE, hostile, review

PROBLEM = Diagnostic(
    "FC103", "unknown key `dtyp`", Span("featuredefs/a.yaml", 7, 9, 4), "did you mean `dtype`?"
)


def test_errors_come_before_leak_risks_since_a_ci_shows_the_first_ten() -> None:
    found = annotated(review(diagnostics=(PROBLEM,), gate=(ChangeClass.KEY, ChangeClass.REMOVAL)))
    assert [each.code for each in found] == ["FC103", "FC565", "FC566", "FC564", "FC564"]
    assert [each.level for each in found] == [*[Level.ERROR] * 3, *[Level.WARNING] * 2]


def test_a_problem_is_a_workflow_command_at_its_place() -> None:
    assert workflow_commands(annotated(Review(diagnostics=(PROBLEM,)))) == (
        "::error file=featuredefs/a.yaml,line=7,col=9,endColumn=13,title=fcompile FC103"
        "::unknown key `dtyp` (did you mean `dtype`?)\n"
    )


def test_signs_of_workflow_commands_are_escaped_as_github_reads_them() -> None:
    each = Annotation(Level.ERROR, "FC1", "50%\r\n::error::x", Span("a,b:c%\n.yaml", 1, 1))
    assert workflow_commands([each]) == (
        "::error file=a%2Cb%3Ac%25%0A.yaml,line=1,col=1,endColumn=2,title=fcompile FC1"
        "::50%25%0D%0A::error::x\n"
    )


def test_users_text_makes_no_line_of_its_own() -> None:
    found = annotated(hostile())
    lines = workflow_commands(found).splitlines()
    assert len(lines) == len(found)
    assert all(re.match(r"::(error|warning) [^:]*title=fcompile FC\d{3}::", line) for line in lines)


def test_a_project_below_the_repositorys_root_has_its_folder_in_every_place() -> None:
    moved = below(review(diagnostics=(PROBLEM,)), "ml/flights")
    places = [each.span.file for each in annotated(moved) if each.span]
    assert places and all(place.startswith("ml/flights/") for place in places)
    assert moved.project_file == "ml/flights/fcompile.yaml"


def test_sarif_has_a_rule_for_each_code_and_a_region_for_each_place() -> None:
    made = json.loads(sarif(annotated(review(diagnostics=(PROBLEM,)))))
    (run,) = made["runs"]
    rules = run["tool"]["driver"]["rules"]
    assert made["version"] == "2.1.0"
    assert [rule["id"] for rule in rules] == sorted({rule["id"] for rule in rules})
    assert all(rule["shortDescription"]["text"] == CODES[rule["id"]].title for rule in rules)
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        assert result["message"]["text"]
    assert run["results"][0]["locations"][0]["physicalLocation"] == {
        "artifactLocation": {"uri": "featuredefs/a.yaml"},
        "region": {"startLine": 7, "startColumn": 9, "endColumn": 13},
    }


def test_a_place_in_sarif_is_a_uri_whatever_the_file_is_called() -> None:
    made = json.loads(sarif(annotated(hostile())))
    for result in made["runs"][0]["results"]:
        for location in result.get("locations", ()):
            uri = location["physicalLocation"]["artifactLocation"]["uri"]
            assert re.fullmatch(r"[\w./%~-]+", uri)


def test_junit_is_xml_whatever_users_write() -> None:
    control = Diagnostic("FC103", "a\x00b\x1b[31m\ud800<&>]]>", Span("a.yaml", 1, 1))
    for made in (hostile(), Review(diagnostics=(control,)), Review(), review()):
        root = ElementTree.fromstring(junit(made).encode("utf-8"))  # noqa: S314 - our own
        assert [suite.get("name") for suite in root] == ["fcompile check", "fcompile build", "fcompile diff"]


def test_junit_counts_as_failed_what_fails_the_job() -> None:
    gated = review(diagnostics=(PROBLEM,), gate=(ChangeClass.KEY, ChangeClass.REMOVAL))
    made = ElementTree.fromstring(junit(gated))  # noqa: S314
    failed = [case.get("name") for case in made.iter("testcase") if case.find("failure") is not None]
    assert failed == ["featuredefs/a.yaml", "committed SQL", "feature_view.h_key"]
    assert made.get("failures") == "3"
    leak = next(case for case in made.iter("testcase") if case.get("name") == "feature_view.g_leak")
    assert "leak risk" in leak.findtext("system-out", "")


def test_gitlabs_report_has_its_fields_and_fingerprints_that_differ() -> None:
    twice = Diagnostic("FC103", PROBLEM.message, Span("featuredefs/a.yaml", 90, 1), PROBLEM.hint)
    nowhere = Diagnostic("FC130", "there is nothing")
    found = annotated(review(diagnostics=(PROBLEM, twice, nowhere)))
    report = json.loads(code_quality(found, "fcompile.yaml"))
    assert len({each["fingerprint"] for each in report}) == len(report) == len(found)
    for each in report:
        assert set(each) == {"description", "check_name", "fingerprint", "severity", "location"}
        assert each["severity"] in ("info", "minor", "major", "critical", "blocker")
        assert not each["location"]["path"].startswith(("./", "/"))
        assert each["location"]["lines"]["begin"] >= 1
    assert report[2]["location"] == {"path": "fcompile.yaml", "lines": {"begin": 1}}


def test_a_problem_that_moves_keeps_its_fingerprint() -> None:
    def fingerprints(line: int) -> list[str]:
        moved = Diagnostic("FC103", HOSTILE, Span("a.yaml", line, 1))
        report = json.loads(code_quality(annotated(Review(diagnostics=(moved,))), "fcompile.yaml"))
        return [each["fingerprint"] for each in report]

    assert fingerprints(3) == fingerprints(30)


def test_no_place_names_this_machine() -> None:
    here = str(Path.cwd())
    found = annotated(review(diagnostics=(PROBLEM,)))
    for made in (sarif(found), junit(review()), code_quality(found, "fcompile.yaml")):
        assert here not in made
