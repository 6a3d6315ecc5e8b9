"""The guard: no route without the token, no other host, no other origin, strict headers, no way outside."""

from __future__ import annotations

import pytest
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from angiosuite.web.access import Rule, routes_of, rules_of
from angiosuite.web.app import ROUTERS, create_app
from angiosuite.web.configuration import ServerSettings
from angiosuite.web.guard import SECURITY_HEADERS

from .conftest import TOKEN

OPEN = {route.path for route in routes_of(ROUTERS) if rules_of(route) == [Rule.OPEN]}
"""Routes whose address is the secret."""
ROUTES = sorted(
    (method.upper(), path)
    for path, methods in create_app(ServerSettings(token=TOKEN, prepare=False)).openapi()["paths"].items()
    for method in methods
    if path not in OPEN
)


def test_the_calendar_feed_is_all_that_opens_without_a_token() -> None:
    assert sorted(OPEN) == ["/calendar/{key}.ics"]


def test_discovery_finds_the_routes() -> None:
    assert ("GET", "/api/start") in ROUTES and ("POST", "/api/sessions") in ROUTES and len(ROUTES) >= 20


@pytest.mark.parametrize(("method", "path"), [*ROUTES, ("GET", "/api/openapi.json"), ("GET", "/api/nothing")])
@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"X-Angiosuite-Token": "wrong"},
        {"Cookie": "angiosuite_8741=wrong"},
        {"Authorization": "Bearer wrong"},
        {"Authorization": "Basic wrong"},
    ],
)
def test_every_route_refuses_whoever_has_no_token(
    stranger: TestClient, method: str, path: str, headers: dict[str, str]
) -> None:
    answer = stranger.request(method, path.replace("{", "").replace("}", ""), headers=headers)
    assert answer.status_code in (401, 403)
    assert answer.json()["error"]["code"] == "no-token"


@pytest.mark.parametrize(
    "headers",
    [
        {"X-Angiosuite-Token": TOKEN},
        {"Authorization": f"Bearer {TOKEN}"},
        {"Cookie": f"angiosuite_8741={TOKEN}"},
    ],
)
def test_each_way_of_showing_the_token_is_taken(stranger: TestClient, headers: dict[str, str]) -> None:
    assert stranger.get("/api/start", headers=headers).status_code == 200


def test_the_start_url_sets_a_strict_cookie_and_hides_the_token(stranger: TestClient) -> None:
    answer = stranger.get(f"/?token={TOKEN}&view=a", follow_redirects=False)
    assert answer.status_code == 303 and answer.headers["location"] == "/?view=a"
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie and "SameSite=Strict" in cookie
    assert stranger.get("/api/start").status_code == 200


def test_a_wrong_start_url_is_refused(stranger: TestClient) -> None:
    answer = stranger.get("/?token=wrong", follow_redirects=False)
    assert answer.status_code == 401 and "set-cookie" not in answer.headers


def test_the_page_itself_needs_the_token(stranger: TestClient) -> None:
    assert stranger.get("/").status_code == 401


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example:8741", "localhost.evil.example", "", "[::2]"]
)
def test_another_host_name_is_refused_even_with_the_token(client: TestClient, host: str) -> None:
    answer = client.get("/api/start", headers={"Host": host})
    assert answer.status_code == 403 and answer.json()["error"]["code"] == "unknown-host"


@pytest.mark.parametrize(
    "origin", ["http://evil.example", "http://127.0.0.1:9999", "https://127.0.0.1", "null"]
)
def test_another_origin_may_not_change_anything(client: TestClient, origin: str) -> None:
    answer = client.post("/api/start", headers={"Origin": origin})
    assert answer.status_code == 403 and answer.json()["error"]["code"] == "other-origin"


@pytest.mark.parametrize(
    "headers", [{"Origin": "http://evil.example"}, {"Host": "evil.example"}, {"X-Angiosuite-Token": "wrong"}]
)
def test_the_socket_refuses_other_origins_hosts_and_strangers(
    client: TestClient, headers: dict[str, str]
) -> None:
    with (
        pytest.raises(WebSocketDisconnect),
        client.websocket_connect("/api/sessions/a/stream", headers=headers),
    ):
        pass


@pytest.mark.parametrize("path", ["/", "/api/start", "/api/nothing", "/nothing.js"])
def test_every_answer_has_the_security_headers(client: TestClient, path: str) -> None:
    answer = client.get(path)
    for name, value in SECURITY_HEADERS.items():
        assert answer.headers[name] == value
    assert "unsafe" not in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize("path", [
    "/../configuration.py", "/..%2fconfiguration.py", "/%2e%2e/configuration.py", "/assets/../../app.py",
    "/..\\configuration.py", "/%5c..%5capp.py", "//etc/passwd", "/.git/config", "/assets/%00.js",
    "/api/sessions/..%2f..%2fx/log", "/api/sessions/%2e%2e/log", "/api/sessions/a%2fb/frames/1.jpg",
])  # fmt: skip
def test_no_path_leads_outside(client: TestClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code in (401, 404)
    assert "import" not in answer.text and "root:" not in answer.text
