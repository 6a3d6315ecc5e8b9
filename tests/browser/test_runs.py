"""Runs and roadmap on the suite page, by keyboard and by name; signs in words; axe with every page open."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from angiosuite.bench.page import until

RUN = 4
PAGES = ("Fluoroscopy", "Runs", "Injection", "Roadmap", "Phantom")
SMALLEST_PX = 23.5
"""Targets of 24 px, less what rounding takes."""


def live(page: Page):
    return page.get_by_role("region", name="Live monitor")


def drawn(mode: int) -> str:
    """Frames of one mode that reached the live monitor."""
    return f"window.__probe.drawn.filter((frame) => frame.mode === {mode}).length"


def choose(page: Page, tab: str, *choices: str) -> None:
    """Open a page of the exposure panel and choose on it."""
    page.get_by_role("tab", name=re.compile(f"^{tab}")).click()
    for name in choices:
        page.get_by_role("radio", name=name, exact=True).click()
        expect(page.get_by_role("radio", name=name, exact=True)).to_be_checked()
    page.get_by_role("region", name="Live monitor").focus()


def run(page: Page, frames: int) -> None:
    """Hold the acquisition key until so many frames more are drawn."""
    before = page.evaluate(drawn(RUN))
    page.keyboard.down("Enter")
    until(page, f"{drawn(RUN)} >= {before + frames}")
    page.keyboard.up("Enter")
    expect(live(page)).not_to_contain_text("X-RAY ON")


def stays_off(page: Page) -> None:
    """No X-rays and no frame of a run for a while, whatever key is down."""
    expect(live(page)).not_to_contain_text("X-RAY ON")
    page.wait_for_timeout(400)
    before = page.evaluate(drawn(RUN))
    page.wait_for_timeout(900)
    assert page.evaluate(drawn(RUN)) == before


def accessible(page: Page) -> None:
    """No fault by axe, and no target that is too small to hit."""
    found = Axe().run(page).response["violations"]
    assert [(v["id"], v["nodes"][0]["html"][:160]) for v in found] == []
    small = page.evaluate(
        """(least) => [...document.querySelectorAll('button, input, a, [role=spinbutton]')]
        .filter((e) => e.offsetParent).map((e) => [e.ariaLabel || e.textContent, e.getBoundingClientRect()])
        .filter(([, box]) => box.width < least || box.height < least).map(([name]) => name)""",
        SMALLEST_PX,
    )
    assert small == []


def test_a_dsa_run_of_a_phantom_is_made_by_keyboard_and_shown_subtracted(suite_page):
    choose(suite_page, "Phantom", "Straight tubes of 1 to 8 mm")
    expect(live(suite_page)).to_contain_text("Test phantom: straight tubes of 1 to 8 mm", ignore_case=True)
    choose(suite_page, "Runs", "DSA body", "512²")
    suite_page.keyboard.down("Enter")
    expect(live(suite_page)).to_contain_text("X-RAY ON")
    later = r"frame (?:[7-9]|\d{2,})"  # the mask is made by then
    expect(live(suite_page)).to_contain_text(re.compile(rf"DSA body, run \d+ · {later} · 3/s · subtracted"))
    expect(live(suite_page)).to_contain_text(re.compile(r"\d+\.\d s, \d+ s left"))
    suite_page.keyboard.up("Enter")
    expect(live(suite_page)).to_contain_text(re.compile(r"last frame, \d+, subtracted, mask frame \d+"))
    expect(live(suite_page)).to_contain_text("Last frame of the run")
    runs = suite_page.get_by_role("list", name="Runs")
    expect(
        runs.get_by_role("button", name=re.compile(r"Run 1, DSA, \d+ frames.*test phantom"))
    ).to_be_visible()


@pytest.mark.ci
def test_every_page_of_the_exposure_panel_is_accessible(suite_page):
    suite_page.get_by_role("button", name="Moves: what the patient does").click()
    for name in PAGES:
        choose(suite_page, name)
        expect(suite_page.get_by_role("tabpanel", name=name)).to_be_visible()
        accessible(suite_page)


@pytest.mark.ci
@pytest.mark.parametrize("size", [(1366, 768), (1440, 900), (1024, 768), (1920, 1080)])
def test_the_dock_shows_all_of_itself_without_scrolling(suite_page, size):
    suite_page.set_viewport_size({"width": size[0], "height": size[1]})
    for name in PAGES:
        choose(suite_page, name)
        hidden = suite_page.evaluate(
            """() => [...document.querySelectorAll('.dock *')]
            .filter((e) => e.scrollHeight > e.clientHeight + 1 && getComputedStyle(e).overflowY === 'auto')
            .map((e) => e.closest('section').ariaLabel)"""
        )
        assert hidden == [], f"{name} at {size}"


@pytest.mark.ci
def test_a_run_stops_with_the_window_and_never_starts_again_by_itself(suite_page):
    choose(suite_page, "Runs", "Cine")
    suite_page.keyboard.down("Enter")
    expect(live(suite_page)).to_contain_text("X-RAY ON")
    suite_page.evaluate("window.dispatchEvent(new Event('blur'))")
    stays_off(suite_page)
    suite_page.evaluate("window.dispatchEvent(new Event('focus'))")
    stays_off(suite_page)
    suite_page.keyboard.up("Enter")


@pytest.mark.ci
def test_a_run_stops_when_the_socket_closes(suite_page):
    choose(suite_page, "Runs", "Cine")
    suite_page.keyboard.down("Enter")
    expect(live(suite_page)).to_contain_text("X-RAY ON")
    suite_page.evaluate("window.__probe.sockets.at(-1).close()")
    until(suite_page, "window.__probe.sockets.length > 1 && window.__probe.sockets.at(-1).readyState === 1")
    stays_off(suite_page)
    suite_page.keyboard.up("Enter")


@pytest.mark.ci
def test_the_delays_are_named_and_exclude_each_other_and_an_x_ray_delay_counts_down(suite_page):
    choose(suite_page, "Injection", "With the pedal")
    xray = suite_page.get_by_role("spinbutton", name="X-ray delay, seconds")
    injection = suite_page.get_by_role("spinbutton", name="Injection delay, seconds")
    for _ in range(6):
        suite_page.keyboard.press("Shift+Digit4")
    expect(injection).to_have_text(re.compile(r"3\.0 s"))
    for _ in range(6):
        suite_page.keyboard.press("Shift+Digit2")
    expect(xray).to_have_text(re.compile(r"3\.0 s"))
    expect(injection).to_have_text(re.compile(r"0\.0 s"))
    suite_page.keyboard.down("Enter")
    expect(live(suite_page)).to_contain_text(re.compile(r"X-ray delay [0-2]\.\d s"))
    expect(live(suite_page)).not_to_contain_text("X-RAY ON")
    expect(live(suite_page)).to_contain_text("X-RAY ON")
    suite_page.keyboard.up("Enter")
    suite_page.keyboard.press("Shift+KeyN")


@pytest.mark.ci
def test_phases_are_added_changed_and_taken_away(suite_page):
    choose(suite_page, "Runs", "DSA body")
    table = suite_page.get_by_role("table", name="Phases of the run")
    suite_page.keyboard.press("Alt+Equal")
    expect(table.get_by_role("spinbutton")).to_have_count(4)
    expect(table.get_by_role("spinbutton", name="Duration of phase 1")).to_have_text(re.compile("5 s"))
    second = table.get_by_role("spinbutton", name="Rate of phase 2")
    second.focus()
    suite_page.keyboard.press("ArrowDown")
    expect(second).to_have_text(re.compile("1/s"))
    expect(suite_page.get_by_role("button", name=re.compile("^Acquisition, held"))).to_contain_text("3, 1/s")
    suite_page.keyboard.press("Alt+Minus")
    expect(table.get_by_role("spinbutton")).to_have_count(2)


@pytest.mark.ci
def test_a_roadmap_is_made_shown_faded_and_invalid_after_the_table_moved(suite_page):
    choose(suite_page, "Phantom", "Straight tubes of 1 to 8 mm")
    suite_page.keyboard.press("Comma")
    suite_page.keyboard.press("KeyR")
    expect(live(suite_page)).to_contain_text("Roadmap armed")
    suite_page.keyboard.press("KeyN")
    suite_page.keyboard.down("Space")
    expect(live(suite_page)).to_contain_text("Making the roadmap")
    suite_page.wait_for_timeout(4000)
    suite_page.keyboard.up("Space")
    expect(live(suite_page)).to_contain_text("Roadmap ready")
    suite_page.keyboard.down("Space")
    expect(live(suite_page)).to_contain_text(re.compile(r"Roadmap live · subtracted, fade 70 %"))
    suite_page.keyboard.press("Shift+BracketLeft")
    expect(live(suite_page)).to_contain_text("fade 60 %")
    suite_page.keyboard.up("Space")
    suite_page.keyboard.down("ArrowUp")
    expect(live(suite_page)).to_contain_text(re.compile("Roadmap no longer valid.*table", re.IGNORECASE))
    suite_page.keyboard.up("ArrowUp")
    suite_page.keyboard.press("Shift+KeyR")
    expect(live(suite_page)).not_to_contain_text("Roadmap no longer valid")


@pytest.mark.ci
def test_a_run_opens_in_review_beside_the_live_picture_with_the_pedals_alive(suite_page):
    choose(suite_page, "Runs", "DSA body", "512²")
    run(suite_page, 3)
    suite_page.get_by_role("list", name="Runs").get_by_role("button").last.click()
    review = suite_page.get_by_role("region", name="Review of runs")
    expect(review).to_be_visible()
    expect(live(suite_page)).to_be_visible()
    accessible(suite_page)
    suite_page.keyboard.down("Enter")
    expect(live(suite_page)).to_contain_text("X-RAY ON")
    suite_page.keyboard.up("Enter")
    suite_page.keyboard.press("Alt+KeyV")


@pytest.mark.ci
def test_a_patient_who_moves_is_told_of(suite_page):
    suite_page.keyboard.press("Shift+F2")
    ribbon = suite_page.get_by_role("list", name="Last events")
    expect(ribbon).to_contain_text("The patient moves")
    expect(suite_page.get_by_role("status").first).to_contain_text("The patient moves")


@pytest.mark.ci
def test_no_two_commands_share_a_key_as_the_page_comes(suite_page):
    suite_page.keyboard.press("Control+Comma")
    sheet = suite_page.get_by_role("dialog", name="Change keys and pedals")
    expect(sheet.get_by_role("status")).to_have_text("Saved")
    expect(sheet).to_contain_text("Right pedal: Acquisition, held")
