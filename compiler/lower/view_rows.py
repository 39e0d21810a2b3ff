"""Rows of views: a view's rows, each with the view's values at its own time, as what other views scan.

Of a view of latest values they are the rows of its source as feature values. Of a view of windows each row asks
for the windows that end at its own event time, over the rows that were visible when it became visible itself.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

from sqlglot import exp

from fcompile.compiler.definitions import FeatureView, Source
from fcompile.compiler.dtypes import DType
from fcompile.compiler.expressions.nodes import Expr, column_names
from fcompile.compiler.ir import Events, Rows, Scan, WindowJoin
from fcompile.compiler.lower.events import time_names, value_of
from fcompile.compiler.lower.names import CREATED, EVENT, ROW, VISIBLE, Names
from fcompile.compiler.lower.spine import Asked
from fcompile.compiler.lower.sql import (
    Tree,
    cast,
    column,
    equal,
    is_not_null,
    join,
    named,
    over,
    select,
    table,
)
from fcompile.compiler.lower.types import lower_type
from fcompile.compiler.lower.windows.join import WindowValues
from fcompile.compiler.lower.windows.plan import windows_of_rows
from fcompile.compiler.lower.windows.rows import NamedRows, name_rows, rows_cte
from fcompile.compiler.lower.windows.two_times import KNOWN_BY, two_time_ctes
from fcompile.compiler.nested import view_read
from fcompile.compiler.plan import events_of, plan_window_table
from fcompile.compiler.render import Cte
from fcompile.compiler.tuning import default_form
from fcompile.dialects.base import Dialect


def rows_read(source: Source, columns: Sequence[str]) -> Rows:
    """Return what the rows of a view read of its own source, if only ``columns`` of them are asked for."""
    view = view_read(source)
    if view is None:
        raise ValueError(f"`{source.name}` is no view's rows")
    return _join(view, columns).rows if view.windowed else _events(view, columns)


def view_rows_ctes(
    scan: Scan, view: FeatureView, inner: str, names: Names, dialect: Dialect
) -> tuple[list[Cte], str]:
    """Return the CTEs that end in the scan of ``view``'s rows, and its name; ``inner`` scans its own source.

    The last has the grain of the view's source: a row with a key that passes the view's filter. Its columns
    are ``scan.columns`` and the times, as those of a source's scan.
    """
    if view.windowed:
        return _windows_ctes(scan, view, inner, names, dialect)
    name = names.fresh(f"view_{view.name}")
    values = {v.feature: _typed(v.expr, v.dtype, dialect) for v in _events(view, scan.columns).values}
    keys = {k.name: cast(column(k.name), lower_type(k.dtype, dialect)) for k in view.join_keys}
    where: list[Tree] = [is_not_null(column(k.name)) for k in view.join_keys]
    if view.filter is not None:
        where.insert(0, exp.Paren(this=value_of(view.filter, dialect)))
    columns = [named(tree, c) for c, tree in _columns(scan, {**keys, **values}).items()]
    columns += [column(time) for time in time_names(view.source)]
    tree = select(columns, table(inner), where=where)
    return [Cte(name, _comment(view), dialect.sql(tree), dialect.inline_cte or "")], name


def _columns(scan: Scan, known: Mapping[str, Tree], alias: str | None = None) -> dict[str, Tree]:
    """The columns that are read: keys, features, and else the event time, under its own name."""
    return {name: known.get(name, column(EVENT, alias)) for name in scan.columns}


def _comment(view: FeatureView) -> str:
    keys = ", ".join(key.name for key in view.join_keys) or "no key"
    return f"Rows of feature view {view.name}: its values at the time of each row of its source, by {keys}."


def _typed(expr: Expr, dtype: DType, dialect: Dialect) -> Tree:
    return cast(value_of(expr, dialect), lower_type(dtype, dialect))


def _events(view: FeatureView, columns: Sequence[str]) -> Events:
    events = events_of(view)
    return replace(events, values=tuple(v for v in events.values if v.feature in columns))


# -- windows ----------------------------------------------------------------------------------------


def _join(view: FeatureView, columns: Sequence[str]) -> WindowJoin:
    """The view's windows as its rows ask for them: those that ``columns`` are or are computed from."""
    plan = plan_window_table(view)
    asked = dict.fromkeys(columns)
    for feature in view.features:
        if feature.window is None and feature.name in asked:
            asked.update(dict.fromkeys(column_names(feature.expr)))
    outputs = tuple(output for output in plan.outputs if output.feature in asked)
    inputs = tuple(dict.fromkeys(output.input for output in outputs))
    return WindowJoin(
        rows=replace(plan.rows, inputs=inputs),
        spine_keys=tuple(key.name for key in view.join_keys),
        strict=plan.strict,
        every=plan.every,
        shift=timedelta(0),
        outputs=outputs,
        labels=(view.name,),
        form=default_form(output.length for output in outputs),
    )


def _windows_ctes(
    scan: Scan, view: FeatureView, inner: str, names: Names, dialect: Dialect
) -> tuple[list[Cte], str]:
    each = _join(view, scan.columns)
    rows = replace(name_rows(each.rows, view.name, names), at_once=_is_even(view))
    ctes = [rows_cte(rows, inner, dialect)]
    if not each.outputs:
        return [*ctes, _rows_alone(scan, view, rows, name := names.fresh(f"view_{view.name}"), dialect)], name
    known_by = None if rows.visible == EVENT else KNOWN_BY
    asked = Asked(
        names.fresh(f"askers_{view.name}"), ROW, EVENT, {(k.name, k.dtype): k.name for k in view.join_keys}
    )
    ctes.append(_asked_cte(asked, rows, each, known_by, dialect))
    if known_by is None:
        more, values = windows_of_rows(rows, each, asked, names, dialect)
    else:
        more, values = two_time_ctes(each, rows, asked, names, dialect)
    name = names.fresh(f"view_{view.name}")
    return [*ctes, *more, _scan_cte(scan, view, values, asked, name, dialect)], name


def _is_even(view: FeatureView) -> bool:
    """Does a row become visible as much later than it happens as any other, counted from the same clock?

    Then what happened by a row's own time is what was visible when it became so, and one instant will do.
    """
    source = view.source
    return source.available_at is None and (view.every is None or not source.availability_lag)


def _rows_alone(scan: Scan, view: FeatureView, rows: NamedRows, name: str, dialect: Dialect) -> Cte:
    columns = [named(tree, c) for c, tree in _columns(scan, {k: column(k) for k in rows.keys}).items()]
    tree = select([*columns, *_times(view, None, dialect)], table(rows.cte))
    return Cte(name, _comment(view), dialect.sql(tree), dialect.inline_cte or "")


def _times(view: FeatureView, alias: str | None, dialect: Dialect) -> list[Tree]:
    """The times of rows; an even lag is left out of them until here."""
    later = dialect.after(column(EVENT, alias), view.source.availability_lag)
    even = _is_even(view)
    return [
        named(later, VISIBLE) if even and time == VISIBLE else column(time, alias)
        for time in time_names(view.source)
    ]


def _asked_cte(
    asked: Asked, rows: NamedRows, each: WindowJoin, known_by: str | None, dialect: Dialect
) -> Cte:
    """The rows as those that ask. Kept: a number given twice would not be the same."""
    times = dict.fromkeys((EVENT, rows.visible, *([CREATED] if rows.has_created else [])))
    columns: list[Tree] = [named(over(exp.RowNumber(), ()), asked.row)]
    columns += [column(name) for name in (*rows.keys, *times)]
    if known_by is not None:
        visible: Tree = column(rows.visible)
        by = visible if each.every is None else dialect.floor_time(visible, each.every)
        columns.append(named(by, known_by))
    comment = f"The same rows as those that ask for the windows of {rows.topic}, each as of its own time."
    return Cte(asked.name, comment, dialect.sql(select(columns, table(rows.cte))), dialect.keep_cte or "")


def _scan_cte(
    scan: Scan, view: FeatureView, values: WindowValues, asked: Asked, name: str, dialect: Dialect
) -> Cte:
    """Each row with its windows, and with what is computed from them. Kept: windows are dear."""
    aliases = {cte: f"w{number}" for number, cte in enumerate(values.ctes, 1)}
    windows = {o.feature: column(n, aliases[cte]) for o, (cte, n) in values.outputs.items()}
    keys = {key.name: column(key.name, "n") for key in view.join_keys}
    derived = {f.name: f for f in view.features if f.window is None and f.name in scan.columns}
    joins = [
        join("LEFT", table(cte, alias), [equal(column(asked.row, alias), column(asked.row, "n"))])
        for cte, alias in aliases.items()
    ]
    computed = {n: _typed(f.expr, f.dtype, dialect) for n, f in derived.items()}
    columns = [named(tree, c) for c, tree in _columns(scan, {**keys, **windows, **computed}, "n").items()]
    tree = select([*columns, *_times(view, "n", dialect)], table(asked.name, "n"), joins=joins)
    return Cte(name, _comment(view), dialect.sql(tree), dialect.keep_cte or "")
