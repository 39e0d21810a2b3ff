"""Columns computed from others of the same row, stage by stage: what views derive, and on-demand features.

The joins' values and the request data stand in one CTE; each stage reads the one before it, and the last is the
final SELECT. A column is carried only as far as something reads it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sqlglot import exp

from fcompile.compiler.dtypes import SCALARS, DType
from fcompile.compiler.expressions.lower import lower as lower_expression
from fcompile.compiler.expressions.nodes import Column, walk
from fcompile.compiler.ir import Computation, Spine, TrainingSet, WindowTable
from fcompile.compiler.lower.names import Names
from fcompile.compiler.lower.spine import Asked, spine_time
from fcompile.compiler.lower.sql import Tree, bare, case, cast, column, equal, is_null, named, select, table
from fcompile.compiler.lower.types import lower_constant, lower_type
from fcompile.compiler.render import Cte
from fcompile.dialects.base import Dialect


@dataclass(frozen=True, slots=True)
class JoinedValues:
    """What the joins of a training set give, over the matched spine ``m``.

    Attributes:
        outputs: each output's value, named, by its name.
        flags: for each of ``match_labels``: whether an event matched.
    """

    source: exp.Table
    joins: tuple[exp.Join, ...]
    outputs: Mapping[str, Tree]
    flags: tuple[Tree, ...]


def computed_stages(
    plan: TrainingSet,
    shown: Mapping[str, str],
    asked: Asked,
    values: JoinedValues,
    names: Names,
    dialect: Dialect,
    *,
    counted: bool,
) -> tuple[list[Cte], exp.Select]:
    """Return the CTEs before the final SELECT, and that: as ``lower_training_set`` describes it.

    ``shown``: the names that the plan's columns have in the result.
    """
    stages = _Stages(plan, shown, asked, names, dialect)
    ctes = [stages.joined(values, counted=counted)]
    ctes += [stages.computed(number) for number in range(len(plan.computed) - 1)]
    return ctes, stages.final()


class _Stages:
    """The end of a statement, one SELECT over the other.

    Attributes:
        source: the CTE before.
        columns: what it has of the plan's columns: name -> its name there, which no column of the spine has.
        data: what it has of the request data: (the spine's column, the dtype in which it is read) -> name.
        flags: its columns with what matched.
    """

    def __init__(
        self, plan: TrainingSet, shown: Mapping[str, str], asked: Asked, names: Names, dialect: Dialect
    ) -> None:
        self.plan, self.shown, self.names, self.dialect = plan, shown, names, dialect
        self.row = asked.row
        self.spine = [each.name for each in plan.spine.columns]
        self.source = ""
        self.columns: dict[str, str] = {}
        self.data: dict[tuple[str, DType], str] = {}
        self.flags: list[str] = []

    def joined(self, values: JoinedValues, *, counted: bool) -> Cte:
        fresh = self.names.fresh
        self.columns = {name: self._named(name) for name in values.outputs}
        request = self._request_values()
        # What is of its dtype already is read from the spine's own column.
        plain = [each for each, value in request.items() if isinstance(value, exp.Column)]
        made = {each: fresh(f"__request__{each[0]}") for each in request if each not in plain}
        self.data = {**{each: each[0] for each in plain}, **made}
        flags = values.flags if counted else ()
        self.flags = [fresh(f"__matched_{number}") for number in range(1, len(flags) + 1)]
        trees: list[Tree] = [column(name, "m") for name in (self.row, *self.spine)]
        trees += [named(bare(values.outputs[name]), mine) for name, mine in self.columns.items()]
        trees += [named(request[each], mine) for each, mine in made.items()]
        trees += [named(flag, mine) for flag, mine in zip(flags, self.flags, strict=True)]
        rest = ", and the request data as they are read" if made else ""
        comment = f"Each spine row with the values that are shown or read below{rest}."
        return self._cte("joined", comment, select(trees, values.source, joins=values.joins))

    def computed(self, number: int) -> Cte:
        """Return one stage before the last; it leaves out what nothing reads any more."""
        stage = self.plan.computed[number]
        read = {name for later in self.plan.computed[number + 1 :] for c in later for name in _reads(c)}
        kept = {name: mine for name, mine in self.columns.items() if name in {*read, *self.plan.columns}}
        made = {each.name: self._named(each.name) for each in stage}
        trees: list[Tree] = [column(name, "j") for name in (self.row, *self.spine, *kept.values())]
        data = (name for name in self.data.values() if name not in self.spine)
        trees += [column(name, "j") for name in (*data, *self.flags)]
        trees += [named(self._value(each), made[each.name]) for each in stage]
        tree = select(trees, table(self.source, "j"))
        self.columns = kept | made
        comment = f"The same, with what is computed from it: {', '.join(_topic(each) for each in stage)}."
        return self._cte("computed", comment, tree)

    def final(self) -> exp.Select:
        """Return the last stage: the spine's columns, the plan's, and the flags, in the spine's order."""
        made = {each.name: self._value(each) for each in self.plan.computed[-1]}
        trees: list[Tree] = [column(name, "j") for name in self.spine]
        for name in self.plan.columns:
            value = made[name] if name in made else column(self.columns[name], "j")
            trees.append(named(value, self.shown[name]))
        trees += [named(column(mine, "j"), f"__matched_{n}") for n, mine in enumerate(self.flags, 1)]
        return select(trees, table(self.source, "j"), order_by=[column(self.row, "j")])

    def _request_values(self) -> dict[tuple[str, DType], Tree]:
        spine = self.plan.spine
        read = ((name, dtype) for stage in self.plan.computed for c in stage for _, name, dtype in c.request)
        return {each: request_value(spine, *each, "m", self.dialect) for each in dict.fromkeys(read)}

    def _named(self, name: str) -> str:
        return name if name in self.plan.columns else self.names.fresh(name)

    def _cte(self, name: str, comment: str, tree: exp.Select) -> Cte:
        self.source = self.names.fresh(name)
        return Cte(self.source, comment, self.dialect.sql(tree), self.dialect.inline_cte or "")

    def _value(self, each: Computation) -> Tree:
        there = {name: self.columns[read] for name, read in each.reads}
        there |= {name: self.data[source, dtype] for name, source, dtype in each.request}
        value = computed_value(each, lambda name: column(there[name], "j"), self.dialect)
        if each.when is None:
            return value
        otherwise = None
        if each.otherwise is not None:
            otherwise = lower_constant(each.otherwise, each.dtype, self.dialect)
        return case(column(self.columns[each.when], "j"), value, otherwise)


def computed_value(each: Computation, read: Callable[[str], Tree], dialect: Dialect) -> Tree:
    """Return the expression as its dtype; ``read`` gives the value of a name in it."""
    lists = {
        node.name
        for node in walk(each.expr)
        if isinstance(node, Column) and node.dtype is not None and node.dtype.kind in ("list", "vector")
    }

    def known(name: str) -> Tree:
        return dialect.kept_list(read(name)) if name in lists else read(name)

    value = lower_expression(each.expr, known, lambda dtype: lower_type(dtype, dialect), dialect.name)
    return cast(value, lower_type(each.dtype, dialect))


def features_of(plan: WindowTable, windows: Mapping[str, Tree], dialect: Dialect) -> list[Tree]:
    """Return a view's features by their names: its windows, and what is computed of them."""
    computed = {each.name: computed_value(each, windows.__getitem__, dialect) for each in plan.computed}
    values = {**windows, **computed}
    return [named(values[feature.name], feature.name) for feature in plan.view.features]


def request_value(spine: Spine, name: str, dtype: DType, alias: str, dialect: Dialect) -> Tree:
    """A column of the spine as request data of ``dtype``; a value that is none of it is an error when it runs."""
    kind = spine.column(name).kind
    value: Tree = column(name, alias)
    if dtype.kind == "timestamp" and kind != "timestamp":
        return spine_time(spine, name, alias, dialect)
    if kind == dtype.kind and kind in SCALARS:
        return value
    made = cast(value, lower_type(dtype, dialect))
    if kind in ("float32", "float64", "decimal") and dtype.kind in ("int32", "int64"):
        # A cast would round, where online the value is refused.
        whole = equal(value, exp.Floor(this=value))
        said = exp.DPipe(this=exp.Literal.string(f"not {dtype}: "), expression=value)
        return case(
            exp.Or(this=whole, expression=is_null(value)), made, cast(said, lower_type(dtype, dialect))
        )
    return made


def _reads(each: Computation) -> tuple[str, ...]:
    names = tuple(name for _, name in each.reads)
    return names if each.when is None else (*names, each.when)


def _topic(each: Computation) -> str:
    return each.name.removeprefix("__")
