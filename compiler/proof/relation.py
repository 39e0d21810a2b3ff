"""What the interpreter knows of a relation: its columns, and until when what its rows and values rest on is known."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from fcompile.compiler.proof.order import Fact
from fcompile.compiler.proof.terms import NEVER, Constant, Term

if TYPE_CHECKING:
    from sqlglot import exp


@dataclass(frozen=True, slots=True, eq=False)
class Origin:
    """Where a need comes from, and what is said where it is not met. Compared by identity.

    Attributes:
        code: of the leak.
        message, hint: of the leak.
        node: the piece of SQL.
        assumes: what is assumed where it is met; "" for nothing.
        closes: it is of an end of validity, which an instant before it may be held against.
    """

    code: str
    message: str
    hint: str = ""
    node: exp.Expr | None = None
    assumes: str = ""
    closes: bool = False


@dataclass(frozen=True, slots=True)
class Need:
    """What a row or a value rests on is known from ``term`` on, and no earlier: the known time must not be before."""

    term: Term
    origin: Origin


Needs = tuple[Need, ...]


def merged(*several: Iterable[Need]) -> Needs:
    return tuple(dict.fromkeys(need for needs in several for need in needs))


def assumption(text: str, node: exp.Expr | None = None) -> Need:
    """Return a need that is always met, if the sentence is true."""
    return Need(NEVER, Origin("", "", "", node, text))


@dataclass(frozen=True, slots=True)
class Value:
    """``needs`` are those of this value besides its row's."""

    term: Term = Constant("")
    needs: Needs = ()


@dataclass(frozen=True)
class Relation:
    """Rows with columns.

    Attributes:
        columns: by lower-case name, in order.
        scans: tables whose other columns are also there: their columns are not listed anywhere.
        rows: what it rests on that a row is there, with its values.
        facts: hold in every row.
        uses: the uses of tables that it is made of.
        hidden: columns of ``scans`` that are left out.
    """

    columns: Mapping[str, Value] = field(default_factory=dict)
    scans: tuple[Scan, ...] = ()
    rows: Needs = ()
    facts: tuple[Fact, ...] = ()
    uses: frozenset[int] = frozenset()
    hidden: frozenset[str] = frozenset()

    def needing(self, *more: Iterable[Need]) -> Relation:
        return replace(self, rows=merged(self.rows, *more))


@dataclass(frozen=True, slots=True)
class Scan:
    """One use of a table.

    Attributes:
        table: its name as declared or written, lower-case.
        known: lower-case names of columns that hold its known time, which are never filled in later.
        columns: those of its contract, lower-case; empty where there is none.
        late: whether its rows may become known after they happened.
        dialect: of the database that it is in.
        times: lower-case names of the event times that sources declare of it: columns that are there.
    """

    use: int
    table: str
    fixed: bool
    known: frozenset[str] = frozenset()
    columns: frozenset[str] = frozenset()
    late: bool = False
    dialect: str = ""
    times: frozenset[str] = frozenset()
