"""A server that is killed and started again: the page comes back to the same session."""

import pytest
from playwright.sync_api import expect

from angiosuite.bench.served import Served

pytestmark = pytest.mark.ci


def test_after_a_killed_server_the_same_session_goes_on(new_page, served_home, browser):
    first = Served(served_home, {"ANGIOSUITE_TOKEN": "one-token-for-both-starts"})
    first.wait_ready(120)
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
