"""Practice: the tree of drills, a drill's page, and the task in the suite from its start to its debrief."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

import angiosuite_content
from angiosuite.bench.page import until
from angiosuite.bench.served import Served

from .looks import in_each_look

BROKEN = "id: broken\ntitle: Broken\nquality: draft\nminutes: many\n"


@pytest.fixture(scope="module")
def own_pack(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Content of one's own that has a drill with a fault."""
    pack = tmp_path_factory.mktemp("practice") / "pack"
    (pack / "drills" / "broken").mkdir(parents=True)
    (pack / "drills" / "broken" / "drill.yaml").write_text(BROKEN, encoding="utf-8")
    return pack


@pytest.fixture(scope="module")
def bare(own_pack: Path) -> Iterator[Served]:
    """A server without a patient that reads this content."""
    environment = {"ANGIOSUITE_PREPARE": "false", "ANGIOSUITE_CONTENT": json.dumps([str(own_pack)])}
    with Served(own_pack.parent / "home", environment) as server:
        server.ask("/api/me", "PUT", {"country": "US", "stage": "ir-training", "language": "en"})
        yield server


def accessible(page: Page) -> None:
    """No fault by axe, with the rule and the place of each in the message."""
    found = Axe().run(page).response["violations"]
    assert [(v["id"], v["nodes"][0]["html"][:160]) for v in found] == []


def tab_to(page: Page, name: str, most: int = 60) -> None:
    """Press Tab until something whose text begins so has the focus."""
    told = (
        "(document.activeElement.getAttribute('aria-label') || document.activeElement.innerText || '').trim()"
    )
    for _ in range(most):
        page.keyboard.press("Tab")
        if page.evaluate(told).startswith(name):
            return
    raise AssertionError(f"Tab does not come to {name!r}")


@pytest.mark.ci
@in_each_look
def test_the_drills_and_each_page_of_one_are_accessible_and_fit_their_window(
    new_page: Callable[..., Any], bare: Served, size: dict[str, int], scheme: str
) -> None:
    page = new_page(bare.url)
    page.set_viewport_size(size)
    page.emulate_media(color_scheme=scheme)
    for place in ("practice", "practice/isocentre", "practice/parallax"):
        page.goto(f"{bare.base}/#/{place}")
        expect(page.get_by_role("heading", level=1)).to_have_count(1)
        expect(page.get_by_role("heading", level=2).first).to_be_visible()
        accessible(page)
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


@pytest.mark.ci
def test_the_tree_says_what_comes_first_how_one_stands_and_which_files_have_faults(
    new_page: Callable[..., Any], bare: Served
) -> None:
    told = bare.ask("/api/practice")
    page = new_page(f"{bare.url}#/practice")
    drills = page.get_by_role("list", name="Drills").get_by_role("listitem")
    expect(drills).to_have_count(len(told["drills"]))
    expect(drills.first).to_contain_text("open")
    second = drills.filter(has=page.get_by_text("Parallax: before or behind", exact=True))
    expect(second).to_contain_text("not yet")
    first = next(one["title"] for one in told["drills"] if one["id"] == "isocentre")
    expect(second).to_contain_text(f"After {first}")
    faults = page.get_by_role("region", name=re.compile("in drills and procedures$"))
    expect(faults).to_contain_text(re.compile(r"broken/drill\.yaml:4: minutes"))
    five = page.get_by_role("region", name="Five minutes now")
    five.get_by_role("link").click()
    expect(page.get_by_role("region", name="Begin")).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_be_focused()


@pytest.mark.ci
def test_by_keys_alone_from_home_to_a_drill_that_says_what_is_scored(
    new_page: Callable[..., Any], bare: Served
) -> None:
    page = new_page(bare.url)
    expect(page.get_by_role("region", name="Practice")).to_contain_text("Five minutes now")
    page.keyboard.press("KeyG")
    page.keyboard.press("KeyD")
    expect(page.get_by_role("heading", level=1)).to_have_text("Practice")
    drill = next(one for one in bare.ask("/api/practice")["drills"] if one["id"] == "parallax")
    expect(page.get_by_role("list", name="Drills")).to_be_visible()
    tab_to(page, drill["title"])
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(drill["title"])
    scored = page.get_by_role("region", name="What is scored")
    whole = bare.ask("/api/practice/drills/parallax")
    for one in (*whole["goals"], *whole["critical"], *whole["stewardship"]):
        expect(scored).to_contain_text(one["text"])
    points = [int(text) for text in scored.locator("tbody td.num").all_inner_texts()]
    assert sum(points) == 100
    expect(page.get_by_text("no reviewer yet")).to_be_visible()
    begin = page.get_by_role("region", name="Begin")
    expect(begin.get_by_role("radio", name=re.compile("not met yet")).first).to_be_checked()


@pytest.mark.ci
def test_a_programmes_own_bands_are_given_shown_and_taken_away_and_few_runs_are_refused(
    new_page: Callable[..., Any], bare: Served
) -> None:
    page = new_page(f"{bare.url}#/practice/isocentre")
    page.get_by_text("Your programme’s own bands").click()
    form = page.get_by_role("group", name="Measures of this drill with their bands")
    row = form.get_by_role("row").nth(1)
    for name, value in (("10th percentile", 1), ("Median", 2), ("90th percentile", 4), ("Runs", 9)):
        row.get_by_label(re.compile(f"^{name}:")).fill(str(value))
    page.get_by_label("Where the runs come from").fill("Our fellows, autumn")
    keep = page.get_by_role("button", name="Keep the bands")
    keep.click()
    expect(page.get_by_role("alert")).to_contain_text("at least 10 runs")
    row.get_by_label(re.compile("^Runs:")).fill("12")
    keep.click()
    expect(row).to_contain_text("1 to 4, median 2, 12 runs")
    accessible(page)
    kept = bare.ask("/api/practice/drills/isocentre")["bands"]
    assert [(one["n"], one["source"]) for one in kept.values()] == [(12, "Our fellows, autumn")]
    page.get_by_role("button", name="Take them away").click()
    expect(page.get_by_text("Bands taken away")).to_be_visible()
    assert bare.ask("/api/practice/drills/isocentre")["bands"] == {}
    page.get_by_role("button", name=re.compile("^Undo")).click()
    expect(row).to_contain_text("12 runs")
    bare.ask("/api/practice/bands", "PUT", {"drill": "isocentre", "bands": {}})


@pytest.mark.ci
def test_nothing_goes_to_a_learning_record_store_until_it_is_turned_on(
    new_page: Callable[..., Any], bare: Served
) -> None:
    page = new_page(f"{bare.url}#/settings")
    store = page.get_by_role("region", name="Learning record store")
    switch = store.get_by_role("switch", name=re.compile("^Send finished attempts"))
    expect(switch).to_be_enabled()  # once the settings are known
    expect(switch).to_have_attribute("aria-checked", "false")
    expect(store).to_contain_text("No name is sent")
    with page.expect_response(lambda answer: answer.request.method == "PUT" and answer.ok):
        switch.press("Enter")
    expect(switch).to_have_attribute("aria-checked", "true")
    assert bare.ask("/api/settings")["xapi"] is True
    accessible(page)
    with page.expect_response(lambda answer: answer.request.method == "PUT" and answer.ok):
        switch.press("Space")
    expect(switch).to_have_attribute("aria-checked", "false")
    assert bare.ask("/api/settings")["xapi"] is False


@pytest.mark.ci
def test_a_file_that_is_no_run_and_no_challenge_is_refused_in_words(
    new_page: Callable[..., Any], bare: Served, tmp_path: Path
) -> None:
    page = new_page(f"{bare.url}#/practice")
    box = page.get_by_role("region", name="A file from somebody else")
    for name, data in (("run.angiorun", b"PK not a zip"), ("challenge.json", b"{}")):
        file = tmp_path / name
        file.write_bytes(data)
        box.locator("input").set_input_files(file)
        expect(box.get_by_role("alert")).to_be_visible()
        box.get_by_role("button", name="Close").click()
    assert page.url.endswith("#/practice")


@pytest.mark.ci
def test_a_drill_is_begun_asked_answered_and_finished_and_leads_to_its_debrief(
    new_page: Callable[..., Any], served: Served
) -> None:
    page = new_page(f"{served.url}#/practice/parallax")
    page.get_by_role("region", name="Begin").get_by_role("button", name="Begin in the suite").click()
    live = page.get_by_role("region", name="Live monitor")
    expect(live).to_contain_text("No image yet")
    until(page, "window.__probe.sockets.some((one) => one.readyState === 1)")
    task = page.get_by_role("tabpanel", name="Task")
    expect(task).to_contain_text("What is scored")
    expect(task.get_by_role("radiogroup")).to_have_count(2)
    accessible(page)

    page.keyboard.down("Space")
    expect(live).to_contain_text("X-RAY ON")
    expect(task).to_contain_text(re.compile(r"0\.[1-9] of \d"))
    page.keyboard.up("Space")
    page.keyboard.press("Shift+F3")
    expect(task.get_by_text("This attempt now counts in full.")).to_be_visible()
    page.keyboard.press("Alt+KeyQ")
    page.keyboard.press("Digit1")
    first = task.get_by_role("radiogroup").first
    expect(first.get_by_role("radio").first).to_be_checked()
    page.keyboard.press("Digit2")
    expect(task.get_by_role("radiogroup").last.get_by_role("radio").nth(1)).to_be_checked()
    first.get_by_role("radio").nth(1).click()
    expect(first.get_by_role("radio").nth(1)).to_be_checked()
    page.keyboard.press("Escape")
    page.keyboard.press("KeyH")
    expect(page.get_by_role("group", name=re.compile("^Plan of the room"))).to_be_visible()
    page.keyboard.press("Shift+KeyH")
    expect(page.get_by_role("group", name="Dose to the skin")).to_be_visible()
    accessible(page)

    attempt = page.url.rsplit("/", 1)[1]
    page.get_by_role("link", name="Angiosuite, back to practice").click()
    page.get_by_role("link", name="Resume").first.click()
    expect(task).to_contain_text("This attempt now counts in full.")
    expect(task.get_by_role("radio", checked=True)).to_have_count(2)

    page.keyboard.press("Shift+F7")
    again = task.get_by_role("button", name="Press again to finish the task")
    expect(again).to_be_visible()
    again.click()
    page.wait_for_url(re.compile(rf"#/debrief/{attempt}$"))
    kept = served.ask(f"/api/practice/attempts/{attempt}")
    assert (kept["drill"], kept["state"]) == ("parallax", "finished")


@pytest.mark.ci
def test_a_drill_of_ones_own_pack_shows_each_edit_by_itself(
    new_page: Callable[..., Any], bare: Served, own_pack: Path
) -> None:
    built_in = Path(angiosuite_content.__file__).parent / "drills" / "isocentre"
    mine = own_pack / "drills" / "mine"
    shutil.copytree(built_in, mine)
    drill = (mine / "drill.yaml").read_text("utf-8").replace("id: isocentre", "id: mine", 1)
    (mine / "drill.yaml").write_text(drill, encoding="utf-8")
    page = new_page(bare.url)
    page.wait_for_timeout(1500)
    page.goto(f"{bare.base}/#/practice/mine")
    expect(page.get_by_text("preview: edits show by themselves")).to_be_visible()
    text = (mine / "text.md").read_text("utf-8")
    (mine / "text.md").write_text(
        text.replace("## Task\n", "## Task\n\nEdited just now.\n", 1), encoding="utf-8"
    )
    expect(page.get_by_text("Edited just now.")).to_be_visible()
    expect(page.get_by_text("preview: edited just now")).to_be_visible()
