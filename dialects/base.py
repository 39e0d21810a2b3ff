"""What fcompile asks of a SQL dialect, and the answers most engines share.

A dialect is a table of answers. The questions without a default here must be answered by
every dialect: one that leaves a question open fails when it is imported.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import timedelta
from functools import cached_property, lru_cache
from pathlib import Path
from typing import ClassVar

from sqlglot import exp
from sqlglot.dialects.dialect import Dialect as SqlglotDialect
from sqlglot.generator import Generator

from fcompile.dialects.leaves import identifier, plain_type
from fcompile.dialects.printer import generator_of

Rewrite = Callable[[exp.Expr], exp.Expr]
"""A tree in, a tree out; it is the rewrite's own copy."""

STAGED = "STAGED"
"""Of a CTE that must be computed once: it becomes a table before the statement, as no keyword keeps its rows."""

ASOF, PORTABLE, LATERAL = "as_of", "portable", "lateral"

HASHES_COUNTED = 1024
"""``approx_count_distinct`` counts up to so many values exactly; more are estimated from so many hashes."""

EVER = 2**61
"""Microseconds from 1970 to beyond every time, in either direction."""

_UNITS = (
    ("DAY", timedelta(days=1)),
    ("HOUR", timedelta(hours=1)),
    ("MINUTE", timedelta(minutes=1)),
    ("SECOND", timedelta(seconds=1)),
    ("MILLISECOND", timedelta(milliseconds=1)),
)


@lru_cache(maxsize=4096)
def _in_units(duration: timedelta) -> tuple[str, str]:
    """The largest unit that divides it, and how many."""
    unit, size = next((u, s) for u, s in _UNITS if duration % s == timedelta(0))
    return unit, str(duration // size)


class Dialect:
    """Standard SQL with quoted identifiers. A subclass states where its engine differs."""

    name: ClassVar[str]
    """The warehouse type of SPEC 2, and sqlglot's name for the dialect if ``printer`` names no other."""

    scalar_types: ClassVar[Mapping[str, str]]
    """dtype kind -> the engine's type, for every scalar of SPEC 3; ``timestamp`` has microseconds, no zone."""

    instant_type: ClassVar[str]
    """The type that reads ISO text with an offset and gives the instant."""

    printer: ClassVar[str | None] = None
    """sqlglot's dialect that prints the trees, where sqlglot knows none called ``name``; "" is plain SQL."""

    templates: ClassVar[Path | None] = None
    """The folder of its statements (``create_schema.sql.jinja`` ..), where that is not ``templates/<name>``."""

    reads_files: ClassVar[bool] = False
    """Can a source be Parquet or CSV files?"""

    refused_types: ClassVar[Mapping[str, str]] = {}
    """dtype kinds that the engine cannot hold with their meaning, each with the reason."""

    refused_aggregations: ClassVar[Mapping[str, str]] = {}
    """Aggregation functions, by their names in YAML, that the engine cannot say, each with the reason."""

    rewrites: ClassVar[tuple[Rewrite, ...]] = ()
    """What is changed in a tree before it becomes text, in order: for clauses that the engine does not have."""

    point_in_time: ClassVar[str] = PORTABLE
    """How the latest visible event of each spine row is found: ``ASOF`` or ``PORTABLE``."""

    joins: ClassVar[tuple[str, ...]] = (PORTABLE,)
    """The ways that ``tuning.yaml`` may ask for instead: ``LATERAL`` is a look-up for each spine row."""

    as_of_needs_keys: ClassVar[bool] = False
    """Does ``as_of_join`` work only where there is an equality beside the times? Else the portable form stands in."""

    transactional: ClassVar[bool] = False
    """Can a transaction take back tables that were made or dropped in it?"""

    temporary_tables: ClassVar[bool] = True
    """Has it tables that end with the session? Else staged ones are made beside the views' own tables."""

    keeps_lists: ClassVar[bool] = False
    """Are partial aggregates kept as rows and lists? Else functions of lists and newest rows look at rows alone."""

    stores_tiles: ClassVar[bool] = False
    """Do runs keep tiles of windows in tables beside the view's, many statements in one transaction? Else each
    run makes the windows anew, from the source, in one statement."""

    most_joins: ClassVar[int] = 40
    """Views that one statement joins; more go to staged tables first."""

    most_columns: ClassVar[int | None] = None
    """Columns that a result can have, where the engine has a bound that requests may reach: more come in parts."""

    one_state: ClassVar[str | None] = None
    """What begins a transaction in which all SELECTs see the data of one instant; "" where every transaction does."""

    longest_name: ClassVar[int | None] = None
    """Bytes of a name, where the engine cuts longer ones without an error: two of them could become one."""

    inline_cte: ClassVar[str | None] = None
    """The keyword that stops the engine from keeping a CTE's rows, where it has one."""

    keep_cte: ClassVar[str | None] = STAGED
    """The keyword that makes the engine compute a CTE once; where it has none, ``STAGED``: a table before it."""

    statement_suffix: ClassVar[str] = ""
    """What ends every statement that reads, where only that makes it mean the same in every session."""

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        questions = ("name", "scalar_types", "instant_type")
        missing = [q for q in questions if not hasattr(cls, q)]
        if missing:
            raise TypeError(f"dialect {cls.__name__} does not answer: {', '.join(missing)}")

    # -- how a tree becomes text ------------------------------------------------------------

    @cached_property
    def _generator(self) -> Generator:
        printer = self.name if self.printer is None else self.printer
        return generator_of(printer, shares_leaves=not self.rewrites)

    def sql(self, tree: exp.Expr) -> str:
        """Return the text of ``tree``, laid out for reading.

        The tree is changed only as a copy: its leaves are shared among many.
        """
        if self.rewrites:
            tree = tree.copy()
            for rewrite in self.rewrites:
                tree = rewrite(tree)
        return self._generator.generate(tree, copy=False)

    @cached_property
    def _quoted(self) -> Callable[[str], str]:
        return lru_cache(maxsize=4096)(lambda name: self.sql(self.identifier(name)))

    def quoted(self, name: str) -> str:
        """A name as text, quoted."""
        return self._quoted(name)

    @cached_property
    def escapes_by_backslash(self) -> bool:
        """Does a backslash in a string escape the next sign?"""
        printer = self.name if self.printer is None else self.printer
        return "\\" in SqlglotDialect.get_or_raise(printer).tokenizer_class.STRING_ESCAPES

    @property
    def kept_line_break(self) -> str:
        """Stands for a line break that ``sql`` must not indent after."""
        return str(self._generator.SENTINEL_LINE_BREAK)

    # -- types ----------------------------------------------------------------------------------

    def scalar(self, kind: str) -> exp.DataType:
        return self._named_type(self.scalar_types[kind])

    def instant(self) -> exp.DataType:
        return self._named_type(self.instant_type)

    def decimal(self, precision: int, scale: int) -> exp.DataType:
        size = [exp.DataTypeParam(this=exp.Literal.number(n)) for n in (precision, scale)]
        return exp.DataType(this=exp.DataType.Type.DECIMAL, expressions=size)

    def array(self, item: exp.DataType) -> exp.DataType:
        return exp.DataType(this=exp.DataType.Type.ARRAY, expressions=[item], nested=True)

    def vector(self, item: exp.DataType, length: int) -> exp.DataType:
        """A list whose length is fixed, where the engine has one."""
        return self.array(item)

    def struct(self, fields: Iterable[tuple[str, exp.DataType]]) -> exp.DataType:
        members = [exp.ColumnDef(this=self.identifier(n), kind=t) for n, t in fields]
        return exp.DataType(this=exp.DataType.Type.STRUCT, expressions=members, nested=True)

    def _named_type(self, name: str) -> exp.DataType:
        return plain_type(name)

    # -- names, values and time ----------------------------------------------------------

    def identifier(self, name: str) -> exp.Identifier:
        return identifier(name)

    def utc(self, time: exp.Expr) -> exp.Expr:
        """A date or time of any type of the engine as a UTC timestamp; one without a zone is UTC already."""
        return exp.Cast(this=time, to=self.scalar("timestamp"))

    def parameter(self, name: str) -> exp.Expr:
        """A value bound when the statement runs: ``:name``, as adapters know it."""
        return exp.Var(this=f":{name}")

    def duration(self, duration: timedelta) -> exp.Expr:
        """An interval, in the largest unit that divides it; durations have milliseconds."""
        unit, count = _in_units(duration)
        return exp.Interval(this=exp.Literal.string(count), unit=exp.Var(this=unit))

    def before(self, timestamp: exp.Expr, duration: timedelta) -> exp.Expr:
        return exp.Sub(this=timestamp, expression=self.duration(duration))

    def after(self, timestamp: exp.Expr, duration: timedelta) -> exp.Expr:
        return exp.Add(this=timestamp, expression=self.duration(duration))

    def from_nanoseconds(self, timestamp: exp.Expr, *, up: bool) -> exp.Expr:
        """A timestamp in nanoseconds as one in microseconds, the next or the last one.

        A row's time goes up and a question's time down, so that no row is seen before its time.
        """
        raise NotImplementedError(f"{self.name} has no timestamps in nanoseconds")

    def later(self, first: exp.Expr, second: exp.Expr) -> exp.Expr:
        """The greater of two timestamps that are not NULL."""
        return exp.Greatest(this=first, expressions=[second], ignore_nulls=True)

    def floor_time(self, timestamp: exp.Expr, width: timedelta) -> exp.Expr:
        """``timestamp`` rounded down to a multiple of ``width`` since 1970-01-01 UTC, also before it."""
        raise self._unanswered("rounding a time down")

    # -- joins ----------------------------------------------------------------------------------

    def as_of_join(
        self, relation: exp.Table | exp.Subquery, on: Sequence[exp.Expr], match: exp.Expr
    ) -> exp.Join:
        """Each left row with the right row of the greatest time that ``match``, ``left.t >= right.t`` or >, admits.

        ``on`` are equalities, none where there are no keys. Left rows without a right row stay; of several right
        rows of one time any one is given. Asked for where ``point_in_time`` is ``ASOF``.
        """
        raise self._unanswered("a join to the latest row before a time")

    def key_cast(self, key: exp.Expr, kind: str, to_kind: str, to: exp.DataType) -> exp.Expr:
        """A spine's column of ``kind`` (``SpineColumn.kind``) as a key of another; NULL where it is no such value."""
        return exp.TryCast(this=key, to=to)

    def sort_keys(self, value: exp.Expr, kind: str) -> Sequence[exp.Expr]:
        """What ORDER BY sorts by, first to last, so that values of dtype ``kind`` come in order.

        NaN is the greatest of floats and -0.0 equals 0.0, text is in order of its UTF-8 bytes, FALSE is before
        TRUE. ORDER BY itself says where NULLs stand: a key is NULL where the value is.
        """
        return (self.ordered_value(value, kind),)

    # -- rows and lists as values: the partial aggregates of windows --------------------------

    def row(self, members: Sequence[tuple[str, exp.Expr]]) -> exp.Expr:
        """Return several values as one, which compares member by member; NULLs are not compared."""
        raise self._unanswered("rows as values")

    def member(self, row: exp.Expr, name: str) -> exp.Expr:
        raise self._unanswered("rows as values")

    def list_of(self, values: Sequence[exp.Expr]) -> exp.Expr:
        raise self._unanswered("lists")

    def gathered(self, value: exp.Expr, order: Sequence[exp.Ordered] = ()) -> exp.Expr:
        """The aggregate function that makes a list of its inputs, NULLs among them."""
        raise self._unanswered("lists")

    def flattened(self, lists: exp.Expr) -> exp.Expr:
        """The elements of a list's lists; a NULL among the lists counts as empty."""
        raise self._unanswered("lists")

    def first_of(self, values: exp.Expr, count: int) -> exp.Expr:
        """A list's first ``count`` elements, or all if there are fewer."""
        raise self._unanswered("lists")

    def element(self, values: exp.Expr, place: int) -> exp.Expr:
        """A list's element; the first has place 1."""
        raise self._unanswered("lists")

    def greatest(self, value: exp.Expr, count: int) -> exp.Expr:
        """The aggregate function that makes a list of the ``count`` greatest inputs, greatest first."""
        raise self._unanswered("lists")

    def distinct_up(self, values: exp.Expr) -> exp.Expr:
        """A list's distinct elements, in ascending order."""
        raise self._unanswered("lists")

    def length(self, values: exp.Expr) -> exp.Expr:
        """How many elements a list has."""
        raise self._unanswered("lists")

    def sorted_down(self, values: exp.Expr) -> exp.Expr:
        """A list in descending order."""
        raise self._unanswered("lists")

    def each(self, values: exp.Expr, change: Callable[[exp.Expr], exp.Expr]) -> exp.Expr:
        """A list with every element changed."""
        raise self._unanswered("lists")

    def elements(self, values: exp.Expr) -> exp.Expr:
        """In a SELECT's list: a row for each element, one for NULL. Lists beside one another are walked in step."""
        raise self._unanswered("lists")

    def kept(self, values: exp.Expr, condition: Callable[[exp.Expr], exp.Expr]) -> exp.Expr:
        """A list's elements for which a condition holds, in their order."""
        raise self._unanswered("lists")

    def total(self, values: exp.Expr) -> exp.Expr:
        """The sum of a list's elements."""
        raise self._unanswered("lists")

    def percentile(self, values: exp.Expr, share: float) -> exp.Expr:
        """The percentile of a list, interpolated between the two nearest elements."""
        raise self._unanswered("percentiles")

    def nth_least(self, value: exp.Expr, place: exp.Expr) -> exp.Expr:
        """The window function that gives the frame's least value but ``place`` - 1; NaN is the greatest.

        NULL where ``place`` is NULL, 0, or more than there are values.
        """
        raise self._unanswered("values by their rank")

    def microseconds(self, timestamp: exp.Expr) -> exp.Expr:
        """A timestamp as whole microseconds since 1970; an infinite one is ``EVER`` of them away."""
        raise self._unanswered("times as numbers")

    def is_finite(self, value: exp.Expr) -> exp.Expr:
        """False for NaN and the infinities of a floating-point number."""
        raise self._unanswered("floating-point numbers")

    def portable_hash(self, value: exp.Expr, kind: str) -> exp.Expr:
        """A whole number in [0, 2^60), the same in every dialect: of the MD5 of the value's canonical text."""
        raise self._unanswered("hashes")

    def digest(self, columns: Sequence[exp.Expr]) -> exp.Expr:
        """An aggregate that differs where the rows do, but for their order; it need not be portable."""
        raise self._unanswered("digests")

    # -- windows of rows: aggregates where no lists are kept (``keeps_lists`` is False) ----------
    #
    # Each is an expression of aggregates alone, for a SELECT with GROUP BY, over the rows of the group for
    # which ``where`` is TRUE (not FALSE or NULL; None: all rows). ``where`` reads columns of the FROM and has no
    # aggregates; a dialect applies it by FILTER, by CASE, or as its engine likes best. It is given so that
    # ``value`` is not NULL where it holds, but for ``newest_value``.

    def ordered_value(self, value: exp.Expr, kind: str) -> exp.Expr:
        """A value of dtype ``kind`` ("": unknown) as GROUP BY, ORDER BY, MIN and MAX have to take it.

        Texts in the order of their UTF-8 bytes, -0.0 and 0.0 one value: as it is where the engine does so by itself.
        What windows read goes through it, not what is made of that: a text's collation has to go on into the
        columns of subqueries and tables.
        """
        return value

    def sum_of(self, value: exp.Expr, kind: str, where: exp.Expr | None) -> exp.Expr:
        """The aggregate sum of values of dtype ``kind`` ("": unknown), or of such sums; NULL over none.

        Of whole numbers it never wraps around: it is of a wider type, which callers cast to int64, or an error.
        """
        return self._of_some(exp.Sum(this=value), where)

    def extreme(self, value: exp.Expr, kind: str, where: exp.Expr | None, *, least: bool) -> exp.Expr:
        """The aggregate least or greatest of values of dtype ``kind`` ("": unknown), in their type; NULL over none.

        NaN is the greatest of floats, FALSE is before TRUE; else in the order of ``ordered_value``.
        """
        return self._of_some((exp.Min if least else exp.Max)(this=value), where)

    @staticmethod
    def _of_some(aggregate: exp.Expr, where: exp.Expr | None) -> exp.Expr:
        """``aggregate FILTER (WHERE ...)``, which a rewrite puts as CASE where there is no FILTER."""
        return aggregate if where is None else exp.Filter(this=aggregate, expression=exp.Where(this=where))

    def comparable(self, value: exp.Expr, kind: str) -> exp.Expr:
        """A value of dtype ``kind`` that can stand in ``IS NOT DISTINCT FROM``: where lists cannot, their text."""
        return value

    def newest_value(self, value: exp.Expr, order: Sequence[exp.Ordered], where: exp.Expr | None) -> exp.Expr:
        """The aggregate that gives ``value`` of the first row in ``order``, of any scalar type, in its type.

        NULL over no rows; also where that row's value is NULL, which is not passed over for another row's.
        ``order`` is total but for rows with equal members, whose values are equal too. Each member says where
        NULLs stand (``nulls_first`` True or False): times and counts, and then the ``sort_keys`` of the value.
        """
        raise self._unanswered("the newest value of rows")

    def list_in_order(
        self, value: exp.Expr, order: Sequence[exp.Ordered], count: int, where: exp.Expr | None
    ) -> exp.Expr:
        """The aggregate that gives the list of the first ``count`` values in ``order``; fewer if there are fewer.

        ``order`` is as for ``newest_value``. NULL over no rows, or an empty list: callers turn that into NULL
        by ``nonempty``. The list's type is ``array`` of the value's type.
        """
        raise self._unanswered("lists in order")

    def kept_list(self, values: exp.Expr) -> exp.Expr:
        """A feature's list as it is in results and online: NULL for an empty one where tables have no NULL lists."""
        return values

    def nonempty(self, values: exp.Expr) -> exp.Expr:
        """A list, or NULL for an empty one; as it is where ``list_in_order`` is NULL over no rows already."""
        return values

    def deviation(self, value: exp.Expr, squared: bool, floating: bool, where: exp.Expr | None) -> exp.Expr:
        """The aggregate sample standard deviation of float64 values, or the sample variance if ``squared``.

        NULL for fewer than 2 values (NULLs are no values; NaN and infinities are). Else NaN if any is NaN or
        infinite, which they can be only where ``floating``. Never negative, and sound for a mean far from zero:
        (1e9, 1e9 + 1, 1e9 + 2) has variance 1, so never from the sums of squares.
        """
        raise self._unanswered("deviations")

    def percentile_of(self, value: exp.Expr, share: float, where: exp.Expr | None) -> exp.Expr:
        """The aggregate percentile of float64 values, ``share`` in [0, 1], interpolated: float64.

        Of n values that are not NULL, in ascending order with NaN the greatest, let r = share * (n - 1), from 0:
        the value at r where r is whole, else low + (high - low) * (r - floor(r)) of the two around it, and
        that value itself where both are the same infinity. NULL over no values.
        """
        raise self._unanswered("percentiles")

    def estimated_distinct(self, hash: exp.Expr, where: exp.Expr | None) -> exp.Expr:
        """The aggregate number of distinct hashes, whole numbers of ``portable_hash``: exact up to ``HASHES_COUNTED``.

        More of them are estimated from the ``HASHES_COUNTED``-th least of the distinct hashes, with the formula
        of ``estimate_of``, so that the answer is the same bit by bit in every dialect. NULLs are not counted. 0 or NULL
        over none; callers cast it to int64.
        """
        raise self._unanswered("estimates of distinct values")

    def estimate_of(self, count: exp.Expr, least: exp.Expr) -> exp.Expr:
        """What ``estimated_distinct`` gives, as float64, of two aggregates.

        ``count``: how many distinct hashes there are, at least all up to ``HASHES_COUNTED`` + 1. ``least``: the
        ``HASHES_COUNTED``-th least of them; looked at only where there are more.
        """
        double = self.scalar("float64")
        most = exp.Literal.number(HASHES_COUNTED)
        scale = exp.Cast(this=exp.Literal.number(f"{(HASHES_COUNTED - 1) * 2**60}.0"), to=double)
        share = exp.Div(this=scale, expression=exp.Cast(this=least, to=double))
        rounded = exp.Floor(this=exp.Add(this=share, expression=exp.Literal.number("0.5")))
        few = exp.If(this=exp.LTE(this=count, expression=most), true=exp.Cast(this=count, to=double))
        return exp.Case(ifs=[few], default=rounded)

    def _unanswered(self, what: str) -> NotImplementedError:
        return NotImplementedError(f"the dialect {self.name} does not say: {what}")

    # -- reading files --------------------------------------------------------------------------

    def read_file(self, path: str, kind: str, types: Sequence[tuple[str, exp.DataType]]) -> exp.Expr:
        """Rows of Parquet or CSV files; ``types`` are how columns of a CSV must be read."""
        raise NotImplementedError(f"{self.name} reads tables, not files")

    # -- words in a text, to keep our own names apart from the user's ---------------------------

    @staticmethod
    def words(text: str) -> set[str]:
        """Every word of ``text``, in lower case."""
        return {w.lower() for w in re.findall(r"\w+", text)}
