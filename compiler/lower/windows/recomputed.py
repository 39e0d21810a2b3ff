"""Materialized windows without stored tiles: every entity's windows as of one instant, from the source, in one SELECT.

It gives what the steps of ``stored`` leave in the view's table, also of entities that have no visible row any more.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from sqlglot import exp

from fcompile.compiler.ir import WindowJoin, WindowOutput, WindowTable, scans
from fcompile.compiler.lower.computed import features_of
from fcompile.compiler.lower.events import relation_words
from fcompile.compiler.lower.names import CREATED, EVENT, ROW, SEQUENCE, TIME, Names
from fcompile.compiler.lower.scans import scan_ctes
from fcompile.compiler.lower.spine import Asked
from fcompile.compiler.lower.sql import (
    Tree,
    aliased,
    cast,
    column,
    conjunction,
    derived,
    equal,
    is_not_null,
    join,
    maximum,
    named,
    over,
    same_keys,
    select,
    table,
)
from fcompile.compiler.lower.types import time_parameter
from fcompile.compiler.lower.windows.asking import Asking, looked_at, union_all
from fcompile.compiler.lower.windows.pieces import SpinePieces
from fcompile.compiler.lower.windows.rows import name_rows, rows_cte, tracks_of
from fcompile.compiler.lower.windows.values import track_ctes
from fcompile.compiler.lower.windows.ways import Place, ways_of
from fcompile.compiler.render import Cte, Statement
from fcompile.dialects.base import Dialect


def lower_window_table(plan: WindowTable, target: exp.Table, dialect: Dialect) -> Statement:
    """Return the rows that ``target`` holds after a run. Grain: an entity with a row visible as of $as_of, or in it.

    Parameters: as_of (the windows' end), sequence (the number of this load, of rows that are new or differ).
    """
    return _Recomputed(plan, target, dialect).statement()


class _Recomputed:
    def __init__(self, plan: WindowTable, target: exp.Table, dialect: Dialect) -> None:
        self._plan = plan
        self._target = target
        self._dialect = dialect
        self._names = Names(relation_words(plan.rows.source.relation), dialect.longest_name)
        scan_names, self._scanned = scan_ctes(scans((plan.rows,)), (plan.rows,), self._names, dialect)
        self._scan = scan_names[plan.rows.source]
        self._rows = name_rows(plan.rows, plan.view.name, self._names)
        self._asked = Asked(self._names.fresh("entities"), ROW, TIME, {})
        self._found: dict[str, Place] = {}

    def statement(self) -> Statement:
        ctes = [*self._scanned, rows_cte(self._rows, self._scan, self._dialect), self._entities_cte()]
        ctes += self._windows()
        return Statement(tuple(ctes), self._dialect.sql(self._body()))

    # -- entities ---------------------------------------------------------------------------------

    def _entities_cte(self) -> Cte:
        """Numbered in the order of their keys: however often it is computed, the numbers are the same."""
        keys = [column(key) for key in self._rows.keys]
        seen = select([*keys, column(EVENT)], table(self._rows.cte), where=[self._known()])
        before = select(
            [*(column(key, "t") for key in self._rows.keys), column(EVENT, "t")],
            aliased(self._target.copy(), "t"),
        )
        number: Tree = over(exp.RowNumber(), (), [exp.Ordered(this=key) for key in keys])
        having = None
        if not keys:
            number = exp.Literal.number(1)
            having = exp.GT(this=exp.Count(this=exp.Star()), expression=exp.Literal.number(0))
        tree = select(
            [named(number, ROW), *keys, named(maximum(column(EVENT)), EVENT)],
            derived(union_all([seen, before]), "seen"),
            group_by=keys,
            having=having,
        )
        comment = "The entities with a row known as of the end of the windows, or in the view's table."
        return Cte(self._asked.name, comment, self._dialect.sql(tree))

    def _known(self) -> Tree:
        time = time_parameter("as_of", self._dialect)
        if self._plan.every is not None:
            time = self._dialect.floor_time(time, self._plan.every)
        compare = exp.LT if self._plan.strict else exp.LTE
        return compare(this=column(self._rows.visible), expression=time)

    # -- windows ----------------------------------------------------------------------------------

    def _windows(self) -> list[Cte]:
        ways = ways_of(self._plan.outputs, self._dialect)
        found: dict[WindowOutput, Place] = {}
        ctes: list[Cte] = []
        tracks = tracks_of(self._rows, ways.parts)
        for recent in (False, True):
            alike = [track for track in tracks if track.recent == recent]
            if not alike:
                continue
            lengths = looked_at([output for track in alike for output in track.outputs], recent)
            asking = self._asking(lengths, recent)
            pieces = SpinePieces(asking, None, self._names, self._dialect)
            ctes += pieces.ctes()
            for track in alike:
                more, name = track_ctes(asking, track, pieces, self._names, self._dialect)
                ctes += more
                found.update((o, (name, o.name)) for o in track.outputs)
        more, found = ways.completed(found, self._asking((), recent=False), self._names, self._dialect)
        self._found = {output.name: place for output, place in found.items()}
        return [*ctes, *more]

    def _asking(self, lengths: tuple[timedelta | None, ...], recent: bool) -> Asking:
        plan, keys = self._plan, tuple(self._rows.keys)
        each = WindowJoin(
            rows=plan.rows,
            spine_keys=keys,
            strict=plan.strict,
            every=plan.every,
            shift=timedelta(0),
            outputs=plan.outputs,
            labels=(plan.view.name,),
        )
        return Asking(each, self._rows, self._asked, keys, lengths, as_of=True, recent=recent)

    # -- the table --------------------------------------------------------------------------------

    def _body(self) -> exp.Select:
        aliases = {
            name: f"w{number}"
            for number, name in enumerate(dict.fromkeys(n for n, _ in self._found.values()), 1)
        }
        features = self._plan.view.features
        windows: dict[str, Tree] = {}
        for feature in features:
            if feature.window is not None:
                cte, name = self._found[feature.name]
                windows[feature.name] = column(name, aliases[cte])
        joins = [
            join("LEFT", table(cte, alias), [equal(column(ROW, alias), column(ROW, "n"))])
            for cte, alias in aliases.items()
        ]
        joins.append(join("LEFT", aliased(self._target.copy(), "t"), same_keys(self._rows.keys, "t", "n")))
        columns = [
            *(column(key, "n") for key in self._rows.keys),
            *features_of(self._plan, windows, self._dialect),
        ]
        created = cast(exp.Null(), self._dialect.scalar("timestamp"))
        columns += [column(EVENT, "n"), named(created, CREATED), named(self._sequence(windows), SEQUENCE)]
        return select(columns, table(self._asked.name, "n"), joins=joins)

    def _sequence(self, windows: Mapping[str, Tree]) -> Tree:
        """That of the table's row, if it is the same. What is computed of the same windows is the same."""
        kinds = {f.name: f.dtype.kind for f in self._plan.view.features}
        comparable = self._dialect.comparable
        pairs = [
            (comparable(new, kinds[n]), comparable(column(n, "t"), kinds[n])) for n, new in windows.items()
        ]
        pairs.append((column(EVENT, "n"), column(EVENT, "t")))
        alike = [exp.NullSafeEQ(this=new, expression=old) for new, old in pairs]
        same = conjunction([is_not_null(column(SEQUENCE, "t")), *alike])
        sequence = cast(self._dialect.parameter("sequence"), self._dialect.scalar("int64"))
        return exp.Case(ifs=[exp.If(this=same, true=column(SEQUENCE, "t"))], default=sequence)
