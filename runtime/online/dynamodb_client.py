"""One table of DynamoDB, asked until a deadline, with errors in plain English."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from threading import Lock
from typing import Any, TypeVar

from fcompile.compiler.errors import Diagnostic, FcompileError, UnavailableError
from fcompile.runtime.extras import driver
from fcompile.runtime.warehouses.retry import retried

T = TypeVar("T")
Key = tuple[str, bytes]
"""The partition and the key within it."""
Item = dict[str, Any]

THREADS = 8
"""Requests of one load at a time; a process cannot make many more a second, whatever their number."""
_CONNECTIONS = 64
_A_GET, _A_DELETE = 100, 25
_TABLE_SECONDS = 60.0
"""How long a new table is waited for."""
# A request may take these parts of the deadline, and none begins in the last 3/10: all ends within it.
_CONNECT, _ANSWER, _BEGIN = 0.1, 0.2, 0.7
_PASSING = (
    "InternalServerError",
    "LimitExceededException",
    "ProvisionedThroughputExceededException",
    "RequestLimitExceeded",
    "ResourceInUseException",
    "ServiceUnavailable",
    "ThrottlingException",
)
_REFUSED = (
    "AccessDeniedException",
    "ExpiredTokenException",
    "IncompleteSignature",
    "InvalidSignatureException",
    "MissingAuthenticationToken",
    "UnrecognizedClientException",
)


class Unprocessed(Exception):
    """The service has done nothing of a request for now."""


class Client:
    """All that it is asked to do may be done any number of times. Any number of threads may use it.

    Raises UnavailableError (FC521) after ``seconds`` without success, FcompileError (FC506) for what will not pass.
    """

    def __init__(self, dynamodb: Any, table: str, place: str, seconds: float) -> None:
        self._dynamodb = dynamodb
        self._table = table
        self._place = place
        self._seconds = seconds
        self._making = Lock()

    def call(self, method: str, **arguments: Any) -> dict[str, Any] | None:
        """Ask something of the table; None where a condition does not hold, or there is no table."""
        missing = ("ConditionalCheckFailedException", "ResourceNotFoundException")

        def work() -> dict[str, Any]:
            answer: dict[str, Any] = getattr(self._dynamodb, method)(TableName=self._table, **arguments)
            return answer

        return self._kept_at(work, missing)

    def create(self) -> None:
        """Make the table where there is none, and wait until it can be used."""
        with self._making:
            if self.call("describe_table") is None:
                self._kept_at(self._make, ("ResourceInUseException",))
            end = time.monotonic() + _TABLE_SECONDS
            while (self.call("describe_table") or {}).get("Table", {}).get("TableStatus") != "ACTIVE":
                if time.monotonic() > end:
                    raise self._unavailable("its table is not made yet")
                time.sleep(0.2)
            self._expire()

    def get(self, keys: Sequence[Key]) -> dict[Key, Item]:
        """Return what there is under these keys as of now, 100 a request; none stands twice in ``keys``."""
        parts = [keys[start : start + _A_GET] for start in range(0, len(keys), _A_GET)]
        found: dict[Key, Item] = {}
        for part in self.each(self._get, parts) if len(parts) > 1 else map(self._get, parts):
            found.update(part)
        return found

    def query(self, partition: str, keys_only: bool = False) -> Iterator[list[Item]]:
        """Yield the items of a partition, in pages."""
        arguments: dict[str, Any] = {"ProjectionExpression": "pk, sk"} if keys_only else {}
        while True:
            answer = self.call(
                "query",
                KeyConditionExpression="pk = :pk",
                ExpressionAttributeValues={":pk": {"S": partition}},
                ConsistentRead=True,
                **arguments,
            )
            if answer is None:
                return
            if answer["Items"]:
                yield answer["Items"]
            if "LastEvaluatedKey" not in answer:
                return
            arguments["ExclusiveStartKey"] = answer["LastEvaluatedKey"]

    def delete(self, keys: Sequence[Item]) -> None:
        """Delete the items under these keys."""
        parts = [keys[start : start + _A_DELETE] for start in range(0, len(keys), _A_DELETE)]
        self.each(self._delete, parts)

    def each(self, work: Callable[[Any], T], things: Sequence[Any]) -> list[T]:
        """Return what ``work`` does with each, some at a time. After the first error nothing more begins."""
        # Threads of their own, which no fork can lose.
        with ThreadPoolExecutor(THREADS, thread_name_prefix="dynamodb") as threads:
            futures = [threads.submit(work, thing) for thing in things]
            try:
                return [future.result() for future in futures]
            except BaseException:
                for future in futures:
                    future.cancel()
                raise

    def close(self) -> None:
        self._dynamodb.close()

    def _get(self, keys: Sequence[Key]) -> dict[Key, Item]:
        found: dict[Key, Item] = {}
        wanted = [{"pk": {"S": pk}, "sk": {"B": sk}} for pk, sk in keys]

        def work() -> None:
            nonlocal wanted
            while wanted:
                request = {self._table: {"Keys": wanted, "ConsistentRead": True}}
                answer = self._dynamodb.batch_get_item(RequestItems=request)
                items = answer["Responses"].get(self._table, [])
                found.update({(item["pk"]["S"], item["sk"]["B"]): item for item in items})
                wanted = _left(wanted, answer.get("UnprocessedKeys", {}).get(self._table, {}).get("Keys", []))

        self._kept_at(work, ("ResourceNotFoundException",))
        return found

    def _delete(self, keys: Sequence[Item]) -> None:
        wanted = [{"DeleteRequest": {"Key": {"pk": item["pk"], "sk": item["sk"]}}} for item in keys]

        def work() -> None:
            nonlocal wanted
            while wanted:
                answer = self._dynamodb.batch_write_item(RequestItems={self._table: wanted})
                wanted = _left(wanted, answer.get("UnprocessedItems", {}).get(self._table, []))

        self._kept_at(work)

    def _make(self) -> None:
        self._dynamodb.create_table(
            TableName=self._table,
            KeySchema=[
                {"AttributeName": "pk", "KeyType": "HASH"},
                {"AttributeName": "sk", "KeyType": "RANGE"},
            ],
            AttributeDefinitions=[
                {"AttributeName": "pk", "AttributeType": "S"},
                {"AttributeName": "sk", "AttributeType": "B"},
            ],
            BillingMode="PAY_PER_REQUEST",
        )

    def _expire(self) -> None:
        def work() -> None:
            found = self._dynamodb.describe_time_to_live(TableName=self._table)
            if found["TimeToLiveDescription"]["TimeToLiveStatus"] in ("DISABLED", "DISABLING"):
                wanted = {"Enabled": True, "AttributeName": "ttl"}
                self._dynamodb.update_time_to_live(TableName=self._table, TimeToLiveSpecification=wanted)

        # Another one was faster, or it was turned off within the hour.
        self._kept_at(work, ("ValidationException",))

    def _kept_at(self, work: Callable[[], T], missing: Sequence[str] = ()) -> T | None:
        """Return what ``work`` does, or None for an answer that is one of ``missing``."""

        def attempt() -> T | None:
            try:
                return work()
            except Exception as error:
                if _code(error) in missing:
                    return None
                raise

        try:
            return retried(attempt, _passes, self._seconds * _BEGIN)
        except Exception as error:
            raise self._told(error) from None

    def _told(self, error: Exception) -> Exception:
        from botocore.exceptions import BotoCoreError, ClientError

        said = " ".join(str(error).split()).replace(" (reached max retries: 0)", "")
        if _passes(error):
            return self._unavailable(said)
        if not isinstance(error, BotoCoreError | ClientError):
            return error
        hint = ""
        if _code(error) in _REFUSED or not isinstance(error, ClientError):
            hint = "correct the credentials in the environment, or give their owner the right to it"
        message = f"the online store at {self._place} answers: {said}"
        return FcompileError(Diagnostic("FC506", message, hint=hint))

    def _unavailable(self, said: str) -> UnavailableError:
        message = f"the online store at {self._place} does not work within {self._seconds:g} s: {said}"
        return UnavailableError(
            Diagnostic("FC521", message, hint="run again when it is back; nothing is lost")
        )


def connect(region: str, endpoint: str | None, table: str, seconds: float) -> Client:
    """Return a client of a table, whose credentials are those that boto3 finds; it connects when it is first used.

    ``seconds``: how long to keep at one request. Raises UsageError (FC422) without boto3, FcompileError (FC506) for
    a region or URL that is none.
    """
    driver("boto3", "dynamodb")
    from botocore.config import Config
    from botocore.exceptions import BotoCoreError
    from botocore.session import Session

    config = Config(
        connect_timeout=seconds * _CONNECT,
        read_timeout=seconds * _ANSWER,
        # One try at a time: ``Client`` does the rest.
        retries={"total_max_attempts": 1, "mode": "standard"},
        max_pool_connections=_CONNECTIONS,
        tcp_keepalive=True,
    )
    place = f"{endpoint or f'DynamoDB in {region}'}, table {table}"
    try:
        session = Session()
        session.register_component("data_loader", _models())
        made = session.create_client("dynamodb", region, endpoint_url=endpoint, config=config)
        return Client(made, table, place, seconds)
    except (BotoCoreError, ValueError) as error:
        message = f"the online store at {place} cannot be used: {error}"
        hint = "correct `region` and `endpoint_url` of `online:`"
        raise FcompileError(Diagnostic("FC506", message, hint=hint)) from None


@cache
def _models() -> Any:
    """The service's description, of which reading takes longer than all else; read once a process."""
    from botocore.loaders import create_loader

    return create_loader()


def _left(wanted: list[Item], left: list[Item]) -> list[Item]:
    if left and len(left) == len(wanted):
        raise Unprocessed("it takes no more requests for now")
    return left


def _code(error: Exception) -> str:
    answer: dict[str, Any] = getattr(error, "response", None) or {}
    return str(answer.get("Error", {}).get("Code", ""))


def _passes(error: Exception) -> bool:
    """Whether it may well succeed in a moment."""
    from botocore.exceptions import ClientError, ConnectionError, HTTPClientError
    from botocore.parsers import ResponseParserError

    if isinstance(error, ClientError):
        status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
        return _code(error) in _PASSING or status >= 500
    return isinstance(error, Unprocessed | ConnectionError | HTTPClientError | ResponseParserError)
