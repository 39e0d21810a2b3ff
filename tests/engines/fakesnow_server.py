"""fakesnow over HTTP for the real Snowflake driver; run by the Python of fakesnow's own environment.

``python fakesnow_server.py PORT``, with ``fakesnow[server]==0.12.1`` and ``snowflake-connector-python<5``: they do
not go with the driver that fcompile uses. fakesnow rests on DuckDB, so what it answers proves nothing of what
Snowflake means. It is for the driver's path: log in, execute, fetch.

What it lacks is put right here, without a fork: the login's master token, ASOF JOIN with MATCH_CONDITION, ALTER
SESSION, NULL timestamps, what the driver asks of a stage, and an error where it answers 500, which the driver would
try again for minutes.
"""

from __future__ import annotations

import json
import sys
from typing import Any

import fakesnow.arrow  # type: ignore[import-not-found]
import fakesnow.cursor  # type: ignore[import-not-found]
import fakesnow.server  # type: ignore[import-not-found]
import pyarrow as pa
import pyarrow.compute as pc
import uvicorn  # type: ignore[import-not-found]
from sqlglot import exp

_IGNORED = [r"^\s*ALTER\s+SESSION\s+(SET|UNSET)\b", r"^\s*USE\s+(WAREHOUSE|ROLE)\b"]


class _Nullable:
    """pyarrow, but that every field may be NULL."""

    def __getattr__(self, name: str) -> Any:
        return getattr(pa, name)

    @staticmethod
    def field(*given: Any, **named: Any) -> Any:
        return pa.field(*given, **{**named, "nullable": True})


_structs = fakesnow.arrow.timestamp_to_sf_struct


def _timestamps(times: Any) -> Any:
    whole = times.combine_chunks() if isinstance(times, pa.ChunkedArray) else times
    made = _structs(whole)
    parts = [part.fill_null(0) for part in made.flatten()]
    return pa.StructArray.from_arrays(parts, fields=list(made.type), mask=pc.is_null(whole))


def _as_of(node: Any) -> Any:
    """``ASOF JOIN .. MATCH_CONDITION (..)`` as DuckDB's ``ASOF LEFT JOIN .. ON .. AND ..``."""
    match = node.args.get("match_condition") if isinstance(node, exp.Join) else None
    if match is not None:
        condition = match.this if isinstance(match, exp.Paren) else match
        on = node.args.get("on")
        node.set("match_condition", None)
        node.set("side", "LEFT")
        node.set("on", exp.and_(on.copy(), condition.copy()) if on else condition.copy())
    return node


_transform = fakesnow.cursor.FakeSnowflakeCursor._transform
_login, _query = fakesnow.server.login_request, fakesnow.server.query_request
_stage = fakesnow.server.gcs_stage_info


def _transformed(self: Any, expression: Any, params: Any) -> Any:
    return _transform(self, expression.copy().transform(_as_of), params)


async def _logged_in(request: Any) -> Any:
    answer = json.loads((await _login(request)).body)
    data = answer.get("data")
    if data:
        data.setdefault("masterToken", "m" + data["token"])
        data.setdefault("validityInSeconds", 3600)
        data.setdefault("masterValidityInSeconds", 14400)
        data.setdefault("sessionId", 1)
        connection = fakesnow.server.sessions[data["token"]]
        connection.nop_regexes = [*(connection.nop_regexes or []), *_IGNORED]
    return fakesnow.server.JSONResponse(answer)


async def _queried(request: Any) -> Any:
    response = await _query(request)
    if response.status_code != 500:
        return response
    said = json.loads(response.body).get("message") or "fakesnow does not know this"
    failed = {"errorCode": "001003", "sqlState": "42000"}
    return fakesnow.server.JSONResponse({"data": failed, "code": "001003", "message": said, "success": False})


def _stage_of(request: Any, expression: Any, put: Any) -> Any:
    answer = _stage(request, expression, put)
    put["overwrite"] = True
    answer.update(
        region="us-central1", path="", storageAccount=None, isClientSideEncrypted=False, endPoint=None
    )
    return answer


def _routes() -> list[Any]:
    ours = {"/queries/v1/query-request": _queried, "/session/v1/login-request": _logged_in}
    return [
        fakesnow.server.Route(route.path, ours[route.path], methods=["POST"]) if route.path in ours else route
        for route in fakesnow.server.routes
    ]


if __name__ == "__main__":
    fakesnow.arrow.pa = _Nullable()
    fakesnow.arrow.timestamp_to_sf_struct = _timestamps
    fakesnow.cursor.FakeSnowflakeCursor._transform = _transformed
    fakesnow.server.gcs_stage_info = _stage_of
    app = fakesnow.server.Starlette(routes=_routes())
    uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[1]), log_level="warning")
