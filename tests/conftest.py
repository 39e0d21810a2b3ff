"""Options and fixtures of all tests."""

from __future__ import annotations

import signal
from contextlib import suppress

import pytest


def pytest_configure() -> None:
    # A shell gives its background jobs, and they give their children, an ignored Ctrl-C, which tests press.
    with suppress(ValueError):  # not the main thread
        if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
            signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-golden",
        action="store_true",
        default=False,
        help="write what is produced now into the expected files, for a reviewer to read",
    )


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    # Each of these takes minutes: begun last, one of them would keep a single worker busy long after the others.
    items.sort(key=lambda item: "test_random_kills" not in item.nodeid)


@pytest.fixture
def update_golden(request: pytest.FixtureRequest) -> bool:
    """Whether expected files are to be rewritten instead of compared."""
    return bool(request.config.getoption("--update-golden"))
