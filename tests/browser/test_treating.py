"""Treatment on the suite page: keys pick balloon and inflator, turn it up and down, and the log has it."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

pytestmark = pytest.mark.ci

LOADED_MS = 240_000


def live(page: Page) -> Locator:
    return page.get_by_role("region", name="Live monitor")


def table(page: Page) -> Locator:
    return page.get_by_role("region", name="Instrument table")


def inside(page: Page) -> Locator:
    return page.get_by_role("region", name="In the patient").locator("li[data-tool]")


def treatment(page: Page) -> Locator:
    return page.get_by_role("group", name="Treatment", exact=True)


def gauge(page: Page) -> Locator:
    return treatment(page).get_by_role("meter", name="Gauge of the inflator")


def atm(page: Page) -> float:
    return float(gauge(page).get_attribute("aria-valuenow") or "nan")


def accessible(page: Page) -> None:
    found = Axe().run(page).response["violations"]
    assert [(v["id"], v["nodes"][0]["html"][:160]) for v in found] == []


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)
        page.wait_for_timeout(400)


def picked(page: Page, words: str, name: str) -> None:
    """The first device of the cupboard with these words, onto the table, chosen there."""
    live(page).focus()
    press(page, "z")
    field = page.get_by_role("combobox", name="Find a device")
    field.fill(words)
    expect(page.get_by_role("listbox", name="Devices").get_by_role("option").first).to_contain_text(name)
    field.press("Enter")
    press(page, "Escape")
    table(page).get_by_role("option", name=re.compile(name)).first.click()
    live(page).focus()


def loaded(page: Page, keys: tuple[str, ...], count: int) -> None:
    press(page, "t", *keys)
    expect(table(page)).not_to_contain_text("coat is dry")
    press(page, "l")
    expect(inside(page)).to_have_count(count, timeout=LOADED_MS)


def wait_for_hands(page: Page) -> None:
    """Until the first start has compiled what moves wires; the page refuses to load before."""
    for _ in range(300):
        steps = page.evaluate("fetch('/api/start').then(answer => answer.json())")["steps"]
        if not any(step["name"] == "hands" and step["state"] in ("waiting", "running") for step in steps):
            return
        page.wait_for_timeout(2000)
    pytest.fail(f"wires and catheters do not become ready: {steps}")


def commands(page: Page, session: str) -> list[dict[str, Any]]:
    """What hands did with balloons, as the log of a session has it."""
    text = page.evaluate(f"fetch('/api/sessions/{session}/log').then(answer => answer.text())")
    lines = [json.loads(line) for line in str(text).splitlines() if line.strip()]
    return [one for one in lines if str(one.get("name", "")).startswith("balloon.")]


def test_keys_pick_a_balloon_and_an_inflator_and_turn_it_up_and_down(
    suite_page: Page, session_id: str
) -> None:
    page = suite_page
    live(page).focus()
    press(page, "b")
    expect(table(page)).to_be_visible()

    press(page, "Alt+Shift+A")
    expect(treatment(page)).to_contain_text("No balloon and no stent")
    expect(treatment(page).get_by_role("region", name="Left in the patient")).to_contain_text("Nothing")
    accessible(page)
    press(page, "Escape")
    wait_for_hands(page)

    picked(page, "hydrophilic 0.035 angled 180", "Hydrophilic wire")
    loaded(page, ("w",), 1)
    picked(page, "balloon 5x40 80 cm", "Balloon")
    expect(table(page)).to_contain_text("5 × 40 mm")
    expect(treatment(page)).to_contain_text("5.0 mm at 8 atm, 40 mm long")
    expect(treatment(page)).to_contain_text("No inflator is on the table")
    expect(treatment(page)).to_contain_text("not prepared")
    expect(treatment(page).get_by_role("button", name=re.compile(r"Inflator up by 1 atm"))).to_be_disabled()

    press(page, "Alt+Shift+A", "i")
    expect(gauge(page)).to_have_attribute("aria-valuemax", "30")
    expect(gauge(page)).to_have_attribute("aria-valuenow", "0")
    press(page, "p")
    expect(treatment(page)).not_to_contain_text("not prepared")
    press(page, "Escape")
    table(page).get_by_role("option", name=re.compile("Balloon")).first.click()
    live(page).focus()
    loaded(page, ("f", "w"), 2)
    accessible(page)

    press(page, "Alt+Shift+A")
    needle = gauge(page).locator(".needle")
    rests = needle.get_attribute("transform")
    press(page, "ArrowUp")
    expect(gauge(page)).to_have_attribute("aria-valuenow", "1")
    assert needle.get_attribute("transform") != rests
    press(page, "ArrowUp", "ArrowDown")
    expect(gauge(page)).to_have_attribute("aria-valuetext", "1 atm, screw at 1 atm")
    page.keyboard.down("ArrowUp")  # held, it goes on
    page.wait_for_timeout(1700)
    page.keyboard.up("ArrowUp")
    expect(gauge(page)).to_have_attribute("aria-valuetext", re.compile(r"screw at [4-9] atm"))
    press(page, "n")
    expect(gauge(page)).to_have_attribute("aria-valuetext", "8 atm, screw at 8 atm")
    expect(gauge(page)).to_have_attribute("data-beyond", "false")
    expect(treatment(page)).to_contain_text(re.compile(r"\d\.\d mm at 8 atm.*0:0\d", re.S))
    accessible(page)

    press(page, "v")
    expect(gauge(page)).to_have_attribute("aria-valuenow", "0")
    expect(treatment(page)).to_contain_text("down")
    told = commands(page, session_id)
    asked = [one["data"]["args"] for one in told if one["name"] == "balloon.inflate"]
    assert [one["atm"] for one in asked[:3]] == [1.0, 2.0, 1.0]
    assert asked[-1]["atm"] == 8.0
    assert {"balloon.prepare", "balloon.deflate"} <= {one["name"] for one in told}


def test_an_inflator_that_was_picked_first_is_at_the_balloon_that_comes_after(suite_page: Page) -> None:
    page = suite_page
    live(page).focus()
    if not table(page).is_visible():
        press(page, "b")
    picked(page, "inflator 20 ml 30 atm", "Inflator")
    opens = table(page).get_by_role("button", name=re.compile("Balloons and stents"))
    expect(opens).to_be_enabled()  # the table leads to where it is used
    picked(page, "balloon 6x40 80 cm", "Balloon")
    expect(opens).to_have_count(0)
    press(page, "Alt+Shift+A")
    treatment(page).get_by_role("radio", name=re.compile("Balloon 6 × 40$")).click()
    expect(gauge(page)).to_have_attribute("aria-valuemax", "30")
    expect(treatment(page)).to_contain_text("6.0 mm at 8 atm")
    live(page).focus()
    press(page, "p")
    expect(treatment(page)).not_to_contain_text("not prepared")
    accessible(page)


def test_the_key_map_lists_the_keys_of_treatment(suite_page: Page) -> None:
    page = suite_page
    live(page).focus()
    press(page, "Shift+Slash")
    sheet = page.get_by_role("dialog", name="Key and pedal map")
    said = sheet.locator("section", has=page.get_by_role("heading", name="treatment"))
    for words, keys in (
        ("Balloons and stents: the inflator and the sleeve have the keys", "A"),
        ("Inflator up by 1 atm; held: goes on", "↑"),
        ("Inflator to the nominal pressure of the balloon", "N"),
        ("Deflate the balloon: vacuum", "V"),
        ("Draw the sleeve of the stent back, while held", "←"),
    ):
        line = said.locator("div", has=page.get_by_text(words, exact=True)).last
        expect(line).to_contain_text(keys)
    accessible(page)


def test_keys_draw_blood_through_a_catheter_and_reach_for_a_snare(suite_page: Page, session_id: str) -> None:
    page = suite_page
    live(page).focus()
    if not table(page).is_visible():
        press(page, "b")
    wait_for_hands(page)
    press(page, "Alt+Shift+Y")
    expect(treatment(page)).to_contain_text("No aspirator and no snare is on the table")
    accessible(page)
    press(page, "Escape")
    picked(page, "cobra 2 5 F", "Cobra")
    loaded(page, ("f",), 1)
    picked(page, "aspirator pump", "Aspirator")

    press(page, "Alt+Shift+Y")
    vacuum = treatment(page).get_by_role("group", name="Vacuum")
    expect(vacuum.get_by_role("button", name=re.compile("Vacuum off"))).to_be_disabled()
    press(page, "v")
    expect(treatment(page).get_by_role("status")).to_contain_text("Blood comes")
    expect(treatment(page)).to_contain_text(re.compile(r"[1-9]\d* ml of blood, 0\.0 ml of clot came"))
    press(page, "r")
    expect(treatment(page).get_by_role("status")).to_have_count(0)
    press(page, "Escape")

    picked(page, "snare one loop 10", "Snare")
    press(page, "Alt+Shift+Y")
    treatment(page).get_by_role("option", name=re.compile("Snare")).first.click()
    live(page).focus()
    press(page, "n")  # a snare goes through a sheath, and this is a catheter: the room says so
    accessible(page)
    text = page.evaluate(f"fetch('/api/sessions/{session_id}/log').then(answer => answer.text())")
    lines = [json.loads(line) for line in str(text).splitlines() if line.strip()]
    names = {str(one.get("name")) for one in lines}
    assert {"aspiration.start", "aspiration.stop", "snare.open"} <= names
    assert {"aspiration-blood", "aspiration-ended"} <= names
    refused = [one["data"]["code"] for one in lines if one.get("name") == "command-refused"]
    assert refused == ["not-a-sheath"]
