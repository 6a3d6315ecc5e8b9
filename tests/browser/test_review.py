"""Runs looked at again by role and key: played, subtracted, shifted, measured, compared, taken away."""

import io
import json
import re
from pathlib import Path

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from PIL import Image
from playwright.sync_api import expect

from angiosuite.bench.run_sample import SampleSession
from angiosuite.imaging.detector import from_twelve_bits
from angiosuite.imaging.subtraction import logs_of, mask_of, moved

GOLDEN = Path(__file__).resolve().parents[2] / "frontend/src/lib/review/subtraction.golden.json"
SAMPLE = "sample-of-runs"


@pytest.fixture(scope="module")
def at_rest(served, served_home):
    """A session that cannot be joined any more, with three runs in its folder."""
    (served_home / "sessions").mkdir(exist_ok=True)
    sample = SampleSession(served_home / "sessions" / SAMPLE)
    sample.run(1, 24, 256, phantom="forked-tube")
    sample.run(2, 30, 256, kind="cine", rate_hz=15.0)
    sample.run(3, 12, 256)
    sample.log.close()
    return f"{served.base}/#/sessions/{SAMPLE}/review"


@pytest.fixture
def review(new_page, at_rest):
    """The page of that session's runs, with its first run open."""
    page = new_page()
    page.goto(at_rest)
    page.get_by_role("button", name=re.compile(r"^Run 1,")).click()
    expect(picture(page)).to_have_accessible_name(re.compile(r"^Run 1, picture 12 of 24"))
    return page


def region(page):
    return page.get_by_role("region", name="Review of runs")


def picture(page):
    return region(page).get_by_role("img", name=re.compile("^Run|^No run")).first


def seen(page) -> np.ndarray:
    """The picture on the screen, grey, without the words in its corners; waits until there is one."""
    for _ in range(50):
        page.wait_for_timeout(120)
        shot = np.asarray(Image.open(io.BytesIO(picture(page).screenshot())).convert("L"), dtype=float)
        high, wide = shot.shape
        middle = shot[high // 6 : -high // 6, wide // 20 : -wide // 20]
        if middle.std() > 0:
            return middle
    raise AssertionError("the picture stays empty")


def click_at(page, *places: tuple[float, float]) -> None:
    box = picture(page).bounding_box()
    for x, y in places:
        page.mouse.click(box["x"] + box["width"] * x, box["y"] + box["height"] * y)
        page.wait_for_timeout(40)


def accessible(page) -> None:
    found = Axe().run(page).response["violations"]
    assert [(v["id"], v["nodes"][0]["html"][:160]) for v in found] == []


def test_a_run_is_played_subtracted_shifted_measured_and_saved(review):
    page = review
    name = picture(page)
    subtracted = seen(page)
    assert np.median(subtracted) == pytest.approx(150, abs=8), "an empty subtraction is a middle grey"
    assert (subtracted < 60).mean() > 0.02, "vessels are dark"
    page.keyboard.press("KeyS")
    expect(name).to_have_accessible_name(re.compile("not subtracted$"))
    assert np.abs(seen(page) - subtracted).mean() > 10
    page.keyboard.press("KeyS")

    page.keyboard.press("Home")
    page.keyboard.press("ArrowDown")
    expect(name).to_have_accessible_name(re.compile("picture 2 of 24"))
    page.keyboard.press("KeyC")
    page.wait_for_timeout(900)
    page.keyboard.press("KeyC")
    expect(name).not_to_have_accessible_name(re.compile("picture 2 of 24"))

    page.keyboard.press("KeyP")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Shift+ArrowUp")
    expect(name).to_have_accessible_name(re.compile(r"shift 0\.1, -0\.5 px"))
    page.keyboard.press("Control+KeyZ")
    expect(name).to_have_accessible_name(re.compile(r"shift 0\.1, 0\.0 px"))
    page.keyboard.press("Escape")

    page.keyboard.press("KeyD")
    click_at(page, (0.25, 0.5), (0.75, 0.5))
    expect(page.get_by_role("list", name="Marks of this run")).to_contain_text("100.0 mm at isocentre")
    with page.expect_download() as told:
        page.keyboard.press("Control+KeyS")
    saved = Image.open(told.value.path())
    assert saved.format == "PNG" and saved.size[1] > saved.size[0] >= 1024
    assert np.asarray(saved.convert("L"))[-60:].max() > 150, "a footer says what it is"
    accessible(page)


def test_the_page_subtracts_as_the_engine_does():
    golden = json.loads(GOLDEN.read_text("utf-8"))
    image = np.asarray(golden["image"], np.float32).reshape(-1, golden["width"])
    for case in golden["cases"]:
        assert moved(image, *case["shift"]).ravel() == pytest.approx(case["moved"], abs=2e-6)
    stored = np.asarray(golden["stored"], np.uint16)
    assert logs_of(stored) == pytest.approx(np.asarray(golden["logs"]), abs=2e-5)
    assert mask_of([from_twelve_bits(row[None]) for row in stored]).ravel() == pytest.approx(
        golden["mask"], abs=2e-5
    )


@pytest.mark.ci
def test_the_peak_shows_at_once_what_filled_one_after_another(review):
    page = review
    page.keyboard.press("Home")
    for _ in range(6):
        page.keyboard.press("ArrowDown")
    dark = [(seen(page) < 60).mean()]
    page.keyboard.press("KeyK")
    expect(region(page)).to_contain_text("peak of 23 pictures")
    dark.append((seen(page) < 60).mean())
    assert dark[1] > 1.2 * dark[0]
    page.keyboard.press("KeyI")
    assert (seen(page) > 195).mean() == pytest.approx(dark[1], rel=0.2)


@pytest.mark.ci
def test_a_mask_of_several_frames_makes_less_noise_and_a_landmark_brings_bones_back(review):
    page = review
    page.keyboard.press("End")
    one = seen(page).std()
    for _ in range(2):
        page.keyboard.press("Home")
        page.keyboard.press("ArrowDown")
    for key in ("KeyM", "ArrowDown", "Shift+KeyM", "Home", "Shift+KeyM", "End"):
        page.keyboard.press(key)
    expect(picture(page)).to_have_accessible_name(re.compile("mask 1, 2, 3$"))
    assert seen(page).std() < 0.93 * one
    page.keyboard.press("KeyN")
    expect(picture(page)).to_have_accessible_name(re.compile("landmark 30 %"))
    assert seen(page).std() > one


@pytest.mark.ci
def test_two_runs_are_compared_and_go_together(review):
    page = review
    page.keyboard.press("KeyY")
    pictures = region(page).get_by_role("img", name=re.compile("^Run"))
    expect(pictures).to_have_count(2)
    page.keyboard.press("Home")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(pictures.nth(0)).to_have_accessible_name(re.compile("^Run 1, picture 3 of 24"))
    expect(pictures.nth(1)).to_have_accessible_name(re.compile("^Run 3, picture 3 of 12"))
    page.keyboard.press("ArrowRight")
    page.keyboard.press("PageUp")
    expect(pictures.nth(1)).to_have_accessible_name(re.compile("^Run 2, "))
    page.keyboard.press("Equal")
    expect(region(page)).to_contain_text("Zoom 1.3")
    accessible(page)


@pytest.mark.ci
def test_a_run_is_turned_mirrored_windowed_and_comes_back_as_it_was(review):
    page = review
    before = seen(page)
    for key in ("KeyR", "KeyH", "KeyI", "Digit3", "Equal"):
        page.keyboard.press(key)
        assert np.abs(seen(page) - before).mean() > 2, key
    page.keyboard.press("Backspace")
    assert np.abs(seen(page) - before).mean() < 1


@pytest.mark.ci
def test_a_film_has_every_picture_of_the_run_and_can_be_given_up(review):
    page = review
    page.get_by_label("Pictures a second").fill("15")
    with page.expect_download() as told:
        page.keyboard.press("Control+Shift+KeyS")
    film = Path(told.value.path()).read_bytes()
    assert told.value.suggested_filename.endswith(".webm") and film[:4] == b"\x1a\x45\xdf\xa3"
    assert film.count(b"\xa3\x01") >= 24, "a block for each picture"
    for _ in range(2):
        page.keyboard.press("Control+Shift+KeyS")
    expect(page.get_by_text("Film given up")).to_be_attached()


@pytest.mark.ci
def test_a_session_without_runs_says_so(new_page, served, served_home):
    SampleSession(served_home / "sessions" / "sample-of-nothing").log.close()
    page = new_page()
    page.goto(f"{served.base}/#/sessions/sample-of-nothing/review")
    expect(region(page)).to_contain_text("This session has no runs")
    accessible(page)


@pytest.mark.ci
def test_frames_that_are_missing_are_said_and_can_be_read_again(new_page, served, served_home):
    sample = SampleSession(served_home / "sessions" / "sample-that-was-cut")
    sample.run(1, 4, 64)
    sample.log.close()
    raw = sample.folder.path / "runs/001.u16"
    whole = raw.read_bytes()
    raw.write_bytes(b"")
    page = new_page()
    page.goto(f"{served.base}/#/sessions/sample-that-was-cut/review")
    expect(region(page).get_by_role("alert")).to_contain_text("A frame of the run is missing")
    raw.write_bytes(whole)
    region(page).get_by_role("button", name="Read again").click()
    expect(picture(page)).to_have_accessible_name(re.compile("^Run 1, picture 2 of 4"))


@pytest.mark.ci
def test_a_run_of_the_room_is_reviewed_beside_the_live_picture_and_marks_stay(suite_page, served, session_id):
    page = suite_page
    live = page.get_by_role("region", name="Live monitor")
    page.keyboard.down("Enter")
    expect(live).to_contain_text("X-RAY ON")
    page.wait_for_timeout(4000)
    page.keyboard.up("Enter")
    expect(live).not_to_contain_text("X-RAY ON")
    page.keyboard.press("Alt+KeyV")
    expect(picture(page)).to_have_accessible_name(re.compile("^Run 1, picture"))
    page.keyboard.press("KeyP")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Escape")
    page.keyboard.press("KeyA")
    expect(picture(page)).not_to_have_accessible_name(re.compile(r"shift 0\.1, 0\.0"))
    page.keyboard.press("KeyD")
    click_at(page, (0.3, 0.5), (0.7, 0.5))
    marks = page.get_by_role("list", name="Marks of this run")
    expect(marks).to_contain_text("mm at isocentre")
    page.keyboard.press("Escape")

    page.keyboard.down("Space")
    expect(live).to_contain_text("X-RAY ON")
    page.keyboard.up("Space")
    expect(live).not_to_contain_text("X-RAY ON")
    told = marks.inner_text()
    page.goto(f"{served.base}/#/sessions/{session_id}/review")
    expect(page.get_by_role("list", name="Marks of this run")).to_contain_text(told.split("\n")[0])
    page.keyboard.down("Space")
    page.wait_for_timeout(500)
    page.keyboard.up("Space")
    expect(page.get_by_text("no X-rays here")).to_be_visible()
    kinds = served.ask(f"/api/sessions/{session_id}")
    assert kinds["frames"] > 0
    accessible(page)
