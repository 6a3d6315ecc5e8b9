"""xAPI statements against the models of an independent record store, and what is sent where."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from pydantic import SecretStr

from angiosuite.interop.xapi import StoreUnreachable, XapiSettings, send, statement
from angiosuite.kit.errors import WrongUse

ATTEMPT: dict[str, Any] = {
    "id": "20261129-120000-abcd",
    "drill": "isocentre",
    "title": "Isocentre",
    "patient": {"id": "built-in-adult", "title": "Built-in adult"},
    "mode": "assessed",
    "on": "2026-11-29T12:00:00+00:00",
    "branched_from": None,
}


def judgement(passed: bool = True, level: int = 0) -> dict[str, Any]:
    """A judgement as it is kept."""
    return {
        "passed": passed,
        "score": 88.5,
        "help": {"level": level, "counts_for_pass": level < 3},
        "measures": [
            {"id": "off-centre", "value": 2.1, "unit": "mm", "version": 1},
            {"id": "overlap", "value": None, "unit": "", "version": 1},
        ],
        "duration_s": 75.25,
        "input_device": "keyboard",
        "drill": {"id": "isocentre", "hash": "ab"},
    }


@pytest.mark.parametrize("passed", [True, False])
def test_a_record_store_takes_the_statement_for_valid(passed: bool) -> None:
    models = pytest.importorskip("ralph.models.xapi.base.statements")
    made = json.loads(json.dumps(statement(ATTEMPT, judgement(passed), "p1", "urn:angiosuite:installation")))
    read = models.BaseXapiStatement.model_validate(made)
    assert float(read.result.score.scaled) == 0.885
    assert read.result.success is passed
    assert read.result.duration.total_seconds() == 75.25


def test_the_same_attempt_is_the_same_statement_and_names_nobody() -> None:
    one, two = (statement(ATTEMPT, judgement(), "p1", "urn:angiosuite:installation") for _ in range(2))
    assert one["id"] == two["id"]
    assert set(one["actor"]) == {"objectType", "account"}
    assert one["actor"]["account"]["name"] == "p1"


@pytest.mark.parametrize(("level", "branched"), [(3, None), (0, {"attempt": "x", "t_us": 1})])
def test_what_does_not_count_is_an_attempt_without_success(level: int, branched: object) -> None:
    made = statement(ATTEMPT | {"branched_from": branched}, judgement(True, level), "p1", "urn:x:y")
    assert made["verb"]["display"]["en"] == "attempted"
    assert "success" not in made["result"]


class Store(BaseHTTPRequestHandler):
    """A record store that keeps what it is given."""

    kept: dict[str, Any] = {}  # noqa: RUF012
    answer = 204

    def do_PUT(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        assert self.headers["X-Experience-API-Version"] == "1.0.3"
        assert self.headers["Authorization"].startswith("Basic ")
        name = self.path.partition("statementId=")[2]
        status = 409 if name in Store.kept else Store.answer
        if status == 204:
            Store.kept[name] = json.loads(body)
        self.send_response(status)
        self.end_headers()

    def log_message(self, *words: object) -> None:
        pass


@pytest.fixture
def store() -> Iterator[XapiSettings]:
    """The store's address and a user of it."""
    Store.kept, Store.answer = {}, 204
    server = ThreadingHTTPServer(("127.0.0.1", 0), Store)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    address = f"http://127.0.0.1:{server.server_port}/xapi"
    yield XapiSettings(endpoint=address, user="u", password=SecretStr("p"))
    server.shutdown()


def test_a_statement_is_stored_once(store: XapiSettings) -> None:
    made = statement(ATTEMPT, judgement(), "p1", "urn:angiosuite:installation")
    assert send(made, store) == "stored"
    assert send(made, store) == "known"
    assert list(Store.kept) == [made["id"]]


def test_a_store_that_refuses_or_is_gone_is_named(store: XapiSettings) -> None:
    made = statement(ATTEMPT, judgement(), "p1", "urn:angiosuite:installation")
    Store.answer = 401
    with pytest.raises(StoreUnreachable, match="did not take"):
        send(made, store)
    with pytest.raises(StoreUnreachable, match="does not answer"):
        send(made, XapiSettings(endpoint="http://127.0.0.1:1/xapi", user="u"))


@pytest.mark.parametrize("address", ["", "ftp://x", "https://u:p@x/xapi", "http://lrs.example.org/xapi"])
def test_nothing_is_sent_without_a_store_or_in_the_clear(address: str) -> None:
    with pytest.raises(WrongUse):
        send(statement(ATTEMPT, judgement(), "p1", "urn:x:y"), XapiSettings(endpoint=address))
