"""Home and what is reached from it: first run, today, search, palette, keys, settings, on a phone too."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from angiosuite.bench.served import Served

from .looks import PHONE, in_each_look

BARE = {"ANGIOSUITE_PREPARE": "false"}


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[Served]:
    """A server that nobody has answered yet; it prepares nothing."""
    with Served(tmp_path / "home", BARE) as server:
        yield server


@pytest.fixture(scope="module")
def settled(tmp_path_factory: pytest.TempPathFactory, sample_session: Path) -> Iterator[Served]:
    """A server of a resident on a pathway, with a session, drafts and a licence that expires."""
    home = tmp_path_factory.mktemp("settled") / "home"
    shutil.copytree(sample_session, home / "sessions" / sample_session.name)
    with Served(home, BARE) as server:
        settle(server)
        yield server


def settle(server: Served) -> None:
    """Answers of the first run, an enrolment, cases and a certificate."""
    server.ask("/api/me", "PUT", {"country": "US", "stage": "ir-training", "language": "en"})
    enrolment = {"pathway": "us-integrated", "start": "2023-07-01", "from_stage": "clinical-year"}
    server.ask("/api/enrolments", "POST", enrolment)
    for day in range(1, 7):
        case = {"kind": "real-case", "on": f"2026-10-0{day}", "terms": ["liver-biopsy"], "role": "assistant"}
        server.ask("/api/evidence", "POST", case | {"status": "draft" if day == 1 else "submitted"})
    licence = {"kind": "credential", "on": "2025-01-01", "terms": ["medical-licence"], "until": "2027-01-01"}
    server.ask("/api/evidence", "POST", licence)


def accessible(page: Page) -> None:
    """No fault by axe, with the rule and the place of each in the message."""
    found = Axe().run(page).response["violations"]
    assert [(v["id"], v["nodes"][0]["html"][:160]) for v in found] == []


def fits(page: Page) -> None:
    """Nothing is wider than the window."""
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def tab_to(page: Page, name: str, most: int = 60) -> None:
    """Press Tab until something of this name has the focus."""
    told = (
        "(() => { const one = document.activeElement; const label = one.labels && one.labels[0]; return"
        " (one.getAttribute('aria-label') || (label ? label.innerText : one.innerText) || '').trim(); })()"
    )
    for _ in range(most):
        page.keyboard.press("Tab")
        if page.evaluate(told).startswith(name):
            return
    raise AssertionError(f"Tab does not come to {name!r}")


def test_by_keys_alone_from_the_first_run_to_a_saved_piece_of_evidence(
    new_page: Callable[..., Any], fresh: Served
) -> None:
    page = new_page(fresh.url)
    expect(page.get_by_role("heading", name="Three questions")).to_be_visible()
    expect(page.get_by_role("link", name="Begin in the suite")).to_be_visible()
    accessible(page)
    page.get_by_label("Country").select_option("US")
    page.keyboard.press("Tab")
    tab_to(page, "At school")
    for _ in range(4):
        page.keyboard.press("ArrowDown")
    expect(page.get_by_label("Training in interventional radiology")).to_be_checked()
    tab_to(page, "Go on")
    page.keyboard.press("Enter")
    expect(page.get_by_role("radio", name=re.compile("^Integrated IR residency"))).to_be_checked()
    expect(page.get_by_role("heading", name="The pathway that fits")).to_be_focused()
    expect(page.get_by_label("You count from")).to_be_visible()
    tab_to(page, "Which began on")
    page.keyboard.type("07012023")
    expect(page.get_by_label("Which began on")).to_have_value("2023-07-01")
    expect(page.get_by_role("button", name="Go on this pathway")).to_be_enabled()
    tab_to(page, "Go on this pathway")
    page.keyboard.press("Enter")
    expect(page.get_by_role("list", name="Stages")).to_contain_text("Diagnostic radiology")

    page.keyboard.press("KeyA")
    page.keyboard.press("KeyP")
    expect(page.get_by_role("heading", level=1)).to_have_text("Log a procedure")
    expect(page.get_by_text("Central venous access").first).to_be_visible()
    tab_to(page, "Central venous access")
    page.keyboard.press("Enter")
    tab_to(page, "Watched")
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("radio", name="Helped")).to_be_checked()
    tab_to(page, "Save", most=20)
    tab_to(page, "Save", most=1)
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Central venous access")).to_be_visible()
    (made,) = fresh.ask("/api/evidence")["evidence"]
    assert (made["role"], made["terms"], made["status"]) == (
        "assistant",
        ["central-venous-access"],
        "submitted",
    )


@pytest.mark.ci
def test_home_says_what_to_do_and_why_where_one_stands_and_what_is_due(
    new_page: Callable[..., Any], settled: Served, sample_session: Path
) -> None:
    page = new_page(settled.url)
    today = page.get_by_role("region", name="Today")
    expect(today).to_contain_text("Confirm 1 procedure")
    expect(today).to_contain_text("Drafts are counted nowhere until you hand them in")
    expect(today.get_by_role("listitem").first).to_contain_text(re.compile(r"\d+ min"))
    where = page.get_by_role("region", name="Where you are")
    expect(where.get_by_role("listitem").filter(has_text=", now")).to_have_count(1)
    expect(where).to_contain_text("Next milestone")
    expect(page.get_by_role("region", name="Due")).to_contain_text("Medical licence")
    skills = page.get_by_role("region", name="Skills")
    expect(skills).to_contain_text("5 on patients")
    expect(skills).to_contain_text("never counts as done on a patient")
    page.get_by_role("link", name="Resume in the suite").hover()
    assert (
        page.get_by_role("link", name="Resume in the suite").get_attribute("href")
        == f"#/suite/{sample_session.name}"
    )
    expect(page.get_by_role("img", name="The last picture of this session")).to_be_visible()
    recent = page.get_by_role("region", name="Recent sessions")
    recent.get_by_role("link", name="Runs").click()
    page.wait_for_url(re.compile(r"/review$"))


@pytest.mark.ci
@in_each_look
def test_every_desk_page_is_accessible_and_fits_its_window(
    new_page: Callable[..., Any], settled: Served, size: dict[str, int], scheme: str
) -> None:
    page = new_page(settled.url)
    page.set_viewport_size(size)
    page.emulate_media(color_scheme=scheme)
    piece = settled.ask("/api/evidence")["evidence"][0]["id"]
    places = (
        "", "room", "evidence", "evidence/add", "evidence/add/real-case", "evidence/add/credential",
        f"evidence/{piece}", f"evidence/{piece}/correct", "search/biopsy", "settings",
    )  # fmt: skip
    for place in places:
        page.goto(f"{settled.base}/#/{place}")
        expect(page.get_by_role("heading", level=1)).to_have_count(1)
        expect(page.get_by_text("Loading", exact=True)).to_have_count(0)
        assert page.evaluate("document.documentElement.dataset.theme") == (
            "desk" if scheme == "light" else "desk-dark"
        )
        accessible(page)
        fits(page)


@pytest.mark.ci
def test_the_palette_finds_pages_and_evidence_and_does_what_it_is_told(
    new_page: Callable[..., Any], settled: Served
) -> None:
    page = new_page(settled.url)
    page.get_by_role("button", name="Find or do anything").click()
    field = page.get_by_role("combobox", name="Find or do anything")
    expect(field).to_be_focused()
    accessible(page)
    field.press_sequentially("biopsy")
    found = page.get_by_role("listbox", name="Found")
    expect(found.get_by_role("group", name="Guide").get_by_role("option").first).to_be_visible()
    expect(found.locator("mark").first).to_be_visible()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"#/search/biopsy$"))
    expect(page.get_by_role("heading", level=1)).to_be_focused()
    page.keyboard.press("Control+KeyK")
    expect(field).to_be_focused()
    page.keyboard.type("go to the settings")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Settings")
    page.keyboard.press("Control+KeyK")
    page.keyboard.press("Escape")
    expect(field).to_have_count(0)


@pytest.mark.ci
def test_keys_go_to_pages_are_listed_and_can_be_changed(
    new_page: Callable[..., Any], settled: Served
) -> None:
    page = new_page(settled.url)
    expect(page.get_by_role("heading", name="Today")).to_be_visible()
    page.keyboard.press("KeyG")
    page.keyboard.press("KeyE")
    expect(page.get_by_role("heading", level=1)).to_have_text("Evidence")
    page.keyboard.press("Shift+Slash")
    help_ = page.get_by_role("dialog", name="Keys")
    expect(help_).to_contain_text("Go to your pathway")
    accessible(page)
    help_.get_by_role("button", name="Change Go to home").click()
    with page.expect_response(lambda answer: answer.request.method == "PUT"):
        page.keyboard.press("KeyH")
    expect(help_.get_by_role("button", name="Change Go to home")).to_be_visible()
    page.keyboard.press("Escape")
    with page.expect_response(lambda answer: answer.url.endswith("/api/settings")):
        page.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text("Evidence")
    page.wait_for_timeout(300)
    page.keyboard.press("KeyH")
    expect(page.get_by_role("heading", name="Today")).to_be_visible()
    settled.ask("/api/settings", "PUT", {})


@pytest.mark.ci
def test_the_look_is_kept_and_the_suite_stays_dark(new_page: Callable[..., Any], settled: Served) -> None:
    page = new_page(settled.url)
    page.goto(f"{settled.base}/#/settings")
    with page.expect_response(lambda answer: answer.request.method == "PUT"):
        page.get_by_role("radio", name="Dark").click()
    theme = "document.documentElement.dataset.theme"
    expect(page.get_by_role("radio", name="Dark")).to_be_checked()
    assert page.evaluate(theme) == "desk-dark"
    assert settled.ask("/api/settings")["desk_theme"] == "dark"
    page.reload()
    expect(page.get_by_role("radio", name="Dark")).to_be_checked()
    assert page.evaluate(theme) == "desk-dark"
    page.get_by_role("radio", name="As the system").click()


@pytest.mark.ci
def test_a_calendar_address_is_made_read_and_ended(new_page: Callable[..., Any], settled: Served) -> None:
    page = new_page(settled.url)
    page.goto(f"{settled.base}/#/settings")
    page.get_by_role("button", name="Make an address").click()
    address = page.get_by_label("Address of your calendar").input_value()
    answer = page.request.get(address)
    assert answer.ok
    assert answer.text().startswith("BEGIN:VCALENDAR")
    page.get_by_role("button", name="End it").click()
    expect(page.get_by_role("button", name="Make an address")).to_be_visible()
    assert page.request.get(address).status == 404


@pytest.mark.ci
def test_erasing_needs_the_word_and_ends_in_the_first_run(
    new_page: Callable[..., Any], fresh: Served
) -> None:
    settle(fresh)
    page = new_page(fresh.url)
    page.goto(f"{fresh.base}/#/settings")
    page.get_by_role("button", name="Erase my data").click()
    erase = page.get_by_role("button", name="Erase for good")
    expect(erase).to_be_disabled()
    accessible(page)
    page.get_by_label("Type “erase”").fill("erase")
    erase.click()
    expect(page.get_by_role("heading", name="Three questions")).to_be_visible()
    assert fresh.ask("/api/evidence")["evidence"] == []


@pytest.mark.ci
def test_on_a_phone_all_pages_are_reached_from_the_bar(new_page: Callable[..., Any], settled: Served) -> None:
    page = new_page(settled.url)
    page.set_viewport_size(PHONE)
    bar = page.get_by_role("navigation", name="Pages")
    for name in ("Guide", "Pathway", "Evidence", "Home"):
        bar.get_by_role("link", name=name, exact=True).click()
        expect(bar.get_by_role("link", name=name, exact=True)).to_have_attribute("aria-current", "page")
    bar.get_by_role("button", name="More").click()
    for name in ("Suite", "Field", "Settings"):
        expect(bar.get_by_role("link", name=name, exact=True)).to_be_visible()
    bar.get_by_role("link", name="Settings").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Settings")


@pytest.mark.ci
def test_a_page_change_gives_the_title_the_focus_and_the_skip_link_goes_past_the_rail(
    new_page: Callable[..., Any], settled: Served
) -> None:
    page = new_page(settled.url)
    page.get_by_role("link", name="Settings", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_be_focused()
    expect(page).to_have_title("Settings · Angiosuite")
    page.reload()
    expect(page.get_by_role("heading", name="About you")).to_be_visible()
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Go to the content")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("main")).to_be_focused()
    assert page.url.endswith("#/settings")
