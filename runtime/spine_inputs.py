"""What may be given as a spine: files, tables, SQL, and data frames, each as a relation of the warehouse."""

from __future__ import annotations

import csv
import glob
import gzip
import re
from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from fcompile.compiler.bind.query import query_problem
from fcompile.compiler.definitions import File, Query, Relation, Table
from fcompile.compiler.errors import Diagnostic, FcompileError, UsageError
from fcompile.runtime.warehouses.base import Warehouse
from fcompile.runtime.warehouses.duckdb import DuckDBWarehouse, quoted, quoted_name
from fcompile.runtime.warehouses.failures import BROKEN_CSV, MISSING_RELATION

if TYPE_CHECKING:
    import pyarrow as pa

REGISTERED = "__fcompile_spine"
"""The name under which a data frame is read."""

_FILE = re.compile(r"\.(parquet|csv|tsv|csv\.gz|tsv\.gz)$", re.IGNORECASE)
_COMMENT = re.compile(r"(\s+|--[^\n]*(\n|$)|/\*.*?\*/)*", re.DOTALL)
_SELECT = re.compile(r"(SELECT|WITH|FROM|\()\b|\(", re.IGNORECASE)
_TABLE = re.compile(r'(?:"(?:[^"]|"")+"|[^\s".;()\']+)(?:\.(?:"(?:[^"]|"")+"|[^\s".;()\']+)){0,2}')
_PART = re.compile(r'"((?:[^"]|"")+)"|([^".]+)')


def named_relation(entity_df: object, dialect: str) -> Relation | None:
    """Return what a path, a table's name or a SELECT of ``dialect`` names; None for an object that holds rows."""
    if isinstance(entity_df, Path):
        return _file(str(entity_df))
    return _text(entity_df, dialect) if isinstance(entity_df, str) else None


def opened(
    warehouse: DuckDBWarehouse, entity_df: object, timestamp_column: str, keys: Collection[str] = ()
) -> Relation:
    """Return ``entity_df`` as something that SQL reads; data frames are registered, not copied."""
    relation = named_relation(entity_df, warehouse.dialect)
    if relation is not None:
        return relation
    table = frame_rows(entity_df)
    if getattr(table, "num_rows", None) == 0:
        table = _untyped(table, (timestamp_column, *keys))
    if hasattr(table, "read_next_batch") and _is_text(table.schema, timestamp_column):
        table = table.read_all()  # a stream is read once, and times in text are checked before they are used
    warehouse.register(REGISTERED, table)
    return Table((REGISTERED,))


def _text(text: str, dialect: str) -> Relation:
    bare = text[_end_of_comments(text) :].strip()
    if _SELECT.match(bare):
        return Query(one_select(text, dialect))
    if _FILE.search(bare) or glob.has_magic(bare):
        return _file(bare)
    if _TABLE.fullmatch(bare):
        return Table(tuple((q or p).replace('""', '"') for q, p in _PART.findall(bare)))
    raise UsageError(
        Diagnostic(
            "FC410",
            f"`{bare[:80]}` is no spine: no Parquet or CSV file, no table's name and no SELECT",
            hint="give a .parquet or .csv file, a table, or SQL that starts with SELECT or WITH",
        )
    )


def _end_of_comments(text: str) -> int:
    found = _COMMENT.match(text)
    return found.end() if found else 0


def _file(path: str) -> File:
    if not _FILE.search(path):
        raise UsageError(
            Diagnostic("FC410", f"`{path}` has no known format", hint="use .parquet, .csv, .csv.gz or .tsv")
        )
    # The spine is the caller's own file: relative to where they stand, not to the project.
    absolute = str(Path(path).expanduser().absolute())
    if "://" in path:
        return File(path)
    if not _matches(absolute):
        raise FcompileError(Diagnostic("FC410", f"the spine {path} is not there", hint="check the path"))
    return File(absolute)


def one_select(text: str, dialect: str = "duckdb") -> str:
    """Return ``text`` if it is exactly one SELECT, without a last semicolon; else raise FC417."""
    if dialect != "duckdb":
        return _one_select(text, dialect)
    import duckdb

    try:
        statements = duckdb.extract_statements(text)
    except duckdb.Error as error:
        message = f"the spine's SQL cannot be read: {str(error).splitlines()[0]}"
        raise FcompileError(Diagnostic("FC417", message)) from error
    if len(statements) != 1 or statements[0].type != duckdb.StatementType.SELECT:
        raise FcompileError(
            Diagnostic(
                "FC417", "the spine's SQL is not exactly one SELECT", hint="give one SELECT that only reads"
            )
        )
    return text.strip().rstrip(";").rstrip()


def _one_select(text: str, dialect: str) -> str:
    bare = text.strip().rstrip(";").rstrip()
    if problem := query_problem(bare, dialect):
        message = f"the spine's SQL cannot be used: {problem}"
        raise FcompileError(Diagnostic("FC417", message, hint="give one SELECT that only reads"))
    return bare


def frame_rows(frame: object) -> pa.Table | pa.RecordBatchReader:
    """Return a data frame as Arrow; raise FC414, FC419 for what is none, or has no columns to tell apart."""
    import pyarrow as pa

    library = type(frame).__module__.partition(".")[0]
    given = cast(Any, frame)
    if library == "pandas" and type(frame).__name__ == "DataFrame":
        return _from_pandas(given)
    if library == "polars" and type(frame).__name__ in ("DataFrame", "LazyFrame"):
        return (given.collect() if hasattr(given, "collect") else given).to_arrow()
    if isinstance(frame, pa.RecordBatch):
        return pa.Table.from_batches([frame])
    if library == "pyarrow" and (
        isinstance(frame, pa.Table | pa.RecordBatchReader) or hasattr(frame, "scanner")
    ):
        return _with_unique_names(given)
    raise UsageError(
        Diagnostic(
            "FC419",
            f"a {type(frame).__module__}.{type(frame).__qualname__} is no spine",
            hint="give a pandas, polars or pyarrow table, a path, a table's name or SQL",
        )
    )


def _untyped(table: pa.Table, columns: Collection[str]) -> pa.Table:
    """An empty table whose floats among ``columns`` have no type: pandas makes floats of columns of nothing."""
    import pyarrow as pa

    for at, field in enumerate(table.schema):
        if field.name in columns and pa.types.is_floating(field.type):
            table = table.set_column(at, field.name, pa.nulls(0))
    return table


def _is_text(schema: pa.Schema, column: str) -> bool:
    import pyarrow as pa

    at = schema.get_field_index(column)
    tests = (pa.types.is_string, pa.types.is_large_string, pa.types.is_string_view, pa.types.is_dictionary)
    return at >= 0 and any(test(schema.field(at).type) for test in tests)


def _with_unique_names(table: Any) -> Any:
    names = [name.lower() for name in table.schema.names]
    if len(set(names)) == len(names):
        return table
    twice = sorted({n for n in names if names.count(n) > 1})
    message = f"the spine has more than one column named {', '.join(f'`{n}`' for n in twice)}"
    raise FcompileError(
        Diagnostic("FC414", message, hint="rename them; letter case does not tell columns apart")
    )


def _from_pandas(frame: Any) -> pa.Table:
    """NaN, NaT and NA become NULL; the index is left out, as it is no column."""
    import pyarrow as pa

    names = [str(name) for name in frame.columns]
    if len({n.lower() for n in names}) != len(names):
        return _with_unique_names(pa.table([pa.array([])] * len(names), names=names))
    try:
        return pa.Table.from_pandas(frame, preserve_index=False).replace_schema_metadata(None)
    except (pa.ArrowInvalid, pa.ArrowTypeError, UnicodeEncodeError) as error:
        message = f"the spine cannot be read: {'; '.join(str(a) for a in error.args)}"
        raise FcompileError(Diagnostic("FC419", message, hint="give each column one type")) from error


def raw_names(warehouse: Warehouse, relation: Relation, columns: list[str]) -> list[str]:
    """Return the columns' names as the file has them: the engine renames those that stand twice."""
    if not isinstance(relation, File):
        return columns
    path = _first_file(relation)
    if path is None:
        return columns
    return header(path) if relation.format == "csv" else _parquet_names(warehouse, path)


def _first_file(relation: File) -> Path | None:
    return next(iter(_matches(relation.path)), None)


def _matches(path: str) -> list[Path]:
    """Return the file of that name, else what the pattern finds, sorted."""
    if Path(path).exists():
        return [Path(path)]
    return [Path(p) for p in sorted(glob.glob(path, recursive=True))]  # noqa: PTH207  the pattern is absolute


def _parquet_names(warehouse: Warehouse, path: Path) -> list[str]:
    """The schema is a tree, parents first: the root, then each column with all that is in it."""
    schema = f"SELECT name, coalesce(num_children, 0) FROM parquet_schema({quoted(str(path))})"  # noqa: S608
    names: list[str] = []
    inside = 0
    for name, children in warehouse.simple_rows(schema)[1:]:
        if not inside:
            names.append(str(name))
        inside = max(inside - 1, 0) + int(str(children))
    return names


def header(path: Path) -> list[str]:
    """Return the names in a CSV file's first row; empty names stay out."""
    opener = gzip.open if path.suffix == ".gz" else open
    delimiter = "\t" if ".tsv" in path.name else ","
    with opener(path, "rt", encoding="utf-8-sig", errors="replace", newline="") as text:
        return [name for name in next(csv.reader(text, delimiter=delimiter), []) if name]


def why_broken(warehouse: Warehouse, relation: Relation, error: FcompileError) -> FcompileError:
    """Return ``error`` said of the spine; for a CSV whose form could not be made out, with the line at fault."""
    (said, *_) = error.diagnostics
    if said.code.startswith("FC41") and said.code != BROKEN_CSV:
        return error
    if isinstance(relation, File) and relation.format == "csv":
        said = _line_at_fault(warehouse, relation) or said
        return FcompileError(Diagnostic(BROKEN_CSV, f"the spine {said.message}", hint=said.hint))
    code = "FC410" if said.code in (MISSING_RELATION, "FC459") else said.code
    missing = "a file ends in .parquet, .csv, .csv.gz or .tsv; a table's name may need its schema before it"
    hint = said.hint or (
        missing if said.code == MISSING_RELATION else "correct the SELECT that makes the spine"
    )
    return FcompileError(Diagnostic(code, f"the spine cannot be read: {said.message}", hint=hint))


def _line_at_fault(warehouse: Warehouse, relation: File) -> Diagnostic | None:
    path = _first_file(relation)
    names = header(path) if path else []
    if not names or len({n.lower() for n in names}) != len(names):
        return None
    columns = ", ".join(f"{quoted_name(n)}: 'VARCHAR'" for n in names)
    delimiter = r"\t" if ".tsv" in relation.path else ","
    options = f"auto_detect = false, header = true, delim = '{delimiter}', quote = '\"', escape = '\"'"
    try:
        warehouse.rows(
            f"SELECT count(*), {', '.join(f'max({quoted_name(n)})' for n in names)} "  # noqa: S608
            f"FROM read_csv({quoted(relation.path)}, {options}, columns = {{{columns}}})"
        )
    except FcompileError as error:
        return error.diagnostics[0]
    return None
