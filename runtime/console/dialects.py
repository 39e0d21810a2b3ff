"""What `fcompile dialects` prints."""

from __future__ import annotations

from collections.abc import Iterator

from fcompile.compiler.errors import Diagnostic, UsageError, did_you_mean
from fcompile.compiler.matrix import NAMES, TESTED, Section, sections
from fcompile.dialects.answers.answer import QUESTIONS
from fcompile.dialects.answers.registry import ANSWERS
from fcompile.runtime.console import tables
from fcompile.runtime.console.inspect import one_of


def write_dialects(name: str | None, output: str) -> None:
    """Write the matrix, or all that is said of one dialect, as aligned text or JSON.

    Raises UsageError (FC283) for a dialect that is none.
    """
    one_of(output, ("table", "json"))
    if name is not None and name not in NAMES:
        hint = did_you_mean(name, NAMES)
        raise UsageError(Diagnostic("FC283", f"`{name}` is not a dialect", hint=hint))
    found = sections()
    if output == "json":
        tables.write_json(_matrix_json(found) if name is None else _one_json(name, found))
        return
    tables.write(tables.fitted("\n".join(_matrix(found) if name is None else _one(name, found))))


def _matrix(found: tuple[Section, ...]) -> Iterator[str]:
    for section in found:
        rows = [[row.name, *("no" if n in row.reasons else "yes" for n in NAMES)] for row in section.rows]
        yield tables.table([section.title, *NAMES], rows)


def _one(name: str, found: tuple[Section, ...]) -> Iterator[str]:
    yield f"{name}: tested {TESTED[name]}.\n"
    answers = [(QUESTIONS[key], answer.said) for key, answer in ANSWERS[name].items()]
    width = max(len(question) for question, _ in answers)
    yield "".join(f"{question:<{width}}  {said}\n" for question, said in answers)
    refused = [
        f"{row.name}: {row.reasons[name]}\n"
        for section in found
        for row in section.rows
        if name in row.reasons
    ]
    yield "Refused:\n" + "".join(f"  {line}" for line in refused) if refused else "Nothing is refused.\n"


def _matrix_json(found: tuple[Section, ...]) -> object:
    return {
        section.title: {row.name: {n: row.reasons.get(n, True) for n in NAMES} for row in section.rows}
        for section in found
    }


def _one_json(name: str, found: tuple[Section, ...]) -> object:
    return {
        "dialect": name,
        "tested": TESTED[name],
        "answers": {k: {"said": a.said, "page": f"https://{a.page}"} for k, a in ANSWERS[name].items()},
        "refused": {r.name: r.reasons[name] for s in found for r in s.rows if name in r.reasons},
    }
