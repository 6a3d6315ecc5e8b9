"""Pathways chosen, enrolled on, changed and compared: by role and label, by key, in large and small pages."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from angiosuite.bench.served import Served

from .looks import PHONE, in_each_look

PATHWAY = "us-independent"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A server that prepares nothing: these pages ask for no session."""
    with Served(tmp_path_factory.mktemp("pathway") / "home", {"ANGIOSUITE_PREPARE": "false"}) as server:
        yield server


@pytest.fixture(scope="module")
def enrolment(served: Served) -> str:
    """A resident in the third year, with rotations, an exam, reviews and a licence that ends soon."""
    start = date.today().replace(day=1) - timedelta(days=800)
    made = served.ask(
        "/api/enrolments", "POST", {"pathway": PATHWAY, "variant": "esir", "start": start.isoformat()}
    )

    def add(kind: str, days: int, term: str, until: int | None = None, **more: Any) -> None:
        said = {"kind": kind, "on": (start + timedelta(days=days)).isoformat(), "terms": [term], **more}
        if until is not None:
            said["until"] = (start + timedelta(days=until)).isoformat()
        served.ask("/api/evidence", "POST", said)

    add("rotation", 0, "clinical-year", 364)
    add("rotation", 180, "icu", 210)
    add("rotation", 700, "interventional-radiology", 850)
    add("exam", 300, "usmle-step-3", result="pass")
    add("credential", 0, "advanced-life-support", 820)
    return str(made["id"])


@pytest.fixture
def at(new_page: Callable[..., Any], served: Served) -> Callable[..., Any]:
    """Opens a page of the pathway."""

    def go(place: str, size: dict[str, int] | None = None, scheme: str | None = None) -> Any:
        page = new_page()
        if size is not None:
            page.set_viewport_size(size)
        if scheme is not None:
            page.emulate_media(color_scheme=scheme)
        page.goto(f"{served.base}/#/{place}")
        return page

    return go


def tab_to(page: Page, what: Any, most: int = 80) -> None:
    """Press Tab until something has the focus."""
    for _ in range(most):
        if what.evaluate("(element) => element === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError("Tab does not reach it")


def faultless(page: Page, what: str) -> None:
    """No fault by axe, and nothing to scroll sideways for."""
    found = Axe().run(page).response["violations"]
    named = [(one["id"], [node["target"] for node in one["nodes"]]) for one in found]
    assert named == [], what
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), what


@pytest.mark.ci
def test_by_keyboard_alone_somebody_enrols_sees_where_they_stand_and_asks_what_if(at):
    page = at("pathway/choose")
    card = page.get_by_role("link", name="Integrated IR residency (United States)", exact=True)
    card.wait_for()
    tab_to(page, card)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Integrated IR residency (United States)")
    expect(page.get_by_role("table").get_by_text("What people say")).to_be_visible()
    enrol = page.get_by_role("button", name="Enrol", exact=True)
    tab_to(page, enrol)
    page.keyboard.press("Enter")
    requirement = page.get_by_role("region", name="Requirements").get_by_role("link").first
    requirement.wait_for()
    title = requirement.inner_text()
    tab_to(page, requirement, 120)
    page.keyboard.press("Enter")
    detail = page.get_by_role("region", name=title, exact=True)
    expect(detail.get_by_role("heading", name="Who says so")).to_be_visible()
    what_if = page.get_by_role("link", name="What if")
    tab_to(page, what_if, 160)
    page.keyboard.press("Enter")
    off = page.get_by_label("Months off from now")
    off.wait_for()
    tab_to(page, off)
    page.keyboard.type("6")
    page.keyboard.press("Enter")
    result = page.get_by_role("region", name="What would change")
    expect(result.get_by_text(re.compile("months off"))).to_be_visible()
    ends = result.get_by_role("row").filter(has_text="End of training").get_by_role("cell")
    assert ends.nth(0).inner_text() != ends.nth(1).inner_text()


@pytest.mark.ci
def test_every_mark_of_the_timeline_is_reached_by_arrow_keys_and_says_itself(at, enrolment):
    page = at(f"pathway/{enrolment}")
    marks = page.get_by_role("group", name=re.compile("^Marks of the timeline"))
    first = marks.get_by_role("button").first
    first.wait_for()
    tab_to(page, first)
    for _ in range(marks.get_by_role("button").count() - 1):
        page.keyboard.press("ArrowRight")
    last = marks.get_by_role("button").last
    expect(last).to_be_focused()
    for mark in marks.get_by_role("button").all():
        assert re.search(r"\d{4}", mark.get_attribute("aria-label") or ""), "a mark says its day"
    page.get_by_text("The timeline as a table").click()
    table = page.get_by_role("group", name="The timeline as a table").get_by_role("table")
    expect(table.get_by_role("row", name=re.compile("Exams.*USMLE Step 3"))).to_be_visible()
    page.get_by_role("radio", name="List").click()
    expect(marks).to_have_count(0)


@pytest.mark.ci
def test_a_requirement_tells_its_state_its_evidence_and_what_was_not_counted(at, enrolment):
    page = at(f"pathway/{enrolment}")
    table = page.get_by_role("region", name="Requirements").get_by_role("table")
    page.get_by_role("radio", name=re.compile("^All")).click()
    row = table.get_by_role("row").filter(has_text="Twelve months of clinical training")
    expect(row).to_contain_text("Met")
    row.get_by_role("link").click()
    detail = page.get_by_role("region").filter(has=page.get_by_role("heading", name="Who says so"))
    expect(detail.get_by_text(re.compile("^Evidence that counted: [1-9]"))).to_be_visible()
    evidence = detail.get_by_role("link", name=re.compile("clinical year", re.I))
    expect(evidence).to_have_attribute("href", re.compile("^#/evidence/"))


@pytest.mark.ci
def test_what_the_programme_asks_goes_before_the_pathway_and_can_be_taken_back(at, enrolment):
    page = at(f"pathway/{enrolment}/procedures")
    detail = page.get_by_role("region", name="Procedures in the case log", exact=True)
    expect(detail.get_by_text("Unknown")).to_be_visible()
    detail.get_by_role("button", name="My programme asks something else").click()
    detail.get_by_label("Number asked").fill("800")
    detail.get_by_label("Where it is written").fill("Handbook 2026, page 4")
    detail.get_by_role("button", name="Set", exact=True).click()
    expect(detail.get_by_text(re.compile("of 800"))).to_have_count(2)
    expect(detail.get_by_text("programme", exact=True)).to_be_visible()
    detail.get_by_role("button", name="Back to the pathway").click()
    expect(detail.get_by_text("Unknown")).to_be_visible()


@pytest.mark.ci
def test_leave_and_part_time_are_entered_and_move_the_end_of_training(at, served, enrolment):
    before = served.ask(f"/api/enrolments/{enrolment}/standing")["timeline"]["end"]
    page = at(f"pathway/{enrolment}/enrolment")
    page.get_by_label("First day away").fill("2027-02-01")
    page.get_by_label("Last day away").fill("2027-01-01")
    expect(page.get_by_text("The last day is before the first.")).to_be_visible()
    page.get_by_label("Last day away").fill("2027-05-31")
    page.get_by_role("button", name="Add leave").click()
    expect(page.get_by_text(re.compile("^Parental leave, 1 Feb 2027"))).to_be_visible()
    assert served.ask(f"/api/enrolments/{enrolment}/standing")["timeline"]["end"] > before
    page.get_by_role("button", name=re.compile("^Remove leave")).click()
    expect(page.get_by_text("None entered.")).to_be_visible()
    part = page.get_by_role("region", name="Part-time")
    part.get_by_label("Share, %").fill("60")
    part.get_by_role("button", name="Add").click()
    expect(part.get_by_text(re.compile("60 %"))).to_be_visible()
    assert served.ask(f"/api/enrolments/{enrolment}/standing")["timeline"]["end"] > before
    part.get_by_role("button", name=re.compile("^Remove part-time")).click()
    expect(part.get_by_text("Full time throughout.")).to_be_visible()
    assert served.ask(f"/api/enrolments/{enrolment}/standing")["timeline"]["end"] == before


@pytest.mark.ci
def test_weeks_of_work_are_checked_clause_by_clause(at, enrolment):
    page = at(f"pathway/{enrolment}/hours")
    for week, hours in enumerate((90, 85, 82, 79), 1):
        page.get_by_label(f"Hours, all work, week {week}").fill(str(hours))
        page.get_by_label(f"Days off, week {week}").fill("1")
    page.get_by_role("button", name="Check").click()
    weekly = page.get_by_role("listitem").filter(has_text="80 hours a week:")
    expect(weekly).to_contain_text("Not kept")
    expect(page.get_by_role("listitem").filter(has_text="One day in seven free:")).to_contain_text("Kept")


@pytest.mark.ci
def test_an_enrolment_that_ended_can_be_taken_up_again(at, served, enrolment):
    page = at(f"pathway/{enrolment}/enrolment")
    page.get_by_role("button", name="End this enrolment").click()
    with page.expect_response(lambda answer: answer.request.method == "PATCH" and answer.ok):
        page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("button", name="End this enrolment")).to_be_visible()
    assert served.ask(f"/api/enrolments/{enrolment}")["ended"] is None


@pytest.mark.ci
def test_the_superseded_route_is_shown_as_how_it_was(at):
    page = at("pathway/choose")
    past = page.get_by_role("region", name="How it was")
    past.get_by_role("link").first.click()
    expect(page.get_by_text(re.compile("This route is closed since"))).to_be_visible()


@pytest.mark.ci
@in_each_look
def test_every_page_of_the_pathway_is_free_of_faults(at, served, enrolment, size, scheme):
    page = at("pathway/choose", size, scheme)
    places = ["choose", PATHWAY, f"compare/{PATHWAY}/uk-ir", enrolment, f"{enrolment}/clinical-months"]
    places += [f"{enrolment}/{part}" for part in ("what-if", "exams", "hours", "enrolment")]
    for place in places:
        page.goto(f"{served.base}/#/pathway/{place}")
        page.get_by_role("main").locator(".card").first.wait_for()
        faultless(page, place)


@pytest.mark.ci
def test_on_a_phone_the_timeline_scrolls_inside_its_own_box(at, enrolment):
    page = at(f"pathway/{enrolment}", PHONE)
    box = page.get_by_role("group", name="Timeline, scrolls sideways")
    box.wait_for()
    page.wait_for_function("(e) => e.scrollLeft > 0", arg=box.element_handle())
    assert box.evaluate("(e) => e.scrollWidth > e.clientWidth")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    expect(page.get_by_role("region", name="Requirements").get_by_role("link").first).to_be_visible()
