"""Procedures on the page: persons by levels, a case begun by keys, its brief in the suite and its debrief."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from angiosuite.bench.attempt_sample import AttemptSample, sample_case
from angiosuite.bench.page import until
from angiosuite.bench.served import Served
from angiosuite.content.scaffold import new

from .looks import in_each_look
from .test_practice import tab_to


@pytest.fixture(scope="module")
def own_pack(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Content of one's own that has a procedure."""
    pack = tmp_path_factory.mktemp("procedures") / "pack"
    new("procedure", "leg-pain", pack)
    return pack


@pytest.fixture(scope="module")
def bare(own_pack: Path) -> Iterator[Served]:
    """A server without a patient; one case was passed and another was not."""
    home = own_pack.parent / "home"
    for number, (variant, off_mm) in enumerate((("first", 3.0), ("second", 30.0))):
        sample = AttemptSample(
            home / "sessions" / f"20261201-12000{number}-abcd",
            of=sample_case("leg-pain", variant, "guided"),
            on=f"2026-12-01T12:00:0{number}+00:00",
        )
        sample.held(off_mm)
        sample.answer("before")
        sample.finish()
    with Served(
        home, {"ANGIOSUITE_PREPARE": "false", "ANGIOSUITE_CONTENT": json.dumps([str(own_pack)])}
    ) as server:
        server.ask("/api/me", "PUT", {"country": "US", "stage": "ir-training", "language": "en"})
        for number in range(2):
            attempt = f"/api/practice/attempts/20261201-12000{number}-abcd"
            server.ask(f"{attempt}/self", "PUT", {"skipped": True})
        yield server


def accessible(page: Page) -> None:
    """No fault by axe, with the rule and the place of each in the message."""
    found = Axe().run(page).response["violations"]
    assert [(v["id"], v["nodes"][0]["html"][:160]) for v in found] == []


def case(page: Page, person: str, level: str) -> Any:
    """The place of one person at one level."""
    return page.get_by_role("list", name=person, exact=True).get_by_role("link", name=re.compile(f"^{level}"))


@pytest.mark.ci
@in_each_look
def test_procedures_and_the_page_of_one_are_accessible_and_fit_their_window(
    new_page: Callable[..., Any], bare: Served, size: dict[str, int], scheme: str
) -> None:
    page = new_page(bare.url)
    page.set_viewport_size(size)
    page.emulate_media(color_scheme=scheme)
    for place, seen in (
        ("practice", "Procedures"),
        ("practice/leg-pain", "What is scored"),
        ("practice/leg-pain/third/sparing", "What is scored"),
        ("debrief/20261201-120000-abcd", "Next practice"),
    ):
        page.goto(f"{bare.base}/#/{place}")
        expect(page.get_by_role("heading", level=1)).to_have_count(1)
        expect(page.get_by_role("heading", level=2, name=seen, exact=True)).to_be_visible()
        accessible(page)
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


@pytest.mark.ci
def test_the_card_says_how_far_one_is_and_leads_to_the_next_person(
    new_page: Callable[..., Any], bare: Served
) -> None:
    page = new_page(f"{bare.url}#/practice")
    cards = page.get_by_role("list", name="Procedures").get_by_role("listitem")
    card = cards.filter(has=page.get_by_role("heading", name=re.compile("^Leg pain")))
    expect(card).to_contain_text("1 of 18 cases passed")
    levels = card.get_by_role("list", name="Persons passed at each level").get_by_role("listitem")
    expect(levels.first).to_contain_text("1 of 6")
    card.get_by_role("link", name="Next: Right, on the average body, guided").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Leg pain")
    expect(case(page, "Right, on the average body", "Guided")).to_have_attribute("aria-current", "true")
    expect(page.get_by_role("region", name="Begin")).to_contain_text("A man of 58 can walk 100 m")


@pytest.mark.ci
def test_by_keys_alone_a_person_and_a_level_are_chosen_and_the_page_says_what_changes(
    new_page: Callable[..., Any], bare: Served
) -> None:
    page = new_page(f"{bare.url}#/practice/leg-pain")
    begin = page.get_by_role("region", name="Begin")
    expect(begin).to_contain_text("A man of 58")
    expect(case(page, "Left, on the average body", "Guided")).to_contain_text(
        re.compile("passed.*best 100", re.S)
    )
    expect(case(page, "Right, on the average body", "Guided")).to_contain_text("not passed yet")
    scored = page.get_by_role("region", name="What is scored")
    expect(scored).to_contain_text("All points at 90 or less")
    tab_to(page, "Sparing")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("#/practice/leg-pain/first/sparing$"))
    expect(case(page, "Left, on the average body", "Sparing")).to_be_focused()
    expect(begin).to_contain_text("A man of 61")
    expect(begin).to_contain_text("No hints, and two thirds of the dose and contrast.")
    expect(scored).to_contain_text("All points at 40.2 or less")
    expect(scored).to_contain_text("80 is a pass")
    expect(page.get_by_role("region", name="Hints")).to_contain_text("This level has none.")
    for level in ("Guided", "Alone", "Sparing"):
        expect(page.get_by_role("region", name="What each level tells")).to_contain_text(level)
    expect(page.get_by_role("region", name="In patients")).to_contain_text("150 Gy·cm²")


@pytest.mark.ci
def test_the_debrief_names_procedure_and_level_and_leads_to_the_next_person(
    new_page: Callable[..., Any], bare: Served
) -> None:
    page = new_page(f"{bare.url}#/debrief/20261201-120000-abcd")
    expect(page.get_by_role("heading", level=1)).to_have_text("Sample procedure: Person first")
    expect(page.get_by_text("Level: Level guided")).to_be_visible()
    following = page.get_by_role("region", name="Next practice")
    expect(following).to_contain_text("The next person at this level")
    following.get_by_role("link", name="Right, on the average body").click()
    expect(case(page, "Right, on the average body", "Guided")).to_have_attribute("aria-current", "true")


@pytest.mark.ci
def test_a_procedure_that_is_not_there_is_said_in_words(new_page: Callable[..., Any], bare: Served) -> None:
    page = new_page(f"{bare.url}#/practice/leg-pane/first/guided")
    expect(page.get_by_role("alert")).to_contain_text("leg-pane")
    accessible(page)


@pytest.mark.ci
def test_a_procedure_of_ones_own_shows_each_edit_by_itself(
    new_page: Callable[..., Any], bare: Served, own_pack: Path
) -> None:
    page = new_page(f"{bare.url}#/practice/leg-pain/first/guided")
    expect(page.get_by_text("preview: edits show by themselves")).to_be_visible()
    file = own_pack / "procedures" / "leg-pain" / "procedure.yaml"
    before = file.read_text("utf-8")
    file.write_text(
        before.replace("A man of 61 can walk 150 m", "A man of 62 can walk 140 m"), encoding="utf-8"
    )
    begin = page.get_by_role("region", name="Begin")
    expect(begin).to_contain_text("A man of 62 can walk 140 m")
    file.write_text(before, encoding="utf-8")
    expect(begin).to_contain_text("A man of 61 can walk 150 m")


@pytest.fixture
def ready(served_home: Path, own_pack: Path) -> Iterator[Served]:
    """A server that has the first person's body and is ready to open sessions."""
    with Served(served_home, {"ANGIOSUITE_CONTENT": json.dumps([str(own_pack)])}) as server:
        server.wait_ready(300)
        yield server


@pytest.mark.ci
def test_a_case_is_begun_from_the_page_and_the_suite_tells_its_story_first(
    new_page: Callable[..., Any], ready: Served
) -> None:
    page = new_page(f"{ready.url}#/practice/leg-pain/first/alone")
    begin = page.get_by_role("region", name="Begin")
    expect(begin).to_contain_text("A man of 61")
    begin.get_by_role("button", name="Begin in the suite").press("Enter")
    expect(page.get_by_role("region", name="Live monitor")).to_contain_text("No image yet")
    until(page, "window.__probe.sockets.some((one) => one.readyState === 1)")
    task = page.get_by_role("tabpanel", name="Task")
    expect(task.locator("p").first).to_have_text(re.compile("^A man of 61 can walk 150 m"))
    expect(task).to_contain_text("left common iliac artery from the left groin")
    expect(task.get_by_role("button", name=re.compile("^Hint 1"))).to_be_visible()
    accessible(page)
    page.keyboard.press("Shift+F7")
    task.get_by_role("button", name="Press again to finish the task").click()
    page.wait_for_url(re.compile("#/debrief/"))
    attempt = page.url.rsplit("/", 1)[1]
    kept = ready.ask(f"/api/practice/attempts/{attempt}")
    assert (kept["drill"], kept["state"]) == ("leg-pain.first.alone", "finished")
    page.get_by_role("link", name="Procedure").click()
    expect(case(page, "Left, on the average body", "Alone")).to_contain_text("1 attempt")
