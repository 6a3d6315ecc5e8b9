"""X-rays stop on release, blur and a closed socket, and never start again without a new press."""

import pytest
from playwright.sync_api import Page, expect

from angiosuite.bench.page import until

pytestmark = pytest.mark.ci


def live(page: Page):
    return page.get_by_role("region", name="Live monitor")


def begin_fluoroscopy(page: Page) -> None:
    expect(live(page)).not_to_contain_text("Getting ready")
    page.keyboard.down("Space")
    expect(live(page)).to_contain_text("X-RAY ON")
    page.wait_for_timeout(400)


def stays_off(page: Page) -> None:
    """No X-rays, and no new fluoroscopy frame, for a second."""
    expect(live(page)).not_to_contain_text("X-RAY ON")
    page.wait_for_timeout(400)
    count = "window.__probe.drawn.filter((frame) => frame.mode === 0).length"
    before = page.evaluate(count)
    page.wait_for_timeout(1000)
    assert page.evaluate(count) == before
    expect(live(page)).not_to_contain_text("X-RAY ON")


def test_they_stop_when_the_key_is_let_go(suite_page):
    begin_fluoroscopy(suite_page)
    suite_page.keyboard.up("Space")
    stays_off(suite_page)


def test_they_stop_when_the_window_loses_focus_and_stay_off_with_the_key_still_down(suite_page):
    begin_fluoroscopy(suite_page)
    suite_page.evaluate("window.dispatchEvent(new Event('blur'))")
    stays_off(suite_page)
    suite_page.evaluate("window.dispatchEvent(new Event('focus'))")
    stays_off(suite_page)
    suite_page.keyboard.up("Space")
    begin_fluoroscopy(suite_page)
    suite_page.keyboard.up("Space")


def test_they_stop_when_the_socket_closes_and_the_page_comes_back_without_them(
    suite_page, served, session_id
):
    begin_fluoroscopy(suite_page)
    suite_page.evaluate("window.__probe.sockets.at(-1).close()")
    until(suite_page, "window.__probe.sockets.length > 1 && window.__probe.sockets.at(-1).readyState === 1")
    stays_off(suite_page)
    suite_page.keyboard.up("Space")
    begin_fluoroscopy(suite_page)
    suite_page.keyboard.up("Space")


def test_they_stop_when_the_network_is_gone(suite_page):
    begin_fluoroscopy(suite_page)
    suite_page.context.set_offline(True)
    expect(live(suite_page)).to_contain_text("Connection lost")
    suite_page.context.set_offline(False)
    expect(live(suite_page)).not_to_contain_text("Connection lost")
    stays_off(suite_page)
    suite_page.keyboard.up("Space")


def test_a_second_tab_watches_and_sees_the_same_pictures(suite_page, new_page):
    watcher = new_page(suite_page.url)
    expect(watcher.get_by_text("Another page operates; this one watches")).to_be_visible()
    suite_page.bring_to_front()
    begin_fluoroscopy(suite_page)
    expect(live(watcher)).to_contain_text("X-RAY ON")
    suite_page.keyboard.up("Space")
    suite_page.wait_for_timeout(600)
    held = suite_page.evaluate("window.__probe.drawn.at(-1).frame")
    watcher.bring_to_front()
    until(watcher, f"window.__probe.drawn.at(-1)?.frame === {held}")
    watcher.keyboard.down("Space")
    watcher.wait_for_timeout(700)
    watcher.keyboard.up("Space")
    stays_off(watcher)


def test_the_latched_foot_lets_go_by_itself(suite_page):
    suite_page.keyboard.press("Backquote")
    expect(live(suite_page)).to_contain_text("X-RAY ON")
    expect(live(suite_page)).not_to_contain_text("X-RAY ON", timeout=90_000)
    stays_off(suite_page)
