"""One walk by role and label: start, turn, fluoroscopy, measure, reload, come back."""

import io
import re

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from PIL import Image
from playwright.sync_api import Page, expect

from angiosuite.bench.page import until


def accessible(page: Page) -> None:
    """No fault by axe, with the rule and the place of each in the message."""
    found = Axe().run(page).response["violations"]
    assert [(v["id"], v["nodes"][0]["html"][:160]) for v in found] == []


def live_picture(page: Page) -> np.ndarray:
    """The live monitor as the screen shows it, grey."""
    shot = page.get_by_role("region", name="Live monitor").get_by_role("img").first.screenshot()
    return np.asarray(Image.open(io.BytesIO(shot)).convert("L"), dtype=float)


def test_a_person_starts_turns_takes_pictures_measures_and_comes_back(new_page):
    page = new_page()
    expect(page).to_have_title("Angiosuite")
    assert "token" not in page.url
    page.get_by_role("link", name="Suite", exact=True).click()
    begin = page.get_by_role("button", name=re.compile(r"^Begin with")).first
    expect(begin).to_be_enabled()
    accessible(page)
    begin.click()

    live = page.get_by_role("region", name="Live monitor")
    expect(live).to_contain_text("No image yet", timeout=60_000)
    accessible(page)
    address = page.url

    arm = page.get_by_role("region", name="C-arm and table")
    page.keyboard.down("KeyJ")
    expect(arm).to_contain_text(re.compile(r"LAO +[1-9]"))
    page.wait_for_timeout(800)
    page.keyboard.up("KeyJ")

    page.keyboard.down("Space")
    expect(live).to_contain_text("X-RAY ON")
    expect(live.get_by_role("img", name="Fluoroscopic image")).to_be_visible()
    until(page, "window.__probe.drawn.filter((frame) => frame.mode === 0).length >= 5")
    page.keyboard.up("Space")
    expect(live).to_contain_text("Last image hold")
    until(page, "window.__probe.drawn.at(-1).mode === 2")
    picture = live_picture(page)
    middle = picture[
        picture.shape[0] // 4 : -picture.shape[0] // 4, picture.shape[1] // 4 : -picture.shape[1] // 4
    ]
    assert middle.std() > 8, "a picture of a body, not an even grey"
    expect(page.get_by_role("region", name="Dose")).to_contain_text(re.compile(r"Frames *[1-9]"))
    accessible(page)

    page.keyboard.press("Alt+KeyM")
    box = live.get_by_role("img", name="Fluoroscopic image").bounding_box()
    for share in (0.35, 0.65):
        page.mouse.click(box["x"] + box["width"] * share, box["y"] + box["height"] * 0.5)
    marks = page.get_by_role("list", name="Marks")
    expect(marks).to_contain_text(re.compile(r"\d+\.\d mm"))
    measured = marks.inner_text()
    page.keyboard.press("F9")
    expect(page.get_by_role("listbox", name="Stored images").get_by_role("option")).to_have_count(1)

    page.reload()
    expect(page.get_by_role("list", name="Marks")).to_have_text(measured)
    expect(live).to_contain_text("Last image hold")
    expect(live).not_to_contain_text("X-RAY ON")
    expect(arm).to_contain_text(re.compile(r"LAO +[1-9]"))
    assert page.url == address

    page.get_by_role("link", name="Angiosuite, back to the patients").click()
    page.get_by_role("link", name=re.compile(r"^(Resume|Join) session of")).first.click()
    expect(page.get_by_role("list", name="Marks")).to_have_text(measured)
    expect(page.get_by_role("listbox", name="Stored images").get_by_role("option")).to_have_count(1)


@pytest.mark.ci
def test_palette_and_key_map_open_by_key_and_are_accessible(suite_page):
    suite_page.keyboard.press("Control+KeyK")
    field = suite_page.get_by_role("combobox", name="Find a command")
    expect(field).to_be_focused()
    accessible(suite_page)
    field.fill("lateral")
    suite_page.keyboard.press("Enter")
    arm = suite_page.get_by_role("region", name="C-arm and table")
    expect(arm).to_contain_text(re.compile(r"LAO +90"))
    suite_page.keyboard.press("Shift+Slash")
    expect(suite_page.get_by_role("dialog", name="Key and pedal map")).to_be_visible()
    accessible(suite_page)
    suite_page.keyboard.press("Escape")
    suite_page.keyboard.press("Control+Comma")
    accessible(suite_page)
