"""Hands on the suite page: keys take instruments from the cupboard and lead them to where a run is made."""

from __future__ import annotations

import io
import re
import time

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from numpy.typing import NDArray
from PIL import Image
from playwright.sync_api import Locator, Page, expect

pytestmark = pytest.mark.ci

LONGEST_S = 240.0
"""For one way that a key is held: a busy machine runs the room at a fraction of real time."""
LOOK_MS = 60
STILL_S = 5.0
"""A tip that stands so long is pushed anew, as a hand would."""


def live(page: Page) -> Locator:
    return page.get_by_role("region", name="Live monitor")


def table(page: Page) -> Locator:
    return page.get_by_role("region", name="Instrument table")


def inside(page: Page) -> Locator:
    return page.get_by_role("region", name="In the patient")


def row(page: Page, number: int) -> Locator:
    return inside(page).locator("li[data-tool]").nth(number)


def accessible(page: Page) -> None:
    found = Axe().run(page).response["violations"]
    assert [(v["id"], v["nodes"][0]["html"][:160]) for v in found] == []


def told(page: Page, number: int) -> tuple[float, float, str]:
    """What the ruler tells of a tool: tip beyond the sheath, cm; its hub's turn, degrees; what is named."""
    words = row(page, number).locator("svg[role=img]").get_attribute("aria-label") or ""
    tip, turn = re.search(r"Tip (−?[\d.]+) cm.*turned to (\d+)°", words).groups()  # type: ignore[union-attr]
    return float(tip.replace("−", "-")), float(turn), row(page, number).inner_text()


def wait_for_hands(page: Page) -> None:
    """Until the first start has compiled what moves wires; the page refuses to load before."""
    for _ in range(300):
        steps = page.evaluate("fetch('/api/start').then(answer => answer.json())")["steps"]
        if not any(step["name"] == "hands" and step["state"] in ("waiting", "running") for step in steps):
            return
        page.wait_for_timeout(2000)
    pytest.fail(f"wires and catheters do not become ready: {steps}")


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)
        page.wait_for_timeout(400)


def hold(page: Page, number: int) -> None:
    """The first hand takes this tool, 0 the innermost."""
    page.keyboard.press(f"{number + 1}")
    expect(row(page, number).get_by_role("button").first).to_have_attribute("aria-pressed", "true")


def lead(page: Page, number: int, to_cm: float, until: re.Pattern[str] | None = None, gear: str = "") -> bool:
    """Hold W or S until a tip is so deep, or the row says what is waited for; whether it said so.

    The last centimetres go without the gear: pages are told a few times a second.
    """
    hold(page, number)
    tip_cm, _, words = told(page, number)
    key, sign = ("w", 1.0) if to_cm > tip_cm else ("s", -1.0)
    deadline, fast, moved_s, last_cm = time.monotonic() + LONGEST_S, False, time.monotonic(), tip_cm
    page.keyboard.down(key)
    try:
        while sign * (to_cm - tip_cm) > 0.0:
            if until is not None and until.search(words):
                return True
            wanted = gear != "" and sign * (to_cm - tip_cm) > 6.0
            if wanted != fast:
                (page.keyboard.down if wanted else page.keyboard.up)(gear)
                fast = wanted
            if tip_cm != last_cm:
                moved_s, last_cm = time.monotonic(), tip_cm
            elif time.monotonic() - moved_s > STILL_S:  # the room let go: a new press is needed
                page.keyboard.up(key)
                page.keyboard.down(key)
                moved_s = time.monotonic()
            assert time.monotonic() < deadline, f"the tip stays at {tip_cm} cm on its way to {to_cm}: {words}"
            page.wait_for_timeout(LOOK_MS)
            tip_cm, _, words = told(page, number)
    finally:
        if fast:
            page.keyboard.up(gear)
        page.keyboard.up(key)
    page.wait_for_timeout(600)
    return until is not None and until.search(told(page, number)[2]) is not None


def turn_to(page: Page, number: int, to_deg: float) -> None:
    """Tap D, finely near the end, until the hub stands there within ten degrees."""
    hold(page, number)
    for _ in range(60):
        left = (to_deg - told(page, number)[1] + 180.0) % 360.0 - 180.0
        if abs(left) <= 10.0:
            return
        key, fine = ("d" if left > 0.0 else "a"), abs(left) < 60.0
        if fine:
            page.keyboard.down("Shift")
        page.keyboard.down(key)
        page.wait_for_timeout(min(1500.0, 0.7e3 * abs(left) / (30.0 if fine else 120.0)))
        page.keyboard.up(key)
        if fine:
            page.keyboard.up("Shift")
        page.wait_for_timeout(500)
    pytest.fail(f"the hub does not come to {to_deg} degrees")


def prepared(page: Page, name: str, *keys: str, count: int) -> None:
    """Choose an instrument on the table, prepare it by keys and load it."""
    table(page).get_by_role("option", name=re.compile(name)).first.click()
    live(page).focus()
    press(page, "t", *keys, "l")
    expect(inside(page).locator("li[data-tool]")).to_have_count(count, timeout=240_000)


def opened(page: Page) -> None:
    """The dock shows the hands, a selective set lies on the table."""
    live(page).focus()
    page.keyboard.press("b")
    expect(table(page)).to_be_visible()
    page.keyboard.press("z")
    page.get_by_role("button", name="Selective set").click()
    expect(table(page).get_by_role("option").nth(3)).to_be_visible()
    accessible(page)
    page.keyboard.press("Escape")
    wait_for_hands(page)


def picture(page: Page) -> NDArray[np.float64]:
    """What the live monitor shows now, as grey levels."""
    shot = live(page).locator("canvas").first.screenshot()
    return np.asarray(Image.open(io.BytesIO(shot)).convert("L"), np.float64)


def made_ready(page: Page) -> None:
    """The injector by keys: filled, purged, looked at, renal protocol, armed, on the acquisition pedal."""
    live(page).focus()
    press(page, "Shift+Y")
    injector = page.get_by_role("region", name="C-arm and table").get_by_role("tabpanel")
    press(page, "f")
    expect(injector).to_contain_text(re.compile(r"1[45]\d ml"))
    press(page, "p", "p", "a")
    expect(injector).to_contain_text("no air seen")
    protocols = injector.get_by_role("listbox", name="Protocols").get_by_role("option")
    renal = next(i for i, one in enumerate(protocols.all_inner_texts()) if "renal" in one.lower())
    protocols.first.focus()
    for _ in range(renal):
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(protocols.nth(renal)).to_have_attribute("aria-selected", "true")
    live(page).focus()
    press(page, "y")
    expect(injector).to_contain_text(re.compile("armed", re.I))
    press(page, "Escape", "Shift+N")


def past(page: Page, to_cm: float, back_cm: float) -> None:
    """The wire up the aorta; out of a branch that it took, turned, and on again."""
    for _ in range(8):
        lead(page, 0, to_cm, gear="q")
        if re.search("aorta|arch", told(page, 0)[2], re.I):
            return
        lead(page, 0, back_cm, gear="q")
        turn_to(page, 0, (told(page, 0)[1] + 100.0) % 360.0)
    pytest.fail(f"the wire does not keep to the aorta: {told(page, 0)}")


RENAL = re.compile("right renal", re.I)


def engaged(page: Page) -> bool:
    """Draw the Cobra down the right wall of the aorta, at one turn after the other, until it falls in."""
    for turn_deg in (210, 195, 225, 180, 240, 165, 255):
        lead(page, 1, 31.0, gear="q")
        turn_to(page, 1, turn_deg)
        if lead(page, 1, 21.5, until=RENAL):
            page.wait_for_timeout(1500)
            if RENAL.search(told(page, 1)[2]):
                return True
    return False


def test_keys_lead_a_wire_and_a_cobra_into_the_right_renal_artery_for_a_run(suite_page: Page) -> None:
    page = suite_page
    opened(page)
    prepared(page, "Hydrophilic", "w", count=1)
    press(page, "Shift+M")  # where each tip is, in words

    page.keyboard.down("Space")
    lead(page, 0, 5.0)
    page.keyboard.up("Space")
    past(page, 18.0, 9.0)  # the bifurcation
    past(page, 40.0, 18.0)  # the mouths of the visceral arteries

    prepared(page, "Cobra", "f", count=2)
    lead(page, 1, 31.0, gear="q")
    lead(page, 0, told(page, 1)[0] - 0.5, gear="q")  # the wire's soft end stays in the catheter's curve
    hold(page, 0)
    press(page, "x")  # nobody holds it: it goes along
    assert engaged(page), "the catheter does not engage the right renal artery"

    tip_cm = told(page, 1)[0]
    lead(page, 0, tip_cm + 3.0)
    expect(row(page, 0)).to_contain_text(RENAL)
    hold(page, 0)
    press(page, "x")
    lead(page, 1, tip_cm + 1.0)
    expect(row(page, 1)).to_contain_text(RENAL)
    hold(page, 0)
    press(page, "Alt+Delete")
    expect(inside(page).locator("li[data-tool]")).to_have_count(1)
    expect(row(page, 0)).to_contain_text(re.compile("Right renal"))
    accessible(page)

    hold(page, 0)
    press(page, "Shift+F")
    made_ready(page)
    press(page, "F4")  # breathe out and hold: what moves between mask and filling does not subtract
    page.wait_for_timeout(3000)
    page.keyboard.down("Enter")
    expect(live(page)).to_contain_text(re.compile(r"run 1 · frame [34].*subtracted"))
    before = picture(page)
    expect(live(page)).to_contain_text(re.compile(r"run 1 · frame 1[2-9].*subtracted"), timeout=240_000)
    filled = picture(page)
    page.keyboard.up("Enter")
    expect(live(page)).to_contain_text("Last frame of the run")

    high, wide = filled.shape
    darker = (before - filled)[high // 8 : -high // 8]
    right_kidney, left_kidney = darker[:, wide // 16 : wide // 2], darker[:, 5 * wide // 8 : -wide // 16]
    assert (right_kidney > 25.0).mean() > 0.03, "contrast in the right renal artery and its branches"
    assert (left_kidney > 25.0).mean() < 0.4 * (right_kidney > 25.0).mean(), "and not in the left"
    expect(row(page, 0)).to_contain_text(RENAL)


def test_the_key_map_lists_every_key_of_hands_and_table(suite_page: Page) -> None:
    page = suite_page
    live(page).focus()
    page.keyboard.press("Shift+Slash")
    sheet = page.get_by_role("dialog", name="Key and pedal map")
    said = sheet.locator("section", has=page.get_by_role("heading", name="wires and catheters"))
    for words, keys in (
        ("Advance what the hand holds (Shift: fine)", "W"),
        ("Turn it to the left, anticlockwise seen from the hub", "A"),
        ("Coarse: four times as fast, while held", "Q"),
        ("Pin it: the other hand holds it where it is, or lets go", "X"),
        ("Torque device on the wire, or off", "E"),
        ("Change hands: the second holds what the first held", "6"),
        ("Second hand by arrows: advance", "8"),
        ("Draw it out wholly", "Alt"),
        ("Load it: into the patient", "L"),
        ("Make it the sheath of the place of entry, in place of the one that lies there", "S"),
    ):
        line = said.locator("div", has=page.get_by_text(words, exact=True)).last
        expect(line).to_contain_text(keys)
    accessible(page)
