"""A server in this process: its own home folder, no preparation, a client with the token."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from angiosuite.web.app import create_app
from angiosuite.web.configuration import ServerSettings

TOKEN = "a-token-for-tests-only"
BASE = "http://127.0.0.1:8741"


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> ServerSettings:
    """Settings of a server that nobody else uses."""
    return ServerSettings(
        home=tmp_path_factory.mktemp("home"),
        token=TOKEN,
        prepare=False,
        upload_limit_mb=1,
        allowed_hosts=("testserver",),
    )


@pytest.fixture(scope="module")
def client(settings: ServerSettings) -> Iterator[TestClient]:
    """A client that sends the token."""
    with TestClient(
        create_app(settings),
        base_url=BASE,
        headers={"X-Angiosuite-Token": TOKEN},
        raise_server_exceptions=False,
    ) as opened:
        yield opened


@pytest.fixture
def stranger(client: TestClient) -> TestClient:
    """A client of the same server that has no token."""
    return TestClient(client.app, base_url=BASE, raise_server_exceptions=False)
