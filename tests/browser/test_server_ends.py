"""A server that has not told of the session yet, and one that is killed: the page promises nothing."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import Page, WebSocketRoute, expect

from angiosuite.bench.served import Served

pytestmark = pytest.mark.ci


class SlowWay:
    """The way from a server to a page, on which messages wait until they are let through."""

    def __init__(self, page: Page) -> None:
        self.commands: list[str] = []
        """Names of the commands that the page sent."""
        self._waiting: list[str | bytes] = []
        self._open = False
        page.route_web_socket("**/stream", self._join)

    def _join(self, to_page: WebSocketRoute) -> None:
        self._to_page = to_page
        self._to_server = to_page.connect_to_server()
        to_page.on_message(self._from_page)
        self._to_server.on_message(self._from_server)

    def _from_page(self, message: str | bytes) -> None:
        self.commands.append(json.loads(message).get("name", ""))
        self._to_server.send(message)

    def _from_server(self, message: str | bytes) -> None:
        if self._open:
            self._to_page.send(message)
        else:
            self._waiting.append(message)

    @property
    def waiting(self) -> int:
        """Messages of the server that wait."""
        return len(self._waiting)

    def let_through(self) -> None:
        """What waits, in its order, and from now on everything at once."""
        self._open = True
        for message in self._waiting:
            self._to_page.send(message)
        self._waiting.clear()


@pytest.fixture
def session_page(new_page, served_home):
    """A page of a server that ends with the test, and the address of a session not joined yet."""
    with Served(served_home) as server:
        server.wait_ready(300)
        patient = server.ask("/api/patients")["patients"][0]["id"]
        session = server.ask("/api/sessions", "POST", {"patient_id": patient, "seed": 3})["id"]
        yield new_page(server.url), f"{server.base}/#/suite/{session}"


def test_a_pedal_before_the_first_state_makes_no_x_rays_then_or_later_and_says_so(session_page):
    page, address = session_page
    way = SlowWay(page)
    page.goto(address)
    live = page.get_by_role("region", name="Live monitor")
    expect(live).to_contain_text("Getting ready")
    expect(live.get_by_role("img", name="The room is getting ready")).to_be_visible()
    while not way.waiting:
        page.wait_for_timeout(50)
    page.wait_for_timeout(500)
    expect(live).to_contain_text("Getting ready")
    for promise in ("No image yet", "Hold", "FOV"):
        expect(live).not_to_contain_text(promise)

    page.keyboard.down("Space")
    expect(live.get_by_role("alert")).to_contain_text("No X-rays from this press: the room was not ready")
    assert "xray.press" not in way.commands

    way.let_through()
    expect(live).to_contain_text("No image yet")
    expect(live).to_contain_text("Hold")
    page.wait_for_timeout(1000)
    expect(live).not_to_contain_text("X-RAY ON")
    page.keyboard.up("Space")
    assert "xray.press" not in way.commands

    page.keyboard.down("Space")
    expect(live).to_contain_text("X-RAY ON")
    expect(live.get_by_role("alert")).to_have_count(0)
    page.keyboard.up("Space")
    expect(live).to_contain_text("Last image hold")


def test_after_a_killed_server_the_same_session_goes_on(new_page, served_home, browser):
    with Served(served_home, {"ANGIOSUITE_TOKEN": "one-token-for-both-starts"}) as first:
        first.wait_ready(300)
        port = first.base.rpartition(":")[2]
        patient = first.ask("/api/patients")["patients"][0]["id"]
        session = first.ask("/api/sessions", "POST", {"patient_id": patient, "seed": 3})["id"]
        page = new_page(first.url)
        page.goto(f"{first.base}/#/suite/{session}")
        live = page.get_by_role("region", name="Live monitor")
        expect(live).to_contain_text("No image yet")
        page.keyboard.down("Space")
        expect(live).to_contain_text("X-RAY ON")
        page.wait_for_timeout(1500)
        drawn = page.evaluate("window.__probe.drawn.at(-1).frame")
        first.kill()
        expect(live).to_contain_text("Connection lost")
    page.keyboard.up("Space")
    again = {"ANGIOSUITE_TOKEN": "one-token-for-both-starts", "ANGIOSUITE_PORT": port}
    with Served(served_home, again) as second:
        second.wait_ready(120)
        expect(live).to_contain_text("Last image hold", timeout=20_000)
        expect(live).not_to_contain_text("X-RAY ON")
        log = second.ask(f"/api/sessions/{session}")
        assert log["frames"] >= drawn - 1
        page.keyboard.down("Space")
        expect(live).to_contain_text("X-RAY ON")
        page.keyboard.up("Space")
