"""Hands on the suite page: real keys take a wire from the cupboard and lead it, and a catheter over it."""

from __future__ import annotations

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

pytestmark = pytest.mark.ci


def live(page: Page) -> Locator:
    return page.get_by_role("region", name="Live monitor")


def table(page: Page) -> Locator:
    return page.get_by_role("region", name="Instrument table")


def inside(page: Page) -> Locator:
    return page.get_by_role("region", name="In the patient")


def accessible(page: Page) -> None:
    found = Axe().run(page).response["violations"]
    assert [(v["id"], v["nodes"][0]["html"][:160]) for v in found] == []


def depth_cm(page: Page, number: int) -> float:
    """What the ruler tells of a tool's tip, cm beyond the sheath."""
    row = inside(page).locator("li[data-tool]").nth(number).inner_text()
    return float(re.findall(r"(-?\d+\.\d) cm", row)[0])


def wait_for_hands(page: Page) -> None:
    """Until the first start has compiled what moves wires; the page refuses to load before."""
    for _ in range(150):
        steps = page.evaluate("fetch('/api/start').then(answer => answer.json())")["steps"]
        if not any(step["name"] == "hands" and step["state"] == "running" for step in steps):
            return
        page.wait_for_timeout(2000)


def held(page: Page, key: str, ms: int) -> None:
    page.keyboard.down(key)
    page.wait_for_timeout(ms)
    page.keyboard.up(key)


def test_keys_lead_a_wire_and_a_catheter_over_it(suite_page: Page) -> None:
    page = suite_page
    live(page).focus()
    page.keyboard.press("b")
    expect(table(page)).to_be_visible()
    page.keyboard.press("z")
    page.get_by_role("button", name="Selective set").click()
    expect(table(page).get_by_role("option").nth(3)).to_be_visible()
    accessible(page)
    page.keyboard.press("Escape")

    wait_for_hands(page)
    table(page).get_by_role("option", name=re.compile("Hydrophilic")).first.click()
    live(page).focus()
    for key in ("t", "w", "l"):  # at the table: wet it, load it
        page.keyboard.press(key)
        page.wait_for_timeout(400)
    expect(inside(page).locator("li[data-tool]")).to_have_count(1, timeout=240_000)
    page.keyboard.down("Space")
    held(page, "w", 6000)
    page.keyboard.up("Space")
    page.wait_for_timeout(600)
    wire_cm = depth_cm(page, 0)
    assert wire_cm > 0.0
    held(page, "s", 1000)
    page.wait_for_timeout(600)
    assert depth_cm(page, 0) < wire_cm

    table(page).get_by_role("option", name=re.compile("Cobra")).first.click()
    live(page).focus()
    for key in ("t", "f", "l"):
        page.keyboard.press(key)
        page.wait_for_timeout(400)
    expect(inside(page).locator("li[data-tool]")).to_have_count(2, timeout=60_000)
    before_cm = depth_cm(page, 1)
    held(page, "w", 2500)
    page.wait_for_timeout(600)
    assert depth_cm(page, 1) > before_cm
    page.keyboard.press("Shift+M")
    expect(inside(page)).to_contain_text(re.compile("artery|aorta", re.I), timeout=10_000)
    accessible(page)
