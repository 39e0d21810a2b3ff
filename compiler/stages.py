"""Staged tables: what a statement must compute once, on engines whose CTEs keep no rows.

A CTE that is marked ``STAGED`` and read more than once becomes a table before the statement; the CTE itself stays
as a name for that table, so that all else reads as before. So it is with all CTEs that it is made of: a number that
``ROW_NUMBER() OVER ()`` gave is the same number wherever it is read.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from sqlglot import exp

from fcompile.compiler.lower.sql import identifier
from fcompile.compiler.render import Cte, Statement
from fcompile.compiler.statements import statement
from fcompile.dialects.base import STAGED, Dialect

PREFIX = "__fcompile_stage_"
"""How the names of all staged tables begin."""


@dataclass(frozen=True, slots=True)
class Stage:
    """A table to make before a statement and to drop after it.

    Attributes:
        name: as it stands in all texts, between quotes; a runner puts a name of its own in its place, so that
            two runs at a time do not meet.
        create: the statement that makes it; ``drop``: the one that drops it, if it is there.
        comment: what its rows are.
    """

    name: str
    create: str
    drop: str
    comment: str


@dataclass(frozen=True, slots=True)
class Script:
    """Stages, in order, and the statement that reads them.

    ``beside``: further SELECTs with the same rows in the same order, where one has not all columns (``parts.py``).
    """

    stages: tuple[Stage, ...]
    text: str
    beside: tuple[str, ...] = ()

    def whole(self) -> str:
        """Return everything as one script, for people: each statement with ``;``."""
        made = "".join(f"-- {each.comment}\n{each.create};\n" for each in self.stages)
        dropped = "".join(f"{each.drop};\n" for each in reversed(self.stages))
        return f"{made}{''.join(self._selects())}{dropped}"

    def _selects(self) -> Iterator[str]:
        texts = (self.text, *self.beside)
        for number, text in enumerate(texts, 1):
            words = "the same rows in the same order, to be put side by side"
            yield f"-- Part {number} of {len(texts)}: {words}.\n" if self.beside else ""
            yield f"{text};\n"

    def named(self, suffix: str) -> Script:
        """Return the same with tables of other names: each name with ``suffix`` behind it."""
        stages = tuple(_renamed(each, self.stages, suffix) for each in self.stages)
        text, *beside = (_with_names(each, self.stages, suffix) for each in (self.text, *self.beside))
        return Script(stages, text, tuple(beside))


def _renamed(stage: Stage, stages: Sequence[Stage], suffix: str) -> Stage:
    create, drop = (_with_names(text, stages, suffix) for text in (stage.create, stage.drop))
    return replace(stage, name=f"{stage.name}{suffix}", create=create, drop=drop)


def _with_names(text: str, stages: Sequence[Stage], suffix: str) -> str:
    for stage in stages:
        text = text.replace(stage.name, f"{stage.name}{suffix}")
    return text


def staged(content: Statement, dialect: Dialect, schema: str = "", prefix: str = "") -> Script:
    """Return the stages of ``content`` and what is left of it.

    ``schema`` is where the tables are made on engines without temporary ones; ``prefix`` keeps the stages of
    several statements apart.
    """
    if not any(cte.hint == STAGED for cte in content.ctes):
        return Script((), content.text(dialect))
    uses = _uses(content, dialect)
    stages: dict[str, Stage] = {}
    known: list[Cte] = []
    for cte in content.ctes:
        if _is_staged(cte, uses):
            name = exp.Table(this=identifier(f"{PREFIX}{prefix}{len(stages) + 1:03}"))
            if schema and not dialect.temporary_tables:
                name.set("db", identifier(schema))
            stages[cte.name] = _stage(name, cte, known, dialect)
            body = f"SELECT * FROM {dialect.sql(name)}"  # noqa: S608  a name that was quoted by the dialect
            known.append(Cte(cte.name, "", body))
        else:
            known.append(cte)
    left = _needed(known, [content.body], dialect) if stages else list(content.ctes)
    return Script(tuple(stages.values()), Statement(tuple(left), content.body).text(dialect))


def _is_staged(cte: Cte, uses: Mapping[str, int]) -> bool:
    return cte.hint == STAGED and (cte.apart or uses[cte.name] > 1)


def _stage(name: exp.Table, cte: Cte, known: Sequence[Cte], dialect: Dialect) -> Stage:
    needed = _needed(known, [cte.select], dialect)
    select = Statement(tuple(needed), cte.select).text(dialect)
    return temporary(name, select, f"{cte.name}: {cte.comment}", dialect)


def temporary(name: exp.Table, select: str, comment: str, dialect: Dialect) -> Stage:
    """Return the stage of a SELECT."""
    text = dialect.sql(name)
    template = "create_temporary_table" if dialect.temporary_tables else "create_staged_table"
    return Stage(
        name=dialect.quoted(name.name)[1:-1],
        create=statement(template, dialect, table=text, select=select),
        drop=statement("drop_table", dialect, table=text),
        comment=comment,
    )


def side_by_side(scripts: Sequence[Script], before: Sequence[Stage] = ()) -> Script:
    """Return one script of several, whose stages have names of their own; ``before`` are made before all of theirs."""
    stages = (stage for script in scripts for stage in script.stages)
    text, *beside = (script.text for script in scripts)
    return Script((*before, *stages), text, tuple(beside))


def _needed(known: Sequence[Cte], texts: Sequence[str], dialect: Dialect) -> list[Cte]:
    """Those of ``known`` that ``texts`` read, or what these read. A column of that name does no harm."""
    found: list[Cte] = []
    read = list(texts)
    for cte in reversed(known):
        if any(dialect.quoted(cte.name) in text for text in read):
            found.append(cte)
            read.append(cte.select)
    return found[::-1]


def _uses(content: Statement, dialect: Dialect) -> Mapping[str, int]:
    """How often each CTE is computed, if those that are to be staged and read more than once are tables."""
    uses: dict[str, int] = {}
    readers: list[tuple[str, int]] = [(content.body, 1)]
    for cte in reversed(content.ctes):
        mark = dialect.quoted(cte.name)
        uses[cte.name] = sum(text.count(mark) * times for text, times in readers)
        own = 1 if _is_staged(cte, uses) else uses[cte.name]
        readers.append((cte.select, own))
    return uses
