"""The debrief by role, label and key: oneself first, then gate and faults; replay in step; one file."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from angiosuite.bench.attempt_sample import AttemptSample
from angiosuite.bench.served import Served
from angiosuite.bench.session_sample import Phase

pytestmark = pytest.mark.ci

PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1440, "height": 980}
POSE = {
    "rotation_deg": 20.0,
    "angulation_deg": 0.0,
    "sid_mm": 1000.0,
    "sod_mm": 785.0,
    "table_x_mm": 0.0,
    "table_y_mm": 0.0,
    "table_z_mm": 0.0,
}
BLADES = dict.fromkeys(("left", "right", "top", "bottom"), 0.8)


@pytest.fixture(scope="module")
def served_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home without a patient: what was recorded is looked at, nothing is opened."""
    folder = tmp_path_factory.mktemp("debrief") / "home"
    (folder / "sessions").mkdir(parents=True)
    return folder


@pytest.fixture(scope="module")
def served(served_home: Path) -> Iterator[Served]:
    """A server that prepares nothing: what was recorded needs no patient."""
    with Served(served_home, {"ANGIOSUITE_PREPARE": "false"}) as server:
        yield server


@pytest.fixture
def attempt(served_home: Path, request: pytest.FixtureRequest) -> str:
    """A fresh attempt: a first look far off, a hint, a run, a second look beside the goal, a wrong answer."""
    name = re.sub(r"[^a-z]+", "-", request.node.name.lower())[:50].strip("-")
    made(served_home, name)
    return name


def made(home: Path, name: str, off_mm: float = 9.0) -> None:
    sample = AttemptSample(home / "sessions" / name, 64)
    sample.event("task-begun")
    room = {
        "pose": POSE,
        "blades": BLADES,
        "breath_mm": 0.0,
        "heart": [0, 0.5, 68.0],
        "dose": [0.0, 0.0, 0.0],
    }
    sample.log.append(sample.t_us, "observation", "room", room, 2)
    sample.held(22.0)
    dose = {"eye_usv": 0.4, "chest_usv": 0.2, "hand_usv": 0.9}
    people = dict.fromkeys(("operator", "assistant", "nurse"), dose)
    sample.log.append(sample.t_us, "observation", "staff", people)
    sample.event("staff-moved", who="nurse", x_mm=-900.0, z_mm=500.0)
    sample.event("shield-used", shield="ceiling-screen", on=True)
    sample.hint(1)
    sample.run([Phase(3.0, 6)])
    sample.held(off_mm)
    sample.answer("behind")
    sample.t_us += 6_000_000
    sample.finish()


def opened(new_page: Callable[..., Any], served: Served, name: str, size: dict[str, int] = DESKTOP) -> Page:
    page: Page = new_page()
    page.set_viewport_size(size)
    page.goto(f"{served.base}/#/debrief/{name}")
    expect(page.get_by_role("heading", name="Sample, centring", level=1)).to_be_visible()
    return page


def skip_self(page: Page) -> None:
    page.get_by_role("button", name="Show the score without it").click()
    expect(page.get_by_role("heading", name=re.compile("^Not passed"))).to_be_visible()


def play_head(page: Page) -> float:
    return float(
        page.get_by_role("slider", name="Moment on the timeline").get_attribute("aria-valuenow") or 0
    )


def accessible(page: Page) -> None:
    found = Axe().run(page).response["violations"]
    assert [(v["id"], v["nodes"][0]["html"][:160]) for v in found] == []


def test_oneself_comes_before_the_score_and_stands_beside_it(new_page, served, attempt):
    page = opened(new_page, served, attempt)
    expect(page.get_by_role("heading", name="First, how did you see it?")).to_be_visible()
    assert page.get_by_role("heading", name=re.compile("passed")).count() == 0, "no score before it"
    assert served.ask(f"/api/practice/attempts/{attempt}/debrief")["score"] is None
    accessible(page)
    page.get_by_role("radiogroup", name=re.compile("The ball in the middle")).get_by_role(
        "radio", name="met with ease"
    ).click()
    page.get_by_role("button", name="Keep this and show the score").click()
    expect(page.get_by_role("heading", name=re.compile("^Not passed"))).to_be_visible()
    page.get_by_role("tab", name=re.compile("^Goals")).click()
    expect(page.get_by_role("tabpanel")).to_contain_text("You said: met with ease")
    page.get_by_role("tab", name=re.compile("^Measures")).click()
    row = page.get_by_role("tabpanel").get_by_role("row", name=re.compile("^Question answered rightly"))
    expect(row.get_by_role("cell").first).to_have_text("no")
    expect(page.get_by_text(re.compile("shown, never scored"))).to_be_visible()
    accessible(page)


def test_a_fault_moves_the_replay_and_its_picture_is_shown(new_page, served, attempt):
    page = opened(new_page, served, attempt)
    skip_self(page)
    faults = served.ask(f"/api/practice/attempts/{attempt}/debrief")["score"]["faults"]
    late = max(one["t_us"] for one in faults if one["t_us"] is not None)
    page.get_by_role("slider", name="Moment on the timeline").press("Home")
    assert play_head(page) == 0
    page.locator("body").press("BracketRight")
    first = min(one["t_us"] for one in faults if one["t_us"])
    assert play_head(page) == pytest.approx(first / 1e6, abs=1)
    for _ in faults:
        page.locator("body").press("BracketRight")
    assert play_head(page) == pytest.approx(late / 1e6, abs=1)
    picture = page.get_by_role("region", name="Replay").get_by_role("img", name=re.compile("^You: "))
    expect(picture).to_have_accessible_name(re.compile("held image|fluoroscopy|run"))
    page.wait_for_function(
        "(canvas) => { const c = canvas.getContext('2d');"
        "const d = c.getImageData(0, 0, canvas.width, canvas.height).data;"
        "return d.some((v, i) => i % 4 === 0 && v > 20) }",
        arg=picture.element_handle(),
    )


def test_the_replay_is_played_and_stepped_by_key_alone(new_page, served, attempt):
    page = opened(new_page, served, attempt)
    skip_self(page)
    slider = page.get_by_role("slider", name="Moment on the timeline")
    slider.focus()
    page.keyboard.press("Home")
    page.keyboard.press("Equal")
    page.keyboard.press("KeyK")
    expect(page.get_by_role("button", name="Pause")).to_be_visible()
    page.wait_for_timeout(1500)
    page.keyboard.press("KeyK")
    assert play_head(page) >= 1
    page.keyboard.press("Home")
    for _ in range(2):
        page.keyboard.press("ArrowRight")
    assert play_head(page) == 2
    on = page.get_by_role("region", name="Replay").get_by_role("img", name=re.compile("X-ray on$"))
    page.keyboard.press("Home")
    for _ in range(3):
        page.keyboard.press("Period")
    expect(on).to_be_visible()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.dataset.mark") is not None, "marks follow the ruler"
    page.keyboard.press("End")
    page.keyboard.press("Enter")
    assert play_head(page) > 5
    page.keyboard.press("KeyN")
    page.keyboard.type("Look here first")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    notes = page.get_by_role("list", name="Notes by moment")
    expect(notes).to_contain_text("Look here first")
    notes.get_by_role("button", name=re.compile("^Remove")).press("Enter")
    expect(notes).to_have_count(0)
    page.get_by_role("button", name=re.compile("^Undo")).press("Enter")
    expect(notes).to_contain_text("Look here first")


def test_two_runs_stand_side_by_side_and_go_together(new_page, served, served_home, attempt):
    made(served_home, "another-of-the-same", 2.0)
    page = opened(new_page, served, attempt)
    served.ask("/api/practice/attempts/another-of-the-same/self", "PUT", {"skipped": True})
    skip_self(page)
    page.get_by_label("Run beside").select_option(index=1)
    pictures = page.get_by_role("region", name="Replay").get_by_role("img", name=re.compile("^You"))
    expect(pictures).to_have_count(2)
    page.get_by_role("slider", name="Moment on the timeline").press("Home")
    page.get_by_role("slider", name="Moment on the timeline").press("Shift+ArrowRight")
    for one in (0, 1):
        expect(pictures.nth(one)).to_have_accessible_name(re.compile("at 00:10"))
    accessible(page)


def test_the_plan_of_the_room_follows_the_play_head_and_moves_nobody(new_page, served, attempt):
    page = opened(new_page, served, attempt)
    skip_self(page)
    head = page.get_by_role("slider", name="Moment on the timeline")
    plan = page.get_by_role("region", name=re.compile("^People and shields at"))
    head.press("Home")
    expect(plan.get_by_role("img", name=re.compile("^Ceiling screen.*out of the way$"))).to_be_visible()
    expect(plan.get_by_role("img", name=re.compile("^Nurse, 65 cm to the patient’s left"))).to_be_visible()
    expect(plan.get_by_role("row", name=re.compile("^Operator 0 0 0"))).to_be_visible()
    head.press("End")
    expect(plan.get_by_role("img", name=re.compile("^Ceiling screen.*in use$"))).to_be_visible()
    expect(plan.get_by_role("img", name=re.compile("^Nurse, 90 cm to the patient’s right"))).to_be_visible()
    expect(plan.get_by_role("row", name=re.compile("^Operator 0.40 0.20 0.90"))).to_be_visible()
    for button in plan.get_by_role("button").all():
        expect(button).to_be_disabled()
    accessible(page)


def test_the_picture_is_the_largest_thing_and_no_strip_is_left_below_it(
    new_page, served, served_home, attempt
):
    made(served_home, "beside-the-picture", 2.0)
    page = opened(new_page, served, attempt)
    skip_self(page)
    replay = page.get_by_role("region", name="Replay")
    pictures = replay.get_by_role("img", name=re.compile("^You"))
    for count, below in ((1, "Moving the replay"), (2, "Room at this moment")):
        expect(pictures).to_have_count(count)
        box, whole = pictures.first.bounding_box(), replay.bounding_box()
        under = replay.get_by_label(below).bounding_box()
        assert box and whole and under
        assert box["width"] >= 0.48 * whole["width"]
        assert under["y"] - (box["y"] + box["height"]) <= 24
        page.get_by_label("Run beside").select_option(index=1)


def test_a_statement_is_offered_where_a_store_is_set_and_its_fate_is_said(new_page, served, attempt):
    page = opened(new_page, served, attempt)
    skip_self(page)
    offer = page.get_by_role("button", name=re.compile("^Send as xAPI statement"))
    page.get_by_role("button", name="Export").click()
    expect(page.get_by_role("link", name=re.compile("^Report, PDF"))).to_be_visible()
    expect(offer).to_have_count(0)
    page.keyboard.press("Escape")
    statement = f"**/api/practice/attempts/{attempt}/statement"
    page.route(
        statement,
        lambda route: (
            route.fulfill(json={"on": False, "store": True, "sent": None})
            if route.request.method == "GET"
            else route.continue_()
        ),
    )
    page.get_by_role("button", name="Export").click()
    expect(offer).to_contain_text("without a name")
    offer.click()
    expect(offer).to_contain_text("Not sent: ")


def test_takeaways_and_a_dispute_are_kept(new_page, served, attempt):
    page = opened(new_page, served, attempt)
    skip_self(page)
    page.get_by_label("Takeaway 1").fill("Table before pedal")
    page.keyboard.press("Enter")
    expect(page.get_by_text("kept", exact=True)).to_be_visible()
    page.get_by_role("button", name=re.compile("^This score is wrong")).first.click()
    page.get_by_label("What is wrong, and how did it really stand?").fill("The ball was in the middle.")
    page.get_by_role("button", name="Keep it with the log").click()
    expect(page.get_by_text("1 note kept with the log")).to_be_visible()
    told = served.ask(f"/api/practice/attempts/{attempt}/debrief")
    assert told["takeaways"] == ["Table before pedal"]
    assert told["disputes"][0]["text"] == "The ball was in the middle."


def test_a_run_goes_to_a_teacher_as_one_file_and_comes_back_with_a_comment(
    new_page, served, attempt, tmp_path
):
    page = opened(new_page, served, attempt)
    skip_self(page)
    page.get_by_role("button", name="Export").click()
    with page.expect_download() as told:
        page.get_by_role("link", name=re.compile("^The run as one file")).click()
    file = tmp_path / "run.angiorun"
    told.value.save_as(file)
    answer = page.request.post(f"{served.base}/api/practice/shared", data=file.read_bytes())
    shared = answer.json()["id"]
    page.goto(f"{served.base}/#/shared/{shared}")
    expect(page.get_by_text("looking and commenting only")).to_be_visible()
    assert page.get_by_role("button", name="Try from here").count() == 0
    page.get_by_label("Your name").fill("A teacher")
    page.get_by_label(re.compile("^Note at")).fill("Blades first")
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.get_by_role("list", name="Notes by moment")).to_contain_text("A teacher")
    accessible(page)
    with page.expect_download() as told:
        page.get_by_role("link", name="Give the file back").click()
    assert Path(told.value.path()).read_bytes()[:2] == b"PK"


def test_a_phone_reads_the_debrief_without_scrolling_sideways_and_says_what_it_can(new_page, served, attempt):
    page = opened(new_page, served, attempt, PHONE)
    skip_self(page)
    expect(page.get_by_text(re.compile("On a screen this small"))).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    expect(page.get_by_role("button", name="Try from here")).to_have_count(0)
    accessible(page)


def test_an_attempt_that_goes_on_or_made_no_xrays_says_so(new_page, served, served_home, attempt):
    AttemptSample(served_home / "sessions" / "still-going").stop()
    page = opened(new_page, served, "still-going")
    expect(page.get_by_role("link", name="Back to the suite")).to_have_attribute(
        "href", "#/suite/still-going"
    )
    AttemptSample(served_home / "sessions" / "without-xrays").finish()
    page.goto(f"{served.base}/#/debrief/without-xrays")
    expect(page.get_by_text("No X-rays were made", exact=True)).to_be_visible()
    page.goto(f"{served.base}/#/debrief/no-such-attempt")
    expect(page.get_by_role("alert")).to_be_visible()


def test_a_server_that_went_away_is_said_and_the_page_stays(new_page, served, attempt):
    page = opened(new_page, served, attempt)
    skip_self(page)
    page.route("**/api/**", lambda route: route.abort())
    page.get_by_role("slider", name="Moment on the timeline").press("Home")
    expect(page.get_by_role("alert").first).to_contain_text("does not answer")
    expect(page.get_by_role("heading", name=re.compile("^Not passed"))).to_be_visible()
    page.unroute("**/api/**")
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_role("alert")).to_have_count(0)
