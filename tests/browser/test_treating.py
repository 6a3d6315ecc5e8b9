"""Treatment on the suite page: keys pick balloon and inflator, turn it up and down, and the log has it."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect
from tests.browser.treating_hands import (
    accessible,
    commands,
    gauge,
    live,
    loaded,
    picked,
    press,
    table,
    treatment,
    wait_for_hands,
)

pytestmark = pytest.mark.ci


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
