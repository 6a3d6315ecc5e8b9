"""A server in this process: its own home folder, no preparation, a client with the token."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from angiosuite.bench.served import Served
from angiosuite.kit.home import Home
from angiosuite.patients.store import PatientStore
from angiosuite.runtime.preparation import compile_kernels
from angiosuite.web.app import create_app
from angiosuite.web.configuration import ServerSettings

from .room import Page
from .soak import Soak

SOAK_S = {"everyday": 0.0, "ci": 300.0, "long": 3600.0}
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


@pytest.fixture(scope="module")
def stream_home(small_ct: Path, tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A home folder with one imported patient."""
    opened = Home(tmp_path_factory.mktemp("home")).open()
    compile_kernels(str(opened.root), lambda step, share: None, lambda: False)
    PatientStore(opened).import_path(small_ct)
    return opened


@pytest.fixture(scope="module")
def served(stream_home: Home) -> Iterator[Served]:
    """A server in its own process, at a home with one small imported patient."""
    with Served(stream_home.root, {"ANGIOSUITE_PREPARE": "false"}) as running:
        yield running


@pytest.fixture
def session(served: Served) -> Iterator[str]:
    """A fresh session."""
    patient = next(p for p in served.ask("/api/patients")["patients"] if p["kind"] == "imported")
    made = served.ask("/api/sessions", "POST", {"patient_id": patient["id"], "seed": 3})
    yield str(made["id"])
    served.ask(f"/api/sessions/{made['id']}", "DELETE")


@pytest.fixture
def pages(served: Served, session: str) -> Iterator[Any]:
    """Makes pages at the session and closes them."""
    made: list[Page] = []

    def make(**hello: Any) -> Page:
        made.append(Page(served, session, **hello))
        return made[-1].joined()

    yield make
    for page in made:
        page.close()


@pytest.fixture(scope="session")
def soaking(size: str, small_ct: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Soak]:
    """Minutes of use of a server of its own, in the background."""
    home = Home(tmp_path_factory.mktemp("soak") / "home").open()
    compile_kernels(str(home.root), lambda step, share: None, lambda: False)
    patient = PatientStore(home).import_path(small_ct)
    begun = Soak(home, patient.id, SOAK_S[size])
    yield begun
    begun.stop()


def waits_for_the_soak(item: pytest.Item) -> bool:
    """Whether a test asks for the outcome of `soaking`."""
    return "soaking" in getattr(item, "fixturenames", ())


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Last comes what waits for the soak, so that hardly anything is left to wait for."""
    items.sort(key=waits_for_the_soak)


@pytest.fixture(scope="session", autouse=True)
def _soaking_begins_early(request: pytest.FixtureRequest) -> None:
    """Begin with the first of these tests, where the one that waits for it is to run."""
    waiting = filter(waits_for_the_soak, request.session.items)
    if any(item.get_closest_marker("skip") is None for item in waiting):
        request.getfixturevalue("soaking")
