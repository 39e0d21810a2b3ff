"""Steps that make the windows of the keys due, and put those that differ into the view's table."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from sqlglot import exp

from fcompile.compiler.ir import WindowJoin, WindowOutput
from fcompile.compiler.lower.computed import features_of
from fcompile.compiler.lower.names import CREATED, EVENT, ROW, SEQUENCE, TIME, Names
from fcompile.compiler.lower.spine import Asked
from fcompile.compiler.lower.sql import (
    Tree,
    aliased,
    cast,
    column,
    derived,
    equal,
    is_not_null,
    join,
    maximum,
    named,
    over,
    row_of,
    same_keys,
    select,
    table,
)
from fcompile.compiler.lower.windows.asking import Asking, looked_at
from fcompile.compiler.lower.windows.pieces import SpinePieces
from fcompile.compiler.lower.windows.rows import Track, tracks_of
from fcompile.compiler.lower.windows.stored_base import CHANGED, DUE, FRESH, LAST, Step, Stored
from fcompile.compiler.lower.windows.stored_pieces import StoredPieces
from fcompile.compiler.lower.windows.tiles import TILE
from fcompile.compiler.lower.windows.values import track_ctes
from fcompile.compiler.render import Cte, Statement


class EntitySteps(Stored):
    """The steps of the view's table."""

    def entity_steps(self) -> tuple[Step, ...]:
        return (self._fresh(), self._replaced(), self._inserted())

    def _fresh(self) -> Step:
        """The rows of the view's table that are new or differ."""
        names = Names([self._scan_name, self._rows.cte, DUE, CHANGED])
        asked = Asked(names.fresh("due"), ROW, TIME, {})
        ctes: list[Cte] = [self._due_cte(asked)]
        found: dict[str, tuple[str, str]] = {}
        aliases: dict[str, str] = {}
        for tiled, recent in ((True, False), (True, True), (False, False), (False, True)):
            tracks = [track for track in self._tracks(tiled) if track.recent == recent]
            if not tracks:
                continue
            asking = self._asking([o for track in tracks for o in track.outputs], asked, recent)
            pieces = self._pieces(asking, tiled, names)
            ctes += pieces.ctes()
            for track in tracks:
                more, name = track_ctes(asking, track, pieces, names, self._dialect)
                ctes += more
                aliases[name] = f"w{len(aliases) + 1}"
                found.update((o.name, (aliases[name], o.name)) for o in track.outputs)
        latest = names.fresh("latest_event")
        ctes.append(self._latest_event_cte(latest))
        body = self._differing(asked, aliases, found, latest)
        content = Statement(tuple(ctes), self._dialect.sql(body))
        words = "The windows of these keys, where they are not what the table has."
        # Lifetimes alone are whole tiles, which know no instant.
        used = ("as_of",) if self._expiries() or self._outputs(tiled=False) else ()
        return Step(self._temporary(FRESH, content.text(self._dialect)), (*used, "sequence"), (words,))

    def _pieces(self, asking: Asking, tiled: bool, names: Names) -> StoredPieces | SpinePieces:
        if not tiled:
            return SpinePieces(asking, None, names, self._dialect)
        name = names.fresh(f"edges_{self._plan.view.name}")
        return StoredPieces(asking, self._tiles, self._width, name, self._dialect)

    def _due_cte(self, asked: Asked) -> Cte:
        distinct = select(self._key_columns("d"), table(DUE, "d"), distinct=True)
        number = named(over(exp.RowNumber(), ()), ROW)
        tree = select([number, *(column(key, "d") for key in self._rows.keys)], derived(distinct, "d"))
        comment = "The entities to look at: with changed rows, or rows that left a window."
        return Cte(asked.name, comment, self._dialect.sql(tree), self._dialect.keep_cte or "")

    def _latest_event_cte(self, name: str) -> Cte:
        keys = [column(key) for key in self._rows.keys]
        tree = select(
            [*keys, named(maximum(column(LAST)), EVENT)],
            aliased(self._tiles.copy(), "t"),
            where=[self._in_changed(column(TILE, "t"))],
            group_by=keys,
        )
        comment = "The latest event time in the changed tiles. A row an entity."
        return Cte(name, comment, self._dialect.sql(tree))

    def _differing(
        self, asked: Asked, aliases: dict[str, str], found: dict[str, tuple[str, str]], latest: str
    ) -> exp.Select:
        keys = self._rows.keys
        windows = {output: column(name, alias) for output, (alias, name) in self._in_order(found)}
        event = exp.Greatest(this=column(EVENT, "t"), expressions=[column(EVENT, "l")], ignore_nulls=True)
        created = cast(exp.Null(), self._dialect.scalar("timestamp"))
        sequence = cast(self._dialect.parameter("sequence"), self._dialect.scalar("int64"))
        joins = [
            join("LEFT", table(cte, alias), [equal(column(ROW, alias), column(ROW, "n"))])
            for cte, alias in aliases.items()
        ]
        joins.append(join("LEFT", table(latest, "l"), same_keys(keys, "l", "n")))
        joins.append(join("LEFT", aliased(self._target.copy(), "t"), same_keys(keys, "t", "n")))
        # What is computed of the same windows is the same.
        old = [column(name, "t") for name in (*windows, EVENT)]
        new = [*windows.values(), event]
        same = exp.And(
            this=exp.NullSafeEQ(this=row_of(new), expression=row_of(old)),
            expression=is_not_null(column(SEQUENCE, "t")),
        )
        columns = [*(column(key, "n") for key in keys), *features_of(self._plan, windows, self._dialect)]
        columns += [named(event, EVENT), named(created, CREATED), named(sequence, SEQUENCE)]
        return select(
            columns, table(asked.name, "n"), joins=joins, where=[exp.Not(this=exp.Paren(this=same))]
        )

    def _in_order(self, found: dict[str, tuple[str, str]]) -> list[tuple[str, tuple[str, str]]]:
        return [(f.name, found[f.name]) for f in self._plan.view.features if f.window is not None]

    def _replaced(self) -> Step:
        exists = exp.Exists(
            this=select([exp.Literal.number(1)], table(FRESH, "f"), where=self._same_entity())
        )
        tree = exp.Delete(this=aliased(self._target.copy(), "t"), where=exp.Where(this=exists))
        return Step(self._dialect.sql(tree), (), ("They replace the table's rows.",))

    def _same_entity(self) -> list[Tree]:
        return same_keys(self._rows.keys, "f", "t") or [exp.true()]

    def _inserted(self) -> Step:
        view = self._plan.view
        names = [*self._rows.keys, *(f.name for f in view.features), EVENT, CREATED, SEQUENCE]
        tree = select([column(name) for name in names], table(FRESH))
        return Step(self._insert(self._target, self._dialect.sql(tree)), ())

    def _tracks(self, tiled: bool) -> list[Track]:
        return tracks_of(self._rows, self._outputs(tiled))

    def _asking(self, outputs: Sequence[WindowOutput], asked: Asked, recent: bool) -> Asking:
        plan = self._plan
        each = WindowJoin(
            rows=plan.rows,
            spine_keys=tuple(self._rows.keys),
            strict=plan.strict,
            every=plan.every,
            shift=timedelta(0),
            outputs=tuple(outputs),
            labels=(plan.view.name,),
        )
        lengths = looked_at(outputs, recent)
        return Asking(each, self._rows, asked, tuple(self._rows.keys), lengths, as_of=True, recent=recent)
