"""bqemulator, an emulator of BigQuery on DuckDB: installed apart from us, and started once a process.

It is for the client's path alone: what it answers proves nothing of what BigQuery means; googlesql.py is for that.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from tests.engines.apart import served

# It runs on DuckDB 1.5 and sqlglot 30.11 alone; the rest is what they and it need beyond our environment.
PACKAGES = (
    "bqemulator==1.4.0",
    "duckdb==1.5.5",
    "sqlglot==30.11.0",
    "grpcio-health-checking==1.80.1",
    "alembic==1.20.1",
    "SQLAlchemy==2.1.9",
    "Mako==1.4.3",
    "fastapi==0.165.0",
    "starlette==1.10.0",
    "anyio==4.16.0",
    "h11==0.16.0",
    "uvicorn==0.54.0",
    "click==8.5.1",
    "fastavro==1.13.1",
    "httpx==0.28.1",
    "httpcore==1.0.9",
    "opentelemetry-sdk==1.45.2",
    "opentelemetry-semantic-conventions==0.66b2",
    "pydantic-settings==2.16.3",
    "python-dotenv==1.2.4",
    "structlog==26.1.0",
    "prometheus_client==0.26.0",
)


@cache
def bigquery() -> tuple[str, str]:
    """Return the emulator's endpoints: of REST, as a URL, and of the Storage Read API, as host:port."""
    script = Path(__file__).with_name("bigquery_server.py")
    rest, storage = served("bqemulator-1.4.0", PACKAGES, script, ports=2)
    return f"http://127.0.0.1:{rest}", f"127.0.0.1:{storage}"
