"""The project as it was in a commit: fcompile.yaml, its definition files and tuning.yaml, read through git."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from fcompile.compiler.bind import bind
from fcompile.compiler.definitions import Definitions
from fcompile.compiler.diff.project import ProjectFile
from fcompile.compiler.errors import Diagnostic, Span, UsageError, did_you_mean
from fcompile.compiler.graph import graph
from fcompile.compiler.kinds import NODE_KINDS
from fcompile.compiler.load import MAX_BYTES, load
from fcompile.compiler.project import ProjectRead, read_project
from fcompile.compiler.schema.definitions import SHAPES
from fcompile.compiler.tree import Mapping as Mapped
from fcompile.compiler.tree import Scalar
from fcompile.compiler.tree import Sequence as Listed
from fcompile.compiler.tuning import UNTUNED, Tuning
from fcompile.compiler.tuning_file import read_tuning
from fcompile.runtime.project import Project
from fcompile.runtime.project_files import PROJECT_FILE, TUNING_FILE
from fcompile.runtime.review.base import Base, UnreadFile
from fcompile.runtime.review.git import commit, git, is_name, merge_base
from fcompile.runtime.review.git_tree import Blob, blobs, contents, unreadable

_MAIN = ("origin/HEAD", "origin/main", "origin/master", "main", "master")
_NAMED = re.compile(r"\bname[\"']?\s*:\s*[\"']?([a-z][a-z0-9_]*)")
_NAME = re.compile(r"[a-z][a-z0-9_]*")


def default_ref(root: Path) -> tuple[str, str]:
    """Return the main branch as people call it, and the commit where this work and the branch parted.

    Raises:
        UsageError: no repository (FC553), or none of the branches that are tried (FC554).
    """
    _prefix(root)
    for name in _MAIN:
        found = commit(root, name)
        if found is not None:
            return _called(root, name), merge_base(root, found, "HEAD") or found
    message = "there is no main branch to compare with"
    raise UsageError(
        Diagnostic("FC554", message, hint="name what to compare with: --base REF, or --base MANIFEST")
    )


def given_ref(root: Path, name: str) -> str:
    """Return the commit that ``name`` means; raise UsageError (FC553, FC554)."""
    _prefix(root)
    found = commit(root, name)
    if found is not None:
        return found
    if not is_name(name):
        hint = "a ref begins with neither `-`, `^` nor `:`, and is no range: --base main"
        raise UsageError(Diagnostic("FC554", f"`{name}` is no name of a git ref", hint=hint))
    refs = git(root, "for-each-ref", "--format=%(refname:short)", "refs/heads", "refs/remotes", "refs/tags")
    near = did_you_mean(name, (refs or b"").decode("utf-8", "replace").splitlines())
    shallow = git(root, "rev-parse", "--is-shallow-repository")
    deeper = "the clone is shallow: fetch more of it (`fetch-depth: 0` on GitHub)"
    fetched = deeper if shallow and shallow.strip() == b"true" else f"`git fetch origin {name}` may bring it"
    raise UsageError(Diagnostic("FC554", f"git knows no `{name}` here", hint=near or fetched))


def commit_base(project: Project, name: str, commit_id: str) -> Base:
    """Return the project as it was in a commit, in the same folder of the repository.

    Raises:
        UsageError: git does not answer (FC553), or there is too much to read (FC557).
    """
    read = read_commit(project.root, project.target_name, commit_id)
    return _absent(project, name) if read is None else base_of(project, name, read)


@dataclass(frozen=True, slots=True)
class CommitRead:
    """The files of a project in a commit.

    Attributes:
        text: of fcompile.yaml, and ``project`` what could be read of it; ``tuning``: the text of tuning.yaml.
        files: definition files by their path from the project's folder, sorted.
        torn: those that cannot be read; ``problems``: why.
    """

    text: str
    project: ProjectRead
    tuning: str | None
    files: Mapping[str, str]
    torn: tuple[UnreadFile, ...]
    problems: tuple[Diagnostic, ...]


def read_commit(root: Path, target_name: str, commit_id: str) -> CommitRead | None:
    """Return the files of the project at ``root`` as they were; None where there was none.

    Raises as ``commit_base``.
    """
    prefix = _prefix(root)
    text, tuning = _project_files(root, prefix, commit_id)
    if text is None:
        return None
    project = read_project(text, PROJECT_FILE, {}, target_name, connects=False)
    return CommitRead(text, project, tuning, *_definition_files(root, prefix, commit_id, project.definitions))


def base_of(project: Project, name: str, read: CommitRead, definitions: Definitions | None = None) -> Base:
    """Return what the files of a commit define; ``definitions``, where that is known already."""
    files, torn, problems, config = read.files, read.torn, read.problems, read.project.config
    dialect = read.project.dialect or project.target.warehouse.type
    if definitions is None and files == project.files and not problems:
        definitions = project.definitions if dialect == project.target.warehouse.type else None
    if definitions is None:
        bound = bind(files, dialect, memory=project.memory)
        definitions, problems = bound.definitions, (*problems, *bound.diagnostics)
    target = config.targets.get(project.target_name) if config else None
    return Base(
        name=name,
        definitions=definitions,
        project=config.project if config else project.config.project,
        schema=(target or project.target).warehouse.schema_,
        tuning=_tuning(project, read.tuning, definitions),
        texts=files,
        problems=tuple(_placed(each, name) for each in problems),
        shown={f"{name}:{file}": text for file, text in files.items()} if problems else {},
        unread=_unread(files, definitions) if problems else (),
        unread_files=(*torn, *_torn(files)) if problems else (),
        project_file=ProjectFile(config, read.text) if config else None,
    )


def _prefix(root: Path) -> str:
    """Return the project's folder from the top of its repository, ending with a slash; "" for the top itself."""
    found = git(root, "rev-parse", "--show-prefix")
    if found is None:
        raise _no_repository(root)
    try:
        return found.decode("utf-8").rstrip("\n")
    except UnicodeDecodeError:
        raise unreadable("the folder's name is not UTF-8") from None


def _no_repository(root: Path) -> UsageError:
    if shutil.which("git") is None:
        return unreadable("git is not installed")
    there = any((folder / ".git").exists() for folder in (root, *root.parents))
    # Of a folder that belongs to somebody else, git reads nothing unless it is told to.
    why = (
        "it refuses to, as for a folder of another owner (`safe.directory`)"
        if there
        else "there is none here"
    )
    return unreadable(why)


def _called(root: Path, name: str) -> str:
    """Return what ``origin/HEAD`` stands for; other names are what they are."""
    if name != "origin/HEAD":
        return name
    found = git(root, "rev-parse", "--abbrev-ref", name)
    return found.decode("utf-8", "replace").strip() if found else name


def _absent(project: Project, name: str) -> Base:
    schema = project.target.warehouse.schema_
    return Base(name, Definitions(), project.config.project, schema, project.tuning, absent=True)


def _project_files(root: Path, prefix: str, commit_id: str) -> tuple[str | None, str | None]:
    """Return the texts of fcompile.yaml and of tuning.yaml as they were; None for one that was not there."""
    found = blobs(root, commit_id, [prefix + PROJECT_FILE, prefix + TUNING_FILE])
    read = {path.removeprefix(prefix): data for path, data in contents(root, found).items()}
    texts = {name: data.decode("utf-8-sig", "replace") for name, data in read.items()}
    return texts.get(PROJECT_FILE), texts.get(TUNING_FILE)


def _tuning(project: Project, text: str | None, definitions: Definitions) -> Tuning:
    """Return what tuning.yaml pinned; without one nothing, and of one that cannot be read what is pinned now."""
    if text is None:
        return UNTUNED
    read = read_tuning(text, TUNING_FILE, definitions, stale=True)
    return project.tuning if read.diagnostics else read.tuning


def _definition_files(
    root: Path, prefix: str, commit_id: str, folders: Sequence[str]
) -> tuple[dict[str, str], tuple[UnreadFile, ...], tuple[Diagnostic, ...]]:
    """Return definition files by their path from the project's folder, sorted, and what is no text or too long."""
    inside = [folder for folder in map(_inside, folders) if folder is not None]
    at = [f"{prefix}{folder}" if folder else prefix.rstrip("/") for folder in inside]
    listed = blobs(root, commit_id, at) if at else ()
    wanted = {each.path: each for each in listed if _is_definition(each, prefix)}
    files: dict[str, str] = {}
    unread: list[UnreadFile] = []
    problems: list[Diagnostic] = []
    for path, data in contents(root, wanted.values()).items():
        name = path.removeprefix(prefix)
        try:
            if len(data) > MAX_BYTES:
                unread.append(UnreadFile(name, None))
                problems.append(Diagnostic("FC102", f"`{name}` is larger than 1 MiB", Span(name, 1, 1)))
            else:
                files[name] = data.decode("utf-8-sig")
        except UnicodeDecodeError:
            unread.append(UnreadFile(name, _names(data.decode("utf-8", "replace"))))
            problems.append(Diagnostic("FC100", f"`{name}` is not UTF-8 text", Span(name, 1, 1)))
    return dict(sorted(files.items())), tuple(unread), tuple(problems)


def _inside(folder: str) -> str | None:
    """Return a folder of ``definitions:`` in plain form, "" for the project's own; None where it leads outside.

    >>> [_inside(folder) for folder in ("defs", "./a/../b/", ".", "../defs", "a/../..", "/etc")]
    ['defs', 'b', '', None, None, None]
    """
    parts: list[str] = []
    for part in PurePosixPath(folder).parts:
        if (part == ".." and not parts) or part == "/":
            return None
        parts = parts[:-1] if part == ".." else [*parts, part]
    return "/".join(parts)


def _is_definition(blob: Blob, prefix: str) -> bool:
    """As ``runtime/project.py`` finds files: YAML, nothing hidden, not the project's own two."""
    if not blob.path.startswith(prefix):
        return False
    path = PurePosixPath(blob.path.removeprefix(prefix))
    hidden = any(part.startswith(".") for part in path.parts)
    return (
        path.suffix in (".yaml", ".yml")
        and not hidden
        and path.name != PROJECT_FILE
        and str(path) != TUNING_FILE
    )


def _unread(files: Mapping[str, str], definitions: Definitions) -> tuple[str, ...]:
    """Return the ids of what the files define and ``definitions`` lack."""
    known = set(graph(definitions).nodes)
    return tuple(sorted({found for text in files.values() for found in _declared(text)} - known))


def _declared(text: str) -> Iterator[str]:
    root = load(text, "").root
    for key, node in root.items.items() if isinstance(root, Mapped) else ():
        for item in node.items if isinstance(node, Listed) and key in SHAPES else ():
            name = item.items.get("name") if isinstance(item, Mapped) else None
            if isinstance(name, Scalar) and _NAME.fullmatch(str(name.value)):
                yield f"{NODE_KINDS[key]}.{name.value}"


def _torn(files: Mapping[str, str]) -> Iterator[UnreadFile]:
    """Yield the files that are no YAML, or no mapping."""
    for name, text in files.items():
        read = load(text, "")
        if not isinstance(read.root, Mapped) and read.diagnostics:
            yield UnreadFile(name, _names(text))


def _names(text: str) -> frozenset[str]:
    return frozenset(_NAMED.findall(text))


def _placed(problem: Diagnostic, name: str) -> Diagnostic:
    span = problem.span
    return replace(problem, span=replace(span, file=f"{name}:{span.file}")) if span else problem
