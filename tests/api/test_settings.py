"""The page's settings: kept, bounded, and never half-written."""

from __future__ import annotations

import json

import pytest
from starlette.testclient import TestClient

from angiosuite.kit.home import Home
from angiosuite.web.configuration import ServerSettings


def test_what_is_set_is_there_again(client: TestClient, settings: ServerSettings) -> None:
    wanted = {"bindings": {"keys": {"xray.fluoro": ["Space", "Semicolon"]}}, "sound": False, "scale": 1.2}
    assert client.put("/api/settings", json=wanted).json() == wanted
    assert client.get("/api/settings").json() == wanted
    assert json.loads(Home(settings.home).settings_file.read_text())["page"] == wanted


@pytest.mark.parametrize("body", [
    [], "text", {"": 1}, {"a b": 1}, {"a": "x" * 70_000}, {f"k{i}": 1 for i in range(300)},
    {"a": [[[[[[[[[[1]]]]]]]]]]},
])  # fmt: skip
def test_what_does_not_fit_is_refused_by_name(client: TestClient, body: object) -> None:
    before = client.get("/api/settings").json()
    answer = client.put("/api/settings", json=body)
    assert answer.status_code == 422 and answer.json()["error"]["code"]
    assert client.get("/api/settings").json() == before


@pytest.mark.parametrize(
    "text", ['{"a": NaN}', '{"a": Infinity}', '{"a": "\\ud800"}', "[" * 900 + "]" * 900, "{"]
)
def test_json_that_is_none_is_refused_by_name(client: TestClient, text: str) -> None:
    answer = client.put("/api/settings", content=text, headers={"content-type": "application/json"})
    assert answer.status_code in (400, 422) and answer.json()["error"]["code"]


def test_other_parts_of_the_settings_file_stay(client: TestClient, settings: ServerSettings) -> None:
    file = Home(settings.home).settings_file
    file.write_text(json.dumps({"packs": ["/somewhere"], "page": {}}))
    client.put("/api/settings", json={"sound": True})
    assert json.loads(file.read_text()) == {"packs": ["/somewhere"], "page": {"sound": True}}


def test_a_broken_settings_file_is_named_and_not_overwritten(
    client: TestClient, settings: ServerSettings
) -> None:
    file = Home(settings.home).settings_file
    file.write_text("{ broken")
    for answer in (client.get("/api/settings"), client.put("/api/settings", json={"sound": True})):
        assert answer.status_code == 422 and answer.json()["error"]["code"] == "settings-broken"
    assert file.read_text() == "{ broken"
    file.unlink()
