"""Guide, glossary, reflection and field: by role and label, by keyboard alone, in large and small windows."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from angiosuite.bench.served import Served

from .looks import PHONE, in_each_look

PROCEDURE = "uterine-fibroid-embolisation"
PLACES = ("guide", f"guide/{PROCEDURE}", "guide/notes", "glossary", "reflection", "field")


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A server that prepares nothing: these pages ask for no session."""
    with Served(tmp_path_factory.mktemp("guide") / "home", {"ANGIOSUITE_PREPARE": "false"}) as server:
        yield server


@pytest.fixture
def at(new_page: Callable[..., Any], served: Served) -> Callable[..., Any]:
    """Opens a page of the guide."""

    def go(place: str, size: dict[str, int] | None = None, scheme: str | None = None) -> Any:
        page = new_page()
        if size is not None:
            page.set_viewport_size(size)
        if scheme is not None:
            page.emulate_media(color_scheme=scheme)
        page.goto(f"{served.base}/#/{place}")
        return page

    return go


def tab_to(page: Page, what: Any, most: int = 60) -> None:
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
def test_a_page_is_found_read_and_gone_on_with_by_keyboard_alone(at, served):
    page = at("guide")
    search = page.get_by_role("searchbox", name="Search the guide")
    search.wait_for()
    tab_to(page, search)
    page.keyboard.type("fibroid")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Uterine fibroid embolisation")
    steps = page.get_by_role("navigation", name="On this page").get_by_role("link", name="Steps")
    steps.wait_for()
    tab_to(page, steps)
    with page.expect_response(lambda answer: f"/positions/{PROCEDURE}" in answer.url and answer.ok):
        page.keyboard.press("Enter")
    heading = page.get_by_role("heading", name=re.compile("^Steps"))
    expect(heading).to_be_focused()

    page.goto(f"{served.base}/#/guide")
    page.get_by_role("link", name=re.compile("Go on reading: Uterine fibroid")).click()
    on = page.get_by_role("button", name="Go on at Steps")
    on.wait_for()
    tab_to(page, on)
    page.keyboard.press("Enter")
    expect(heading).to_be_focused()


@pytest.mark.ci
def test_sources_and_terms_open_beside_the_word_and_close_with_escape(at):
    page = at(f"guide/{PROCEDURE}")
    source = page.get_by_role("article").get_by_role("link", name="Source 1").first
    source.focus()
    page.keyboard.press("Enter")
    note = page.get_by_role("note", name="Source 1")
    expect(note.get_by_role("link", name="Open the source")).to_have_attribute(
        "href", re.compile("^https://")
    )
    page.keyboard.press("Escape")
    expect(note).to_be_hidden()
    term = page.get_by_role("article").locator("a.term").first
    term.click()
    expect(page.get_by_role("link", name="Open in the glossary")).to_be_visible()
    expect(page.locator("#sources + ol > li").first).to_be_attached()


@pytest.mark.ci
def test_an_address_with_an_anchor_opens_at_that_heading(at):
    page = at(f"guide/{PROCEDURE}/aftercare")
    heading = page.get_by_role("heading", name=re.compile("^Aftercare"))
    expect(heading).to_be_focused()
    expect(heading).to_be_in_viewport()


@pytest.mark.ci
def test_a_page_marked_as_read_is_so_in_the_contents(at, served):
    page = at(f"guide/{PROCEDURE}")
    with page.expect_response(lambda answer: "/positions/" in answer.url and answer.ok):
        page.get_by_role("button", name="Mark as read").click()
    page.goto(f"{served.base}/#/guide")
    line = page.get_by_role("listitem").filter(
        has=page.get_by_role("link", name="Uterine fibroid embolisation", exact=True)
    )
    expect(line).to_contain_text("Read")
    page.goto(f"{served.base}/#/guide/{PROCEDURE}")
    page.get_by_role("button", name="Mark as not read").click()
    expect(page.get_by_role("button", name="Mark as read")).to_be_visible()


@pytest.mark.ci
def test_a_note_is_kept_listed_withdrawn_and_brought_back(at, served):
    page = at(f"guide/{PROCEDURE}")
    page.get_by_role("button", name="Stale or wrong?").click()
    page.get_by_role("radio", name="Wrong").click()
    page.get_by_label("Where", exact=True).select_option("Dose")
    page.get_by_label("What should it say").fill("The reference level was revised.")
    page.get_by_role("button", name="Keep this note").click()
    page.get_by_role("link", name="Your notes").click()
    expect(page.get_by_text("The reference level was revised.")).to_be_visible()
    link = page.get_by_role("link", name="Uterine fibroid embolisation")
    expect(link).to_have_attribute("href", f"#/guide/{PROCEDURE}/dose")
    page.get_by_role("button", name="Withdraw").click()
    expect(page.get_by_text("No notes")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("The reference level was revised.")).to_be_visible()


@pytest.mark.ci
def test_the_reflection_is_repeated_shown_over_time_and_deleted_with_a_way_back(at):
    page = at("reflection")
    for occasion in ("before the rotation", "after the rotation"):
        scale = page.get_by_role("group").filter(has=page.get_by_role("radio", name="4")).first
        scale.get_by_role("radio", name="4").check(force=True)
        page.get_by_label("When is this?").fill(occasion)
        page.get_by_role("button", name="Keep these answers").click()
        expect(
            page.get_by_role("region", name="Your answers over time").get_by_text(occasion)
        ).to_be_visible()
    over_time = page.get_by_role("region", name="Your answers over time")
    expect(over_time.get_by_role("img", name=re.compile(r": 4, .*: 4$")).first).to_be_visible()
    over_time.get_by_role("button", name=re.compile("^Delete the answers")).first.click()
    expect(over_time.get_by_text("after the rotation")).to_have_count(0)
    page.get_by_role("button", name="Undo").click()
    expect(over_time.get_by_text("after the rotation")).to_be_visible()


@pytest.mark.ci
def test_the_glossary_is_filtered_and_gone_through_by_letter(at):
    page = at("glossary")
    page.get_by_role("navigation", name="Letters").get_by_role("link", name="D", exact=True).click()
    expect(page.get_by_role("heading", name="D", exact=True)).to_be_focused()
    page.get_by_role("searchbox", name="Filter terms").fill("dsa")
    expect(page.get_by_role("link", name="Digital subtraction angiography")).to_be_visible()
    page.get_by_role("searchbox", name="Filter terms").fill("no such word")
    page.get_by_role("button", name="Show all terms").click()
    expect(page.get_by_role("searchbox", name="Filter terms")).to_have_value("")


@pytest.mark.ci
@pytest.mark.parametrize("size", [None, PHONE], ids=["desktop", "phone"])
def test_the_field_is_filtered_and_an_entry_followed_with_a_reminder(at, served, size):
    page = at("field", size)
    meetings = [entry for entry in served.ask("/api/field")["entries"] if entry["kind"] == "meeting"]
    page.get_by_label("Kind").select_option("Meeting")
    expect(page.get_by_text(re.compile(rf"^{len(meetings)} of \d+ entries"))).to_be_visible()
    title = meetings[0]["title"]
    page.get_by_role("listitem").get_by_role("link", name=re.compile("^" + re.escape(title))).click()
    entry = page.get_by_role("article", name=title)
    follow = entry.get_by_role("button", name=re.compile("Follow"))
    if follow.get_attribute("aria-pressed") == "true":
        follow.click()
    with page.expect_response(lambda answer: answer.url.endswith("/mine") and answer.ok):
        follow.click()
    expect(follow).to_have_attribute("aria-pressed", "true")
    with page.expect_response(lambda answer: answer.url.endswith("/mine") and answer.ok):
        entry.get_by_label("Remind me on").fill("2027-02-01")
    kept = next(one for one in served.ask("/api/field")["entries"] if one["id"] == meetings[0]["id"])
    assert kept["mine"]["follow"] and kept["mine"]["remind_on"] == "2027-02-01"
    page.goto(f"{served.base}/#/field")
    expect(entry).to_have_count(0)  # until then its own button says the same
    page.get_by_role("button", name="Followed").click()
    expect(page.get_by_role("listitem").filter(has_text=title)).to_be_visible()


@pytest.mark.ci
@in_each_look
def test_every_page_of_the_guide_is_free_of_faults(at, served, size, scheme):
    page = at("guide", size, scheme)
    for place in PLACES:
        page.goto(f"{served.base}/#/{place}")
        page.get_by_role("main").get_by_role("link").first.wait_for()
        faultless(page, place)


@pytest.mark.ci
def test_on_paper_a_page_is_its_text_and_its_sources(at):
    page = at(f"guide/{PROCEDURE}")
    page.get_by_role("heading", name="Sources").wait_for()
    page.emulate_media(media="print")
    expect(page.get_by_role("navigation", name="On this page")).to_be_hidden()
    expect(page.get_by_role("navigation", name="Pages")).to_be_hidden()
    expect(page.get_by_role("button", name="Print")).to_be_hidden()
    expect(page.get_by_role("heading", name="Sources")).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_be_visible()


@pytest.mark.ci
def test_a_page_that_is_not_there_says_so_and_leads_back(at):
    page = at("guide/no-such-page")
    expect(page.get_by_role("alert")).to_contain_text("no-such-page")
    page.get_by_role("link", name="Open the guide").click()
    expect(page.get_by_role("searchbox", name="Search the guide")).to_be_visible()
