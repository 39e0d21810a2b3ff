"""Servers that speak the endpoints of GitHub and of GitLab."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.review.github_server import GitHub, github
from tests.review.gitlab_server import GitLab, gitlab


@pytest.fixture
def hub() -> Iterator[GitHub]:
    with github() as served:
        yield served


@pytest.fixture
def lab() -> Iterator[GitLab]:
    with gitlab() as served:
        yield served
