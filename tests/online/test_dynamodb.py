"""DynamoDB as an online store: what it keeps, and services that go away, are silent, throttle or say no."""

from __future__ import annotations

import io
import json
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import boto3
import pytest

from fcompile.compiler.errors import FcompileError, UnavailableError
from fcompile.compiler.schema.project import DynamoDBOnline
from fcompile.runtime.online.base import Ask, Generation, OnlineStore
from fcompile.runtime.online.dynamodb import DynamoDBOnlineStore
from fcompile.runtime.online.registry import open_online
from tests.online.proxy import HALF_OPEN, PASS, REFUSE, Proxy, reset_after
from tests.online.rows import FIRST, SCHEMA, Row, held, read, shown, stands, write
from tests.online.servers import AWS, dynamodb

pytestmark = pytest.mark.engines

SECRET = "s3cr3t"  # noqa: S105
_prefixes = iter(range(10**9))


@pytest.fixture(autouse=True)
def _credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", SECRET)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")


@pytest.fixture
def prefix() -> str:
    """Of a table of the test's own."""
    return f"own{next(_prefixes)}_"


@pytest.fixture
def proxy() -> Iterator[Proxy]:
    place = urlsplit(dynamodb())
    with Proxy((str(place.hostname), int(place.port or 0))) as proxy:
        yield proxy


def opened(prefix: str, port: int = 0, deadline: str = "1m") -> DynamoDBOnlineStore:
    place = f"http://127.0.0.1:{port}" if port else dynamodb()
    config = DynamoDBOnline(
        type="dynamodb", region="us-east-1", table_prefix=prefix, endpoint_url=place, deadline=deadline
    )
    store = open_online(config, Path(), "p")
    assert isinstance(store, DynamoDBOnlineStore)
    return store


@contextmanager
def fresh(prefix: str, port: int = 0, deadline: str = "1m") -> Iterator[DynamoDBOnlineStore]:
    """A store with a view and no rows."""
    with closing(opened(prefix, port, deadline)) as store:
        shown(store)
        yield store


def raw() -> Any:
    return boto3.client("dynamodb", endpoint_url=dynamodb(), **AWS)


def items(prefix: str) -> list[dict[str, Any]]:
    """The rows of all generations."""
    found = raw().scan(TableName=f"{prefix}fcompile_online")["Items"]
    return [item for item in found if "v" in item]


def on(store: DynamoDBOnlineStore, event: str, do: Callable[..., Any]) -> None:
    """Have something done at an event of the client, as `before-send.dynamodb.PutItem`."""
    store._client._dynamodb.meta.events.register(event, do)


def answer(code: str, status: int = 400) -> Callable[..., Any]:
    """An answer of the service in place of the one that would come."""
    from botocore.awsrequest import AWSResponse

    class Body(io.BytesIO):
        def stream(self) -> Iterator[bytes]:
            yield self.read()

    def send(**_: object) -> Any:
        text = json.dumps({"__type": f"com.amazonaws.dynamodb.v20120810#{code}", "message": "so it is"})
        return AWSResponse("", status, {"content-type": "application/x-amz-json-1.0"}, Body(text.encode()))

    return send


def refused(work: Callable[[], object]) -> FcompileError:
    with pytest.raises(FcompileError) as error:
        work()
    assert SECRET not in str(error.value)
    return error.value


def unavailable(work: Callable[[], object], seconds: float) -> None:
    """It gives up within that time, and says so."""
    began = time.monotonic()
    error = refused(work)
    assert time.monotonic() - began < seconds
    assert isinstance(error, UnavailableError) and error.exit_code == 75
    assert error.diagnostics[0].code == "FC521" and error.diagnostics[0].hint


# -- what it keeps -------------------------------------------------------------------------------


def test_a_row_says_when_it_may_go_where_the_view_does(prefix: str) -> None:
    day = 86_400_000_000
    with closing(opened(prefix)) as store:
        store.begin("v", Generation(FIRST, SCHEMA, ttl=day))
        write(store, Row("[1]", 10 * day + 1), Row("[2]", -5 * day))
        shown(store, "w")
        write(store, Row("[3]", 1), view="w")
    told = {item["sk"]["B"]: item.get("ttl") for item in items(prefix)}
    assert told == {b"[1]": {"N": str(11 * 86_400 + 1)}, b"[2]": {"N": "1"}, b"[3]": None}
    found = raw().describe_time_to_live(TableName=f"{prefix}fcompile_online")["TimeToLiveDescription"]
    assert found == {"AttributeName": "ttl", "TimeToLiveStatus": "ENABLED"}


def test_rows_are_deleted_with_their_generation(prefix: str) -> None:
    with fresh(prefix) as store:
        write(store, *(Row(f"[{n}]", n) for n in range(60)))
        shown(store, number=8)
        write(store, Row("[1]", 1), number=8)
        shown(store, number=9)
        assert len(items(prefix)) == 1
        store.drop("v")
        assert items(prefix) == []


def test_a_removal_that_was_broken_off_is_finished_by_the_next(
    prefix: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with fresh(prefix) as store, monkeypatch.context() as patch:
        write(store, Row("[1]", 1))
        patch.setattr(DynamoDBOnlineStore, "remove", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            store.drop("v")
        assert len(items(prefix)) == 1
        patch.undo()
        shown(store)
        assert (items(prefix), held(store)) == ([], {})


def test_rows_written_to_a_generation_that_is_removed_meanwhile_do_not_stay(prefix: str) -> None:
    with fresh(prefix) as store, closing(opened(prefix)) as other:
        on(store, "before-send.dynamodb.PutItem", lambda **_: other.drop("v"))
        assert refused(lambda: write(store, Row("[1]", 1))).diagnostics[0].code == "FC520"
        assert items(prefix) == []


def test_the_first_users_at_a_time_make_one_store(prefix: str) -> None:
    def first(_: int) -> str:
        with closing(opened(prefix)) as store:
            return store.identity()

    with ThreadPoolExecutor(4) as threads:
        assert len(set(threads.map(first, range(4)))) == 1


def test_reading_needs_no_table_and_makes_none(prefix: str) -> None:
    with closing(opened(prefix)) as store:
        (found,) = store.read([Ask("v", ["[1]"])])
        assert (found.generation, found.values) == (None, [None])
        assert store.generations("v").numbers() == ()
        assert refused(lambda: write(store, Row("[1]", 1))).diagnostics[0].code == "FC520"
    assert f"{prefix}fcompile_online" not in raw().list_tables()["TableNames"]


def test_a_row_that_is_no_item_is_named_with_its_view(prefix: str) -> None:
    with fresh(prefix) as store:
        # The server of the tests counts them in base64.
        large = "x" * 300_000
        assert write(store, Row("[1]", 1, payload=large), Row(f'["{"k" * 1_020}"]', 1)) == 2
        for row in (Row("[2]", 1, payload="x" * 409_600), Row(f'["{"k" * 1_021}"]', 1)):
            error = refused(lambda row=row: write(store, Row("[3]", 1), row))  # type: ignore[misc]
            assert error.diagnostics[0].code == "FC529"
            assert f"`v`: the online store cannot hold the row of {row.key[:60]}" in str(error)
        assert stands(store, "[3]") is None


def test_what_was_not_processed_is_asked_for_again(prefix: str) -> None:
    with fresh(prefix) as store:
        rows = [Row(f"[{n}]", n) for n in range(30)]
        write(store, *rows)
        table, asked = f"{prefix}fcompile_online", []

        def leave_half(parsed: dict[str, Any], **_: object) -> None:
            found = parsed["Responses"][table]
            asked.append(len(found))
            kept, left = found[: len(found) // 2 + 1], found[len(found) // 2 + 1 :]
            parsed["Responses"][table] = kept
            keys = [{"pk": item["pk"], "sk": item["sk"]} for item in left]
            parsed["UnprocessedKeys"] = {table: {"Keys": keys}} if keys else {}

        on(store, "after-call.dynamodb.BatchGetItem", leave_half)
        assert read(store, *(row.key for row in rows)) == {row.key: row for row in rows}
        assert len(asked) > 3


def test_where_one_request_does_not_do_the_views_are_read_last(prefix: str) -> None:
    with fresh(prefix) as store:
        write(store, Row("[1]", 1))
        read(store, "[1]")
        sent: list[int] = []
        on(
            store,
            "before-parameter-build.dynamodb.BatchGetItem",
            lambda params, **_: sent.append(len(params["RequestItems"][f"{prefix}fcompile_online"]["Keys"])),
        )
        assert read(store, *(f"[{n}]" for n in range(99))) == {"[1]": Row("[1]", 1)}
        assert sent == [100]
        sent.clear()
        assert read(store, *(f"[{n}]" for n in range(150))) == {"[1]": Row("[1]", 1)}
        assert (sorted(sent[:2]), sent[2:]) == ([50, 100], [1])


# -- services that go away -----------------------------------------------------------------------


def test_a_connection_reset_at_any_byte_loses_nothing(prefix: str, proxy: Proxy) -> None:
    with fresh(prefix, proxy.port) as store, closing(opened(prefix)) as direct:
        for event, byte in enumerate(range(0, 900, 150)):
            proxy.switch(reset_after(byte, once=True))
            write(store, Row("[1]", event), Row(f"[{byte}]", 1))
            proxy.switch(PASS)
            assert stands(direct) == Row("[1]", event)
            proxy.switch(reset_after(byte, once=True))
            assert read(store, "[1]") == {"[1]": Row("[1]", event)}
            proxy.switch(PASS)


def test_a_rollback_whose_answer_is_lost_is_done_once(prefix: str, proxy: Proxy) -> None:
    with fresh(prefix, proxy.port) as store, closing(opened(prefix)) as direct:
        shown(store, number=8)
        for byte in range(0, 1_000, 100):
            before = direct.generations("v")
            proxy.switch(reset_after(byte, once=True))
            assert store.rollback("v") == before.rolled_back() == direct.generations("v")
            proxy.switch(PASS)


def test_a_service_that_is_down_or_silent_is_given_up_within_the_deadline(prefix: str, proxy: Proxy) -> None:
    with fresh(prefix):
        pass
    with closing(opened(prefix, proxy.port, deadline="2s")) as store:
        stands(store)
        proxy.switch(HALF_OPEN)
        unavailable(lambda: store.flip("v", FIRST), 2.2)
        unavailable(lambda: store.read([Ask("v", ["[1]"])]), 2.2)
        unavailable(lambda: store._put({"pk": {"S": "p"}, "sk": {"B": b"s"}, "v": {"B": b"v"}}), 2.2)
        proxy.switch(REFUSE)
        unavailable(lambda: write(store, *(Row(f"[{n}]", 1) for n in range(1_000))), 2.2)
        proxy.switch(PASS)
        assert write(store, Row("[1]", 2)) == 1
        assert stands(store) == Row("[1]", 2)


def test_a_service_that_comes_back_in_time_is_waited_for(prefix: str, proxy: Proxy) -> None:
    with fresh(prefix, proxy.port) as store:
        proxy.switch(REFUSE)
        later = threading.Timer(0.5, proxy.switch, [PASS])
        later.start()
        assert write(store, Row("[1]", 1)) == 1
        later.join()


# -- services that say no ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "status"), [("ProvisionedThroughputExceededException", 400), ("InternalFailure", 500)]
)
def test_a_service_that_takes_no_more_for_now_is_asked_again(code: str, status: int, prefix: str) -> None:
    with fresh(prefix) as store:
        left = [answer(code, status)] * 3
        on(store, "before-send.dynamodb.*", lambda **_: left.pop()() if left else None)
        assert write(store, Row("[1]", 1)) == 1
        assert stands(store) == Row("[1]", 1) and not left


def test_a_service_that_throttles_for_good_is_given_up_within_the_deadline(prefix: str) -> None:
    with fresh(prefix):
        pass
    with closing(opened(prefix, deadline="1s")) as store:
        on(store, "before-send.dynamodb.*", answer("ThrottlingException"))
        unavailable(lambda: write(store, Row("[1]", 1)), 1.1)


def test_a_right_that_is_missing_is_said_at_once(prefix: str) -> None:
    with fresh(prefix) as store:
        on(store, "before-send.dynamodb.PutItem", answer("AccessDeniedException"))
        began = time.monotonic()
        error = refused(lambda: write(store, Row("[1]", 1)))
        assert time.monotonic() - began < 5
        assert error.diagnostics[0].code == "FC506" and "the right to it" in error.diagnostics[0].hint
        assert "AccessDeniedException" in str(error)


def test_without_credentials_a_store_says_so(prefix: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    store: OnlineStore = opened(prefix)
    error = refused(store.identity)
    assert error.diagnostics[0].code == "FC506" and "credentials" in error.diagnostics[0].hint


def test_an_address_that_is_none_is_said() -> None:
    config = DynamoDBOnline(type="dynamodb", region="us-east-1", endpoint_url="not an address")
    assert refused(lambda: open_online(config, Path(), "p")).diagnostics[0].code == "FC506"
