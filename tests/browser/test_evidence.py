"""Evidence on its page: logged in few taps, corrected, withdrawn, kept offline, never with a name."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from angiosuite.bench.served import Served

pytestmark = pytest.mark.ci
CASE = {"kind": "real-case", "on": "2026-10-05", "terms": ["liver-biopsy"], "role": "assistant"}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A server for the tests of this module."""
    with Served(tmp_path_factory.mktemp("desk") / "home", {"ANGIOSUITE_PREPARE": "false"}) as opened:
        yield opened


@pytest.fixture
def desk(server: Served) -> Iterator[Served]:
    """That server with nothing in it: what a test wrote is erased behind it."""
    assert server.ask("/api/evidence?withdrawn=true")["evidence"] == []
    yield server
    server.ask("/api/me/erase", "POST", {"confirm": server.ask("/api/me")["id"]})


@pytest.fixture
def page(new_page: Callable[..., Any], desk: Served) -> Page:
    """The page of evidence."""
    opened: Page = new_page(desk.url)
    opened.goto(f"{desk.base}/#/evidence")
    return opened


def test_a_case_takes_six_taps_at_most_and_the_next_one_remembers(page: Page, desk: Served) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.get_by_role("link", name="Log a procedure").click()
    taps = [
        page.get_by_role("button", name="PICC"),
        page.get_by_role("radio", name="Yesterday"),
        page.get_by_role("radio", name="First, guided"),
        page.get_by_role("radio", name="None"),
        page.get_by_role("button", name="Save, add next"),
    ]
    assert len(taps) < 6
    for tap in taps:
        tap.click()
    expect(page.get_by_role("status").filter(has_text="Saved")).to_be_visible()
    expect(page.get_by_role("radio", name="First, guided")).to_be_checked()
    expect(page.get_by_role("radio", name="Today")).to_be_checked()
    (made,) = desk.ask("/api/evidence")["evidence"]
    assert made["data"] == {"complication_grade": "none"}
    assert made["role"] == "first-operator-supervised"


def test_saving_can_be_undone_and_stays_readable_as_withdrawn(page: Page, desk: Served) -> None:
    page.get_by_role("link", name="Log a procedure").click()
    page.get_by_role("button", name="Port").click()
    page.get_by_role("radio", name="Watched").click()
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("No evidence yet")).to_be_visible()
    assert desk.ask("/api/evidence")["evidence"] == []
    assert len(desk.ask("/api/evidence?withdrawn=true")["evidence"]) == 1


def test_what_is_needed_is_named_under_its_field(page: Page, desk: Served) -> None:
    page.goto(f"{desk.base}/#/evidence/add/real-case")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("alert").filter(has_text="This is needed.")).to_have_count(2)
    assert desk.ask("/api/evidence")["evidence"] == []


def test_a_note_that_names_a_patient_is_held_back_until_somebody_looks(page: Page, desk: Served) -> None:
    page.goto(f"{desk.base}/#/evidence/add/real-case")
    page.get_by_role("button", name="PICC").click()
    page.get_by_role("radio", name="Watched").click()
    page.get_by_text("More: dose").click()
    page.get_by_label("Note").fill("Mrs Jane Miller, left arm")
    page.get_by_role("button", name="Save", exact=True).click()
    warning = page.get_by_role("alert").filter(has_text="could identify a person")
    expect(warning).to_contain_text("Mrs Jane Miller")
    assert desk.ask("/api/evidence")["evidence"] == []
    page.get_by_label("Note").fill("left arm")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("link", name="PICC")).to_be_visible()


def test_an_entry_is_corrected_and_withdrawn_with_a_reason_and_keeps_its_history(
    page: Page, desk: Served
) -> None:
    desk.ask("/api/evidence", "POST", CASE)
    page.reload()
    page.get_by_role("link", name="Liver biopsy").click()
    page.get_by_role("link", name="Correct").click()
    page.get_by_role("radio", name="First, guided").click()
    save = page.get_by_role("button", name="Save the correction")
    expect(save).to_be_disabled()
    page.get_by_label("Why you correct it").fill("The role was wrong")
    save.click()
    history = page.get_by_role("region", name="History")
    expect(history).to_contain_text("The role was wrong")
    expect(history).to_contain_text("Changed: Your part")
    page.get_by_label("Who may see it").select_option("teachers")
    expect(history).to_contain_text("Shown to others")
    page.get_by_role("button", name="Withdraw", exact=True).click()
    page.get_by_label("Why you withdraw it").fill("Logged twice")
    page.get_by_role("button", name="Withdraw this entry").click()
    expect(history).to_contain_text("Logged twice")
    expect(page.get_by_role("link", name="Correct")).to_have_count(0)


def test_entries_are_grouped_by_month_filtered_by_kind_and_drafts_handed_in(page: Page, desk: Served) -> None:
    desk.ask("/api/evidence", "POST", CASE | {"status": "draft"})
    desk.ask("/api/evidence", "POST", CASE | {"on": "2026-09-05"})
    desk.ask("/api/evidence", "POST", {"kind": "course", "on": "2026-09-07", "data": {"title": "Stents"}})
    page.reload()
    expect(page.get_by_role("region", name="October 2026")).to_contain_text("1 entry")
    expect(page.get_by_role("region", name="September 2026")).to_contain_text("Stents")
    filters = page.get_by_role("group", name="Show")
    filters.get_by_role("button", name="Course 1").click()
    expect(page.get_by_role("region", name="October 2026")).to_have_count(0)
    filters.get_by_role("button", name="All").click()
    page.get_by_role("button", name="Hand in").click()
    expect(page.get_by_role("button", name="Hand in")).to_have_count(0)
    assert {one["status"] for one in desk.ask("/api/evidence")["evidence"]} == {"submitted"}


def test_without_a_connection_an_entry_waits_and_is_sent_later(page: Page, desk: Served) -> None:
    page.goto(f"{desk.base}/#/evidence/add/real-case")
    page.get_by_role("button", name="PICC").click()
    page.get_by_role("radio", name="Helped").click()
    page.context.set_offline(True)
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("1 entry waits")).to_be_visible()
    assert desk.ask("/api/evidence")["evidence"] == []
    page.context.set_offline(False)
    expect(page.get_by_role("link", name="PICC")).to_be_visible()
    expect(page.get_by_text("1 entry waits")).to_have_count(0)
    assert len(desk.ask("/api/evidence")["evidence"]) == 1


def test_my_data_leave_as_a_zip(page: Page, desk: Served, tmp_path: Path) -> None:
    desk.ask("/api/evidence", "POST", CASE)
    with page.expect_download() as waiting:
        page.get_by_role("link", name="Export my data").first.click()
    waiting.value.save_as(tmp_path / "mine.zip")
    assert "caselog.csv" in zipfile.ZipFile(tmp_path / "mine.zip").namelist()
