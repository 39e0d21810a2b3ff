"""What a query reads in the end: the tables and files below it, with the database's own views expanded.

Only DuckDB's SQL is read here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fcompile.compiler.bind.sql_text import whole_intervals
from fcompile.compiler.definitions import File, Relation, Table
from fcompile.runtime.dynamic.conversions import conversion

if TYPE_CHECKING:
    from sqlglot import exp

_MOST_VIEWS = 20
"""Views of the database within one another; a circle of them cannot be made, but a limit costs nothing."""
_MAKES_ROWS = ("range", "generate_series", "unnest", "json_each", "json_tree", "repeat_row")

Names = tuple[str, ...]
Views = Mapping[Names, str]
"""(schema, name), in lower case -> the statement that made the view."""


@dataclass(frozen=True, slots=True)
class Base:
    """A relation of the warehouse that SQL reads.

    Attributes:
        text: what FROM reads.
        key: by what two readings of one relation are known to be the same.
    """

    text: str
    key: Names


def key_of(relation: Relation, default_schema: str) -> Names:
    """Return by what a declared relation is found among those that a query reads; () for a query."""
    match relation:
        case Table(parts):
            return _table_key(parts, default_schema)
        case File(path):
            return ("file", path)
    return ()


@dataclass(frozen=True, slots=True)
class Read:
    """A query that reads each of its base tables under the name that ``name_of`` gave it."""

    tree: exp.Expr
    bases: Mapping[str, Base]

    @property
    def sql(self) -> str:
        return self.tree.sql("duckdb")

    def columns_behind(
        self, column: str, types: Mapping[str, Mapping[str, str]]
    ) -> dict[str, dict[str, str]]:
        """Return the columns of base tables from which a column of the result is made, by name of base table.

        With each stands the SQL by which the query makes a time of it, "" where it takes it as it is.
        ``types``: the columns of each base table with their types. What cannot be followed gives nothing.
        """
        from sqlglot import errors, exp
        from sqlglot.lineage import lineage

        found: dict[str, dict[str, str]] = {}
        schema = {name: dict(columns) for name, columns in types.items()}
        try:
            for node in lineage(column, self.tree.copy(), schema=schema, dialect="duckdb").walk():
                for leaf in node.downstream:
                    if isinstance(leaf.expression, exp.Table) and leaf.expression.name in self.bases:
                        name = leaf.name.rsplit(".", 1)[-1].strip('"')
                        found.setdefault(leaf.expression.name, {})[name] = conversion(node.expression, name)
        except (errors.SqlglotError, ValueError, KeyError, RecursionError):
            return {}
        return found


def read_query(sql: str, views: Views, default_schema: str, name_of: Callable[[Base], str]) -> Read:
    """Return ``sql`` (one SELECT, checked when it was loaded) over the relations that ``name_of`` names."""
    bases: dict[str, Base] = {}

    def renamed(base: Base) -> str:
        name = name_of(base)
        bases[name] = base
        return name

    reader = _Reader(views, default_schema, renamed)
    return Read(reader.read(sql, 0), bases)


@dataclass(frozen=True, slots=True)
class _Reader:
    views: Views
    default_schema: str
    renamed: Callable[[Base], str]

    def read(self, sql: str, depth: int) -> exp.Expr:
        import sqlglot
        from sqlglot import exp

        parser = sqlglot.Dialect.get_or_raise("duckdb").parser()
        tree = parser.parse(whole_intervals(sqlglot.tokenize(sql, read="duckdb")), sql)[0]
        if tree is None:
            raise sqlglot.ParseError("there is no statement")
        if isinstance(tree, exp.Create):
            return self._view_body(tree, depth)
        return self.over_bases(tree, depth)

    def over_bases(self, tree: exp.Expr, depth: int) -> exp.Expr:
        from sqlglot import exp

        for found in [t for t in tree.find_all(exp.Table) if not _is_cte(t) and not _makes_rows(t)]:
            parts = tuple(part.name for part in found.parts) if isinstance(found.this, exp.Identifier) else ()
            key = _base_key(found, parts, self.default_schema)
            view = self._view(key, depth)
            alias = found.alias or (parts[-1] if parts else "")
            if view is None:
                name = self.renamed(Base(_text(found), key))
                _take_place(found, exp.Table(this=exp.to_identifier(name, quoted=True)), alias)
            else:
                _take_place(found, exp.Subquery(this=view), alias)
        _unqualify(tree)
        return tree

    def _view(self, key: Names, depth: int) -> exp.Expr | None:
        """Return what a view of the database reads; None for a table, and for a view that cannot be read."""
        from sqlglot import errors

        made_by = self.views.get(key[1:]) if key[0] == "table" and depth < _MOST_VIEWS else None
        try:
            return self.read(made_by, depth + 1) if made_by is not None else None
        except (errors.SqlglotError, RecursionError):
            return None

    def _view_body(self, create: exp.Create, depth: int) -> exp.Expr:
        """Return the SELECT of a view, its columns named as the view names them."""
        from sqlglot import exp

        body = self.over_bases(create.expression, depth)
        if not isinstance(create.this, exp.Schema):
            return body
        columns = [exp.to_identifier(each.name, quoted=True) for each in create.this.expressions]
        alias = exp.TableAlias(this=exp.to_identifier("__view"), columns=columns)
        return exp.select("*").from_(exp.Subquery(this=body, alias=alias))


def _take_place(found: exp.Table, relation: exp.Table | exp.Subquery, alias: str) -> None:
    """Put ``relation`` where ``found`` stands, under the name that the query knows it by."""
    from sqlglot import exp

    given = found.args.get("alias")
    if given is None and alias:
        given = exp.TableAlias(this=exp.to_identifier(alias, quoted=True))
    relation.set("alias", given)
    for part in ("joins", "pivots", "sample"):
        if found.args.get(part):
            relation.set(part, found.args[part])
    found.replace(relation)


def _unqualify(tree: exp.Expr) -> None:
    """``raw.purchases.amount`` is read of what now stands under the name ``purchases``."""
    from sqlglot import exp

    for column in tree.find_all(exp.Column):
        if column.args.get("db"):
            column.set("db", None)
            column.set("catalog", None)


def _is_cte(found: exp.Table) -> bool:
    """Whether the name is that of a CTE which stands where ``found`` sees it."""
    from sqlglot import exp

    if found.db or not isinstance(found.this, exp.Identifier):
        return False
    return found.name.lower() in {name.lower() for name in _ctes_seen(found)}


def _ctes_seen(found: exp.Expr) -> Iterator[str]:
    from sqlglot import exp

    child, parent = found, found.parent
    within: exp.Expr | None = None
    while parent is not None:
        if isinstance(parent, exp.With):
            within = child
        elif isinstance(parent, exp.Query) or parent.args.get("with_"):
            with_ = parent.args.get("with_")
            yield from _names_before(with_, within) if isinstance(with_, exp.With) else ()
            within = None
        child, parent = parent, parent.parent


def _names_before(with_: exp.With, within: exp.Expr | None) -> Iterator[str]:
    """Yield the CTEs that are seen from ``within`` one of them, or from the statement behind them."""
    for cte in with_.expressions:
        if cte is within and not with_.recursive:
            return
        yield cte.alias


def _makes_rows(found: exp.Table) -> bool:
    """A function that makes its rows of its arguments reads no table."""
    from sqlglot import exp

    if isinstance(found.this, exp.Identifier):
        return False
    if isinstance(found.this, exp.Anonymous):
        return found.this.name.lower() in _MAKES_ROWS
    return not isinstance(found.this, (exp.ReadParquet, exp.ReadCSV))


def _base_key(found: exp.Table, parts: Names, default_schema: str) -> Names:
    from sqlglot import exp

    if parts:
        name = parts[0]
        return ("file", name) if len(parts) == 1 and _is_file(name) else _table_key(parts, default_schema)
    arguments = [*found.this.expressions, found.this.args.get("this")]
    texts = [a.this for a in arguments if isinstance(a, exp.Literal) and a.is_string]
    return ("file", texts[0]) if len(texts) == 1 else ("text", _text(found))


def _is_file(name: str) -> bool:
    return name.lower().endswith(
        (".parquet", ".csv", ".tsv", ".csv.gz", ".tsv.gz", ".csv.zst", ".json", ".ndjson", ".jsonl")
    )


def _table_key(parts: Names, default_schema: str) -> Names:
    folded = tuple(part.lower() for part in parts)[-2:]
    return ("table", *(folded if len(folded) == 2 else (default_schema.lower(), *folded)))


def _text(found: exp.Table) -> str:
    """Return what FROM reads, without its alias."""
    from sqlglot import exp

    bare = exp.Table(
        this=found.this.copy(), db=found.args.get("db"), catalog=found.args.get("catalog")
    ).copy()
    if isinstance(bare.this, exp.Identifier) and not bare.db and _is_file(bare.name):
        return exp.Literal.string(bare.name).sql("duckdb")
    return bare.sql("duckdb")
