"""fakesnow over HTTP for the real Snowflake driver; run with the packages of fakesnow_emulator.py.

``python fakesnow_server.py PORT``. They do not go with the driver that fcompile uses, and fakesnow is imported in
functions alone: this file is read where it is not. fakesnow rests on DuckDB, so what it answers proves nothing of what
Snowflake means. It is for the driver's path: log in, execute, fetch.

What it lacks is put right here, without a fork: the login's master token, ASOF JOIN with MATCH_CONDITION, ALTER
SESSION, NULL timestamps, what the driver asks of a stage, and an error where it answers 500, which the driver would
try again for minutes.
"""

from __future__ import annotations

import json
import sys
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

_IGNORED = [r"^\s*ALTER\s+SESSION\s+(SET|UNSET)\b", r"^\s*USE\s+(WAREHOUSE|ROLE)\b"]


class _Nullable:
    """pyarrow, but that every field may be NULL."""

    def __getattr__(self, name: str) -> Any:
        return getattr(pa, name)

    @staticmethod
    def field(*given: Any, **named: Any) -> Any:
        return pa.field(*given, **{**named, "nullable": True})


def _as_of(node: Any) -> Any:
    """``ASOF JOIN .. MATCH_CONDITION (..)`` as DuckDB's ``ASOF LEFT JOIN .. ON .. AND ..``."""
    from sqlglot import exp

    match = node.args.get("match_condition") if isinstance(node, exp.Join) else None
    if match is not None:
        condition = match.this if isinstance(match, exp.Paren) else match
        on = node.args.get("on")
        node.set("match_condition", None)
        node.set("side", "LEFT")
        node.set("on", exp.and_(on.copy(), condition.copy()) if on else condition.copy())
    return node


def _with_nulls(structs: Any) -> Any:
    def timestamps(times: Any) -> Any:
        whole = times.combine_chunks() if isinstance(times, pa.ChunkedArray) else times
        made = structs(whole)
        parts = [part.fill_null(0) for part in made.flatten()]
        return pa.StructArray.from_arrays(parts, fields=list(made.type), mask=pc.is_null(whole))

    return timestamps


def _with_overwriting(stage: Any) -> Any:
    def stage_of(request: Any, expression: Any, put: Any) -> Any:
        answer = stage(request, expression, put)
        put["overwrite"] = True
        more = {"region": "us-central1", "path": "", "isClientSideEncrypted": False}
        return answer | more | {"storageAccount": None, "endPoint": None}

    return stage_of


def _with_master_token(server: Any, login: Any) -> Any:
    async def logged_in(request: Any) -> Any:
        answer = json.loads((await login(request)).body)
        data = answer.get("data")
        if data:
            data.setdefault("masterToken", "m" + data["token"])
            data.setdefault("validityInSeconds", 3600)
            data.setdefault("masterValidityInSeconds", 14400)
            data.setdefault("sessionId", 1)
            connection = server.sessions[data["token"]]
            connection.nop_regexes = [*(connection.nop_regexes or []), *_IGNORED]
        return server.JSONResponse(answer)

    return logged_in


def _with_errors(server: Any, query: Any) -> Any:
    async def queried(request: Any) -> Any:
        response = await query(request)
        if response.status_code != 500:
            return response
        said = json.loads(response.body).get("message") or "fakesnow does not know this"
        failed = {"errorCode": "001003", "sqlState": "42000"}
        return server.JSONResponse({"data": failed, "code": "001003", "message": said, "success": False})

    return queried


def application() -> Any:
    import fakesnow.arrow as arrow  # type: ignore[import-not-found]
    import fakesnow.server as server  # type: ignore[import-not-found]
    from fakesnow.cursor import FakeSnowflakeCursor  # type: ignore[import-not-found]

    transform = FakeSnowflakeCursor._transform
    arrow.pa = _Nullable()
    arrow.timestamp_to_sf_struct = _with_nulls(arrow.timestamp_to_sf_struct)
    FakeSnowflakeCursor._transform = lambda self, expression, params: transform(
        self, expression.copy().transform(_as_of), params
    )
    server.gcs_stage_info = _with_overwriting(server.gcs_stage_info)
    ours = {
        "/queries/v1/query-request": _with_errors(server, server.query_request),
        "/session/v1/login-request": _with_master_token(server, server.login_request),
    }
    routes = [
        server.Route(route.path, ours[route.path], methods=["POST"]) if route.path in ours else route
        for route in server.routes
    ]
    return server.Starlette(routes=routes)


if __name__ == "__main__":
    import uvicorn  # type: ignore[import-not-found]
    from serving import bounded  # type: ignore[import-not-found]

    bounded()
    uvicorn.run(application(), host="127.0.0.1", port=int(sys.argv[1]), log_level="warning")
