"""The command ci: a review of the project, for the machine that runs it and for who reads the pull request."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from fcompile.compiler.errors import Diagnostic, FcompileError, UsageError
from fcompile.runtime.build import write_atomically
from fcompile.runtime.console.inspect import one_of
from fcompile.runtime.console.session import Session
from fcompile.runtime.console.tables import write
from fcompile.runtime.review.pull_request import PullRequest, pull_request

if TYPE_CHECKING:
    from fcompile.runtime.review.reviewed import Review
    from fcompile.runtime.review.sticky import Thread

FORMS = ("github", "gitlab", "markdown")
CODE_QUALITY = "gl-code-quality-report.json"


@dataclass(frozen=True, slots=True)
class Asked:
    """The command's options; paths are None where they are not given."""

    form: str
    base: str | None
    data: bool
    cost: bool
    fail_on: tuple[str, ...]
    output: Path | None
    sarif: Path | None
    junit: Path | None
    code_quality: Path | None
    post: bool
    comment: Path | None


def reviewed(session: Session, asked: Asked) -> int:
    """Review the project, or with ``--comment`` take what was written before; return the exit code (SPEC 5)."""
    from fcompile.runtime.review.secrets import take_token

    one_of(asked.form, FORMS, "ci")
    # What the pull request's own files make this process do must not find it.
    token = take_token(os.environ, asked.form)
    pull = pull_request(os.environ) if asked.form == "github" else None
    if asked.comment is not None:
        _post(session, asked.form, pull, token, _written_before(asked.comment))
        return 0
    review = _review(session, asked, pull)
    text = _tell(session, asked, review)
    if asked.post:
        _post(session, asked.form, pull, token, text)
    return review.exit_code


def _review(session: Session, asked: Asked, pull: PullRequest | None) -> Review:
    from fcompile.runtime.console.diffed import classes
    from fcompile.runtime.project_files import find_root
    from fcompile.runtime.review.base_ref import base_ref
    from fcompile.runtime.review.ci import review_project
    from fcompile.runtime.review.comparer import comparer

    folder, target = Path(session.settings.project), session.settings.target
    base = base_ref(asked.base, find_root(folder), os.environ, pull)
    gate = tuple(sorted(classes(asked.fail_on), key=lambda each: each.rank))
    compare = comparer(base, asked.data, asked.cost)
    return review_project(folder, target, compare, gate, connects=asked.cost)


def _tell(session: Session, asked: Asked, review: Review) -> str:
    """Write what is asked for; return the comment."""
    from fcompile.runtime.review.annotations import Level, annotated
    from fcompile.runtime.review.comment import comment
    from fcompile.runtime.review.secrets import without_secrets

    text, found = without_secrets(comment(review), os.environ), annotated(review)
    if asked.output is None:
        write(text.rstrip("\n"))
    for path, content in _files(asked, review, text).items():
        _write_file(path, without_secrets(content, os.environ))
    if asked.form == "github":
        from fcompile.runtime.review.github import workflow_commands

        _summarize(text)
        commands = without_secrets(workflow_commands(found), os.environ)
        # A runner reads both streams: where stdout is the comment's, commands do not belong on it.
        if asked.output is not None:
            write(commands)
        elif sys.stderr is not None:
            sys.stderr.write(commands)
    elif review.diagnostics:
        session.log.errors(FcompileError(*review.diagnostics, files=review.files))
    errors = sum(each.level is Level.ERROR for each in found)
    counts = {"changed": len(review.changes), "errors": errors, "warnings": len(found) - errors}
    said = ", ".join(f"{name}: {number}" for name, number in counts.items())
    session.log.say(f"Review: {said}.", event="reviewed", **counts)
    return text


def _files(asked: Asked, review: Review, text: str) -> Mapping[Path, str]:
    from fcompile.runtime.review.annotations import annotated
    from fcompile.runtime.review.gitlab import code_quality
    from fcompile.runtime.review.junit import junit
    from fcompile.runtime.review.sarif import sarif

    found = annotated(review)
    files: dict[Path, str] = {}
    if asked.output is not None:
        files[asked.output] = text
    if asked.sarif is not None:
        files[asked.sarif] = sarif(found)
    if asked.junit is not None:
        files[asked.junit] = junit(review)
    if asked.form == "gitlab" or asked.code_quality is not None:
        files[asked.code_quality or Path(CODE_QUALITY)] = code_quality(found, review.project_file)
    return files


def _summarize(text: str) -> None:
    """Append the comment to the summary of a job on GitHub, where there is one."""
    name = os.environ.get("GITHUB_STEP_SUMMARY", "")
    if not name:
        return
    try:
        with Path(name).open("a", encoding="utf-8", newline="\n") as file:
            file.write(text)
    except OSError as error:
        raise FcompileError(Diagnostic("FC420", f"{name} cannot be written: {error.strerror}")) from error


def _write_file(path: Path, text: str) -> None:
    try:
        write_atomically(path, text)
    except OSError as error:
        raise FcompileError(Diagnostic("FC420", f"{path} cannot be written: {error.strerror}")) from error


def _written_before(path: Path) -> str:
    """Return a comment that another job wrote; raise UsageError (FC285) for a file that is none."""
    from fcompile.runtime.review.comment import MARKER

    try:
        with path.open("rb") as stream:
            text = stream.read(4 * 65_536).decode("utf-8", "replace")
    except OSError as error:
        raise UsageError(Diagnostic("FC285", f"`{path}` cannot be read: {error.strerror}")) from None
    if not text.startswith(MARKER) or len(text) > 65_536:
        raise UsageError(Diagnostic("FC285", f"`{path}` is no comment that `fcompile ci` wrote"))
    return text


def _post(session: Session, form: str, pull: PullRequest | None, token: str, text: str) -> None:
    from fcompile.runtime.review.sticky import Posted, post

    found = _on_gitlab(token) if form == "gitlab" else _on_github(pull, token)
    if isinstance(found, str):
        session.log.say(found)
        return
    thread, reads_only = found
    posted = post(thread, text, may_write=not reads_only)
    session.log.say(f"Comment: {posted.value}.", event="commented", result=posted.name.lower())
    if posted is Posted.READ_ONLY:
        session.log.say("The token of this run may only read: the comment is in the job's summary.")


def _on_github(pull: PullRequest | None, token: str) -> tuple[Thread, bool] | str:
    """Return where to post, and whether the token may only read; or in a sentence why nothing is posted."""
    from fcompile.runtime.review.api import Api
    from fcompile.runtime.review.github_comments import GitHubComments

    reads_only = _reads_only(pull)
    if reads_only and not token:
        return "This run has no token, as one of a fork: the comment is in the job's summary."
    if pull is not None and pull.is_queued:
        return "A merge queue has no pull request of its own: the comment is in the job's summary."
    if pull is None or not token:
        what = "the event is of no pull request" if pull is None else "there is no token in GITHUB_TOKEN"
        hint = "post from a job on `pull_request`, with `env: {GITHUB_TOKEN: ${{ github.token }}}`"
        raise UsageError(Diagnostic("FC561", f"the comment cannot be posted: {what}", None, hint))
    api = Api(os.environ.get("GITHUB_API_URL") or "https://api.github.com", token)
    return GitHubComments(api, pull), reads_only


def _on_gitlab(token: str) -> tuple[Thread, bool] | str:
    """As ``_on_github``: variables that hold secrets are not there in the job of a fork."""
    from fcompile.runtime.review.api import GITLAB, Api
    from fcompile.runtime.review.gitlab_notes import GitLabNotes, merge_request

    request = merge_request(os.environ)
    if request is not None and request.from_fork and not token:
        return "This job has no token, as one of a fork: the note is not posted."
    if request is None or not token:
        what = "the job is of no merge request" if request is None else "there is no token in GITLAB_TOKEN"
        hint = "run it in merge request pipelines, with an access token of the scope `api` in GITLAB_TOKEN"
        raise UsageError(Diagnostic("FC561", f"the note cannot be posted: {what}", None, hint))
    api = Api(os.environ.get("CI_API_V4_URL") or "https://gitlab.com/api/v4", token, GITLAB)
    return GitLabNotes(api, request), request.from_fork


def _reads_only(pull: PullRequest | None) -> bool:
    """Whether this is the run of a fork or of Dependabot: its token may only read, whatever the workflow asks for."""
    if pull is None or not pull.base:
        return False
    return pull.from_fork or os.environ.get("GITHUB_ACTOR") == "dependabot[bot]"
