"""Vacuum and snare on the suite page: keys draw blood, and reach for a snare."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect
from tests.browser.treating_hands import (
    accessible,
    live,
    loaded,
    logged,
    picked,
    press,
    table,
    treatment,
    wait_for_hands,
)

pytestmark = pytest.mark.ci


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
    lines = logged(page, session_id)
    names = {str(one.get("name")) for one in lines}
    assert {"aspiration.start", "aspiration.stop", "snare.open"} <= names
    assert {"aspiration-blood", "aspiration-ended"} <= names
    refused = [one["data"]["code"] for one in lines if one.get("name") == "command-refused"]
    assert refused == ["not-a-sheath"]
