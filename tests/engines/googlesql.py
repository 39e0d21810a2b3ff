"""GoogleSQL's own analyzer and reference implementation (PyPI ``zetasql``): what a text for BigQuery means.

It runs in WebAssembly, which takes a minute to compile. The result is kept in the user's cache, or in the folder
that ``FCOMPILE_TEST_CACHE`` names, so that a machine compiles it once.
"""

from __future__ import annotations

import ctypes
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import wasmtime
import zetasql.core.wasm_client as wasm
from google.protobuf.message import Message
from zetasql.core.exceptions import ServerError
from zetasql.wasi import get_wasm_path
from zetasql.wasi._pb2.zetasql.local_service import local_service_pb2 as service
from zetasql.wasi._pb2.zetasql.proto import options_pb2, simple_catalog_pb2
from zetasql.wasi._pb2.zetasql.public import options_pb2 as public
from zetasql.wasi._pb2.zetasql.public import type_pb2
from zetasql.wasi._pb2.zetasql.resolved_ast import resolved_node_kind_pb2

from tests.engines.googlesql_values import from_proto, kind_name, to_proto

Response = TypeVar("Response", bound=Message)


class Refused(Exception):
    """The text is no GoogleSQL, or an error when it runs."""


@dataclass(frozen=True)
class Table:
    """Columns as (name, type as BigQuery writes it, or as an answer has it), and rows."""

    columns: Sequence[tuple[str, str | type_pb2.TypeProto]]
    rows: Sequence[Sequence[Any]] = ()


@dataclass(frozen=True)
class Answer:
    """Columns and rows, in their order."""

    names: list[str]
    kinds: list[type_pb2.TypeProto]
    rows: list[tuple[Any, ...]]

    @property
    def types(self) -> list[str]:
        """The columns' kinds: ``INT64``, ``DOUBLE``, ``ARRAY``."""
        return [kind_name(kind) for kind in self.kinds]

    def table(self) -> Table:
        """The same as a table for further statements."""
        return Table(list(zip(self.names, self.kinds, strict=True)), self.rows)


class GoogleSQL:
    """One instance of the module. Tables are registered together, under one number."""

    def __init__(self) -> None:
        wasm.Config = _CachedConfig
        self._client = _Client(str(get_wasm_path()))
        self._language = self._languages()
        self._known: dict[str, type_pb2.TypeProto] = {}

    def register(self, tables: Mapping[str, Table]) -> int:
        """Return the number under which statements ask these tables. A dotted name is quoted as a whole."""
        request = service.RegisterCatalogRequest()
        request.simple_catalog.CopyFrom(self._catalog())
        for name, table in tables.items():
            kinds = self._types([kind for _, kind in table.columns])
            made = request.simple_catalog.table.add(name=name)
            for (column, _), kind in zip(table.columns, kinds, strict=True):
                made.column.add(name=column).type.CopyFrom(kind)
            content = request.table_content[name].table_data
            content.SetInParent()
            for row in table.rows:
                content.row.add().cell.extend(to_proto(v, k) for v, k in zip(row, kinds, strict=True))
        return int(self._call("RegisterCatalog", request, service.RegisterResponse).registered_id)

    def forget(self, catalog: int) -> None:
        request = service.UnregisterRequest(registered_id=catalog)
        self._call("UnregisterCatalog", request, service.RegisterResponse)

    def analyze(self, statement: str, catalog: int, parameters: Mapping[str, str]) -> None:
        """Raise ``Refused`` unless every name, type and clause of the statement is known."""
        request = service.AnalyzeRequest(sql_statement=statement, registered_catalog_id=catalog)
        request.options.CopyFrom(self._options())
        for name, kind in zip(parameters, self._types([*parameters.values()]), strict=True):
            request.options.query_parameters.add(name=name).type.CopyFrom(kind)
        self._call("Analyze", request, service.AnalyzeResponse)

    def columns(self, select: str, catalog: int, parameters: Mapping[str, str]) -> Table:
        """What a SELECT would give, as a table without rows; parameters are types by name. Raise ``Refused``."""
        kinds = dict(zip(parameters, self._types([*parameters.values()]), strict=True))
        prepared = self._prepared(select, catalog, kinds)
        self._done(prepared.prepared_query_id)
        return Table([(column.name, column.type) for column in prepared.columns])

    def query(
        self, select: str, catalog: int, parameters: Mapping[str, tuple[str, Any]] | None = None
    ) -> Answer:
        """Run one SELECT; parameters are (type, value) by name. Raise ``Refused``."""
        given = parameters or {}
        kinds = self._types([kind for kind, _ in given.values()]) if given else []
        prepared = self._prepared(select, catalog, dict(zip(given, kinds, strict=True)))
        asked = service.EvaluateQueryRequest(prepared_query_id=prepared.prepared_query_id)
        for (name, (_, value)), kind in zip(given.items(), kinds, strict=True):
            asked.params.add(name=name).value.CopyFrom(to_proto(value, kind))
        try:
            made = self._call("EvaluateQuery", asked, service.EvaluateQueryResponse)
        finally:
            self._done(prepared.prepared_query_id)
        types = [column.type for column in prepared.columns]
        rows = [
            tuple(from_proto(v, k) for v, k in zip(row.cell, types, strict=True))
            for row in made.content.table_data.row
        ]
        return Answer([c.name for c in prepared.columns], types, rows)

    def _prepared(self, select: str, catalog: int, kinds: Mapping[str, type_pb2.TypeProto]) -> Any:
        request = service.PrepareQueryRequest(sql=select, registered_catalog_id=catalog)
        request.options.CopyFrom(self._options())
        for name, kind in kinds.items():
            request.options.query_parameters.add(name=name).type.CopyFrom(kind)
        return self._call("PrepareQuery", request, service.PrepareQueryResponse).prepared

    def _done(self, prepared: int) -> None:
        done = service.UnprepareQueryRequest(prepared_query_id=prepared)
        self._call("UnprepareQuery", done, service.RegisterResponse)

    def _call(self, name: str, request: Message, response: type[Response]) -> Response:
        try:
            made: Response = self._client.call_grpc_func(f"ZetaSqlLocalService_{name}", request, response)
            return made
        except ServerError as error:
            raise Refused(str(error)) from error

    def _languages(self) -> options_pb2.LanguageOptionsProto:
        """All of the language, under the names that BigQuery has, and with its reserved word."""
        asked = service.LanguageOptionsRequest(maximum_features=True)
        language = self._call("GetLanguageOptions", asked, options_pb2.LanguageOptionsProto)
        language.product_mode = public.PRODUCT_EXTERNAL
        language.reserved_keywords.append("QUALIFY")
        kinds = resolved_node_kind_pb2.ResolvedNodeKind
        made = ("QUERY", "CREATE_SCHEMA", "CREATE_TABLE", "CREATE_TABLE_AS_SELECT", "DROP", "INSERT", "MERGE")
        language.supported_statement_kinds.extend(kinds.Value(f"RESOLVED_{kind}_STMT") for kind in made)
        return language

    def _options(self) -> options_pb2.AnalyzerOptionsProto:
        return options_pb2.AnalyzerOptionsProto(language_options=self._language, default_timezone="UTC")

    def _catalog(self) -> simple_catalog_pb2.SimpleCatalogProto:
        made = simple_catalog_pb2.SimpleCatalogProto(name="catalog")
        made.builtin_function_options.language_options.CopyFrom(self._language)
        return made

    def _types(self, given: Sequence[str | type_pb2.TypeProto]) -> list[type_pb2.TypeProto]:
        """What the analyzer makes of types' names, each asked for once."""
        new = [
            each for each in dict.fromkeys(g for g in given if isinstance(g, str)) if each not in self._known
        ]
        if new:
            self._known.update(zip(new, self._types_of(new), strict=True))
        return [self._known[each] if isinstance(each, str) else each for each in given]

    def _types_of(self, names: Sequence[str]) -> list[type_pb2.TypeProto]:
        chosen = ", ".join(f"CAST(NULL AS {name}) AS c{i}" for i, name in enumerate(names))
        request = service.PrepareQueryRequest(sql=f"SELECT {chosen}")
        request.options.CopyFrom(self._options())
        request.simple_catalog.CopyFrom(self._catalog())
        prepared = self._call("PrepareQuery", request, service.PrepareQueryResponse).prepared
        return [column.type for column in prepared.columns]


class _Client(wasm.WasmClient):  # type: ignore[misc]
    """Copies memory as a block, not byte by byte."""

    def write_bytes(self, ptr: int, data: bytes) -> None:
        ctypes.memmove(self._address() + ptr, data, len(data))

    def read_bytes(self, ptr: int, size: int) -> bytes:
        return ctypes.string_at(self._address() + ptr, size)

    def _address(self) -> int:
        """Where the module's memory begins."""
        return ctypes.addressof(self.memory.data_ptr().contents)


class _CachedConfig(wasmtime.Config):
    def __init__(self) -> None:
        super().__init__()
        self.cache = str(_cache_settings())


def _cache_settings() -> Path:
    """wasmtime's own settings, which say where it keeps what it compiled."""
    default = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "fcompile-tests"
    folder = Path(os.environ.get("FCOMPILE_TEST_CACHE") or default).resolve() / "wasmtime"
    folder.mkdir(parents=True, exist_ok=True)
    settings, text = folder / "config.toml", f"[cache]\ndirectory = '{folder / 'modules'}'\n"
    if not settings.exists() or settings.read_text() != text:
        settings.write_text(text)
    return settings
